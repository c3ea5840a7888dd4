//! The chain of recorded changes: giving changes their places, and proving that none was altered, inserted, moved or taken
//! out. What people read of the record is in `audit_log`, `timelines` and `change_feed`.

mod verification;

pub use verification::{Break, Verification, VerificationNote, Why, last_verification, note_verification, verify};

use super::{Error, unit_of_work::canonical_text};
use crate::{
    db::{backend::DbConn, changes},
    secrets::chain::{self, Chain, ChainHash, GENESIS, RecordDigest},
};

/// Gives up to `limit` changes their places at the end of the chain, in the order of their ids, and returns how many got one.
/// One sealer works at a time; of two, the second fails and nothing is lost.
pub fn seal(connection: &mut DbConn, chain: &Chain, limit: i64) -> Result<usize, Error> {
    let (mut position, mut previous) = match changes::head(connection)? {
        None => (0, GENESIS),
        Some((position, hash)) => (position, fixed(&hash).ok_or_else(|| malformed("chain hash"))?),
    };
    let waiting = changes::unsealed(connection, limit)?;
    for (id, digest) in &waiting {
        let digest: RecordDigest = fixed(digest).ok_or_else(|| malformed("digest"))?;
        position += 1;
        previous = chain.link(&previous, position, &digest);
        changes::seal(connection, *id, position, &previous)?;
    }
    Ok(waiting.len())
}

/// Whether the last change was sealed with the key of this chain. `false` speaks of another key; a change that was altered is
/// found by [`verify`] alone.
pub fn is_own_key(connection: &mut DbConn, chain: &Chain) -> Result<bool, Error> {
    let Some((position, hash)) = changes::head(connection)? else { return Ok(true) };
    let last_two = changes::sealed_after(connection, position - 2, 2)?;
    let Some(last) = last_two.last().filter(|change| change.position == Some(position)) else { return Ok(true) };
    let previous = last_two.iter().find(|change| change.position == Some(position - 1));
    let previous = previous.map_or(Some(GENESIS), |change| fixed(change.chain_hash.as_deref()?));
    let digest = chain::digest(&canonical_text(last));
    let is_altered = last.digest != digest;
    Ok(is_altered || previous.is_none_or(|previous| chain.holds(&previous, position, &digest, &hash)))
}

/// Where the chain stands.
#[derive(Debug, Clone)]
pub struct ChainState {
    /// The last place given; 0 for none.
    pub position: i64,
    /// The hash there.
    pub hash: Option<Vec<u8>>,
    /// How many changes wait for a place.
    pub unsealed: i64,
}

/// Where the chain stands.
pub fn state(connection: &mut DbConn) -> Result<ChainState, Error> {
    let head = changes::head(connection)?;
    Ok(ChainState {
        position: head.as_ref().map_or(0, |(position, _)| *position),
        hash: head.map(|(_, hash)| hash),
        unsealed: changes::count_unsealed(connection)?,
    })
}

/// Thirty-two bytes as the chain counts them; both databases hold no other length.
fn fixed(bytes: &[u8]) -> Option<ChainHash> {
    bytes.try_into().ok()
}

fn malformed(what: &str) -> Error {
    Error::Internal(format!("a {what} is not 32 bytes long"))
}
