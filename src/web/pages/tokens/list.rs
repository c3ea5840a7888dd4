//! The list of tokens, latest first, revoked ones included.

use super::TokenWords;
use crate::{
    db::people::tokens::ApiToken,
    domain::{
        ids::TokenId,
        people::role::{Permission, TokenScope},
        records::change::Noun,
    },
    services::{Context, Error, Read, paging::Window, people::tokens, registry::directory::Directory},
    texts::Language,
    web::{
        listing::PageQuery,
        pages::{
            format,
            lists::{self, ActionLink, Cell, Column, Frame, List, Loaded, Look, Piece, Seen},
            reader::Reader,
            shell::Area,
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};
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

struct TokenList;

/// The list.
#[get("/tokens")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    lists::show::<TokenList>(&reader, &request).await
}

/// The list as a file.
#[get("/tokens/export")]
pub(crate) async fn export(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    lists::export::<TokenList>(&reader, &request).await
}

impl List for TokenList {
    const PATH: &'static str = "/tokens";
    const NOUN: Noun = Noun::Token;
    const AREA: Area = Area::Tokens;
    const PERMISSION: Permission = Permission::ManageAccounts;
    const SIZE: i64 = 50;
    type Query = PageQuery;
    type Mark = TokenId;
    type Row = ApiToken;
    type Known = Directory;

    fn load(read: &mut Read<'_>, _: &PageQuery, window: &Window<TokenId>) -> Result<Loaded<Self>, Error> {
        let page = tokens::list(read.conn, read.actor, window)?;
        let streets = page.items.iter().filter_map(|token| token.street_id);
        let names = Directory::load(read.conn, read.actor, [], streets)?;
        Ok((page, names))
    }

    fn columns<'p>(seen: &Seen<'p, Self>) -> Vec<Column<'p, ApiToken>> {
        let (t, context, names, now) = (TokenWords(seen.language()), seen.context, seen.known, seen.now);
        let name = move |token: &ApiToken| Cell::of(Piece::Link(format!("/tokens/{}", token.id), token.name.clone()));
        let state = move |token: &ApiToken| {
            let state = State::of(token, now);
            let text = state.text(t);
            Cell::of(if state == State::Valid { Piece::Accent(text) } else { Piece::Tag(text) })
        };
        let scopes = move |token: &ApiToken| {
            Cell::nothing().and(scopes(token, t.0).into_iter().map(|scope| Piece::Tag(scope.to_owned())))
        };
        let street = move |token: &ApiToken| {
            Cell::text(names.organisation(token.street_id).map_or_else(|| t.whole(), str::to_owned))
        };
        let used = move |token: &ApiToken| {
            Cell::of(match token.last_used_at {
                Some(at) => Piece::Time(format::instant(context, at.0)),
                None => Piece::Muted(t.never()),
            })
        };
        vec![
            Column::new(t.name(), name),
            Column::new(t.prefix(), move |token: &ApiToken| Cell::of(Piece::Code(format!("{}…", token.prefix)))),
            Column::new(t.state(), state),
            Column::new(t.scopes(), scopes),
            Column::new(t.street(), street),
            Column::new(t.expires(), move |token: &ApiToken| Cell::of(Piece::Time(last_minute(token, context))))
                .look(Look::Code),
            Column::new(t.last_used(), used).look(Look::Code),
        ]
    }

    fn frame(seen: &Seen<'_, Self>) -> Frame {
        let t = TokenWords(seen.language());
        Frame {
            title: seen.w.tokens(),
            lead: t.lead(),
            actions: vec![ActionLink { href: "/tokens/new".to_owned(), name: t.add(), icon: "plus", main: true }],
            found: seen.found(|total| t.found(total)),
            caption: t.table(),
            nothing: t.nothing(),
            nothing_hint: t.nothing_hint(),
            ..Frame::default()
        }
    }
}
