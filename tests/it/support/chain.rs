//! The sealer's work, done when a test wants it, and the verification of the record.

use super::app::{Backend, TestApp};
use diesel::connection::SimpleConnection;
use wellspring::{
    db::{
        backend::{self, DbConn, Location},
        records::record_seals,
    },
    domain::{people::actor::Actor, records::record::RecordLog},
    services::{
        Error,
        records::audit::{self, LogVerification, Noted, NotedIn, Sealing, Verification, Why},
    },
};

/// Every table of the record.
const RECORD: [&str; 5] = ["changes", "access_records", "record_seals", "unsealed_records", "record_heads"];

impl TestApp {
    /// Gives every record its place in the chain of its log, as the sealer does; returns how many changes got one.
    pub async fn seal(&self) -> usize {
        let before = self.position(RecordLog::Changes);
        self.sealing().await;
        usize::try_from(self.position(RecordLog::Changes) - before).unwrap()
    }

    /// A pass of the sealer over all that waits.
    pub async fn sealing(&self) -> Sealing {
        self.app.store_reads().await.unwrap();
        let (app, seen, now) = (self.app.clone(), self.app.heads_seen(), self.app.now());
        let seal = move |connection: &mut DbConn| audit::seal(connection, &app.context().record, &seen, now, 10_000);
        let done = self.app.maintain(seal).await.unwrap();
        self.app.heads().see(&done.heads);
        done
    }

    /// The last place of a log; 0 for none.
    pub fn position(&self, log: RecordLog) -> i64 {
        let mut connection = self.app.database().reader().unwrap();
        record_seals::last(&mut connection, log).unwrap().map_or(0, |seal| seal.position)
    }

    /// Verifies the record with what the data directory knows, as the command line does.
    pub fn verify(&self) -> Verification {
        let seen = self.app.heads_seen();
        let sent = self.app.heads().sent().heads;
        let noted = seen.iter().map(|head| Noted::of(head, NotedIn::Seen));
        let noted: Vec<Noted> = noted.chain(sent.iter().map(|head| Noted::of(head, NotedIn::Sent))).collect();
        self.verify_with(&noted)
    }

    /// Verifies the record with what a caller knows.
    pub fn verify_with(&self, noted: &[Noted]) -> Verification {
        let mut connection = self.app.database().reader().unwrap();
        let keys = &self.app.context().record;
        let verify = |connection: &mut DbConn| audit::verify(connection, keys, noted, |_, _| {});
        backend::snapshot::<_, Error>(&mut connection, verify).unwrap()
    }

    /// Verifies one log.
    pub fn verify_log(&self, log: RecordLog) -> LogVerification {
        self.verify().of(log).unwrap().clone()
    }

    /// The first place of a log that does not hold.
    pub fn broken(&self, log: RecordLog) -> Option<(Option<i64>, Why)> {
        self.verify_log(log).first_broken.map(|found| (found.position, found.why))
    }

    /// Verifies and remembers, as the command line does.
    pub fn note_verification(&self) -> Verification {
        let verification = self.verify();
        self.note(&verification);
        verification
    }

    /// Remembers a verification.
    pub fn note(&self, verification: &Verification) {
        let actor = Actor::system("核验", "test".to_owned());
        let keys = &self.app.context().record;
        let mut connection = self.app.database().writer().unwrap();
        backend::transaction::<_, Error>(&mut connection, |connection| {
            audit::note_verification(connection, keys, &actor, self.app.now(), verification)
        })
        .unwrap();
    }

    /// Goes past the product, as somebody with the database's password would.
    pub fn tamper(&self, sql: &str) {
        let mut connection = self.app.database().writer().unwrap();
        let done = match &mut *connection {
            DbConn::Pg(pg) => pg.batch_execute(sql),
            DbConn::Sqlite(sqlite) => sqlite.batch_execute(sql),
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Copies the record as the database holds it, to be put back under the name.
    pub fn keep(&self, name: &str) {
        let copy = |table: &&str| format!("CREATE TABLE {name}_{table} AS SELECT * FROM {table};");
        self.tamper(&RECORD.iter().map(copy).collect::<String>());
    }

    /// Puts the record back as it was when it was kept.
    pub fn put_back(&self, name: &str) {
        let copy = |table: &&str| format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM {name}_{table};");
        self.tamper(&RECORD.iter().map(copy).collect::<String>());
    }

    /// Which database this is.
    pub fn backend(&self) -> Backend {
        match self.app.database().location() {
            Location::Sqlite(_) => Backend::Sqlite,
            Location::Postgres(_) => Backend::Postgres,
        }
    }

    /// Bytes as SQL of the database.
    pub fn bytes(&self, bytes: &[u8]) -> String {
        let digits = wellspring::domain::text::hex(bytes);
        match self.backend() {
            Backend::Sqlite => format!("X'{digits}'"),
            Backend::Postgres => format!("'\\x{digits}'::bytea"),
        }
    }

    /// An id as SQL of the database.
    pub fn uuid(&self, id: uuid::Uuid) -> String {
        match self.backend() {
            Backend::Sqlite => self.bytes(id.as_bytes()),
            Backend::Postgres => format!("'{id}'"),
        }
    }
}
