//! `/jobs`: how the background jobs are doing, for the administrator. No business data.

use crate::{
    domain::{
        operation::job::{JobError, JobKind, JobState},
        people::role::Permission,
    },
    services::operation::jobs::{self, JobLoad, JobProgress, JobReport},
    web::{extract::Caller, openapi::Routes, problem::Problem},
};
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(index);
}

/// The background jobs.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobsView {
    /// Every job of the product.
    pub items: Vec<JobView>,
}

/// A background job.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "job": "nightly", "state": "running", "node": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d90",
    "began_at": "2026-11-20T01:00:00Z", "ended_at": "2026-11-20T01:00:00Z", "succeeded_at": "2026-11-20T01:00:00Z",
    "failures": 0, "last_error": null, "last_error_at": null, "waiting": null,
    "progress": {"done": 2000, "total": 2000}, "due_at": "2026-11-20T18:00:00Z"
}))]
pub struct JobView {
    /// Which job.
    pub job: JobKind,
    /// Whether it does what it should.
    pub state: JobState,
    /// The process that ran it last, as its log names it; `null` before the first pass.
    pub node: Option<Uuid>,
    /// When its last pass began. Times of passes are written about once a minute, failures and recoveries at once.
    pub began_at: Option<DateTime<Utc>>,
    /// When that pass ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// When a pass last ended without an error.
    pub succeeded_at: Option<DateTime<Utc>>,
    /// How many passes in a row have failed.
    pub failures: i32,
    /// What went wrong last; it stays when passes succeed again.
    pub last_error: Option<JobError>,
    /// When.
    pub last_error_at: Option<DateTime<Utc>>,
    /// How many rows wait for it; `null` for a job without a queue.
    pub waiting: Option<i64>,
    /// How far it has got; `null` where there is no such measure.
    pub progress: Option<JobProgressView>,
    /// When its work is due, or since when; `null` for a job that looks for work all the time.
    pub due_at: Option<DateTime<Utc>>,
}

/// How far a job has got.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobProgressView {
    /// Pieces done.
    pub done: i64,
    /// All pieces.
    pub total: i64,
}

impl From<JobProgress> for JobProgressView {
    fn from(progress: JobProgress) -> Self {
        Self { done: progress.done, total: progress.total }
    }
}

impl JobView {
    fn of(report: &JobReport, load: JobLoad) -> Self {
        let last = report.last.as_ref();
        Self {
            job: report.kind,
            state: report.state,
            node: last.map(|row| row.node.0),
            began_at: last.map(|row| row.began_at.0),
            ended_at: last.map(|row| row.ended_at.0),
            succeeded_at: last.and_then(|row| row.succeeded_at).map(|at| at.0),
            failures: last.map_or(0, |row| row.failures),
            last_error: last.and_then(|row| row.last_error),
            last_error_at: last.and_then(|row| row.last_error_at).map(|at| at.0),
            waiting: load.waiting,
            progress: load.progress.map(Into::into),
            due_at: report.due_at,
        }
    }
}

/// How the background jobs are doing: what each did last, what waits for it, when it is due, and whether it is stalled.
#[utoipa::path(
    tag = "jobs",
    operation_id = "list_jobs",
    responses((status = 200, description = "Every job", body = JobsView))
)]
#[get("/jobs")]
pub(crate) async fn index(caller: Caller) -> Result<HttpResponse, Problem> {
    caller.require(Permission::SeeJobs)?;
    let app = caller.app.clone();
    let found =
        caller.read(move |connection, actor| jobs::list(connection, actor, &app.context().settings, app.now())).await?;
    let items = found.iter().map(|(report, load)| JobView::of(report, *load)).collect();
    Ok(HttpResponse::Ok().json(JobsView { items }))
}
