use crate::support::{
    app::{Backend, TestApp},
    both::{apply, both_databases},
};
use wellspring::domain::people::role::Role;

/// A district that set a few things itself.
struct OfItsOwn(TestApp);

impl OfItsOwn {
    async fn new(backend: Backend) -> Option<Self> {
        let settings = [
            ("WELLSPRING_METRICS_TOKEN", "Quelle-am-Hang-2026-Quelle-am-Hang"),
            ("WELLSPRING_SMTP_URL", "smtps://post:Geheim-77@mail.xinghe.test"),
            ("WELLSPRING_DIGEST_THRESHOLD", "37"),
        ];
        TestApp::with_settings(backend, &settings).await.map(Self)
    }
}

#[apply(both_databases)]
async fn every_setting_is_shown_and_no_secret(of_its_own: OfItsOwn) {
    let app = of_its_own.0;
    let browser = app.browser(app.person(Role::Administrator).id);
    let html = browser.page("/settings").await;
    for definition in wellspring::settings::definitions() {
        assert!(html.contains(&format!("<code>{}</code>", definition.key)), "{} is missing", definition.key);
    }
    assert!(html.contains("<code>37</code>") && html.contains("WELLSPRING_DIGEST_THRESHOLD"));
    assert!(html.contains("mail.xinghe.test") && html.contains("给同一人的预警超过此数"));
    assert!(!html.contains("Geheim-77") && !html.contains("Quelle-am-Hang"));
    let english = app.browser(app.person(Role::Administrator).id).in_english().page("/settings").await;
    assert!(english.contains("Hours for which a mail is retried") && !english.contains("邮件"));
}
