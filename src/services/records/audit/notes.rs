//! What is remembered of verifications: a read of the chain is recorded like any other, with how far each log held. A later
//! verification compares the hash at that place.

use super::findings::{Noted, NotedIn, Verification};
use crate::{
    db::{backend::DbConn, records::access_records},
    domain::{
        people::actor::Actor,
        records::{access::Accessed, change::Noun, record::RecordLog},
        text::{hex, unhex},
    },
    secrets::record::RecordKeys,
    services::{Error, Subject, reading},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What is remembered of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationNote {
    /// Whether all of both logs held.
    pub whole: bool,
    /// Each log.
    pub logs: Vec<LogNote>,
}

/// How far one log held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogNote {
    /// Which log.
    pub log: RecordLog,
    /// How many places held.
    pub checked: i64,
    /// The hash at the last of them, in hexadecimal digits.
    pub hash: String,
    /// Whether all of it held.
    pub whole: bool,
}

/// The form before the log of reads had a chain.
#[derive(Debug, Deserialize)]
struct NoteOfChanges {
    checked: i64,
    hash: String,
    whole: bool,
}

impl VerificationNote {
    fn of(verification: &Verification) -> Self {
        let logs = verification.logs.iter().map(|log| LogNote {
            log: log.log,
            checked: log.checked,
            hash: hex(&log.hash),
            whole: log.first_broken.is_none(),
        });
        Self { whole: verification.is_whole(), logs: logs.collect() }
    }

    /// Reads the detail of a recorded read of the chain, in the form of today or the one before.
    pub(super) fn read(detail: &str) -> Option<Self> {
        serde_json::from_str(detail).ok().or_else(|| {
            let NoteOfChanges { checked, hash, whole } = serde_json::from_str(detail).ok()?;
            Some(Self { whole, logs: vec![LogNote { log: RecordLog::Changes, checked, hash, whole }] })
        })
    }

    /// What was said of one log.
    pub fn of_log(&self, log: RecordLog) -> Option<&LogNote> {
        self.logs.iter().find(|note| note.log == log)
    }

    /// The places it notes.
    pub(super) fn noted(&self, at: DateTime<Utc>) -> impl Iterator<Item = Noted> {
        let noted = move |note: &LogNote| {
            let hash = unhex(&note.hash)?.try_into().ok()?;
            let (log, position, source) = (note.log, note.checked, NotedIn::Verification);
            Some(Noted { log, position, hash, keyed_from: None, at: Some(at), source })
        };
        self.logs.iter().filter_map(noted)
    }
}

/// Remembers a verification among the recorded reads.
pub fn note_verification(
    connection: &mut DbConn,
    keys: &RecordKeys,
    actor: &Actor,
    now: DateTime<Utc>,
    verification: &Verification,
) -> Result<(), Error> {
    let note = VerificationNote::of(verification);
    let detail = serde_json::to_string(&note).map_err(Error::internal)?;
    let subject = Subject::list(Noun::AuditChain, detail);
    let record = reading::note(actor, now, Accessed::Logs, subject, keys);
    Ok(access_records::insert(connection, &[record])?)
}

/// The last verification and when it was.
pub fn last_verification(connection: &mut DbConn) -> Result<Option<(DateTime<Utc>, VerificationNote)>, Error> {
    let record = access_records::last_of(connection, Noun::AuditChain)?;
    Ok(record.and_then(|record| Some((record.at.0, VerificationNote::read(&record.detail)?))))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn notes_of_both_forms_are_read() {
        let hash = "ab".repeat(32);
        let before = format!("{{\"checked\":12,\"hash\":\"{hash}\",\"whole\":true,\"furthest\":14}}");
        let note = VerificationNote::read(&before).unwrap();
        assert!(note.whole && note.of_log(RecordLog::Accesses).is_none());
        assert_eq!(note.of_log(RecordLog::Changes).unwrap().checked, 12);
        let noted: Vec<Noted> = note.noted(DateTime::UNIX_EPOCH).collect();
        assert_eq!(noted.first().map(|noted| (noted.position, noted.hash)), Some((12, [0xab; 32])));

        let today = format!(
            "{{\"whole\":false,\"logs\":[{{\"log\":\"changes\",\"checked\":12,\"hash\":\"{hash}\",\"whole\":true}},\
             {{\"log\":\"accesses\",\"checked\":3,\"hash\":\"{hash}\",\"whole\":false}}]}}"
        );
        let note = VerificationNote::read(&today).unwrap();
        assert_eq!(serde_json::to_string(&note).unwrap(), today);
        assert!(!note.whole && note.noted(DateTime::UNIX_EPOCH).count() == 2);
        assert_eq!(VerificationNote::read("chain"), None);
    }
}
