//! The days of the three who keep the system: organisations, settings and mail; accounts and tokens; the logs.

use super::{demonstration::Demonstration, screen::Screen};
use crate::support::{
    installation::eventually,
    smtp_sink::{Rule, SinkStage, SmtpSink},
};
use serde_json::json;

#[actix_web::test]
async fn an_administrator_keeps_organisations_and_sends_dead_letters_again() {
    let sink = SmtpSink::start().unwrap();
    let url = format!("smtp://localhost:{}?starttls=none", sink.port());
    let district = Demonstration::with(&[("WELLSPRING_SMTP_URL", url.as_str())]).await;
    district
        .walked(async |screen, size, language| {
            kill_a_letter(&district, &sink).await;
            district.enter(screen, "administrator", "/organisations").await;
            let name = if language == "zh" { "望潮街道" } else { "River View" };
            keep_organisations(screen, &format!("{name} {size:?}")).await;
            screen.enter_area("/settings").await;
            screen.fits().await;
            assert!(screen.words("main table").await.contains("WELLSPRING_SMTP_URL"));
            send_again(screen, &sink).await;
            screen.sign_out().await;
        })
        .await;
}

/// A directive is written while the mail server refuses everybody.
async fn kill_a_letter(district: &Demonstration, sink: &SmtpSink) {
    sink.add(Rule::answer(SinkStage::Recipient, "550 5.1.1 No such person"));
    let leader = district.client("leader");
    let (_, alerts) = leader.get("/api/v1/alerts?state=open");
    let alert = alerts["items"][0]["id"].as_str().unwrap();
    let (status, said) = leader.post(&format!("/api/v1/alerts/{alert}/directives"), json!({"text": "请本周内上门。"}));
    assert_eq!(status, 201, "{said}");
    let administrator = district.client("administrator");
    eventually("a dead letter", || {
        let (_, dead) = administrator.get("/api/v1/mail-messages?state=dead");
        dead["items"].as_array().is_some_and(|items| !items.is_empty()).then_some(())
    });
    sink.heal();
}

/// Enters an organisation, corrected once, and gives it another name.
async fn keep_organisations(screen: &Screen, name: &str) {
    screen.follow("main a[href='/organisations/new']").await;
    screen.choose("main select[name=kind]", "street").await;
    screen.follow("main form[action='/organisations'] button[type=submit]").await;
    screen.is_refused_at("name").await;
    assert_eq!(screen.value("main select[name=kind]").await, "street");
    screen.fill("main [name=name]", name).await;
    screen.follow("main form[action='/organisations'] button[type=submit]").await;
    screen.find("main [role=status]").await;
    let renamed = format!("{name} 2");
    screen.fill("main [name=name]", &renamed).await;
    screen.fits().await;
    screen.follow("main form[action^='/organisations/'] button[type=submit]").await;
    screen.find("main [role=status]").await;
    assert_eq!(screen.words("main h1").await, renamed);
}

/// Finds the dead letter in the queue, reads why it is dead, and sends it again.
async fn send_again(screen: &Screen, sink: &SmtpSink) {
    screen.enter_area("/mail-queue").await;
    screen.follow("main a[href='/mail-queue?state=dead']").await;
    screen.follow("main tbody th a[href^='/mail-queue/']").await;
    screen.until_at("/mail-queue/").await;
    assert!(screen.text().await.contains("5.1.1 No such person"));
    let before = sink.received().len();
    screen.fits().await;
    screen.follow("main form[action$='/resend'] button").await;
    screen.find("main [role=status]").await;
    eventually("the letter", || (sink.received().len() > before).then_some(()));
    assert!(!screen.shows("main form[action$='/resend'] button").await);
}

#[actix_web::test]
async fn a_security_administrator_keeps_accounts_and_tokens() {
    let district = Demonstration::new().await;
    district
        .walked(async |screen, size, language| {
            let name = format!("sun.{language}.{size:?}").to_lowercase();
            district.enter(screen, "security_administrator", "/users").await;
            let first = make_an_account(screen, &name).await;
            lock_out(&district, &name);
            unlock(screen).await;
            let second = reset(screen).await;
            assert_ne!(first, second);
            issue_and_revoke(&district, screen).await;
            screen.sign_out().await;
        })
        .await;
}

