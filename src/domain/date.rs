//! Dates as people and files write them. No clock here: "today" is an argument.

use super::text::half_width;
use crate::texts::{Explain, Language};
use chrono::{Datelike, Days, NaiveDate};
use thiserror::Error;

/// First year that is believed.
pub const YEAR_MIN: i32 = 1900;
/// Last year that is believed.
pub const YEAR_MAX: i32 = 2999;

/// Serial numbers that are read as dates in text: 1927-05-18 to 2173-10-13. Smaller numbers are counts or years, larger ones
/// year and month (202611).
const TEXT_SERIALS: std::ops::RangeInclusive<u32> = 10_000..=99_999;

/// Why a text is not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::En))]
pub enum DateError {
    /// None of the known ways of writing a date.
    Format,
    /// Written like a date, but the calendar has no such day, or the year is not between [`YEAR_MIN`] and [`YEAR_MAX`].
    NoSuchDay,
}

mod say {
    crate::texts::texts! {
        format() {
            zh: "日期格式不正确，请写成 2026-11-22、2026/11/22、2026.11.22、2026年11月22日 或 20261122。",
            en: "Not a date. Write 2026-11-22, 2026/11/22, 2026.11.22 or 20261122.",
        }
        no_such_day() {
            zh: "没有这一天（年份须在 1900–2999 之间），请核对日期。",
            en: "There is no such day, or the year is not between 1900 and 2999. Check the date.",
        }
    }
}

impl Explain for DateError {
    fn code(&self) -> &'static str {
        match self {
            Self::Format => "date_format",
            Self::NoSuchDay => "date_no_such_day",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Format => say::format(language),
            Self::NoSuchDay => say::no_such_day(language),
        }
    }
}

/// Reads a date of a file: `2026-11-22`, `2026/11/22`, `2026.11.22`, `2026年11月22日`, `20261122`, each also with a time of day
/// behind it, or a five-digit Excel serial.
pub fn parse_date_lenient(text: &str) -> Result<NaiveDate, DateError> {
    let text = tidy(text);
    let text = without_time(&text);
    if text.bytes().all(|b| b.is_ascii_digit()) && text.len() == 8 {
        return compact(text);
    }
    if let Some(serial) = text_serial(text) {
        return from_excel_serial(serial).ok_or(DateError::NoSuchDay);
    }
    match numbers(text).ok_or(DateError::Format)?.as_slice() {
        &[year, month, day] => date(year, month, day),
        _ => Err(DateError::Format),
    }
}

/// The day of an Excel serial number in the 1900 system, in which 1 is 1900-01-01 and 60 is a day that never was
/// (29 February 1900). `None` for that one, for 0 and beyond [`YEAR_MAX`].
pub fn from_excel_serial(serial: u32) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(1900, 1, 1)?;
    let offset = match serial {
        0 | 60 => return None,
        1..=59 => serial - 1,
        _ => serial - 2,
    };
    first.checked_add_days(Days::new(u64::from(offset))).filter(|day| day.year() <= YEAR_MAX)
}

/// Half-width, trimmed.
pub(super) fn tidy(text: &str) -> String {
    text.trim().chars().map(half_width).collect::<String>().trim().to_owned()
}

/// The numbers of `2026-11-22`, `2026/11`, `2026年11月` and their like: one kind of separator all the way, a four-digit year
/// first, then one or two digits each. `None` for anything else.
pub(super) fn numbers(text: &str) -> Option<Vec<u32>> {
    let parts: Vec<&str> = match text.split_once('年') {
        Some((year, rest)) => std::iter::once(year).chain(chinese_month_and_day(rest)).map(str::trim).collect(),
        None => text.split(['-', '/', '.'].into_iter().find(|&separator| text.contains(separator))?).collect(),
    };
    let is_digits = |part: &&str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let (year, rest) = parts.split_first()?;
    if !is_digits(year, 4..=4) || !rest.iter().all(|part| is_digits(part, 1..=2)) {
        return None;
    }
    parts.iter().map(|part| part.parse().ok()).collect()
}

