//! Money in integer fen (1/100 yuan): exact reading of 元 and 万元, checked arithmetic, and writing for people.
//!
//! No floating point anywhere. Negative amounts are refunds and are kept.

use super::text::half_width;
use crate::texts::{Explain, Language};
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// Fen in ten thousand yuan (万元).
pub const FEN_PER_WAN: i64 = 1_000_000;
/// Fen in a hundred million yuan (亿元).
pub const FEN_PER_YI: i64 = 10_000_000_000;

/// An amount of money in fen; negative for a refund.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(transparent)]
#[schema(example = 123_456_700)]
pub struct Fen(pub i64);

/// Why an amount was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::En))]
pub enum FenError {
    /// Not a decimal number.
    NotANumber,
    /// More decimals than the unit has fen.
    TooManyDecimals {
        /// Decimals allowed: 2 for 元, 6 for 万元.
        allowed: u32,
    },
    /// Beyond what can be stored, or beyond [`Fen::MAX_RECEIPT`] for one receipt.
    Overflow,
}

mod say {
    crate::texts::texts! {
        not_a_number() {
            zh: "金额不是有效的数字，例如 1,234,567.89。",
            en: "The amount is not a number such as 1,234,567.89.",
        }
        too_many_decimals(allowed: u32) {
            zh: "金额最多 {allowed} 位小数（精确到分），请核对单位和数值。",
            en: "The amount has more than {allowed} decimals, finer than one fen. Check unit and value.",
        }
        overflow() {
            zh: "金额超出范围（单笔绝对值不超过 10 万亿元），请核对单位。",
            en: "The amount is out of range (a single one is at most 10 trillion yuan either way). Check the unit.",
        }
        wan(number: &str) { zh: "{number}万元", en: "{number} ten thousand yuan" }
        hundred_million(number: &str) { zh: "{number}亿元", en: "{number} hundred million yuan" }
        million(number: &str) { zh: "{number}百万元", en: "{number} million yuan" }
        billion(number: &str) { zh: "{number}十亿元", en: "{number} billion yuan" }
        yuan(number: &str) { zh: "{number}元", en: "{number} yuan" }
    }
}

impl Explain for FenError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotANumber => "amount_not_a_number",
            Self::TooManyDecimals { .. } => "amount_too_many_decimals",
            Self::Overflow => "amount_out_of_range",
        }
    }

    fn text(&self, language: Language) -> String {
        match *self {
            Self::NotANumber => say::not_a_number(language),
            Self::TooManyDecimals { allowed } => say::too_many_decimals(language, allowed),
            Self::Overflow => say::overflow(language),
        }
    }
}

impl Fen {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// Largest absolute value of one receipt: 10^15 fen, ten trillion yuan. Nine thousand of them still add up without overflow.
    pub const MAX_RECEIPT: Self = Self(1_000_000_000_000_000);

    /// Reads an amount in 元: thousands separators, full-width digits, a sign or brackets for negative, at most two decimals.
    pub fn parse_yuan(text: &str) -> Result<Self, FenError> {
        parse(text, 2)
    }

    /// Reads an amount in 万元: as [`Fen::parse_yuan`], with at most six decimals.
    pub fn parse_wan(text: &str) -> Result<Self, FenError> {
        parse(text, 6)
    }

    /// The amount, when a single receipt may carry it: at most [`Fen::MAX_RECEIPT`] either way.
    pub fn within_receipt(self) -> Result<Self, FenError> {
        if self.0.unsigned_abs() <= Self::MAX_RECEIPT.0.unsigned_abs() { Ok(self) } else { Err(FenError::Overflow) }
    }

    /// The sum; `None` on overflow.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference; `None` on overflow.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The sum of many; `None` on overflow.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Yuan with thousands separators and two decimals, without a unit: `-1,234,567.89`.
    pub fn format_yuan(self) -> String {
        let hundredths = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", grouped(hundredths / 100), hundredths % 100)
    }

    /// Short and rounded, with the unit: `1.23亿元`, `456.7万元`, `12.3 million yuan`.
    pub fn format_short(self, language: Language) -> String {
        match language {
            Language::Zh => self.format_in_units(
                language,
                2,
                [(FEN_PER_YI, say::hundred_million as Unit), (FEN_PER_WAN, say::wan as Unit)],
            ),
            Language::En => self.format_in_units(
                language,
                1,
                [(FEN_PER_YI * 10, say::billion as Unit), (FEN_PER_WAN * 100, say::million as Unit)],
            ),
        }
    }

