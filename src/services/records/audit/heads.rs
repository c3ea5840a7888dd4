//! Where each log stands, and whether that agrees with its head: the head in the database, and the heads that this process or
//! its data directory saw before. Where they disagree, nothing more is sealed until a person has looked.

use super::{
    findings::{Noted, NotedIn, Why},
    places, records, resumption, sent_heads,
};
use crate::{
    db::{
        backend::DbConn,
        records::{
            record_heads::{self, RecordHead},
            record_seals,
        },
    },
    domain::records::record::RecordLog,
    secrets::{head::Head, record::RecordKeys},
    services::Error,
    texts::{Explain, Language, texts},
};
use chrono::{DateTime, Utc};

/// Why nothing more is sealed in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Records have places, but no head says how far they reach.
    HeadMissing,
    /// The head was not written with this key, or was altered.
    HeadForged,
    /// The head reaches further than the places: those from here on are gone.
    Short {
        /// The first place that is gone.
        from: i64,
    },
    /// There are places that the head does not reach.
    Beyond {
        /// The first of them.
        from: i64,
    },
    /// The last place holds something else than what was sealed there.
    Replaced {
        /// The place.
        at: i64,
    },
    /// The whole log was put back: this process or its data directory saw it reach further, or go on differently.
    RolledBack {
        /// The place that was seen.
        seen: i64,
    },
}

impl Explain for Trouble {
    fn code(&self) -> &'static str {
        match self {
            Self::HeadMissing => Why::HeadMissing.code(),
            Self::HeadForged => Why::HeadForged.code(),
            Self::Short { .. } => "seals_missing",
            Self::Beyond { .. } => "seals_beyond_head",
            Self::Replaced { .. } => "last_seal_replaced",
            Self::RolledBack { .. } => "rolled_back",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::HeadMissing => Why::HeadMissing.text(language),
            Self::HeadForged => Why::HeadForged.text(language),
            Self::Short { from } => short(language, *from),
            Self::Beyond { from } => beyond(language, *from),
            Self::Replaced { at } => replaced(language, *at),
            Self::RolledBack { seen } => rolled_back(language, *seen),
        }
    }
}

texts! {
    short(from: i64) { zh: "从第 {from} 条起的链上位置已不存在。", en: "The places from {from} on are gone." }
    beyond(from: i64) { zh: "从第 {from} 条起的链上位置不是由本系统写入的，或链首被换成了旧的。", en: "The places from {from} on were not made by this product, or the head was replaced by an older one." }
    replaced(at: i64) { zh: "第 {at} 条不是原来封存的那一条。", en: "Place {at} does not hold what was sealed there." }
    rolled_back(seen: i64) { zh: "记录被换回旧的内容：本机见过第 {seen} 条，现在没有了或不同了。", en: "The log was put back to an older state: this machine saw place {seen}, which is gone or different now." }
}

/// Where a log stands.
#[derive(Debug, Clone)]
pub struct LogState {
    /// Which log.
    pub log: RecordLog,
    /// The last place given; 0 for none.
    pub position: i64,
    /// The hash there.
    pub hash: Option<Vec<u8>>,
    /// The first place whose record must carry a MAC, if the head is there and says so.
    pub keyed_from: Option<i64>,
    /// How many records wait for a place.
    pub waiting: i64,
    /// How many of those that wait longest get none, because they are not what was recorded.
    pub refused: usize,
    /// Why nothing more is sealed.
    pub trouble: Option<Trouble>,
    /// The last head that went out.
    pub last_sent: Option<Head>,
}

/// Records that wait which [`state`] looks at.
const LOOKED_AT: usize = 250;

/// Where both logs stand. All of it must be read from the database as it was at one moment.
pub fn state(
    connection: &mut DbConn,
    keys: &RecordKeys,
    known: &[Head],
    now: DateTime<Utc>,
) -> Result<Vec<LogState>, Error> {
    RecordLog::ALL.iter().map(|&log| state_of(connection, keys, log, known, now)).collect()
}

