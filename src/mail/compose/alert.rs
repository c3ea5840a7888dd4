//! The mail about one alert: opened, raised, corrected, or carrying a leader's directive.

use super::{
    RenderError, Rendered,
    clean::{cut, one_line},
    letter::{Letter, level_name},
};
use crate::{domain::watch::level::Level, texts::Language};
use url::Url;

/// Characters of an enterprise's name in a subject, so that what happened stays visible behind it.
const NAME_LENGTH: usize = 50;

/// Why the mail is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertOccasion {
    /// The alert was opened.
    Opened,
    /// The alert rose from a lower level.
    Raised {
        /// The level before.
        from: Level,
    },
    /// The first hard evidence joined the alert: a move has started.
    Hardened,
    /// A record on which an earlier mail rested was withdrawn.
    Correction {
        /// The record, in the reader's language: 2026-11-20 的走访记录.
        withdrawn: String,
        /// Why, in the words of the person who withdrew it.
        reason: String,
    },
    /// A leader wrote a directive on the alert.
    Directive {
        /// Name of the leader.
        author: String,
        /// The directive, with its line breaks.
        text: String,
    },
}

/// A member of the service team as shown in a mail: no address, no phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamMember {
    /// The part in the team, in the reader's language.
    pub role: String,
    /// Name of the person.
    pub name: String,
}

/// What a mail about one alert says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertMail {
    /// The reader's language.
    pub language: Language,
    /// The reader's name.
    pub recipient_name: String,
    /// Why the mail is sent.
    pub occasion: AlertOccasion,
    /// The level now.
    pub level: Level,
    /// Name of the enterprise.
    pub enterprise_name: String,
    /// Name of the street office; left out of the mail when empty.
    pub street_name: String,
    /// The weightiest finding in few words, for the subject; empty when there is none.
    pub headline: String,
    /// The factors as sentences in the reader's language, the weightiest first. No free text of visits.
    pub what_happened: Vec<String>,
    /// Yearly tax as a band, never a figure.
    pub tax_at_stake: String,
    /// The service team.
    pub team: Vec<TeamMember>,
    /// When the alert was opened, as local time.
    pub opened_at: String,
    /// The alert in the system.
    pub link: Url,
}

mod say {
    crate::texts::texts! {
        subject_opened(level: &str, name: &str, headline: &str) { zh: "【{level}】{name}：{headline}", en: "[{level}] {name}: {headline}" }
        subject_raised(level: &str, name: &str, headline: &str) { zh: "【升级为{level}】{name}：{headline}", en: "[Raised: {level}] {name}: {headline}" }
        subject_hardened(level: &str, name: &str, headline: &str) { zh: "【{level}·外迁已启动】{name}：{headline}", en: "[{level}: move started] {name}: {headline}" }
        subject_correction(name: &str, withdrawn: &str) { zh: "【预警更正】{name}：{withdrawn}已撤回", en: "[Correction] {name}: {withdrawn} withdrawn" }
        subject_directive(name: &str, level: &str) { zh: "【领导批示】{name}（{level}）", en: "[Directive] {name} ({level})" }
        no_headline() { zh: "出现外迁迹象", en: "signs of moving" }
        intro_opened(name: &str) {
            zh: "{name}出现外迁迹象。请尽快与企业联系，了解其需要和困难，并在系统中确认收到此预警。",
            en: "{name} shows signs of moving. Please contact the enterprise soon, learn what it needs, and acknowledge the alert in the system.",
        }
        intro_raised(name: &str, from: &str, to: &str) {
            zh: "{name}的预警由{from}升级为{to}。请尽快与企业联系，了解其需要和困难，并在系统中确认收到此预警。",
            en: "The alert on {name} was raised from “{from}” to “{to}”. Please contact the enterprise soon, learn what it needs, and acknowledge the alert in the system.",
        }
        intro_hardened(name: &str) {
            zh: "{name}此前已有外迁迹象，现有确切证据表明外迁已经启动。请尽快与企业联系，了解其需要和困难，并在系统中确认收到此预警。",
            en: "{name} showed signs of moving before; hard evidence now shows that the move has started. Please contact the enterprise soon, learn what it needs, and acknowledge the alert in the system.",
        }
        intro_correction(name: &str, withdrawn: &str) {
            zh: "关于{name}，此前通知您的预警所依据的“{withdrawn}”已被撤回，系统已重新评估。以下为更正后的情况。",
            en: "An earlier mail to you about {name} rested on “{withdrawn}”, which has been withdrawn. The system assessed the enterprise again; the current state is below.",
        }
        intro_directive(author: &str, name: &str) { zh: "{author}就{name}的预警作出批示：", en: "{author} wrote a directive on the alert about {name}:" }
        heading_reason() { zh: "撤回原因", en: "Reason for the withdrawal" }
        heading_directive() { zh: "批示内容", en: "Directive" }
        heading_what_happened() { zh: "情况与依据", en: "What happened" }
        heading_team() { zh: "服务专班", en: "Service team" }
        label_enterprise() { zh: "企业", en: "Enterprise" }
        label_street() { zh: "所属街道", en: "Street office" }
        label_level() { zh: "当前级别", en: "Current level" }
        label_tax() { zh: "涉及年度税收", en: "Yearly tax at risk" }
        label_opened_at() { zh: "预警时间", en: "Alert opened" }
        member(role: &str, name: &str) { zh: "{role}：{name}", en: "{role}: {name}" }
        no_team() { zh: "尚未组建服务专班", en: "No service team yet" }
        acknowledge_action() { zh: "在系统中查看并确认收到", en: "Open and acknowledge it in the system" }
        view_action() { zh: "在系统中查看", en: "Open it in the system" }
    }
}

