//! What everybody does in the own account: a second factor, another password, other devices.

use super::{
    demonstration::Demonstration,
    screen::{Screen, Size},
};
use std::time::{SystemTime, UNIX_EPOCH};
use totp_rs::{Algorithm, Builder, Secret};

/// A password that every profile accepts.
const NEW: &str = "Stille-Wasser-2026-tief";

/// What an authenticator app shows, now or some steps later.
fn code(secret: &str, later: u64) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let app = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(30).with_secret(secret);
    #[allow(clippy::disallowed_methods, reason = "the server runs by the real clock")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    app.build_noncompliant().generate(now + 30 * later).to_string()
}

#[actix_web::test]
async fn everybody_secures_the_own_account() {
    let district = Demonstration::new().await;
    let people = [
        (Size::Phone, "zh", "steward", "/workbench"),
        (Size::Desktop, "en", "leader", "/overview"),
        (Size::Phone, "en", "chief_steward", "/overview"),
        (Size::Desktop, "zh", "supervisor", "/overview"),
    ];
    district
        .walked(async |screen, size, language| {
            let (.., role, home) = people.into_iter().find(|way| (way.0, way.1) == (size, language)).unwrap();
            let elsewhere = district.client(role);
            district.enter(screen, role, home).await;
            end_another_session(screen).await;
            assert_eq!(elsewhere.get("/api/v1/me").0, 401);
            let secret = switch_on(screen).await;
            screen.sign_out().await;
            let (username, password) = district.credentials(role);
            enter_with_code(screen, &username, &password, &code(&secret, 1)).await;
            screen.until_at(home).await;
            change_password(screen, &password).await;
            screen.sign_out().await;
        })
        .await;
}

/// Signs another device out.
async fn end_another_session(screen: &Screen) {
    screen.go("/account").await;
    screen.fits().await;
    screen.follow("main form[action^='/account/sessions/'][action$='/end'] button").await;
    screen.find("main [role=status]").await;
    assert!(!screen.shows("main form[action$='/end'] button").await);
}

/// Switches the second factor on: a wrong code, then the right one; gives the secret.
async fn switch_on(screen: &Screen) -> String {
    screen.follow("main a[href='/account/second-factor']").await;
    screen.follow("main form[action='/account/second-factor'] button").await;
    screen.find("main svg[role=img]").await;
    screen.fits().await;
    screen.press("main details > summary").await;
    let secret = screen.words("main details code").await.replace(' ', "");
    screen.fill("main [name=code]", "12345").await;
    screen.follow("main form[action$='/confirm'] button").await;
    screen.is_refused_at("code").await;
    screen.fill("main [name=code]", &code(&secret, 0)).await;
    screen.follow("main form[action$='/confirm'] button").await;
    screen.until_at("/account?done=").await;
    secret
}

/// The door asks for the code.
async fn enter_with_code(screen: &Screen, username: &str, password: &str, code: &str) {
    screen.fill("[name=username]", username).await;
    screen.fill("[name=password]", password).await;
    screen.follow("form[action='/sign-in'] button[type=submit]").await;
    screen.find("[role=alert]").await;
    screen.complains_only("401").await;
    assert_eq!(screen.value("[name=username]").await, username);
    screen.fill("[name=password]", password).await;
    screen.fill("[name=totp]", code).await;
    screen.follow("form[action='/sign-in'] button[type=submit]").await;
}

/// Another password: mistyped once, then accepted.
async fn change_password(screen: &Screen, password: &str) {
    screen.go("/account/password").await;
    for (repeated, accepted) in [("Stille-Wasser-2026-flach", false), (NEW, true)] {
        screen.fill("main [name=current_password]", password).await;
        screen.fill("main [name=new_password]", NEW).await;
        screen.fill("main [name=repeated]", repeated).await;
        screen.follow("main form[action='/account/password'] button[type=submit]").await;
        if accepted {
            screen.until_at("/account?done=").await;
        } else {
            screen.is_refused_at("repeated").await;
        }
    }
}
