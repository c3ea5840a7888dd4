//! Every line of every golden file is read by today's code, and written again as it was where the code writes it.

use super::{golden, parts};
use crate::support::{
    accounts::PASSWORD,
    app::{EmptyApp, TestApp},
    both::{apply, both_databases},
    some::some,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};
use wellspring::{
    app::App,
    db::{
        backend::DbConn,
        keyset::{Part, Place},
        operation::job_leases,
        records::changes,
        schema::{access_records, idempotency_keys, organisations, tokens, visits},
        values::JsonList,
    },
    demo,
    domain::{
        fieldwork::visit::{LeavingReason, RelocationIntent},
        ids::UserId,
        people::role::{Role, TokenScope},
        records::record::RecordLog,
        registry::{
            industry::{IndustryCode, IndustryEdition},
            uscc::Uscc,
        },
        search_key,
        watch::risk::{EvidenceKey, EvidenceKind, Factor, RuleCode, Threshold},
    },
    jobs,
    mail::transport::Transport,
    secrets::password_hash,
    services::{
        records::{
            audit::{self, VerificationNote},
            recorded_fields,
        },
        registry::enterprises::{Column, list::EnterpriseSort},
        watch::facts::read_factors,
    },
};

#[test]
fn factors_of_every_rule_with_every_threshold_and_kind_of_evidence() {
    let (mut rules, mut thresholds, mut kinds) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for line in golden("factors") {
        let factors = read_factors(&line).unwrap();
        assert_eq!(serde_json::to_string(&factors).unwrap(), line);
        for Factor { rule, threshold, evidence, .. } in factors {
            rules.insert(rule);
            kinds.extend(evidence.iter().map(|one| one.kind));
            thresholds.insert(match threshold {
                Threshold::OneRecord => 0,
                Threshold::OneRecordWithin { .. } => 1,
                Threshold::DaysWithoutVisit { .. } => 2,
                Threshold::Decline { .. } => 3,
                Threshold::MonthsWithoutReceipts { .. } => 4,
            });
        }
    }
    assert_eq!(rules, RuleCode::ALL.iter().copied().collect());
    assert_eq!(kinds, EvidenceKind::ALL.iter().copied().collect());
    assert_eq!(thresholds.len(), 5);
}

#[test]
fn evidence_keys_of_every_kind() {
    let mut kinds = BTreeSet::new();
    for line in golden("evidence_keys") {
        let key: EvidenceKey = line.parse().unwrap();
        assert_eq!(key.to_string(), line);
        kinds.insert(match key {
            EvidenceKey::Visit { .. } => 0,
            EvidenceKey::Signal(_) => 1,
            EvidenceKey::NoVisitSince(_) => 2,
            EvidenceKey::TaxDecline { .. } => 3,
            EvidenceKey::NoReceipts(_) => 4,
        });
    }
    assert_eq!(kinds.len(), 5);
}

#[test]
fn lists_of_reasons_and_requests() {
    fn written<T: serde::Serialize + serde::de::DeserializeOwned>(text: &str) -> String {
        serde_json::to_string(&JsonList(serde_json::from_str::<Vec<T>>(text).unwrap())).unwrap()
    }
    for line in golden("visit_lists") {
        let [column, text] = parts(&line);
        let again = if column == "reasons" { written::<LeavingReason>(text) } else { written::<String>(text) };
        assert_eq!(again, text);
    }
}

#[test]
fn codes_of_industries_and_credit_codes() {
    for line in golden("industry_codes") {
        let [edition, code, section, division] = parts(&line);
        let edition: IndustryEdition = edition.parse().unwrap();
        let read = IndustryCode::parse(code, edition).unwrap();
        assert_eq!(read.section_letter().to_string(), section);
        assert_eq!(read.division().unwrap().number().to_string(), division);
    }
    for line in golden("credit_codes") {
        assert_eq!(Uscc::parse(&line).unwrap().as_str(), line);
    }
}

