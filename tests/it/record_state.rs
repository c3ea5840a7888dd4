//! Whether the tables hold what the record says: what the product did agrees with the record, and what somebody did to the
//! tables is found.

use crate::support::{
    app::{Backend, EmptyApp, TestApp},
    both::{apply, both_databases},
    caller::Caller,
    enterprise::uscc,
    installation::Installation,
    old_database::OldDatabases,
    program::Program,
    sheets::{csv, rows},
    some::some,
};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use serde_json::json;
use std::collections::BTreeSet;
use wellspring::{
    app::App,
    db::{
        backend::{self, DbConn, Location},
        operation::calendar_days::CalendarDay,
        people::absences::Absence,
        registry::{
            organisation_merges,
            organisations::{self, Organisation},
        },
        values::Timestamp,
    },
    demo::{self, DemoOptions, Demonstration},
    domain::{
        ids::{AbsenceId, CalendarDayId, OrganisationId, UserId},
        month::Month,
        operation::workday::DayKind,
        people::{
            actor::Actor,
            role::{Role, TokenScope},
        },
        records::change::{Action, Noun},
        registry::{industry::IndustryEdition, organisation::OrganisationStatus},
    },
    services::{
        self, Error, Version,
        people::tokens::NewToken,
        records::audit::{self, Difference, StandingPart, StateReport},
        registry::{
            imports::{Mode, Upload, enterprises::EnterpriseList, receipts::ReceiptList},
            receipts,
        },
        watch::follow_up,
    },
    texts::Language,
};

/// Enough for every kind of row.
const SMALL: DemoOptions = DemoOptions { enterprises: 60, seed: 7 };

/// A district in which a year has passed.
struct District {
    empty: EmptyApp,
    made: Demonstration,
}

impl District {
    async fn new(backend: Backend) -> Option<Self> {
        let empty = EmptyApp::new(backend).await?;
        let made = demo::build(&empty.app, SMALL, &mut |_, _, _| {}).unwrap_or_else(|error| panic!("{error}"));
        Some(Self { empty, made })
    }

    fn app(&self) -> &App {
        &self.empty.app
    }

    async fn sign_in(&self, role: Role) -> Caller {
        let login = self.made.credentials.users.iter().find(|login| login.role == role).unwrap();
        let body = json!({ "username": login.username, "password": login.password });
        let answer = self.empty.anonymous().post("/api/v1/session", body).await.expect(201).json();
        self.empty.bearer(answer["token"].as_str().unwrap())
    }

    /// What a query gives, one value a row.
    fn column(&self, query: &str) -> Vec<String> {
        let mut connection = self.app().database().reader().unwrap();
        crate::upgrade::contents::lines(
            &mut connection,
            &format!("SELECT lower(hex(value)) AS line FROM ({query}) q"),
            &format!("SELECT replace(value::text, '-', '') AS line FROM ({query}) q"),
        )
    }

    /// The one id that a query gives as `value`.
    fn id(&self, query: &str) -> uuid::Uuid {
        let ids = self.column(query);
        ids.first().unwrap_or_else(|| panic!("nothing: {query}")).parse().unwrap()
    }
}

/// Compares the tables with the record.
fn compared(app: &App) -> StateReport {
    let mut connection = app.database().reader().unwrap();
    backend::snapshot::<_, Error>(&mut connection, |connection| {
        audit::compare_state(connection, app.context(), app.today(), |_, _| {})
    })
    .unwrap()
}

#[track_caller]
fn assert_agrees(report: &StateReport) {
    let english: Vec<String> =
        report.differences.iter().map(|one| one.text(Language::En, |at| at.0.to_string())).collect();
    assert!(english.is_empty(), "{} differences: {english:#?}", report.further + english.len() as u64);
    assert!(report.compared > 100, "{report:?}");
}

