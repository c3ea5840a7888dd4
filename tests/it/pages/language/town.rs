//! A district whose own words are all of one language: whatever of the other stands on its pages, the product put there.

use crate::{
    pages::{imports::listed, walk::filled},
    support::{
        app::{Answer, Backend, TestApp},
        browser::Browser,
        caller::Caller,
        district::Person,
        enterprise::uscc,
    },
};
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use wellspring::{
    db::schema::{deliveries, organisations},
    domain::{
        fieldwork::signal::SignalKind,
        outbox::delivery::DeliveryState,
        people::role::{Role, TokenScope},
    },
    jobs,
    mail::transport::Transport,
    services::registry::imports::Upload,
    texts::Language,
};

/// For `Town`: its words are English.
pub(super) const ENGLISH: bool = true;
/// For `Town`: its words are Chinese.
pub(super) const CHINESE: bool = false;

/// Languages of the districts, by whether they are English.
pub(super) const fn language(english: bool) -> Language {
    if english { Language::En } else { Language::Zh }
}

/// The district, its people by role, and something of everything that a page can show.
pub(super) struct Town<const IN_ENGLISH: bool> {
    pub(super) app: TestApp,
    people: BTreeMap<&'static str, Person>,
    /// What stands for the id in addresses that begin so.
    ids: Vec<(&'static str, String)>,
    /// The enterprise most is known of.
    firm: String,
}

async fn posted(caller: &Caller, path: &str, body: Value) -> Value {
    let answer = caller.post(&format!("/api/v1{path}"), body).await;
    assert!(matches!(answer.status, 200 | 201), "{path}: {}", String::from_utf8_lossy(&answer.body));
    answer.json()
}

fn id_of(made: &Value) -> String {
    made["id"].as_str().unwrap().to_owned()
}

impl<const IN_ENGLISH: bool> Town<IN_ENGLISH> {
    /// Chinese or English, whichever the district speaks.
    pub(super) const fn say(zh: &'static str, en: &'static str) -> &'static str {
        if IN_ENGLISH { en } else { zh }
    }

    pub(super) async fn new(backend: Backend) -> Option<Self> {
        let tag = language(IN_ENGLISH).tag();
        let app = TestApp::with_settings(backend, &[("WELLSPRING_LANGUAGE", tag)]).await?;
        Self::name_places(&app);
        let people = Role::ALL.iter().map(|role| (role.as_str(), Self::inhabitant(&app, *role))).collect();
        let mut town = Self { app, people, ids: Vec::new(), firm: String::new() };
        town.enterprises().await;
        town.offices().await;
        town.follow_ups().await;
        town.later().await;
        Some(town)
    }

    /// Somebody of a role.
    pub(super) fn person(&self, role: Role) -> &Person {
        &self.people[role.as_str()]
    }

    fn caller(&self, role: Role) -> &Caller {
        &self.person(role).caller
    }

    /// The browser of somebody of a role, in the language of the district.
    pub(super) fn browser(&self, role: Role) -> Browser {
        Self::in_its_language(self.app.browser(self.person(role).id))
    }

    /// A stranger's browser, in the language of the district.
    pub(super) fn stranger(&self) -> Browser {
        Self::in_its_language(self.app.stranger())
    }

    fn in_its_language(browser: Browser) -> Browser {
        if IN_ENGLISH { browser.in_english() } else { browser }
    }

    /// The address of a page, about something that there is.
    pub(super) fn filled(&self, address: &str) -> String {
        filled(address, &self.ids)
    }

    /// The address of what is done to ticked enterprises.
    pub(super) fn ticked(&self, address: &str) -> String {
        address.replace("{firm}", &self.firm).replace("{steward}", &self.person(Role::Steward).id.to_string())
    }

