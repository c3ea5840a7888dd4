//! The heads that went out last, as the job that sends them notes it.

use crate::{
    db::{backend::DbConn, operation::job_leases},
    domain::operation::job::JobKind,
    secrets::{head::Head, record::RecordKeys},
    services::Error,
};
use chrono::{DateTime, SecondsFormat, Utc};

/// What stands between the parts of the note.
const SEPARATOR: &str = "; ";

/// The job that sends heads; what it sent last is its note.
pub const SENDING_JOB: &str = JobKind::RecordHeads.as_str();

/// What went out last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SentHeads {
    /// When.
    pub at: DateTime<Utc>,
    /// The last head of each log that went out. One of a log in trouble is older than the others.
    pub heads: Vec<Head>,
}

impl SentHeads {
    /// The time in the first line, a head in each further one.
    pub(super) fn note(&self, keys: &RecordKeys) -> String {
        let at = self.at.to_rfc3339_opts(SecondsFormat::Micros, true);
        self.heads.iter().fold(at, |note, head| note + SEPARATOR + &keys.heads.line(head))
    }

    pub(super) fn read(note: &str, keys: &RecordKeys) -> Option<Self> {
        let lines = note.split(SEPARATOR).skip(1);
        Some(Self { at: noted_at(note)?, heads: lines.filter_map(|line| keys.heads.read(line)).collect() })
    }
}

fn noted_at(note: &str) -> Option<DateTime<Utc>> {
    note.split(SEPARATOR).next()?.parse().ok()
}

/// When heads went out last.
pub fn last_sent_at(connection: &mut DbConn) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(noted_at(&job_leases::note(connection, SENDING_JOB)?))
}

/// What went out last, as far as the database says; a head that was altered there is left out.
pub fn last_sent(connection: &mut DbConn, keys: &RecordKeys) -> Result<Option<SentHeads>, Error> {
    Ok(SentHeads::read(&job_leases::note(connection, SENDING_JOB)?, keys))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::{domain::records::record::RecordLog, secrets::key::MasterKey};

    /// The note is a stored form.
    #[test]
    fn what_went_out_is_read_back() {
        let keys = RecordKeys::new(&MasterKey::from_bytes([7; 32]));
        let at: DateTime<Utc> = "2026-11-26T02:00:00Z".parse().unwrap();
        let head = |log, position| Head { position, hash: [0xab; 32], ..Head::of_nothing(log, at) };
        let sent = SentHeads { at, heads: vec![head(RecordLog::Changes, 1042), head(RecordLog::Accesses, 310)] };
        let note = sent.note(&keys);
        assert!(
            note.starts_with("2026-11-26T02:00:00.000000Z; 2026-11-26T02:00:00.000000Z changes 1042 abab"),
            "{note}"
        );
        assert_eq!(SentHeads::read(&note, &keys), Some(sent));
        let altered = SentHeads::read(&note.replace("changes 1042", "changes 1041"), &keys).unwrap();
        assert_eq!(altered.heads, [head(RecordLog::Accesses, 310)]);
        assert_eq!(SentHeads::read("", &keys), None);
    }
}
