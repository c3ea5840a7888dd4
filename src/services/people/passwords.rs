//! Passwords: chosen by the person, or created for one sign-in by the security administrator.

use super::{
    password_proof::{self, PasswordChangeError, Proof},
    second_factor,
    sessions::{self, person},
};
use crate::{
    db::people::{
        credentials::{self, Credentials},
        users::{self, User},
    },
    domain::{
        ids::UserId,
        people::{actor::Identity, password, role::Permission, user::UserStatus},
        records::change::{Action, Noun},
    },
    secrets::{password_hash, random},
    services::{Belongs, Context, Details, Error, Tx},
    settings::Secret,
};

/// A password that was accepted, as its hash. Not printable.
#[derive(Clone)]
pub struct NewPassword {
    hash: String,
    change_required: bool,
}

impl NewPassword {
    /// The same, to be changed at the next sign-in.
    #[must_use]
    pub fn for_one_sign_in(self) -> Self {
        Self { change_required: true, ..self }
    }
}

/// Checks a password somebody chose and hashes it: tens of milliseconds, to be spent outside any transaction. `pointer` names
/// the field it came in.
pub fn choose(context: &Context, username: &str, text: &str, pointer: &str) -> Result<NewPassword, Error> {
    let profile = context.settings.security.password_profile;
    password::check(text, username, profile).map_err(|reason| Error::field(pointer, reason))?;
    Ok(NewPassword { hash: password_hash::hash(text).map_err(Error::internal)?, change_required: false })
}

/// Makes a password that has to be changed at the first sign-in; as long to compute as `choose`.
pub fn one_time() -> Result<(Secret<String>, NewPassword), Error> {
    let text = password::generate(&random::bytes().map_err(Error::internal)?);
    let hash = password_hash::hash(&text).map_err(Error::internal)?;
    Ok((Secret::new(text), NewPassword { hash, change_required: true }))
}

/// Gives an account a password; failures and a lock before are forgotten, the second factor stays.
pub(in crate::services) fn set(tx: &mut Tx<'_>, user: UserId, password: NewPassword) -> Result<(), Error> {
    let before = credentials::find(tx.conn, user)?;
    let row = Credentials {
        user_id: user,
        password_hash: password.hash,
        password_changed_at: tx.now.into(),
        password_change_required: password.change_required,
        failed_attempts: 0,
        locked_until: None,
        totp_seed: before.as_ref().and_then(|row| row.totp_seed.clone()),
        totp_confirmed_at: before.as_ref().and_then(|row| row.totp_confirmed_at),
        totp_last_step: before.as_ref().and_then(|row| row.totp_last_step),
    };
    match before {
        Some(_) => credentials::update(tx.conn, &row)?,
        None => credentials::insert(tx.conn, &row)?,
    };
    Ok(())
}

/// Gives a person a new password and ends the sessions; on demand it removes the second factor, for a person who lost
/// the phone.
pub fn reset(tx: &mut Tx<'_>, id: UserId, password: NewPassword, remove_second_factor: bool) -> Result<User, Error> {
    tx.require(Permission::ManageAccounts)?;
    let user = users::lock(tx.conn, id)?.ok_or(Error::NotFound)?;
    if user.status != UserStatus::Active {
        return Err(Error::conflict(PasswordChangeError::Deactivated));
    }
    set(tx, id, password)?;
    sessions::end_all(tx, id, None)?;
    tx.record_event(Noun::User, id.0, Action::PasswordChanged, Belongs::District, Details::none())?;
    if remove_second_factor {
        second_factor::remove(tx, id)?;
    }
    Ok(user)
}

/// A wish to change the own password, compared and hashed. Not printable.
#[derive(Clone)]
pub struct Change {
    proof: Proof,
    new: Option<NewPassword>,
}

/// Compares the current password and checks the new one; outside any transaction.
pub fn prepare_change(
    context: &Context,
    (user, credentials): &(User, Credentials),
    current: &str,
    new: &str,
) -> Result<Change, Error> {
    let proof = password_proof::compare(Some(credentials), current)?;
    if !proof.proved {
        return Ok(Change { proof, new: None });
    }
    if new == current {
        return Err(Error::field("/new_password", PasswordChangeError::Reused));
    }
    let new = choose(context, &user.username, new, "/new_password")?;
    Ok(Change { proof, new: Some(new) })
}

/// Changes the own password and ends all other sessions. A wrong current password is counted, and the refusal committed.
pub fn change_own(tx: &mut Tx<'_>, change: Change) -> Result<Result<(), Error>, Error> {
    let id = person(tx.actor)?;
    let user = match password_proof::prove(tx, &change.proof)? {
        Ok(user) => user,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(new) = change.new else { return Ok(Err(password_proof::wrong("/current_password"))) };
    set(tx, id, new)?;
    let kept = match tx.actor.identity {
        Identity::Person { session, .. } => session,
        _ => None,
    };
    sessions::end_all(tx, id, kept)?;
    tx.record_event(Noun::User, user.id.0, Action::PasswordChanged, Belongs::District, Details::none())?;
    Ok(Ok(()))
}
