//! The record as evidence: giving records their places in the chain of their log, and proving that none was altered, forged,
//! moved or taken out. What people read of the record is in `audit_log`, `timelines` and `change_feed`.

mod adoption;
mod findings;
mod heads;
mod journal;
mod notes;
mod places;
mod records;
mod resuming;
mod resumption;
mod sealing;
mod sending;
mod sent_heads;
mod state;
mod verification;

pub use adoption::{Adopted, adopt, must_adopt};
pub use findings::{Break, LogVerification, Noted, NotedIn, Verification, Why};
pub use heads::{LogState, Trouble, state};
pub use journal::{JournalVerification, verify_journal};
pub use notes::{LogNote, VerificationNote, last_verification, note_verification};
pub use resuming::{ResumeRefusal, Resumption, resume};
pub use sealing::{Sealing, seal};
pub use sending::{Sending, send, written, written_place};
pub use sent_heads::{SENDING_JOB, SentHeads, last_sent, last_sent_at};
pub use state::{Difference, MOST_DIFFERENCES, StandingPart, StateReport, compare_state};
pub use verification::verify;

use crate::{
    db::{
        backend::DbConn,
        records::{record_heads, record_seals},
    },
    domain::{
        people::role::Permission,
        records::{access::Accessed, change::Noun, record::RecordLog},
    },
    secrets::{head::Head, record::RecordKeys},
    services::{Error, Read, Subject},
};
use chrono::{DateTime, Utc};

/// Whether the record was made with these keys: its heads, the last place or record of a log, or what waits where nothing was
/// sealed yet. `false` speaks of other keys; a record that was altered is found by [`verify`] alone.
pub fn is_own_key(connection: &mut DbConn, keys: &RecordKeys) -> Result<bool, Error> {
    let heads = record_heads::all(connection)?;
    if heads.iter().any(|row| heads::read(keys, row).is_some()) {
        return Ok(true);
    }
    let mut is_any_sealed = false;
    for &log in RecordLog::ALL {
        let Some(last) = record_seals::last(connection, log)? else { continue };
        is_any_sealed = true;
        let Some(record) = places::record_of(connection, &last)? else { continue };
        if record.keyed(keys).is_some() {
            return Ok(true);
        }
        let Some(digest) = record.unkeyed() else { continue };
        if places::is_given(connection, keys, &last, &digest)? {
            return Ok(true);
        }
    }
    if is_any_sealed {
        return Ok(false);
    }
    let mut refused = 0;
    for &log in RecordLog::ALL {
        let waiting = records::waiting(connection, keys, log, 1)?;
        if !waiting.authentic.is_empty() {
            return Ok(true);
        }
        refused += waiting.refused;
    }
    Ok(refused == 0)
}

/// When the logs were verified last, and what was found.
pub type LastVerification = (DateTime<Utc>, VerificationNote);

/// Where the logs stand and what the last verification found, for who reads the logs. `seen` are the heads that this machine
/// saw, asked before the database is read: another node may seal in between.
pub fn look(read: &mut Read<'_>, seen: &[Head]) -> Result<(Vec<LogState>, Option<LastVerification>), Error> {
    read.require(Permission::ReadLogs)?;
    read.note(Accessed::Logs, Subject::list(Noun::AuditLog, "chain"));
    let states = state(read.conn, &read.context.record, seen, read.now)?;
    Ok((states, last_verification(read.conn)?))
}
