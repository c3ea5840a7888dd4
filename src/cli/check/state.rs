//! Whether the tables hold what the record says, and standings what the facts give.

use super::Finding;
use crate::{
    cli::{console::Console, failure::Failure, progress::Progress, start},
    db::{backend, values::Timestamp},
    services::{
        Error,
        records::audit::{self, StateReport},
    },
    settings::Settings,
    texts::texts,
};

/// What a comparison found.
pub(super) struct Examined {
    /// One finding a difference, or one that all agrees.
    pub(super) findings: Vec<Finding>,
    /// What could not be compared.
    pub(super) notes: Vec<String>,
}

/// Compares the tables with the record. It changes nothing.
pub(super) fn examine(console: Console, settings: &Settings) -> Result<Examined, Failure> {
    let language = console.language;
    let app = start::app(language, settings.clone())?;
    let progress = Progress::new();
    let steps = |count: i64| usize::try_from(count).unwrap_or_default();
    let compare = || -> Result<StateReport, Error> {
        let mut connection = app.database().reader()?;
        backend::snapshot(&mut connection, |connection| {
            audit::compare_state(connection, app.context(), app.today(), |done, of| {
                progress.show(comparing(language), steps(done), steps(of));
            })
        })
    };
    let compared = compare();
    progress.end();
    let report = compared.map_err(|error| Failure::of(language, &error))?;
    let locale = &app.context().settings.locale;
    let time = |at: Timestamp| locale.minute(at.0);
    let mut findings: Vec<Finding> =
        report.differences.iter().map(|difference| Err(difference.text(language, time))).collect();
    if findings.is_empty() {
        findings.push(Ok(agrees(language, report.compared)));
    }
    if report.further > 0 {
        findings.push(Err(further(language, report.further)));
    }
    Ok(Examined { findings, notes: report.not_comparable(language) })
}

texts! {
    comparing() { zh: "比对", en: "comparing" }
    agrees(compared: u64) {
        zh: "数据库内容与记录相符，共比对 {compared} 行",
        en: "what is stored agrees with the record; {compared} rows were compared",
    }
    further(count: u64) {
        zh: "另有 {count} 处不符，未逐一列出",
        en: "{count} further differences are not listed",
    }
}
