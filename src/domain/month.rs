//! A month of the calendar, used for treasury months (入库月).

use super::date::{DateError, YEAR_MAX, YEAR_MIN, numbers, parse_date_lenient, tidy};
use crate::texts::{Explain, Language};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// A month from 1900-01 to 2999-12, written `2026-11`; inside, year × 12 + month − 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "2026-11", pattern = r"^\d{4}-\d{2}$")]
pub struct Month(i32);

/// Why a text is not a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::En))]
pub enum MonthError {
    /// Not written as a month.
    Format,
    /// Written like a month, but there is none such between 1900-01 and 2999-12.
    NoSuchMonth,
}

mod say {
    crate::texts::texts! {
        format() { zh: "月份格式不正确，请写成 2026-11。", en: "Not a month. Write it as 2026-11." }
        no_such_month() {
            zh: "没有这个月份（须在 1900-01 至 2999-12 之间），请核对。",
            en: "There is no such month between 1900-01 and 2999-12. Check it.",
        }
    }
}

impl Explain for MonthError {
    fn code(&self) -> &'static str {
        match self {
            Self::Format => "month_format",
            Self::NoSuchMonth => "month_no_such_month",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Format => say::format(language),
            Self::NoSuchMonth => say::no_such_month(language),
        }
    }
}

impl Month {
    /// The first month there is.
    pub const MIN: Self = Self(YEAR_MIN * 12);
    /// The last month there is.
    pub const MAX: Self = Self(YEAR_MAX * 12 + 11);

    /// The month of a year; months count from 1. `None` outside 1900-01 to 2999-12.
    pub fn new(year: i32, month: u32) -> Option<Self> {
        let index = i32::try_from(month).ok().filter(|month| (1..=12).contains(month))? - 1;
        Self::from_ordinal(year.checked_mul(12)?.checked_add(index)?)
    }

    /// The month with this number (year × 12 + month − 1). `None` outside 1900-01 to 2999-12.
    pub fn from_ordinal(ordinal: i32) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&ordinal).then_some(Self(ordinal))
    }

    /// Year × 12 + month − 1: differences of ordinals are numbers of months.
    pub const fn ordinal(self) -> i32 {
        self.0
    }

    /// The month a day lies in. `None` outside 1900 to 2999.
    pub fn containing(day: NaiveDate) -> Option<Self> {
        Self::new(day.year(), day.month())
    }

    /// The year.
    pub const fn year(self) -> i32 {
        self.0 / 12
    }

    /// The month of the year, from 1.
    pub const fn month(self) -> u32 {
        (self.0 % 12).unsigned_abs() + 1
    }

    /// The first day.
    pub fn first_day(self) -> NaiveDate {
        // Years from 1900 to 2999 always have one, so the default is never taken.
        NaiveDate::from_ymd_opt(self.year(), self.month(), 1).unwrap_or_default()
    }

    /// The last day.
    pub fn last_day(self) -> NaiveDate {
        let first = self.first_day();
        (28..=31).rev().find_map(|day| first.with_day(day)).unwrap_or(first)
    }

    /// The month so many months later, or earlier when negative; stops at [`Month::MIN`] and [`Month::MAX`].
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        let ordinal = self.0.saturating_add(months).clamp(Self::MIN.0, Self::MAX.0);
        Self(ordinal)
    }

    /// Reads a month of a file: `2026-11`, `2026/11`, `2026.11`, `2026年11月`, `202611`, or any date that
    /// [`parse_date_lenient`] reads.
    pub fn parse_lenient(text: &str) -> Result<Self, MonthError> {
        let tidied = tidy(text);
        if tidied.len() == 6 && tidied.bytes().all(|b| b.is_ascii_digit()) {
            let number: u32 = tidied.parse().map_err(|_| MonthError::Format)?;
            return from_numbers(number / 100, number % 100);
        }
        if let Some(&[year, month]) = numbers(&tidied).as_deref() {
            return from_numbers(year, month);
        }
        match parse_date_lenient(&tidied) {
            Ok(day) => Self::containing(day).ok_or(MonthError::NoSuchMonth),
            Err(DateError::NoSuchDay) => Err(MonthError::NoSuchMonth),
            Err(DateError::Format) => Err(MonthError::Format),
        }
    }
}

