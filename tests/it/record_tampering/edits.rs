//! The edits: what is written, what the running service does with it, and what a verification must say.

use super::{Random, Record, STAGES, execute, grow};
use crate::support::app::Backend;
use uuid::Uuid;
use wellspring::{
    db::{
        backend::DbConn,
        records::{access_records, changes, record_seals},
        values::AnyId,
    },
    domain::records::record::RecordLog::{self, Accesses, Changes},
    secrets::{chain, head::Head},
    services::records::{
        audit::{Noted, NotedIn, Trouble, Why},
        canonical_text,
    },
};

/// Every kind of edit.
pub const KINDS: [&str; 16] = [
    "column",
    "digest",
    "seal",
    "record gone",
    "seal gone",
    "swapped",
    "closed gap",
    "tail cut",
    "put back",
    "put back and grown",
    "sealed again",
    "sealed again by a sealer that saw nothing",
    "forged",
    "head",
    "waiting",
    "combined",
];

/// What is found in a log: the place and what is wrong there.
type Found = Option<(Option<i64>, Why)>;

/// What the running service does after the rows were changed.
#[derive(Debug, Clone)]
enum Service {
    /// Nothing.
    Rests,
    /// Its sealer, which has seen these heads, finds this.
    Seals { seen: Vec<Head>, trouble: Option<Trouble>, refused: usize },
    /// It records more and seals it, having seen nothing before.
    Grows { count: usize },
}

/// One attack.
#[derive(Debug, Clone)]
pub struct Edit {
    pub kind: &'static str,
    /// The log that is changed, or the first of them.
    pub log: RecordLog,
    /// What the verification knows from outside the database.
    pub noted: Vec<Noted>,
    /// How many places it must name as not provable.
    pub not_provable: Option<i64>,
    sql: String,
    service: Service,
    expected: Vec<(RecordLog, Found)>,
    /// A record is changed and its digest computed again: the log, the place, and whether in the form of before.
    recomputed: Option<(RecordLog, i64, bool)>,
}

impl Edit {
    /// Nothing is changed.
    pub fn none(record: &Record) -> Self {
        Self {
            kind: "none",
            log: Changes,
            noted: [Changes, Accesses].map(|log| Noted::of(&record.head(log, STAGES.len()), NotedIn::Seen)).to_vec(),
            not_provable: None,
            sql: String::new(),
            service: Service::Rests,
            expected: Vec::new(),
            recomputed: None,
        }
    }

    /// What must be found in a log.
    pub fn expected(&self, log: RecordLog) -> Found {
        self.expected.iter().find(|(other, _)| *other == log).and_then(|(_, found)| *found)
    }

    /// Changes the rows and lets the service do its part.
    pub fn make(&self, record: &Record, connection: &mut DbConn) {
        if let Some((log, place, of_before)) = self.recomputed {
            recompute(record, connection, log, place, of_before);
        }
        execute(connection, &self.sql);
        match &self.service {
            Service::Rests => {}
            Service::Seals { seen, trouble, refused } => {
                let done = record.seal(connection, seen);
                let found = done.troubles.iter().find(|(log, _)| *log == self.log).map(|(_, trouble)| *trouble);
                assert_eq!((found, done.refused), (*trouble, *refused), "{self:#?}");
            }
            Service::Grows { count } => {
                grow(&record.app, connection, *count);
                let done = record.seal(connection, &[]);
                assert!(done.troubles.is_empty() && done.sealed > 0, "{self:#?}");
            }
        }
    }

