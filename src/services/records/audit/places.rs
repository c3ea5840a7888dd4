//! What the places of a log say: whether it holds a hash that was noted, and whether a place was given with the key.

use super::records::{self, Record};
use crate::{
    db::{
        backend::DbConn,
        records::record_seals::{self, Seal},
    },
    domain::records::record::RecordLog,
    secrets::{
        chain::{ChainHash, GENESIS, RecordDigest},
        record::RecordKeys,
    },
    services::Error,
};

/// Whether the log holds this hash at a place; at place 0, before the first, it is the hash of nothing.
pub(super) fn holds(connection: &mut DbConn, log: RecordLog, position: i64, hash: &ChainHash) -> Result<bool, Error> {
    if position == 0 {
        return Ok(*hash == GENESIS);
    }
    let seal = record_seals::at(connection, log, position)?;
    Ok(seal.is_some_and(|seal| seal.chain_hash == hash))
}

/// Whether a place was given with the key to the record that this digest stands for, behind the place before it.
pub(super) fn is_given(
    connection: &mut DbConn,
    keys: &RecordKeys,
    seal: &Seal,
    digest: &RecordDigest,
) -> Result<bool, Error> {
    let before = record_seals::at(connection, seal.log, seal.position - 1)?;
    let before = before.map_or(Some(GENESIS), |seal| seal.chain_hash.try_into().ok());
    Ok(before.is_some_and(|before| keys.chain(seal.log).holds(&before, seal.position, digest, &seal.chain_hash)))
}

/// The record at a place, if it is there.
pub(super) fn record_of(connection: &mut DbConn, seal: &Seal) -> Result<Option<Record>, Error> {
    Ok(records::load(connection, seal.log, &[seal.record_id])?.remove(&seal.record_id.0))
}
