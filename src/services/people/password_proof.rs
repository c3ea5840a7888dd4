//! Checking a password, and the result of a failure: the count of failures and the lock.
//!
//! The comparison takes tens of milliseconds and 19 MiB, so it is done before the transaction that acts on it.

use super::sessions::SignInError;
use crate::{
    db::people::{
        credentials::{self, Credentials},
        users::User,
    },
    domain::{
        people::lockout::{Attempts, Lockout},
        records::change::{Action, Noun},
    },
    secrets::password_hash,
    services::{Belongs, Context, Details, Error, Tx},
};
use chrono::{DateTime, Utc};

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