/// What is found when somebody has done this to the tables; nothing of it stays.
fn tampered(app: &App, sql: &str) -> Vec<Difference> {
    let mut connection = app.database().writer().unwrap();
    let mut found = None;
    let undone = backend::transaction::<(), Error>(&mut connection, |connection| {
        let done = match connection {
            DbConn::Pg(pg) => pg.batch_execute(sql),
            DbConn::Sqlite(sqlite) => sqlite.batch_execute(sql),
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
        found = Some(audit::compare_state(connection, app.context(), app.today(), |_, _| {})?);
        Err(Error::NotFound)
    });
    assert!(matches!(undone, Err(Error::NotFound)), "{undone:?}");
    found.unwrap().differences
}

fn uuid(app: &App, id: uuid::Uuid) -> String {
    match app.database().location() {
        Location::Sqlite(_) => format!("X'{}'", id.simple()),
        Location::Postgres(_) => format!("'{id}'"),
    }
}

fn system() -> Actor {
    Actor::system("测试", "test".to_owned())
}

fn upload<'a>(name: &'a str, bytes: &'a [u8], source: &'a str, app: &App) -> Upload<'a> {
    Upload {
        file_name: name, bytes, sheet: None, source, legal_basis: "税收征管法第五条", data_on: app.today()
    }
}

fn an_absence_and_a_day_of_the_calendar(district: &District) {
    let app = district.app();
    let (absent, deputy) = (
        UserId(district.id("SELECT id AS value FROM users ORDER BY id LIMIT 1")),
        UserId(district.id("SELECT id AS value FROM users ORDER BY id LIMIT 1 OFFSET 1")),
    );
    app.write_now(&system(), |tx| {
        let (from_on, at) = (tx.today, Timestamp::from(tx.now));
        tx.create(&Absence {
            id: AbsenceId::new(),
            user_id: absent,
            from_on,
            until_on: from_on,
            deputy_id: deputy,
            version: 1,
            created_at: at,
            updated_at: at,
        })?;
        tx.create(&CalendarDay {
            id: CalendarDayId::new(),
            day: from_on,
            kind: DayKind::Holiday,
            name: "区庆".to_owned(),
            source: "区政府通知".to_owned(),
            created_at: at,
            updated_at: at,
        })
    })
    .unwrap();
}

