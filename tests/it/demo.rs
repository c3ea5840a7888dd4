//! The demonstration district: what is in the database afterwards is what the product itself would have made of the same facts.

use crate::{
    support::{
        app::EmptyApp,
        both::{apply, both_databases},
        some::some,
    },
    upgrade::contents::tables,
};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::BigInt};
use serde_json::json;
use std::collections::BTreeSet;
use wellspring::{
    app::App,
    db::{
        self,
        watch::standings::{self, Standing},
    },
    demo::{self, DemoOptions, Demonstration, Error},
    domain::{
        ids::EnterpriseId,
        people::{actor::Actor, role::Role},
    },
    services::{
        records::audit,
        registry::enterprises::{self, EnterpriseFields},
        watch::follow_up,
    },
};

/// Enough for every story to be told.
const SMALL: DemoOptions = DemoOptions { enterprises: 200, seed: 7 };

/// Enough for people and their credentials.
const TINY: DemoOptions = DemoOptions { enterprises: 20, seed: 7 };

/// Tables that hold nothing before somebody works in the district.
const BARE: &[&str] = &[
    "absences",
    "access_records",
    "calendar_days",
    "idempotency_keys",
    "imports",
    "job_status",
    "saved_views",
    "sessions",
    "unsealed_records",
];

fn build(app: &App, options: DemoOptions) -> Demonstration {
    demo::build(app, options, &mut |_, _, _| {}).unwrap_or_else(|error| panic!("{error}"))
}

