//! Verifying the record: each log is walked from its first place, then compared with its head, with every head noted
//! elsewhere, and with what waits for a place.

use super::{
    findings::{Break, LogVerification, Noted, NotedIn, Verification, Why},
    heads::{self, Trouble},
    notes::VerificationNote,
    places,
    records::{self, PAGE, Record},
    resumption::{self, Resumed},
    sent_heads,
};
use crate::{
    db::{
        backend::DbConn,
        records::record_seals::{self, Seal},
    },
    domain::records::{change::Noun, record::RecordLog},
    secrets::{
        chain::{ChainHash, GENESIS},
        head::Head,
        record::RecordKeys,
    },
    services::Error,
};
use std::cmp::Reverse;

/// Verifies both logs; of each the first place that does not hold is told. `noted` are the heads that were noted outside the
/// database. All of it must be read from the database as it was at one moment. `progress` is told how many places hold and
/// how many there are.
pub fn verify(
    connection: &mut DbConn,
    keys: &RecordKeys,
    noted: &[Noted],
    mut progress: impl FnMut(i64, i64),
) -> Result<Verification, Error> {
    let mut total = 0;
    for &log in RecordLog::ALL {
        total += record_seals::last(connection, log)?.map_or(0, |seal| seal.position);
    }
    let mut walks = Vec::new();
    let mut done = 0;
    for &log in RecordLog::ALL {
        let mut walk = Walk::new(connection, keys, log, noted)?;
        walk.go(connection, |checked| progress(done + checked, total))?;
        done += walk.checked;
        walks.push(walk);
    }
    // Reads of the chain are recorded in one log and note places of both.
    let by_verifications = walks.iter_mut().flat_map(|walk| walk.notes.drain(..));
    let mut noted: Vec<Noted> = noted.iter().copied().chain(by_verifications).collect();
    let sent = sent_heads::last_sent(connection, keys)?.unwrap_or_default();
    noted.extend(sent.heads.iter().map(|head| Noted::of(head, NotedIn::Sent)));
    let resumed = resumption::all(connection, keys)?;
    let logs = walks.into_iter().map(|walk| walk.conclude(connection, &noted, &resumed));
    Ok(Verification { logs: logs.collect::<Result<_, Error>>()? })
}

/// One log on its way from the first place to the last.
pub(super) struct Walk<'k> {
    keys: &'k RecordKeys,
    log: RecordLog,
    /// The head in the database.
    head: Result<Option<Head>, Trouble>,
    /// The first place whose record must carry a MAC; `None` when no authentic head says so.
    keyed_from: Option<i64>,
    checked: i64,
    hash: ChainHash,
    broken: Option<Break>,
    notes: Vec<Noted>,
    /// The last place that holds and whose record carries no MAC; 0 for none.
    last_unkeyed: i64,
}

impl<'k> Walk<'k> {
    pub(super) fn new(
        connection: &mut DbConn,
        keys: &'k RecordKeys,
        log: RecordLog,
        noted: &[Noted],
    ) -> Result<Self, Error> {
        let head = heads::authentic(connection, keys, log)?;
        let by_note = || noted.iter().filter(|noted| noted.log == log).find_map(|noted| noted.keyed_from);
        Ok(Self {
            keys,
            log,
            head,
            keyed_from: head.ok().flatten().map(|head| head.keyed_from).or_else(by_note),
            checked: 0,
            hash: GENESIS,
            broken: None,
            notes: Vec::new(),
            last_unkeyed: 0,
        })
    }

    /// Walks until the last place, or the first that does not hold.
    pub(super) fn go(&mut self, connection: &mut DbConn, mut progress: impl FnMut(i64)) -> Result<(), Error> {
        while self.broken.is_none() {
            let seals = record_seals::after(connection, self.log, self.checked, PAGE)?;
            if seals.is_empty() {
                break;
            }
            let ids: Vec<_> = seals.iter().map(|seal| seal.record_id).collect();
            let records = records::load(connection, self.log, &ids)?;
            for seal in &seals {
                let next = self.checked + 1;
                match self.link(seal, records.get(&seal.record_id.0)) {
                    Ok(hash) => (self.checked, self.hash) = (next, hash),
                    Err(why) => {
                        self.broken = Some(Break::at(next, why));
                        break;
                    }
                }
            }
            progress(self.checked);
        }
        Ok(())
    }

    /// The hash of the next place, if the record there is what was sealed there.
    fn link(&mut self, seal: &Seal, record: Option<&Record>) -> Result<ChainHash, Why> {
        let expected = self.checked + 1;
        if seal.position != expected {
            return Err(Why::Missing);
        }
        let record = record.ok_or(Why::Missing)?;
        let must_be_keyed = self.keyed_from.is_some_and(|from| expected >= from);
        let keyed = record.keyed(self.keys);
        let unkeyed = || if must_be_keyed { None } else { record.unkeyed() };
        let digest = keyed.or_else(unkeyed).ok_or(Why::Altered)?;
        if !self.keys.chain(self.log).holds(&self.hash, expected, &digest, &seal.chain_hash) {
            return Err(Why::Displaced);
        }
        self.remember(record);
        if keyed.is_none() {
            self.last_unkeyed = expected;
        }
        seal.chain_hash.as_slice().try_into().map_err(|_| Why::Displaced)
    }