fn state_of(
    connection: &mut DbConn,
    keys: &RecordKeys,
    log: RecordLog,
    known: &[Head],
    now: DateTime<Utc>,
) -> Result<LogState, Error> {
    let last = record_seals::last(connection, log)?;
    let examined = examine(connection, keys, log, known, now)?;
    let sent = sent_heads::last_sent(connection, keys)?.unwrap_or_default();
    Ok(LogState {
        log,
        position: last.as_ref().map_or(0, |seal| seal.position),
        hash: last.map(|seal| seal.chain_hash),
        keyed_from: authentic(connection, keys, log)?.ok().flatten().map(|head| head.keyed_from),
        waiting: record_seals::count_waiting(connection, log)?,
        refused: records::waiting(connection, keys, log, LOOKED_AT)?.refused,
        trouble: examined.err(),
        last_sent: sent.heads.into_iter().find(|head| head.log == log),
    })
}

/// The head in the database, if it was written with this key; `None` when there is none.
pub(super) fn authentic(
    connection: &mut DbConn,
    keys: &RecordKeys,
    log: RecordLog,
) -> Result<Result<Option<Head>, Trouble>, Error> {
    let Some(row) = record_heads::find(connection, log)? else { return Ok(Ok(None)) };
    Ok(read(keys, &row).map(Some).ok_or(Trouble::HeadForged))
}

/// A head from its row, if it was written with this key.
pub(super) fn read(keys: &RecordKeys, row: &RecordHead) -> Option<Head> {
    let head = Head {
        log: row.log,
        position: row.position,
        hash: row.chain_hash.as_slice().try_into().ok()?,
        keyed_from: row.keyed_from,
        at: row.at.0,
    };
    keys.heads.is_authentic(&head, &row.mac).then_some(head)
}

/// Writes a head.
pub(super) fn write(connection: &mut DbConn, keys: &RecordKeys, head: &Head) -> Result<(), Error> {
    let row = RecordHead {
        log: head.log,
        position: head.position,
        chain_hash: head.hash.to_vec(),
        keyed_from: head.keyed_from,
        at: head.at.into(),
        mac: keys.heads.mac(head).to_vec(),
    };
    Ok(record_heads::put(connection, &row)?)
}

/// The head that the log can go on from, or why it cannot.
pub(super) fn examine(
    connection: &mut DbConn,
    keys: &RecordKeys,
    log: RecordLog,
    known: &[Head],
    now: DateTime<Utc>,
) -> Result<Result<Head, Trouble>, Error> {
    let head = match in_database(connection, keys, log, now)? {
        Ok(head) => head,
        Err(trouble) => return Ok(Err(trouble)),
    };
    for seen in known.iter().filter(|seen| seen.log == log) {
        if continues(connection, &head, seen)? {
            continue;
        }
        let resumed = resumption::all(connection, keys)?;
        if !resumption::is_given_up(connection, &resumed, &Noted::of(seen, NotedIn::Seen))? {
            return Ok(Err(Trouble::RolledBack { seen: seen.position }));
        }
    }
    Ok(Ok(head))
}

/// The head by what the database holds alone.
fn in_database(
    connection: &mut DbConn,
    keys: &RecordKeys,
    log: RecordLog,
    now: DateTime<Utc>,
) -> Result<Result<Head, Trouble>, Error> {
    let head = match authentic(connection, keys, log)? {
        Ok(head) => head,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let last = record_seals::last(connection, log)?;
    let reached = last.as_ref().map_or(0, |seal| seal.position);
    let Some(head) = head else {
        // A log that nobody has written to yet gets its first head; older records without a place must be adopted.
        let is_new = last.is_none() && records::without_place(connection, log, None, 1)?.is_empty();
        return Ok(if is_new { Ok(Head::of_nothing(log, now)) } else { Err(Trouble::HeadMissing) });
    };
    let is_last = last.is_none_or(|seal| seal.chain_hash == head.hash);
    Ok(match reached - head.position {
        0 if is_last => Ok(head),
        0 => Err(Trouble::Replaced { at: reached }),
        ..0 => Err(Trouble::Short { from: reached + 1 }),
        1.. => Err(Trouble::Beyond { from: head.position + 1 }),
    })
}

/// Whether the log still holds what was seen of it.
fn continues(connection: &mut DbConn, head: &Head, seen: &Head) -> Result<bool, Error> {
    Ok(match head.position - seen.position {
        ..0 => false,
        0 => head.hash == seen.hash,
        1.. => places::holds(connection, seen.log, seen.position, &seen.hash)?,
    })
}
