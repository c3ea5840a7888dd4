//! Issuing a token; it is shown once, in the answer to the form, and in no address.

use super::{
    TokenWords,
    list::{last_minute, scopes},
};
use crate::{
    db::registry::organisations::OrganisationFilter,
    domain::{
        ids::TokenId,
        people::role::{Permission, TokenScope},
        registry::organisation::OrganisationKind,
    },
    services::{
        Error, Tx,
        error::Reason,
        people::tokens::{self, NAME_MAX, NewToken},
        registry::organisations,
    },
    web::{
        pages::{
            choice::Choice,
            field::{Field, Kind},
            fields::Fields,
            form::{Form, SentForm},
            gate::see_other,
            once::once_with,
            reader::{Reader, page, page_with},
            shell::{Area, Shell},
            trouble::FormErrors,
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get, post};
use askama::Template;
use chrono::{Days, NaiveDate};
use std::iter;

/// How long a token holds unless somebody says otherwise, in days.
const USUAL_LIFE: Days = Days::new(90);
/// How long it holds at most, in days.
const LONGEST_LIFE: Days = Days::new(365);

#[derive(Template)]
#[template(path = "pages/tokens/issue.html")]
struct IssuePage {
    shell: Shell,
    t: TokenWords,
    fields: Fields,
}

#[derive(Template)]
#[template(path = "pages/tokens/issued.html")]
struct IssuedPage<'s> {
    shell: Shell,
    t: TokenWords,
    id: TokenId,
    name: String,
    scopes: Vec<&'static str>,
    expires: String,
    token: &'s str,
}

/// A token to be issued.
#[get("/tokens/new")]
pub(crate) async fn blank(reader: Reader) -> Result<HttpResponse, Problem> {
    let until = reader.app.today().checked_add_days(USUAL_LIFE);
    let form = Form::filled([("expires_on", until.map(|day| day.to_string()).unwrap_or_default())]);
    show_form(&reader, &form, FormErrors::default()).await
}

/// Issues a token. Sending the form again, as by reloading the answer, leads to the token: its secret is kept nowhere.
#[post("/tokens")]
pub(crate) async fn issue(sent: SentForm) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    reader.require(Permission::ManageAccounts)?;
    let written = match new_token(&reader, &form) {
        Ok(new) => {
            let use_case = move |tx: &mut Tx<'_>| {
                let issued = tokens::issue(tx, new.clone())?;
                Ok((format!("/tokens/{}", issued.0.id), issued))
            };
            once_with(&reader, &form, use_case).await
        }
        Err(error) => Err(error.into()),
    };
    let (row, token) = match written {
        Ok((_, Some(issued))) => issued,
        Ok((address, None)) => return Ok(see_other(&address)),
        Err(problem) => {
            let trouble = FormErrors::of(problem, reader.language())?.renamed("expires_at", "expires_on");
            return show_form(&reader, &form, trouble).await;
        }
    };
    let shell = reader.shell(Area::Tokens).await?;
    page(&IssuedPage {
        t: TokenWords(shell.language),
        id: row.id,
        scopes: scopes(&row, shell.language),
        expires: last_minute(&row, reader.app.context()),
        name: row.name,
        token: token.expose(),
        shell,
    })
}

/// What the form asks for. A token holds until the end of its last day.
fn new_token(reader: &Reader, form: &Form) -> Result<NewToken, Error> {
    let required = || Error::field("/expires_at", Reason::Required);
    let last = form.text("expires_on").and_then(|day| day.parse::<NaiveDate>().ok()).ok_or_else(required)?;
    let after = last.succ_opt().ok_or_else(required)?;
    let street_id = match form.text("street_id") {
        None => None,
        Some(id) => Some(id.parse().map_err(|_| Error::field("/street_id", Reason::UnknownReference))?),
    };
    Ok(NewToken {
        name: form.typed("name").to_owned(),
        scopes: form.all("scopes").filter_map(|scope| scope.parse().ok()).collect(),
        street_id,
        expires_at: Some(reader.app.context().start_of(after)),
    })
}

async fn show_form(reader: &Reader, form: &Form, trouble: FormErrors) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageAccounts)?;
    let active = OrganisationFilter::active().of_kind(OrganisationKind::Street);
    let (streets, shell) =
        reader.read_framed(Area::Tokens, move |connection, _| organisations::all(connection, &active)).await?;
    let (language, today) = (shell.language, reader.app.today());
    let t = TokenWords(language);
    let scopes = TokenScope::ALL.iter().map(|&scope| Choice::of(scope, language).note(scope.to_string()));
    let streets = streets.into_iter().map(|street| Choice::new(street.id, street.name));
    let streets = iter::once(Choice::new("", t.whole())).chain(streets);
    let fields = vec![
        Field::line("name", t.name(), NAME_MAX).required().wide().hint(t.name_hint()),
        Field::ticks("scopes", t.scopes(), scopes.collect()).hint(t.scopes_hint()),
        Field::choice("street_id", t.street(), streets.collect()).required().hint(t.street_hint()),
        Field::day_between("expires_on", t.expires(), today, today.checked_add_days(LONGEST_LIFE))
            .required()
            .hint(t.expires_hint()),
    ];
    let page = IssuePage { t, fields: Fields::new(fields).filled(form).troubled(trouble), shell };
    page_with(page.fields.trouble.status(), &page)
}
