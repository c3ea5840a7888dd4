//! What a person reads and changes in the own account.

use super::sessions::{is_change_due, password_expires_at, person};
use crate::{
    db::{
        backend::DbConn,
        people::{
            sessions::PasswordState,
            users::{self, User},
        },
        registry::organisations::Organisation,
    },
    domain::{people::actor::Actor, records::change::Action, text},
    services::{Context, Error, Invalid, Tx, Version, patch::Patch},
    texts::Language,
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

/// The own account with all that a person should know of it.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The account.
    pub user: User,
    /// Where the person works.
    pub organisation: Organisation,
    /// Whether sign-in asks for a code.
    pub second_factor: bool,
    /// Whether a new password must be chosen before anything else.
    pub password_change_required: bool,
    /// When the password must be changed.
    pub password_expires_at: Option<DateTime<Utc>>,
}

/// The profile of the person who asks.
pub fn profile(
    connection: &mut DbConn,
    context: &Context,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Profile, Error> {
    let (user, organisation, row) = users::with_place(connection, person(actor)?)?.ok_or(Error::NotFound)?;
    let state = row.as_ref().map(|row| PasswordState {
        password_changed_at: row.password_changed_at,
        password_change_required: row.password_change_required,
    });
    Ok(Profile {
        user,
        organisation,
        second_factor: row.as_ref().is_some_and(|row| row.totp_confirmed_at.is_some()),
        password_change_required: state.is_some_and(|state| is_change_due(context, state, now)),
        password_expires_at: state.and_then(|state| password_expires_at(context, state.password_changed_at.0)),
    })
}

/// What you may change in your own account; the security administrator sets the displayed name.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = MeChange, example = json!({"language": "en"}))]
pub struct OwnFields {
    /// What pages and mails are in.
    #[schema(value_type = Option<Language>)]
    pub language: Patch<Language>,
    /// Where alerts are sent.
    #[schema(value_type = Option<String>, max_length = 254)]
    pub email: Patch<String>,
}

/// Changes the own account.
pub fn update(tx: &mut Tx<'_>, version: Version, fields: OwnFields) -> Result<(), Error> {
    let before = users::lock(tx.conn, person(tx.actor)?)?.ok_or(Error::NotFound)?;
    version.check(before.version)?;
    let mut after = before.clone();
    let mut invalid = Invalid::default();
    after.language = invalid.kept("/language", fields.language).unwrap_or(after.language);
    fields.email.write(&mut after.email, |email| invalid.take("/email", text::email_address(&email)));
    invalid.check()?;
    tx.change(&before, after, Action::Updated)?;
    Ok(())
}