    /// The last place whose record carries no MAC, 0 for none; `None` when a place does not hold.
    pub(super) fn keyed_after(&self) -> Option<i64> {
        self.broken.is_none().then_some(self.last_unkeyed)
    }

    /// Keeps the places that an earlier verification noted.
    fn remember(&mut self, record: &Record) {
        if let Record::Access(access) = record
            && access.noun == Noun::AuditChain.as_str()
        {
            let note = VerificationNote::read(&access.detail);
            self.notes.extend(note.iter().flat_map(|note| note.noted(access.at.0)));
        }
    }

    /// Compares the log with its head, with what was noted of it, and with what waits.
    fn conclude(self, connection: &mut DbConn, noted: &[Noted], resumed: &[Resumed]) -> Result<LogVerification, Error> {
        let of_log = noted.iter().filter(|noted| noted.log == self.log);
        let compared = self.compare(connection, of_log, resumed)?;
        let mut first_broken = [self.broken, compared.broken].into_iter().flatten().min_by_key(|found| found.position);
        if first_broken.is_none() {
            first_broken = match self.beside_head() {
                Some(found) => Some(found),
                None => self.beside_places(connection)?,
            };
        }
        Ok(LogVerification {
            log: self.log,
            checked: self.checked,
            hash: self.hash,
            keyed_from: self.keyed_from,
            first_broken,
            waiting: record_seals::count_waiting(connection, self.log)?,
            last_sent: compared.last_sent,
            given_up: compared.given_up,
        })
    }

    fn compare<'n>(
        &self,
        connection: &mut DbConn,
        noted: impl Iterator<Item = &'n Noted>,
        resumed: &[Resumed],
    ) -> Result<Compared, Error> {
        let mut noted: Vec<&Noted> = noted.collect();
        noted.sort_by_key(|noted| noted.position);
        let mut compared = Compared::default();
        let mut agreed = 0;
        for noted in noted {
            if self.agrees(connection, noted)? {
                agreed = noted.position;
                if noted.source.is_outside() {
                    compared.last_sent = Some(*noted);
                }
            } else if resumption::is_given_up(connection, resumed, noted)? {
                compared.given_up.push(*noted);
            } else if noted.position <= self.checked {
                // Somewhere after the last head that agrees; which of the places differs nobody can tell.
                compared.broken = Some(Break::at(agreed + 1, Why::Replaced));
                break;
            } else if self.broken.is_none() {
                compared.broken = Some(Break::at(self.checked + 1, Why::CutOff));
                break;
            }
        }
        compared.given_up.sort_by_key(|noted| Reverse(noted.position));
        Ok(compared)
    }

    /// Whether the log holds what was noted, as far as it was walked.
    fn agrees(&self, connection: &mut DbConn, noted: &Noted) -> Result<bool, Error> {
        Ok(noted.position <= self.checked && places::holds(connection, self.log, noted.position, &noted.hash)?)
    }

    /// What is wrong with the head in the database, when every place holds.
    fn beside_head(&self) -> Option<Break> {
        match self.head {
            Err(_) => Some(Break::without_place(Why::HeadForged)),
            Ok(None) if self.checked > 0 => Some(Break::without_place(Why::HeadMissing)),
            Ok(Some(head)) if head.position > self.checked => Some(Break::at(self.checked + 1, Why::CutOff)),
            Ok(Some(head)) if head.position < self.checked => Some(Break::at(head.position + 1, Why::BeyondHead)),
            Ok(Some(head)) if head.hash != self.hash => Some(Break::at(self.checked, Why::Replaced)),
            Ok(_) => None,
        }
    }

    /// What is wrong with the records that have no place.
    fn beside_places(&self, connection: &mut DbConn) -> Result<Option<Break>, Error> {
        let mut last = None;
        loop {
            let ids = record_seals::waiting(connection, self.log, last, PAGE)?;
            if ids.is_empty() {
                break;
            }
            last = ids.last().copied();
            let records = records::load(connection, self.log, &ids)?;
            for id in ids {
                match records.get(&id.0) {
                    None => return Ok(Some(Break::without_place(Why::WaitingGone))),
                    Some(record) if record.keyed(self.keys).is_none() => {
                        return Ok(Some(Break::without_place(Why::Forged)));
                    }
                    Some(_) => {}
                }
            }
        }
        let stray = records::without_place(connection, self.log, None, 1)?;
        Ok(stray.first().map(|record| {
            let is_authentic = record.keyed(self.keys).is_some();
            Break::without_place(if is_authentic { Why::Unsealed } else { Why::Forged })
        }))
    }
}

/// What came of comparing a log with what was noted of it.
#[derive(Default)]
struct Compared {
    broken: Option<Break>,
    last_sent: Option<Noted>,
    given_up: Vec<Noted>,
}
