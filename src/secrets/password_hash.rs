//! Password hashes: argon2id in PHC strings. What makes a password acceptable is a rule of the domain, not of this file.

use super::random::{self, RandomnessUnavailable};
use crate::texts::{Explain, Language};
use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::{self, phc::PasswordHash},
};

/// Memory of one hash in KiB: OWASP Password Storage Cheat Sheet, argon2id with m = 19 MiB, t = 2, p = 1.
const MEMORY_KIB: u32 = 19_456;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;
/// Length of the salt in bytes (RFC 9106, 3.1).
const SALT_LENGTH: usize = 16;

/// Hash with today's parameters of a password nobody knows: work to do when the user name is unknown.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$d2VsbHNwcmluZy1ub2JvZA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

mod say {
    crate::texts::texts! {
        stored_hash() {
            zh: "保存的密码摘要无法读取，请由安全管理员重置该账号的密码。",
            en: "The stored password hash cannot be read; have a security administrator reset this account's password.",
        }
        hashing() {
            zh: "密码摘要计算失败，请稍后重试。",
            en: "Hashing the password failed; try again.",
        }
    }
}

/// Why a password could not be hashed or compared. A wrong password is not an error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordHashError {
    /// No salt could be drawn.
    #[error(transparent)]
    Randomness(#[from] RandomnessUnavailable),
    /// The stored text is not an argon2 PHC string.
    #[error("the stored password hash cannot be read: {0}")]
    StoredHash(password_hash::Error),
    /// The computation failed, for instance for want of memory.
    #[error("hashing the password failed: {0}")]
    Hashing(password_hash::Error),
}

impl Explain for PasswordHashError {
    fn code(&self) -> &'static str {
        match self {
            Self::Randomness(error) => error.code(),
            Self::StoredHash(_) => "password_hash_unreadable",
            Self::Hashing(_) => "password_hashing_failed",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Randomness(error) => error.text(language),
            Self::StoredHash(_) => say::stored_hash(language),
            Self::Hashing(_) => say::hashing(language),
        }
    }
}

fn hasher() -> Result<Argon2<'static>, PasswordHashError> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| PasswordHashError::Hashing(error.into()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The PHC string to store for `password`. Takes tens of milliseconds and 19 MiB: call it off the request threads.
pub fn hash(password: &str) -> Result<String, PasswordHashError> {
    let salt = random::bytes::<SALT_LENGTH>()?;
    let hash = hasher()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(PasswordHashError::Hashing)?;
    Ok(hash.to_string())
}

/// Whether `password` is the one behind `stored`, compared in constant time.
///
/// `None` stands for an unknown user or one without a password: the same work is done, so that the time to answer does
/// not tell who has an account, and the answer is `false`.
pub fn verify(password: &str, stored: Option<&str>) -> Result<bool, PasswordHashError> {
    let expected = PasswordHash::new(stored.unwrap_or(NOBODY))
        .map_err(|error| PasswordHashError::StoredHash(password_hash::Error::from(error)))?;
    match hasher()?.verify_password(password.as_bytes(), &expected) {
        Ok(()) => Ok(stored.is_some()),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(password_hash::Error::OutOfMemory) => Err(PasswordHashError::Hashing(password_hash::Error::OutOfMemory)),
        Err(error) => Err(PasswordHashError::StoredHash(error)),
    }
}

/// Whether `stored` was made with other parameters than today's and should be replaced at the next sign-in.
pub fn needs_rehash(stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else { return true };
    let Ok(params) = Params::try_from(&hash) else { return true };
    hash.algorithm != Algorithm::Argon2id.ident()
        || hash.version != Some(Version::V0x13.into())
        || (params.m_cost(), params.t_cost(), params.p_cost()) != (MEMORY_KIB, PASSES, LANES)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_right_password_verifies_and_others_do_not() {
        let stored = hash("税源 wellspring 2026!").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify("税源 wellspring 2026!", Some(&stored)).unwrap());
        assert!(!verify("税源 wellspring 2026", Some(&stored)).unwrap());
        assert!(!verify("", Some(&stored)).unwrap());
    }

    #[test]
    fn the_same_password_never_hashes_alike() {
        assert_ne!(hash("same").unwrap(), hash("same").unwrap());
    }

    #[test]
    fn an_unknown_user_costs_the_same_work_and_never_gets_in() {
        assert!(!needs_rehash(NOBODY), "the stand-in must carry today's parameters");
        assert_eq!(PasswordHash::new(NOBODY).unwrap().hash.unwrap().len(), 32);
        assert!(!verify("", None).unwrap());
        assert!(!verify("wellspring-nobody", None).unwrap());
    }

    #[test]
    fn older_parameters_still_verify_and_ask_for_a_new_hash() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
        let stored = weak.hash_password_with_salt(b"old", b"0123456789abcdef").unwrap().to_string();
        assert!(verify("old", Some(&stored)).unwrap());
        assert!(needs_rehash(&stored));
        let other = Argon2::new(Algorithm::Argon2i, Version::V0x13, Params::new(19_456, 2, 1, None).unwrap());
        let stored = other.hash_password_with_salt(b"old", b"0123456789abcdef").unwrap().to_string();
        assert!(verify("old", Some(&stored)).unwrap());
        assert!(needs_rehash(&stored));
        assert!(!needs_rehash(&hash("new").unwrap()));
    }

    #[test]
    fn a_broken_hash_is_an_error_not_a_wrong_password() {
        for stored in
            ["", "secret", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA", "$2b$12$abcdefghijklmnopqrstuv"]
        {
            let error = verify("secret", Some(stored)).unwrap_err();
            assert_eq!(error.code(), "password_hash_unreadable", "{stored}");
            assert!(needs_rehash(stored));
        }
    }
}
