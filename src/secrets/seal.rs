//! Sealing of secrets that are needed in clear again and so cannot be hashed: XChaCha20-Poly1305 under a derived key.
//!
//! A sealed value is `version (1) ‖ key id (4) ‖ nonce (24) ‖ ciphertext and tag`. It opens only for the context it was
//! sealed for, so that a row's value copied into another row is refused.

use super::{
    key::SubKey,
    random::{self, RandomnessUnavailable},
};
use crate::texts::{Explain, Language};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

/// The one layout there is.
const VERSION: u8 = 1;
/// Version and key id.
const HEADER: usize = 5;
/// Bytes of an XChaCha20 nonce: long enough to be drawn at random.
const NONCE: usize = 24;

mod say {
    crate::texts::texts! {
        damaged() {
            zh: "加密保存的数据已损坏或被改动，无法打开。",
            en: "The sealed value is damaged or was altered and cannot be opened.",
        }
        other_key() {
            zh: "该数据由另一把密钥加密：请恢复原来的 secret_key 或 secret.key 文件。",
            en: "The value was sealed with another key: restore the original secret_key or secret.key file.",
        }
    }
}

/// Why a value could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// No nonce could be drawn.
    #[error(transparent)]
    Randomness(#[from] RandomnessUnavailable),
    /// Not a sealed value, altered, or sealed for another context.
    #[error("the sealed value is damaged or was altered")]
    Damaged,
    /// Sealed under a key that is not in force.
    #[error("the value was sealed with another key")]
    OtherKey,
}

impl Explain for SealError {
    fn code(&self) -> &'static str {
        match self {
            Self::Randomness(error) => error.code(),
            Self::Damaged => "sealed_value_damaged",
            Self::OtherKey => "sealed_with_other_key",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Randomness(error) => error.text(language),
            Self::Damaged => say::damaged(language),
            Self::OtherKey => say::other_key(language),
        }
    }
}

/// Seals and opens values under one key.
#[derive(Clone)]
pub struct Sealer {
    cipher: XChaCha20Poly1305,
    header: [u8; HEADER],
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(***)")
    }
}

impl Sealer {
    /// A sealer under `key`.
    pub fn new(key: &SubKey) -> Self {
        let [a, b, c, d] = key.id();
        Self { cipher: XChaCha20Poly1305::new(key.expose().into()), header: [VERSION, a, b, c, d] }
    }

    /// Seals `plaintext` for `context`, which names the row and field it belongs to (`user:{id}:totp`).
    pub fn seal(&self, plaintext: &[u8], context: &str) -> Result<Vec<u8>, SealError> {
        let nonce = random::bytes::<NONCE>()?;
        let bound = self.bound(context);
        let ciphertext = self
            .cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: plaintext, aad: &bound })
            .map_err(|_| SealError::Damaged)?;
        Ok([self.header.as_slice(), &nonce, &ciphertext].concat())
    }

    /// Opens what [`Sealer::seal`] made for the same context.
    pub fn open(&self, sealed: &[u8], context: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (header, rest) = sealed.split_first_chunk::<HEADER>().ok_or(SealError::Damaged)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or(SealError::Damaged)?;
        if header.first() != Some(&VERSION) {
            return Err(SealError::Damaged);
        }
        if *header != self.header {
            return Err(SealError::OtherKey);
        }
        let bound = self.bound(context);
        let plaintext = self
            .cipher
            .decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: &bound })
            .map_err(|_| SealError::Damaged)?;
        Ok(Zeroizing::new(plaintext))
    }

    /// The associated data: header and context.
    fn bound(&self, context: &str) -> Vec<u8> {
        [self.header.as_slice(), context.as_bytes()].concat()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::key::{MasterKey, Purpose};
    use super::*;

    fn sealer(byte: u8) -> Sealer {
        Sealer::new(&MasterKey::from_bytes([byte; 32]).derive(Purpose::Totp))
    }

    #[test]
    fn what_was_sealed_opens_again() {
        for plaintext in [b"".as_slice(), b"twenty bytes of seed", &[0; 5000]] {
            let sealed = sealer(1).seal(plaintext, "user:1:totp").unwrap();
            assert_eq!(sealed.len(), plaintext.len() + HEADER + NONCE + 16);
            assert_eq!(sealer(1).open(&sealed, "user:1:totp").unwrap().as_slice(), plaintext);
        }
    }

    #[test]
    fn the_same_value_never_seals_alike() {
        assert_ne!(sealer(1).seal(b"seed", "c").unwrap(), sealer(1).seal(b"seed", "c").unwrap());
    }

    #[test]
    fn every_altered_byte_and_every_cut_is_noticed() {
        let sealed = sealer(1).seal(b"seed", "c").unwrap();
        for position in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[position] ^= 1;
            assert!(sealer(1).open(&altered, "c").is_err(), "byte {position}");
            assert_eq!(sealer(1).open(&sealed[..position], "c").unwrap_err(), SealError::Damaged, "cut at {position}");
        }
    }

    #[test]
    fn another_context_or_key_does_not_open() {
        let sealed = sealer(1).seal(b"seed", "user:1:totp").unwrap();
        assert_eq!(sealer(1).open(&sealed, "user:2:totp").unwrap_err(), SealError::Damaged);
        assert_eq!(sealer(2).open(&sealed, "user:1:totp").unwrap_err(), SealError::OtherKey);
    }
}
