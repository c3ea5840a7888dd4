//! Taking over the records of a version that had no MAC. They get places in the order they were recorded, behind those that
//! have one, and the head then says from where on every record must carry a MAC, so that no new row passes for an old one.

use super::{
    heads,
    records::{self, PAGE},
    sealing,
};
use crate::{
    db::{
        backend::DbConn,
        records::{record_heads, record_seals},
    },
    domain::records::record::RecordLog,
    secrets::{chain::GENESIS, head::Head, record::RecordKeys},
    services::Error,
};
use chrono::{DateTime, Utc};

/// What was taken over of one log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adopted {
    /// Which log.
    pub log: RecordLog,
    /// How many records got a place.
    pub sealed: i64,
    /// The first place whose record must carry a MAC.
    pub keyed_from: i64,
}

/// Whether the log holds records and has no head: as the migration to keyed records leaves it.
pub fn must_adopt(connection: &mut DbConn, log: RecordLog) -> Result<bool, Error> {
    if record_heads::find(connection, log)?.is_some() {
        return Ok(false);
    }
    let has_places = record_seals::last(connection, log)?.is_some();
    Ok(has_places || !records::without_place(connection, log, None, 1)?.is_empty())
}

/// Takes over both logs, right after the migration to keyed records and in one transaction. At any other time a log without
/// a head was tampered with. A change whose digest is wrong gets no place, and is found by every verification.
pub fn adopt(connection: &mut DbConn, keys: &RecordKeys, now: DateTime<Utc>) -> Result<Vec<Adopted>, Error> {
    let mut adopted = Vec::new();
    for &log in RecordLog::ALL {
        if must_adopt(connection, log)? {
            adopted.push(adopt_log(connection, keys, log, now)?);
        }
    }
    Ok(adopted)
}

fn adopt_log(connection: &mut DbConn, keys: &RecordKeys, log: RecordLog, now: DateTime<Utc>) -> Result<Adopted, Error> {
    let last = record_seals::last(connection, log)?;
    let malformed = |_| Error::Internal("a chain hash is not 32 bytes long".to_owned());
    let hash = last.as_ref().map(|seal| seal.chain_hash.as_slice().try_into().map_err(malformed)).transpose()?;
    let first = last.map_or(0, |seal| seal.position);
    let mut head =
        Head { position: first, hash: hash.unwrap_or(GENESIS), keyed_from: i64::MAX, ..Head::of_nothing(log, now) };
    let mut after = None;
    loop {
        let page = records::without_place(connection, log, after, PAGE)?;
        let Some(record) = page.last() else { break };
        after = Some(record.id());
        let digests: Vec<_> = page.iter().filter_map(|record| Some((record.id(), record.unkeyed()?))).collect();
        head = sealing::append(connection, keys, head, &digests, now)?;
    }
    head.keyed_from = head.position + 1;
    heads::write(connection, keys, &head)?;
    Ok(Adopted { log, sealed: head.position - first, keyed_from: head.keyed_from })
}
