//! The head of a log: how far it reached and what its last hash was, as a value that the key authenticates. A head is kept
//! outside the rows it speaks of, so that a cut or replaced end is noticed.

use super::{
    chain::{ChainHash, GENESIS},
    key::SubKey,
};
use crate::domain::{
    records::record::RecordLog,
    text::{hex, unhex},
};
use chrono::{DateTime, Utc};

/// How far one log reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Which log.
    pub log: RecordLog,
    /// The last position given; 0 for none.
    pub position: i64,
    /// The chain hash there.
    pub hash: ChainHash,
    /// The first position whose record must carry a MAC. Records before it were made by a version without one.
    pub keyed_from: i64,
    /// When the log reached so far.
    pub at: DateTime<Utc>,
}

impl Head {
    /// The head of a log that holds nothing yet.
    pub const fn of_nothing(log: RecordLog, at: DateTime<Utc>) -> Self {
        Self { log, position: 0, hash: GENESIS, keyed_from: 1, at }
    }
}

/// Authenticates heads.
#[derive(Debug, Clone)]
pub struct HeadKey(SubKey);

impl HeadKey {
    /// Heads under `key`.
    pub const fn new(key: SubKey) -> Self {
        Self(key)
    }

    /// HMAC-SHA256 over the head's text.
    pub fn mac(&self, head: &Head) -> [u8; 32] {
        self.0.authenticate(&[VERSION, text(head).as_bytes()])
    }

    /// Whether the head was made with this key, compared in constant time.
    pub fn is_authentic(&self, head: &Head, mac: &[u8]) -> bool {
        self.0.is_authentic(&[VERSION, text(head).as_bytes()], mac)
    }

    /// The head with its MAC as one line: `AT LOG POSITION HASH KEYED_FROM MAC`.
    pub fn line(&self, head: &Head) -> String {
        format!("{} {}", text(head), hex(&self.mac(head)))
    }

    /// Reads what [`HeadKey::line`] wrote. `None` when it is malformed, altered, or of another key.
    pub fn read(&self, line: &str) -> Option<Head> {
        let mut words = line.split_ascii_whitespace();
        let at = words.next()?.parse::<DateTime<Utc>>().ok()?;
        let log = words.next()?.parse().ok()?;
        let position = words.next()?.parse().ok()?;
        let hash = unhex(words.next()?)?.try_into().ok()?;
        let keyed_from = words.next()?.parse().ok()?;
        let mac = unhex(words.next()?)?;
        let head = Head { log, position, hash, keyed_from, at };
        (words.next().is_none() && self.is_authentic(&head, &mac)).then_some(head)
    }
}

/// Keeps the MACs of heads apart from any other text authenticated with the same key, and from later forms of a head.
const VERSION: &[u8] = b"wellspring/record-head/1 ";

/// Instants to the microsecond, as the databases keep them.
fn text(head: &Head) -> String {
    let at = head.at.format("%Y-%m-%dT%H:%M:%S%.6fZ");
    format!("{at} {} {} {} {}", head.log, head.position, hex(&head.hash), head.keyed_from)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::secrets::key::{MasterKey, Purpose};

    fn key(byte: u8) -> HeadKey {
        HeadKey::new(MasterKey::from_bytes([byte; 32]).derive(Purpose::RecordHead))
    }

    fn head() -> Head {
        let at = "2026-11-26T02:00:00.123456Z".parse().unwrap();
        Head { log: RecordLog::Changes, position: 1042, hash: [0xab; 32], keyed_from: 900, at }
    }

    #[test]
    fn a_line_is_read_back() {
        let line = key(7).line(&head());
        assert!(line.starts_with("2026-11-26T02:00:00.123456Z changes 1042 abab"), "{line}");
        assert_eq!(key(7).read(&line), Some(head()));
        assert_eq!(key(7).read(&format!("  {line}\n")), Some(head()));
        assert_eq!(key(8).read(&line), None, "another key");
    }

    #[test]
    fn no_word_of_a_line_can_be_altered() {
        let line = key(7).line(&head());
        let words: Vec<&str> = line.split(' ').collect();
        let others = ["2026-11-26T02:00:01Z", "accesses", "1043", &"cd".repeat(32), "1", &"00".repeat(32)];
        assert_eq!(words.len(), others.len());
        for (place, other) in others.into_iter().enumerate() {
            let altered: Vec<&str> =
                words.iter().enumerate().map(|(at, word)| if at == place { other } else { word }).collect();
            assert_eq!(key(7).read(&altered.join(" ")), None, "{other}");
        }
        for malformed in ["", "x", "2026-11-26T02:00:00Z changes 1 ab 1 ab", &format!("{line} more")] {
            assert_eq!(key(7).read(malformed), None, "{malformed}");
        }
    }
}
