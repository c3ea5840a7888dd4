//! What may be asked without signing in, and how everything else is refused.

use crate::support::{app::TestApp, both::both_databases};

both_databases! {
    async fn the_process_lives_and_is_ready(app: TestApp) {
        app.anonymous().get("/healthz").await.expect(200);
        app.anonymous().get("/readyz").await.expect(200);
    }

    async fn a_stranger_is_refused_before_anything_else_is_looked_at(app: TestApp) {
        for path in ["/api/v1/enterprises", "/api/v1/nowhere"] {
            let answer = app.anonymous().get(path).await.expect(401);
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"wellspring\""));
            assert_eq!(answer.header("content-type"), Some("application/problem+json"));
            assert_eq!(answer.json()["code"], "not_signed_in");
        }
    }

    async fn nothing_at_an_address_is_a_problem_in_the_callers_language(app: TestApp) {
        let answer = app.anonymous().get("/nowhere").await.expect(404);
        assert_eq!(answer.json()["detail"], "没有这个地址。");
        assert_eq!(answer.header("x-request-id"), answer.json()["request_id"].as_str());
    }
}
