//! Lines of a work calendar: holidays, and the days that are worked for them.

use super::columns::Header;
use super::fields::Field;
use super::row_error::RowProblem;
use super::row_reader::RowReader;
use super::rows::{self, Outcome, Parsed};
use super::{List, SheetError, Table, Wanted};
use crate::domain::operation::workday::{DAY_NAME_MAX, DAY_SOURCE_MAX, DayKind};
use crate::texts::Language;
use chrono::NaiveDate;
use std::collections::HashMap;

/// A good row of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarLine {
    /// 1-based row in the file.
    pub row: u32,
    /// The day.
    pub day: NaiveDate,
    /// Whether it is worked.
    pub kind: DayKind,
    /// What it is called.
    pub name: Option<String>,
    /// The notice that says so.
    pub source: Option<String>,
}

/// Reads the bytes of a calendar file.
pub fn read(bytes: &[u8]) -> Result<Parsed<CalendarLine>, SheetError> {
    rows(&super::read(bytes, &Wanted { list: List::Calendar, sheet: None })?)
}

/// Reads the rows. A day may stand in one row only.
pub fn rows(table: &Table) -> Result<Parsed<CalendarLine>, SheetError> {
    let header = Header::find(table, List::Calendar)?;
    let mut seen = HashMap::new();
    Ok(rows::each(table, List::Calendar, &header, &mut |_, _| (), |row| line(row, &mut seen)))
}

fn line(row: &mut RowReader<'_>, seen: &mut HashMap<NaiveDate, u32>) -> Outcome<CalendarLine> {
    let day = row.required(Field::Day, |row| row.any_date(Field::Day));
    let kind = row.required(Field::DayKind, |row| row.choice(Field::DayKind, kind_called, allowed_kinds));
    let name = row.text(Field::DayName, DAY_NAME_MAX);
    let source = row.text(Field::Source, DAY_SOURCE_MAX);
    if let Some(day) = day
        && let Some(other_row) = seen.insert(day, row.number())
    {
        row.note(Field::Day, RowProblem::SameDay { other_row });
    }
    match (day, kind) {
        (Some(day), Some(kind)) => Outcome::Line(CalendarLine { row: row.number(), day, kind, name, source }),
        _ => Outcome::Bad,
    }
}

fn kind_called(word: &str) -> Option<DayKind> {
    match word {
        "holiday" | "off" | "放假" | "休" | "休息" | "假日" | "节假日" | "法定节假日" => {
            Some(DayKind::Holiday)
        }
        "workday" | "work" | "上班" | "班" | "调休" | "调休上班" | "补班" | "工作日" => {
            Some(DayKind::Workday)
        }
        _ => None,
    }
}

fn allowed_kinds() -> (String, String) {
    let chinese = DayKind::ALL.iter().map(|kind| kind.text(Language::Zh));
    let english = DayKind::ALL.iter().map(|kind| kind.as_str());
    (
        chinese.collect::<Vec<_>>().join(Language::Zh.list_separator()),
        english.collect::<Vec<_>>().join(Language::En.list_separator()),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::texts::Explain;

    #[test]
    fn a_calendar_is_read_in_either_language() {
        let english = read("day,kind,name,source\n2027-01-01,holiday,元旦,通知\n2027-01-03,workday,,\n".as_bytes());
        let chinese = read("日期,类型,节日,来源\n2027年1月1日,放假,元旦,通知\n2027/1/3,调休上班,,\n".as_bytes());
        let (english, chinese) = (english.unwrap(), chinese.unwrap());
        assert_eq!(english.lines, chinese.lines);
        assert_eq!((english.lines[0].kind, english.lines[1].kind), (DayKind::Holiday, DayKind::Workday));
        assert_eq!(english.lines[0].name.as_deref(), Some("元旦"));
        assert_eq!(english.lines[1].source, None);
    }

    #[test]
    fn every_bad_row_is_named_with_what_to_do() {
        let text = "day,kind\n2027-02-30,holiday\n2027-01-01,maybe\n,workday\n2027-01-02,holiday\n2027-01-02,workday\n";
        let parsed = read(text.as_bytes()).unwrap();
        let found: Vec<(u32, &str)> = parsed.errors.iter().map(|error| (error.row, error.code())).collect();
        let expected = [(2, "date_no_such_day"), (3, "not_a_choice"), (4, "value_missing"), (6, "duplicate_day")];
        assert_eq!(found, expected);
        assert_eq!(parsed.lines.len(), 1);
        assert_eq!(parsed.errors[1].text(Language::Zh), "第 3 行“kind”：不是可选的值。可填：上班、放假。");
        assert_eq!(
            parsed.errors[3].to_string(),
            "Row 6, \"day\": The day is the same as in row 5. Keep one of the two rows."
        );
    }

    #[test]
    fn a_file_without_its_columns_is_refused() {
        let refused = read(b"day,name\n2027-01-01,x\n").unwrap_err();
        assert_eq!(refused.code(), "columns_missing");
        assert_eq!(read(b"a,b\nc,d\n").unwrap_err().code(), "header_not_found");
        assert_eq!(read(b"").unwrap_err().code(), "file_empty");
    }
}
