//! Alerts over the API: who sees which, taking them, ending them, and directives.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    enterprise::uscc,
    facts::TeamPeople,
};
use serde_json::json;
use wellspring::domain::{
    fieldwork::{signal::SignalKind, visit::RelocationIntent as Intent},
    ids::EnterpriseId,
    outbox::delivery::DeliveryKind,
    people::role::{Role, TokenScope},
    registry::enterprise::EnterpriseStatus,
    watch::{alert::AlertState, level::Level},
};

/// An enterprise of 星湖街道 with an alert, and the path of that alert.
fn alerted(app: &TestApp, intent: Intent) -> (EnterpriseId, String) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    app.visit(enterprise, intent);
    let alert = app.alerts().into_iter().find(|alert| alert.enterprise_id == enterprise).unwrap();
    (enterprise, format!("/api/v1/alerts/{}", alert.id))
}

#[apply(both_databases)]
async fn an_alert_is_listed_and_explained(app: TestApp) {
    let steward = app.person(Role::Steward);
    let (enterprise, path) = alerted(&app, Intent::Moving);
    let page = steward.caller.get("/api/v1/alerts?state=open&level=red&include_total=true").await.expect(200).json();
    assert_eq!(page["total"], 1);
    assert_eq!(page["items"][0]["enterprise_id"], enterprise.to_string());
    assert_eq!(page["items"][0]["enterprise_name"], "星河科技有限公司");
    let alert = steward.caller.get(&path).await.expect(200);
    assert!(alert.header("etag").unwrap().starts_with("\"1-"));
    let alert = alert.json();
    assert_eq!(
        (&alert["level"], &alert["state"], &alert["escalation_step"]),
        (&json!("red"), &json!("open"), &json!(0))
    );
    let factor = &alert["factors"][0];
    assert_eq!((&factor["rule"], &factor["hard"]), (&json!("relocation_told"), &json!(true)));
    assert_eq!(factor["evidence"][0]["intent"], "moving");
    assert_eq!(factor["text"], "2026-11-20 走访中企业表示：正在外迁（标准：出现一次即计；级别至少为红）。");
    let english = steward.caller.in_english().get(&path).await.expect(200).json();
    assert!(english["factors"][0]["text"].as_str().unwrap().starts_with("The enterprise told a visitor on 2026-11-20"));
}

#[apply(both_databases)]
async fn lists_hold_what_is_asked_for(app: TestApp) {
    let leader = app.person(Role::Leader);
    let (one, _) = alerted(&app, Intent::Moving);
    alerted(&app, Intent::Considering);
    let elsewhere = app.enterprise_at("云台实业有限公司", app.district.other_street);
    app.signal(elsewhere.id, SignalKind::LeaseGivenUp);
    for (query, expected) in [
        (String::new(), 3),
        ("?level=orange".to_owned(), 1),
        ("?state=resolved".to_owned(), 0),
        (format!("?enterprise_id={one}"), 1),
        (format!("?enterprise_id=uscc:{}", elsewhere.uscc.as_str()), 1),
        (format!("?street_id={}", app.district.other_street), 1),
        ("?without_recipient=true".to_owned(), 3),
        ("?without_recipient=false".to_owned(), 0),
    ] {
        let page = leader.caller.get(&format!("/api/v1/alerts{query}")).await.expect(200).json();
        assert_eq!(page["items"].as_array().unwrap().len(), expected, "{query}");
    }
    let first = leader.caller.get("/api/v1/alerts?limit=2").await.expect(200).json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = leader.caller.get(&format!("/api/v1/alerts?limit=2&cursor={cursor}")).await.expect(200).json();
    assert_eq!((second["items"].as_array().unwrap().len(), &second["next_cursor"]), (1, &json!(null)));
    leader.caller.get(&format!("/api/v1/alerts?level=red&cursor={cursor}")).await.expect(400);
    leader.caller.get("/api/v1/alerts?colour=red").await.expect(422);
    leader.caller.get("/api/v1/alerts?level=pink").await.expect(422);
}

#[apply(both_databases)]
async fn what_lies_outside_the_scope_is_not_there(app: TestApp) {
    let (enterprise, path) = alerted(&app, Intent::Moving);
    let stranger = app.person_at(Role::ChiefSteward, app.district.other_street);
    stranger.caller.get(&path).await.expect(404);
    stranger.caller.post(&format!("{path}/acknowledge"), json!({})).await.expect(404);
    stranger.caller.post(&format!("{path}/resolve"), json!({"outcome": "retained"})).await.expect(404);
    assert_eq!(stranger.caller.get("/api/v1/alerts").await.expect(200).json()["items"], json!([]));
    for unseen in [enterprise.to_string(), EnterpriseId::new().to_string(), format!("uscc:{}", uscc().as_str())] {
        for list in ["alerts", "visits", "signals"] {
            let path = format!("/api/v1/{list}?enterprise_id={unseen}&include_total=true");
            let page = stranger.caller.get(&path).await.expect(200).json();
            assert_eq!((&page["items"], &page["total"]), (&json!([]), &json!(0)), "{path}");
        }
    }
    app.service(&[TokenScope::Read], Some(app.district.other_street)).get(&path).await.expect(404);
    app.service(&[TokenScope::Read], Some(app.district.street)).get(&path).await.expect(200);
    for role in [Role::Administrator, Role::SecurityAdministrator, Role::Auditor] {
        app.person(role).caller.get(&path).await.expect(403);
    }
    assert_eq!(app.only_alert().version, 1);
    // A person who joins the team sees it.
    app.team(enterprise, TeamPeople { steward: Some(stranger.id), ..TeamPeople::default() });
    stranger.caller.get(&path).await.expect(200);
}

