//! A thousand random edits of the record, as somebody with the database's password would make them: single and combined, with
//! recomputed digests, cut and put back, given to the running service to seal again. Each is found at its place and said for
//! what it is, or named as not provable; what was not touched is never reported.

mod edits;
mod random;

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    some::some,
};
use diesel::connection::SimpleConnection;
use edits::Edit;
use random::Random;
use wellspring::{
    db::{
        backend::{self, DbConn},
        records::access_records::{self, AccessRecord},
    },
    domain::{
        ids::AccessId,
        people::actor::Actor,
        records::{
            access::Accessed,
            change::{Action, Noun},
            record::RecordLog::{self, Accesses, Changes},
        },
    },
    secrets::head::Head,
    services::{
        Belongs, Details, Error, Tx,
        records::{
            audit::{self, Noted, Sealing, Verification},
            canonical_text,
        },
    },
};

/// Random edits in all, over both logs.
const EDITS: usize = 1000;
/// The seed; another one must do as well.
const SEED: u64 = 20_261_126;
/// Copies of the record that are kept on the way, by name, the oldest first. The heads of the second went out.
const STAGES: [&str; 3] = ["one", "two", "three"];

/// The record under attack: sealed in four stages, with something that waits.
struct Record {
    app: TestApp,
    /// The heads at each stage, and in the end.
    heads: Vec<Vec<Head>>,
}

impl Record {
    async fn new(app: TestApp) -> Self {
        let mut heads = Vec::new();
        for stage in STAGES.into_iter().chain(["whole"]) {
            write(&app, |connection| grow(&app, connection, 11));
            heads.push(app.sealing().await.heads);
            app.keep(stage);
        }
        write(&app, |connection| grow(&app, connection, 2));
        let record = Self { app, heads };
        assert!(record.head(Changes, 3).position >= 44 && record.head(Accesses, 3).position >= 44);
        record
    }

    /// The head of a log at a stage.
    fn head(&self, log: RecordLog, stage: usize) -> Head {
        *self.heads[stage].iter().find(|head| head.log == log).unwrap()
    }

    /// The last place.
    fn last(&self, log: RecordLog) -> i64 {
        self.head(log, STAGES.len()).position
    }

    /// Makes an edit, has the record verified, and takes the edit back.
    fn attempt(&self, edit: &Edit) {
        struct TakenBack;
        impl From<backend::QueryError> for TakenBack {
            fn from(error: backend::QueryError) -> Self {
                panic!("{error}")
            }
        }
        let mut connection = self.app.app.database().writer().unwrap();
        let taken_back: Result<(), TakenBack> = backend::transaction(&mut connection, |connection| {
            edit.make(self, connection);
            let found = self.verify(connection, &edit.noted);
            for log in [Changes, Accesses] {
                let of_log = found.of(log).unwrap();
                let broken = of_log.first_broken.map(|found| (found.position, found.why));
                assert_eq!(broken, edit.expected(log), "{log}: {edit:#?}");
                if let Some(count) = edit.not_provable.filter(|_| edit.log == log) {
                    assert_eq!(of_log.not_provable(), count, "{edit:#?}");
                }
            }
            Err(TakenBack)
        });
        assert!(taken_back.is_err());
    }

    fn verify(&self, connection: &mut DbConn, noted: &[Noted]) -> Verification {
        audit::verify(connection, &self.app.app.context().record, noted, |_, _| {}).unwrap()
    }

    /// A pass of a sealer that has seen these heads.
    fn seal(&self, connection: &mut DbConn, seen: &[Head]) -> Sealing {
        let (keys, now) = (&self.app.app.context().record, self.app.app.now());
        audit::seal(connection, keys, seen, now, 1000).unwrap()
    }
}

fn write(app: &TestApp, body: impl FnOnce(&mut DbConn)) {
    let mut connection = app.app.database().writer().unwrap();
    let written = backend::transaction::<_, Error>(&mut connection, |connection| {
        body(connection);
        Ok(())
    });
    written.unwrap();
}

/// Records that many changes and as many reads, as the product does.
fn grow(app: &TestApp, connection: &mut DbConn, count: usize) {
    let (context, now) = (app.app.context(), app.app.now());
    let actor = Actor::system("王芳", "test".to_owned());
    let mut tx = Tx::new(connection, &actor, now, context);
    for number in 0..count {
        let details = Details::none().with("name", format!("公司{number}"), "星河");
        tx.record_event(Noun::Organisation, app.district.street, Action::Updated, Belongs::District, details).unwrap();
    }
    tx.finish_unassessed().unwrap();
    let reads: Vec<AccessRecord> = (0..count).map(|number| read(app, number)).collect();
    access_records::insert(connection, &reads).unwrap();
}

fn read(app: &TestApp, number: usize) -> AccessRecord {
    let mut record = AccessRecord {
        id: AccessId::new(),
        at: app.app.now().into(),
        actor: "user:1".to_owned(),
        actor_name: "王芳".to_owned(),
        request_id: format!("request-{number}"),
        what: Accessed::Figures.as_str().to_owned(),
        noun: Noun::Enterprise.as_str().to_owned(),
        noun_id: None,
        enterprise_id: None,
        detail: "list".to_owned(),
        mac: None,
    };
    record.mac = Some(app.app.context().record.mac(&canonical_text::access(&record)).to_vec());
    record
}

fn execute(connection: &mut DbConn, sql: &str) {
    if sql.is_empty() {
        return;
    }
    let done = match connection {
        DbConn::Pg(pg) => pg.batch_execute(sql),
        DbConn::Sqlite(sqlite) => sqlite.batch_execute(sql),
    };
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

#[apply(both_databases)]
async fn each_of_a_thousand_edits_is_found_as_said(app: TestApp) {
    let record = Record::new(app).await;
    record.attempt(&Edit::none(&record));
    let mut random = Random::new(SEED);
    let mut kinds = std::collections::BTreeMap::<&str, usize>::new();
    for _ in 0..EDITS {
        let edit = Edit::random(&record, &mut random);
        record.attempt(&edit);
        *kinds.entry(edit.kind).or_default() += 1;
    }
    assert!(kinds.len() == edits::KINDS.len() && some(kinds.values()).all(|count| *count >= 20), "{kinds:?}");
    // All was taken back, and nothing is left that a verification would report.
    record.attempt(&Edit::none(&record));
    assert!(record.app.verify().is_whole());
    assert!(record.app.sealing().await.troubles.is_empty());
}