/// What a stored name is found and sorted by is compared with what today's code makes of a question: both must be
/// made alike.
#[test]
fn search_keys_are_made_as_the_stored_ones_were() {
    for line in golden("search_keys") {
        let [name, bigrams, initials, key] = parts(&line);
        let made = (search_key::bigrams(name), search_key::initials(name), search_key::sort_key(name));
        assert_eq!(made, (bigrams.to_owned(), initials.to_owned(), key.to_owned()));
    }
}

#[test]
fn password_hashes() {
    for line in golden("password_hashes") {
        let [password, hash] = parts(&line);
        assert!(password_hash::verify(password, Some(hash)).unwrap());
        assert!(!password_hash::verify(PASSWORD, Some(hash)).unwrap());
    }
}

/// Nobody reads them: a mail that was sent is known again by them, so that the same notice is not sent twice.
#[test]
fn notice_keys_and_message_ids_name_ids_of_the_database() {
    for form in ["notice_keys", "message_ids"] {
        for line in golden(form) {
            let names_an_id =
                line.split([':', '<', '@']).any(|part| part.trim_start_matches("alert-").parse::<uuid::Uuid>().is_ok());
            assert!(names_an_id, "{line}");
        }
    }
}

async fn run_due(app: &App, directory: &tempfile::TempDir) {
    let files = Arc::new(Transport::files(directory.path().join("mail")));
    jobs::run_due(app, &files).await.unwrap();
}

async fn set_note(app: &App, job: &'static str, note: String) {
    let set = move |connection: &mut DbConn| {
        job_leases::acquire(connection, job, uuid::Uuid::nil(), TimeDelta::zero())?;
        Ok(job_leases::set_note(connection, job, &note)?)
    };
    app.maintain(set).await.unwrap();
}

fn note(app: &TestApp, job: &str) -> String {
    app.ask(|connection| job_leases::note(connection, job))
}

#[apply(both_databases)]
async fn recorded_fields_before_and_after(app: TestApp) {
    app.enterprise("星河科技");
    let mut change = app
        .ask(|connection| {
            changes::log(connection, &changes::Filter::default(), &Part { place: Place::First, limit: 1 })
        })
        .pop()
        .unwrap();
    for line in golden("recorded_fields") {
        let stored: serde_json::Map<String, Value> = serde_json::from_str(&line).unwrap();
        change.fields = line;
        let read: serde_json::Map<String, Value> = recorded_fields::all(&change)
            .into_iter()
            .map(|field| (field.name, json!({ "before": field.before, "after": field.after })))
            .collect();
        assert_eq!(read.len(), stored.len(), "{stored:?}");
        for (name, field) in stored {
            let shown = (&read[&name]["before"], &read[&name]["after"]);
            assert_eq!(shown, (&field["before"], &field["after"]), "{name}");
        }
    }
}

#[apply(both_databases)]
async fn saved_views_with_every_filter_order_and_column(app: TestApp) {
    let leader = app.person(Role::Leader).caller;
    let lines = golden("saved_views");
    for (number, line) in lines.iter().enumerate() {
        let view = json!({ "name": format!("视图{number}"), "query": line });
        let saved = leader.post("/api/v1/me/views", view).await.expect(201).json();
        assert_eq!((&saved["query"], &saved["understood"]), (&json!(line), &json!(true)));
    }
    let pairs: Vec<(String, String)> =
        lines.iter().flat_map(|line| form_urlencoded::parse(line.as_bytes()).into_owned()).collect();
    let values = |name: &str| -> BTreeSet<&str> {
        pairs.iter().filter(|(known, _)| known == name).flat_map(|(_, value)| value.split(',')).collect()
    };
    assert_eq!(values("columns"), Column::ALL.iter().map(|column| column.as_str()).collect());
    assert_eq!(values("sort"), EnterpriseSort::ALL.iter().map(|sort| sort.as_str()).collect());
    let document = wellspring::web::routes::document();
    let passing = ["sort", "limit", "cursor", "include_total"];
    for parameter in some(document["paths"]["/api/v1/enterprises"]["get"]["parameters"].as_array().unwrap()) {
        let name = parameter["name"].as_str().unwrap();
        assert!(passing.contains(&name) || !values(name).is_empty(), "no saved view filters by {name}");
    }
}

