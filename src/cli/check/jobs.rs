//! How the background jobs are doing, as the server noted it. Only read: neither the jobs nor their status is touched.

use super::Finding;
use crate::{
    cli::start,
    clock::Clock,
    db::backend::{self, DbConn, Location},
    domain::operation::job::JobState,
    services::{
        Error,
        operation::jobs::{self, JobLoad, JobReport},
    },
    settings::Settings,
    texts::{Language, texts},
};
use chrono::{DateTime, Utc};

/// What was found of one job.
pub(super) enum Found {
    /// It runs, or it is stalled.
    Told(Finding),
    /// Its last pass failed, and it is tried again.
    Noted(String),
}

/// Reads the status of every job; nothing where there is no database that is up to date, which was told already.
pub(super) fn examine(language: Language, settings: &Settings) -> Vec<Found> {
    if let Location::Sqlite(path) = Location::of(&settings.database.url)
        && !path.exists()
    {
        return vec![Found::Told(Err(no_database(language)))];
    }
    let Ok(mut connection) = start::connect(language, settings) else { return Vec::new() };
    if !backend::is_migrated(&mut connection).unwrap_or_default() {
        return Vec::new();
    }
    match found(language, settings, &mut connection) {
        Ok(found) => found,
        Err(error) => vec![Found::Told(Err(error.to_string()))],
    }
}

fn found(language: Language, settings: &Settings, connection: &mut DbConn) -> Result<Vec<Found>, Error> {
    let now = Clock::system().now();
    let jobs = backend::snapshot(connection, |connection| jobs::with_load(connection, settings, now))?;
    Ok(jobs.iter().map(|(report, load)| one(language, settings, report, *load, now)).collect())
}

fn one(language: Language, settings: &Settings, report: &JobReport, load: JobLoad, now: DateTime<Utc>) -> Found {
    let sentence = sentence(language, settings, report, load, now);
    match report.state {
        JobState::Running => Found::Told(Ok(sentence)),
        JobState::Failing => Found::Noted(sentence),
        JobState::Stalled => Found::Told(Err(sentence)),
    }
}

/// Name and state, then what else there is to know.
fn sentence(language: Language, settings: &Settings, report: &JobReport, load: JobLoad, now: DateTime<Utc>) -> String {
    let time = |at: DateTime<Utc>| settings.locale.minute(at);
    let last = report.last.as_ref();
    let mut parts = vec![named(language, report.kind.text(language), report.state.text(language))];
    parts.push(match last.and_then(|row| row.succeeded_at) {
        Some(at) => succeeded(language, &time(at.0)),
        None => never_succeeded(language),
    });
    parts.extend(report.due_at.map(|due| {
        let due_text = if due < now { due_since } else { due_next };
        due_text(language, &time(due))
    }));
    parts.extend(load.waiting.map(|count| jobs::waiting_text(language, report.kind, count)));
    parts.extend(load.progress.map(|got| progress(language, got.done, got.total)));
    if let Some(row) = last.filter(|row| row.failures > 0)
        && let (Some(error), Some(at)) = (row.last_error, row.last_error_at)
    {
        parts.push(failed(language, error.text(language), &time(at.0), row.failures));
    }
    parts.join(separator(language).as_str())
}

texts! {
    separator() { zh: "；", en: "; " }
    no_database() { zh: "还没有数据库，从未运行过", en: "there is no database yet, no job has ever run" }
    named(job: &str, state: &str) { zh: "{job}{state}", en: "{job} is {state}" }
    succeeded(at: &str) { zh: "最近一次成功 {at}", en: "last success {at}" }
    never_succeeded() { zh: "从未成功", en: "no success yet" }
    due_next(at: &str) { zh: "下次应在 {at}", en: "next due {at}" }
    due_since(at: &str) { zh: "自 {at} 起应运行", en: "due since {at}" }
    progress(done: i64, total: i64) { zh: "已评估 {done} 户，共 {total} 户", en: "assessed {done} of {total} enterprises" }
    failed(error: &str, at: &str, failures: i32) {
        zh: "最近的错误：{error}（{at}，连续失败 {failures} 次；详情见该节点的日志）",
        en: "last error: {error} ({at}, failures in a row: {failures}; the log of the node says more)",
    }
}
