//! `/metrics`: who may read it and what it says.

use crate::support::{
    app::{Answer, TestApp},
    both::{apply, both_databases},
    outbox::Outbox,
    smtp_sink::{Rule, SinkStage},
};
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use wellspring::jobs;

const TOKEN: &str = "metrics-0123456789";

/// As this machine asks.
async fn figures(app: &TestApp) -> String {
    let answer = ask(app, "127.0.0.1:50000", &[]).await.expect(200);
    assert!(answer.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    String::from_utf8(answer.body.to_vec()).unwrap()
}

async fn ask(app: &TestApp, from: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = TestRequest::get().uri("/metrics").peer_addr(from.parse().unwrap());
    for header in headers {
        request = request.insert_header(*header);
    }
    app.anonymous().send(request).await
}

#[apply(both_databases)]
async fn requests_are_counted_by_route_and_not_by_path(app: TestApp) {
    app.anonymous().get("/readyz").await.expect(200);
    app.anonymous().get("/api/v1/enterprises/uscc:91110000600037341L?q=secret").await.expect(401);
    app.anonymous().get("/nowhere/at-all").await.expect(404);
    let text = figures(&app).await;
    let count = "wellspring_http_requests_total{method=\"GET\",route=\"/readyz\",status=\"200\"} 1";
    assert!(text.contains(count), "{text}");
    assert!(
        text.contains("wellspring_http_request_duration_seconds_bucket{method=\"GET\",route=\"/readyz\",le=\"10\"} 1")
    );
    assert!(text.contains("route=\"unmatched\",status=\"404\""), "{text}");
    assert!(!text.contains("91110000600037341L") && !text.contains("secret") && !text.contains("nowhere"), "{text}");
    assert!(text.contains("wellspring_database_connections{pool="), "{text}");
    assert!(text.contains("wellspring_alerts_open{level=\"red\"} 0"), "{text}");
    assert!(text.contains("wellspring_changes_unsealed 0"), "{text}");
}

#[apply(both_databases)]
async fn the_queue_is_visible(outbox: Outbox) {
    outbox.sink.add(Rule::answer(SinkStage::Recipient, "550 5.1.1 No such user").for_recipient("gone@xinghe.test"));
    outbox.write("gone@xinghe.test");
    outbox.write("zhang@xinghe.test");
    jobs::run_due(&outbox.app.app, &outbox.transport()).await.unwrap();
    outbox.write_many(3);
    outbox.app.advance(TimeDelta::seconds(90));
    let text = figures(&outbox.app).await;
    for line in [
        "wellspring_mail_messages{state=\"pending\"} 3",
        "wellspring_mail_messages{state=\"sending\"} 0",
        "wellspring_mail_messages{state=\"dead\"} 1",
        "wellspring_mail_oldest_unsent_seconds 90",
        "wellspring_mail_deliveries_total{outcome=\"sent\"} 1",
        "wellspring_mail_deliveries_total{outcome=\"dead\"} 1",
        "wellspring_mail_acceptance_seconds_count 1",
        "wellspring_job_stalled{job=\"mail_delivery\"} 0",
        "wellspring_job_failures{job=\"mail_delivery\"} 0",
        "wellspring_job_last_success_timestamp_seconds{job=\"mail_delivery\"} 1795136400",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[actix_web::test]
async fn other_machines_need_the_token() {
    use crate::support::app::Backend;
    let settings = [("WELLSPRING_METRICS_TOKEN", TOKEN)];
    let app = TestApp::with_settings(Backend::Sqlite, &settings).await.unwrap();
    let bearer = format!("Bearer {TOKEN}");
    let token = ("authorization", bearer.as_str());
    let answer = ask(&app, "192.0.2.7:4000", &[]).await.expect(401);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    ask(&app, "192.0.2.7:4000", &[("authorization", "Bearer metrics-0123456780")]).await.expect(401);
    ask(&app, "192.0.2.7:4000", &[("authorization", TOKEN)]).await.expect(401);
    ask(&app, "192.0.2.7:4000", &[token]).await.expect(200);
    ask(&app, "[::1]:4000", &[]).await.expect(200);
    ask(&app, "[::ffff:127.0.0.1]:4000", &[]).await.expect(200);
    // What a proxy on this machine passes on comes from elsewhere.
    ask(&app, "127.0.0.1:4000", &[("x-forwarded-for", "192.0.2.7")]).await.expect(401);
    ask(&app, "127.0.0.1:4000", &[("forwarded", "for=192.0.2.7"), token]).await.expect(200);
}

#[actix_web::test]
async fn without_a_token_other_machines_are_refused() {
    use crate::support::app::Backend;
    let app = TestApp::new(Backend::Sqlite).await.unwrap();
    ask(&app, "192.0.2.7:4000", &[]).await.expect(401);
    ask(&app, "192.0.2.7:4000", &[("authorization", "Bearer ")]).await.expect(401);
    ask(&app, "127.0.0.1:4000", &[]).await.expect(200);
}