/// All kinds of things that people and systems do, one after the other.
async fn a_busy_day(district: &District) {
    let app = district.app();
    let later = || district.empty.advance(TimeDelta::minutes(7));
    let steward = district.sign_in(Role::Steward).await;
    let seen = steward.get("/api/v1/enterprises?limit=3").await.expect(200).json();
    let enterprise = seen["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/enterprises/{enterprise}");

    // Contacts: made, changed, deleted.
    let contact = json!({ "name": "林晓", "phone": "13900000001", "is_primary": true });
    let made = steward.post(&format!("{path}/contacts"), contact).await.expect(201);
    let made = made.header("location").unwrap().to_owned();
    later();
    steward.if_match("*").patch(&made, json!({ "phone": "13900000002" })).await.expect(200);
    let gone = steward.post(&format!("{path}/contacts"), json!({ "name": "周林" })).await.expect(201);
    steward.if_match("*").delete(gone.header("location").unwrap()).await.expect(204);

    // A visit that opens an alert, is corrected and withdrawn; another that says what the first one said.
    later();
    let visit = json!({ "enterprise_id": enterprise, "visited_on": app.today(), "channel": "phone",
        "summary": "计划外迁", "relocation_intent": "moving" });
    let logged = steward.post("/api/v1/visits", &visit).await.expect(201);
    let logged = logged.header("location").unwrap().to_owned();
    later();
    steward
        .if_match("*")
        .patch(&logged, json!({ "relocation_intent": "considering", "employees": 12 }))
        .await
        .expect(200);
    later();
    steward.post(&format!("{logged}/withdraw"), json!({ "reason": "记错了企业" })).await.expect(200);
    later();
    steward.post("/api/v1/visits", &visit).await.expect(201);

    // Views, kept and thrown away.
    let view = |name: &str| json!({ "name": name, "query": "risk_level=red" });
    steward.post("/api/v1/me/views", view("红色")).await.expect(201);
    let gone = steward.post("/api/v1/me/views", view("再看")).await.expect(201);
    steward.if_match("*").delete(gone.header("location").unwrap()).await.expect(204);

    later();
    an_absence_and_a_day_of_the_calendar(district);

    // Lists: enterprises with contacts, one of which is deleted; then receipts, sent again with other amounts.
    later();
    let codes = [uscc(), uscc(), uscc()];
    let list = format!(
        "统一社会信用代码|纳税人名称|联系人|联系电话\n{}|新来科技有限公司|吴明|13900000003\n{}|新来商贸有限公司|郑洁|13900000004\n{}|新来餐饮有限公司|王一|13900000005",
        codes[0].as_str(),
        codes[1].as_str(),
        codes[2].as_str(),
    );
    import(app, &list);
    later();
    import(app, &list.replace("新来商贸", "新来贸易").replace("13900000003", "13900000006"));
    let imported = services::registry::enterprises::find(
        &mut app.database().reader().unwrap(),
        &system(),
        &format!("uscc:{}", codes[1].as_str()).parse().unwrap(),
    )
    .unwrap()
    .id;
    let contact = wellspring::db::registry::contacts::of_enterprise(&mut app.database().reader().unwrap(), imported)
        .unwrap()
        .remove(0);
    later();
    app.write_now(&system(), |tx| services::registry::contacts::delete(tx, &imported.into(), contact.id, Version::Any))
        .unwrap();
    let month = Month::containing(app.today()).unwrap().plus(-1);
    for amount in ["100.00", "250.00"] {
        later();
        let list = format!(
            "税号|入库月份|税种|入库金额（元）\n{}|{month}|增值税|{amount}\n{}|{month}|增值税|7.50",
            codes[0].as_str(),
            codes[1].as_str(),
        );
        import_receipts(app, &list);
    }
    // A month of which nobody has sent anything so far: everybody else is assessed for it by the next night.
    let new_month = Month::containing(app.today()).unwrap();
    for amount in [100_i64, 300, 300] {
        later();
        let entry = receipts::batch::ReceiptEntry {
            enterprise_id: enterprise.clone(),
            tax_type: "vat".to_owned(),
            arrears: false,
            treasury_month: new_month.to_string(),
            period: None,
            budget_level: None,
            ordinal: 1,
            amount_fen: wellspring::domain::fen::Fen(amount),
            district_fen: None,
        };
        app.write_now(&system(), |tx| receipts::batch::upsert(tx, "接口", vec![Ok(entry.clone())], &[])).unwrap();
    }
    organisations_merge(district).await;
}

/// A token that is issued and revoked, and street offices that go into others.
async fn organisations_merge(district: &District) {
    let app = district.app();
    let later = || district.empty.advance(TimeDelta::minutes(7));
    later();
    let administrator = district.sign_in(Role::Administrator).await;
    let streets = administrator.get("/api/v1/organisations?kind=street").await.expect(200).json();
    let street = |place: usize| streets["items"][place]["id"].as_str().unwrap().to_owned();
    let token = NewToken {
        name: "街道台账".to_owned(),
        scopes: vec![TokenScope::Read],
        street_id: Some(street(1).parse().unwrap()),
        expires_at: None,
    };
    let (token, _) = app.write_now(&system(), |tx| services::people::tokens::issue(tx, token.clone())).unwrap().0;
    later();
    administrator
        .post(&format!("/api/v1/organisations/{}/merge", street(1)), json!({ "into_id": street(2) }))
        .await
        .expect(200);
    later();
    app.write_now(&system(), |tx| services::people::tokens::revoke(tx, token.id)).unwrap();
    later();
    administrator
        .post(&format!("/api/v1/organisations/{}/merge", street(2)), json!({ "into_id": street(3) }))
        .await
        .expect(200);
}

