//! Going on after a log was put back, such as by restoring a backup: somebody at the machine says so and why, and that is
//! recorded with the key. Heads seen before then need no longer hold.

use super::{findings::Noted, places};
use crate::{
    db::{
        backend::DbConn,
        records::changes::{self, Change},
    },
    domain::{
        records::{
            change::{Action, Noun},
            record::RecordLog,
        },
        text::unhex,
    },
    secrets::{chain::ChainHash, record::RecordKeys},
    services::{Error, records::canonical_text},
};
use chrono::{DateTime, Utc};
use serde_json::Value;

/// Where a log went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Resumed {
    log: RecordLog,
    position: i64,
    hash: ChainHash,
    at: DateTime<Utc>,
}

impl Resumed {
    /// What a change says of it, if it is about that.
    fn read(change: &Change) -> Vec<Self> {
        let is_one = change.noun == Noun::AuditChain.as_str() && change.action == Action::Resumed.as_str();
        let fields: Value = serde_json::from_str(&change.fields).unwrap_or_default();
        let of_log = |&log: &RecordLog| {
            let to = fields.get(log.as_str())?.get("after")?;
            let position = to.get("position")?.as_i64()?;
            let hash = unhex(to.get("hash")?.as_str()?)?.try_into().ok()?;
            Some(Self { log, position, hash, at: change.at.0 })
        };
        if is_one { RecordLog::ALL.iter().filter_map(of_log).collect() } else { Vec::new() }
    }

    /// Whether the log still holds the place it went on from.
    fn holds(&self, connection: &mut DbConn) -> Result<bool, Error> {
        places::holds(connection, self.log, self.position, &self.hash)
    }
}

/// Every time a log was resumed, as recorded with the key.
pub(super) fn all(connection: &mut DbConn, keys: &RecordKeys) -> Result<Vec<Resumed>, Error> {
    let changes = changes::of_kind(connection, Noun::AuditChain, Action::Resumed)?;
    let is_authentic = |change: &&Change| keys.is_authentic(&canonical_text::change(change), &change.mac);
    Ok(changes.iter().filter(is_authentic).flat_map(Resumed::read).collect())
}

/// Whether a head noted earlier need not hold any more: its log was resumed after it had been noted, and still holds the
/// place it went on from.
pub(super) fn is_given_up(connection: &mut DbConn, resumed: &[Resumed], noted: &Noted) -> Result<bool, Error> {
    for one in resumed.iter().filter(|one| one.log == noted.log) {
        if noted.at.is_some_and(|at| at <= one.at) && one.holds(connection)? {
            return Ok(true);
        }
    }
    Ok(false)
}
