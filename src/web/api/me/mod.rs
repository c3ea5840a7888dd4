//! `/me`: your account. Sessions, the second factor and saved views have files of their own.

pub mod saved_views;
pub mod second_factor;
pub mod sessions;

use crate::{
    domain::{
        ids::{OrganisationId, UserId},
        people::role::Role,
        registry::organisation::OrganisationKind,
    },
    services::people::{
        me::{self, OwnFields, Profile},
        password_proof, passwords,
    },
    texts::Language,
    web::{
        extract::{Body, Caller, IfMatch},
        openapi::{
            Routes,
            answers::{NotModified, PeopleOnly},
        },
        problem::Problem,
        respond::entity,
    },
};
use actix_web::{HttpResponse, get, patch, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(show).service(change).service(change_password);
    second_factor::configure(config);
    sessions::configure(config);
    saved_views::configure(config);
}

/// The own account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "username": "wang.fang", "display_name": "王芳",
    "email": "wang.fang@xinghe.test", "language": "zh-CN", "role": "steward",
    "organisation": {"id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d00", "kind": "street", "name": "星湖街道"},
    "second_factor": true, "password_change_required": false, "password_expires_at": "2027-02-18T01:00:00Z", "version": 1
}))]
pub struct MeView {
    /// Its id.
    pub id: UserId,
    /// What you sign in with.
    pub username: String,
    /// The displayed name.
    pub display_name: String,
    /// Where alerts are sent.
    pub email: Option<String>,
    /// What pages and mails are in.
    pub language: Language,
    /// What you may do.
    pub role: Role,
    /// Where you work.
    pub organisation: WorkplaceView,
    /// Whether signing in asks for a code.
    pub second_factor: bool,
    /// Whether you must choose a new password before anything else.
    pub password_change_required: bool,
    /// When the password must be changed.
    pub password_expires_at: Option<DateTime<Utc>>,
    /// What `If-Match` compares.
    pub version: i64,
}

/// Where somebody works.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkplaceView {
    /// Its id.
    pub id: OrganisationId,
    /// What it is.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: String,
}

impl From<Profile> for MeView {
    fn from(profile: Profile) -> Self {
        let Profile { user, organisation, second_factor, password_change_required, password_expires_at } = profile;
        Self {
            id: user.id,
            username: user.username,
            display_name: user.display_name,
            email: user.email,
            language: user.language,
            role: user.role,
            organisation: WorkplaceView { id: organisation.id, kind: organisation.kind, name: organisation.name },
            second_factor,
            password_change_required,
            password_expires_at,
            version: user.version,
        }
    }
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "Teich-Ufer-82", "new_password": "Binsen-Steg-47"}))]
pub struct PasswordChange {
    /// The password until now.
    pub current_password: String,
    /// The password from now on.
    pub new_password: String,
}

/// The own account.
#[utoipa::path(
    tag = "me",
    operation_id = "get_me",
    responses((status = 200, description = "Your account", body = MeView), NotModified, PeopleOnly)
)]
#[get("/me")]
pub(crate) async fn show(caller: Caller) -> Result<HttpResponse, Problem> {
    own(&caller).await
}

async fn own(caller: &Caller) -> Result<HttpResponse, Problem> {
    let (app, now) = (caller.app.clone(), caller.app.now());
    let profile = caller.read(move |connection, actor| me::profile(connection, app.context(), actor, now)).await?;
    let view = MeView::from(profile);
    entity(&caller.request, view.version, &view)
}

/// Change language or mail address (JSON Merge Patch).
#[utoipa::path(
    tag = "me",
    operation_id = "update_me",
    request_body = OwnFields,
    params(IfMatch),
    responses((status = 200, description = "Changed", body = MeView), PeopleOnly)
)]
#[patch("/me")]
pub(crate) async fn change(
    caller: Caller,
    IfMatch(version): IfMatch,
    body: Body<OwnFields>,
) -> Result<HttpResponse, Problem> {
    caller.write(move |tx| me::update(tx, version, body.value.clone())).await?;
    own(&caller).await
}

/// Change the password.
///
/// All other sessions end. Failures count towards the lock of the account, as they do when signing in.
#[utoipa::path(
    tag = "me",
    operation_id = "change_own_password",
    request_body = PasswordChange,
    responses(
        (status = 204, description = "Changed"),
        PeopleOnly,
        (status = 409, description = "The account has no password"),
        (status = 422, description = "The current password is wrong, or the new one is not accepted"),
    )
)]
#[post("/me/password")]
pub(crate) async fn change_password(caller: Caller, body: Body<PasswordChange>) -> Result<HttpResponse, Problem> {
    let now = caller.app.now();
    let own = caller.read(move |connection, actor| password_proof::own_credentials(connection, actor, now)).await?;
    let app = caller.app.clone();
    let PasswordChange { current_password, new_password } = body.value;
    let prepared = caller
        .app
        .compute(move || passwords::prepare_change(app.context(), &own, &current_password, &new_password))
        .await?;
    caller.write(move |tx| passwords::change_own(tx, prepared.clone())).await??;
    Ok(HttpResponse::NoContent().finish())
}
