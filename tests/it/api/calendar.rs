//! The work calendar: shipped, entered, taken out, and what working time makes of it.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    facts::system,
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use wellspring::{
    domain::people::role::{Role, TokenScope},
    services::{Error, operation::calendar},
    sheets,
    texts::Explain,
};

const NOTICE: &str = "国务院办公厅关于2027年部分节假日安排的通知";

fn new_year() -> Value {
    json!({ "source": NOTICE, "days": [
        { "day": "2027-01-01", "kind": "holiday", "name": "元旦" },
        { "day": "2027-01-03", "kind": "workday", "name": "元旦调休", "source": "市政府通知" },
    ]})
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

impl TestApp {
    fn import_calendar(
        &self,
        text: &str,
        source: Option<&str>,
        dry_run: bool,
    ) -> Result<calendar::CalendarReport, Error> {
        let parsed = sheets::calendar::read(text.as_bytes()).unwrap();
        self.app.write_now(&system(), |tx| calendar::import(tx, &parsed, source, dry_run)).map(|(report, _)| report)
    }
}

#[apply(both_databases)]
async fn years_say_where_their_calendar_comes_from(app: TestApp) {
    for &role in Role::ALL {
        app.person(role).caller.get("/api/v1/calendar").await.expect(200);
    }
    let service = app.service(&[TokenScope::SignalsWrite], None);
    let years = service.get("/api/v1/calendar").await.expect(200).json();
    let told: Vec<(i64, &str, i64)> = years["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|year| {
            (year["year"].as_i64().unwrap(), year["origin"].as_str().unwrap(), year["workdays"].as_i64().unwrap())
        })
        .collect();
    assert_eq!(told, [(2025, "product", 248), (2026, "product", 248), (2027, "nobody", 261)]);
    let year = service.get("/api/v1/calendar/2026").await.expect(200).json();
    assert_eq!(year["days"][0]["day"], "2026-01-01");
    assert!(year["days"][0]["source"].as_str().unwrap().contains("2026年部分节假日安排"));
    for nothing in ["20270", "1899", "x", "-1"] {
        service.get(&format!("/api/v1/calendar/{nothing}")).await.expect(404);
    }
}

#[apply(both_databases)]
async fn the_administrator_enters_a_year_as_a_whole(app: TestApp) {
    let keeper = app.person(Role::Administrator).caller;
    let entered = keeper.put("/api/v1/calendar/2027", new_year()).await.expect(200).json();
    assert_eq!((&entered["origin"], &entered["workdays"]), (&json!("district"), &json!(261)));
    assert_eq!(entered["days"][0]["source"], NOTICE);
    assert_eq!(entered["days"][1]["source"], "市政府通知");
    assert_eq!((app.times_recorded("created"), app.recorded().len()), (2, 2));
    // The same again changes nothing; another list changes, adds and takes out.
    keeper.put("/api/v1/calendar/2027", new_year()).await.expect(200);
    assert_eq!(app.recorded().len(), 2);
    let other = json!({ "source": NOTICE, "days": [
        { "day": "2027-01-01", "kind": "holiday", "name": "新年" },
        { "day": "2027-10-01", "kind": "holiday" },
    ]});
    let entered = keeper.put("/api/v1/calendar/2027", other).await.expect(200).json();
    assert_eq!(entered["days"].as_array().unwrap().len(), 2);
    let counts = ["created", "updated", "deleted"].map(|action| app.times_recorded(action));
    assert_eq!(counts, [3, 1, 1]);
    let (noun, _, fields) = app.recorded().into_iter().find(|(_, action, _)| action == "updated").unwrap();
    assert_eq!((noun.as_str(), &fields["name"]), ("calendar_day", &json!({ "before": "元旦", "after": "新年" })));
    // What was entered of a shipped year goes before it, and goes out again.
    let one = json!({ "source": "更正", "days": [{ "day": "2026-01-01", "kind": "holiday" }] });
    let entered = keeper.put("/api/v1/calendar/2026", one).await.expect(200).json();
    assert_eq!((&entered["origin"], entered["days"].as_array().unwrap().len()), (&json!("district"), 1));
    keeper.delete("/api/v1/calendar/2026").await.expect(204);
    let shipped = keeper.get("/api/v1/calendar/2026").await.expect(200).json();
    assert_eq!((&shipped["origin"], shipped["days"].as_array().unwrap().len()), (&json!("product"), 39));
    keeper.delete("/api/v1/calendar/2026").await.expect(404);
}

