//! The records of both logs as the chain sees them: an id, and a digest that is right only for what was recorded.

use crate::{
    db::{
        backend::DbConn,
        records::{
            access_records::{self, AccessRecord},
            changes::{self, Change},
            record_seals,
        },
        values::AnyId,
    },
    domain::records::record::RecordLog,
    secrets::{
        chain::{self, RecordDigest},
        record::RecordKeys,
    },
    services::{Error, records::canonical_text},
};
use std::collections::HashMap;
use uuid::Uuid;

/// Records read at once.
pub(super) const PAGE: i64 = 1000;

/// A record of one of the logs.
#[derive(Debug)]
pub(super) enum Record {
    Change(Box<Change>),
    Access(Box<AccessRecord>),
}

impl Record {
    pub(super) fn id(&self) -> AnyId {
        match self {
            Self::Change(change) => AnyId(change.id.0),
            Self::Access(record) => AnyId(record.id.0),
        }
    }

    /// What stands for it in the chain, if it is what was recorded with the key.
    pub(super) fn keyed(&self, keys: &RecordKeys) -> Option<RecordDigest> {
        let (text, mac) = match self {
            Self::Change(change) => (canonical_text::change(change), change.mac.as_slice()),
            Self::Access(record) => (canonical_text::access(record), record.mac.as_deref()?),
        };
        keys.is_authentic(&text, mac).then_some(mac)?.try_into().ok()
    }

    /// What stands for it in the chain, if it is of the form before records were keyed. Of a change the stored digest must be
    /// right too; a read had none.
    pub(super) fn unkeyed(&self) -> Option<RecordDigest> {
        let (text, is_of_form) = match self {
            Self::Change(change) => (canonical_text::unkeyed_change(change), change.street_id.is_none()),
            Self::Access(record) => (canonical_text::unkeyed_access(record), record.mac.is_none()),
        };
        let digest = chain::digest(&text);
        let is_stored = match self {
            Self::Change(change) => change.mac == digest,
            Self::Access(_) => true,
        };
        (is_of_form && is_stored).then_some(digest)
    }
}

/// The records of a log with these ids.
pub(super) fn load(connection: &mut DbConn, log: RecordLog, ids: &[AnyId]) -> Result<HashMap<Uuid, Record>, Error> {
    let records = match log {
        RecordLog::Changes => of_changes(changes::with_ids(connection, ids)?),
        RecordLog::Accesses => of_accesses(access_records::with_ids(connection, ids)?),
    };
    Ok(records.into_iter().map(|record| (record.id().0, record)).collect())
}

/// Records of a log that neither have a place nor wait for one, after an id, oldest first.
pub(super) fn without_place(
    connection: &mut DbConn,
    log: RecordLog,
    after: Option<AnyId>,
    limit: i64,
) -> Result<Vec<Record>, Error> {
    Ok(match log {
        RecordLog::Changes => of_changes(changes::without_place(connection, after, limit)?),
        RecordLog::Accesses => of_accesses(access_records::without_place(connection, after, limit)?),
    })
}

/// What waits for its place in a log.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// The records that are what was recorded, oldest first, at most as many as asked for.
    pub(super) authentic: Vec<(AnyId, RecordDigest)>,
    /// How many of those looked at are not, or are gone.
    pub(super) refused: usize,
}

/// Looks at what waits, until `limit` authentic records are found.
pub(super) fn waiting(
    connection: &mut DbConn,
    keys: &RecordKeys,
    log: RecordLog,
    limit: usize,
) -> Result<Waiting, Error> {
    let mut found = Waiting::default();
    let mut last = None;
    while found.authentic.len() < limit {
        let missing = i64::try_from(limit - found.authentic.len()).unwrap_or(PAGE).min(PAGE);
        let ids = record_seals::waiting(connection, log, last, missing)?;
        if ids.is_empty() {
            break;
        }
        last = ids.last().copied();
        let records = load(connection, log, &ids)?;
        for id in ids {
            match records.get(&id.0).and_then(|record| record.keyed(keys)) {
                Some(digest) => found.authentic.push((id, digest)),
                None => found.refused += 1,
            }
        }
    }
    Ok(found)
}

fn of_changes(rows: Vec<Change>) -> Vec<Record> {
    rows.into_iter().map(|change| Record::Change(Box::new(change))).collect()
}

fn of_accesses(rows: Vec<AccessRecord>) -> Vec<Record> {
    rows.into_iter().map(|record| Record::Access(Box::new(record))).collect()
}