fn import(app: &App, list: &str) {
    let lines: Vec<&str> = list.lines().collect();
    let bytes = csv(&rows(&lines));
    let list = EnterpriseList::read(
        &upload("清单.csv", &bytes, "街道台账", app),
        IndustryEdition::Gb2017,
        app.today(),
        |_, _| (),
    );
    let report =
        app.write_now(&system(), |tx| list.as_ref().unwrap().import(tx, Mode::default(), |_, _| ())).unwrap().0;
    assert!(report.errors.is_empty() && report.import.is_some(), "{report:?}");
}

fn import_receipts(app: &App, list: &str) {
    let lines: Vec<&str> = list.lines().collect();
    let bytes = csv(&rows(&lines));
    let list = ReceiptList::read(&upload("入库.csv", &bytes, "入库明细", app), None, app.today(), |_, _| ()).unwrap();
    let report = app.write_now(&system(), |tx| list.import(tx, Mode::default())).unwrap().0;
    assert!(report.errors.is_empty() && report.import.is_some(), "{report:?}");
}

fn noun_of(difference: &Difference) -> Option<Noun> {
    match difference {
        Difference::Field { noun, .. }
        | Difference::Gone { noun, .. }
        | Difference::Added { noun, .. }
        | Difference::Returned { noun, .. }
        | Difference::Unreadable { noun, .. }
        | Difference::Batch { noun, .. } => Some(*noun),
        _ => None,
    }
}

fn receipts_changed_by_sql(district: &District) {
    let app = district.app();
    let old = district.id("SELECT id AS value FROM tax_receipts WHERE superseded_at IS NULL ORDER BY id LIMIT 1");
    let superseded =
        district.id("SELECT id AS value FROM tax_receipts WHERE superseded_at IS NOT NULL ORDER BY id LIMIT 1");
    let of = |id| format!("WHERE id = {}", uuid(app, id));
    let batch = |found: &[Difference]| found.iter().filter(|one| noun_of(one) == Some(Noun::Receipt)).count();
    for column in [
        "amount_fen = amount_fen + 1",
        "ordinal = 99",
        "one_off = NOT one_off",
        "district_fen = NULL",
        "actor = 'user:1'",
    ] {
        let found = tampered(app, &format!("UPDATE tax_receipts SET {column} {}", of(old)));
        assert_eq!(batch(&found), 1, "{column}: {found:?}");
        let is_batch =
            |one: &Difference| matches!(one, Difference::Batch { recorded, stored, .. } if recorded == stored);
        assert!(found.iter().any(is_batch), "{column}: {found:?}");
        if column.starts_with("amount") {
            assert!(found.iter().any(|one| matches!(one, Difference::MonthlySum { .. })), "{found:?}");
        }
    }
    let found = tampered(app, &format!("DELETE FROM tax_receipts {}", of(superseded)));
    assert!(found.iter().any(|one| matches!(one, Difference::Superseded { id: Some(_), .. })), "{found:?}");
    let fewer = |one: &Difference| matches!(one, Difference::Batch { recorded, stored, .. } if *recorded == stored + 1);
    assert!(found.iter().any(fewer), "{found:?}");
    // The mark alone takes a receipt out of the sums.
    let found = tampered(app, &format!("UPDATE tax_receipts SET superseded_at = created_at {}", of(superseded)));
    assert!(found.iter().any(|one| matches!(one, Difference::Superseded { id: Some(_), .. })), "{found:?}");
    let found = tampered(app, &format!("UPDATE tax_receipts SET superseded_at = created_at {}", of(old)));
    assert!(found.iter().any(|one| matches!(one, Difference::Superseded { .. })), "{found:?}");
    for sql in [
        "DELETE FROM complete_months WHERE month = (SELECT MAX(month) FROM complete_months)",
        "UPDATE complete_months SET source = '又一处' WHERE source <> '入库明细'",
    ] {
        let found = tampered(app, sql);
        assert!(found.iter().any(|one| matches!(one, Difference::CompleteMonth { is_stored: false, .. })), "{found:?}");
    }
    let found = tampered(
        app,
        &format!(
            "UPDATE monthly_taxes SET recurring_fen = recurring_fen + 1 WHERE enterprise_id = (SELECT enterprise_id FROM tax_receipts {})",
            of(old)
        ),
    );
    assert!(
        some(&found).all(|one| matches!(one, Difference::MonthlySum { .. } | Difference::Standing { .. })),
        "{found:?}"
    );
}

