//! The mail that takes the heads of the record out of the machine, to the auditor.

use super::{RenderError, Rendered, letter::Letter};
use crate::texts::Language;
use url::Url;

/// One log in the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadLine {
    /// The log's name, in the reader's language.
    pub log: String,
    /// How far it reaches.
    pub position: i64,
    /// The head as `check --audit --head` takes it: `changes:1042:9b1c…`; none of a log that holds nothing or is in trouble.
    pub head: Option<String>,
    /// Why nothing more is sealed in it, in the reader's language.
    pub trouble: Option<String>,
}

/// What the mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadsMail {
    /// The reader's language.
    pub language: Language,
    /// The reader's name.
    pub recipient_name: String,
    /// When the logs reached so far, as local time.
    pub noted_at: String,
    /// Both logs.
    pub logs: Vec<HeadLine>,
    /// The page about the state of the chain.
    pub link: Url,
}

mod say {
    crate::texts::texts! {
        subject(at: &str, reached: &str) { zh: "【记录链首】{at}：{reached}", en: "[Heads of the record] {at}: {reached}" }
        subject_stopped(log: &str) { zh: "【记录停止入链】{log}", en: "[Sealing stopped] {log}" }
        reached(log: &str, position: i64) { zh: "{log} {position}", en: "{log} {position}" }
        title() { zh: "记录链首", en: "Heads of the record" }
        introduction() {
            zh: "以下是变更和查阅两条记录链此时的末尾。请保留此邮件：以后核验时用 --head 给出其中的链首，就能证明在此之前的记录没有被截掉，也没有被换回旧的内容。",
            en: "This is how far the two chains of the record reach now. Keep this mail: given to a later verification with --head, it proves that nothing up to here was cut off or put back to an older state.",
        }
        label_noted_at() { zh: "时间", en: "When" }
        heading_heads() { zh: "链首", en: "Heads" }
        heading_troubles() { zh: "需要处理", en: "To be looked into" }
        stopped(log: &str, why: &str) { zh: "{log}记录已停止入链：{why}", en: "Sealing of {log} has stopped: {why}" }
        how(head: &str) { zh: "核验命令：wellspring check --audit --head {head}", en: "To verify: wellspring check --audit --head {head}" }
        action() { zh: "查看记录链状态", en: "See the state of the chain" }
    }
}

impl HeadsMail {
    /// Writes the mail out.
    pub fn render(&self) -> Result<Rendered, RenderError> {
        let language = self.language;
        let heads: Vec<&str> = self.logs.iter().filter_map(|log| log.head.as_deref()).collect();
        let stopped = |log: &HeadLine| Some(say::stopped(language, &log.log, log.trouble.as_deref()?));
        let troubles: Vec<String> = self.logs.iter().filter_map(stopped).collect();
        let letter = Letter::new(language, &self.subject(), &say::title(language), &self.recipient_name)
            .points(&say::heading_troubles(language), &troubles)
            .paragraph(&say::introduction(language))
            .facts([(say::label_noted_at(language), self.noted_at.clone())])
            .points(&say::heading_heads(language), &heads);
        let letter = match heads.first() {
            Some(head) => letter.paragraph(&say::how(language, head)),
            None => letter,
        };
        letter.action(&say::action(language), &self.link).render()
    }

    fn subject(&self) -> String {
        if let Some(log) = self.logs.iter().find(|log| log.trouble.is_some()) {
            return say::subject_stopped(self.language, &log.log);
        }
        let reached = |log: &HeadLine| say::reached(self.language, &log.log, log.position);
        let reached: Vec<String> = self.logs.iter().map(reached).collect();
        let between = if self.language == Language::Zh { "，" } else { ", " };
        say::subject(self.language, &self.noted_at, &reached.join(between))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn mail(language: Language, trouble: Option<&str>) -> HeadsMail {
        let line = |log: &str, position, trouble: Option<&str>| HeadLine {
            log: log.to_owned(),
            position,
            head: trouble.is_none().then(|| format!("{log}:{position}:{}", "ab".repeat(32))),
            trouble: trouble.map(ToOwned::to_owned),
        };
        HeadsMail {
            language,
            recipient_name: "审计员".to_owned(),
            noted_at: "2026-11-26 02:00".to_owned(),
            logs: vec![line("changes", 1042, trouble), line("accesses", 310, None)],
            link: Url::parse("https://ws.test/audit-log/chain").unwrap(),
        }
    }

    #[test]
    fn both_heads_are_whole_in_both_versions() {
        for (language, subject) in [
            (Language::Zh, "【记录链首】2026-11-26 02:00：changes 1042，accesses 310"),
            (Language::En, "[Heads of the record] 2026-11-26 02:00: changes 1042, accesses 310"),
        ] {
            let rendered = mail(language, None).render().unwrap();
            assert_eq!(rendered.subject, subject);
            for version in [&rendered.text, &rendered.html] {
                for head in [format!("changes:1042:{}", "ab".repeat(32)), format!("accesses:310:{}", "ab".repeat(32))] {
                    assert!(version.contains(&head), "{version}");
                }
                assert!(
                    version.contains("https://ws.test/audit-log/chain") && version.contains("--head changes:1042:")
                );
            }
        }
    }

    #[test]
    fn a_log_that_stands_is_in_the_subject() {
        let rendered = mail(Language::En, Some("The head is gone.")).render().unwrap();
        assert_eq!(rendered.subject, "[Sealing stopped] changes");
        assert!(rendered.text.contains("Sealing of changes has stopped: The head is gone."));
    }
}
