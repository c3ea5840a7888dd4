//! The second factor: started, confirmed, checked at sign-in, and removed.

use super::{
    password_proof::{self, Proof},
    sessions::{SignInError, person},
};
use crate::{
    db::{
        backend::DbConn,
        people::{
            credentials::{self, Credentials},
            users,
        },
    },
    domain::{
        codes::codes,
        ids::UserId,
        people::actor::Actor,
        records::change::{Action, Noun},
    },
    secrets::totp::TotpSeed,
    services::{Belongs, Context, Details, Error, Tx},
    texts::{Explain, Language},
};
use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

/// How authenticator apps name the product.
const ISSUER: &str = "Wellspring";

codes! {
    /// Why a second factor was not switched on or off.
    pub enum SecondFactorError {
        /// It is on already.
        Active = "second_factor_active", "两步验证已启用；如需更换，请先关闭。", "The second factor is already on. To replace it, switch it off first.";
        /// Nothing was begun that could be confirmed.
        NotBegun = "second_factor_not_begun", "请先开始启用两步验证。", "Begin to switch on the second factor first.";
    }
}

impl Explain for SecondFactorError {
    fn code(&self) -> &'static str {
        self.as_str()
    }

    fn text(&self, language: Language) -> String {
        Self::text(*self, language).to_owned()
    }
}

/// What a person enters in an authenticator app.
pub struct Enrolment {
    /// The seed in base32, for typing.
    pub secret: Zeroizing<String>,
    /// The same as an address, for a QR code.
    pub otpauth_url: Zeroizing<String>,
}

impl Enrolment {
    fn of(seed: &TotpSeed, user: &users::User) -> Self {
        Self { secret: seed.to_base32(), otpauth_url: seed.otpauth_url(ISSUER, &user.username) }
    }
}

/// Begins: a seed is kept, but not asked for until it was confirmed.
pub fn begin(tx: &mut Tx<'_>) -> Result<Enrolment, Error> {
    let (user, mut row) = locked(tx)?;
    if row.totp_confirmed_at.is_some() {
        return Err(Error::conflict(SecondFactorError::Active));
    }
    let seed = TotpSeed::generate().map_err(Error::internal)?;
    row.totp_seed = Some(tx.context.sealer.seal(seed.expose(), &purpose(user.id)).map_err(Error::internal)?);
    row.totp_last_step = None;
    credentials::update(tx.conn, &row)?;
    Ok(Enrolment::of(&seed, &user))
}

/// What the person who acts has begun and not confirmed yet, once more: a code mistyped is no reason to begin again.
pub fn begun(
    connection: &mut DbConn,
    context: &Context,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Enrolment, Error> {
    let (user, row) = password_proof::own_credentials(connection, actor, now)?;
    if row.totp_confirmed_at.is_some() {
        return Err(Error::conflict(SecondFactorError::Active));
    }
    let seed = seed(context, &row)?.ok_or_else(|| Error::conflict(SecondFactorError::NotBegun))?;
    Ok(Enrolment::of(&seed, &user))
}

/// Confirms with a code: from now on sign-in asks for one.
pub fn confirm(tx: &mut Tx<'_>, code: &str) -> Result<(), Error> {
    let (user, mut row) = locked(tx)?;
    if row.totp_confirmed_at.is_some() {
        return Err(Error::conflict(SecondFactorError::Active));
    }
    let seed = seed(tx.context, &row)?.ok_or_else(|| Error::conflict(SecondFactorError::NotBegun))?;
    let step = seed.verify(code, tx.now).ok_or_else(|| Error::field("/code", SignInError::SecondFactorWrong))?;
    row.totp_confirmed_at = Some(tx.now.into());
    row.totp_last_step = Some(step);
    credentials::update(tx.conn, &row)?;
    tx.record_event(Noun::User, user.id.0, Action::SecondFactorChanged, Belongs::District, changed(false, true))?;
    Ok(())
}

/// Switches it off for the person who acts and has proved to know the password; a failed proof is counted and committed.
pub fn remove_own(tx: &mut Tx<'_>, proof: &Proof) -> Result<Result<(), Error>, Error> {
    match password_proof::prove(tx, proof)? {
        Ok(user) => remove(tx, user.id).map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Switches it off.
pub(in crate::services) fn remove(tx: &mut Tx<'_>, id: UserId) -> Result<(), Error> {
    let Some(mut row) = credentials::find(tx.conn, id)? else { return Ok(()) };
    let was_on = row.totp_confirmed_at.is_some();
    row.totp_seed = None;
    row.totp_confirmed_at = None;
    row.totp_last_step = None;
    credentials::update(tx.conn, &row)?;
    if was_on {
        tx.record_event(Noun::User, id.0, Action::SecondFactorChanged, Belongs::District, changed(true, false))?;
    }
    Ok(())
}

/// Checks the code of a sign-in and notes its step, so that it is good once. Without a confirmed factor nothing is asked for.
pub(in crate::services) fn check(
    context: &Context,
    row: &mut Credentials,
    code: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Result<(), SignInError>, Error> {
    if row.totp_confirmed_at.is_none() {
        return Ok(Ok(()));
    }
    let Some(code) = code else { return Ok(Err(SignInError::SecondFactorRequired)) };
    let seed = seed(context, row)?.ok_or_else(|| Error::internal("a confirmed second factor has no seed"))?;
    let fresh = seed.verify(code, now).filter(|&step| row.totp_last_step.is_none_or(|last| step > last));
    match fresh {
        Some(step) => {
            row.totp_last_step = Some(step);
            Ok(Ok(()))
        }
        None => Ok(Err(SignInError::SecondFactorWrong)),
    }
}

fn locked(tx: &mut Tx<'_>) -> Result<(users::User, Credentials), Error> {
    let id = person(tx.actor)?;
    users::lock(tx.conn, id)?.ok_or(Error::NotFound)?;
    password_proof::own_credentials(tx.conn, tx.actor, tx.now)
}

fn seed(context: &Context, row: &Credentials) -> Result<Option<TotpSeed>, Error> {
    let Some(sealed) = &row.totp_seed else { return Ok(None) };
    let bytes = context.sealer.open(sealed, &purpose(row.user_id)).map_err(Error::internal)?;
    Ok(TotpSeed::from_bytes(&bytes))
}

fn purpose(id: UserId) -> String {
    format!("user:{id}:totp")
}

fn changed(before: bool, after: bool) -> Details {
    Details::none().with("second_factor", before, after)
}