#[apply(both_databases)]
async fn scopes_of_tokens(app: TestApp) {
    let mut seen = BTreeSet::new();
    for line in golden("token_scopes") {
        let security = app.person(Role::SecurityAdministrator).caller;
        let token = json!({ "name": "接口", "scopes": ["changes:read"] });
        let made = security.post("/api/v1/tokens", token).await.expect(201).json();
        app.act(|tx| Ok(diesel::update(tokens::table).set(tokens::scopes.eq(&line)).execute(tx.conn)?));
        let place = format!("/api/v1/tokens/{}", made["id"].as_str().unwrap());
        let shown = security.get(&place).await.expect(200).json()["scopes"].clone();
        assert_eq!(shown, json!(line.split(' ').collect::<Vec<_>>()));
        let service = app.bearer(made["token"].as_str().unwrap());
        let may_read = line.split(' ').any(|scope| scope == TokenScope::Read.as_str());
        service.get("/api/v1/enterprises").await.expect(if may_read { 200 } else { 403 });
        seen.extend(line.split(' ').map(str::to_owned));
    }
    assert_eq!(seen, TokenScope::ALL.iter().map(|scope| scope.as_str().to_owned()).collect());
}

#[apply(both_databases)]
async fn headers_of_answers_that_are_given_again(app: TestApp) {
    let steward = app.person(Role::Steward).caller.with_header("idempotency-key", "golden");
    let visit = json!({
        "enterprise_id": app.enterprise("星河科技").id, "visited_on": "2026-11-20", "channel": "phone", "summary": "通话",
    });
    let first = steward.post("/api/v1/visits", &visit).await.expect(201);
    let mut headers = 0;
    for line in golden("idempotency_headers") {
        let kept = idempotency_keys::headers.eq(&line);
        app.act(|tx| Ok(diesel::update(idempotency_keys::table).set(kept).execute(tx.conn)?));
        let again = steward.post("/api/v1/visits", &visit).await.expect(201);
        assert_eq!(again.body, first.body);
        let stored: Vec<(String, String)> = serde_json::from_str(&line).unwrap();
        headers += stored.len();
        for (name, value) in stored {
            assert_eq!(again.header(&name), Some(value.as_str()), "{name}");
        }
    }
    assert!(headers > 0, "no line has a header");
}

#[apply(both_databases)]
async fn notes_of_verifications(app: TestApp) {
    let leader = app.person(Role::Auditor).caller;
    leader.get("/api/v1/audit-log?kind=changes").await.expect(200);
    app.app.store_reads().await.unwrap();
    for line in golden("verification_notes") {
        app.act(|tx| {
            let of_chain = (access_records::noun.eq("audit_chain"), access_records::detail.eq(&line));
            Ok(diesel::update(access_records::table).set(of_chain).execute(tx.conn)?)
        });
        let mut connection = app.app.database().reader().unwrap();
        let (_, note) = audit::last_verification(&mut connection).unwrap().unwrap();
        let stored: Value = serde_json::from_str(&line).unwrap();
        if stored.get("logs").is_some() {
            assert_eq!(serde_json::to_string::<VerificationNote>(&note).unwrap(), line);
        } else {
            // The form before the log of reads had a chain speaks of the changes.
            let of_changes = note.of_log(RecordLog::Changes).unwrap();
            assert_eq!(json!(of_changes.checked), stored["checked"]);
            assert_eq!(json!(of_changes.hash), stored["hash"]);
            assert_eq!(
                (json!(of_changes.whole), json!(note.whole)),
                (stored["whole"].clone(), stored["whole"].clone())
            );
        }
    }
}

#[apply(both_databases)]
async fn references_to_those_who_acted(app: TestApp) {
    let enterprise = app.enterprise("星河科技").id;
    let user: UserId = app.person(Role::Steward).id;
    let visit = app.visit(enterprise, RelocationIntent::None);
    for line in golden("actors") {
        let id = line.split_once(':').map(|(_, id)| id).unwrap_or_default();
        let actor = line.replace(id, &if id.is_empty() { String::new() } else { user.to_string() });
        app.act(|tx| Ok(diesel::update(visits::table).set(visits::actor.eq(&actor)).execute(tx.conn)?));
        let leader = app.browser(app.person(Role::Leader).id);
        let page = leader.page(&format!("/visits/{visit}")).await;
        let name = &app.stored_user(user).display_name;
        assert_eq!(page.contains(name.as_str()), line.starts_with("user:"), "{line}");
    }
}

