//! The test mail that an administrator sends to check the mail settings.

use super::{RenderError, Rendered, letter::Letter};
use crate::texts::Language;
use url::Url;

/// What a test mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestMail {
    /// The reader's language.
    pub language: Language,
    /// The reader's name, or address when there is no name.
    pub recipient_name: String,
    /// When it was sent, as local time.
    pub sent_at: String,
    /// The system's start page.
    pub link: Url,
}

mod say {
    crate::texts::texts! {
        subject() { zh: "【测试邮件】Wellspring 邮件设置正常", en: "[Test mail] Wellspring's mail settings work" }
        title() { zh: "测试邮件", en: "Test mail" }
        introduction() {
            zh: "收到此邮件，说明系统可以通过当前设置的邮件服务器向您发送预警。无需任何操作。",
            en: "This mail shows that alerts can reach you through the mail server that is set. You need not do anything.",
        }
        label_sent_at() { zh: "发送时间", en: "Sent" }
        action_label() { zh: "打开系统", en: "Open the system" }
    }
}

impl TestMail {
    /// Writes the test mail out.
    pub fn render(&self) -> Result<Rendered, RenderError> {
        let language = self.language;
        Letter::new(language, &say::subject(language), &say::title(language), &self.recipient_name)
            .paragraph(&say::introduction(language))
            .facts([(say::label_sent_at(language), self.sent_at.clone())])
            .action(&say::action_label(language), &self.link)
            .render()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn says_when_and_where_from_in_both_languages() {
        for (language, word) in [(Language::Zh, "测试邮件"), (Language::En, "Test mail")] {
            let mail = TestMail {
                language,
                recipient_name: "admin@district.test".into(),
                sent_at: "2026-11-22 16:20".into(),
                link: Url::parse("https://ws.test/").unwrap(),
            };
            let rendered = mail.render().unwrap();
            assert!(rendered.subject.contains(word));
            for version in [&rendered.text, &rendered.html] {
                assert!(version.contains("2026-11-22 16:20") && version.contains("https://ws.test/"));
            }
        }
    }
}
