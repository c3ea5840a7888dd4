//! Signing in: find the account, compare the password outside the transaction, then decide and record in one.

use super::{
    password_proof::{self, Proof},
    second_factor,
    sessions::SignInError,
};
use crate::{
    db::{
        backend::DbConn,
        people::{
            credentials::{self, Credentials},
            sessions::{self, Session},
            users::{self, User},
        },
        registry::organisations,
    },
    domain::{
        ids::SessionId,
        people::{actor::Actor, user::UserStatus},
        records::change::{Action, Noun},
        registry::organisation::OrganisationKind,
        text,
    },
    secrets::token::{Token, TokenKind},
    services::{Belongs, Context, Details, Error, Tx},
    texts::{Language, texts},
};
use chrono::{DateTime, Utc};

texts! {
    stranger_text() { zh: "未登录者", en: "somebody not signed in" }
}

/// The account an attempt names.
#[derive(Clone)]
pub struct Candidate {
    user: User,
    organisation_kind: OrganisationKind,
    credentials: Option<Credentials>,
}

/// Where an attempt comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The client's address.
    pub address: String,
    /// What the client says it is.
    pub user_agent: String,
}

/// An attempt whose password was compared. Not printable.
#[derive(Clone)]
pub struct Attempt {
    /// The account, if there is one of the name.
    pub candidate: Option<Candidate>,
    /// Whether the password was right.
    pub proof: Proof,
    /// The code of the second factor, when one was sent.
    pub totp: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
}

/// A session that was opened, with the only copy of its token.
pub struct NewSession {
    /// What the person presents from now on.
    pub token: Token,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
    /// Who is signed in now.
    pub actor: Actor,
}

/// The account of a user name; refused without more ado while it is locked.
pub fn candidate(connection: &mut DbConn, username: &str, now: DateTime<Utc>) -> Result<Option<Candidate>, Error> {
    let Ok(username) = text::username(username) else { return Ok(None) };
    let Some(user) = users::find_by_username(connection, &username)? else { return Ok(None) };
    let credentials = credentials::find(connection, user.id)?;
    if let Some(credentials) = &credentials {
        password_proof::refuse_locked(credentials, now)?;
    }
    let organisation = organisations::find(connection, user.organisation_id)?
        .ok_or_else(|| Error::internal("an account has no organisation"))?;
    Ok(Some(Candidate { user, organisation_kind: organisation.kind, credentials }))
}

impl Candidate {
    /// What the password is compared with.
    pub const fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }
}

/// Who the record says made the attempt: the person once the password was right, else a stranger, named in the district's
/// language.
pub fn author(attempt: &Attempt, language: Language, request_id: String) -> Actor {
    match &attempt.candidate {
        Some(candidate) if attempt.proof.proved => {
            super::sessions::signed_in(&candidate.user, None, candidate.organisation_kind, request_id)
        }
        _ => Actor::system(&stranger_text(language), request_id),
    }
}

/// Decides an attempt. A refusal is recorded and counted, so it is committed like a success.
pub fn decide(tx: &mut Tx<'_>, attempt: Attempt) -> Result<Result<NewSession, SignInError>, Error> {
    let Attempt { candidate, proof, totp, origin } = attempt;
    let Some(candidate) = candidate else {
        tx.record_event(Noun::Session, SessionId::new().0, Action::SignInRefused, Belongs::District, from(&origin))?;
        return Ok(Err(SignInError::Refused));
    };
    let user = users::lock(tx.conn, candidate.user.id)?.ok_or_else(|| Error::internal("an account is gone"))?;
    let Some(mut row) = credentials::find(tx.conn, user.id)? else {
        let details = from(&origin).with("reason", (), SignInError::Refused);
        tx.record_event(Noun::User, user.id.0, Action::SignInRefused, Belongs::District, details)?;
        return Ok(Err(SignInError::Refused));
    };
    password_proof::refuse_locked(&row, tx.now)?;
    if let Err(refusal) = admit(tx.context, &user, &mut row, &proof, totp.as_deref(), tx.now)? {
        refuse(tx, &user, &mut row, refusal, &origin)?;
        return Ok(Err(refusal));
    }
    proof.accept(&mut row);
    credentials::update(tx.conn, &row)?;
    open(tx, &user, candidate.organisation_kind, &origin).map(Ok)
}

fn admit(
    context: &Context,
    user: &User,
    row: &mut Credentials,
    proof: &Proof,
    totp: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Result<(), SignInError>, Error> {
    if !proof.proved || !proof.is_about(row) || user.status != UserStatus::Active {
        return Ok(Err(SignInError::Refused));
    }
    second_factor::check(context, row, totp, now)
}

/// A missing code is asked for and does not count as a failure; everything else does.
fn refuse(
    tx: &mut Tx<'_>,
    user: &User,
    row: &mut Credentials,
    refusal: SignInError,
    origin: &Origin,
) -> Result<(), Error> {
    if refusal == SignInError::SecondFactorRequired {
        let details = from(origin).with("reason", (), refusal);
        tx.record_event(Noun::User, user.id.0, Action::SignInRefused, Belongs::District, details)?;
        return Ok(());
    }
    password_proof::note_failure(tx, user, row, refusal, from(origin))
}

fn open(tx: &mut Tx<'_>, user: &User, kind: OrganisationKind, origin: &Origin) -> Result<NewSession, Error> {
    let token = Token::generate(TokenKind::Session).map_err(Error::internal)?;
    let expires_at = tx.now + tx.context.settings.security.session_absolute;
    let session = Session {
        id: SessionId::new(),
        user_id: user.id,
        token_hash: token.hash().as_bytes().to_vec(),
        created_at: tx.now.into(),
        last_seen_at: tx.now.into(),
        expires_at: expires_at.into(),
        ended_at: None,
        remote_address: origin.address.clone(),
        user_agent: origin.user_agent.clone(),
    };
    sessions::insert(tx.conn, &session)?;
    let details = from(origin).with("user_id", (), user.id).with("expires_at", (), expires_at);
    tx.record_event(Noun::Session, session.id.0, Action::SignedIn, Belongs::District, details)?;
    let actor = super::sessions::signed_in(user, Some(session.id), kind, tx.actor.request_id.clone());
    Ok(NewSession { token, expires_at, actor })
}

fn from(origin: &Origin) -> Details {
    Details::none().with("remote_address", (), &origin.address).with("user_agent", (), &origin.user_agent)
}