#[apply(both_databases)]
async fn names_that_addresses_use_for_the_district(app: TestApp) {
    for line in golden("aliases") {
        let district = organisations::table.find(app.district.id);
        app.act(|tx| Ok(diesel::update(district).set(organisations::aliases.eq(&line)).execute(tx.conn)?));
        let place = format!("/api/v1/organisations/{}", app.district.id);
        let shown = app.person(Role::Administrator).caller.get(&place).await.expect(200).json()["aliases"].clone();
        assert_eq!(shown, json!(line.split(',').filter(|name| !name.is_empty()).collect::<Vec<_>>()));
    }
}

#[apply(both_databases)]
async fn notes_of_the_night_and_of_the_purge(app: TestApp) {
    let ids = ["星河科技", "云台商贸"].map(|name| app.enterprise(name).id);
    run_due(&app.app, &app.directory).await;
    for line in golden("job_notes") {
        let [job, stored] = parts(&line);
        match job {
            "nightly" => {
                let day: NaiveDate = stored.split(' ').next().unwrap().parse().unwrap();
                let goes_on = stored.contains(' ');
                let first = if ids[0].0 < ids[1].0 { ids[0] } else { ids[1] };
                let written = if goes_on { format!("{day} {}", first.0) } else { stored.to_owned() };
                let two_in_the_morning: DateTime<Utc> = format!("{day}T18:00:00Z").parse().unwrap();
                app.set_time(two_in_the_morning - TimeDelta::days(1));
                let before = assessed(&app);
                set_note(&app.app, "nightly", written).await;
                run_due(&app.app, &app.directory).await;
                let again = usize::from(goes_on);
                assert_eq!(assessed(&app) - before, again, "{line}");
                assert_eq!(note(&app, "nightly"), day.to_string());
            }
            "purge" => {
                let at: DateTime<Utc> = stored.parse().unwrap();
                app.set_time(at + TimeDelta::minutes(59));
                set_note(&app.app, "purge", stored.to_owned()).await;
                run_due(&app.app, &app.directory).await;
                assert_eq!(note(&app, "purge"), stored, "not again within the hour");
                app.advance(TimeDelta::minutes(1));
                run_due(&app.app, &app.directory).await;
                assert_ne!(note(&app, "purge"), stored);
            }
            "record_heads" if !stored.is_empty() => {
                set_note(&app.app, "record_heads", stored.to_owned()).await;
                let keys = app.app.context().record.clone();
                let sent = app.ask(|connection| Ok(audit::last_sent(connection, &keys).unwrap())).unwrap();
                assert_eq!(sent.heads.len(), stored.split("; ").count() - 1, "{line}");
            }
            _ => assert!(stored.is_empty() || job == "demonstration", "{line}"),
        }
    }
}

#[apply(both_databases)]
async fn the_note_of_a_demonstration(empty: EmptyApp) {
    for line in some(golden("job_notes").iter().filter(|line| line.starts_with("demonstration"))) {
        let [_, stored] = parts(line);
        set_note(&empty.app, "demonstration", stored.to_owned()).await;
        let options = demo::build(&empty.app, OTHER, &mut |_, _, _| {}).map(|found| (found.is_new, found.options));
        let (is_new, options) = options.unwrap_or_else(|error| panic!("{error}"));
        assert!(!is_new);
        assert_eq!(serde_json::to_string(&options).unwrap(), stored);
    }
}

/// What nobody's golden district was made of.
const OTHER: demo::DemoOptions = demo::DemoOptions { enterprises: 101, seed: 99 };

/// How many assessments there were.
fn assessed(app: &TestApp) -> usize {
    let text = app.app.meters().render();
    let line = text.lines().find(|line| line.starts_with("wellspring_enterprises_assessed_total")).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}