    /// An edit of a random kind.
    pub fn random(record: &Record, random: &mut Random) -> Self {
        let log = random.one_of(&[Changes, Accesses]);
        let last = record.last(log);
        let place = random.between(1, last);
        let mut edit = Self { kind: random.one_of(&KINDS), log, ..Self::none(record) };
        match edit.kind {
            "column" => edit.column(record, random, log, place),
            "digest" => {
                edit.recomputed = Some((log, place, random.between(0, 1) == 0));
                edit.finds(log, place, Why::Altered);
            }
            "seal" => edit.seal_column(record, random, place),
            "record gone" => {
                edit.write(format!("DELETE FROM {} WHERE {}", table(log), at(log, place)));
                edit.finds(log, place, Why::Missing);
            }
            "seal gone" => {
                edit.write(format!("DELETE FROM record_seals WHERE {}", seal(log, place)));
                edit.finds(log, place, if place == last { Why::CutOff } else { Why::Missing });
            }
            "swapped" => edit.swap(random, last),
            "closed gap" => edit.close_gap(place, last),
            "tail cut" => edit.cut(random, place),
            "put back" => edit.put_back(record, random),
            "put back and grown" => edit.put_back_and_grow(record, random),
            "sealed again" => edit.seal_again(record, random, place),
            "sealed again by a sealer that saw nothing" => edit.seal_again_unseen(record, random),
            "forged" => edit.forge(record, random, place),
            "head" => edit.head(record, random),
            "waiting" => edit.waiting(random),
            "combined" => edit.combine(record, random),
            other => panic!("{other}"),
        }
        edit
    }

    fn write(&mut self, sql: String) {
        self.sql += &sql;
        self.sql += ";\n";
    }

    /// Expects a break in a log, unless one before it is expected already.
    fn finds(&mut self, log: RecordLog, place: i64, why: Why) {
        self.finds_beside(log, Some(place), why);
    }

    fn finds_beside(&mut self, log: RecordLog, place: Option<i64>, why: Why) {
        let is_earlier = |found: Found| found.is_none_or(|(other, _)| place < other);
        if is_earlier(self.expected(log)) {
            self.expected.retain(|(other, _)| *other != log);
            self.expected.push((log, Some((place, why))));
        }
    }

    fn column(&mut self, record: &Record, random: &mut Random, log: RecordLog, place: i64) {
        let id = record.app.uuid(Uuid::from_u128(random.next().into()));
        let mac = record.app.bytes(&random.next().to_be_bytes().repeat(4));
        let street = record.app.uuid(record.app.district.street.0);
        let later = match record.app.backend() {
            Backend::Sqlite => "at + 1",
            Backend::Postgres => "at + interval '1 microsecond'",
        };
        let common = [
            ("id", id.as_str()),
            ("noun", "noun || 'x'"),
            ("noun_id", id.as_str()),
            ("actor", "actor || 'x'"),
            ("actor_name", "'别人'"),
            ("request_id", "request_id || 'x'"),
            ("at", later),
            ("mac", mac.as_str()),
        ];
        let of_changes = [("action", "action || 'x'"), ("street_id", street.as_str()), ("fields", "fields || ' '")];
        let of_accesses = [("what", "'export'"), ("detail", "detail || 'x'"), ("mac", "NULL")];
        let more = if log == Changes { of_changes } else { of_accesses };
        let columns: Vec<_> = common.into_iter().chain(more).collect();
        let (column, value) = random.one_of(&columns);
        self.write(format!("UPDATE {} SET {column} = {value} WHERE {}", table(log), at(log, place)));
        self.finds(log, place, if column == "id" { Why::Missing } else { Why::Altered });
    }

    fn seal_column(&mut self, record: &Record, random: &mut Random, place: i64) {
        let id = record.app.uuid(Uuid::from_u128(random.next().into()));
        let hash = record.app.bytes(&random.next().to_be_bytes().repeat(4));
        let columns = [
            ("record_id", id.as_str(), Why::Missing),
            ("chain_hash", hash.as_str(), Why::Displaced),
            ("position", "position + 100000", Why::Missing),
        ];
        let (column, value, why) = random.one_of(&columns);
        self.write(format!("UPDATE record_seals SET {column} = {value} WHERE {}", seal(self.log, place)));
        self.finds(self.log, place, why);
    }

