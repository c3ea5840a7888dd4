//! Counts, times and logs every request: method, route template, status, time and request id. No paths as called, no queries,
//! no addresses, so that neither logs nor figures carry personal data.

use crate::{app::App, meters::name, web::middleware::problems::request_id};
use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web::Data,
};
use std::time::{Duration, Instant};

/// Wraps every request, outside of everything that may still change its answer.
pub async fn observe<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let started = Instant::now();
    let app = request.app_data::<Data<App>>().cloned();
    let method = method(request.method());
    let answer = next.call(request).await;
    let elapsed = started.elapsed();
    match &answer {
        Ok(response) => {
            let route = response.request().match_pattern().unwrap_or_else(|| UNMATCHED.to_owned());
            let status = response.status().as_u16();
            let id = request_id(response.request());
            log(method, &route, status, elapsed, &id);
            if let Some(app) = app {
                app.meters().within(|| measure(method, route, status, elapsed));
            }
        }
        Err(error) => tracing::error!(method, %error, "a request broke off"),
    }
    answer
}

/// Stands for every address that is none of ours.
const UNMATCHED: &str = "unmatched";

fn log(method: &str, route: &str, status: u16, elapsed: Duration, request_id: &str) {
    let ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    if matches!(route, "/healthz" | "/readyz" | "/metrics") && status < 400 {
        tracing::debug!(method, route, status, ms, request_id, "request");
    } else {
        tracing::info!(method, route, status, ms, request_id, "request");
    }
}

fn measure(method: &'static str, route: String, status: u16, elapsed: Duration) {
    metrics::histogram!(name::REQUEST_SECONDS, "method" => method, "route" => route.clone()).record(elapsed);
    metrics::counter!(name::REQUESTS, "method" => method, "route" => route, "status" => status.to_string())
        .increment(1);
}

/// The method as a label: callers may invent methods, and each label is a figure to be kept.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
