//! Whether the record is whole: both logs walked from the first record and compared with what was noted of them, and their
//! heads printed to be kept elsewhere.

use super::Finding;
use crate::{
    app::App,
    cli::{console::Console, failure::Failure, progress::Progress, start},
    db::{backend, records::read_journal::ReadJournal},
    domain::{records::record::RecordLog, text},
    services::{
        Error,
        records::audit::{self, JournalVerification, LogVerification, Noted, NotedIn, Verification},
    },
    settings::Settings,
    texts::{Explain, Language, texts},
};
use chrono::{DateTime, Utc};

/// A head that somebody kept: `[LOG:]POSITION:HASH`. Without a log it is one of the changes, as older versions printed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeptHead(Noted);

impl KeptHead {
    /// Reads a head as it was printed or mailed.
    pub(super) fn read(language: Language, typed: &str) -> Result<Self, Failure> {
        let malformed = || Failure::usage(malformed_head(language, typed));
        let parts: Vec<&str> = typed.trim().split(':').collect();
        let (log, position, hash) = match parts.as_slice() {
            [log, position, hash] => (log.parse().map_err(|_| malformed())?, position, hash),
            [position, hash] => (RecordLog::Changes, position, hash),
            _ => return Err(malformed()),
        };
        let position: i64 = position.parse().ok().filter(|position| *position > 0).ok_or_else(malformed)?;
        let hash = text::unhex(hash).and_then(|bytes| bytes.try_into().ok()).ok_or_else(malformed)?;
        Ok(Self(Noted { log, position, hash, keyed_from: None, at: None, source: NotedIn::ByHand }))
    }
}

/// Verifies the record and remembers how far it held; one finding a log, and one for each file of heads that was altered.
pub(super) fn examine(console: Console, settings: &Settings, kept: &[KeptHead]) -> Result<Vec<Finding>, Failure> {
    let language = console.language;
    let app = start::app(language, settings.clone())?;
    let progress = Progress::new();
    let verified = verify(console, &app, &progress, kept);
    progress.end();
    let (verification, unreadable) = verified.map_err(|error| Failure::of(language, &error))?;
    let mut findings: Vec<Finding> = verification.logs.iter().map(|log| finding(&app, language, log)).collect();
    findings.extend(journal(language, &app));
    if unreadable > 0 {
        findings.push(Err(altered_file(language, unreadable)));
    }
    Ok(findings)
}

/// What was found, and how many lines of the file of heads are none of ours.
fn verify(console: Console, app: &App, progress: &Progress, kept: &[KeptHead]) -> Result<(Verification, usize), Error> {
    let language = console.language;
    let steps = |count: i64| usize::try_from(count).unwrap_or_default();
    let keys = &app.context().record;
    // What was noted is read before what the database holds, since a server may seal meanwhile.
    let seen = app.heads_seen();
    let sent = app.heads().sent();
    let noted = seen.iter().map(|head| Noted::of(head, NotedIn::Seen));
    let noted = noted.chain(sent.heads.iter().map(|head| Noted::of(head, NotedIn::Sent)));
    let noted: Vec<Noted> = noted.chain(kept.iter().map(|head| head.0)).collect();
    let mut connection = app.database().reader()?;
    let verification: Verification = backend::snapshot(&mut connection, |connection| {
        audit::verify(connection, keys, &noted, |done, of| {
            progress.show(verifying(language), steps(done), steps(of));
        })
    })?;
    drop(connection);
    let mut connection = app.database().writer()?;
    backend::transaction(&mut connection, |connection| {
        audit::note_verification(connection, keys, &console.actor(), app.now(), &verification)
    })?;
    Ok((verification, sent.unreadable))
}

/// What is found of the reads that are not in their table yet; nothing where reads go into it at once, or none waits.
fn journal(language: Language, app: &App) -> Option<Finding> {
    let waiting = match ReadJournal::of(app.database().location())?.waiting() {
        Ok(waiting) => waiting,
        Err(error) => return Some(Err(journal_unreadable(language, &error.to_string()))),
    };
    match audit::verify_journal(&app.context().record, waiting) {
        JournalVerification { waiting: 0, altered: 0 } => None,
        JournalVerification { waiting, altered: 0 } => Some(Ok(journal_whole(language, waiting))),
        JournalVerification { waiting, altered } => Some(Err(journal_altered(language, altered, waiting))),
    }
}

fn finding(app: &App, language: Language, log: &LogVerification) -> Finding {
    let name = log.log.text(language);
    let lines = |first: String| {
        let more = details(app, language, log);
        std::iter::once(first).chain(more).collect::<Vec<_>>().join("\n    ")
    };
    match log.first_broken {
        None => Ok(lines(whole(language, name, log.checked, log.waiting))),
        Some(broken) => {
            let place = match broken.position {
                Some(position) => at_place(language, position),
                None => without_place(language),
            };
            Err(lines(tampered(language, name, &place, &broken.why.text(language), log.checked)))
        }
    }
}