    fn swap(&mut self, random: &mut Random, last: i64) {
        let log = self.log;
        let places = random.places(2, 1, last);
        for (from, to) in [(places[0], 100_000), (places[1], places[0]), (100_000, places[1])] {
            self.write(format!("UPDATE record_seals SET position = {to} WHERE {}", seal(log, from)));
        }
        self.finds(log, places[0], Why::Displaced);
    }

    /// A place is taken out and those after it move up.
    fn close_gap(&mut self, place: i64, last: i64) {
        let log = self.log;
        self.write(format!("DELETE FROM {} WHERE {}", table(log), at(log, place)));
        self.write(format!("DELETE FROM record_seals WHERE {}", seal(log, place)));
        for next in place + 1..=last {
            self.write(format!("UPDATE record_seals SET position = {} WHERE {}", next - 1, seal(log, next)));
        }
        self.finds(log, place, if place == last { Why::CutOff } else { Why::Displaced });
    }

    fn cut(&mut self, random: &mut Random, place: i64) {
        let log = self.log;
        let cut = format!("record_seals WHERE log = '{log}' AND position >= {place}");
        if random.between(0, 1) == 0 {
            self.write(format!("DELETE FROM {} WHERE id IN (SELECT record_id FROM {cut})", table(log)));
        }
        self.write(format!("DELETE FROM {cut}"));
        self.finds(log, place, Why::CutOff);
    }

    /// Writes a log as it was at a stage: records, places, head, and nothing that waits.
    fn write_stage(&mut self, stage: usize) {
        let (log, name) = (self.log, STAGES[stage]);
        let table = table(log);
        self.write(format!("DELETE FROM unsealed_records WHERE log = '{log}'"));
        self.write(format!("DELETE FROM {table} WHERE id NOT IN (SELECT id FROM {name}_{table})"));
        for machinery in ["record_seals", "record_heads"] {
            self.write(format!("DELETE FROM {machinery} WHERE log = '{log}'"));
            self.write(format!("INSERT INTO {machinery} SELECT * FROM {name}_{machinery} WHERE log = '{log}'"));
        }
    }

    /// An older copy takes the place of the log.
    fn put_back(&mut self, record: &Record, random: &mut Random) {
        let log = self.log;
        let stage = usize::try_from(random.between(0, 2)).unwrap();
        self.write_stage(stage);
        let length = record.head(log, stage).position;
        let sent = Noted::of(&record.head(log, 1), NotedIn::Sent);
        let seen = Noted::of(&record.head(log, STAGES.len()), NotedIn::Seen);
        let by_hand = Noted { at: None, ..Noted::of(&record.head(log, STAGES.len()), NotedIn::ByHand) };
        self.noted = random.one_of(&[vec![sent, seen], vec![sent, by_hand], vec![sent], vec![]].each_ref()).clone();
        let furthest = self.noted.iter().map(|noted| noted.position).max().unwrap_or_default();
        if furthest > length {
            self.finds(log, length + 1, Why::CutOff);
        } else {
            self.not_provable = Some(length - furthest);
        }
        if self.noted.iter().any(|noted| noted.source == NotedIn::Seen) {
            let seen = vec![record.head(log, STAGES.len())];
            let trouble = Some(Trouble::RolledBack { seen: seen[0].position });
            self.service = Service::Seals { seen, trouble, refused: 0 };
        }
    }

    /// An older copy takes the place of the log, and the service goes on from there, having seen nothing else.
    fn put_back_and_grow(&mut self, record: &Record, random: &mut Random) {
        let log = self.log;
        self.write_stage(0);
        let first = Noted::of(&record.head(log, 0), NotedIn::Sent);
        let second = Noted::of(&record.head(log, 1), NotedIn::Sent);
        let count = usize::try_from(random.between(1, 30)).unwrap();
        self.service = Service::Grows { count };
        let length = first.position + i64::try_from(count).unwrap();
        let knows_first = random.between(0, 1) == 0;
        self.noted = if knows_first { vec![second, first] } else { vec![second] };
        if length < second.position {
            self.finds(log, length + 1, Why::CutOff);
        } else {
            self.finds(log, if knows_first { first.position + 1 } else { 1 }, Why::Replaced);
        }
    }

