//! Sessions and tokens of the own account, ended one by one or all but this; and staying signed in.

use crate::{
    domain::ids::{SessionId, TokenId},
    services::people::{sessions, tokens},
    web::{
        extract::Id,
        pages::{form::SentForm, gate::see_other, reader::Reader},
        problem::Problem,
    },
};
use actix_web::{HttpResponse, post, web::ServiceConfig};

/// Adds the routes.
pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(end_others).service(end).service(revoke).service(stay);
}

/// Signs one device out.
#[post("/account/sessions/{id}/end")]
pub(crate) async fn end(sent: SentForm, Id(id): Id<SessionId>) -> Result<HttpResponse, Problem> {
    sent.reader.write(move |tx| sessions::end_own(tx, id)).await?;
    Ok(see_other("/account?done=session"))
}

/// Signs all other devices out.
#[post("/account/sessions/end-others")]
pub(crate) async fn end_others(sent: SentForm) -> Result<HttpResponse, Problem> {
    sent.reader.write(sessions::end_others).await?;
    Ok(see_other("/account?done=sessions"))
}

/// Revokes a token, at once and for good.
#[post("/account/tokens/{id}/revoke")]
pub(crate) async fn revoke(sent: SentForm, Id(id): Id<TokenId>) -> Result<HttpResponse, Problem> {
    sent.reader.write(move |tx| tokens::revoke(tx, id)).await?;
    Ok(see_other("/account?done=token"))
}

/// Stays signed in: the request itself was noted as use of the session. Sent by the script, without a form; what another site
/// sends is refused before it comes here.
#[post("/account/stay")]
pub(crate) async fn stay(_reader: Reader) -> HttpResponse {
    HttpResponse::NoContent().finish()
}