    /// Three enterprises: one on the move, one that thinks of it, one nothing is known of.
    async fn enterprises(&mut self) {
        let street = self.app.district.street;
        let moving = json!({
            "uscc": uscc().as_str(), "name": Self::say("星河科技有限公司", "Star River Technology Ltd"), "industry_code": "I6510",
            "registered_address": Self::say("江南省临川市星河区星湖路八号", "8 Lake Road, Lin Chuan"),
            "operating_address": Self::say("江南省临川市星河区云台路九号", "9 Cloud Road, Lin Chuan"),
            "tax_authority": Self::say("星河区税务局", "Star River Tax Bureau"), "street_id": street, "presence": "local",
            "tier": "key", "entered_on": "2020-01-01", "source": Self::say("街道台账", "street ledger"), "data_on": "2026-11-01",
        });
        let thinking = json!({
            "uscc": uscc().as_str(), "name": Self::say("月湖商贸有限公司", "Moon Lake Trading Ltd"), "industry_code": "F51",
            "street_id": street, "entered_on": "2026-10-01",
        });
        let unknown = json!({ "uscc": uscc().as_str(), "name": Self::say("云台实业有限公司", "Cloud Works Ltd") });
        let finance = self.caller(Role::Finance).clone();
        self.firm = id_of(&posted(&finance, "/enterprises", moving).await);
        let thinking = id_of(&posted(&finance, "/enterprises", thinking).await);
        posted(&finance, "/enterprises", unknown).await;
        self.receipts().await;
        self.serve().await;
        let (contact, signal) = (self.contact().await, self.signals().await);
        let visit = self.visits(&thinking).await;
        self.ids.extend([
            ("contact_id", contact),
            ("signal_id", signal),
            ("/enterprises/", self.firm.clone()),
            ("/visits/", visit),
        ]);
    }

    /// Two years of receipts, half as much of late.
    async fn receipts(&self) {
        let months = (1..=12).map(|month| (2025, month)).chain((1..=10).map(|month| (2026, month)));
        let items: Vec<Value> = months
            .map(|(year, month)| {
                let yuan = if (year, month) > (2026, 7) { 300_000 } else { 900_000 };
                json!({"enterprise_id": self.firm, "tax_type": "vat", "treasury_month": format!("{year}-{month:02}"), "amount_fen": yuan * 100})
            })
            .collect();
        let source = Self::say("税务局", "tax bureau");
        let batch = json!({"source": source, "complete_months": ["2026-10"], "items": items});
        let taken = self.caller(Role::Finance).post("/api/v1/receipts/batch", batch).await;
        assert_eq!(taken.status, 200, "{}", String::from_utf8_lossy(&taken.body));
    }

    async fn serve(&self) {
        let (leader, chief, steward) =
            (self.person(Role::Leader), self.person(Role::ChiefSteward), self.person(Role::Steward));
        let team = json!({
            "leader_id": leader.id, "lead_organisation_id": self.app.district.department, "chief_steward_id": chief.id,
            "steward_id": steward.id, "members": [],
        });
        let path = format!("/api/v1/enterprises/{}/team", self.firm);
        leader.caller.with_header("if-none-match", "*").put(&path, team).await.expect(200);
    }

    async fn contact(&self) -> String {
        let body = json!({
            "name": Self::say("张明", "Ming Zhang"), "position": Self::say("财务总监", "head of finance"), "phone": "13812341234",
            "email": "zhang@xinghe.test",
        });
        id_of(&posted(self.caller(Role::Steward), &format!("/enterprises/{}/contacts", self.firm), body).await)
    }

    /// A signal of each kind.
    async fn signals(&self) -> String {
        let mut last = String::new();
        for kind in SignalKind::ALL {
            let body = json!({
                "enterprise_id": self.firm, "kind": kind, "occurred_on": "2026-11-19",
                "source": Self::say("登记平台", "registrar"), "detail": Self::say("邻区来函", "a letter from the next district"),
            });
            last = id_of(&posted(self.caller(Role::Finance), "/signals", body).await);
        }
        last
    }