    /// Places are deleted from one on, the first of those records is changed, and all wait to be sealed again.
    fn seal_again(&mut self, record: &Record, random: &mut Random, place: i64) {
        let log = self.log;
        self.write(format!("UPDATE {} SET actor_name = '别人' WHERE {}", table(log), at(log, place)));
        let tail = format!("record_seals WHERE log = '{log}' AND position >= {place}");
        self.write(format!("INSERT INTO unsealed_records SELECT log, record_id FROM {tail}"));
        self.write(format!("DELETE FROM {tail}"));
        let seen = if random.between(0, 1) == 0 { vec![record.head(log, STAGES.len())] } else { Vec::new() };
        self.service = Service::Seals { seen, trouble: Some(Trouble::Short { from: place }), refused: 0 };
        self.finds(log, place, Why::CutOff);
    }

    /// The same with the head of an earlier stage, and a sealer that saw nothing: it seals again what was recorded with the key,
    /// and refuses what was changed.
    fn seal_again_unseen(&mut self, record: &Record, random: &mut Random) {
        let (log, stage) = (self.log, usize::try_from(random.between(0, 2)).unwrap());
        let from = record.head(log, stage).position + 1;
        let place = random.between(from, record.last(log));
        self.write(format!("UPDATE {} SET actor_name = '别人' WHERE {}", table(log), at(log, place)));
        let tail = format!("record_seals WHERE log = '{log}' AND position >= {from}");
        self.write(format!("INSERT INTO unsealed_records SELECT log, record_id FROM {tail}"));
        self.write(format!("DELETE FROM {tail}"));
        self.write(format!("DELETE FROM record_heads WHERE log = '{log}'"));
        let stage = STAGES[stage];
        self.write(format!("INSERT INTO record_heads SELECT * FROM {stage}_record_heads WHERE log = '{log}'"));
        self.service = Service::Seals { seen: Vec::new(), trouble: None, refused: 1 };
        let sent = Noted::of(&record.head(log, 1), NotedIn::Sent);
        self.noted = vec![sent];
        if place <= sent.position {
            self.finds(log, 1, Why::Replaced);
        } else {
            self.finds_beside(log, None, Why::Forged);
        }
    }

    /// A copy of a record under another id, with the MAC of the first or none.
    fn forge(&mut self, record: &Record, random: &mut Random, place: i64) {
        let log = self.log;
        let id = record.app.uuid(Uuid::from_u128(random.next().into()));
        let columns = match log {
            Changes => {
                "noun, noun_id, action, enterprise_id, street_id, actor, actor_name, request_id, at, fields, mac"
            }
            Accesses => "at, actor, actor_name, request_id, what, noun, noun_id, enterprise_id, detail, mac",
        };
        let table = table(log);
        self.write(format!(
            "INSERT INTO {table} (id, {columns}) SELECT {id}, {columns} FROM {table} WHERE {}",
            at(log, place)
        ));
        if log == Accesses && random.between(0, 1) == 0 {
            self.write(format!("UPDATE {table} SET mac = NULL WHERE id = {id}"));
        }
        if random.between(0, 1) == 0 {
            self.write(format!("INSERT INTO unsealed_records VALUES ('{log}', {id})"));
            let seen = vec![record.head(log, STAGES.len())];
            self.service = Service::Seals { seen, trouble: None, refused: 1 };
        }
        self.finds_beside(log, None, Why::Forged);
    }

