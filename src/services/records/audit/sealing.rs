//! Giving records their places in the chain of their log.

use super::{
    heads::{self, Trouble},
    records,
};
use crate::{
    db::{
        backend::DbConn,
        records::record_seals::{self, Seal},
        values::AnyId,
    },
    domain::records::record::RecordLog,
    secrets::{chain::RecordDigest, head::Head, record::RecordKeys},
    services::Error,
};
use chrono::{DateTime, Utc};

/// What a pass of the sealer came to.
#[derive(Debug, Default)]
pub struct Sealing {
    /// How many records got a place.
    pub sealed: usize,
    /// How many of those looked at got none, because they are not what was recorded.
    pub refused: usize,
    /// The logs in which nothing is sealed, and why.
    pub troubles: Vec<(RecordLog, Trouble)>,
    /// The heads of the other logs.
    pub heads: Vec<Head>,
}

/// Gives up to `limit` records of each log their places at the end of its chain, in the order of their ids. A record that is
/// not what was recorded gets none, and a log whose head disagrees with its places, or with what was seen of it before, is
/// left as it is. One sealer works at a time; of two, the second fails and nothing is lost.
pub fn seal(
    connection: &mut DbConn,
    keys: &RecordKeys,
    known: &[Head],
    now: DateTime<Utc>,
    limit: usize,
) -> Result<Sealing, Error> {
    let mut done = Sealing::default();
    for &log in RecordLog::ALL {
        match heads::examine(connection, keys, log, known, now)? {
            Err(trouble) => done.troubles.push((log, trouble)),
            Ok(head) => {
                let waiting = records::waiting(connection, keys, log, limit)?;
                done.refused += waiting.refused;
                done.sealed += waiting.authentic.len();
                done.heads.push(append(connection, keys, head, &waiting.authentic, now)?);
            }
        }
    }
    Ok(done)
}

/// Appends records to a log and writes its head.
pub(super) fn append(
    connection: &mut DbConn,
    keys: &RecordKeys,
    mut head: Head,
    records: &[(AnyId, RecordDigest)],
    now: DateTime<Utc>,
) -> Result<Head, Error> {
    if records.is_empty() {
        return Ok(head);
    }
    let chain = keys.chain(head.log);
    let mut seals = Vec::with_capacity(records.len());
    for (record_id, digest) in records {
        head.position += 1;
        head.hash = chain.link(&head.hash, head.position, digest);
        let (log, position, chain_hash) = (head.log, head.position, head.hash.to_vec());
        seals.push(Seal { log, position, record_id: *record_id, chain_hash });
    }
    head.at = now;
    record_seals::insert(connection, head.log, &seals)?;
    heads::write(connection, keys, &head)?;
    Ok(head)
}