/// The single number a query gives.
fn number(app: &App, query: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Number {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let mut connection = app.database().reader().unwrap();
    let query = sql_query(format!("SELECT CAST(({query}) AS BIGINT) AS number"));
    query.get_result::<Number>(&mut *connection).unwrap().number
}

fn system() -> Actor {
    Actor::system("测试", "test".to_owned())
}

/// Where everybody stands, in the order of ids.
fn standings_now(app: &App) -> Vec<Standing> {
    let mut connection = app.database().reader().unwrap();
    let ids = db::registry::enterprises::ids_after(&mut connection, None, 10_000).unwrap();
    let mut rows = standings::of(&mut connection, &ids).unwrap();
    rows.sort_by_key(|row| row.enterprise_id);
    rows
}

#[apply(both_databases)]
async fn is_what_the_product_would_have_made_of_the_facts(empty: EmptyApp) {
    let app = &empty.app;
    assert!(build(app, SMALL).is_new);
    let before = standings_now(app);
    let changes = number(app, "SELECT COUNT(*) FROM changes");
    let mails = number(app, "SELECT COUNT(*) FROM mail_messages");
    let ids: BTreeSet<EnterpriseId> = before.iter().map(|row| row.enterprise_id).collect();
    app.write_now(&system(), |tx| follow_up::reassess(tx, &ids)).unwrap();
    assert_eq!(standings_now(app), before);
    assert_eq!(number(app, "SELECT COUNT(*) FROM changes"), changes, "no alert moves");
    assert_eq!(number(app, "SELECT COUNT(*) FROM mail_messages"), mails);
    let months = "SELECT COUNT(*) FROM (SELECT enterprise_id, treasury_month, SUM(amount_fen) AS amount, \
         SUM(CASE WHEN one_off THEN 0 ELSE amount_fen END) AS recurring FROM tax_receipts \
         WHERE superseded_at IS NULL GROUP BY enterprise_id, treasury_month) r \
         LEFT JOIN monthly_taxes m ON m.enterprise_id = r.enterprise_id AND m.month = r.treasury_month \
         WHERE m.amount_fen IS NULL OR m.amount_fen <> r.amount OR m.recurring_fen <> r.recurring";
    assert_eq!(number(app, months), 0);
}

#[apply(both_databases)]
async fn has_everything_a_district_has(empty: EmptyApp) {
    let app = &empty.app;
    let made = build(app, SMALL);
    let count = |table: &str| number(app, &format!("SELECT COUNT(*) FROM {table}"));
    assert_eq!((count("enterprises"), count("users")), (200, 40));
    assert_eq!(number(app, "SELECT COUNT(*) FROM organisations WHERE kind = 'street'"), 12);
    assert_eq!(number(app, "SELECT COUNT(DISTINCT treasury_month) FROM tax_receipts"), 24);
    assert!(count("teams") > 100 && count("visits") > 300 && count("signals") > 3);
    for state in ["open", "acknowledged", "resolved"] {
        assert!(number(app, &format!("SELECT COUNT(*) FROM alerts WHERE state = '{state}'")) > 0, "{state}");
    }
    assert!(number(app, "SELECT COUNT(*) FROM alerts WHERE outcome = 'respected'") > 0);
    assert!(count("directives") > 0 && count("mail_messages") > 0);
    assert_eq!(number(app, "SELECT COUNT(*) FROM deliveries WHERE state <> 'sent'"), 0, "no mail waits");
    assert_eq!(made.credentials.users.len(), 40);
    for table in tables(&mut app.database().reader().unwrap()) {
        let is_bare = BARE.contains(&table.as_str());
        assert_eq!(
            count(&table) == 0,
            is_bare,
            "{table}: show some in the demonstration, or say in BARE that there are none"
        );
    }
}

#[apply(both_databases)]
async fn no_alert_is_without_evidence_or_recipient(empty: EmptyApp) {
    let app = &empty.app;
    build(app, SMALL);
    let bare =
        "SELECT COUNT(*) FROM alerts a WHERE NOT EXISTS (SELECT 1 FROM alert_evidence e WHERE e.alert_id = a.id)";
    assert_eq!(number(app, bare), 0);
    assert_eq!(number(app, "SELECT COUNT(*) FROM alerts WHERE without_recipient"), 0);
    assert_eq!(number(app, "SELECT COUNT(*) FROM alerts WHERE acknowledged_at < opened_at"), 0);
    assert_eq!(number(app, "SELECT COUNT(*) FROM alerts WHERE resolved_at < opened_at"), 0);
}

#[apply(both_databases)]
async fn the_record_is_sealed_and_whole(empty: EmptyApp) {
    let app = &empty.app;
    build(app, SMALL);
    assert_eq!(number(app, "SELECT COUNT(*) FROM unsealed_records"), 0);
    let out_of_order =
        "SELECT COUNT(*) FROM record_seals s JOIN record_seals t ON t.log = s.log AND t.position = s.position + 1
        JOIN changes a ON a.id = s.record_id JOIN changes b ON b.id = t.record_id WHERE b.at < a.at";
    assert_eq!(number(app, out_of_order), 0, "what happened earlier was recorded earlier");
    let mut connection = app.database().reader().unwrap();
    let states = audit::state(&mut connection, &app.context().record, &[], app.now()).unwrap();
    assert!(some(&states).all(|state| state.waiting == 0 && state.trouble.is_none()), "{states:?}");
    assert!(states.iter().any(|state| state.position > 300), "{states:?}");
}

#[apply(both_databases)]
async fn everybody_can_sign_in(empty: EmptyApp) {
    let made = build(&empty.app, TINY);
    for role in Role::ALL {
        let login = made.credentials.users.iter().find(|login| login.role == *role).unwrap();
        let body = json!({ "username": login.username, "password": login.password });
        let answer = empty.anonymous().post("/api/v1/session", body).await.expect(201);
        assert_eq!(answer.json()["user"]["role"], role.as_str());
    }
    let service = empty.bearer(&made.credentials.service_token);
    service.get("/api/v1/enterprises?limit=1").await.expect(200);
}

#[apply(both_databases)]
async fn is_found_again_with_its_credentials(empty: EmptyApp) {
    let app = &empty.app;
    let first = build(app, TINY);
    let again = build(app, TINY);
    assert!(first.is_new && !again.is_new);
    assert_eq!(again.options, TINY);
    assert_eq!(again.credentials.service_token, first.credentials.service_token);
    let file = demo::credentials::path(app.context());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let written: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(written["base_url"], "https://wellspring.test");
    assert_eq!(written["users"].as_array().unwrap().len(), 40);
    std::fs::remove_file(&file).unwrap();
    let renewed = build(app, TINY);
    let login = &renewed.credentials.users[0];
    assert_ne!(login.password, first.credentials.users[0].password);
    let body = json!({ "username": login.username, "password": login.password });
    empty.anonymous().post("/api/v1/session", body).await.expect(201);
}

#[apply(both_databases)]
async fn another_database_is_refused(empty: EmptyApp) {
    let app = &empty.app;
    let (_, _) = app
        .write_now(&system(), |tx| enterprises::create(tx, EnterpriseFields::named("91110000600037341L", "某公司")))
        .unwrap();
    let refused = demo::build(app, SMALL, &mut |_, _, _| {});
    assert!(matches!(refused, Err(Error::Foreign)));
    assert_eq!(number(app, "SELECT COUNT(*) FROM users"), 0);
    assert!(!demo::credentials::path(app.context()).exists());
}
