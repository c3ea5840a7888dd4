//! The program over a migrated database: what it answered before it answers still, to those who could ask then, and
//! it goes on working.

use super::migrated;
use crate::support::{
    accounts::totp_code,
    app::{Answer, EmptyApp},
    both::{apply, both_databases},
    caller::Caller,
    old_database::{OldDatabase, OldDatabases},
};
use actix_web::test::TestRequest;
use serde_json::{Value, json};
use std::sync::Arc;
use wellspring::{jobs, mail::transport::Transport};

/// The program of today over an old database.
struct Upgraded {
    app: EmptyApp,
    facts: Value,
}

/// One of each version.
struct Upgrades(Vec<Upgraded>);

impl Upgrades {
    async fn new(backend: crate::support::app::Backend) -> Option<Self> {
        let mut upgraded = Vec::new();
        for old in OldDatabases::new(backend).await?.0 {
            upgraded.push(Upgraded::over(old).await);
        }
        Some(Self(upgraded))
    }
}

impl Upgraded {
    async fn over(old: OldDatabase) -> Self {
        drop(migrated(&old));
        let facts = old.facts.clone();
        Self { app: EmptyApp::over(old).await, facts }
    }

    /// Somebody with the session or token that the old program gave out.
    fn caller(&self, name: &str) -> Caller {
        self.app.bearer(self.facts["tokens"][name].as_str().unwrap())
    }

    /// Somebody who signs in.
    async fn sign_in(&self, username: &str, totp: Option<&str>) -> Answer {
        let body = json!({ "username": username, "password": self.facts["password"], "totp": totp });
        self.app.anonymous().post("/api/v1/session", body).await
    }

    async fn run_due(&self) {
        let files = Arc::new(Transport::files(self.app.directory.path().join("mail")));
        jobs::run_due(&self.app.app, &files).await.unwrap();
    }
}

/// The elements of a list, of which there are some.
#[track_caller]
fn some(list: &Value) -> &[Value] {
    let list = list.as_array().unwrap();
    assert!(!list.is_empty());
    list
}

#[apply(both_databases)]
async fn it_answers_as_the_old_program_did(upgrades: Upgrades) {
    for old in upgrades.0 {
        let expected = old.facts["answers"].as_object().unwrap();
        assert!(expected.len() >= 10);
        for (path, fields) in expected {
            let answer = old.caller("leader").get(path).await.expect(200).json();
            for (name, value) in fields.as_object().unwrap() {
                assert_eq!(&answer[name], value, "{path} {name}");
            }
        }
    }
}

#[apply(both_databases)]
async fn cursors_of_the_old_program_lead_to_the_same_rows(upgrades: Upgrades) {
    for old in upgrades.0 {
        for list in some(&old.facts["lists"]) {
            let (path, cursor) = (list["path"].as_str().unwrap(), list["cursor"].as_str().unwrap());
            let caller = old.caller(list["caller"].as_str().unwrap());
            let next = format!("{path}&{}={cursor}", list["mark"].as_str().unwrap());
            let row = &caller.get(&next).await.expect(200).json()["items"][0];
            let expected = list["then"].as_object().unwrap();
            assert!(!expected.is_empty());
            for (name, value) in expected {
                assert_eq!(&row[name], value, "{path} {name}");
            }
        }
    }
}

#[apply(both_databases)]
async fn cursors_are_written_as_the_old_program_wrote_them(upgrades: Upgrades) {
    for old in upgrades.0 {
        for list in some(&old.facts["lists"]) {
            let (path, mark) = (list["path"].as_str().unwrap(), list["mark"].as_str().unwrap());
            let caller = old.caller(list["caller"].as_str().unwrap());
            let mut next = path.to_owned();
            // Rows that came after the old program was asked stand before the row of its cursor.
            for page in 0.. {
                let cursor = caller.get(&next).await.expect(200).json()["next_cursor"].clone();
                if cursor == list["cursor"] {
                    break;
                }
                assert!(page < 30 && cursor.is_string(), "{path}: {cursor} is not {}", list["cursor"]);
                next = format!("{path}&{mark}={}", cursor.as_str().unwrap());
            }
        }
    }
}

