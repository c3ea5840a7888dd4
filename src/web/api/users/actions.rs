//! Actions on an account: leaving and coming back, a new password, the end of a lock.

use super::{UserView, answer};
use crate::{
    domain::{ids::UserId, people::role::Permission},
    services::people::{
        account_status::{self, Succession},
        passwords, users,
    },
    web::{
        extract::{Body, Caller, Id, NoBody},
        openapi::Routes,
        problem::Problem,
    },
};
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(deactivate).service(reactivate).service(reset_password).service(unlock);
}

/// Who takes over from a person who leaves.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({"successor_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d02"}))]
pub struct DeactivationBody {
    /// Another active person of the same role; required, or `leave_unassigned`, for somebody on running service teams.
    pub successor_id: Option<UserId>,
    /// The places in service teams stay empty on purpose.
    pub leave_unassigned: bool,
}

/// How a password is reset.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({"remove_second_factor": false}))]
pub struct ResetBody {
    /// Removes the second factor too, for a person who lost the phone.
    pub remove_second_factor: bool,
}

/// A password for one sign-in.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"one_time_password": "Kobasi-meruto-nidafo-4821"}))]
pub struct OneTimePasswordView {
    /// To be told to the person and changed at the first sign-in; shown this once.
    pub one_time_password: String,
}

/// Deactivate an account.
///
/// The person's sessions end and their running service teams go to the successor. Nobody deactivates the own account, and the
/// last security administrator stays.
#[utoipa::path(
    tag = "users",
    operation_id = "deactivate_user",
    request_body = DeactivationBody,
    responses(
        (status = 200, description = "Deactivated", body = UserView),
        (status = 403, description = "It is the caller's own account"),
        (status = 409, description = "It is deactivated, or the last security administrator"),
        (status = 422, description = "A successor is missing or unfit"),
    )
)]
#[post("/users/{id}/deactivate")]
pub(crate) async fn deactivate(
    caller: Caller,
    Id(id): Id<UserId>,
    body: Body<DeactivationBody>,
) -> Result<HttpResponse, Problem> {
    let DeactivationBody { successor_id: successor, leave_unassigned } = body.value;
    let account = caller
        .write(move |tx| {
            account_status::deactivate(tx, id, Succession { successor, leave_unassigned })?;
            users::find(tx.conn, tx.actor, id)
        })
        .await?;
    answer(&caller, account)
}

/// Reactivate an account.
#[utoipa::path(
    tag = "users",
    operation_id = "reactivate_user",
    responses(
        (status = 200, description = "Reactivated", body = UserView),
        (status = 409, description = "It is in use"),
    )
)]
#[post("/users/{id}/reactivate")]
pub(crate) async fn reactivate(caller: Caller, Id(id): Id<UserId>, _: NoBody) -> Result<HttpResponse, Problem> {
    let account = caller
        .write(move |tx| {
            account_status::reactivate(tx, id)?;
            users::find(tx.conn, tx.actor, id)
        })
        .await?;
    answer(&caller, account)
}

/// Give somebody a password for one sign-in.
///
/// The person's sessions end. Takes no `Idempotency-Key`: the answer is a secret, which is kept nowhere.
#[utoipa::path(
    tag = "users",
    operation_id = "reset_password",
    request_body = ResetBody,
    responses(
        (status = 200, description = "Reset", body = OneTimePasswordView),
        (status = 409, description = "The account is deactivated"),
    )
)]
#[post("/users/{id}/reset-password")]
pub(crate) async fn reset_password(
    caller: Caller,
    Id(id): Id<UserId>,
    body: Body<ResetBody>,
) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ManageAccounts)?;
    let (text, password) = caller.app.compute(passwords::one_time).await?;
    let remove = body.value.remove_second_factor;
    caller.write(move |tx| passwords::reset(tx, id, password.clone(), remove)).await?;
    Ok(HttpResponse::Ok().json(OneTimePasswordView { one_time_password: text.expose().clone() }))
}

/// End the lock that follows failed sign-ins.
#[utoipa::path(
    tag = "users",
    operation_id = "unlock_user",
    responses((status = 200, description = "Not locked", body = UserView))
)]
#[post("/users/{id}/unlock")]
pub(crate) async fn unlock(caller: Caller, Id(id): Id<UserId>, _: NoBody) -> Result<HttpResponse, Problem> {
    let account = caller
        .write(move |tx| {
            users::unlock(tx, id)?;
            users::find(tx.conn, tx.actor, id)
        })
        .await?;
    answer(&caller, account)
}
