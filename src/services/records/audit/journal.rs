//! The reads that are durable in the journal and not in their table yet: verified where they are.

use super::records::Record;
use crate::{db::records::read_journal::WaitingReads, secrets::record::RecordKeys};

/// What was found of the journal of reads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JournalVerification {
    /// Lines that are what was recorded.
    pub waiting: usize,
    /// Lines that are not.
    pub altered: usize,
}

/// Verifies the MAC of each line that waits.
pub fn verify_journal(keys: &RecordKeys, waiting: WaitingReads) -> JournalVerification {
    let mut found = JournalVerification { waiting: 0, altered: waiting.malformed };
    for record in waiting.records {
        match Record::Access(Box::new(record)).keyed(keys) {
            Some(_) => found.waiting += 1,
            None => found.altered += 1,
        }
    }
    found
}