impl AlertMail {
    /// Writes the mail out.
    pub fn render(&self) -> Result<Rendered, RenderError> {
        let language = self.language;
        let letter = Letter::new(language, &self.subject(), &self.enterprise_name, &self.recipient_name)
            .badge(self.level)
            .paragraph(&self.introduction());
        let letter = match &self.occasion {
            AlertOccasion::Opened | AlertOccasion::Raised { .. } | AlertOccasion::Hardened => letter,
            AlertOccasion::Correction { reason, .. } => letter.quote(&say::heading_reason(language), reason),
            AlertOccasion::Directive { text, .. } => letter.quote(&say::heading_directive(language), text),
        };
        letter
            .points(&say::heading_what_happened(language), &self.what_happened)
            .facts(self.facts())
            .points(&say::heading_team(language), &self.team_lines())
            .action(&self.action(), &self.link)
            .render()
    }

    fn subject(&self) -> String {
        let language = self.language;
        let name = cut(&one_line(&self.enterprise_name), NAME_LENGTH);
        let level = level_name(language, self.level);
        match &self.occasion {
            AlertOccasion::Opened => say::subject_opened(language, &level, &name, &self.headline()),
            AlertOccasion::Raised { .. } => say::subject_raised(language, &level, &name, &self.headline()),
            AlertOccasion::Hardened => say::subject_hardened(language, &level, &name, &self.headline()),
            AlertOccasion::Correction { withdrawn, .. } => say::subject_correction(language, &name, withdrawn),
            AlertOccasion::Directive { .. } => say::subject_directive(language, &name, &level),
        }
    }

    fn headline(&self) -> String {
        match one_line(&self.headline) {
            headline if headline.is_empty() => say::no_headline(self.language),
            headline => headline,
        }
    }

    fn introduction(&self) -> String {
        let (language, name) = (self.language, one_line(&self.enterprise_name));
        match &self.occasion {
            AlertOccasion::Opened => say::intro_opened(language, &name),
            AlertOccasion::Raised { from } => {
                say::intro_raised(language, &name, &level_name(language, *from), &level_name(language, self.level))
            }
            AlertOccasion::Hardened => say::intro_hardened(language, &name),
            AlertOccasion::Correction { withdrawn, .. } => say::intro_correction(language, &name, &one_line(withdrawn)),
            AlertOccasion::Directive { author, .. } => say::intro_directive(language, &one_line(author), &name),
        }
    }

    fn action(&self) -> String {
        match self.occasion {
            AlertOccasion::Opened | AlertOccasion::Raised { .. } | AlertOccasion::Hardened => {
                say::acknowledge_action(self.language)
            }
            AlertOccasion::Correction { .. } | AlertOccasion::Directive { .. } => say::view_action(self.language),
        }
    }

    fn facts(&self) -> [(String, String); 5] {
        let language = self.language;
        [
            (say::label_enterprise(language), self.enterprise_name.clone()),
            (say::label_street(language), self.street_name.clone()),
            (say::label_level(language), level_name(language, self.level)),
            (say::label_tax(language), self.tax_at_stake.clone()),
            (say::label_opened_at(language), self.opened_at.clone()),
        ]
    }