fn rows_of_batches_changed_by_sql(district: &District) {
    let app = district.app();
    let listed = district.id("SELECT id AS value FROM enterprises e WHERE NOT EXISTS (SELECT 1 FROM changes c WHERE c.noun = 'enterprise' AND c.noun_id = e.id) ORDER BY id LIMIT 1");
    let contact = district.id("SELECT id AS value FROM contacts WHERE name = '吴明'");
    for (sql, noun) in [
        (
            format!(
                "UPDATE enterprises SET tier = CASE tier WHEN 'key' THEN 'normal' ELSE 'key' END WHERE id = {}",
                uuid(app, listed)
            ),
            Noun::Enterprise,
        ),
        (
            format!(
                "UPDATE enterprises SET created_at = updated_at, entered_on = NULL WHERE id = {}",
                uuid(app, listed)
            ),
            Noun::Enterprise,
        ),
        (format!("UPDATE contacts SET name = '李四' WHERE id = {}", uuid(app, contact)), Noun::Contact),
        (format!("DELETE FROM contacts WHERE id = {}", uuid(app, contact)), Noun::Contact),
    ] {
        let found = tampered(app, &sql);
        assert!(
            found.iter().any(|one| matches!(one, Difference::Batch { noun: of, .. } if *of == noun)),
            "{sql}: {found:?}"
        );
    }
    // What was changed afterwards is recorded, so it is told exactly; but not what is personal.
    let found = tampered(app, &format!("UPDATE contacts SET phone = '13900000099' WHERE id = {}", uuid(app, contact)));
    assert_eq!(found, [Difference::Field { noun: Noun::Contact, id: contact, field: "phone", values: None }]);
    assert!(!found[0].text(Language::En, |_| String::new()).contains("13900000099"));
}

