//! A day on which everything happens once, with the same names and codes each time.

use super::{golden, parts};
use crate::support::{
    app::{Backend, TestApp},
    caller::Caller,
    facts::system,
};
use serde_json::{Value, json};
use std::sync::Arc;
use wellspring::{
    domain::{
        people::role::{Role, TokenScope},
        registry::industry::IndustryEdition,
    },
    jobs,
    mail::transport::Transport,
    services::registry::imports::{Mode, Upload, enterprises::EnterpriseList},
};

/// The application after that day.
pub struct Day {
    pub app: TestApp,
    /// The credit codes and names of the golden files, for whatever needs some.
    codes: Vec<String>,
    names: Vec<String>,
    firms: Vec<String>,
}

impl Day {
    pub async fn new(backend: Backend) -> Option<Self> {
        let app = TestApp::with_settings(backend, &[("WELLSPRING_DIGEST_THRESHOLD", "2")]).await?;
        let names = golden("search_keys").iter().map(|line| parts::<4>(line)[0].to_owned()).collect();
        let mut day = Self { app, codes: golden("credit_codes"), names, firms: Vec::new() };
        day.happens().await;
        Some(day)
    }

    async fn happens(&mut self) {
        let (leader, steward) = (self.app.person_with_password(Role::Leader), self.app.person(Role::Steward));
        let service = self.app.service(TokenScope::ALL, None);
        self.administer().await;
        self.enter(&service).await;
        for firm in &self.firms {
            let team = json!({ "leader_id": leader.id, "steward_id": steward.id, "members": [] });
            let place = format!("/api/v1/enterprises/{firm}/team");
            leader.caller.with_header("if-none-match", "*").put(&place, team).await.expect(200);
        }
        self.visit(&steward.caller).await;
        self.alert(&leader.caller, &steward.caller).await;
        self.report(&service).await;
        self.read_and_save(&leader.caller).await;
        self.app.set_time("2026-11-20T18:00:00Z".parse().unwrap());
        let files = Arc::new(Transport::files(self.app.directory.path().join("mail")));
        jobs::run_due(&self.app.app, &files).await.unwrap();
    }

    async fn administer(&self) {
        let district = format!("/api/v1/organisations/{}", self.app.district.id);
        let names = json!({ "aliases": ["星河", "临川星河"] });
        self.app.person(Role::Administrator).caller.if_match("*").patch(&district, names).await.expect(200);
        let security = self.app.person(Role::SecurityAdministrator).caller;
        let token = json!({ "name": "楼宇巡查", "scopes": ["read", "signals:write"] });
        security.post("/api/v1/tokens", token).await.expect(201);
    }

    /// Six enterprises and an imported one; the second has an industry, the last pays less and less.
    async fn enter(&mut self, service: &Caller) {
        for number in 0..6 {
            let mut firm = json!({
                "uscc": self.codes[number], "name": self.names[number], "street_id": self.app.district.street,
            });
            if number == 1 {
                firm["industry_code"] = json!("I6510");
            }
            let made = service.post("/api/v1/enterprises", firm).await.expect(201).json();
            self.firms.push(made["id"].as_str().unwrap().to_owned());
        }
        let months = ["2025-08", "2025-09", "2025-10", "2026-08", "2026-09", "2026-10"];
        let paid = months.map(|month| {
            let amount = if month.starts_with("2025") { 90_000_000 } else { 20_000_000 };
            json!({ "enterprise_id": self.firms[5], "tax_type": "vat", "treasury_month": month, "amount_fen": amount })
        });
        let batch = json!({ "source": "税务局", "complete_months": months, "items": paid });
        service.post("/api/v1/receipts/batch", batch).await.expect(200);
        self.import();
    }

