//! One token: its scopes, and revoking it, which cannot be undone.

use super::{
    TokenWords,
    list::{State, last_minute, scopes},
};
use crate::{
    domain::{ids::TokenId, people::role::Permission},
    services::{people::tokens, registry::directory::Directory},
    web::{
        extract::Id,
        pages::{
            field::{Field, Kind},
            fields::Fields,
            form::SentForm,
            format,
            gate::see_other,
            query::QueryParameters,
            reader::{Reader, page_with},
            shell::{Area, Shell},
            trouble::FormErrors,
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, post};
use askama::Template;

#[derive(Template)]
#[template(path = "pages/tokens/one.html")]
struct TokenPage {
    shell: Shell,
    t: TokenWords,
    fields: Fields,
    done: Option<String>,
    id: TokenId,
    name: String,
    prefix: String,
    scopes: Vec<&'static str>,
    street: Option<String>,
    issuer: Option<String>,
    state: String,
    revocable: bool,
    issued: String,
    expires: String,
    revoked: Option<String>,
    last_used: Option<String>,
}

/// One token.
#[get("/tokens/{id}")]
pub(crate) async fn show(reader: Reader, Id(id): Id<TokenId>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let revoked = QueryParameters::of(&request).value("done") == Some("revoked");
    show_one(&reader, id, FormErrors::default(), revoked).await
}

/// Revokes a token, when it was confirmed.
#[post("/tokens/{id}/revoke")]
pub(crate) async fn revoke(sent: SentForm, Id(id): Id<TokenId>) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    reader.require(Permission::ManageAccounts)?;
    if !form.has("sure", "yes") {
        let trouble = FormErrors::field("sure", TokenWords(reader.language()).sure_missing());
        return show_one(&reader, id, trouble, false).await;
    }
    reader.write(move |tx| tokens::revoke(tx, id)).await?;
    Ok(see_other(&format!("/tokens/{id}?done=revoked")))
}

async fn show_one(reader: &Reader, id: TokenId, trouble: FormErrors, done: bool) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageAccounts)?;
    let ((token, names), shell) = reader
        .read_framed(Area::Tokens, move |connection, actor| {
            let token = tokens::find(connection, actor, id)?;
            let names = Directory::load(connection, actor, token.issued_by, token.street_id)?;
            Ok((token, names))
        })
        .await?;
    let (t, context) = (TokenWords(shell.language), reader.app.context());
    let state = State::of(&token, reader.app.now());
    let page = TokenPage {
        t,
        fields: Fields::new(vec![Field::tick("sure", t.sure())]).troubled(trouble),
        done: done.then(|| t.done_revoked()),
        id,
        scopes: scopes(&token, shell.language),
        street: names.organisation(token.street_id).map(str::to_owned),
        issuer: names.person(token.issued_by).map(str::to_owned),
        state: state.text(t),
        revocable: state != State::Revoked,
        issued: format::instant(context, token.created_at.0),
        expires: last_minute(&token, context),
        revoked: token.revoked_at.map(|at| format::instant(context, at.0)),
        last_used: token.last_used_at.map(|at| format::instant(context, at.0)),
        name: token.name,
        prefix: token.prefix,
        shell,
    };
    page_with(page.fields.trouble.status(), &page)
}
