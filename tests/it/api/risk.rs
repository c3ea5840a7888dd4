//! The risk of an enterprise over the API: explained in the reader's language, figures only for readers who see them.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
};
use diesel::prelude::*;
use serde_json::json;
use wellspring::{
    db::{registry::enterprises::Enterprise, schema::access_records},
    domain::{
        fieldwork::visit::RelocationIntent as Intent,
        people::role::{Role, TokenScope},
    },
};

/// An enterprise whose receipts fell by 62.5 %.
fn declining(app: &TestApp) -> Enterprise {
    let enterprise = app.enterprise("星河科技有限公司");
    for (year, yuan) in [("2025", 400_000), ("2026", 150_000)] {
        for month in ["08", "09", "10"] {
            app.tax(enterprise.id, &format!("{year}-{month}"), yuan);
        }
    }
    enterprise
}

fn reads_on_record(app: &TestApp) -> i64 {
    app.ask(|c| access_records::table.filter(access_records::detail.eq("risk")).count().get_result(c))
}

#[apply(both_databases)]
async fn nothing_points_to_a_move(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    let path = format!("/api/v1/enterprises/{}/risk", enterprise.id);
    let risk = app.person(Role::Steward).caller.get(&path).await.expect(200).json();
    assert_eq!((&risk["level"], &risk["score"], &risk["factors"]), (&json!("none"), &json!(0), &json!([])));
    assert_eq!((&risk["thresholds"]["red_from"], &risk["thresholds"]["is_system_default"]), (&json!(75), &json!(true)));
}

#[apply(both_databases)]
async fn figures_are_for_those_who_see_them_and_on_record(app: TestApp) {
    let enterprise = declining(&app);
    let path = format!("/api/v1/enterprises/uscc:{}/risk", enterprise.uscc.as_str());
    let bands = app.person(Role::Steward).caller.get(&path).await.expect(200).json();
    assert_eq!((&bands["level"], &bands["factors"][0]["rule"]), (&json!("yellow"), &json!("tax_decline")));
    assert!(bands["factors"][0]["evidence"][0].get("figures").is_none());
    let text = bands["factors"][0]["text"].as_str().unwrap();
    assert!(text.contains("下降五成以上") && !text.contains("62"), "{text}");
    assert_eq!(reads_on_record(&app), 0);

    let figures = app.person(Role::Leader).caller.get(&path).await.expect(200).json();
    let figures = &figures["factors"][0]["evidence"][0]["figures"];
    assert_eq!(figures, &json!({"now_fen": 45_000_000, "year_ago_fen": 120_000_000, "percent": 62}));
    assert_eq!(reads_on_record(&app), 1);
    let english = app
        .service(&[TokenScope::Read, TokenScope::FiguresRead], None)
        .in_english()
        .get(&path)
        .await
        .expect(200)
        .json();
    let text = english["factors"][0]["text"].as_str().unwrap();
    assert!(text.contains("were CNY 450,000.00 against CNY 1,200,000.00 a year ago"), "{text}");
    assert_eq!(reads_on_record(&app), 2);
}

#[apply(both_databases)]
async fn the_alert_keeps_its_figures_from_lists_and_from_bands(app: TestApp) {
    declining(&app);
    let path = format!("/api/v1/alerts/{}", app.only_alert().id);
    let has_figures = |alert: &serde_json::Value| alert["factors"][0]["evidence"][0].get("figures").is_some();
    let (leader, steward) = (app.person(Role::Leader), app.person(Role::Steward));
    assert!(has_figures(&leader.caller.get(&path).await.expect(200).json()));
    assert!(!has_figures(&steward.caller.get(&path).await.expect(200).json()));
    let listed = leader.caller.get("/api/v1/alerts").await.expect(200).json();
    assert!(!has_figures(&listed["items"][0]));
}

#[apply(both_databases)]
async fn another_office_and_the_administrators_see_nothing(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    app.visit(enterprise, Intent::Moving);
    let path = format!("/api/v1/enterprises/{enterprise}/risk");
    app.person_at(Role::Steward, app.district.other_street).caller.get(&path).await.expect(404);
    app.person(Role::Administrator).caller.get(&path).await.expect(403);
    app.anonymous().get(&path).await.expect(401);
    app.person(Role::Leader).caller.get("/api/v1/enterprises/nothing/risk").await.expect(404);
}

#[apply(both_databases)]
async fn who_has_it_already_is_told_so(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    let steward = app.person(Role::Steward);
    let path = format!("/api/v1/enterprises/{enterprise}/risk");
    let tag = steward.caller.get(&path).await.expect(200).header("etag").unwrap().to_owned();
    steward.caller.with_header("if-none-match", &tag).get(&path).await.expect(304);
    app.visit(enterprise, Intent::Moving);
    steward.caller.with_header("if-none-match", &tag).get(&path).await.expect(200);
}
