//! Transactions that stand in each other's way: they run again, and what cannot be done even so is told as "busy", never as a
//! fault.

use crate::support::{
    app::{Backend, TestApp},
    both::{apply, both_databases},
    facts::{log_visit, system},
};
use actix_web::ResponseError;
use diesel::{connection::SimpleConnection, result::DatabaseErrorKind};
use futures_util::future::join;
use serde_json::json;
use std::{
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use wellspring::{
    app::App,
    db::{
        backend::{self, QueryError},
        retry::MOST_ATTEMPTS,
    },
    domain::{fieldwork::visit::RelocationIntent, ids::EnterpriseId, people::role::Role},
    services::Error,
    web::problem::Problem,
};

/// A place where two wait for each other; where there is one writer, nobody else comes and they go on.
#[derive(Default)]
struct Meeting {
    there: Mutex<usize>,
    came: Condvar,
}

impl Meeting {
    fn wait(&self) {
        let mut there = self.there.lock().unwrap();
        *there += 1;
        self.came.notify_all();
        let (there, _) = self.came.wait_timeout_while(there, Duration::from_millis(500), |there| *there < 2).unwrap();
        drop(there);
    }
}

/// Logs a visit to one enterprise, meets the other one, then logs a visit to the second enterprise.
async fn visit_both(
    app: App,
    [first, second]: [EnterpriseId; 2],
    meeting: Arc<Meeting>,
    attempts: Arc<AtomicUsize>,
) -> Result<(), Error> {
    let (today, tries) = (app.today(), AtomicUsize::new(0));
    let body = move |tx: &mut wellspring::services::Tx<'_>| {
        attempts.fetch_add(1, SeqCst);
        // Rows are locked in one order, so that only names can meet like this.
        backend::lock_name(tx.conn, &first.to_string())?;
        if tries.fetch_add(1, SeqCst) == 0 {
            meeting.wait();
        }
        backend::lock_name(tx.conn, &second.to_string())?;
        for enterprise in [first.min(second), first.max(second)] {
            log_visit(tx, enterprise, RelocationIntent::Moving, today)?;
        }
        Ok(())
    };
    app.write(system(), body).await
}

fn serialization_failure() -> Error {
    let message = Box::new("could not serialize access due to concurrent update".to_owned());
    Error::Database(QueryError::DatabaseError(DatabaseErrorKind::SerializationFailure, message))
}

/// How often transactions have run again.
fn repeated(app: &TestApp) -> usize {
    let text = app.app.meters().render();
    let line = text.lines().find_map(|line| line.strip_prefix("wellspring_transactions_repeated_total "));
    line.map_or(0, |count| count.parse().unwrap())
}

#[apply(both_databases)]
async fn two_that_lock_in_opposite_order_both_end(app: TestApp) {
    let one = app.enterprise("星河科技有限公司").id;
    let other = app.enterprise("星海科技有限公司").id;
    let (meeting, attempts) = (Arc::new(Meeting::default()), Arc::new(AtomicUsize::new(0)));
    let visit = |order| visit_both(app.app.clone(), order, Arc::clone(&meeting), Arc::clone(&attempts));
    let (there, back) = join(visit([one, other]), visit([other, one])).await;
    there.unwrap();
    back.unwrap();
    // What ran again left nothing of the first attempt: two visits to each, one alert of each, all recorded once.
    assert_eq!(app.alerts().len(), 2);
    let visits = app.recorded().into_iter().filter(|(noun, action, _)| noun == "visit" && action == "created");
    assert_eq!(visits.count(), 4);
    let is_server = app.app.database().location().kind() == "postgresql";
    assert_eq!(attempts.load(SeqCst), if is_server { 3 } else { 2 }, "one of the two is a deadlock's victim");
    assert_eq!(repeated(&app), usize::from(is_server));
}

#[apply(both_databases)]
async fn what_always_meets_another_is_given_up_after_a_few_attempts(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    let before = app.recorded().len();
    let (attempts, ids) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
    let (counted, made, today) = (Arc::clone(&attempts), Arc::clone(&ids), app.app.today());
    let result = app.app.write(system(), move |tx| {
        counted.fetch_add(1, SeqCst);
        made.lock().unwrap().push(log_visit(tx, enterprise, RelocationIntent::Moving, today)?);
        Err::<(), _>(serialization_failure())
    });
    let error = result.await.unwrap_err();
    assert_eq!(attempts.load(SeqCst), MOST_ATTEMPTS as usize);
    assert_eq!(repeated(&app), MOST_ATTEMPTS as usize - 1);
    let mut ids = ids.lock().unwrap().clone();
    ids.dedup();
    assert_eq!(ids.len(), MOST_ATTEMPTS as usize, "each attempt makes ids of its own");
    assert!(app.alerts().is_empty());
    assert_eq!(app.recorded().len(), before);
    let problem = Problem::from(error);
    assert_eq!((problem.status_code().as_u16(), problem.retry_after()), (503, Some(1)));
}

