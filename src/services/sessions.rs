//! Who is signed in: from a presented token to the actor behind it.

use super::{Context, Error};
use crate::{
    db::{backend::DbConn, sessions, tokens},
    domain::{
        actor::{Actor, Identity},
        ids::{SessionId, TokenId},
        role::TokenScope,
    },
    secrets::token::{Token, TokenKind},
    texts::{Explain, Language, texts},
};
use chrono::{DateTime, TimeDelta, Utc};

/// Why somebody is not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInError {
    /// No token was presented, or one that does not hold.
    Nobody,
}

impl Explain for SignInError {
    fn code(&self) -> &'static str {
        match self {
            Self::Nobody => "not_signed_in",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Nobody => nobody_text(language),
        }
    }
}

texts! {
    nobody_text() { zh: "请先登录。", en: "Sign in first." }
}

/// Nobody is signed in.
pub fn nobody() -> Error {
    Error::Unauthenticated(Box::new(SignInError::Nobody))
}

/// What was used and has to be noted, at most once a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Used {
    /// A session.
    Session(SessionId),
    /// A token.
    Token(TokenId),
}

/// The actor behind a token, and whether its use has to be noted.
pub fn authenticate(
    connection: &mut DbConn,
    context: &Context,
    token: &Token,
    request_id: String,
    now: DateTime<Utc>,
) -> Result<(Actor, Option<Used>), Error> {
    match token.kind() {
        TokenKind::Session => by_session(connection, context, token, request_id, now),
        TokenKind::Api => by_token(connection, token, request_id, now),
    }
}

const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

fn by_session(
    connection: &mut DbConn,
    context: &Context,
    token: &Token,
    request_id: String,
    now: DateTime<Utc>,
) -> Result<(Actor, Option<Used>), Error> {
    let found = sessions::find_open(connection, token.hash().as_bytes())?;
    let (session, user, organisation_kind) = found.ok_or_else(nobody)?;
    let idle = now - session.last_seen_at.0;
    if now >= session.expires_at.0 || idle >= context.settings.security.session_idle {
        return Err(nobody());
    }
    let actor = Actor {
        identity: Identity::Person {
            user: user.id,
            session: Some(session.id),
            role: user.role,
            organisation: user.organisation_id,
            organisation_kind,
        },
        name: user.display_name,
        language: user.language,
        request_id,
    };
    Ok((actor, (idle >= NOTED_EVERY).then_some(Used::Session(session.id))))
}

fn by_token(
    connection: &mut DbConn,
    token: &Token,
    request_id: String,
    now: DateTime<Utc>,
) -> Result<(Actor, Option<Used>), Error> {
    let row = tokens::find_open(connection, token.hash().as_bytes())?.ok_or_else(nobody)?;
    if now >= row.expires_at.0 {
        return Err(nobody());
    }
    let scopes: Vec<TokenScope> = row.scopes.split(' ').filter_map(|scope| scope.parse().ok()).collect();
    let noted = row.last_used_at.is_some_and(|at| now - at.0 < NOTED_EVERY);
    let actor = Actor {
        identity: Identity::Service { token: row.id, scopes, street: row.street_id },
        name: row.name,
        language: Language::default(),
        request_id,
    };
    Ok((actor, (!noted).then_some(Used::Token(row.id))))
}

/// Notes that a session or token is in use.
pub fn note_use(connection: &mut DbConn, used: Used, now: DateTime<Utc>) -> Result<(), Error> {
    match used {
        Used::Session(id) => sessions::seen(connection, id, now)?,
        Used::Token(id) => tokens::used(connection, id, now)?,
    };
    Ok(())
}
