//! One mail instead of many: the alerts that one import opened for one person.

use super::{
    RenderError, Rendered,
    clean::one_line,
    letter::{Badge, Entry, Letter, level_name},
};
use crate::{domain::watch::level::Level, texts::Language};
use url::Url;

/// One alert in a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestEntry {
    /// The level now.
    pub level: Level,
    /// Name of the enterprise.
    pub enterprise_name: String,
    /// The weightiest factor as a sentence in the reader's language.
    pub what: String,
    /// The alert in the system.
    pub link: Url,
}

/// What a digest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestMail {
    /// The reader's language.
    pub language: Language,
    /// The reader's name.
    pub recipient_name: String,
    /// The import, as people call it: source and data date, or the name of the file.
    pub import_label: String,
    /// The alerts, in the order in which they are to be read.
    pub entries: Vec<DigestEntry>,
}

mod say {
    crate::texts::texts! {
        subject(count: usize, label: &str) { zh: "【预警汇总】{count} 户企业：{label}", en: "[Alert digest] {count} enterprises: {label}" }
        title(count: usize) { zh: "{count} 户企业出现外迁迹象", en: "{count} enterprises show signs of moving" }
        introduction(label: &str) {
            zh: "导入“{label}”后，您服务的以下企业触发了预警。为避免逐封打扰，合并为这一封邮件。请与企业联系，了解其需要和困难，并在系统中逐一确认收到。",
            en: "The import “{label}” opened alerts on these enterprises that you serve. They come as one mail instead of many. Please contact the enterprises, learn what they need, and acknowledge each alert in the system.",
        }
        level_count(level: &str, count: usize) { zh: "{level}：{count} 户", en: "{level}: {count}" }
        heading_summary() { zh: "级别分布", en: "By level" }
    }
}

impl DigestMail {
    /// Writes the digest out.
    pub fn render(&self) -> Result<Rendered, RenderError> {
        let (language, count) = (self.language, self.entries.len());
        let label = one_line(&self.import_label);
        Letter::new(
            language,
            &say::subject(language, count, &label),
            &say::title(language, count),
            &self.recipient_name,
        )
        .paragraph(&say::introduction(language, &label))
        .points(&say::heading_summary(language), &self.counts())
        .entries(self.entries.iter().map(|entry| entry.to_line(language)).collect())
        .render()
    }

    fn counts(&self) -> Vec<String> {
        [Level::Red, Level::Orange, Level::Yellow]
            .into_iter()
            .map(|level| (level, self.entries.iter().filter(|entry| entry.level == level).count()))
            .filter(|(_, count)| *count > 0)
            .map(|(level, count)| say::level_count(self.language, &level_name(self.language, level), count))
            .collect()
    }
}

impl DigestEntry {
    fn to_line(&self, language: Language) -> Entry {
        Entry {
            badge: Badge::new(language, self.level),
            name: one_line(&self.enterprise_name),
            what: one_line(&self.what),
            link: self.link.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_enterprise_is_in_both_versions_with_level_and_link() {
        let entry = |n: usize, level| DigestEntry {
            level,
            enterprise_name: format!("企业<{n}>"),
            what: format!("注册地址已迁出，第 {n} 行。"),
            link: Url::parse(&format!("https://ws.test/alerts/{n}")).unwrap(),
        };
        let mail = DigestMail {
            language: Language::Zh,
            recipient_name: "张三".into(),
            import_label: "税务登记\n2026-11".into(),
            entries: (0..20).map(|n| entry(n, Level::Red)).chain([entry(20, Level::Orange)]).collect(),
        };
        let rendered = mail.render().unwrap();
        assert_eq!(rendered.subject, "【预警汇总】21 户企业：税务登记 2026-11");
        assert!(rendered.text.contains("红色预警：20 户") && rendered.text.contains("橙色预警：1 户"));
        for n in 0..=20 {
            assert!(rendered.text.contains(&format!("企业<{n}>")) && !rendered.html.contains(&format!("企业<{n}>")));
            for version in [&rendered.text, &rendered.html] {
                assert!(
                    version.contains(&format!("https://ws.test/alerts/{n}"))
                        && version.contains(&format!("第 {n} 行。"))
                );
            }
        }
    }
}
