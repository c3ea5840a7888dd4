//! Checking a password, the own one above all, and the result of a failure: the count of failures and the lock.
//!
//! The comparison takes tens of milliseconds and 19 MiB, so it is done before the transaction that acts on it.

use super::sessions::{SignInError, person};
use crate::{
    db::{
        backend::DbConn,
        people::{
            credentials::{self, Credentials},
            users::{self, User},
        },
    },
    domain::{
        codes::codes,
        people::{
            actor::Actor,
            lockout::{Attempts, Lockout},
        },
        records::change::{Action, Noun},
    },
    secrets::password_hash,
    services::{Belongs, Context, Details, Error, Tx},
    texts::{Explain, Language},
};
use chrono::{DateTime, Utc};

codes! {
    /// Why a password was not changed.
    pub enum PasswordChangeError {
        /// The current password is another.
        Wrong = "password_wrong", "当前密码不正确。", "The current password is wrong.";
        /// The new password is the current one.
        Reused = "password_reused", "新密码不能与当前密码相同。", "The new password must differ from the current one.";
        /// The account has no password.
        Absent = "no_password", "该账号尚未设置密码，请联系安全管理员。", "The account has no password; ask a security administrator.";
        /// The account is not in use.
        Deactivated = "account_deactivated", "该账号已停用，请先恢复。", "The account is deactivated; reactivate it first.";
    }
}

impl Explain for PasswordChangeError {
    fn code(&self) -> &'static str {
        self.as_str()
    }

    fn text(&self, language: Language) -> String {
        Self::text(*self, language).to_owned()
    }
}

/// What comparing a password gave. Not printable.
#[derive(Clone)]
pub struct Proof {
    /// Whether it was the right one.
    pub proved: bool,
    /// The hash it was compared with: the proof holds only while that is the account's.
    hash: Option<String>,
    /// The same password under today's parameters, when it was kept under others.
    renewed: Option<String>,
}

/// Compares a password. Without credentials the same work is done, so that the time taken does not tell who has an account.
pub fn compare(credentials: Option<&Credentials>, password: &str) -> Result<Proof, Error> {
    let hash = credentials.map(|credentials| credentials.password_hash.clone());
    let proved = password_hash::verify(password, hash.as_deref()).map_err(Error::internal)?;
    let outdated = proved && hash.as_deref().is_some_and(password_hash::needs_rehash);
    let renewed = if outdated { Some(password_hash::hash(password).map_err(Error::internal)?) } else { None };
    Ok(Proof { proved, hash, renewed })
}

impl Proof {
    /// Whether the proof is about these credentials, which may have changed since.
    pub fn is_about(&self, credentials: &Credentials) -> bool {
        self.hash.as_ref() == Some(&credentials.password_hash)
    }

    /// Forgets the failures before, and keeps the password under today's parameters.
    pub fn accept(self, credentials: &mut Credentials) {
        credentials.failed_attempts = 0;
        credentials.locked_until = None;
        if let Some(renewed) = self.renewed {
            credentials.password_hash = renewed;
        }
    }
}

/// Refuses to look at an attempt while the account is locked.
pub fn refuse_locked(credentials: &Credentials, now: DateTime<Utc>) -> Result<(), Error> {
    match attempts(credentials).locked_for(now) {
        Some(retry_after) => Err(Error::TooMany { retry_after }),
        None => Ok(()),
    }
}

/// Counts a failure and records it; the refusal itself must be committed, so this is no error.
pub fn note_failure(
    tx: &mut Tx<'_>,
    user: &User,
    credentials: &mut Credentials,
    reason: SignInError,
    details: Details,
) -> Result<(), Error> {
    let after = attempts(credentials).failed_again(lockout(tx.context), tx.now);
    credentials.failed_attempts = i32::try_from(after.failed).unwrap_or(i32::MAX);
    credentials.locked_until = after.locked_until.map(Into::into);
    credentials::update(tx.conn, credentials)?;
    let mut details = details.with("reason", (), reason);
    if let Some(until) = after.locked_until {
        details = details.with("locked_until", (), until);
    }
    tx.record_event(Noun::User, user.id.0, Action::SignInRefused, Belongs::District, details)?;
    Ok(())
}

/// When an account is locked here.
pub fn lockout(context: &Context) -> Lockout {
    let security = &context.settings.security;
    Lockout { failures: security.lockout_failures, duration: security.lockout }
}

fn attempts(credentials: &Credentials) -> Attempts {
    Attempts {
        failed: u32::try_from(credentials.failed_attempts).unwrap_or_default(),
        locked_until: credentials.locked_until.map(|until| until.0),
    }
}

/// The account of the person who acts with its credentials, refused while it is locked.
pub fn own_credentials(
    connection: &mut DbConn,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<(User, Credentials), Error> {
    let id = person(actor)?;
    let user = users::find(connection, id)?.ok_or(Error::NotFound)?;
    let row = credentials::find(connection, id)?.ok_or_else(|| Error::conflict(PasswordChangeError::Absent))?;
    refuse_locked(&row, now)?;
    Ok((user, row))
}

/// Holds the person who acts to a proof of the own password: locks the account, and counts a failure.
pub(in crate::services) fn prove(tx: &mut Tx<'_>, proof: &Proof) -> Result<Result<User, Error>, Error> {
    let id = person(tx.actor)?;
    let user = users::lock(tx.conn, id)?.ok_or(Error::NotFound)?;
    let (_, mut row) = own_credentials(tx.conn, tx.actor, tx.now)?;
    if proof.proved && proof.is_about(&row) {
        return Ok(Ok(user));
    }
    note_failure(tx, &user, &mut row, SignInError::Refused, Details::none())?;
    Ok(Err(wrong("/current_password")))
}

/// Refuses the password in a field.
pub(super) fn wrong(pointer: &str) -> Error {
    Error::field(pointer, PasswordChangeError::Wrong)
}
