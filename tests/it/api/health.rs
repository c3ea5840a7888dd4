//! What may be asked without signing in, and how everything else is refused.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    caller::Caller,
};
use actix_web::{http::Method, test::TestRequest};
use serde_json::json;
use wellspring::domain::people::role::Role;

#[apply(both_databases)]
async fn the_process_lives_and_is_ready(app: TestApp) {
    app.anonymous().get("/healthz").await.expect(200);
    app.anonymous().get("/readyz").await.expect(200);
}

#[apply(both_databases)]
async fn a_stranger_is_refused_before_anything_else_is_looked_at(app: TestApp) {
    for path in ["/api/v1/enterprises", "/api/v1/nowhere"] {
        let answer = app.anonymous().get(path).await.expect(401);
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"wellspring\""));
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert_eq!(answer.json()["code"], "not_signed_in");
    }
}

#[apply(both_databases)]
async fn an_address_says_which_methods_it_knows(app: TestApp) {
    let leader = app.person(Role::Leader).caller;
    for (request, allow) in [
        (TestRequest::delete().uri("/api/v1/enterprises"), "GET, HEAD, POST"),
        (TestRequest::put().uri("/api/v1/visits/7"), "GET, HEAD, PATCH"),
        (TestRequest::default().method(Method::HEAD).uri("/api/v1/visits/7/withdraw"), "POST"),
        (TestRequest::post().uri("/healthz"), "GET, HEAD"),
        (TestRequest::post().uri("/openapi.json"), "GET, HEAD"),
    ] {
        let answer = leader.send(request).await.expect(405);
        assert_eq!((answer.header("allow"), answer.json()["code"].as_str()), (Some(allow), Some("method_not_allowed")));
    }
}

#[apply(both_databases)]
async fn what_can_be_read_can_be_asked_for_with_head(app: TestApp) {
    let leader = app.person(Role::Leader).caller;
    let path = format!("/api/v1/enterprises/{}", app.enterprise("星河").id);
    for path in ["/healthz", "/openapi.json", "/docs/", "/api/v1/enterprises", &path] {
        let (head, get) = (TestRequest::default().method(Method::HEAD).uri(path), TestRequest::get().uri(path));
        let (head, get) = (leader.send(head).await.expect(200), leader.send(get).await.expect(200));
        for name in ["etag", "content-type"] {
            assert_eq!(head.header(name), get.header(name), "{path}");
        }
    }
    app.anonymous().send(TestRequest::default().method(Method::HEAD).uri(&path)).await.expect(401);
}

#[apply(both_databases)]
async fn the_language_of_an_account_holds_for_refusals_too(app: TestApp) {
    let leader = app.person(Role::Leader);
    leader.caller.if_match("*").patch("/api/v1/me", json!({"language": "en"})).await.expect(200);
    let detail =
        async |caller: &Caller, path: &str| caller.get(path).await.json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(detail(&leader.caller, "/api/v1/nowhere").await, "There is nothing at this address.");
    let unknown = format!("/api/v1/visits/{}", leader.id);
    assert_eq!(detail(&leader.caller, &unknown).await, "It does not exist, or it is outside your scope.");
    assert_eq!(
        detail(&leader.caller.with_header("accept-language", "fr"), &unknown).await,
        "It does not exist, or it is outside your scope."
    );
    assert_eq!(
        detail(&leader.caller.with_header("accept-language", "zh-CN"), &unknown).await,
        "没有找到，或不在您的范围内。"
    );
}

#[apply(both_databases)]
async fn nothing_at_an_address_is_a_problem_in_the_callers_language(app: TestApp) {
    let answer = app.anonymous().get("/nowhere").await.expect(404);
    assert_eq!(answer.json()["detail"], "没有这个地址。");
    assert_eq!(answer.header("x-request-id"), answer.json()["request_id"].as_str());
}
