//! Every refusal as `application/problem+json` (RFC 9457): code, sentence in the caller's language, pointers to fields.

use crate::{
    domain::people::role::Permission,
    services::{Error, FieldError, Invalid},
    texts::{Explain, Language, texts},
};
use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use serde::Serialize;
use std::fmt;
use utoipa::ToSchema;

/// Why a request is answered with a problem; rendered by the middleware `problems`, which knows language and request id.
#[derive(Debug)]
pub enum Problem {
    /// A use case was refused or failed.
    UseCase(Error),
    /// The request did not get as far as a use case.
    Edge(Edge),
}

/// What can be wrong with a request before it reaches a use case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edge {
    /// No such route.
    NoRoute,
    /// The route does not know the method; those it knows, as in `Allow`.
    Method(String),
    /// The body is not JSON.
    MalformedJson,
    /// The body is larger than taken.
    TooLarge,
    /// The body is not of a kind that is read here.
    MediaType,
    /// A header cannot be read.
    Header(&'static str),
    /// A cursor that is not of this list.
    Cursor,
    /// `If-Match` is missing.
    VersionRequired,
    /// The `Idempotency-Key` was used for another request.
    KeyReused,
    /// The request with this `Idempotency-Key` is still being answered.
    KeyInFlight,
    /// The form did not come from one of our own pages.
    CrossSite,
    /// Too many requests; seconds until another may be made.
    TooMany(u64),
    /// The product is not ready or too busy.
    Unavailable,
    /// Anything else the framework refuses.
    Bad,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::UseCase(error)
    }
}

impl From<Edge> for Problem {
    fn from(edge: Edge) -> Self {
        Self::Edge(edge)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UseCase(error) => error.fmt(f),
            Self::Edge(edge) => f.write_str(edge.code()),
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::UseCase(error) => status_of(error),
            Self::Edge(edge) => edge.status(),
        }
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

fn status_of(error: &Error) -> StatusCode {
    match error {
        error if error.will_pass() => StatusCode::SERVICE_UNAVAILABLE,
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Forbidden(_) | Error::Refused(_) => StatusCode::FORBIDDEN,
        Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Conflict(_) => StatusCode::CONFLICT,
        Error::Stale => StatusCode::PRECONDITION_FAILED,
        Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Connection(_) | Error::Database(_) | Error::Busy | Error::Internal(_) => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

impl Edge {
    const fn status(&self) -> StatusCode {
        match self {
            Self::NoRoute => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::MalformedJson | Self::Header(_) | Self::Cursor | Self::Bad => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::VersionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::KeyInFlight => StatusCode::CONFLICT,
            Self::CrossSite => StatusCode::FORBIDDEN,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What a bare status of the framework means.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NoRoute,
            StatusCode::METHOD_NOT_ALLOWED => Self::Method(String::new()),
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::MediaType,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            _ => Self::Bad,
        }
    }
}

impl Explain for Edge {
    fn code(&self) -> &'static str {
        match self {
            Self::NoRoute => "no_route",
            Self::Method(_) => "method_not_allowed",
            Self::MalformedJson => "malformed_json",
            Self::TooLarge => "body_too_large",
            Self::MediaType => "unsupported_media_type",
            Self::Header(_) => "bad_header",
            Self::Cursor => "bad_cursor",
            Self::VersionRequired => "version_required",
            Self::KeyReused => "idempotency_key_reused",
            Self::KeyInFlight => "idempotency_key_in_flight",
            Self::CrossSite => "cross_site",
            Self::TooMany(_) => "too_many_requests",
            Self::Unavailable => "unavailable",
            Self::Bad => "bad_request",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::NoRoute => no_route(language),
            Self::Method(_) => method(language),
            Self::MalformedJson => malformed_json(language),
            Self::TooLarge => too_large(language),
            Self::MediaType => media_type(language),
            Self::Header(name) => header(language, name),
            Self::Cursor => cursor(language),
            Self::VersionRequired => version_required(language),
            Self::KeyReused => key_reused(language),
            Self::KeyInFlight => key_in_flight(language),
            Self::CrossSite => cross_site(language),
            Self::TooMany(seconds) => too_many(language, *seconds),
            Self::Unavailable => unavailable(language),
            Self::Bad => bad(language),
        }
    }
}

/// The body of a problem.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "about:blank", "title": "Unprocessable Entity", "status": 422, "code": "invalid",
    "detail": "1 field cannot be accepted.", "request_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e",
    "errors": [{"pointer": "/visited_on", "code": "in_the_future", "detail": "The date must not be in the future."}]
}))]
pub struct ProblemBody {
    /// Always `about:blank`: the code says which problem it is.
    pub r#type: &'static str,
    /// Name of the status.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What is wrong and what to do, in the caller's language.
    pub detail: String,
    /// Stable code, never translated.
    pub code: &'static str,
    /// What to quote when asking for help.
    pub request_id: String,
    /// The fields that cannot be accepted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
}

/// One field that cannot be accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// JSON pointer into the body; of a query, `/` and the name of the parameter.
    pub pointer: String,
    /// Stable code, never translated.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub detail: String,
}