    fn import(&self) {
        let list = format!("税号,企业名称\r\n{},{}\r\n", self.codes[7], self.names[6]);
        let upload = Upload {
            file_name: "税源清单.csv",
            bytes: list.as_bytes(),
            sheet: None,
            source: "街道台账",
            legal_basis: "税收征管法第六条",
            data_on: self.app.app.today(),
        };
        let list = EnterpriseList::read(&upload, IndustryEdition::default(), self.app.app.today(), |_, _| ()).unwrap();
        let mode = Mode { dry_run: false, partial: false, allow_fewer: false };
        self.app.app.write_now(&system(), |tx| list.import(tx, mode, |_, _| ())).unwrap();
    }

    async fn visit(&self, steward: &Caller) {
        let visit = json!({
            "enterprise_id": self.firms[1], "visited_on": "2026-11-18", "channel": "on_site", "summary": "了解近况",
            "met_with": "孙经理", "relocation_intent": "considering", "reasons": ["rent_or_premises", "talent"],
            "requests": ["希望解决“停车”", "子女入学"],
        });
        steward.with_header("idempotency-key", "visit-1").post("/api/v1/visits", visit).await.expect(201);
        let contacts = format!("/api/v1/enterprises/{}/contacts", self.firms[1]);
        let contact = json!({ "name": "孙经理", "phone": "010-88886666" });
        let made = steward.post(&contacts, contact).await.expect(201).json();
        let place = format!("{contacts}/{}", made["id"].as_str().unwrap());
        steward.if_match("*").patch(&place, json!({ "position": "财务" })).await.expect(200);
    }

    async fn alert(&self, leader: &Caller, steward: &Caller) {
        let told = |firm: &str, intent: &str| {
            json!({
                "enterprise_id": firm, "visited_on": "2026-11-20", "channel": "phone", "summary": "电话",
                "relocation_intent": intent,
            })
        };
        let mistaken = steward.post("/api/v1/visits", told(&self.firms[0], "decided")).await.expect(201).json();
        let alert = self.open_alert(leader, &self.firms[0]).await;
        steward.post(&format!("{alert}/acknowledge"), json!({})).await.expect(200);
        leader.post(&format!("{alert}/directives"), json!({ "text": "请上门了解需求。" })).await.expect(201);
        let withdraw = format!("/api/v1/visits/{}/withdraw", mistaken["id"].as_str().unwrap());
        steward.post(&withdraw, json!({ "reason": "记错了企业" })).await.expect(200);
        steward.post("/api/v1/visits", told(&self.firms[1], "moving")).await.expect(201);
        let alert = self.open_alert(leader, &self.firms[1]).await;
        let resolution = json!({ "outcome": "respected", "note": "已协助办理" });
        leader.post(&format!("{alert}/resolve"), resolution).await.expect(200);
    }

    async fn open_alert(&self, leader: &Caller, firm: &str) -> String {
        let list = format!("/api/v1/alerts?state=open&enterprise_id={firm}");
        let found = leader.get(&list).await.expect(200).json();
        format!("/api/v1/alerts/{}", found["items"][0]["id"].as_str().unwrap())
    }

    async fn report(&self, service: &Caller) {
        let (occurred_on, source) = ("2026-11-19", "市场监管");
        let signal = |firm: &str, kind: &str| json!({ "enterprise_id": firm, "kind": kind, "occurred_on": occurred_on, "source": source });
        let stranger = format!("uscc:{}", self.codes[6]);
        service.post("/api/v1/signals", signal(&stranger, "address_change_filing")).await.expect(201);
        service.post("/api/v1/signals", signal(&self.firms[5], "area_cut")).await.expect(201);
        let moving: Vec<Value> = self.firms[2..5].iter().map(|firm| signal(firm, "file_transfer_letter")).collect();
        service.post("/api/v1/signals/batch", json!({ "items": moving })).await.expect(200);
    }

    async fn read_and_save(&self, leader: &Caller) {
        leader.get(&format!("/api/v1/enterprises/{}/receipts", self.firms[5])).await.expect(200);
        let query = "?sort=-tax_year&status=&risk_level=red&page=3&columns=score,uscc&size=100";
        leader.post("/api/v1/me/views", json!({ "name": "红色", "query": query })).await.expect(201);
    }
}