/// Makes an account, then gives it another role; gives the password for the first sign-in.
async fn make_an_account(screen: &Screen, username: &str) -> String {
    screen.follow("main a[href='/users/new']").await;
    screen.fill("main [name=username]", username).await;
    screen.fill("main [name=display_name]", "Sun").await;
    screen.follow("main form[action='/users'] button[type=submit]").await;
    screen.is_refused_at("role").await;
    assert_eq!(screen.value("main [name=username]").await, username);
    screen.choose("main select[name=role]", "supervisor").await;
    let district = screen.others("main select[name=organisation_id]").await.swap_remove(0);
    screen.choose("main select[name=organisation_id]", &district).await;
    screen.follow("main form[action='/users'] button[type=submit]").await;
    let password = screen.words("main code.secret").await;
    screen.fits().await;
    screen.follow("main a[href^='/users/'].button").await;
    screen.choose("main select[name=role]", "finance").await;
    screen.follow("main form[action^='/users/'] button[type=submit]").await;
    screen.find("main [role=status]").await;
    assert_eq!(screen.value("main select[name=role]").await, "finance");
    password
}

/// Somebody guesses until the account is locked.
fn lock_out(district: &Demonstration, username: &str) {
    for _ in 0..5 {
        let guess = json!({"username": username, "password": "a guess that is wrong"});
        district.served.client("").post("/api/v1/session", guess);
    }
}

async fn unlock(screen: &Screen) {
    screen.driver.refresh().await.unwrap();
    screen.follow("main form[action$='/unlock'] button").await;
    screen.find("main [role=status]").await;
    assert!(!screen.shows("main form[action$='/unlock'] button").await);
}

async fn reset(screen: &Screen) -> String {
    screen.follow("main form[action$='/reset-password'] button").await;
    screen.words("main code.secret").await
}

/// Issues a token that works, and revokes it.
async fn issue_and_revoke(district: &Demonstration, screen: &Screen) {
    screen.enter_area("/tokens").await;
    screen.follow("main a[href='/tokens/new']").await;
    screen.fill("main [name=name]", "Registrar").await;
    screen.follow("main form[action='/tokens'] button[type=submit]").await;
    screen.is_refused_at("scopes").await;
    screen.press("main input[name=scopes][value=read]").await;
    screen.fits().await;
    screen.follow("main form[action='/tokens'] button[type=submit]").await;
    let program = district.served.client(&screen.words("main code.secret").await);
    assert_eq!(program.get("/api/v1/enterprises").0, 200);
    screen.follow("main a[href^='/tokens/'].button").await;
    screen.follow("main form[action$='/revoke'] button").await;
    screen.is_refused_at("sure").await;
    screen.press("main input[name=sure]").await;
    screen.follow("main form[action$='/revoke'] button").await;
    screen.find("main [role=status]").await;
    assert_eq!(program.get("/api/v1/enterprises").0, 401);
}

#[actix_web::test]
async fn an_auditor_reads_the_logs_and_no_enterprise() {
    let district = Demonstration::new().await;
    let (_, enterprises) = district.client("leader").get("/api/v1/enterprises?limit=1");
    let enterprise = format!("/enterprises/{}", enterprises["items"][0]["id"].as_str().unwrap());
    district
        .walked(async |screen, _, _| {
            district.enter(screen, "auditor", "/audit-log").await;
            screen.unfold("main select[name=noun]").await;
            screen.choose("main select[name=noun]", "session").await;
            screen.follow("main form[action='/audit-log'] button[type=submit]").await;
            screen.until_at("/audit-log?").await;
            assert!(screen.path().await.contains("noun=session"));
            screen.press("main ol details > summary").await;
            screen.find("main ol details dl code").await;
            screen.fits().await;
            screen.follow("main nav a[href*='kind=access']").await;
            screen.until_at("/audit-log?").await;
            screen.follow("main a[href='/audit-log/chain']").await;
            screen.until_at("/audit-log/chain").await;
            screen.find("main dl code").await;
            screen.fits().await;
            for page in ["/enterprises", &enterprise] {
                screen.go(page).await;
                assert!(!screen.shows("main table").await && screen.shows("main a[href='/']").await);
                screen.complains_only("403").await;
            }
            screen.sign_out().await;
        })
        .await;
}
