//! The sentence that explains a factor to a person: what was found and when, its threshold, and its points.

use super::factor::{Factor, Threshold};
use super::{
    evidence::{Evidence, EvidenceKind},
    evidence_key::{DECLINE_MONTHS, EvidenceKey},
};
use crate::texts::Language;

/// How a reader sees amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amounts {
    /// Exact figures.
    Figures,
    /// Bands only: not even the exact percentage of a decline.
    Bands,
}

impl Amounts {
    /// Whether exact figures are shown.
    pub const fn are_figures(self) -> bool {
        matches!(self, Self::Figures)
    }
}

impl Factor {
    /// One plain sentence with the finding of the newest evidence, its date, the threshold and the weight.
    pub fn text(&self, language: Language, amounts: Amounts) -> String {
        let Some(newest) = self.evidence.first() else { return self.rule.text(language).to_owned() };
        let finding = self.finding(newest, language, amounts);
        let threshold = self.threshold.text(language);
        let weight = match self.floor {
            Some(floor) => say::weight_level(language, floor.text(language)),
            None if self.points == self.full_points => say::weight_points(language, self.points),
            None => say::weight_faded(language, self.points, self.full_points),
        };
        match self.evidence.len().saturating_sub(1) {
            0 => say::sentence(language, &finding, &threshold, &weight),
            more => say::sentence_with_more(language, &finding, &threshold, &weight, more),
        }
    }

    /// The finding of the newest evidence and its date alone, for a subject or a title.
    pub fn headline(&self, language: Language, amounts: Amounts) -> String {
        match self.evidence.first() {
            Some(newest) => self.finding(newest, language, amounts),
            None => self.rule.text(language).to_owned(),
        }
    }

    /// What one piece of evidence says, with its date.
    fn finding(&self, evidence: &Evidence, language: Language, amounts: Amounts) -> String {
        let day = evidence.data_on;
        match (evidence.key, evidence.kind) {
            (EvidenceKey::Visit { .. }, _) => {
                let intent = evidence.intent.map_or(self.rule.text(language), |intent| intent.text(language));
                say::found_told(language, day, intent)
            }
            (EvidenceKey::Signal(_), _) => {
                let signal = evidence.signal.map_or(self.rule.text(language), |signal| signal.text(language));
                say::found_signal(language, day, signal)
            }
            (EvidenceKey::NoVisitSince(_), EvidenceKind::Visit) => say::found_no_visit(language, day),
            (EvidenceKey::NoVisitSince(_), _) => say::found_never_visited(language, day),
            (EvidenceKey::NoReceipts(month), _) => say::found_no_receipts(language, month, day),
            (EvidenceKey::TaxDecline { month, percent }, _) => {
                let first = month.plus(1 - DECLINE_MONTHS);
                match evidence.figures.filter(|_| amounts == Amounts::Figures) {
                    Some(exact) => say::found_decline(
                        language,
                        first,
                        month,
                        exact.now_fen,
                        exact.year_ago_fen,
                        exact.percent,
                        day,
                    ),
                    None => say::found_decline_band(language, first, month, &at_least(language, percent), day),
                }
            }
        }
    }
}

impl Threshold {
    /// The threshold in words.
    pub fn text(&self, language: Language) -> String {
        match *self {
            Self::OneRecord => say::threshold_one(language),
            Self::OneRecordWithin { days } => say::threshold_one_within(language, days),
            Self::DaysWithoutVisit { days } => say::threshold_no_visit(language, days),
            Self::Decline { percent } => say::threshold_decline(language, &at_least(language, percent)),
            Self::MonthsWithoutReceipts { months, regular_at_least, regular_over_months } => {
                say::threshold_no_receipts(language, months, regular_at_least, regular_over_months)
            }
        }
    }
}

/// “At least so many percent”: 三成以上 where Chinese has a word for it.
fn at_least(language: Language, percent: u32) -> String {
    let tenths = match percent {
        10 => Some('一'),
        20 => Some('二'),
        30 => Some('三'),
        40 => Some('四'),
        50 => Some('五'),
        60 => Some('六'),
        70 => Some('七'),
        80 => Some('八'),
        90 => Some('九'),
        _ => None,
    };
    match (language, tenths) {
        (Language::Zh, Some(tenths)) => format!("{tenths}成以上"),
        (Language::Zh, None) => format!("{percent}%以上"),
        (Language::En, _) => format!("at least {percent} %"),
    }
}