    /// Takes the largest unit of which the amount, rounded to that unit's decimals, fills at least one; else yuan.
    fn format_in_units(self, language: Language, decimals: u32, largest_first: [(i64, Unit); 2]) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let one = 10_u64.pow(decimals);
        for (unit, name) in largest_first {
            let parts = rounded(self.0.unsigned_abs(), unit.unsigned_abs() / one);
            if parts >= one {
                return name(language, &format!("{sign}{}", decimal(parts, decimals)));
            }
        }
        say::yuan(language, &self.format_yuan())
    }
}

type Unit = fn(Language, &str) -> String;

impl fmt::Display for Fen {
    /// Yuan with thousands separators and two decimals, without a unit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.format_yuan())
    }
}

/// Divides and rounds half up.
const fn rounded(amount: u64, step: u64) -> u64 {
    amount / step + if amount % step >= step.div_ceil(2) { 1 } else { 0 }
}

/// A number given in parts of 10^decimals, without trailing zeros.
fn decimal(parts: u64, decimals: u32) -> String {
    let one = 10_u64.pow(decimals);
    let width = decimals as usize;
    let fraction = format!("{:0width$}", parts % one);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{}{point}{fraction}", grouped(parts / one))
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Reads a decimal number of a unit of 10^decimals fen.
fn parse(text: &str, decimals: u32) -> Result<Fen, FenError> {
    let text: String = text.trim().chars().map(half_width).map(|c| if c == '\u{2212}' { '-' } else { c }).collect();
    let (is_negative, number) = split_sign(&text)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole = without_separators(whole)?;
    let fraction = fraction.trim_end_matches('0');
    if (whole.is_empty() && fraction.is_empty() && !number.contains('0'))
        || !fraction.bytes().all(|b| b.is_ascii_digit())
    {
        return Err(FenError::NotANumber);
    }
    if fraction.len() > decimals as usize {
        return Err(FenError::TooManyDecimals { allowed: decimals });
    }
    let width = decimals as usize;
    let amount = digits_to_fen(&format!("{whole}{fraction:0<width$}"))?;
    Ok(Fen(if is_negative { -amount } else { amount }))
}

/// Separates a leading sign or enclosing brackets (bookkeeping for negative), and a currency sign, from the number.
fn split_sign(text: &str) -> Result<(bool, &str), FenError> {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix('(') {
        let inner = inner.strip_suffix(')').ok_or(FenError::NotANumber)?.trim();
        return Ok((true, without_currency(inner)));
    }
    let text = without_currency(text);
    Ok(match text.strip_prefix('-') {
        Some(number) => (true, without_currency(number)),
        None => (false, without_currency(text.strip_prefix('+').unwrap_or(text))),
    })
}

fn without_currency(text: &str) -> &str {
    text.trim_start().strip_prefix(['¥', '￥']).unwrap_or(text).trim_start()
}

/// Removes thousands separators; they must stand at every third digit, else the text may mean another number.
fn without_separators(whole: &str) -> Result<String, FenError> {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return Err(FenError::NotANumber);
        }
        digits.push_str(group);
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) { Ok(digits) } else { Err(FenError::NotANumber) }
}