#[apply(both_databases)]
async fn what_cannot_be_a_calendar_is_refused(app: TestApp) {
    let keeper = app.person(Role::Administrator).caller;
    let days = |days: Value| json!({ "source": NOTICE, "days": days });
    let of_2026 = json!({ "day": "2026-12-31", "kind": "holiday" });
    let of_2027 = json!({ "day": "2027-01-01", "kind": "holiday" });
    for (body, pointer, code) in [
        (days(json!([of_2026])), "/days/0/day", "other_year"),
        (days(json!([of_2027, of_2027])), "/days/1/day", "duplicate_day"),
        (json!({ "days": [of_2027] }), "/days/0/source", "source_required"),
        (days(json!([{ "day": "2027-01-01", "kind": "off" }])), "/days/0/kind", "unknown_code"),
        (
            days(json!([{ "day": "2027-01-01", "kind": "holiday", "name": "长".repeat(51) }])),
            "/days/0/name",
            "text_too_long",
        ),
        (days(json!(vec![of_2027; 367])), "/days", "too_many"),
    ] {
        let refused = keeper.put("/api/v1/calendar/2027", &body).await.expect(422);
        assert_eq!(refused.refused_fields().get(pointer).map(String::as_str), Some(code), "{body}");
    }
    for &role in Role::ALL.iter().filter(|role| **role != Role::Administrator) {
        let caller = app.person(role).caller;
        caller.put("/api/v1/calendar/2027", new_year()).await.expect(403);
        caller.delete("/api/v1/calendar/2027").await.expect(403);
    }
    app.service(TokenScope::ALL, None).put("/api/v1/calendar/2027", new_year()).await.expect(403);
    assert!(app.recorded().is_empty());
    assert_eq!(keeper.get("/api/v1/calendar/2027").await.expect(200).json()["origin"], "nobody");
}

#[apply(both_databases)]
async fn a_file_replaces_the_years_it_names_or_nothing(app: TestApp) {
    app.import_calendar("day,kind\n2026-05-01,holiday\n", Some("试"), false).unwrap();
    let bad = app.import_calendar("day,kind\n2027-01-01,holiday\n2027-01-02,maybe\n", Some(NOTICE), false).unwrap();
    assert_eq!(bad.errors.iter().map(|error| (error.row, error.code())).collect::<Vec<_>>(), [(3, "not_a_choice")]);
    let refused = app.import_calendar("day,kind\n2027-01-01,holiday\n", None, false).unwrap_err();
    assert_eq!(refused.to_string(), "invalid: /source source_required");
    let text = "日期,类型,节日,来源\n2027-01-01,放假,元旦,甲\n2028-01-03,放假,元旦,\n";
    let dry = app.import_calendar(text, Some(NOTICE), true).unwrap();
    assert_eq!((dry.years.keys().copied().collect::<Vec<_>>(), app.recorded().len()), (vec![2027, 2028], 1));
    app.import_calendar(text, Some(NOTICE), false).unwrap();
    let caller = app.person(Role::Administrator).caller;
    let origins = caller.get("/api/v1/calendar").await.expect(200).json();
    let years: Vec<&Value> = origins["items"].as_array().unwrap().iter().map(|year| &year["year"]).collect();
    assert_eq!(years, [2025, 2026, 2027, 2028].map(|year| json!(year)).iter().collect::<Vec<_>>());
    assert_eq!(origins["items"][2]["days"][0]["source"], "甲");
    assert_eq!(origins["items"][3]["days"][0]["source"], NOTICE);
}

#[apply(both_databases)]
async fn working_time_follows_the_calendar_in_force(app: TestApp) {
    let next = |app: &TestApp, from: &str| {
        let mut connection = app.app.database().reader().unwrap();
        calendar::working_time(&mut connection, app.app.context()).unwrap().add_days(at(from), 1)
    };
    // The week of National Day as it was published: the 8th is the first day worked.
    assert_eq!(next(&app, "2026-09-30T02:00:00Z"), at("2026-10-08T09:30:00Z"));
    assert_eq!(next(&app, "2026-12-31T02:00:00Z"), at("2027-01-01T09:30:00Z"), "nobody knows the year");
    app.import_calendar("day,kind\n2027-01-01,holiday\n2027-01-02,workday\n", Some(NOTICE), false).unwrap();
    assert_eq!(next(&app, "2026-12-31T02:00:00Z"), at("2027-01-02T09:30:00Z"), "a Saturday that is worked");
    app.import_calendar("day,kind\n2026-10-01,holiday\n", Some("更正"), false).unwrap();
    assert_eq!(
        next(&app, "2026-09-30T02:00:00Z"),
        at("2026-10-02T09:30:00Z"),
        "what was entered goes before what is shipped"
    );
}