#[apply(both_databases)]
async fn a_connection_that_the_server_has_closed_fails_once_at_most(app: TestApp) {
    let leader = app.person(Role::Leader).caller;
    leader.get("/api/v1/enterprises").await.expect(200);
    if app.backend() == Backend::Postgres {
        let mut connection = backend::connect(app.app.database().location()).unwrap();
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        connection.batch_execute(others).unwrap();
    }
    // Each connection of the pool may be one that nobody has asked for a second.
    let connections: u32 = app.app.database().pools_in_use().iter().map(|pool| pool.idle + pool.in_use).sum();
    let mut failed = 0;
    while failed <= connections {
        let answer = leader.get("/api/v1/enterprises").await;
        if answer.status == 200 {
            break;
        }
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")));
        failed += 1;
    }
    assert!(failed <= connections, "{failed} of {connections}");
    leader.get("/api/v1/enterprises").await.expect(200);
}

#[apply(both_databases)]
async fn the_command_line_tries_again_as_well(app: TestApp) {
    let attempts = AtomicUsize::new(0);
    let (made, _) = app
        .app
        .write_now(&system(), |_| match attempts.fetch_add(1, SeqCst) {
            0 => Err(serialization_failure()),
            attempt => Ok(attempt),
        })
        .unwrap();
    assert_eq!(made, 1);
    let attempts = AtomicUsize::new(0);
    let refused = app.app.write_now(&system(), |_| {
        attempts.fetch_add(1, SeqCst);
        Err::<(), _>(serialization_failure())
    });
    assert!(refused.unwrap_err().is_transient());
    assert_eq!(attempts.load(SeqCst), MOST_ATTEMPTS as usize);
}

#[apply(both_databases)]
async fn what_is_refused_is_not_tried_again(app: TestApp) {
    for refusal in [|| Error::Stale, || Error::Database(QueryError::NotFound)] {
        let attempts = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&attempts);
        let result = app.app.write(system(), move |_| {
            counted.fetch_add(1, SeqCst);
            Err::<(), _>(refusal())
        });
        result.await.unwrap_err();
        assert_eq!(attempts.load(SeqCst), 1);
    }
    assert_eq!(repeated(&app), 0);
}

#[apply(both_databases)]
async fn a_database_without_a_free_connection_is_busy(app: TestApp) {
    let steward = app.person(Role::ChiefSteward).caller;
    let count = if app.app.database().location().kind() == "postgresql" { 4 } else { 1 };
    let held: Vec<_> = (0..count).map(|_| app.app.database().writer().unwrap()).collect();
    let answer = steward.post("/api/v1/enterprises", json!({"uscc": "91350100M000100Y43", "name": "某公司"})).await;
    drop(held);
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")));
    assert_eq!(answer.json()["code"], "unavailable");
    steward.post("/api/v1/enterprises", json!({"uscc": "91350100M000100Y43", "name": "某公司"})).await.expect(201);
}

/// On PostgreSQL reads are inserted; on SQLite they are appended to a file, which nobody locks.
#[actix_web::test]
async fn a_read_that_cannot_go_on_record_now_is_busy() {
    let Some(app) = TestApp::new(Backend::Postgres).await else { return };
    let auditor = app.person(Role::Auditor).caller;
    let refuse = |code: &str| {
        let function = format!(
            "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{code}'; END $$"
        );
        app.tamper(&function);
    };
    refuse("serialization_failure");
    app.tamper("CREATE TRIGGER refuse BEFORE INSERT ON access_records FOR EACH ROW EXECUTE FUNCTION refuse()");
    let busy = auditor.get("/api/v1/audit-log").await;
    assert_eq!((busy.status, busy.header("retry-after")), (503, Some("1")));
    assert_eq!(busy.json()["code"], "unavailable");
    refuse("check_violation");
    let failed = auditor.get("/api/v1/audit-log").await;
    assert_eq!((failed.status, failed.header("retry-after")), (500, None), "a fault is no matter of waiting");
    app.tamper("DROP TRIGGER refuse ON access_records");
    auditor.get("/api/v1/audit-log").await.expect(200);
}

#[actix_web::test]
async fn a_locked_file_is_busy() {
    let app = TestApp::new(Backend::Sqlite).await.unwrap();
    let steward = app.person(Role::ChiefSteward).caller;
    let mut other = backend::connect(app.app.database().location()).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let answer = steward.post("/api/v1/enterprises", json!({"uscc": "91350100M000100Y43", "name": "某公司"})).await;
    other.batch_execute("ROLLBACK").unwrap();
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")));
    assert_eq!(answer.json()["code"], "unavailable");
    steward.post("/api/v1/enterprises", json!({"uscc": "91350100M000100Y43", "name": "某公司"})).await.expect(201);
}