/// What else there is to know: where the log begins to be keyed, its head, what nobody could prove, and what was given up.
fn details(app: &App, language: Language, log: &LogVerification) -> Vec<String> {
    let locale = &app.context().settings.locale;
    let time = |at: Option<DateTime<Utc>>| at.map(|at| locale.minute(at)).unwrap_or_default();
    let mut lines = Vec::new();
    lines.extend(log.keyed_from.map(|from| match from {
        1 => every_record_keyed(language),
        from => keyed_since(language, from),
    }));
    if log.checked > 0 {
        lines.push(head(language, &audit::written_place(log.log, log.checked, &log.hash)));
    }
    lines.push(match log.last_sent {
        None => never_sent(language),
        Some(sent) if log.not_provable() == 0 => all_provable(language, sent.position),
        Some(sent) => not_provable(language, sent.position, &time(sent.at), log.not_provable()),
    });
    lines.extend(log.given_up.first().map(|noted| given_up(language, noted.position, &time(noted.at))));
    lines
}

texts! {
    verifying() { zh: "核验", en: "verifying" }
    malformed_head(typed: &str) {
        zh: "--head：“{typed}”不是链首。应为 changes:位置:校验值 或 accesses:位置:校验值，校验值是 64 位十六进制数字",
        en: "--head: \"{typed}\" is no head. Write changes:PLACE:HASH or accesses:PLACE:HASH, the hash as 64 hexadecimal digits",
    }
    whole(log: &str, checked: i64, waiting: i64) {
        zh: "{log}：{checked} 条记录全部完好，另有 {waiting} 条等待入链",
        en: "all {checked} {log} hold, {waiting} wait for their place",
    }
    at_place(position: i64) { zh: "第 {position} 条", en: "at place {position}" }
    without_place() { zh: "没有链上位置的记录中", en: "among the records without a place" }
    tampered(log: &str, place: &str, why: &str, checked: i64) {
        zh: "{log}，{place}：{why}从头起有 {checked} 条完好",
        en: "{log}, {place}: {why} {checked} hold from the first on",
    }
    every_record_keyed() { zh: "全部记录带密钥校验值", en: "every record is authenticated with the key" }
    keyed_since(from: i64) {
        zh: "自第 {from} 条起带密钥校验值；此前由旧版本写入，只有链的保护",
        en: "authenticated with the key from place {from} on; an older version made those before, which only the chain protects",
    }
    head(head: &str) { zh: "链首 {head}，请另行保存", en: "head {head}; keep it elsewhere" }
    never_sent() {
        zh: "还没有发出过链首：末尾是否被截掉、整体是否被换回旧的内容，无从证明",
        en: "no head went out yet: whether the end was cut off, or all of it put back to an older state, cannot be proved",
    }
    all_provable(position: i64) {
        zh: "最近发出的链首在第 {position} 条，即末尾：到此为止没有被截掉，也没有被换回旧的内容",
        en: "the last head that went out is place {position}, the end: nothing up to here was cut off or put back",
    }
    not_provable(position: i64, at: &str, count: i64) {
        zh: "最近发出的链首在第 {position} 条（{at}）；其后的 {count} 条之后是否还有记录被截掉，无从证明。手中若有更新的链首，请用 --head 给出",
        en: "the last head that went out is place {position} ({at}); whether more than the {count} after it were cut off or put back cannot be proved. Give a later head with --head if you have one",
    }
    given_up(position: i64, at: &str) {
        zh: "曾到第 {position} 条（{at}），后来恢复了旧的内容并由管理员恢复入链，见变更记录",
        en: "it had reached place {position} ({at}); it was put back later and sealing was resumed, see the record of changes",
    }
    journal_whole(waiting: usize) {
        zh: "查阅日志文件中还有 {waiting} 条等待写入数据库，全部完好",
        en: "the journal of reads holds {waiting} that are not in the database yet; all of them hold",
    }
    journal_altered(altered: usize, waiting: usize) {
        zh: "查阅日志文件中有 {altered} 条不是由本系统写入的，或被改动过；另有 {waiting} 条完好",
        en: "the journal of reads holds {altered} lines that this product did not write, or that were altered; {waiting} hold",
    }
    journal_unreadable(reason: &str) {
        zh: "无法读取查阅日志文件：{reason}",
        en: "the journal of reads cannot be read: {reason}",
    }
    altered_file(lines: usize) {
        zh: "数据目录中的 record-heads.log 有 {lines} 行不是由本系统写入的，或被改动过",
        en: "record-heads.log in the data directory holds {lines} lines that this product did not write, or that were altered",
    }
}
