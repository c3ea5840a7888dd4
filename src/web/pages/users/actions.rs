//! Actions on an account: a new password, the end of a lock, coming back. Leaving is in `departure`.

use super::{form::show_one, password};
use crate::{
    domain::{ids::UserId, people::role::Permission},
    services::people::{account_status, passwords, users},
    web::{
        extract::Id,
        pages::{form::SentForm, gate::see_other},
        problem::Problem,
    },
};
use actix_web::{HttpResponse, post};

/// Gives somebody a one-time password, shown in the answer.
#[post("/users/{id}/reset-password")]
pub(crate) async fn reset_password(sent: SentForm, Id(id): Id<UserId>) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    reader.require(Permission::ManageAccounts)?;
    let (secret, new) = reader.app.compute(passwords::one_time).await?;
    let factor_removed = form.has("remove_second_factor", "yes");
    match reader.write(move |tx| passwords::reset(tx, id, new.clone(), factor_removed)).await {
        Ok(user) => password::show(&reader, &user, &secret, password::Occasion::Reset { factor_removed }).await,
        Err(problem) => show_one(&reader, id, Some((None, problem)), None).await,
    }
}

/// Ends the lock that follows failed sign-ins.
#[post("/users/{id}/unlock")]
pub(crate) async fn unlock(sent: SentForm, Id(id): Id<UserId>) -> Result<HttpResponse, Problem> {
    let reader = sent.reader;
    reader.require(Permission::ManageAccounts)?;
    reader.write(move |tx| users::unlock(tx, id)).await?;
    Ok(see_other(&format!("/users/{id}?done=unlocked")))
}

/// Lets an account be used again.
#[post("/users/{id}/reactivate")]
pub(crate) async fn reactivate(sent: SentForm, Id(id): Id<UserId>) -> Result<HttpResponse, Problem> {
    let reader = sent.reader;
    reader.require(Permission::ManageAccounts)?;
    match reader.write(move |tx| account_status::reactivate(tx, id)).await {
        Ok(_) => Ok(see_other(&format!("/users/{id}?done=reactivated"))),
        Err(problem) => show_one(&reader, id, Some((None, problem)), None).await,
    }
}
