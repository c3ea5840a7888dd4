//! Switching the own second factor on and off. The secret is shown in the answers to the forms that begin and confirm,
//! until it is confirmed.

use super::{qr::Qr, words::AccountWords};
use crate::{
    db::backend::DbConn,
    domain::people::actor::Actor,
    services::{
        Error,
        people::{
            me, password_proof,
            second_factor::{self, Enrolment},
        },
    },
    web::{
        pages::{
            form::SentForm,
            gate::see_other,
            reader::{Reader, page_with},
            shell::{Area, Shell},
            trouble::FormErrors,
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get, post, web::ServiceConfig};
use askama::Template;

/// Adds the routes.
pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(show).service(begin).service(confirm).service(remove);
}

/// How far the person has come.
enum Step {
    /// It is off.
    Off,
    /// A secret was given, to be confirmed with a code.
    Begun {
        /// The secret, in groups.
        secret: String,
        /// The same for a camera.
        qr: Qr,
    },
    /// It is on.
    On,
}

#[derive(Template)]
#[template(path = "pages/account/second_factor.html")]
struct FactorPage {
    shell: Shell,
    t: AccountWords,
    trouble: FormErrors,
    step: Step,
    code: String,
    username: String,
}

/// Its standing.
#[get("/account/second-factor")]
pub(crate) async fn show(reader: Reader) -> Result<HttpResponse, Problem> {
    factor(&reader, None, String::new(), FormErrors::default()).await
}

/// Begins, and shows the secret.
#[post("/account/second-factor")]
pub(crate) async fn begin(sent: SentForm) -> Result<HttpResponse, Problem> {
    let reader = sent.reader;
    match reader.write(second_factor::begin).await {
        Ok(enrolment) => factor(&reader, Some(Step::begun(&enrolment)?), String::new(), FormErrors::default()).await,
        // It was switched on meanwhile, on another device.
        Err(Problem::UseCase(Error::Conflict(_))) => Ok(see_other("/account/second-factor")),
        Err(problem) => Err(problem),
    }
}

impl Step {
    fn begun(enrolment: &Enrolment) -> Result<Self, Error> {
        Ok(Self::Begun { secret: in_groups(&enrolment.secret), qr: Qr::of(&enrolment.otpauth_url)? })
    }
}

/// Confirms with a code. One that was mistyped leaves everything as it was, the secret too.
#[post("/account/second-factor/confirm")]
pub(crate) async fn confirm(sent: SentForm) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    let typed = form.typed("code").to_owned();
    let code = typed.clone();
    match reader.write(move |tx| second_factor::confirm(tx, &code)).await {
        Ok(()) => Ok(see_other("/account?done=second-factor-on")),
        Err(Problem::UseCase(Error::Conflict(_))) => Ok(see_other("/account/second-factor")),
        Err(problem) => {
            let trouble = FormErrors::of(problem, reader.language())?;
            let (app, now) = (reader.app.clone(), reader.app.now());
            let begun = move |connection: &mut DbConn, actor: &Actor| {
                second_factor::begun(connection, app.context(), actor, now)
            };
            let step = Step::begun(&reader.read(begun).await?)?;
            factor(&reader, Some(step), typed, trouble).await
        }
    }
}

/// Switches it off, with the password.
#[post("/account/second-factor/remove")]
pub(crate) async fn remove(sent: SentForm) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    match remove_own(&reader, form.typed("current_password").to_owned()).await {
        Ok(()) => Ok(see_other("/account?done=second-factor-off")),
        Err(problem) => {
            let trouble = FormErrors::of(problem, reader.language())?;
            factor(&reader, None, String::new(), trouble).await
        }
    }
}

async fn remove_own(reader: &Reader, password: String) -> Result<(), Problem> {
    let now = reader.app.now();
    let (_, own) =
        reader.read(move |connection, actor| password_proof::own_credentials(connection, actor, now)).await?;
    let proof = reader.app.compute(move || password_proof::compare(Some(&own), &password)).await?;
    reader.write(move |tx| second_factor::remove_own(tx, &proof)).await??;
    Ok(())
}

async fn factor(
    reader: &Reader,
    step: Option<Step>,
    code: String,
    trouble: FormErrors,
) -> Result<HttpResponse, Problem> {
    let (app, now) = (reader.app.clone(), reader.app.now());
    let (profile, shell) = reader
        .read_framed(Area::Account, move |connection, actor| me::profile(connection, app.context(), actor, now))
        .await?;
    let (t, username) = (AccountWords(shell.language), profile.user.username);
    let step = step.unwrap_or(if profile.second_factor { Step::On } else { Step::Off });
    page_with(trouble.status(), &FactorPage { shell, t, trouble, step, code, username })
}

/// A secret in groups of four, as people type it.
fn in_groups(secret: &str) -> String {
    let characters: Vec<char> = secret.chars().collect();
    characters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::in_groups;

    #[test]
    fn a_secret_is_read_in_groups() {
        assert_eq!(in_groups("GEZDGNBVGY"), "GEZD GNBV GY");
    }
}
