//! What changed, in commit order, for systems that mirror the district.

use super::recorded_fields::{self, RecordedField};
use crate::{
    db::records::{
        changes::{self, Change},
        declarations::declaration,
        record_seals,
    },
    domain::{
        people::role::Permission,
        records::{change::Noun, record::RecordLog},
    },
    services::{Error, Read, Subject},
};

/// The nouns the feed tells of.
fn nouns() -> Vec<Noun> {
    Noun::ALL.iter().copied().filter(|&noun| declaration(noun).in_feed).collect()
}

/// A stretch of the feed.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// What changed, with the fields the reader may see.
    pub items: Vec<(Change, Vec<RecordedField>)>,
    /// The position to go on from, whether anything was there or not.
    pub next: i64,
}

/// What changed after a position. Only sealed changes are told, so that no reader ever skips one that was committed late.
pub fn after(read: &mut Read<'_>, position: i64, limit: i64) -> Result<Stretch, Error> {
    read.require(Permission::ReadChangeFeed)?;
    let head = record_seals::last(read.conn, RecordLog::Changes)?.map_or(0, |seal| seal.position);
    let rows = changes::feed(read.conn, read.actor.scope(), &nouns(), position, head, limit)?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= limit);
    let last = rows.last().and_then(|change| change.position).filter(|_| is_full);
    let items = recorded_fields::of_changes(read, rows, false, Subject::list(Noun::Receipt, "change feed"));
    Ok(Stretch { items, next: last.unwrap_or_else(|| head.max(position)) })
}