/// `11月` or `11月22日`; the last sign may be missing.
fn chinese_month_and_day(rest: &str) -> Vec<&str> {
    match rest.split_once('月') {
        None => vec![rest],
        Some((month, "")) => vec![month],
        Some((month, day)) => vec![month, day.strip_suffix(['日', '号']).unwrap_or(day)],
    }
}

/// Leaves out a time of day: `2026-11-22 00:00:00`, `2026-11-22T08:30`.
fn without_time(text: &str) -> &str {
    match text.split_once([' ', 'T']) {
        Some((day, time)) if time.contains(':') && time.chars().all(is_time_character) => day,
        _ => text,
    }
}

const fn is_time_character(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-' | 'Z' | ' ')
}

fn compact(text: &str) -> Result<NaiveDate, DateError> {
    let number: u32 = text.parse().map_err(|_| DateError::Format)?;
    date(number / 10_000, number / 100 % 100, number % 100)
}

/// A serial number, with or without a part of the day.
fn text_serial(text: &str) -> Option<u32> {
    let (days, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = days.len() == 5 && !part.is_empty() && days.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit());
    days.parse().ok().filter(|serial| is_number && TEXT_SERIALS.contains(serial))
}

fn date(year: u32, month: u32, day: u32) -> Result<NaiveDate, DateError> {
    i32::try_from(year)
        .ok()
        .filter(|year| (YEAR_MIN..=YEAR_MAX).contains(year))
        .and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
        .ok_or(DateError::NoSuchDay)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn every_way_of_writing() {
        for text in [
            "2026-11-22",
            " 2026/11/22 ",
            "2026.11.22",
            "2026年11月22日",
            "2026年11月22",
            "2026 年 11 月 22 日",
            "20261122",
            "２０２６－１１－２２",
            "2026-11-22 00:00:00",
            "2026-11-22T08:30:00.000Z",
            "46348",
            "46348.5",
        ] {
            assert_eq!(parse_date_lenient(text), Ok(day(2026, 11, 22)), "{text}");
        }
        assert_eq!(parse_date_lenient("2026/1/2"), Ok(day(2026, 1, 2)));
    }

    #[test]
    fn refusals() {
        for text in [
            "",
            "2026-11",
            "202611",
            "2026",
            "26-11-22",
            "2026-11/22",
            "2026-011-22",
            "11/22/2026",
            "abc",
            "2026-11-22 下午",
            "123456",
            "45",
            "2026--11",
        ] {
            assert_eq!(parse_date_lenient(text), Err(DateError::Format), "{text:?}");
        }
        for text in ["2026-02-29", "2026-13-01", "20260230", "0001-01-01", "3000-01-01", "2026年0月1日"] {
            assert_eq!(parse_date_lenient(text), Err(DateError::NoSuchDay), "{text:?}");
        }
    }

    #[test]
    fn excel_serials() {
        assert_eq!(from_excel_serial(1), Some(day(1900, 1, 1)));
        assert_eq!(from_excel_serial(59), Some(day(1900, 2, 28)));
        assert_eq!(from_excel_serial(60), None);
        assert_eq!(from_excel_serial(61), Some(day(1900, 3, 1)));
        assert_eq!(from_excel_serial(45_658), Some(day(2025, 1, 1)));
        assert_eq!(from_excel_serial(0), None);
        assert_eq!(from_excel_serial(u32::MAX), None);
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_parser(text in "[0-9年月日/. :T-]{0,20}|\\PC*") {
            let _ = parse_date_lenient(&text);
        }

        #[test]
        fn every_day_reads_back(offset in 0_u64..401_000) {
            let date = day(1900, 1, 1).checked_add_days(Days::new(offset)).unwrap();
            for format in ["%Y-%m-%d", "%Y/%-m/%-d", "%Y.%m.%d", "%Y年%-m月%-d日", "%Y%m%d"] {
                prop_assert_eq!(parse_date_lenient(&date.format(format).to_string()), Ok(date));
            }
        }
    }
}
