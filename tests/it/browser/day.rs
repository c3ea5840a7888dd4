//! A steward logs a visit in a lobby, the network goes in the middle of it; a leader sees the alert, takes it and directs.

use super::{
    demonstration::Demonstration,
    screen::{Screen, Size},
};
use crate::support::{installation::eventually, some::some};

/// What a steward notes, and what a leader answers.
fn words(language: &str) -> (&'static str, &'static str) {
    match language {
        "zh" => ("租约明年三月到期，总部已批准迁往外省，正在办手续。", "请本周内上门，问清需求。"),
        _ => ("The lease ends in March; headquarters approved the move.", "Call on them this week."),
    }
}

#[actix_web::test]
async fn a_visit_becomes_an_alert_that_somebody_takes() {
    let district = Demonstration::new().await;
    district
        .walked(async |screen, _, language| {
            let (note, directive) = words(language);
            let before = district.mails().len();
            let firm = log_a_visit(&district, screen, note).await;
            eventually("the mails about the alert", || (district.mails().len() > before).then_some(()));
            screen.sign_out().await;
            take_the_alert(&district, screen, &firm, directive).await;
            screen.sign_out().await;
        })
        .await;
}

/// Logs that an enterprise is moving, with the network cut in between; gives the enterprise's id.
async fn log_a_visit(district: &Demonstration, phone: &Screen, note: &str) -> String {
    district.enter(phone, "steward", "/workbench").await;
    // The last one is the calmest: nothing was known of it before.
    let calmest = "#mine li:last-child a[href^='/visits/new?enterprise=']";
    let link = phone.find(calmest).await;
    let firm = link.attr("href").await.unwrap().unwrap().split("enterprise=").nth(1).unwrap().to_owned();
    phone.press(calmest).await;
    phone.press("#intent-moving").await;
    phone.fill("#note", note).await;
    phone.offline(true).await;
    phone.press(".save-bar button[type=submit]").await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert!(phone.path().await.starts_with("/visits/new"), "the form stays while there is no network");
    phone.offline(false).await;
    phone.go(&format!("/visits/new?enterprise={firm}")).await;
    let typed = phone.find("#note").await.prop("value").await.unwrap().unwrap_or_default();
    assert_eq!(typed, note, "the draft outlives the lost network");
    phone.press(".save-bar button[type=submit]").await;
    for _ in 0..100 {
        if !phone.path().await.starts_with("/visits/new") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(!phone.path().await.starts_with("/visits/new"), "not saved: {}", phone.text().await);
    // What was cut off is in the console; it was meant to be.
    let complaints = phone.complaints().await;
    assert!(some(&complaints).all(|complaint| complaint.contains("ERR_INTERNET_DISCONNECTED")), "{complaints:#?}");
    firm
}

/// A leader finds the alert of an enterprise, takes it, and writes a directive.
async fn take_the_alert(district: &Demonstration, desk: &Screen, firm: &str, directive: &str) {
    district.enter(desk, "leader", "/overview").await;
    desk.go(&format!("/alerts?enterprise_id={firm}")).await;
    desk.follow("tbody a[href^='/alerts/'], .cards a[href^='/alerts/']").await;
    desk.until_at("/alerts/").await;
    desk.follow("form[action$='/acknowledge'] button").await;
    desk.until_at("/alerts/").await;
    assert!(!desk.shows("form[action$='/acknowledge'] button").await, "it is taken");
    desk.fill("textarea[name=text]", directive).await;
    desk.follow("form[action$='/directives'] button[type=submit]").await;
    desk.until_at("/alerts/").await;
    assert!(desk.text().await.contains(directive));
}

#[actix_web::test]
async fn the_keyboard_alone_signs_in_and_finds_an_enterprise() {
    use thirtyfour::prelude::Key;
    let district = Demonstration::new().await;
    let Some(desk) = Screen::open(&district.served.base, Size::Desktop, "zh").await else { return };
    let (username, password) = district.credentials("chief_steward");
    desk.find("#username").await.focus().await.unwrap();
    desk.keys(username.as_str()).await;
    desk.keys(Key::Tab).await;
    desk.keys(password.as_str()).await;
    desk.keys(Key::Enter).await;
    desk.until_at("/overview").await;
    desk.keys("/").await;
    desk.keys("有限").await;
    desk.keys(Key::Enter).await;
    desk.until_at("/enterprises?q=").await;
    desk.find("tbody tr").await;
    desk.close().await;
}
