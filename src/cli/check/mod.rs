//! `check`: the settings in force, and whether what they name works. It changes nothing and creates nothing.

mod audit;
mod database;
mod jobs;
mod mail;
mod privileges;
mod state;

use super::{
    console::{Console, columns},
    failure::Failure,
    help::Help,
};
use crate::{
    secrets::key::MasterKey,
    settings::{KeySource, Settings},
    texts::{Explain, Language, texts},
};
use audit::KeptHead;
use clap::Args;
use privileges::Examined;

/// What is checked beyond the settings.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[arg(long, value_name = "ADDRESS")]
    test_mail: Option<String>,
    #[arg(long)]
    audit: bool,
    #[arg(long, requires = "audit")]
    state: bool,
    #[arg(long, value_name = "HEAD", requires = "audit")]
    head: Vec<String>,
    #[arg(long)]
    jobs: bool,
}

pub(super) const HELP: Help = Help {
    about,
    details,
    arguments: &[("test_mail", test_mail), ("audit", audit), ("state", state), ("head", head), ("jobs", jobs)],
    commands: &[],
};

/// What came of one trial: a sentence either way.
pub(super) type Finding = Result<String, String>;

/// Prints the settings, tries what they name, and fails when anything does not work.
pub(super) fn run(console: Console, settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    let language = console.language;
    let kept = arguments.head.iter().map(|typed| KeptHead::read(language, typed));
    let kept: Vec<KeptHead> = kept.collect::<Result<_, Failure>>()?;
    print_settings(console, settings);
    let mut report = Report { console, failures: 0 };
    report.tell(label_data(language), data_directory(language, settings));
    report.tell(label_key(language), key(language, settings));
    report.tell(label_database(language), database::examine(language, settings));
    match privileges::examine(language, settings) {
        Examined::Nothing => {}
        Examined::Found(finding) => report.tell(label_record(language), finding),
        Examined::Noted(sentence) => report.note(label_record(language), &sentence),
    }
    for finding in mail::examine(console, settings, arguments.test_mail.as_deref())? {
        report.tell(label_mail(language), finding);
    }
    if arguments.audit {
        for finding in audit::examine(console, settings, &kept)? {
            report.tell(label_record(language), finding);
        }
    }
    if arguments.state {
        let state::Examined { findings, notes } = state::examine(console, settings)?;
        for finding in findings {
            report.tell(label_state(language), finding);
        }
        for note in notes {
            report.note(label_state(language), &note);
        }
    }
    if arguments.jobs {
        for found in jobs::examine(language, settings) {
            match found {
                jobs::Found::Told(finding) => report.tell(label_jobs(language), finding),
                jobs::Found::Noted(sentence) => report.note(label_jobs(language), &sentence),
            }
        }
    }
    if report.failures == 0 { Ok(()) } else { Err(Failure::failed(some_failed(language, report.failures))) }
}

struct Report {
    console: Console,
    failures: usize,
}

impl Report {
    /// Something to know that is no failure.
    fn note(&self, label: impl AsRef<str>, sentence: &str) {
        let language = self.console.language;
        self.console.print(one_finding(language, &noted(language), label.as_ref(), sentence));
    }

    fn tell(&mut self, label: impl AsRef<str>, finding: Finding) {
        let language = self.console.language;
        let (word, sentence) = match finding {
            Ok(sentence) => (works(language), sentence),
            Err(sentence) => {
                self.failures += 1;
                (fails(language), sentence)
            }
        };
        self.console.print(one_finding(language, &word, label.as_ref(), &sentence));
    }
}

fn print_settings(console: Console, settings: &Settings) {
    let language = console.language;
    let rows: Vec<Vec<String>> = settings
        .describe(language)
        .into_iter()
        .map(|line| {
            let value = line.value.unwrap_or_else(|| "-".to_owned());
            vec![format!("  {}", line.name), value, line.source.text(language), line.meaning.to_owned()]
        })
        .collect();
    console.print(in_force(language));
    console.print(columns(&rows));
    console.print("");
}