    /// A visit with everything, one that was withdrawn, and one of another enterprise.
    async fn visits(&self, thinking: &str) -> String {
        let steward = self.caller(Role::Steward);
        let full = json!({
            "enterprise_id": self.firm, "visited_on": "2026-11-18", "channel": "on_site", "relocation_intent": "decided",
            "summary": Self::say("租约明年三月到期，承诺三年内不迁。", "The lease ends in March; they promise not to move."),
            "met_with": Self::say("张总", "Mr Zhang"), "reasons": ["rent_or_premises", "talent"], "destination_division": "310115",
            "requests": [Self::say("对接载体", "find premises")], "employees": 120, "next_visit_on": "2026-12-04",
        });
        let visit = id_of(&posted(steward, "/visits", full).await);
        let plain = |enterprise: &str, intent: &str| {
            json!({
                "enterprise_id": enterprise, "visited_on": "2026-11-17", "channel": "phone", "relocation_intent": intent,
                "summary": Self::say("了解近况。", "How they are."), "destination_division": "320000",
            })
        };
        let mistaken = id_of(&posted(steward, "/visits", plain(&self.firm, "none")).await);
        let reason = json!({"reason": Self::say("记错了企业", "another enterprise was meant")});
        steward
            .with_header("if-match", "*")
            .post(&format!("/api/v1/visits/{mistaken}/withdraw"), reason)
            .await
            .expect(200);
        posted(steward, "/visits", plain(thinking, "considering")).await;
        visit
    }

    /// What the administrators keep.
    async fn offices(&mut self) {
        let (administrator, keeper) = (self.caller(Role::Administrator), self.caller(Role::SecurityAdministrator));
        let old = json!({"kind": "street", "name": Self::say("老城街道", "Old Town")});
        let old = id_of(&posted(administrator, "/organisations", old).await);
        let into = json!({"into_id": self.app.district.other_street});
        posted(administrator, &format!("/organisations/{old}/merge"), into).await;
        let entry = |name: &str, role: Role| {
            json!({
                "username": name, "display_name": Self::say("李伟", "Wei Li"), "role": role, "email": format!("{name}@xinghe.test"),
                "organisation_id": self.app.district.street,
            })
        };
        let left = id_of(&posted(keeper, "/users", entry("li.wei", Role::Steward)).await);
        posted(keeper, &format!("/users/{left}/deactivate"), json!({"leave_unassigned": true})).await;
        let locked = id_of(&posted(keeper, "/users", entry("li.na", Role::Leader)).await);
        let mut tokens: Vec<String> = Vec::new();
        for scopes in [vec![TokenScope::Read, TokenScope::SignalsWrite], TokenScope::ALL.to_vec()] {
            let entry = json!({"name": Self::say("市场监管局", "registrar of companies"), "scopes": scopes});
            tokens.push(id_of(&posted(keeper, "/tokens", entry).await));
        }
        keeper.delete(&format!("/api/v1/tokens/{}", tokens[1])).await.expect(204);
        for _ in 0..6 {
            self.app.try_sign_in("li.na", "not the password").await;
        }
        self.import();
        self.ids.extend([
            ("/organisations/", self.app.district.other_street.to_string()),
            ("/users/", locked),
            ("/tokens/", tokens[0].clone()),
            ("/account/tokens/", tokens[0].clone()),
        ]);
    }

    fn import(&self) {
        let bytes = listed(Self::say("湖心商贸有限公司", "Mid Lake Trading Ltd"));
        let upload = Upload {
            file_name: Self::say("税源清单.csv", "list.csv"),
            bytes: &bytes,
            sheet: None,
            source: Self::say("街道台账", "street ledger"),
            legal_basis: Self::say("税收征管法第五条", "tax collection law, article 5"),
            data_on: self.app.app.today(),
        };
        self.app.upload_by(self.person(Role::Finance), &upload);
    }

