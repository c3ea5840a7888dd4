//! Tax periods (税款所属期) as lists of receipts write them: one column or two, a month, a quarter, a span.

use super::fields::Field;
use super::row_reader::RowReader;
use crate::domain::lengths::RECEIPT_TEXT_MAX;
use crate::domain::month::Month;
use crate::domain::text::half_width;

/// The period of a row: `2026-10` for a month, `2026-07/2026-09` for a span, else as the file writes it.
pub(super) fn read(row: &mut RowReader<'_>) -> Option<String> {
    if row.has(Field::PeriodStart) || row.has(Field::PeriodEnd) {
        let start = row.required(Field::PeriodStart, |row| row.month(Field::PeriodStart));
        let end = row.required(Field::PeriodEnd, |row| row.month(Field::PeriodEnd));
        return Some(span(start?, end?));
    }
    row.text(Field::Period, RECEIPT_TEXT_MAX).map(|text| canonical(&text).unwrap_or(text))
}

fn span(start: Month, end: Month) -> String {
    if start == end { start.to_string() } else { format!("{start}/{end}") }
}

fn canonical(text: &str) -> Option<String> {
    if let Ok(month) = Month::parse_lenient(text) {
        return Some(month.to_string());
    }
    quarter(text).or_else(|| ends(text)).map(|(start, end)| span(start, end))
}

/// The months at the ends of `2026-07-01至2026-09-30`, or of the same with ` - `, `~` or `/` in between.
fn ends(text: &str) -> Option<(Month, Month)> {
    ["至", "到", "~", "～", "—", "--", " - ", "/"].iter().find_map(|mark| {
        let (start, end) = text.split_once(mark)?;
        let (start, end) = (Month::parse_lenient(start).ok()?, Month::parse_lenient(end).ok()?);
        (start <= end).then_some((start, end))
    })
}

/// The months at the ends of `2026年第3季度`, `2026Q3`.
fn quarter(text: &str) -> Option<(Month, Month)> {
    let text: String = text.chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
    let (year, rest) = text.split_at_checked(4)?;
    let number = rest.trim_start_matches(['年', '-', '第']).trim_start_matches(['Q', 'q']);
    let number = number.trim_end_matches("季度").trim_end_matches('季');
    let is_quarter = rest.contains(['Q', 'q', '季']);
    let index = match number {
        "1" | "一" => 1,
        "2" | "二" => 4,
        "3" | "三" => 7,
        "4" | "四" => 10,
        _ => return None,
    };
    let start = Month::new(year.parse().ok()?, index).filter(|_| is_quarter)?;
    Some((start, start.plus(2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_quarters_and_spans_have_one_form() {
        for (written, form) in [
            ("2026年10月", "2026-10"),
            ("202610", "2026-10"),
            ("2026-10-01至2026-10-31", "2026-10"),
            ("2026-07-01 - 2026-09-30", "2026-07/2026-09"),
            ("2026/07/01~2026/09/30", "2026-07/2026-09"),
            ("2026年第三季度", "2026-07/2026-09"),
            ("2026Q1", "2026-01/2026-03"),
        ] {
            assert_eq!(canonical(written).as_deref(), Some(form), "{written}");
        }
        for other in ["2026年", "年报", "2026-09至2026-07", "2026年5季度"] {
            assert_eq!(canonical(other), None, "{other}");
        }
    }
}