    fn team_lines(&self) -> Vec<String> {
        if self.team.is_empty() {
            return vec![say::no_team(self.language)];
        }
        self.team.iter().map(|person| say::member(self.language, &person.role, &person.name)).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use rstest::rstest;

    fn mail(language: Language, occasion: AlertOccasion) -> AlertMail {
        AlertMail {
            language,
            recipient_name: "张三".into(),
            occasion,
            level: Level::Red,
            enterprise_name: "星河科技有限公司".into(),
            street_name: "望江街道".into(),
            headline: "企业告知已决定外迁".into(),
            what_happened: vec!["企业告知已决定外迁。".into(), "近三个月税收下降 35%。".into()],
            tax_at_stake: "100–500万".into(),
            team: vec![TeamMember { role: "组长".into(), name: "李四".into() }],
            opened_at: "2026-11-22 16:20".into(),
            link: Url::parse("https://ws.test/alerts/1?a=1&b=2").unwrap(),
        }
    }

    #[rstest]
    #[case(Language::Zh, AlertOccasion::Opened, "【红色预警】星河科技有限公司：企业告知已决定外迁")]
    #[case(Language::En, AlertOccasion::Opened, "[Red alert] 星河科技有限公司: 企业告知已决定外迁")]
    #[case(
        Language::Zh,
        AlertOccasion::Raised { from: Level::Orange },
        "【升级为红色预警】星河科技有限公司：企业告知已决定外迁"
    )]
    #[case(Language::Zh, AlertOccasion::Hardened, "【红色预警·外迁已启动】星河科技有限公司：企业告知已决定外迁")]
    #[case(Language::En, AlertOccasion::Hardened, "[Red alert: move started] 星河科技有限公司: 企业告知已决定外迁")]
    #[case(
        Language::Zh,
        AlertOccasion::Correction { withdrawn: "2026-11-20 的走访记录".into(), reason: "记错企业".into() },
        "【预警更正】星河科技有限公司：2026-11-20 的走访记录已撤回"
    )]
    #[case(
        Language::Zh,
        AlertOccasion::Directive { author: "王五".into(), text: "请今日走访".into() },
        "【领导批示】星河科技有限公司（红色预警）"
    )]
    fn subject_says_occasion_level_and_name(
        #[case] language: Language,
        #[case] occasion: AlertOccasion,
        #[case] subject: &str,
    ) {
        assert_eq!(mail(language, occasion).render().unwrap().subject, subject);
    }

    #[rstest]
    fn text_and_html_are_equally_complete(
        #[values(Language::Zh, Language::En)] language: Language,
        #[values(
            AlertOccasion::Opened,
            AlertOccasion::Raised { from: Level::Yellow },
            AlertOccasion::Hardened,
            AlertOccasion::Correction { withdrawn: "走访记录".into(), reason: "记错了企业".into() },
            AlertOccasion::Directive { author: "王区长".into(), text: "今日联系企业".into() }
        )]
        occasion: AlertOccasion,
    ) {
        let mut expected = vec![
            "张三",
            "星河科技有限公司",
            "望江街道",
            "企业告知已决定外迁。",
            "近三个月税收下降 35%。",
            "100–500万",
            "李四",
            "2026-11-22 16:20",
            "https://ws.test/alerts/1",
        ];
        match occasion {
            AlertOccasion::Correction { .. } => expected.extend(["走访记录", "记错了企业"]),
            AlertOccasion::Directive { .. } => expected.extend(["王区长", "今日联系企业"]),
            AlertOccasion::Opened | AlertOccasion::Raised { .. } | AlertOccasion::Hardened => {}
        }
        expected.push(if language == Language::Zh { "自主选择" } else { "free choice" });
        let rendered = mail(language, occasion).render().unwrap();
        for part in expected {
            assert!(rendered.text.contains(part), "text lacks {part}: {}", rendered.text);
            assert!(rendered.html.contains(part), "HTML lacks {part}");
        }
    }

    #[test]
    fn hostile_names_stay_text() {
        let mut mail = mail(Language::Zh, AlertOccasion::Opened);
        mail.enterprise_name = "<script>alert(1)</script>\r\nBcc: a@b.test\u{202E}".into();
        let rendered = mail.render().unwrap();
        assert!(!rendered.subject.contains(['\r', '\n', '\u{202E}']));
        assert!(!rendered.html.contains("<script") && !rendered.html.contains('\u{202E}'));
        assert!(rendered.html.contains("alert(1)"));
        assert!(!rendered.text.contains('\u{202E}') && !rendered.text.contains("\nBcc:"));
    }

    #[test]
    fn a_long_name_leaves_room_for_what_happened() {
        let mut mail = mail(Language::Zh, AlertOccasion::Opened);
        mail.enterprise_name = "长".repeat(300);
        mail.headline = "情".repeat(300);
        let subject = mail.render().unwrap().subject;
        assert_eq!(subject.chars().count(), 120);
        assert!(subject.contains("…：情"));
    }

    #[test]
    fn no_mail_asks_to_hold_up_a_move() {
        for language in [Language::Zh, Language::En] {
            let rendered = mail(language, AlertOccasion::Opened).render().unwrap();
            for word in ["不得", "暂缓", "阻止", "挽留", "hold", "delay", "prevent", "stop"] {
                assert!(!rendered.text.contains(word), "{word} in {}", rendered.text);
            }
        }
    }
}
