//! On PostgreSQL the product runs under a role that may add to the record and neither change nor delete what is there. The
//! statements that make the role are those of the documentation.

use crate::support::{
    app::{EmptyApp, TestApp},
    both::{apply, both_databases},
    enterprise::uscc,
    installation::Installation,
    postgres,
    sheets::{rows, xlsx},
    some::some,
};
use chrono::TimeDelta;
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};
use serde_json::json;
use std::{path::Path, sync::Arc};
use uuid::Uuid;
use wellspring::{
    db::records::record_privileges,
    demo::{self, DemoOptions},
    domain::{
        people::role::Role,
        records::record::RecordLog::{Accesses, Changes},
    },
    jobs,
    mail::transport::Transport,
};

/// The statements of the documentation, for a role of this name.
fn documented(role: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operations.md");
    let text = std::fs::read_to_string(path).unwrap();
    let section = text.split("### A role that can only add to the record").nth(1).unwrap();
    let block = section.split("```sql\n").nth(1).unwrap().split("```").next().unwrap();
    let statements: Vec<String> = block.lines().map(|line| line.replace("wellspring_service", role)).collect();
    assert!(statements.len() >= 4 && some(&statements).all(|line| line.ends_with(';')), "{statements:?}");
    statements
}

/// A role in one database, which goes when it is dropped.
struct LimitedRole {
    name: String,
    owner: String,
}

impl LimitedRole {
    /// Makes the role; `owner` is the address by which the owner of the tables connects.
    fn new(owner: &str) -> Self {
        let name = format!("wellspring_it_{}", Uuid::now_v7().simple());
        let role = Self { name, owner: owner.to_owned() };
        for statement in documented(&role.name) {
            role.execute(&statement);
        }
        role
    }

    /// The address by which the product connects as the role.
    fn url(&self) -> String {
        let separator = if self.owner.contains('?') { '&' } else { '?' };
        format!("{}{separator}options=-c%20role%3D{}", self.owner, self.name)
    }

    fn execute(&self, statement: &str) {
        let mut owner = PgConnection::establish(&self.owner).unwrap();
        sql_query(statement).execute(&mut owner).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

impl Drop for LimitedRole {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.execute(&format!("DROP OWNED BY {}", self.name));
            self.execute(&format!("DROP ROLE {}", self.name));
        }
    }
}

async fn run_due(app: &TestApp) {
    let files = Arc::new(Transport::files(app.directory.path().join("mail")));
    jobs::run_due(&app.app, &files).await.unwrap();
}

#[actix_web::test]
async fn the_product_runs_under_a_role_that_only_adds_to_the_record() {
    let Some(server) = postgres::server_or_skip() else { return };
    let database = server.fresh_database("role", crate::support::app::migrate);
    let role = LimitedRole::new(&database.url);
    let app = TestApp::over(&role.url()).await;

    let privileges = app.ask(record_privileges::beyond_adding).unwrap();
    assert_eq!(privileges, [], "nothing beyond adding");
    assert_eq!(app.ask(record_privileges::role).as_deref(), Some(role.name.as_str()));

    // A visit that raises an alert, mails, a night, sealing, heads going out, a purge.
    let (steward, auditor) = (app.person(Role::Steward), app.person(Role::Auditor));
    let enterprise = app.enterprise("星河科技");
    let visit = json!({"enterprise_id": enterprise.id, "visited_on": "2026-11-20", "channel": "phone", "summary": "正在迁出", "met_with": "张总", "relocation_intent": "moving"});
    let made = steward.caller.post("/api/v1/visits", visit).await.expect(201);
    steward.caller.get(made.header("location").unwrap()).await.expect(200);
    auditor.caller.get("/api/v1/audit-log").await.expect(200);
    run_due(&app).await;
    app.advance(TimeDelta::days(31));
    run_due(&app).await;
    assert!(app.position(Changes) > 0 && app.position(Accesses) >= 2);
    app.note_verification();
    run_due(&app).await;
    let verification = app.verify();
    assert!(verification.is_whole(), "{verification:?}");

    for statement in [
        "UPDATE changes SET actor_name = '别人'",
        "DELETE FROM changes",
        "TRUNCATE changes",
        "UPDATE access_records SET detail = ''",
        "DELETE FROM access_records",
        "UPDATE record_seals SET position = position + 1",
        "DELETE FROM record_seals",
        "DELETE FROM __diesel_schema_migrations",
        "CREATE TABLE beside (id INTEGER)",
    ] {
        let refused = app.ask(|connection| Ok(sql_query(statement).execute(connection))).unwrap_err();
        assert!(
            refused.to_string().contains("permission denied") || refused.to_string().contains("must be owner"),
            "{statement}: {refused}"
        );
    }
}

#[actix_web::test]
async fn a_whole_district_is_made_under_the_role() {
    let Some(server) = postgres::server_or_skip() else { return };
    let database = server.fresh_database("role_demo", crate::support::app::migrate);
    let role = LimitedRole::new(&database.url);
    let empty = EmptyApp::over_kept(&role.url()).await;
    let options = DemoOptions { enterprises: 60, seed: 7 };
    let made = demo::build(&empty.app, options, &mut |_, _, _| {}).unwrap_or_else(|error| panic!("{error}"));
    assert!(made.is_new);
}

#[apply(both_databases)]
async fn check_says_whether_the_record_could_be_altered(mut installation: Installation) {
    installation.found_district();
    let owner = installation.database_url().map(ToOwned::to_owned);
    let out = installation.run(&["check"]).expect(0).out;
    let Some(owner) = owner else {
        assert!(out.contains("note  record: SQLite has no roles"), "{out}");
        return;
    };
    assert!(out.contains("could alter the record (changes OWNER, changes UPDATE, changes DELETE"), "{out}");
    let role = LimitedRole::new(&owner);
    installation.set("WELLSPRING_DATABASE_URL", &role.url());
    let out = installation.run(&["check"]).expect(0).out;
    assert!(out.contains(&format!("ok  record: the database role {} may only add to the record", role.name)), "{out}");
    // The program starts, finds nothing to migrate, and does its work.
    installation.run(&["migrate"]).expect(0);
    installation.add_user("zhang.min", "leader", "星河区");
    let list = rows(&["税号|纳税人名称", &format!("{}|星河科技有限公司", uscc())]);
    let file = installation.file("税源清单.xlsx", &xlsx(&list));
    let origin = ["--source", "街道台账", "--legal-basis", "税收征管法第五条", "--data-date", "2026-01-31"];
    installation.run(&[&["import", "enterprises", &file][..], &origin].concat()).expect(0);
    let served = installation.serve();
    let (status, list) = served.sign_in("zhang.min").get("/api/v1/enterprises?include_total=true");
    assert_eq!((status, &list["total"]), (200, &json!(1)), "{list}");
    drop(served);
    let out = installation.run(&["check", "--audit"]).expect(0).out;
    assert!(out.contains("changes hold"), "{out}");
}
