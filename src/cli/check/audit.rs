//! Whether the record is whole: both logs walked from the first record and compared with what was noted of them, and their
//! heads printed to be kept elsewhere.

use super::Finding;
use crate::{
    app::App,
    cli::{console::Console, failure::Failure, progress::Progress, start},
    db::backend,
    domain::text::hex,
    services::{
        Error,
        audit::{self, LogVerification, Noted, NotedIn, Verification},
    },
    settings::Settings,
    texts::{Explain, Language, texts},
};

/// Verifies the record and remembers how far it held; one finding a log.
pub(super) fn examine(console: Console, settings: &Settings) -> Result<Vec<Finding>, Failure> {
    let language = console.language;
    let app = start::app(language, settings.clone())?;
    let progress = Progress::new();
    let verified = verify(console, &app, &progress);
    progress.end();
    let verification = verified.map_err(|error| Failure::of(language, &error))?;
    Ok(verification.logs.iter().map(|log| finding(language, log)).collect())
}

fn verify(console: Console, app: &App, progress: &Progress) -> Result<Verification, Error> {
    let language = console.language;
    let steps = |count: i64| usize::try_from(count).unwrap_or_default();
    let keys = &app.context().record;
    // What was noted is read before what the database holds, since a server may seal meanwhile.
    let seen = app.heads_seen();
    let sent = app.heads().sent().heads;
    let noted = seen.iter().map(|head| Noted::of(head, NotedIn::Seen));
    let noted: Vec<Noted> = noted.chain(sent.iter().map(|head| Noted::of(head, NotedIn::Sent))).collect();
    let mut connection = app.database().reader()?;
    let verification: Verification = backend::snapshot(&mut connection, |connection| {
        audit::verify(connection, keys, &noted, |done, of| {
            progress.show(verifying(language), steps(done), steps(of));
        })
    })?;
    drop(connection);
    let mut connection = app.database().writer()?;
    audit::note_verification(&mut connection, keys, &console.actor(), app.now(), &verification)?;
    Ok(verification)
}

fn finding(language: Language, log: &LogVerification) -> Finding {
    let name = log.log.text(language);
    let head = format!("{}:{}:{}", log.log, log.checked, hex(&log.hash));
    match log.first_broken {
        None => Ok(whole(language, name, log.checked, log.waiting, &head)),
        Some(broken) => {
            let place = match broken.position {
                Some(position) => at_place(language, position),
                None => without_place(language),
            };
            Err(tampered(language, name, &place, &broken.why.text(language), log.checked, &head))
        }
    }
}

texts! {
    verifying() { zh: "核验", en: "verifying" }
    whole(log: &str, checked: i64, waiting: i64, head: &str) {
        zh: "{log}：{checked} 条记录全部完好，另有 {waiting} 条等待入链；链首 {head}。请把链首另行保存",
        en: "all {checked} {log} hold, {waiting} wait for their place; head {head}. Keep the head elsewhere",
    }
    at_place(position: i64) { zh: "第 {position} 条", en: "at place {position}" }
    without_place() { zh: "没有链上位置的记录中", en: "among the records without a place" }
    tampered(log: &str, place: &str, why: &str, checked: i64, head: &str) {
        zh: "{log}，{place}：{why}此前 {checked} 条完好，链首 {head}",
        en: "{log}, {place}: {why} The first {checked} hold, head {head}",
    }
}