    /// An alert that was taken and directed, one that ended.
    async fn follow_ups(&mut self) {
        let leader = self.caller(Role::Leader);
        let alerts = self.app.alerts();
        let of_firm = |is: bool| alerts.iter().find(|a| (a.enterprise_id.to_string() == self.firm) == is).unwrap().id;
        let (alert, other) = (of_firm(true), of_firm(false));
        let any = leader.with_header("if-match", "*");
        any.post(&format!("/api/v1/alerts/{alert}/acknowledge"), json!({})).await.expect(200);
        let text = Self::say("请本周内上门，承诺三年内不迁的说法不妥。", "Call on them this week.");
        posted(leader, &format!("/alerts/{alert}/directives"), json!({"text": text})).await;
        let resolution = json!({"outcome": "respected", "note": Self::say("已协助办理", "helped with the procedures")});
        any.post(&format!("/api/v1/alerts/{other}/resolve"), resolution).await.expect(200);
        self.ids.push(("/alerts/", alert.to_string()));
    }

    /// What the night and the mail server did: mails sent and mails dead, changes sealed, enterprises assessed.
    async fn later(&mut self) {
        self.app.advance(TimeDelta::hours(5));
        let mails = Arc::new(Transport::files(self.app.directory.path().join("mail")));
        let jobs = jobs::spawn(self.app.app.clone(), mails).await.unwrap();
        let unsent = |mail: &crate::support::mails::Mail| mail.state == DeliveryState::Pending;
        for _ in 0..400 {
            let unsealed = self.app.ask(|connection| {
                wellspring::db::records::record_seals::count_waiting(
                    connection,
                    wellspring::domain::records::record::RecordLog::Changes,
                )
            });
            if unsealed == 0 && !self.app.mails().iter().any(unsent) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        jobs.stop().await;
        let dead = self.app.mails().first().unwrap().id;
        self.app.act(|tx| {
            diesel::update(deliveries::table.filter(deliveries::id.eq(dead)))
                .set((
                    deliveries::state.eq(DeliveryState::Dead),
                    deliveries::last_error.eq("550 5.1.1"),
                    deliveries::sent_at.eq(None::<wellspring::db::values::Timestamp>),
                ))
                .execute(tx.conn)?;
            Ok(())
        });
        self.ids.push(("/mail-queue/", dead.to_string()));
    }

    /// Tries to sign in by the door.
    pub(super) async fn knock(&self, stranger: &Browser, username: &str, password: &str) -> Answer {
        stranger.send_raw("/sign-in", &[("username", username), ("password", password), ("totp", "")]).await
    }

    fn name_places(app: &TestApp) {
        let names = [
            (app.district.id, Self::say("星河区", "Star River District")),
            (app.district.street, Self::say("星湖街道", "Star Lake")),
            (app.district.other_street, Self::say("云台街道", "Cloud Terrace")),
            (app.district.department, Self::say("投资促进局", "Investment Office")),
        ];
        app.act(|tx| {
            for (id, name) in names {
                let row = diesel::update(organisations::table.filter(organisations::id.eq(id)));
                row.set(organisations::name.eq(name)).execute(tx.conn)?;
            }
            let district = diesel::update(organisations::table.filter(organisations::id.eq(app.district.id)));
            let (province, city) = (Self::say("江南省", "Jiang Nan"), Self::say("临川市", "Lin Chuan"));
            district.set((organisations::province.eq(province), organisations::city.eq(city))).execute(tx.conn)?;
            Ok(())
        });
    }

    /// Somebody of a role, with a password and a name of the language.
    fn inhabitant(app: &TestApp, role: Role) -> Person {
        let mut person = app.person_with_password(role);
        person.user.display_name = Self::say("王芳", "Fang Wang").to_owned();
        person.user.language = language(IN_ENGLISH);
        app.change_user(person.user.clone());
        person
    }
}
