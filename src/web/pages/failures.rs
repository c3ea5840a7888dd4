//! The page of a refusal: what is wrong, what to do, and the request id to quote.

use super::{display::Display, shell::Shell};
use crate::{
    domain::people::actor::Actor,
    web::{
        middleware::problems::request_id,
        problem::{Problem, ProblemField},
    },
};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use askama::Template;

crate::texts::texts! {
    /// The words of the page.
    FailureWords {
        not_found() { zh: "没有找到这个页面", en: "Page not found" }
        forbidden() { zh: "您不能查看或操作这里", en: "Your role does not include this" }
        invalid() { zh: "有内容不能接受", en: "Something cannot be accepted" }
        stale() { zh: "内容已被他人修改", en: "Somebody has changed it" }
        busy() { zh: "系统繁忙", en: "The service is busy" }
        failed() { zh: "系统出错了", en: "Something went wrong" }
        request() { zh: "请求编号", en: "Request id" }
        quote() { zh: "求助时请提供它。", en: "Quote it when you ask for help." }
        home() { zh: "返回首页", en: "Go to the start page" }
        again() { zh: "返回上一页重试", en: "Go back and try again" }
    }
}

#[derive(Template)]
#[template(path = "pages/failure.html")]
struct FailurePage {
    shell: Shell,
    t: FailureWords,
    title: String,
    detail: String,
    fields: Vec<ProblemField>,
    request_id: String,
}

/// The page of a refusal.
pub fn page(request: &HttpRequest, problem: &Problem) -> HttpResponse {
    let display = Display::of(request);
    let account = request.extensions().get::<Actor>().map(|actor| actor.language);
    let display = Display { language: display.language.or(account), ..display };
    let shell = Shell::at_the_door(request, display);
    let (language, status) = (shell.language, problem.status_code());
    let id = request_id(request);
    if status.is_server_error() {
        tracing::error!(request_id = id, error = %problem, "a page failed");
    }
    let body = problem.body(language, &id);
    let t = FailureWords(language);
    let title = title(t, status);
    let page = FailurePage { shell, t, title, detail: body.detail, fields: body.errors, request_id: id };
    let mut response = HttpResponse::build(status);
    response.content_type("text/html; charset=utf-8");
    if let Some(seconds) = problem.retry_after() {
        response.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    response.body(page.render().unwrap_or_default())
}

fn title(t: FailureWords, status: StatusCode) -> String {
    match status {
        StatusCode::NOT_FOUND => t.not_found(),
        StatusCode::FORBIDDEN => t.forbidden(),
        StatusCode::PRECONDITION_FAILED => t.stale(),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => t.busy(),
        status if status.is_server_error() => t.failed(),
        _ => t.invalid(),
    }
}
