//! The keys of the record: what authenticates a record when it is made, what ties the sealed records of a log together, what
//! authenticates a log's head, and what digests the rows of a batch. None of them is ever in the database.

use super::{
    batch::BatchKey,
    chain::{Chain, RecordDigest},
    head::HeadKey,
    key::{MasterKey, Purpose, SubKey},
};
use crate::domain::records::record::RecordLog;

/// The keys of the record.
#[derive(Debug, Clone)]
pub struct RecordKeys {
    records: SubKey,
    changes: Chain,
    accesses: Chain,
    /// Authenticates heads.
    pub heads: HeadKey,
    /// Digests the rows of batches.
    pub batches: BatchKey,
}

impl RecordKeys {
    /// Derives all of them.
    pub fn new(master: &MasterKey) -> Self {
        Self {
            records: master.derive(Purpose::Record),
            changes: Chain::new(master.derive(Purpose::AuditChain)),
            accesses: Chain::new(master.derive(Purpose::AccessChain)),
            heads: HeadKey::new(master.derive(Purpose::RecordHead)),
            batches: BatchKey::new(master.derive(Purpose::RecordBatch)),
        }
    }

    /// HMAC-SHA256 of a record's canonical text, which says its log and the version of its form.
    pub fn mac(&self, canonical_text: &str) -> RecordDigest {
        self.records.authenticate(&[canonical_text.as_bytes()])
    }

    /// Whether `mac` is that of the canonical text, compared in constant time.
    pub fn is_authentic(&self, canonical_text: &str, mac: &[u8]) -> bool {
        self.records.is_authentic(&[canonical_text.as_bytes()], mac)
    }

    /// The chain of a log.
    pub const fn chain(&self, log: RecordLog) -> &Chain {
        match log {
            RecordLog::Changes => &self.changes,
            RecordLog::Accesses => &self.accesses,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::chain::GENESIS;

    fn keys(byte: u8) -> RecordKeys {
        RecordKeys::new(&MasterKey::from_bytes([byte; 32]))
    }

    #[test]
    fn a_mac_is_authentic_only_for_its_text_and_key() {
        let mac = keys(7).mac("[1]");
        assert!(keys(7).is_authentic("[1]", &mac));
        assert!(!keys(7).is_authentic("[2]", &mac));
        assert!(!keys(8).is_authentic("[1]", &mac));
        assert!(!keys(7).is_authentic("[1]", &crate::secrets::chain::digest("[1]")), "a digest needs no key");
    }

    #[test]
    fn a_link_of_one_log_is_none_of_the_other() {
        let keys = keys(7);
        let digest = keys.mac("[1]");
        let link = keys.chain(RecordLog::Changes).link(&GENESIS, 1, &digest);
        assert!(keys.chain(RecordLog::Changes).holds(&GENESIS, 1, &digest, &link));
        assert!(!keys.chain(RecordLog::Accesses).holds(&GENESIS, 1, &digest, &link));
    }
}
