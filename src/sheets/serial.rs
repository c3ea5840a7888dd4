//! Numbers of spreadsheet cells as decimal text and as dates, without floating-point arithmetic.

use crate::domain::date::from_excel_serial;
use chrono::NaiveDate;

/// The day number, counted from 1900, of the day from which workbooks of old Macintosh programs count.
const DAYS_1904: u32 = 1_462;

/// The number times ten to the minus `shift` as plain decimal text with at most 15 significant digits, as spreadsheet
/// programs show it: `0.1 + 0.2` is `0.3`. `None` for what is not finite.
pub(super) fn decimal(value: f64, shift: i32) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    let scientific = format!("{:.14e}", value.abs());
    let (mantissa, exponent) = scientific.split_once('e')?;
    let exponent = exponent.parse::<i32>().ok()? - shift;
    let digits: String = mantissa.chars().filter(|&c| c != '.').collect();
    let plain = place_point(digits.trim_end_matches('0'), exponent);
    Some(if value.is_sign_negative() && plain != "0" { format!("-{plain}") } else { plain })
}

/// Writes `d.ddd × 10^exponent` without an exponent.
fn place_point(digits: &str, exponent: i32) -> String {
    if digits.is_empty() {
        return "0".to_owned();
    }
    let Ok(last_integer) = usize::try_from(exponent) else {
        let zeros = usize::try_from(-exponent - 1).unwrap_or(0);
        return format!("0.{}{digits}", "0".repeat(zeros));
    };
    match digits.split_at_checked(last_integer + 1) {
        Some((integer, "")) => integer.to_owned(),
        Some((integer, fraction)) => format!("{integer}.{fraction}"),
        None => format!("{digits}{}", "0".repeat(last_integer + 1 - digits.len())),
    }
}

/// The date of a day number written as decimal text; the fraction is the time of day and is dropped. `None` for numbers
/// without a date.
pub(super) fn date(number: &str, epoch_1904: bool) -> Option<NaiveDate> {
    let days: u32 = number.split('.').next()?.parse().ok()?;
    if epoch_1904 { days.checked_add(DAYS_1904).and_then(from_excel_serial) } else { from_excel_serial(days) }
}

/// Whether a number format of a workbook shows a point in time. Elapsed times (`[h]:mm`) are numbers.
pub(super) fn is_date_format(format: &str) -> bool {
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match c {
            ';' => return false,
            '\\' | '_' | '*' => {
                chars.next();
            }
            '"' => {
                chars.find(|&c| c == '"');
            }
            '[' => {
                let first = chars.next();
                if matches!(first, Some('h' | 'H' | 'm' | 'M' | 's' | 'S')) {
                    return false;
                }
                if first != Some(']') {
                    chars.find(|&c| c == ']');
                }
            }
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => return true,
            _ => {}
        }
    }
    false
}

/// Whether a built-in number format, which a workbook only numbers, shows a point in time (ECMA-376 part 1, 18.8.30,
/// Chinese variants included).
pub(super) const fn is_builtin_date_format(id: u16) -> bool {
    matches!(id, 14..=22 | 27..=36 | 45 | 47 | 50..=58)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::float_arithmetic, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_read_as_shown() {
        for (value, shown) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1234.56, "1234.56"),
            (-1_234.560_000_000_000_1, "-1234.56"),
            (0.1 + 0.2, "0.3"),
            (1e15, "1000000000000000"),
            (9.111_010_855_138_51e17, "911101085513851000"),
            (0.000_012, "0.000012"),
            (1e-7, "0.0000001"),
            (12_345_678_901_234.5, "12345678901234.5"),
            (100.0, "100"),
        ] {
            assert_eq!(decimal(value, 0).as_deref(), Some(shown));
        }
        assert_eq!(decimal(123_456.0, 2).as_deref(), Some("1234.56"));
        assert_eq!(decimal(5.0, 2).as_deref(), Some("0.05"));
        assert_eq!(decimal(-500.0, 2).as_deref(), Some("-5"));
        assert_eq!(decimal(f64::NAN, 0), None);
        assert_eq!(decimal(f64::INFINITY, 0), None);
    }

    #[test]
    fn day_numbers_become_dates() {
        let day = |number, epoch| date(number, epoch).map(|d| d.to_string());
        assert_eq!(day("46348", false).as_deref(), Some("2026-11-22"));
        assert_eq!(day("46348.75", false).as_deref(), Some("2026-11-22"));
        assert_eq!(day("1", false).as_deref(), Some("1900-01-01"));
        assert_eq!(day("59", false).as_deref(), Some("1900-02-28"));
        assert_eq!(day("61", false).as_deref(), Some("1900-03-01"));
        assert_eq!(day("0", true).as_deref(), Some("1904-01-01"));
        for without in ["60", "0.5", "-3", "2958466", "99999999999999999999", "x", ""] {
            assert_eq!(day(without, false), None, "{without}");
        }
    }

    #[test]
    fn date_formats_are_told_from_number_formats() {
        for format in ["yyyy-mm-dd", "yyyy\"年\"m\"月\"d\"日\";@", "[$-804]yyyy/m/d", "m/d/yy h:mm", "[DBNum1]m\"月\""]
        {
            assert!(is_date_format(format), "{format}");
        }
        for format in ["General", "0.00_);[Red](0.00)", "#,##0.00\"元(yd)\"", "[h]:mm", "\\d0", "0;yyyy", "[", "\""] {
            assert!(!is_date_format(format), "{format}");
        }
        assert!(is_builtin_date_format(31) && !is_builtin_date_format(46) && !is_builtin_date_format(2));
    }

    proptest! {
        #[test]
        fn amounts_with_two_decimals_keep_every_digit(fen in -99_999_999_999_999_i64..=99_999_999_999_999) {
            let text = format!("{}{}.{:02}", if fen < 0 { "-" } else { "" }, fen.abs() / 100, fen.abs() % 100);
            let read = decimal(text.parse().unwrap(), 0).unwrap();
            let (whole, fraction) = read.split_once('.').unwrap_or((&read, ""));
            let back: i64 = format!("{whole}{fraction:0<2}").parse().unwrap();
            prop_assert_eq!(back, fen);
        }

        #[test]
        fn no_format_and_no_number_fails(format in ".*", value in any::<f64>(), text in ".*") {
            is_date_format(&format);
            date(&text, false);
            prop_assert_eq!(decimal(value, 0).is_some(), value.is_finite());
        }
    }
}