#[apply(both_databases)]
async fn who_was_let_in_is_let_in(upgrades: Upgrades) {
    for old in upgrades.0 {
        assert_eq!(old.caller("steward").get("/api/v1/me").await.expect(200).json()["username"], "steward");
        assert_eq!(old.caller("steward.en").get("/api/v1/me").await.expect(200).json()["language"], "en");
        old.caller("leaver").get("/api/v1/me").await.expect(401);
        old.sign_in("chief", None).await.expect(201);
        old.sign_in("leaver", None).await.expect(401);
        old.sign_in("security", None).await.expect(401);
        let totp = totp_code(old.facts["totp_secret"].as_str().unwrap(), old.app.app.now());
        old.sign_in("security", Some(&totp)).await.expect(201);
    }
}

#[apply(both_databases)]
async fn a_request_sent_again_gets_the_answer_of_the_old_program(upgrades: Upgrades) {
    for old in upgrades.0 {
        let repeated = &old.facts["repeated"];
        let again = TestRequest::post()
            .uri(repeated["path"].as_str().unwrap())
            .insert_header(("content-type", "application/json"))
            .set_payload(repeated["body"].as_str().unwrap().to_owned());
        let steward = old.caller("steward").with_header("idempotency-key", repeated["key"].as_str().unwrap());
        let answer = steward.send(again).await.expect(201);
        let place = format!("/api/v1/visits/{}", repeated["id"].as_str().unwrap());
        assert_eq!(answer.header("location"), Some(place.as_str()));
        assert_eq!(answer.json()["id"], repeated["id"]);
        assert!(answer.header("etag").is_some());
    }
}

#[apply(both_databases)]
async fn pages_show_what_was_there(upgrades: Upgrades) {
    for old in upgrades.0 {
        let leader = old.app.browser(old.facts["tokens"]["leader"].as_str().unwrap());
        let mut opened = 0;
        for path in old.facts["answers"].as_object().unwrap().keys() {
            let page = path.trim_start_matches("/api/v1");
            let has_page = ["/enterprises/", "/visits/", "/alerts/"].iter().any(|noun| page.starts_with(noun));
            if has_page && page.split('/').count() == 3 {
                leader.page(page).await;
                opened += 1;
            }
        }
        assert!(opened >= 5);
        for page in ["/overview", "/alerts", "/visits", "/enterprises", "/enterprises/views"] {
            assert_eq!(leader.open(page).await.status, 200, "{page}");
        }
        // Part of the name (第4科技), then the initials of all.
        let found = leader.page("/enterprises?q=%E7%AC%AC4%E7%A7%91%E6%8A%80").await;
        assert!(found.contains("星河第4科技有限公司") && !found.contains("星河第5科技有限公司"), "{found}");
        assert!(leader.page("/enterprises?q=xhd").await.contains("星河第5科技有限公司"));
    }
}

#[apply(both_databases)]
async fn it_goes_on_working(upgrades: Upgrades) {
    for old in upgrades.0 {
        old.run_due().await;
        let admin = old.caller("admin");
        for state in ["pending", "sending"] {
            let waiting = admin.get(&format!("/api/v1/mail-messages?state={state}")).await.expect(200).json();
            // The heads of the record go out on the day of the upgrade.
            let others: Vec<&Value> =
                waiting["items"].as_array().unwrap().iter().filter(|mail| mail["kind"] != "record_heads").collect();
            assert_eq!(others, Vec::<&Value>::new(), "{state}");
        }
        let chain = old.caller("auditor").get("/api/v1/audit-log/chain").await.expect(200).json();
        assert_eq!(chain["unsealed"], 0, "{chain}");
        let alerts = old.caller("leader").get("/api/v1/alerts?state=open&level=red").await.expect(200).json();
        let alert = &some(&alerts["items"])[0];
        let place = format!("/api/v1/alerts/{}", alert["id"].as_str().unwrap());
        old.caller("leader").post(&format!("{place}/acknowledge"), json!({})).await.expect(200);
        let visit = json!({
            "enterprise_id": alert["enterprise_id"], "visited_on": old.app.app.today(), "channel": "phone",
            "summary": "升级后的走访", "relocation_intent": "decided",
        });
        old.caller("leader").post("/api/v1/visits", visit).await.expect(201);
        old.run_due().await;
        let alert = old.caller("leader").get(&place).await.expect(200).json();
        assert_eq!(some(&alert["factors"])[0]["evidence"].as_array().unwrap().len(), 2, "{alert}");
    }
}
