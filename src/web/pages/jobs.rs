//! How the background jobs are doing, for the administrator.

use super::{
    format,
    reader::{Reader, page},
    shell::{Area, Shell},
    words::Words,
};
use crate::{
    domain::{
        operation::job::{JobKind, JobState},
        people::role::Permission,
    },
    services::{
        Context,
        operation::jobs::{self, JobLoad, JobReport},
    },
    web::problem::Problem,
};
use actix_web::{HttpResponse, get, web::ServiceConfig};
use askama::Template;
use chrono::{DateTime, Utc};

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config.service(show);
}

crate::texts::texts! {
    /// The words of the page.
    JobsWords {
        title() { zh: "后台任务", en: "Background jobs" }
        lead() { zh: "系统在后台自动完成的工作。出错的任务会自动重试；停滞的任务需要处理。", en: "What the system does in the background. A job that fails is tried again by itself; one that is stalled needs attention." }
        job() { zh: "任务", en: "Job" }
        state() { zh: "状态", en: "State" }
        last_pass() { zh: "最近一次运行", en: "Last pass" }
        succeeded() { zh: "最近一次成功", en: "Last success" }
        load() { zh: "待办和进度", en: "Queue and progress" }
        due() { zh: "下次应运行", en: "Next due" }
        error() { zh: "最近的错误", en: "Last error" }
        never() { zh: "从未", en: "never" }
        all_the_time() { zh: "随时", en: "all the time" }
        since(waited: &str) { zh: "已过 {waited}", en: "overdue by {waited}" }
        ago(waited: &str) { zh: "{waited}前", en: "{waited} ago" }
        node(id: &str) { zh: "节点 {id}", en: "node {id}" }
        progress(done: &str, total: &str) { zh: "已评估 {done} 户，共 {total} 户", en: "assessed {done} of {total} enterprises" }
        failures(count: i32) { zh: "连续失败 {count} 次", en: "failures in a row: {count}" }
        recovered() { zh: "之后已恢复", en: "recovered since" }
        all_well() { zh: "所有任务运行正常。", en: "All jobs are running." }
        stalled(count: usize) { zh: "有 {count} 项任务停滞：请查看下面的错误和该节点的日志，并确认服务正在运行。", en: "Stalled jobs: {count}. Read the error below and the log of the node, and make sure that the server is running." }
        failing(count: usize) { zh: "有 {count} 项任务出错，系统正在自动重试。", en: "Failing jobs: {count}. The system retries them." }
        written() { zh: "运行时间大约每分钟写入一次；出错和恢复立即写入。重新载入页面可看到最新状态。在服务器上运行下面的命令，可得到同样的结果：", en: "The times of passes are written about once a minute, failures and recoveries at once. Reload the page to see the current state. On the server this command says the same:" }
        table() { zh: "后台任务列表", en: "Table of background jobs" }
    }
}

struct JobRow {
    kind: JobKind,
    name: String,
    state: JobState,
    state_name: &'static str,
    last_pass: Option<String>,
    node: Option<String>,
    succeeded: Option<String>,
    succeeded_ago: Option<String>,
    load: Option<String>,
    due: Option<String>,
    overdue: Option<String>,
    error: Option<&'static str>,
    error_note: Option<String>,
    is_failing: bool,
}

impl JobRow {
    fn of(report: &JobReport, load: JobLoad, context: &Context, w: Words, now: DateTime<Utc>) -> Self {
        let t = JobsWords(w.0);
        let at = |at: DateTime<Utc>| format::instant(context, at);
        let last = report.last.as_ref();
        let succeeded_at = last.and_then(|row| row.succeeded_at).map(|at| at.0);
        let progress = load.progress.map(|got| t.progress(&format::count(got.done), &format::count(got.total)));
        let waiting = load.waiting.map(|count| jobs::waiting_text(w.0, report.kind, count));
        let late = report.due_at.filter(|due| now - *due > report.kind.patience());
        Self {
            kind: report.kind,
            name: format::capital(report.kind.text(w.0)),
            state: report.state,
            state_name: report.state.text(w.0),
            last_pass: last.map(|row| at(row.ended_at.0)),
            node: last.map(|row| t.node(&tail(&row.node.0.to_string()))),
            succeeded: succeeded_at.map(at),
            succeeded_ago: succeeded_at.map(|at| t.ago(&format::waited(w, at, now))),
            load: waiting.or(progress),
            due: report.due_at.map(at),
            overdue: late.map(|due| t.since(&format::waited(w, due, now))),
            error: last.and_then(|row| row.last_error).map(|error| error.text(w.0)),
            error_note: last.and_then(|row| {
                let since = if row.failures > 0 { t.failures(row.failures) } else { t.recovered() };
                Some(format!("{}{}{since}", at(row.last_error_at?.0), w.0.list_separator()))
            }),
            is_failing: last.is_some_and(|row| row.failures > 0),
        }
    }
}

/// The end of an id, by which a person tells nodes apart: all begin with the time of their start.
fn tail(id: &str) -> String {
    id.rsplit('-').next().unwrap_or_default().to_owned()
}

#[derive(Template)]
#[template(path = "pages/jobs.html")]
struct JobsPage {
    shell: Shell,
    t: JobsWords,
    rows: Vec<JobRow>,
    stalled: Option<String>,
    failing: Option<String>,
}

/// The jobs.
#[get("/jobs")]
pub(crate) async fn show(reader: Reader) -> Result<HttpResponse, Problem> {
    reader.require(Permission::SeeJobs)?;
    let (app, now) = (reader.app.clone(), reader.app.now());
    let (found, shell) = reader
        .read_framed(Area::Jobs, move |connection, actor| jobs::list(connection, actor, &app.context().settings, now))
        .await?;
    let t = JobsWords(shell.language);
    let context = reader.app.context();
    let count = |state: JobState| found.iter().filter(|(report, _)| report.state == state).count();
    let told = |count: usize, text: fn(JobsWords, usize) -> String| (count > 0).then(|| text(t, count));
    page(&JobsPage {
        t,
        rows: found.iter().map(|(report, load)| JobRow::of(report, *load, context, shell.w, now)).collect(),
        stalled: told(count(JobState::Stalled), JobsWords::stalled),
        failing: told(count(JobState::Failing), JobsWords::failing),
        shell,
    })
}
