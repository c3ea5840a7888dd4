//! The keyed hash chain over the sealed records of one log: each hash covers the one before, the position and the record's
//! digest. Without the key nobody can alter, insert, reorder or drop a record in the middle unnoticed; a cut at the end shows
//! against a head that was noted elsewhere.

use super::key::SubKey;
use sha2::{Digest, Sha256};

/// What stands for one record in the chain: its MAC, or a plain digest where it was recorded before records were keyed.
pub type RecordDigest = [u8; 32];
/// Hash of one link of the chain.
pub type ChainHash = [u8; 32];

/// What the first record links to.
pub const GENESIS: ChainHash = [0; 32];

/// SHA-256 of the canonical text of a record that was made before records were keyed.
pub fn digest(canonical_text: &str) -> RecordDigest {
    Sha256::digest(canonical_text.as_bytes()).into()
}

/// Computes and checks the links of the chain.
#[derive(Debug, Clone)]
pub struct Chain(SubKey);

impl Chain {
    /// The chain under `key`.
    pub const fn new(key: SubKey) -> Self {
        Self(key)
    }

    /// HMAC-SHA256 over `previous ‖ position (8 bytes, big-endian) ‖ digest`; the fields have fixed lengths, so that no
    /// two links share their input.
    pub fn link(&self, previous: &ChainHash, position: i64, digest: &RecordDigest) -> ChainHash {
        self.0.authenticate(&[previous, &position.to_be_bytes(), digest])
    }

    /// Whether `hash` is the link of these, compared in constant time.
    pub fn holds(&self, previous: &ChainHash, position: i64, digest: &RecordDigest, hash: &[u8]) -> bool {
        self.0.is_authentic(&[previous, &position.to_be_bytes(), digest], hash)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::key::{MasterKey, Purpose};
    use super::*;

    fn chain(byte: u8) -> Chain {
        Chain::new(MasterKey::from_bytes([byte; 32]).derive(Purpose::AuditChain))
    }

    fn links(texts: &[&str]) -> Vec<(i64, RecordDigest, ChainHash)> {
        let mut previous = GENESIS;
        let mut links = Vec::new();
        for (position, text) in (1..).zip(texts) {
            let digest = digest(text);
            previous = chain(7).link(&previous, position, &digest);
            links.push((position, digest, previous));
        }
        links
    }

    fn is_whole(links: &[(i64, RecordDigest, ChainHash)]) -> bool {
        let mut previous = GENESIS;
        links.iter().zip(1..).all(|((position, digest, hash), expected)| {
            let holds = *position == expected && chain(7).holds(&previous, *position, digest, hash);
            previous = *hash;
            holds
        })
    }

    #[test]
    fn the_digest_is_sha_256() {
        let start = [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23];
        assert!(digest("abc").starts_with(&start), "FIPS 180-4, the example of one block");
    }

    #[test]
    fn an_untouched_chain_holds() {
        assert!(is_whole(&links(&["one", "two", "three", "四"])));
    }

    #[test]
    fn altering_dropping_swapping_and_inserting_break_it() {
        let whole = links(&["one", "two", "three", "four"]);
        let mut altered = whole.clone();
        altered[1].1 = digest("TWO");
        assert!(!is_whole(&altered));
        let mut dropped = whole.clone();
        dropped.remove(1);
        assert!(!is_whole(&dropped));
        let mut swapped = whole.clone();
        swapped.swap(1, 2);
        assert!(!is_whole(&swapped));
        let mut inserted = whole.clone();
        inserted.insert(2, whole[1]);
        assert!(!is_whole(&inserted));
    }

    #[test]
    fn another_key_position_or_length_does_not_hold() {
        let hash = chain(7).link(&GENESIS, 1, &digest("one"));
        assert!(!chain(8).holds(&GENESIS, 1, &digest("one"), &hash));
        assert!(!chain(7).holds(&GENESIS, 2, &digest("one"), &hash));
        assert!(!chain(7).holds(&GENESIS, 1, &digest("one"), &hash[..31]));
    }
}