fn from_numbers(year: u32, month: u32) -> Result<Month, MonthError> {
    i32::try_from(year).ok().and_then(|year| Month::new(year, month)).ok_or(MonthError::NoSuchMonth)
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl FromStr for Month {
    type Err = MonthError;

    /// Reads `2026-11` and nothing else.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        match text.split_once('-') {
            Some((year, month)) if is_digits(year, 4) && is_digits(month, 2) => {
                let number = |part: &str| part.parse().map_err(|_| MonthError::Format);
                from_numbers(number(year)?, number(month)?)
            }
            _ => Err(MonthError::Format),
        }
    }
}

impl TryFrom<String> for Month {
    type Error = MonthError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn strict_reading() {
        assert_eq!(month("2026-11").to_string(), "2026-11");
        assert_eq!((month("2026-11").year(), month("2026-11").month()), (2026, 11));
        for text in ["2026-1", "2026/11", "202611", " 2026-11", "+026-11", "2026-11-01", ""] {
            assert_eq!(text.parse::<Month>(), Err(MonthError::Format), "{text:?}");
        }
        for text in ["2026-13", "2026-00", "1899-12", "3000-01"] {
            assert_eq!(text.parse::<Month>(), Err(MonthError::NoSuchMonth), "{text:?}");
        }
    }

    #[test]
    fn lenient_reading() {
        for text in [
            "2026-11",
            "2026/11",
            "2026.11",
            "2026年11月",
            "202611",
            "２０２６年１１月",
            "2026-11-22",
            "2026年11月22日",
            "20261122",
            "46348",
            "2026/11/1 0:00",
        ] {
            assert_eq!(Month::parse_lenient(text), Ok(month("2026-11")), "{text}");
        }
        assert_eq!(Month::parse_lenient("2026/1"), Ok(month("2026-01")));
        for text in ["", "11月", "2026", "abc", "2026-11-", "一月"] {
            assert_eq!(Month::parse_lenient(text), Err(MonthError::Format), "{text:?}");
        }
        for text in ["202613", "2026-13", "2026-02-30", "123456"] {
            assert_eq!(Month::parse_lenient(text), Err(MonthError::NoSuchMonth), "{text:?}");
        }
    }

    #[test]
    fn days_and_steps() {
        assert_eq!(month("2024-02").last_day().to_string(), "2024-02-29");
        assert_eq!(month("2026-11").first_day().to_string(), "2026-11-01");
        assert_eq!(month("2026-11").plus(2), month("2027-01"));
        assert_eq!(month("2026-11").plus(-11), month("2025-12"));
        assert_eq!(month("2026-11").plus(i32::MAX), Month::MAX);
        assert_eq!(Month::MIN.plus(-1), Month::MIN);
        assert_eq!(month("2026-11").ordinal(), 2026 * 12 + 10);
    }

    #[test]
    fn json_is_text() {
        assert_eq!(serde_json::to_string(&month("2026-11")).unwrap(), "\"2026-11\"");
        assert!(serde_json::from_str::<Month>("\"2026-13\"").is_err());
    }

    proptest! {
        #[test]
        fn every_month_reads_back(ordinal in Month::MIN.0..=Month::MAX.0) {
            let month = Month::from_ordinal(ordinal).unwrap();
            prop_assert_eq!(month.to_string().parse(), Ok(month));
            prop_assert_eq!(Month::containing(month.first_day()), Some(month));
            prop_assert_eq!(Month::containing(month.last_day()), Some(month));
            prop_assert_eq!(Month::containing(month.last_day().succ_opt().unwrap()), Month::from_ordinal(ordinal + 1));
        }
    }
}
