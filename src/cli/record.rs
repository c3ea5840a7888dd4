//! `record`: what the person who runs the machine may do about the record. Verifying it is part of `check`.

use super::{console::Console, failure::Failure, help::Help, start};
use crate::{
    domain::{lengths::REASON_MAX, text},
    services::records::audit,
    settings::Settings,
    texts::{Explain, texts},
};
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Resume(ResumeArguments),
}

#[derive(Debug, Args)]
struct ResumeArguments {
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

pub(super) const HELP: Help = Help { about, details, arguments: &[], commands: &[("resume", &RESUME)] };

const RESUME: Help =
    Help { about: resume_about, details: resume_details, arguments: &[("reason", reason)], commands: &[] };

pub(super) fn run(console: Console, settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    match arguments.action {
        Action::Resume(arguments) => resume(console, settings, &arguments),
    }
}

/// Lets sealing go on after a log was put back.
fn resume(console: Console, settings: Settings, arguments: &ResumeArguments) -> Result<(), Failure> {
    let language = console.language;
    let reason = text::line(&arguments.reason, REASON_MAX)
        .map_err(|error| Failure::usage(format!("--reason: {}", error.text(language))))?;
    let app = start::app(language, settings)?;
    let known = app.heads_seen();
    let (resumed, _) = app
        .write_now(&console.actor(), |tx| audit::resume(tx, &known, &reason))
        .map_err(|error| Failure::of(language, &error))?;
    let heads: Vec<_> = resumed.iter().map(|one| one.head).collect();
    app.heads().see(&heads);
    for one in &resumed {
        let log = one.head.log.text(language);
        console.print(goes_on(language, log, one.head.position + 1, &one.trouble.text(language)));
    }
    console.print(recorded(language));
    Ok(())
}

texts! {
    about() { zh: "变更和查阅记录的维护", en: "Look after the record of changes and reads" }
    details() {
        zh: "核验记录用 wellspring check --audit。

示例：
  wellspring record resume --reason '磁盘损坏，已恢复 11 月 25 日的备份'",
        en: "To verify the record, run wellspring check --audit.

Examples:
  wellspring record resume --reason 'disk failure, backup of 25 November restored'",
    }
    resume_about() { zh: "恢复备份后，让记录继续入链", en: "Let sealing go on after a backup was restored" }
    resume_details() {
        zh: "记录与链首不一致时（例如恢复了较早的备份），系统停止入链，以免把被改动的记录封存。
查明原因之后运行本命令：从现有的末尾继续入链，原因写入变更记录，审计管理员可以看到。
此前记下的链首不再要求相符；审计管理员手中的链首（--head）仍然会指出差异。

示例：
  wellspring record resume --reason '磁盘损坏，已恢复 11 月 25 日的备份'",
        en: "When the record does not agree with its head, such as after an older backup was restored, sealing stops, so that nothing tampered with is sealed.
Once you know why, this command lets it go on from the present end. The reason is recorded among the changes, where the auditor sees it.
Heads noted before need no longer agree; a head that the auditor gives by hand (--head) still shows the difference.

Examples:
  wellspring record resume --reason 'disk failure, backup of 25 November restored'",
    }
    reason() { zh: "原因，写入变更记录", en: "Why; it is recorded" }
    goes_on(log: &str, position: i64, why: &str) {
        zh: "{log}：从第 {position} 条起继续入链。此前停止的原因：{why}",
        en: "{log}: sealing goes on from place {position}. It had stopped because: {why}",
    }
    recorded() { zh: "已记入变更记录。", en: "This is on record." }
}
