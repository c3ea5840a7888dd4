//! `/metrics`: the figures of this process and of what waits in the database, in the text format of Prometheus.

use crate::{
    app::App,
    db::backend::{DbConn, PoolUse},
    domain::{operation::job::JobState, outbox::delivery::DeliveryState, watch::level::Level},
    meters::name,
    services::{
        operation::{
            backlog::{self, Backlog},
            jobs::{self, JobReport},
        },
        people::sessions,
    },
    settings::Secret,
    web::problem::Problem,
};
use ::metrics::gauge;
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{self, HeaderMap},
    web::Data,
};
use sha2::{Digest, Sha256};

/// Figures for Prometheus; answers this machine, or a caller with the token of the settings.
#[utoipa::path(
    tag = "health",
    operation_id = "get_metrics",
    responses(
        (status = 200, description = "The figures", content_type = "text/plain", body = String,
            example = "wellspring_mail_messages{state=\"pending\"} 0"),
        (status = 401, description = "Not this machine, and no token or another one"),
        (status = 503, description = "The database is not reachable"),
    ),
    security((), ("bearer" = []))
)]
#[get("/metrics")]
pub(crate) async fn figures(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let token = app.context().settings.server.metrics_token.as_ref();
    if !is_this_machine(&request) && !presents(request.headers(), token) {
        return Err(sessions::nobody().into());
    }
    let now = app.now();
    let reader = app.clone();
    let look = move |connection: &mut DbConn| {
        let jobs = jobs::reports(connection, &reader.context().settings, now)?;
        Ok((backlog::count(connection, now)?, jobs))
    };
    let (backlog, jobs) = app.read(look).await?;
    app.meters().within(|| {
        gauge_all(&backlog, &app.database().pools_in_use());
        gauge_jobs(&jobs);
    });
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(app.meters().render()))
}

/// Whether the request was made on this machine. One that a proxy on this machine passes on carries the proxy's headers.
fn is_this_machine(request: &HttpRequest) -> bool {
    let passed_on = [header::FORWARDED, header::X_FORWARDED_FOR, header::VIA];
    request.peer_addr().is_some_and(|peer| peer.ip().to_canonical().is_loopback())
        && !passed_on.iter().any(|name| request.headers().contains_key(name))
}

/// Whether the token is presented. Digests are compared, so that the time it takes tells nothing about the token.
fn presents(headers: &HeaderMap, token: Option<&Secret<String>>) -> bool {
    let presented = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let presented =
        presented.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match (presented, token) {
        (Some((_, presented)), Some(token)) => {
            Sha256::digest(presented.trim().as_bytes()) == Sha256::digest(token.expose().as_bytes())
        }
        _ => false,
    }
}

/// Every state and level gets its figure, since one that is missing cannot raise an alarm.
fn gauge_all(backlog: &Backlog, pools: &[PoolUse]) {
    for state in [DeliveryState::Pending, DeliveryState::Sending, DeliveryState::Dead] {
        gauge!(name::MAILS, "state" => state.as_str()).set(counted(&backlog.mails, state));
    }
    for level in [Level::Yellow, Level::Orange, Level::Red] {
        gauge!(name::ALERTS, "level" => level.as_str()).set(counted(&backlog.alerts, level));
    }
    gauge!(name::OLDEST_UNSENT).set(backlog.oldest_unsent.as_seconds_f64());
    gauge!(name::ALERTS_WITHOUT_RECIPIENT).set(figure(backlog.alerts_without_recipient));
    gauge!(name::UNSEALED).set(figure(backlog.unsealed_changes));
    for pool in pools {
        gauge!(name::CONNECTIONS, "pool" => pool.name, "state" => "idle").set(pool.idle);
        gauge!(name::CONNECTIONS, "pool" => pool.name, "state" => "in_use").set(pool.in_use);
    }
}

fn gauge_jobs(jobs: &[JobReport]) {
    for report in jobs {
        let job = report.kind.as_str();
        let last = report.last.as_ref();
        let succeeded_at = last.and_then(|row| row.succeeded_at).map_or(0, |at| at.0.timestamp());
        gauge!(name::JOB_STALLED, "job" => job).set(f64::from(u8::from(report.state == JobState::Stalled)));
        gauge!(name::JOB_FAILURES, "job" => job).set(last.map_or(0, |row| row.failures));
        gauge!(name::JOB_SUCCEEDED, "job" => job).set(figure(succeeded_at));
    }
}

fn counted<K: PartialEq + Copy>(counts: &[(K, i64)], key: K) -> f64 {
    counts.iter().find(|(counted, _)| *counted == key).map_or(0.0, |(_, count)| figure(*count))
}

#[allow(clippy::cast_precision_loss, reason = "exact up to nine quadrillion")]
const fn figure(count: i64) -> f64 {
    count as f64
}
