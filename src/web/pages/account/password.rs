//! Changing the own password, by choice or because it has expired.

use super::words::AccountWords;
use crate::{
    domain::people::password::LENGTH_MAX,
    services::people::{me, password_proof, passwords},
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
    config.service(show).service(change);
}

#[derive(Template)]
#[template(path = "pages/account/password.html")]
struct PasswordPage {
    shell: Shell,
    t: AccountWords,
    trouble: FormErrors,
    required: bool,
    username: String,
    rules: Vec<String>,
}

/// The form.
#[get("/account/password")]
pub(crate) async fn show(reader: Reader) -> Result<HttpResponse, Problem> {
    form(&reader, FormErrors::default()).await
}

/// Changes the password. Passwords are never sent back into a form.
#[post("/account/password")]
pub(crate) async fn change(sent: SentForm) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form: filled } = sent;
    let (current, new) = (filled.typed("current_password").to_owned(), filled.typed("new_password").to_owned());
    if new != filled.typed("repeated") {
        let trouble = FormErrors::field("repeated", AccountWords(reader.language()).repeated_differs());
        return form(&reader, trouble).await;
    }
    match change_own(&reader, current, new).await {
        Ok(was_required) => Ok(see_other(if was_required { "/" } else { "/account?done=password" })),
        Err(problem) => {
            let trouble = FormErrors::of(problem, reader.language())?;
            form(&reader, trouble).await
        }
    }
}

/// Changes the password; says whether it had to be changed.
async fn change_own(reader: &Reader, current: String, new: String) -> Result<bool, Problem> {
    let (app, now) = (reader.app.clone(), reader.app.now());
    let context_of = app.clone();
    let (own, required) = reader
        .read(move |connection, actor| {
            let own = password_proof::own_credentials(connection, actor, now)?;
            let profile = me::profile(connection, context_of.context(), actor, now)?;
            Ok((own, profile.password_change_required))
        })
        .await?;
    let hashed = app.clone();
    let prepared = app.compute(move || passwords::prepare_change(hashed.context(), &own, &current, &new)).await?;
    reader.write(move |tx| passwords::change_own(tx, prepared.clone())).await??;
    Ok(required)
}

async fn form(reader: &Reader, trouble: FormErrors) -> Result<HttpResponse, Problem> {
    let (app, now) = (reader.app.clone(), reader.app.now());
    let (profile, mut shell) = reader
        .read_framed(Area::Account, move |connection, actor| me::profile(connection, app.context(), actor, now))
        .await?;
    let required = profile.password_change_required;
    if required {
        // Nothing else can be reached until the password is changed.
        shell.navigation.clear();
        shell.thumbs.clear();
        shell.finds = false;
    }
    let t = AccountWords(shell.language);
    let username = profile.user.username;
    page_with(trouble.status(), &PasswordPage { t, trouble, required, username, rules: rules(reader, t), shell })
}

/// The rules of the profile in force, one a line.
fn rules(reader: &Reader, t: AccountWords) -> Vec<String> {
    let profile = reader.app.context().settings.security.password_profile;
    let mut rules = vec![t.rule_length(profile.length_min(), LENGTH_MAX)];
    if profile.kinds_min() > 0 {
        rules.push(t.rule_kinds(profile.kinds_min()));
    }
    rules.extend([t.rule_username(), t.rule_common(), t.rule_differs()]);
    rules.extend(profile.max_age_days().map(|days| t.rule_age(days)));
    rules
}