fn rows_changed_by_sql(district: &District) {
    let app = district.app();
    let first = |table: &str, column: &str| {
        district.id(&format!("SELECT {column} AS value FROM {table} ORDER BY {column} LIMIT 1"))
    };
    let other = uuid(app, uuid::Uuid::now_v7());
    let copy = |table: &str, columns: &str, id: uuid::Uuid| {
        format!(
            "INSERT INTO {table} (id, {columns}) SELECT {other}, {columns} FROM {table} WHERE id = {}",
            uuid(app, id)
        )
    };
    let (user, view) = (first("users", "id"), first("saved_views", "id"));
    let directive = first("directives", "id");
    let token = first("tokens", "id");
    let team = district.id("SELECT id AS value FROM teams WHERE until IS NULL ORDER BY id LIMIT 1");
    let visit = district.id("SELECT id AS value FROM visits WHERE withdrawn_at IS NULL ORDER BY id LIMIT 1");
    let cases = [
        (format!("DELETE FROM saved_views WHERE id = {}", uuid(app, view)), Noun::SavedView),
        (copy("saved_views", "user_id, name, query, version, created_at, updated_at", view).replace(", name, query", ", 'x', query").replacen(", 'x', query", ", name, query", 1), Noun::SavedView),
        (format!("DELETE FROM directives WHERE id = {}", uuid(app, directive)), Noun::Directive),
        (copy("directives", "alert_id, author_id, text, created_at", directive), Noun::Directive),
        (copy("signals", "enterprise_id, uscc, kind, occurred_on, source, detail, actor, withdrawn_at, withdrawal_reason, version, created_at, updated_at", first("signals", "id")), Noun::Signal),
        (copy("tax_receipts", "source, enterprise_id, tax_type, treasury_month, period, budget_level, amount_fen, one_off, district_fen, import_id, actor, created_at, ordinal, superseded_at", first("tax_receipts", "id")).replace("ordinal, superseded_at FROM", "ordinal + 77, superseded_at FROM"), Noun::Receipt),
        (format!("UPDATE tokens SET scopes = 'enterprises:write', street_id = NULL WHERE id = {}", uuid(app, token)), Noun::Token),
        (format!("UPDATE tokens SET expires_at = created_at WHERE id = {}", uuid(app, token)), Noun::Token),
        (format!("UPDATE teams SET steward_id = {} WHERE id = {}", uuid(app, user), uuid(app, team)), Noun::Team),
        (format!("UPDATE teams SET until = since WHERE id = {}", uuid(app, team)), Noun::Team),
        (format!("DELETE FROM team_members WHERE team_id = {0}; DELETE FROM teams WHERE id = {0}", uuid(app, team)), Noun::Team),
        (copy("teams", "enterprise_id, leader_id, lead_organisation_id, chief_steward_id, steward_id, since, until", team).replace("since, until FROM", "since, since FROM"), Noun::Team),
        (format!("UPDATE visits SET summary = '无事' WHERE id = {}", uuid(app, visit)), Noun::Visit),
        (format!("DELETE FROM visit_visitors WHERE visit_id = {}", uuid(app, visit)), Noun::Visit),
        (format!("UPDATE organisations SET name = '别处' WHERE id = {}", uuid(app, district.id("SELECT id AS value FROM organisations WHERE kind = 'department' LIMIT 1"))), Noun::Organisation),
        ("UPDATE imports SET legal_basis = '无'".to_owned(), Noun::Import),
        ("UPDATE absences SET until_on = '2027-01-01'".to_owned(), Noun::Absence),
        ("UPDATE calendar_days SET name = '无'".to_owned(), Noun::CalendarDay),
        ("UPDATE alerts SET outcome = 'stays' WHERE outcome = 'respected'".to_owned(), Noun::Alert),
        ("DELETE FROM alert_evidence WHERE alert_id = (SELECT id FROM alerts ORDER BY id LIMIT 1)".to_owned(), Noun::Alert),
        ("UPDATE signals SET kind = 'news' WHERE id = (SELECT id FROM signals ORDER BY id LIMIT 1)".to_owned(), Noun::Signal),
    ];
    let mut nouns = BTreeSet::new();
    for (sql, noun) in cases {
        let found = tampered(app, &sql);
        assert!(found.iter().any(|one| noun_of(one) == Some(noun)), "{sql}: {found:?}");
        let follows = |one: &Difference| noun_of(one).is_none() || noun_of(one) == Some(noun);
        assert!(found.iter().all(follows), "{sql}: {found:?}");
        nouns.insert(noun.as_str());
    }
    for noun in [Noun::User, Noun::Enterprise, Noun::Contact] {
        nouns.insert(noun.as_str());
    }
    let compared =
        Noun::ALL.iter().filter(|noun| !wellspring::db::records::declarations::declaration(**noun).tables.is_empty());
    assert_eq!(
        nouns,
        compared.map(|noun| noun.as_str()).collect(),
        "every noun with rows has a case here, or a test above"
    );
}

/// A merger as an older version recorded it: without a change of each row that moved.
fn an_older_merger(district: &District) {
    let app = district.app();
    let ids = district.column(
        "SELECT id AS value FROM organisations WHERE kind = 'street' AND status = 'active' ORDER BY id DESC LIMIT 2",
    );
    let ids: Vec<OrganisationId> = ids.iter().map(|id| OrganisationId(id.parse().unwrap())).collect();
    let (from, into) = (ids[0], ids[1]);
    let moved = app.write_now(&system(), |tx| {
        let now = tx.now;
        let before = organisations::find(tx.conn, from)?.ok_or(Error::NotFound)?;
        let moved = tx.unrecorded(|connection, proof| {
            let users = organisation_merges::move_users(connection, from, into, now, proof)?;
            Ok((users, organisation_merges::move_teams(connection, from, into, proof)?))
        })?;
        let after = Organisation { status: OrganisationStatus::Merged, merged_into_id: Some(into), ..before.clone() };
        tx.change(&before, after, Action::Merged)?;
        Ok(moved)
    });
    let (users, teams) = moved.unwrap().0;
    assert!(users > 0 && teams > 0, "{users} accounts and {teams} teams");
}