impl Problem {
    /// The body for a caller.
    pub fn body(&self, language: Language, request_id: &str) -> ProblemBody {
        let status = self.status_code();
        let (code, detail) = self.explain(language);
        ProblemBody {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail,
            code,
            request_id: request_id.to_owned(),
            errors: self.fields(language),
        }
    }

    /// Seconds after which trying again makes sense.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::UseCase(Error::TooMany { retry_after }) => Some(*retry_after),
            Self::Edge(Edge::TooMany(seconds)) => Some(*seconds),
            Self::Edge(Edge::Unavailable) => Some(1),
            Self::UseCase(error) => error.will_pass().then_some(1),
            Self::Edge(_) => None,
        }
    }

    /// The methods that the address knows, where the one asked for is none of them.
    pub fn allow(&self) -> Option<String> {
        match self {
            Self::Edge(Edge::Method(known)) => Some(known.clone()),
            _ => None,
        }
    }

    fn explain(&self, language: Language) -> (&'static str, String) {
        let error = match self {
            Self::Edge(edge) => return (edge.code(), edge.text(language)),
            Self::UseCase(error) => error,
        };
        match error {
            error if error.will_pass() => ("unavailable", unavailable(language)),
            Error::NotFound => ("not_found", not_found(language)),
            Error::Forbidden(permission) => ("forbidden", forbidden_text(language, *permission)),
            Error::Refused(reason) | Error::Conflict(reason) | Error::Unauthenticated(reason) => {
                (reason.code(), reason.text(language))
            }
            Error::Invalid(invalid) => ("invalid", invalid_fields(language, invalid.0.len())),
            Error::Stale => ("stale", stale(language)),
            Error::TooMany { retry_after } => ("too_many_attempts", too_many(language, *retry_after)),
            Error::Connection(_) | Error::Database(_) | Error::Busy | Error::Internal(_) => {
                ("internal", internal(language))
            }
        }
    }

    fn fields(&self, language: Language) -> Vec<ProblemField> {
        let Self::UseCase(Error::Invalid(invalid)) = self else { return Vec::new() };
        problem_fields(invalid, language)
    }
}

/// The fields that cannot be accepted, for a caller.
pub fn problem_fields(invalid: &Invalid, language: Language) -> Vec<ProblemField> {
    let show = |field: &FieldError| ProblemField {
        pointer: field.pointer.clone(),
        code: field.reason.code(),
        detail: field.reason.text(language),
    };
    invalid.0.iter().map(show).collect()
}

fn forbidden_text(language: Language, permission: Permission) -> String {
    match permission {
        Permission::ReadLogs => forbidden_logs(language),
        _ => forbidden(language),
    }
}

texts! {
    no_route() { zh: "没有这个地址。", en: "There is nothing at this address." }
    not_found() { zh: "没有找到，或不在您的范围内。", en: "It does not exist, or it is outside your scope." }
    method() { zh: "这个地址不支持此操作。", en: "This address does not support that method." }
    malformed_json() { zh: "请求内容不是有效的 JSON。", en: "The body is not valid JSON." }
    too_large() { zh: "请求内容过大。", en: "The body is too large." }
    media_type() { zh: "请以 application/json 发送内容。", en: "Send the body as application/json." }
    header(name: &str) { zh: "无法识别请求头 {name} 的值。", en: "The value of the header {name} cannot be read." }
    cursor() { zh: "游标不属于此列表，请从第一页重新开始。", en: "The cursor does not belong to this list; start again from its first page." }
    version_required() {
        zh: "请在 If-Match 请求头中给出读取时的 ETag，以免覆盖他人的修改。",
        en: "Send the ETag you read in the If-Match header, so that you do not overwrite somebody's change.",
    }
    key_reused() {
        zh: "此 Idempotency-Key 已用于另一请求，请换用新的值。",
        en: "This Idempotency-Key was used for another request; use a new one.",
    }
    key_in_flight() { zh: "同一请求正在处理，请稍后再试。", en: "The same request is still being processed; try again shortly." }
    cross_site() { zh: "请求不是从本系统的页面发出的。", en: "The request did not come from a page of this system." }
    too_many(seconds: u64) { zh: "请求过于频繁，请在 {seconds} 秒后再试。", en: "Too many requests; try again in {seconds} seconds." }
    unavailable() { zh: "系统繁忙，请稍后再试。", en: "The service is busy; try again shortly." }
    bad() { zh: "无法理解此请求。", en: "The request cannot be understood." }
    forbidden() { zh: "您的角色不能执行此操作。", en: "Your role does not include this." }
    forbidden_logs() { zh: "日志只供审计管理员查阅。", en: "Only the auditor may read the logs." }
    invalid_fields(count: usize) { zh: "有 {count} 处内容需要修改。", en: "Fields that cannot be accepted: {count}." }
    stale() {
        zh: "您读取之后已有他人修改，请重新读取后再改。",
        en: "Somebody changed it since you read it; read it again, then make your change.",
    }
    internal() { zh: "系统出错了，已作记录；求助时请提供请求编号。", en: "Something went wrong and was logged; quote the request id when you ask for help." }
}