    fn head(&mut self, record: &Record, random: &mut Random) {
        let log = self.log;
        let hash = record.app.bytes(&random.next().to_be_bytes().repeat(4));
        let seen = vec![record.head(log, STAGES.len())];
        let stage = usize::try_from(random.between(0, 2)).unwrap();
        let trouble = match random.between(0, 3) {
            0 => {
                self.write(format!("DELETE FROM record_heads WHERE log = '{log}'"));
                self.finds_beside(log, None, Why::HeadMissing);
                Trouble::HeadMissing
            }
            1 => {
                self.write(format!("DELETE FROM record_heads WHERE log = '{log}'"));
                let stage_name = STAGES[stage];
                self.write(format!(
                    "INSERT INTO record_heads SELECT * FROM {stage_name}_record_heads WHERE log = '{log}'"
                ));
                let from = record.head(log, stage).position + 1;
                self.finds(log, from, Why::BeyondHead);
                Trouble::Beyond { from }
            }
            2 => {
                self.write(format!("UPDATE record_heads SET position = position + 1 WHERE log = '{log}'"));
                self.finds_beside(log, None, Why::HeadForged);
                Trouble::HeadForged
            }
            _ => {
                let column = random.one_of(&["chain_hash", "mac"]);
                self.write(format!("UPDATE record_heads SET {column} = {hash} WHERE log = '{log}'"));
                self.finds_beside(log, None, Why::HeadForged);
                Trouble::HeadForged
            }
        };
        self.service = Service::Seals { seen, trouble: Some(trouble), refused: 0 };
    }

    fn waiting(&mut self, random: &mut Random) {
        let log = self.log;
        let waits = format!("id IN (SELECT record_id FROM unsealed_records WHERE log = '{log}')");
        let why = match random.between(0, 2) {
            0 => {
                self.write(format!("UPDATE {} SET request_id = 'x' WHERE {waits}", table(log)));
                Why::Forged
            }
            1 => {
                self.write(format!("DELETE FROM {} WHERE {waits}", table(log)));
                Why::WaitingGone
            }
            _ => {
                self.write(format!("DELETE FROM unsealed_records WHERE log = '{log}'"));
                Why::Unsealed
            }
        };
        self.finds_beside(log, None, why);
    }

    /// Several single edits at different places of both logs, none of them at an end.
    fn combine(&mut self, record: &Record, random: &mut Random) {
        let last = record.last(Changes).min(record.last(Accesses));
        let count = usize::try_from(random.between(2, 5)).unwrap();
        for place in random.places(count, 1, last - 1) {
            let log = random.one_of(&[Changes, Accesses]);
            match random.between(0, 2) {
                0 => self.column(record, random, log, place),
                1 => {
                    self.write(format!("DELETE FROM {} WHERE {}", table(log), at(log, place)));
                    self.finds(log, place, Why::Missing);
                }
                _ => {
                    self.write(format!("DELETE FROM record_seals WHERE {}", seal(log, place)));
                    self.finds(log, place, Why::Missing);
                }
            }
        }
    }
}

const fn table(log: RecordLog) -> &'static str {
    match log {
        Changes => "changes",
        Accesses => "access_records",
    }
}

/// The record at a place, as a condition.
fn at(log: RecordLog, place: i64) -> String {
    format!("id = (SELECT record_id FROM record_seals WHERE log = '{log}' AND position = {place})")
}

/// A place, as a condition.
fn seal(log: RecordLog, place: i64) -> String {
    format!("log = '{log}' AND position = {place}")
}

/// Changes a record and computes its digest as somebody can who has the program and not the key.
fn recompute(record: &Record, connection: &mut DbConn, log: RecordLog, place: i64, of_before: bool) {
    let id: AnyId = record_seals::at(connection, log, place).unwrap().unwrap().record_id;
    let text = match log {
        Changes => {
            let mut change = changes::with_ids(connection, &[id]).unwrap().pop().unwrap();
            change.actor_name = "别人".to_owned();
            if of_before { canonical_text::unkeyed_change(&change) } else { canonical_text::change(&change) }
        }
        Accesses => {
            let mut read = access_records::with_ids(connection, &[id]).unwrap().pop().unwrap();
            read.actor_name = "别人".to_owned();
            if of_before { canonical_text::unkeyed_access(&read) } else { canonical_text::access(&read) }
        }
    };
    let digest = record.app.bytes(&chain::digest(&text));
    let edit = format!("UPDATE {} SET actor_name = '别人', mac = {digest} WHERE {}", table(log), at(log, place));
    execute(connection, &edit);
}
