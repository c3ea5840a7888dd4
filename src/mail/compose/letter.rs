//! The layout of every message, in two versions. The content of a message is in its own file.

use super::{RenderError, Rendered, clean};
use crate::{domain::watch::level::Level, texts::Language};
use askama::Template;
use url::Url;

/// Characters a subject may have: what mail programs show of it, and far below the limit of a header line.
const SUBJECT_LENGTH: usize = 120;

mod say {
    crate::texts::texts! {
        no_alert() { zh: "无预警", en: "No alert" }
        yellow_alert() { zh: "黄色预警", en: "Yellow alert" }
        orange_alert() { zh: "橙色预警", en: "Orange alert" }
        red_alert() { zh: "红色预警", en: "Red alert" }
        labelled(label: &str, value: &str) { zh: "{label}：{value}", en: "{label}: {value}" }
        greeting(name: &str) { zh: "{name}，您好：", en: "Dear {name}," }
        service_note() {
            zh: "这是 Wellspring 税源服务系统自动发出的服务提醒，请勿直接回复。",
            en: "This is an automatic service reminder from Wellspring. Please do not reply to it.",
        }
        free_choice_note() {
            zh: "企业在哪里经营由企业自主选择；我们的职责是了解需要、提供服务，企业决定迁移时同样协助办理。",
            en: "Where an enterprise operates is its own free choice. Our task is to understand what it needs, to serve it, and to help with the move if it decides to move.",
        }
    }
}

/// Name of a level as it stands in a message: 红色预警, Red alert.
pub(super) fn level_name(language: Language, level: Level) -> String {
    match level {
        Level::None => say::no_alert(language),
        Level::Yellow => say::yellow_alert(language),
        Level::Orange => say::orange_alert(language),
        Level::Red => say::red_alert(language),
    }
}

/// A level in words and colour; the word alone says it, the colour repeats it.
pub(super) struct Badge {
    word: String,
    colour: &'static str,
}

impl Badge {
    /// The colours have a contrast of at least 4.5:1 under white text (WCAG 2.2, 1.4.3).
    pub(super) fn new(language: Language, level: Level) -> Self {
        let colour = match level {
            Level::None => "#475467",
            Level::Yellow => "#8a6100",
            Level::Orange => "#b54708",
            Level::Red => "#b42318",
        };
        Self { word: level_name(language, level), colour }
    }
}

/// One enterprise in a list of alerts.
pub(super) struct Entry {
    pub(super) badge: Badge,
    pub(super) name: String,
    pub(super) what: String,
    pub(super) link: Url,
}

/// A label and its value.
pub(super) struct Fact {
    label: String,
    value: String,
}

/// One part of a message.
pub(super) enum Section {
    /// Running text; line breaks are kept.
    Paragraph(String),
    /// Text quoted from a person, with its heading.
    Quote { heading: String, text: String },
    /// Labels with values.
    Facts(Vec<Fact>),
    /// A headed list of sentences.
    Points { heading: String, points: Vec<String> },
    /// Enterprises with their levels.
    Entries(Vec<Entry>),
}

/// The link that leads into the system.
pub(super) struct Action {
    pub(super) label: String,
    pub(super) link: Url,
}

/// A message before it is written out. Every text in it is cleaned when it is put in.
pub(super) struct Letter {
    language: Language,
    subject: String,
    badge: Option<Badge>,
    title: String,
    greeting: String,
    sections: Vec<Section>,
    action: Option<Action>,
    footer: [String; 2],
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct HtmlLetter<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/letter.txt")]
struct TextLetter<'a> {
    letter: &'a Letter,
}

impl Letter {
    /// A letter with subject, title and salutation, and nothing in it yet.
    pub(super) fn new(language: Language, subject: &str, title: &str, recipient_name: &str) -> Self {
        Self {
            language,
            subject: clean::cut(&clean::one_line(subject), SUBJECT_LENGTH),
            badge: None,
            title: clean::one_line(title),
            greeting: say::greeting(language, &clean::one_line(recipient_name)),
            sections: Vec::new(),
            action: None,
            footer: [say::service_note(language), say::free_choice_note(language)],
        }
    }

    /// Shows the level above the title.
    pub(super) fn badge(mut self, level: Level) -> Self {
        self.badge = Some(Badge::new(self.language, level));
        self
    }

    /// Adds running text.
    pub(super) fn paragraph(mut self, text: &str) -> Self {
        self.sections.push(Section::Paragraph(clean::lines(text)));
        self
    }

    /// Adds what a person wrote, with its line breaks.
    pub(super) fn quote(mut self, heading: &str, text: &str) -> Self {
        self.sections.push(Section::Quote { heading: clean::one_line(heading), text: clean::lines(text) });
        self
    }

    /// Adds labels with their values; an empty value is left out with its label.
    pub(super) fn facts(mut self, facts: impl IntoIterator<Item = (String, String)>) -> Self {
        let facts: Vec<Fact> = facts
            .into_iter()
            .map(|(label, value)| Fact { label: clean::one_line(&label), value: clean::one_line(&value) })
            .filter(|fact| !fact.value.is_empty())
            .collect();
        if !facts.is_empty() {
            self.sections.push(Section::Facts(facts));
        }
        self
    }

    /// Adds a headed list; nothing when the list is empty.
    pub(super) fn points<T: AsRef<str>>(mut self, heading: &str, points: &[T]) -> Self {
        let points: Vec<String> = points.iter().map(|point| clean::one_line(point.as_ref())).collect();
        if !points.is_empty() {
            self.sections.push(Section::Points { heading: clean::one_line(heading), points });
        }
        self
    }

    /// Adds a list of enterprises with their levels.
    pub(super) fn entries(mut self, entries: Vec<Entry>) -> Self {
        self.sections.push(Section::Entries(entries));
        self
    }

    /// Closes with a link into the system.
    pub(super) fn action(mut self, label: &str, link: &Url) -> Self {
        self.action = Some(Action { label: label.to_owned(), link: link.clone() });
        self
    }

    /// A fact as one line of the text version.
    fn fact_line(&self, fact: &Fact) -> String {
        say::labelled(self.language, &fact.label, &fact.value)
    }

    /// Writes out subject, text and HTML.
    pub(super) fn render(self) -> Result<Rendered, RenderError> {
        let html = HtmlLetter { letter: &self }.render()?;
        let text = TextLetter { letter: &self }.render()?;
        Ok(Rendered { text: text.trim_end().to_owned() + "\n", html, subject: self.subject })
    }
}