#[apply(both_databases)]
async fn what_the_product_did_agrees_with_the_record(district: District) {
    let report = compared(district.app());
    assert_agrees(&report);
    assert_eq!(report.without_digest, []);
    a_busy_day(&district).await;
    let report = compared(district.app());
    assert_agrees(&report);
    assert_eq!(report.without_digest, []);
    an_older_merger(&district);
    assert_agrees(&compared(district.app()));
    // Days go by: what time alone changes is no difference before the night has come, nor afterwards.
    district.empty.advance(TimeDelta::days(1));
    assert_agrees(&compared(district.app()));
    let mail = std::sync::Arc::new(wellspring::mail::transport::Transport::files(
        district.empty.directory.path().join("mail"),
    ));
    wellspring::jobs::run_due(district.app(), &mail).await.unwrap();
    assert_agrees(&compared(district.app()));
    district.empty.advance(TimeDelta::days(3));
    assert_agrees(&compared(district.app()));
}

#[apply(both_databases)]
async fn a_role_set_by_sql_is_found(district: District) {
    let app = district.app();
    let id = district.id("SELECT id AS value FROM users WHERE role = 'steward' ORDER BY id LIMIT 1");
    let found =
        tampered(app, &format!("UPDATE users SET role = 'security_administrator' WHERE id = {}", uuid(app, id)));
    let values = Some((json!("steward"), json!("security_administrator")));
    assert_eq!(found, [Difference::Field { noun: Noun::User, id, field: "role", values }]);
    let text = |language| found[0].text(language, |_| String::new());
    assert_eq!(
        text(Language::En),
        format!("account {id}: role was recorded as steward, but security_administrator is stored")
    );
    assert_eq!(text(Language::Zh), format!("账号 {id}：角色记录为 steward，数据库中为 security_administrator"));

    // A code that nobody knows is found, and hides nothing else.
    let ids = district.column("SELECT id AS value FROM users WHERE role = 'steward' ORDER BY id LIMIT 2");
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.parse().unwrap()).collect();
    let found = tampered(
        app,
        &format!(
            "UPDATE users SET role = 'emperor' WHERE id = {}; UPDATE users SET username = 'other' WHERE id = {}",
            uuid(app, ids[0]),
            uuid(app, ids[1]),
        ),
    );
    assert!(found.contains(&Difference::Unreadable { noun: Noun::User, id: ids[0] }), "{found:?}");
    let field = |one: &Difference| matches!(one, Difference::Field { field: "username", id, .. } if *id == ids[1]);
    assert!(found.iter().any(field) && found.len() == 2, "{found:?}");
}

#[apply(both_databases)]
async fn a_standing_changed_by_sql_is_found(district: District) {
    let app = district.app();
    let id = district.id("SELECT enterprise_id AS value FROM standings WHERE risk_level = 'red' ORDER BY 1 LIMIT 1");
    let of = format!("WHERE enterprise_id = {}", uuid(app, id));
    let enterprise = wellspring::domain::ids::EnterpriseId(id);
    for (sql, parts) in [
        (
            format!("UPDATE standings SET risk_level = 'none', risk_score = 0, risk_order = 0 {of}"),
            vec![StandingPart::Risk],
        ),
        (format!("UPDATE standings SET tax_12_months_fen = tax_12_months_fen + 1 {of}"), vec![StandingPart::Tax]),
        (
            format!("UPDATE standings SET last_visit_on = '2026-11-19', risk_factors = '[]' {of}"),
            vec![StandingPart::Risk, StandingPart::Visits],
        ),
        (format!("DELETE FROM standings {of}"), Vec::new()),
    ] {
        assert_eq!(tampered(app, &sql), [Difference::Standing { enterprise, parts }], "{sql}");
    }
    // Nights that did not come are no difference, but a level is.
    district.empty.advance(TimeDelta::days(9));
    assert_agrees(&compared(app));
    assert_eq!(tampered(app, &format!("UPDATE standings SET risk_score = 1 {of}")).len(), 1);
    let everybody: BTreeSet<_> =
        wellspring::db::registry::enterprises::ids_after(&mut app.database().reader().unwrap(), None, 10_000)
            .unwrap()
            .into_iter()
            .collect();
    app.write_now(&system(), |tx| follow_up::reassess(tx, &everybody)).unwrap();
    assert_agrees(&compared(app));
}

