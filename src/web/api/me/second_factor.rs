//! `/me/totp`: switching your second factor on and off.

use crate::{
    services::people::{password_proof, second_factor},
    web::{
        extract::{Body, Caller, NoBody},
        openapi::{Routes, answers::PeopleOnly},
        problem::Problem,
    },
};
use actix_web::{HttpResponse, delete, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(begin).service(confirm).service(remove);
}

/// What to enter in an authenticator app.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    "otpauth_url": "otpauth://totp/Wellspring:wang.fang?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Wellspring"
}))]
pub struct EnrolmentView {
    /// The seed in base32, for typing.
    pub secret: String,
    /// The same for a QR code.
    pub otpauth_url: String,
}

/// A code of the authenticator app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "287082"}))]
pub struct CodeBody {
    /// Six digits.
    pub code: String,
}

/// Proof of being the person and not only at the person's desk.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "Teich-Ufer-82"}))]
pub struct PasswordBody {
    /// The password.
    pub current_password: String,
}

/// Begin to switch on a second factor.
///
/// Signing in asks for a code only after it was confirmed with one. Beginning again gives another secret.
#[utoipa::path(
    tag = "me",
    operation_id = "begin_totp",
    responses(
        (status = 200, description = "What to enter in an authenticator app; shown this once", body = EnrolmentView),
        PeopleOnly,
        (status = 409, description = "It is on already"),
    )
)]
#[post("/me/totp")]
pub(crate) async fn begin(caller: Caller, _: NoBody) -> Result<HttpResponse, Problem> {
    let enrolment = caller.write(second_factor::begin).await?;
    let (secret, otpauth_url) = (enrolment.secret.to_string(), enrolment.otpauth_url.to_string());
    Ok(HttpResponse::Ok().json(EnrolmentView { secret, otpauth_url }))
}

/// Confirm the second factor with a code.
#[utoipa::path(
    tag = "me",
    operation_id = "confirm_totp",
    request_body = CodeBody,
    responses(
        (status = 204, description = "From now on signing in asks for a code"),
        PeopleOnly,
        (status = 409, description = "It is on already, or was not begun"),
        (status = 422, description = "The code is wrong"),
    )
)]
#[post("/me/totp/confirm")]
pub(crate) async fn confirm(caller: Caller, body: Body<CodeBody>) -> Result<HttpResponse, Problem> {
    caller.write(move |tx| second_factor::confirm(tx, &body.value.code)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Switch the second factor off, with the password.
#[utoipa::path(
    tag = "me",
    operation_id = "switch_off_totp",
    request_body = PasswordBody,
    responses(
        (status = 204, description = "Signing in asks for no code any more"),
        PeopleOnly,
        (status = 422, description = "The password is wrong"),
        (status = 409, description = "The account has no password"),
    )
)]
#[delete("/me/totp")]
pub(crate) async fn remove(caller: Caller, body: Body<PasswordBody>) -> Result<HttpResponse, Problem> {
    let now = caller.app.now();
    let (_, own) =
        caller.read(move |connection, actor| password_proof::own_credentials(connection, actor, now)).await?;
    let password = body.value.current_password;
    let proof = caller.app.compute(move || password_proof::compare(Some(&own), &password)).await?;
    caller.write(move |tx| second_factor::remove_own(tx, &proof)).await??;
    Ok(HttpResponse::NoContent().finish())
}
