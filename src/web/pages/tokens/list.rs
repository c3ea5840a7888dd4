//! The list of tokens, latest first, revoked ones included.

use super::TokenWords;
use crate::{
    db::tokens::ApiToken,
    domain::role::{Permission, TokenScope},
    services::{Context, directory::Directory, paging::write_cursor, tokens},
    texts::Language,
    web::{
        listing::PageQuery,
        pages::{
            format,
            onward::PageLinks,
            query::QueryParameters,
            reader::{Reader, page},
            shell::{Area, Shell},
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};
use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};

/// Whether a token lets anybody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It does.
    Valid,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

impl State {
    pub(super) fn of(token: &ApiToken, now: DateTime<Utc>) -> Self {
        match token.revoked_at {
            Some(_) => Self::Revoked,
            None if token.expires_at.0 <= now => Self::Expired,
            None => Self::Valid,
        }
    }

    pub(super) fn text(self, t: TokenWords) -> String {
        match self {
            Self::Valid => t.active(),
            Self::Expired => t.expired(),
            Self::Revoked => t.revoked(),
        }
    }
}

/// The last minute in which a token holds.
pub(super) fn last_minute(token: &ApiToken, context: &Context) -> String {
    format::instant(context, token.expires_at.0 - TimeDelta::seconds(1))
}

/// The names of a token's scopes.
pub(super) fn scopes(token: &ApiToken, language: Language) -> Vec<&'static str> {
    let known = token.scopes.split(' ').filter_map(|scope| scope.parse::<TokenScope>().ok());
    known.map(|scope| scope.text(language)).collect()
}

struct TokenRow {
    id: String,
    name: String,
    prefix: String,
    scopes: Vec<&'static str>,
    street: Option<String>,
    state: String,
    valid: bool,
    expires: String,
    last_used: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/tokens/list.html")]
struct ListPage {
    shell: Shell,
    t: TokenWords,
    found: String,
    rows: Vec<TokenRow>,
    onward: PageLinks,
}

/// The list.
#[get("/tokens")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    const LIST: &str = "tokens";
    reader.require(Permission::ManageAccounts)?;
    let asked = QueryParameters::of(&request);
    let context = reader.app.context();
    let mut query = asked.filters::<PageQuery>()?;
    query.include_total = Some(true);
    let window = query.window(context, LIST)?;
    let (found, names) = reader
        .read(move |connection, actor| {
            let found = tokens::list(connection, actor, &window)?;
            let streets = found.items.iter().filter_map(|token| token.street_id);
            let names = Directory::load(connection, actor, [], streets)?;
            Ok((found, names))
        })
        .await?;
    let shell = reader.shell(Area::Tokens).await?;
    let t = TokenWords(shell.language);
    let next = found.next.as_ref().map(|mark| write_cursor(context, LIST, mark));
    let now = reader.app.now();
    let row = |token: ApiToken| {
        let state = State::of(&token, now);
        TokenRow {
            id: token.id.to_string(),
            scopes: scopes(&token, shell.language),
            street: names.organisation(token.street_id).map(str::to_owned),
            state: state.text(t),
            valid: state == State::Valid,
            expires: last_minute(&token, context),
            last_used: token.last_used_at.map(|at| format::instant(context, at.0)),
            name: token.name,
            prefix: token.prefix,
        }
    };
    page(&ListPage {
        t,
        found: t.found(format::count(found.total.unwrap_or_default())),
        rows: found.items.into_iter().map(row).collect(),
        onward: PageLinks::new(&asked, next.as_deref()),
        shell,
    })
}
