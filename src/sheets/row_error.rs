//! What is wrong with a single row of a file, in both languages. Values are not repeated: they are tax data.

use crate::domain::month::Month;
use crate::texts::{Explain, Language};
use chrono::NaiveDate;
use std::fmt;

/// One thing wrong with one row. A row may have several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// 1-based row, as a spreadsheet program shows it.
    pub row: u32,
    /// The name of the column as the file writes it.
    pub column: String,
    /// What is wrong.
    pub problem: RowProblem,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowProblem {
    /// Required, and nothing is there.
    Missing,
    /// A code stored as a number, of which spreadsheet programs keep 15 digits.
    DigitsLost,
    /// A code stored as a number, which may have lost a zero in front.
    LeadingZeroLost,
    /// An error value such as `#REF!`.
    ErrorValue,
    /// A taxpayer id of 15 characters, from before 2015.
    LegacyTaxpayerId,
    /// The columns for the code and for the taxpayer id name two different enterprises.
    CodesDiffer,
    /// The same code as in another row.
    Duplicate {
        /// 1-based number of the other row.
        other_row: u32,
    },
    /// The same day as in another row.
    SameDay {
        /// 1-based number of the other row.
        other_row: u32,
    },
    /// A date after today.
    FutureDate(NaiveDate),
    /// A month after the present one.
    FutureMonth(Month),
    /// A month stored as a decimal number: 2026.1 may mean January or October.
    AmbiguousMonth,
    /// None of the values allowed.
    NotAChoice {
        /// The values allowed, in Chinese.
        zh: String,
        /// The values allowed, in English.
        en: String,
    },
    /// Refused by a rule of the domain.
    Refused {
        /// The rule's code.
        code: &'static str,
        /// The rule's sentence in Chinese.
        zh: String,
        /// The rule's sentence in English.
        en: String,
    },
}

impl RowProblem {
    /// What a rule of the domain says.
    pub(super) fn refused(error: &impl Explain) -> Self {
        Self::Refused { code: error.code(), zh: error.text(Language::Zh), en: error.text(Language::En) }
    }
}

impl Explain for RowProblem {
    fn code(&self) -> &'static str {
        match self {
            Self::Missing => "value_missing",
            Self::DigitsLost => "digits_lost",
            Self::LeadingZeroLost => "leading_zero_lost",
            Self::ErrorValue => "error_value",
            Self::LegacyTaxpayerId => "legacy_taxpayer_id",
            Self::CodesDiffer => "codes_differ",
            Self::Duplicate { .. } => "duplicate_code",
            Self::SameDay { .. } => "duplicate_day",
            Self::FutureDate(_) => "date_in_future",
            Self::FutureMonth(_) => "month_in_future",
            Self::AmbiguousMonth => "month_ambiguous",
            Self::NotAChoice { .. } => "not_a_choice",
            Self::Refused { code, .. } => code,
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Missing => say::missing(language),
            Self::DigitsLost => say::digits_lost(language),
            Self::LeadingZeroLost => say::leading_zero_lost(language),
            Self::ErrorValue => say::error_value(language),
            Self::LegacyTaxpayerId => say::legacy_taxpayer_id(language),
            Self::CodesDiffer => say::codes_differ(language),
            Self::Duplicate { other_row } => say::duplicate(language, *other_row),
            Self::SameDay { other_row } => say::same_day(language, *other_row),
            Self::FutureDate(date) => say::future_date(language, *date),
            Self::FutureMonth(month) => say::future_month(language, *month),
            Self::AmbiguousMonth => say::ambiguous_month(language),
            Self::NotAChoice { zh, en } => say::not_a_choice(language, pick(language, zh, en)),
            Self::Refused { zh, en, .. } => pick(language, zh, en).to_owned(),
        }
    }
}

fn pick<'a>(language: Language, zh: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

impl Explain for RowError {
    fn code(&self) -> &'static str {
        self.problem.code()
    }

    fn text(&self, language: Language) -> String {
        say::placed(language, self.row, &self.column, &self.problem.text(language))
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::En))
    }
}

impl std::error::Error for RowError {}

mod say {
    use super::{Month, NaiveDate};

    crate::texts::texts! {
        placed(row: u32, column: &str, problem: &str) {
            zh: "第 {row} 行“{column}”：{problem}",
            en: "Row {row}, \"{column}\": {problem}",
        }
        missing() {
            zh: "不能为空。请补填。",
            en: "Must not be empty. Fill it in.",
        }
        digits_lost() {
            zh: "代码被存成了数值，15 位之后的数字已经丢失。请把该列设为文本格式后重新填写。",
            en: "The code is stored as a number, and its digits after the 15th are lost. Format the column as text and enter it again.",
        }
        leading_zero_lost() {
            zh: "代码被存成了数值，可能丢失了开头的 0。请把该列设为文本格式后填写完整代码。",
            en: "The code is stored as a number and may have lost a zero in front. Format the column as text and enter the full code.",
        }
        error_value() {
            zh: "单元格是错误值（如 #REF!）。请修正公式或直接填写数值。",
            en: "The cell holds an error value such as #REF!. Correct the formula or enter the value itself.",
        }
        legacy_taxpayer_id() {
            zh: "这是 15 位的旧税务登记号。请改填 18 位统一社会信用代码。",
            en: "This is a 15-digit taxpayer id from before 2015. Enter the 18-character unified social credit code.",
        }
        codes_differ() {
            zh: "统一社会信用代码与纳税人识别号不一致。请核对后只保留正确的一个。",
            en: "The unified social credit code and the taxpayer id differ. Check them and keep the right one.",
        }
        duplicate(other_row: u32) {
            zh: "与第 {other_row} 行的代码重复。请只保留一行。",
            en: "The code is the same as in row {other_row}. Keep one of the two rows.",
        }
        same_day(other_row: u32) {
            zh: "与第 {other_row} 行是同一天。请只保留一行。",
            en: "The day is the same as in row {other_row}. Keep one of the two rows.",
        }
        future_date(date: NaiveDate) {
            zh: "日期 {date} 晚于今天。请核对。",
            en: "The date {date} is in the future. Check it.",
        }
        future_month(month: Month) {
            zh: "月份 {month} 晚于本月。请核对。",
            en: "The month {month} is in the future. Check it.",
        }
        ambiguous_month() {
            zh: "月份被存成了小数，无法区分 1 月和 10 月。请写成 2026-10，或设为文本格式后重新填写。",
            en: "The month is stored as a decimal number, so January and October look the same. Write 2026-10, or format the column as text.",
        }
        not_a_choice(allowed: &str) {
            zh: "不是可选的值。可填：{allowed}。",
            en: "Not one of the values allowed: {allowed}.",
        }
    }
}
