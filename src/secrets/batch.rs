//! The keyed digest over the rows of a batch, which the record holds instead of one change a row.
//!
//! It is the sum, modulo 2^256, of an HMAC over each row's text: an additive multiset hash. So it is the same in whatever
//! order the rows are read, it is made and compared piece by piece, and the digests of two batches add up. Without the key
//! nobody knows what a row they make up would add to it.

use super::key::SubKey;
use crate::domain::text::{hex, unhex};

/// Bytes of a digest.
const SIZE: usize = 32;

/// Digests rows.
#[derive(Debug, Clone)]
pub struct BatchKey(SubKey);

impl BatchKey {
    /// Digests under `key`.
    pub const fn new(key: SubKey) -> Self {
        Self(key)
    }

    /// Adds a row, by a text that says all that the digest is to protect, to the rows before.
    pub fn add(&self, digest: &mut BatchDigest, text: &str) {
        *digest = digest.plus(&BatchDigest { rows: 1, sum: self.0.authenticate(&[text.as_bytes()]) });
    }
}

/// The digest over some rows, in no order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BatchDigest {
    rows: u64,
    sum: [u8; SIZE],
}

impl BatchDigest {
    /// The digest over the rows of both.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let mut carry = 0;
        let mut sum = [0; SIZE];
        for ((place, a), b) in sum.iter_mut().zip(self.sum).zip(other.sum) {
            let added = u16::from(a) + u16::from(b) + carry;
            *place = (added & 0xff) as u8;
            carry = added >> 8;
        }
        // What goes beyond the last byte is dropped: the sum is one modulo 2^256.
        Self { rows: self.rows.wrapping_add(other.rows), sum }
    }

    /// How many rows it is over.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// As the record holds it: `ROWS:SUM`, the sum in hexadecimal.
    pub fn written(&self) -> String {
        format!("{}:{}", self.rows, hex(&self.sum))
    }

    /// A digest as it was written; `None` when it is none.
    pub fn read(text: &str) -> Option<Self> {
        let (rows, sum) = text.split_once(':')?;
        Some(Self { rows: rows.parse().ok()?, sum: unhex(sum)?.try_into().ok()? })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::secrets::key::{MasterKey, Purpose};

    fn digest(key: u8, texts: &[&str]) -> BatchDigest {
        let key = BatchKey::new(MasterKey::from_bytes([key; 32]).derive(Purpose::RecordBatch));
        let mut digest = BatchDigest::default();
        for text in texts {
            key.add(&mut digest, text);
        }
        digest
    }

    #[test]
    fn the_order_of_rows_does_not_matter_and_everything_else_does() {
        let whole = digest(7, &["a", "b", "c"]);
        assert_eq!(digest(7, &["c", "a", "b"]), whole);
        for other in [&["a", "b"][..], &["a", "b", "d"], &["a", "b", "c", "c"], &["ab", "c"]] {
            assert_ne!(digest(7, other), whole, "{other:?}");
        }
        assert_ne!(digest(8, &["a", "b", "c"]), whole, "another key");
    }

    #[test]
    fn digests_of_parts_add_up() {
        assert_eq!(digest(7, &["a"]).plus(&digest(7, &["b", "c"])), digest(7, &["a", "b", "c"]));
        let most = BatchDigest { rows: 1, sum: [0xff; SIZE] };
        let mut one = [0; SIZE];
        one[0] = 1;
        assert_eq!(most.plus(&BatchDigest { rows: 1, sum: one }), BatchDigest { rows: 2, sum: [0; SIZE] });
    }

    #[test]
    fn a_digest_is_read_as_it_was_written() {
        let digest = digest(7, &["a", "b"]);
        assert_eq!(BatchDigest::read(&digest.written()), Some(digest));
        assert_eq!(digest.rows(), 2);
        for text in ["", "2", "2:", "2:zz", "-1:00", ":00"] {
            assert_eq!(BatchDigest::read(text), None, "{text}");
        }
    }

    /// Digests are stored: what was recorded must be found again for as long as the record is kept.
    #[test]
    fn the_digest_of_a_text_never_changes() {
        assert_eq!(
            digest(7, &["a", "b"]).written(),
            "2:15a98da38f151c4c27c836be145d7ed17134d9537c5372d4408e1e747ce38460"
        );
    }
}
