//! Lets sealing go on in a log that was put back, or that lost its head. Only for the person who runs the machine: it is recorded with
//! the reason, and what was seen of the log before need no longer hold.

use super::{
    heads::{self, Trouble},
    places,
    verification::Walk,
};
use crate::{
    db::{backend::DbConn, records::record_seals},
    domain::{
        records::{
            change::{Action, Noun},
            record::RecordLog,
        },
        text::hex,
    },
    secrets::{
        chain::{ChainHash, GENESIS},
        head::Head,
        record::RecordKeys,
    },
    services::{Belongs, Details, Error, Tx},
    texts::{Explain, Language, texts},
};
use serde_json::{Value, json};
use uuid::Uuid;

/// Why sealing is not resumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResumeRefusal {
    /// It goes on in both logs.
    NothingStopped,
    /// The last place was not given with the key.
    ForeignEnd {
        /// Which log.
        log: RecordLog,
        /// The place.
        position: i64,
    },
    /// Nothing authentic says from where on records must be keyed, and the chain does not hold, from which it could be told.
    NoBeginning {
        /// Which log.
        log: RecordLog,
    },
}

impl Explain for ResumeRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NothingStopped => "nothing_stopped",
            Self::ForeignEnd { .. } => "foreign_end",
            Self::NoBeginning { .. } => "no_beginning",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::NothingStopped => nothing_stopped(language),
            Self::ForeignEnd { log, position } => foreign_end(language, log.text(language), *position),
            Self::NoBeginning { log } => no_beginning(language, log.text(language)),
        }
    }
}

texts! {
    nothing_stopped() { zh: "两种日志都在正常入链，无需恢复。", en: "Both logs are being sealed; there is nothing to resume." }
    foreign_end(log: &str, position: i64) {
        zh: "{log}记录的末尾（第 {position} 条）不是由本系统封存的。请先保全数据库，再由数据库管理员移走这些位置，然后重试。",
        en: "The end of {log}, place {position}, was not sealed by this product. Keep a copy of the database, have its administrator take these places out, and try again.",
    }
    no_beginning(log: &str) {
        zh: "{log}记录的链首不见了，链本身也不完整，无法确定从哪一条起须带密钥校验值。请从备份恢复。",
        en: "The head of {log} is gone and its chain does not hold, so nobody can tell from where on its records must be authenticated. Restore a backup.",
    }
}

/// A log in which sealing goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resumption {
    /// Why it had stopped.
    pub trouble: Trouble,
    /// Where it goes on.
    pub head: Head,
}

/// Resumes sealing in every log where it has stopped, and records why. `known` are the heads seen before.
pub fn resume(tx: &mut Tx<'_>, known: &[Head], reason: &str) -> Result<Vec<Resumption>, Error> {
    let keys = &tx.context.record;
    let mut resumed = Vec::new();
    let mut fields = Details::none().with("reason", Value::Null, reason);
    for &log in RecordLog::ALL {
        let Err(trouble) = heads::examine(tx.conn, keys, log, known, tx.now)? else { continue };
        let (position, hash) = end(tx.conn, keys, log)?;
        let keyed_from = beginning(tx.conn, keys, log, known)?;
        let head = Head { log, position, hash, keyed_from, at: tx.now };
        heads::write(tx.conn, keys, &head)?;
        let to = json!({ "position": position, "hash": hex(&hash) });
        fields = fields.with(log.as_str(), json!({ "trouble": trouble.code() }), to);
        resumed.push(Resumption { trouble, head });
    }
    if resumed.is_empty() {
        return Err(Error::conflict(ResumeRefusal::NothingStopped));
    }
    tx.record_event(Noun::AuditChain, Uuid::nil(), Action::Resumed, Belongs::District, fields)?;
    Ok(resumed)
}

/// The last place of a log, if it was given with the key.
fn end(connection: &mut DbConn, keys: &RecordKeys, log: RecordLog) -> Result<(i64, ChainHash), Error> {
    let Some(last) = record_seals::last(connection, log)? else { return Ok((0, GENESIS)) };
    let record = places::record_of(connection, &last)?;
    let is_given = match record.and_then(|record| record.keyed(keys).or_else(|| record.unkeyed())) {
        Some(digest) => places::is_given(connection, keys, &last, &digest)?,
        None => false,
    };
    let hash = last.chain_hash.as_slice().try_into().ok().filter(|_| is_given);
    let foreign = ResumeRefusal::ForeignEnd { log, position: last.position };
    hash.map(|hash| (last.position, hash)).ok_or_else(|| Error::conflict(foreign))
}

/// The first place whose record must carry a MAC: by an authentic head, or by the chain itself, in which nobody without the
/// key can give a place to a record that carries none.
fn beginning(connection: &mut DbConn, keys: &RecordKeys, log: RecordLog, known: &[Head]) -> Result<i64, Error> {
    let in_database = heads::authentic(connection, keys, log)?.ok().flatten();
    let seen = known.iter().find(|head| head.log == log).copied();
    if let Some(head) = in_database.or(seen) {
        return Ok(head.keyed_from);
    }
    let mut walk = Walk::new(connection, keys, log, &[])?;
    walk.go(connection, |_| {})?;
    walk.keyed_after().map(|last| last + 1).ok_or_else(|| Error::conflict(ResumeRefusal::NoBeginning { log }))
}
