//! Who is signed in: from a token to its actor, and the sessions of a person.

use crate::{
    db::{
        backend::DbConn,
        people::{
            sessions::{self, OpenSession, PasswordState, Session},
            tokens,
            users::User,
        },
    },
    domain::{
        codes::codes,
        ids::{SessionId, TokenId, UserId},
        people::{
            actor::{Actor, Identity},
            role::TokenScope,
        },
        records::change::{Action, Noun},
        registry::organisation::OrganisationKind,
    },
    secrets::token::{Token, TokenKind},
    services::{
        Belongs, Context, Details, Error, Tx,
        paging::{Page, Window},
    },
    texts::{Explain, Language},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

codes! {
    /// Why somebody is not signed in, or may do nothing yet though they are.
    pub enum SignInError {
        /// No token was presented, or one that does not hold.
        Nobody = "not_signed_in", "请先登录。", "Sign in first.";
        /// The user name, the password or both are wrong, or the account is not in use.
        Refused = "sign_in_refused", "用户名或密码不正确。", "The user name or the password is wrong.";
        /// The password is right; the code of the second factor is missing.
        SecondFactorRequired = "second_factor_required",
            "请在 totp 中填写验证器应用显示的六位验证码。",
            "Send the six digits your authenticator app shows as totp.";
        /// The code of the second factor is wrong or was used before.
        SecondFactorWrong = "second_factor_wrong",
            "验证码不正确或已经用过，请等待下一个验证码。",
            "The code is wrong or was used before; wait for the next one.";
        /// The password has to be changed before anything else.
        PasswordChangeRequired = "password_change_required",
            "请先修改密码，然后继续使用。",
            "Change your password first, then continue.";
        /// Only a person can do this, not a service account.
        PeopleOnly = "people_only", "此操作仅限人员账号。", "Only people can do this, not service accounts.";
    }
}

impl Explain for SignInError {
    fn code(&self) -> &'static str {
        self.as_str()
    }

    fn text(&self, language: Language) -> String {
        Self::text(*self, language).to_owned()
    }
}

/// Nobody is signed in.
pub fn nobody() -> Error {
    Error::Unauthenticated(Box::new(SignInError::Nobody))
}

/// The account of the person who acts; service accounts are refused.
pub fn person(actor: &Actor) -> Result<UserId, Error> {
    actor.user().ok_or_else(|| Error::refused(SignInError::PeopleOnly))
}

/// What was used and has to be noted, at most once a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Used {
    /// A session.
    Session(SessionId),
    /// A token.
    Token(TokenId),
}

/// Somebody who presented a token that holds.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// Who it is.
    pub actor: Actor,
    /// What was used and has to be noted.
    pub used: Option<Used>,
    /// Whether the person must choose a new password before anything else.
    pub password_change_required: bool,
}

/// The actor behind a token.
pub fn authenticate(
    connection: &mut DbConn,
    context: &Context,
    token: &Token,
    request_id: String,
    now: DateTime<Utc>,
) -> Result<Authenticated, Error> {
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
) -> Result<Authenticated, Error> {
    let OpenSession { session, user, organisation_kind, password } =
        sessions::find_open(connection, token.hash().as_bytes())?.ok_or_else(nobody)?;
    let idle = now - session.last_seen_at.0;
    if now >= session.expires_at.0 || idle >= context.settings.security.session_idle {
        return Err(nobody());
    }
    Ok(Authenticated {
        actor: signed_in(&user, Some(session.id), organisation_kind, request_id),
        used: (idle >= NOTED_EVERY).then_some(Used::Session(session.id)),
        password_change_required: password.is_some_and(|state| is_change_due(context, state, now)),
    })
}

/// The actor that a person is.
pub fn signed_in(
    user: &User,
    session: Option<SessionId>,
    organisation_kind: OrganisationKind,
    request_id: String,
) -> Actor {
    Actor {
        identity: Identity::Person {
            user: user.id,
            session,
            role: user.role,
            organisation: user.organisation_id,
            organisation_kind,
        },
        name: user.display_name.clone(),
        language: user.language,
        request_id,
    }
}

/// Whether a password must be changed: it was set by somebody else, or it is older than the profile allows.
pub fn is_change_due(context: &Context, state: PasswordState, now: DateTime<Utc>) -> bool {
    state.password_change_required
        || password_expires_at(context, state.password_changed_at.0).is_some_and(|expiry| now >= expiry)
}

/// When a password set at an instant must be changed; `None` when the profile knows no age.
pub fn password_expires_at(context: &Context, changed_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let days = context.settings.security.password_profile.max_age_days()?;
    Some(changed_at + TimeDelta::days(i64::from(days)))
}

fn by_token(
    connection: &mut DbConn,
    token: &Token,
    request_id: String,
    now: DateTime<Utc>,
) -> Result<Authenticated, Error> {
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
    Ok(Authenticated { actor, used: (!noted).then_some(Used::Token(row.id)), password_change_required: false })
}

/// Notes that a session or token is in use.
pub fn note_use(connection: &mut DbConn, used: Used, now: DateTime<Utc>) -> Result<(), Error> {
    match used {
        Used::Session(id) => sessions::seen(connection, id, now)?,
        Used::Token(id) => tokens::used(connection, id, now)?,
    };
    Ok(())
}

/// The sessions of the person who asks that can still be used, latest first.
pub fn list_own(
    connection: &mut DbConn,
    context: &Context,
    actor: &Actor,
    window: &Window<SessionId>,
    now: DateTime<Utc>,
) -> Result<Page<Session, SessionId>, Error> {
    let user = person(actor)?;
    let used_after = now - context.settings.security.session_idle;
    let rows = sessions::list_open(connection, user, now, used_after, &window.part())?;
    let total = window.total(rows.len(), |_| sessions::count_open(connection, user, now, used_after))?;
    Ok(Page::cut(rows, window, total, |session| session.id))
}

/// Ends one of the sessions of the person who asks.
pub fn end_own(tx: &mut Tx<'_>, id: SessionId) -> Result<(), Error> {
    let user = person(tx.actor)?;
    sessions::find(tx.conn, id, user)?.ok_or(Error::NotFound)?;
    sessions::end(tx.conn, id, tx.now)?;
    tx.record_event(Noun::Session, id.0, Action::SignedOut, Belongs::District, signed_out(user))?;
    Ok(())
}

/// Signs the person who asks out of the session they came with.
pub fn sign_out(tx: &mut Tx<'_>) -> Result<(), Error> {
    match tx.actor.identity {
        Identity::Person { session: Some(session), .. } => end_own(tx, session),
        _ => Err(Error::refused(SignInError::PeopleOnly)),
    }
}

/// Ends all sessions of the person who asks but the one they came with.
pub fn end_others(tx: &mut Tx<'_>) -> Result<(), Error> {
    match tx.actor.identity {
        Identity::Person { user, session, .. } => end_all(tx, user, session),
        _ => Err(Error::refused(SignInError::PeopleOnly)),
    }
}

/// Ends all sessions of a person but one, because what they rest on has changed.
pub fn end_all(tx: &mut Tx<'_>, user: UserId, but: Option<SessionId>) -> Result<(), Error> {
    for session in sessions::open_ids(tx.conn, user, tx.now)?.into_iter().filter(|id| Some(*id) != but) {
        sessions::end(tx.conn, session, tx.now)?;
        tx.record_event(Noun::Session, session.0, Action::SignedOut, Belongs::District, signed_out(user))?;
    }
    Ok(())
}

fn signed_out(user: UserId) -> Details {
    Details::none().with("user_id", Value::Null, user)
}