mod say {
    use crate::domain::fen::Fen;
    use crate::domain::month::Month;
    use crate::texts::texts;
    use chrono::NaiveDate;

    texts! {
        /// The whole sentence.
        sentence(finding: &str, threshold: &str, weight: &str) {
            zh: "{finding}（标准：{threshold}；{weight}）。",
            en: "{finding} (threshold: {threshold}; {weight}).",
        }
        /// The whole sentence where there is older evidence of the same rule.
        sentence_with_more(finding: &str, threshold: &str, weight: &str, more: usize) {
            zh: "{finding}，另有 {more} 条同类记录（标准：{threshold}；{weight}）。",
            en: "{finding}; older records of this kind: {more} (threshold: {threshold}; {weight}).",
        }
        /// The level that a factor means by itself.
        weight_level(level: &str) {
            zh: "级别至少为{level}",
            en: "level {level} at least",
        }
        /// Points that have not faded.
        weight_points(points: i32) {
            zh: "计 {points} 分",
            en: "points: {points}",
        }
        /// Points that have faded.
        weight_faded(points: i32, full_points: i32) {
            zh: "满分 {full_points} 分，随时间衰减后计 {points} 分",
            en: "points: {points} of {full_points} after fading",
        }
        /// Said in a visit.
        found_told(day: NaiveDate, intent: &str) {
            zh: "{day} 走访中企业表示：{intent}",
            en: "The enterprise told a visitor on {day}: {intent}",
        }
        /// A reported signal.
        found_signal(day: NaiveDate, signal: &str) {
            zh: "{day} 的线索：{signal}",
            en: "Signal of {day}: {signal}",
        }
        /// No visit since the last one.
        found_no_visit(day: NaiveDate) {
            zh: "{day} 走访之后再无走访",
            en: "No visit since the one on {day}",
        }
        /// Never visited.
        found_never_visited(day: NaiveDate) {
            zh: "自 {day} 入驻以来从未走访",
            en: "Never visited since its entry on {day}",
        }
        /// No receipts from a month on.
        found_no_receipts(month: Month, day: NaiveDate) {
            zh: "自 {month} 起无税款入库，数据截至 {day}，不含一次性税收",
            en: "No receipts from {month} on, data as of {day}, one-off taxes left out",
        }
        /// A decline with its figures.
        found_decline(first: Month, last: Month, now: Fen, year_ago: Fen, percent: u32, day: NaiveDate) {
            zh: "{first} 至 {last} 入库 {now} 元，上年同期 {year_ago} 元，下降 {percent}%，数据截至 {day}，不含一次性税收",
            en: "Receipts of {first} to {last} were CNY {now} against CNY {year_ago} a year ago, down {percent} %, data as of {day}, one-off taxes left out",
        }
        /// A decline without figures.
        found_decline_band(first: Month, last: Month, at_least: &str, day: NaiveDate) {
            zh: "{first} 至 {last} 入库税款较上年同期下降{at_least}，数据截至 {day}，不含一次性税收",
            en: "Receipts of {first} to {last} are down by {at_least} on a year ago, data as of {day}, one-off taxes left out",
        }
        /// One record is enough.
        threshold_one() {
            zh: "出现一次即计",
            en: "one record is enough",
        }
        /// One record that is not too old.
        threshold_one_within(days: u32) {
            zh: "{days} 天内出现一次即计",
            en: "one record within {days} days",
        }
        /// Days without a visit.
        threshold_no_visit(days: u32) {
            zh: "满 {days} 天未走访",
            en: "{days} days without a visit",
        }
        /// A decline.
        threshold_decline(at_least: &str) {
            zh: "下降{at_least}",
            en: "down by {at_least}",
        }
        /// Months without receipts after regular payment.
        threshold_no_receipts(months: u32, regular_at_least: u32, regular_over_months: u32) {
            zh: "此前 {regular_over_months} 个月中至少 {regular_at_least} 个月有入库，随后连续 {months} 个月无入库",
            en: "{months} months in a row without receipts, after receipts in at least {regular_at_least} of {regular_over_months} months",
        }
    }
}