#[apply(both_databases)]
async fn what_somebody_did_to_the_tables_is_found(district: District) {
    a_busy_day(&district).await;
    receipts_changed_by_sql(&district);
    rows_of_batches_changed_by_sql(&district);
    rows_changed_by_sql(&district);
    assert_agrees(&compared(district.app()));
}

#[apply(both_databases)]
async fn an_old_database_agrees_and_says_what_has_no_digest(olds: OldDatabases) {
    for old in olds.0 {
        let version = old.version.clone();
        backend::migrate(&mut old.connect()).unwrap();
        let empty = EmptyApp::over(old).await;
        let report = compared(&empty.app);
        let texts: Vec<String> =
            report.differences.iter().map(|one| one.text(Language::En, |at| at.0.to_string())).collect();
        assert!(texts.is_empty(), "{version}: {texts:#?}");
        assert!(report.compared > 20, "{version}: {report:?}");
        assert_eq!(report.without_digest.len(), 3, "{version}: enterprises, contacts and receipts {report:?}");
        let texts = report.not_comparable(Language::En);
        assert!(some(&texts).all(|text| text.contains("cannot be compared")), "{version}: {texts:?}");
    }
}

#[apply(both_databases)]
async fn the_command_names_what_differs(installation: Installation) {
    installation.found_district();
    installation.add_user("li.wei", "finance", "星河区");
    let agrees = installation.run(&["check", "--audit", "--state"]).expect(0).out;
    assert!(agrees.contains("ok  data: what is stored agrees with the record"), "{agrees}");
    installation.execute("UPDATE users SET role = 'security_administrator', email = 'geheim@other.test'");
    let differs = installation.run(&["check", "--audit", "--state"]).expect(1).out;
    assert!(differs.contains("role was recorded as finance, but security_administrator is stored"), "{differs}");
    assert!(differs.contains("e-mail is not what was recorded") && !differs.contains("geheim"), "{differs}");
    installation.run(&["check", "--audit"]).expect(0);
    assert!(installation.run(&["check", "--state"]).expect(2).err.contains("--audit"));
}

#[actix_web::test]
async fn reads_that_wait_in_the_journal_are_verified_where_they_are() {
    let app = TestApp::new(Backend::Sqlite).await.unwrap();
    app.person(Role::Auditor).caller.get("/api/v1/audit-log").await.expect(200);
    let journal = app.directory.path().join("test.sqlite-reads");
    let written = std::fs::read_to_string(&journal).unwrap();
    let (code, out) = Program::run(&app, &["check", "--audit"]);
    assert!(out.contains("the journal of reads holds 1 that are not in the database yet; all of them hold"), "{out}");
    assert_eq!((code, std::fs::read_to_string(&journal).unwrap()), (0, written.clone()), "it only reads");
    let altered = written.replace("\"what\":\"logs\"", "\"what\":\"export\"");
    for (text, whole) in [(altered.as_str(), 0), (format!("{written}no record\n").as_str(), 1)] {
        assert_ne!(text, written);
        std::fs::write(&journal, text).unwrap();
        let (code, out) = Program::run(&app, &["check", "--audit"]);
        assert!(
            out.contains(&format!("1 lines that this product did not write, or that were altered; {whole} hold")),
            "{out}"
        );
        assert_eq!(code, 1);
    }
    // What was altered is not taken over as a read either.
    std::fs::write(&journal, altered).unwrap();
    assert_eq!(app.sealing().await.refused, 1);
}
