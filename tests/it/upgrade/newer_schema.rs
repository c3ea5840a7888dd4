//! What a program does with a database that a newer program has migrated: it goes on while it runs, and does not
//! start.

use super::contents::execute;
use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    installation::Installation,
};
use serde_json::json;
use wellspring::{
    db::backend::{self, Location},
    domain::people::role::Role,
};

/// What the newer program has added: a table and a column with a default, as the first half of a change that goes
/// in two steps.
const EXPANDED: &str = "CREATE TABLE leases (id INTEGER PRIMARY KEY);
    ALTER TABLE enterprises ADD COLUMN floor INTEGER;
    INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')";

#[apply(both_databases)]
async fn a_running_program_goes_on(app: TestApp) {
    let person = app.person(Role::Steward).caller;
    let enterprise = app.enterprise("星河科技");
    execute(&mut app.app.database().writer().unwrap(), EXPANDED);
    app.anonymous().get("/readyz").await.expect(200);
    person.get("/api/v1/enterprises").await.expect(200);
    let visit = json!({
        "enterprise_id": enterprise.id, "visited_on": app.app.today(), "channel": "phone", "summary": "了解近况",
    });
    person.post("/api/v1/visits", visit).await.expect(201);
    app.enterprise("云台商贸");
}

#[apply(both_databases)]
async fn it_does_not_start(installation: Installation) {
    installation.run(&["migrate"]).expect(0);
    let location = match installation.database_url() {
        Some(url) => Location::Postgres(url.to_owned()),
        None => Location::Sqlite(installation.data("wellspring.sqlite")),
    };
    execute(&mut backend::connect(&location).unwrap(), EXPANDED);
    for command in [vec!["serve"], vec!["migrate"], vec!["user", "list"]] {
        let refused = installation.run(&command).expect(1).err;
        assert!(refused.contains("newer Wellspring"), "{command:?}: {refused}");
        assert!(refused.contains("29991231000001"), "{command:?}: {refused}");
    }
    let checked = installation.run(&["check"]).expect(1).out;
    assert!(checked.contains("changed by a newer Wellspring (29991231000001)"), "{checked}");
}

#[apply(both_databases)]
async fn a_code_that_came_later_is_refused_where_it_is_read_and_nowhere_else(app: TestApp) {
    let (person, other) = (app.person(Role::Leader), app.person(Role::Leader));
    let (known, unknown) = (app.enterprise("星河科技"), app.enterprise("云台商贸"));
    let later = format!("UPDATE enterprises SET tier = 'pillar' WHERE uscc = '{}'", unknown.uscc);
    execute(&mut app.app.database().writer().unwrap(), &later);
    let retired = format!("UPDATE users SET role = 'building_steward' WHERE username = '{}'", other.user.username);
    execute(&mut app.app.database().writer().unwrap(), &retired);
    person.caller.get(&format!("/api/v1/enterprises/{}", known.id)).await.expect(200);
    person.caller.get(&format!("/api/v1/enterprises/{}", unknown.id)).await.expect(500);
    person.caller.get("/api/v1/enterprises").await.expect(500);
    person.caller.get("/api/v1/enterprises?tier=normal").await.expect(200);
    other.caller.get("/api/v1/me").await.expect(500);
}