fn data_directory(language: Language, settings: &Settings) -> Finding {
    let path = settings.server.data_dir.display().to_string();
    match std::fs::metadata(&settings.server.data_dir) {
        Ok(metadata) if metadata.is_dir() => Ok(path),
        Ok(_) => Err(not_a_directory(language, &path)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(made_at_start(language, &path)),
        Err(error) => Err(format!("{path}: {error}")),
    }
}

fn key(language: Language, settings: &Settings) -> Finding {
    let source = settings.key_source();
    let place = match &source {
        KeySource::Given(_) => given_as_setting(language),
        KeySource::DataDirectory(path) if !path.exists() => {
            return Ok(made_at_start(language, &path.display().to_string()));
        }
        KeySource::File(path) | KeySource::DataDirectory(path) => path.display().to_string(),
    };
    MasterKey::obtain(&source).map(|_| place).map_err(|error| error.text(language))
}

texts! {
    about() { zh: "查看生效的设置，检查数据库、密钥和邮件服务器", en: "Show the settings in force; check the database, the key and the mail server" }
    details() {
        zh: "打印每项设置的值、来源和含义（秘密不显示），然后逐项检查。设置有误时一次列出全部错误。
不会建立或修改任何东西；--audit 会记下核验的结果。有一项失败时退出码为 1，设置有误时为 2。

示例：
  wellspring check
  wellspring check --test-mail li.wei@example.gov.cn
  wellspring check --audit
  wellspring check --audit --state
  wellspring check --audit --head changes:1042:9b1c…
  wellspring check --jobs",
        en: "Prints each setting with its value, where it came from and what it means (secrets hidden), then tries what they name.
Errors in the settings are told all at once. Nothing is made or changed, but --audit notes how far the record held. Exit code 1 when something fails, 2 when the settings are wrong.

Examples:
  wellspring check
  wellspring check --test-mail li.wei@example.gov.cn
  wellspring check --audit
  wellspring check --audit --state
  wellspring check --audit --head changes:1042:9b1c…
  wellspring check --jobs",
    }
    test_mail() { zh: "向此地址发送一封测试邮件", en: "Send a test mail to this address" }
    audit() { zh: "从头核验变更和查阅记录，并打印链首", en: "Verify the record of changes and reads from its beginning, and print its heads" }
    state() {
        zh: "再将数据库中的每一项与最后一次记录比对，各批次与校验值比对，并按事实重新评估各企业；只读，不作修改",
        en: "Also compare each stored field with what was recorded last and each batch with its digest, and assess all enterprises from the facts; reads only",
    }
    head() {
        zh: "以前打印或寄出的链首（changes:位置:校验值），记录必须仍与它相符；可以多次给出",
        en: "A head that was printed or mailed before (changes:PLACE:HASH) and must still agree; may be given more than once",
    }
    jobs() { zh: "查看每项后台任务的状态；有任务停滞即为失败", en: "Show how each background job is doing; a stalled job is a failure" }
    label_jobs() { zh: "后台任务", en: "job" }
    label_record() { zh: "记录", en: "record" }
    label_state() { zh: "数据", en: "data" }
    noted() { zh: "注意", en: "note" }
    in_force() { zh: "生效的设置：", en: "Settings in force:" }
    works() { zh: "正常", en: "ok" }
    fails() { zh: "失败", en: "FAILED" }
    one_finding(word: &str, label: &str, sentence: &str) { zh: "{word}  {label}：{sentence}", en: "{word}  {label}: {sentence}" }
    label_data() { zh: "数据目录", en: "data directory" }
    label_key() { zh: "密钥", en: "key" }
    label_database() { zh: "数据库", en: "database" }
    label_mail() { zh: "邮件", en: "mail" }
    made_at_start(path: &str) { zh: "{path}（首次启动时建立）", en: "{path} (created at the first start)" }
    not_a_directory(path: &str) { zh: "{path} 不是目录", en: "{path} is not a directory" }
    given_as_setting() { zh: "由设置项 secret_key 给出", en: "given by the setting secret_key" }
    some_failed(count: usize) { zh: "有 {count} 项检查失败。", en: "Checks that failed: {count}." }
}
