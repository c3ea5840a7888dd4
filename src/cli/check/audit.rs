//! Whether the record of changes is whole: every change walked from the first, and the head printed to be kept elsewhere.

use super::Finding;
use crate::domain::text::hex;
use crate::{
    cli::{console::Console, failure::Failure, progress::Progress, start},
    services::{Error, audit},
    settings::Settings,
    texts::{Explain, Language, texts},
};

/// Walks the chain and remembers how far it held.
pub(super) fn examine(console: Console, settings: &Settings) -> Result<Finding, Failure> {
    let language = console.language;
    let app = start::app(language, settings.clone())?;
    let progress = Progress::new();
    let walked = walk(console, &app, &progress);
    progress.end();
    let verification = walked.map_err(|error| Failure::of(language, &error))?;
    Ok(finding(language, &verification))
}

fn walk(console: Console, app: &crate::app::App, progress: &Progress) -> Result<audit::Verification, Error> {
    let language = console.language;
    let steps = |count: i64| usize::try_from(count).unwrap_or_default();
    let mut connection = app.database().reader()?;
    let verification = audit::verify(&mut connection, &app.context().chain, |done, of| {
        progress.show(walking(language), steps(done), steps(of));
    })?;
    drop(connection);
    let mut connection = app.database().writer()?;
    audit::note_verification(&mut connection, &console.actor(), app.now(), &verification)?;
    Ok(verification)
}

fn finding(language: Language, verification: &audit::Verification) -> Finding {
    let hash = hex(&verification.hash);
    match verification.first_broken {
        None => Ok(whole(language, verification.checked, verification.unsealed, &hash)),
        Some(broken) => {
            let place = match broken.position {
                Some(position) => at_place(language, position),
                None => before_sealing(language),
            };
            Err(tampered(language, &place, &broken.why.text(language), verification.checked, &hash))
        }
    }
}

texts! {
    walking() { zh: "核验", en: "verifying" }
    whole(checked: i64, unsealed: i64, hash: &str) {
        zh: "{checked} 条记录全部完好，另有 {unsealed} 条等待入链；链首 {checked}:{hash}。请把链首另行保存",
        en: "all {checked} changes hold, {unsealed} wait for their place; head {checked}:{hash}. Keep the head elsewhere",
    }
    at_place(position: i64) { zh: "第 {position} 条", en: "at place {position}" }
    before_sealing() { zh: "等待入链的记录中", en: "among the changes that wait for their place" }
    tampered(place: &str, why: &str, checked: i64, hash: &str) {
        zh: "{place}：{why}此前 {checked} 条完好，链首 {checked}:{hash}",
        en: "{place}: {why} The {checked} before it hold, head {checked}:{hash}",
    }
}