#[apply(both_databases)]
async fn an_alert_is_acknowledged_once(app: TestApp) {
    let (_, path) = alerted(&app, Intent::Moving);
    let (first, second) = (app.person(Role::Steward), app.person(Role::ChiefSteward));
    let refused = first.caller.post(&format!("{path}/acknowledge"), json!({"note": "x"})).await.expect(422);
    assert_eq!(refused.refused_fields()["/note"], "unknown_field");
    first.caller.if_match("\"9-x\"").post(&format!("{path}/acknowledge"), json!({})).await.expect(412);
    let taken = first.caller.if_match("\"1-x\"").post(&format!("{path}/acknowledge"), json!({})).await.expect(200);
    assert!(taken.header("etag").unwrap().starts_with("\"2-"));
    assert_eq!(taken.json()["acknowledged_by"], json!({"id": first.id, "name": first.user.display_name}));
    let refused = second.caller.post(&format!("{path}/acknowledge"), json!({})).await.expect(409);
    assert_eq!(refused.json()["code"], "alert_already_acknowledged");
    for role in [Role::Finance, Role::Supervisor] {
        app.person(role).caller.post(&format!("{path}/acknowledge"), json!({})).await.expect(403);
    }
    let alert = app.only_alert();
    assert_eq!((alert.state, alert.acknowledged_by, alert.version), (AlertState::Acknowledged, Some(first.id), 2));
}

#[apply(both_databases)]
async fn an_episode_ends_with_an_outcome(app: TestApp) {
    let (enterprise, path) = alerted(&app, Intent::Moving);
    let chief = app.person(Role::ChiefSteward);
    let resolve = format!("{path}/resolve");
    app.person(Role::Steward).caller.post(&resolve, json!({"outcome": "moved"})).await.expect(403);
    let refused = chief.caller.post(&resolve, json!({"outcome": "false_alarm", "note": " "})).await.expect(422);
    assert_eq!(refused.refused_fields()["/note"], "outcome_note_missing");
    chief.caller.post(&resolve, json!({"outcome": "escaped"})).await.expect(422);
    chief.caller.post(&resolve, json!({"outcome": "moved", "consent": "yes"})).await.expect(422);
    assert_eq!(app.only_alert().state, AlertState::Open);

    let note = "企业选择迁往邻市，已协助办理。";
    let ended = chief.caller.post(&resolve, json!({"outcome": "respected", "note": note})).await.expect(200).json();
    assert_eq!(
        (&ended["state"], &ended["outcome"], &ended["outcome_note"]),
        (&json!("resolved"), &json!("respected"), &json!(note))
    );
    assert_eq!(ended["resolved_by"]["id"], chief.id.to_string());
    assert_eq!((app.status(enterprise), app.enterprise_version(enterprise)), (EnterpriseStatus::MovedOut, 2));
    assert_eq!(app.standing(enterprise).risk_level, Level::None);
    let again = chief.caller.post(&resolve, json!({"outcome": "retained"})).await.expect(409);
    assert_eq!(again.json()["code"], "alert_already_resolved");
    let late = chief.caller.post(&format!("{path}/acknowledge"), json!({})).await.expect(409);
    assert_eq!(late.json()["code"], "alert_already_resolved");
}

#[apply(both_databases)]
async fn a_leaders_directive_reaches_the_team(app: TestApp) {
    let (enterprise, path) = alerted(&app, Intent::Considering);
    let (leader, steward) = (app.person(Role::Leader), app.person(Role::Steward));
    app.team(enterprise, TeamPeople { leader: Some(leader.id), steward: Some(steward.id), ..TeamPeople::default() });
    let before = app.mails().len();
    let path = format!("{path}/directives");
    let sent = json!({"text": "请今日上门，了解用房需要。\n明天回报。"});
    let keyed = leader.caller.with_header("idempotency-key", "directive-1");
    let made = keyed.post(&path, &sent).await.expect(201).json();
    assert_eq!(keyed.post(&path, &sent).await.expect(201).json(), made);
    assert_eq!((&made["author"]["id"], &made["cautions"]), (&json!(leader.id), &json!([])));
    let mails = app.mails().split_off(before);
    assert_eq!(
        mails.iter().map(|mail| (mail.kind, mail.recipient_id)).collect::<Vec<_>>(),
        [(DeliveryKind::Directive, Some(steward.id))]
    );
    assert!(mails[0].content.body_text.contains("请今日上门，了解用房需要。"));

    let risky = leader.caller.post(&path, json!({"text": "不得迁出本区。"})).await.expect(201).json();
    assert_eq!(risky["cautions"][0]["code"], "move_forbidden");
    let listed = steward.caller.get(&path).await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    assert_eq!(listed["items"][0]["author"]["name"], leader.user.display_name);
    steward.caller.post(&path, &sent).await.expect(403);
    let refused = leader.caller.post(&path, json!({"text": "  "})).await.expect(422);
    assert!(refused.refused_fields().contains_key("/text"));
    app.resolve(&app.only_alert(), wellspring::domain::watch::alert::Outcome::Retained);
    leader.caller.post(&path, &sent).await.expect(409);
}

#[apply(both_databases)]
async fn deliveries_are_shown_with_the_alert(app: TestApp) {
    let steward = app.person(Role::Steward);
    let enterprise = app.enterprise("星河科技有限公司").id;
    app.team(enterprise, TeamPeople { steward: Some(steward.id), ..TeamPeople::default() });
    app.visit(enterprise, Intent::Moving);
    let alert = steward.caller.get(&format!("/api/v1/alerts/{}", app.only_alert().id)).await.expect(200).json();
    let mail = &alert["mails"][0];
    assert_eq!((&mail["state"], &mail["kind"]), (&json!("pending"), &json!("alert_opened")));
    assert_eq!(mail["recipient_name"], steward.user.display_name);
}