fn digits_to_fen(digits: &str) -> Result<i64, FenError> {
    digits.parse().map_err(|_| FenError::Overflow)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn yuan_as_files_write_it() {
        for (text, fen) in [
            ("0", 0),
            ("0.00", 0),
            (".5", 50),
            ("5.", 500),
            ("1234567.89", 123_456_789),
            ("1,234,567.89", 123_456_789),
            ("１，２３４．５", 123_450),
            ("+12", 1_200),
            ("-12.3", -1_230),
            ("\u{2212}12.3", -1_230),
            ("(1,234.00)", -123_400),
            ("（１２）", -1_200),
            ("￥ 1,000", 100_000),
            ("¥-3", -300),
            ("-¥3", -300),
            (" 12.340000 ", 1_234),
            ("007", 700),
        ] {
            assert_eq!(Fen::parse_yuan(text), Ok(Fen(fen)), "{text}");
        }
    }

    #[test]
    fn wan_keeps_every_fen() {
        assert_eq!(Fen::parse_wan("1.234567"), Ok(Fen(1_234_567)));
        assert_eq!(Fen::parse_wan("-0.000001"), Ok(Fen(-1)));
        assert_eq!(Fen::parse_wan("12,345.6700000"), Ok(Fen(12_345_670_000)));
        assert_eq!(Fen::parse_wan("0.0000001"), Err(FenError::TooManyDecimals { allowed: 6 }));
    }

    #[test]
    fn refusals() {
        for text in [
            "",
            " ",
            ".",
            "-",
            "+",
            "—",
            "()",
            "(-5)",
            "(5",
            "--5",
            "1.2.3",
            "1,23",
            "12,34,567",
            "1234,567",
            ",123",
            "1e5",
            "0x10",
            "12元",
            "12万元",
            "一百",
            "1 234",
            "NaN",
            "5-",
            "=1+1",
            "1.2,3",
        ] {
            assert_eq!(Fen::parse_yuan(text), Err(FenError::NotANumber), "{text:?}");
        }
        assert_eq!(Fen::parse_yuan("1.234"), Err(FenError::TooManyDecimals { allowed: 2 }));
        assert_eq!(Fen::parse_yuan("99999999999999999999"), Err(FenError::Overflow));
        assert_eq!(Fen::parse_yuan("92233720368547758.08"), Err(FenError::Overflow));
    }

    #[test]
    fn bounds_of_a_receipt() {
        assert!(Fen(-1_000_000_000_000_000).within_receipt().is_ok());
        assert_eq!(Fen(1_000_000_000_000_001).within_receipt(), Err(FenError::Overflow));
        assert_eq!(Fen(i64::MIN).within_receipt(), Err(FenError::Overflow));
    }

    #[test]
    fn sums_do_not_wrap() {
        assert_eq!(Fen::checked_sum([Fen(5), Fen(-7)]), Some(Fen(-2)));
        assert_eq!(Fen::checked_sum([Fen(i64::MAX), Fen(1)]), None);
        assert_eq!(Fen(i64::MIN).checked_sub(Fen(1)), None);
    }

    #[test]
    fn writing() {
        assert_eq!(Fen(-123_456_789).format_yuan(), "-1,234,567.89");
        assert_eq!(Fen(5).to_string(), "0.05");
        assert_eq!(Fen(i64::MIN).format_yuan(), "-92,233,720,368,547,758.08");
        for (fen, zh, en) in [
            (0, "0.00元", "0.00 yuan"),
            (99_999, "999.99元", "999.99 yuan"),
            (999_996, "1万元", "9,999.96 yuan"),
            (1_234_567_000, "1,234.57万元", "12.3 million yuan"),
            (9_999_999_999, "1亿元", "100 million yuan"),
            (-12_345_678_900, "-1.23亿元", "-123.5 million yuan"),
            (123_456_789_000, "12.35亿元", "1.2 billion yuan"),
        ] {
            assert_eq!(
                (Fen(fen).format_short(Language::Zh).as_str(), Fen(fen).format_short(Language::En).as_str()),
                (zh, en)
            );
        }
    }

    #[test]
    fn json_is_an_integer() {
        assert_eq!(serde_json::to_string(&Fen(-5)).unwrap(), "-5");
        assert!(serde_json::from_str::<Fen>("1.5").is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(fen in -i64::MAX..=i64::MAX) {
            prop_assert_eq!(Fen::parse_yuan(&Fen(fen).format_yuan()), Ok(Fen(fen)));
        }

        #[test]
        fn no_text_breaks_the_parser(text in "[-+()0-9.,¥ ]{0,24}|\\PC*") {
            let _ = (Fen::parse_yuan(&text), Fen::parse_wan(&text));
        }

        #[test]
        fn short_forms_exist_for_every_amount(fen in any::<i64>()) {
            prop_assert!(Fen(fen).format_short(Language::Zh).ends_with('元'));
            prop_assert!(Fen(fen).format_short(Language::En).ends_with("yuan"));
        }
    }
}
