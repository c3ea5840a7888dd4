//! Writing a table as an xlsx workbook: a header that stays visible, real numbers and dates, and texts that remain
//! texts whatever they begin with.

use crate::domain::fen::Fen;
use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

/// The paper format of the printed sheet: A4.
const A4: u8 = 9;
/// Most characters of a text cell.
const TEXT_MAX: usize = 32_767;

/// What a cell of a written table holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// Nothing.
    Empty,
    /// Text, never a formula.
    Text(String),
    /// A whole number.
    Number(i64),
    /// An amount, as a number of yuan.
    Yuan(Fen),
    /// A day.
    Day(NaiveDate),
}

/// A workbook could not be written; the text is for the log.
#[derive(Debug, thiserror::Error)]
#[error("xlsx: {0}")]
pub struct WriteError(String);

impl From<XlsxError> for WriteError {
    fn from(error: XlsxError) -> Self {
        Self(error.to_string())
    }
}

struct Formats {
    head: Format,
    text: Format,
    defused: Format,
    number: Format,
    yuan: Format,
    day: Format,
}

impl Formats {
    fn new() -> Self {
        Self {
            head: Format::new().set_bold().set_border_bottom(FormatBorder::Thin).set_align(FormatAlign::Bottom),
            text: Format::new().set_num_format("@"),
            defused: Format::new().set_num_format("@").set_quote_prefix(),
            number: Format::new().set_num_format("#,##0"),
            yuan: Format::new().set_num_format("#,##0.00"),
            day: Format::new().set_num_format("yyyy-mm-dd"),
        }
    }
}

/// A table on its way to a file, row by row.
pub struct TableWriter {
    sheet: Worksheet,
    formats: Formats,
    row: u32,
    columns: u16,
}

impl TableWriter {
    /// Begins a table on a sheet of its own: what its columns are called, and how wide they are in characters.
    pub fn new(sheet_name: &str, headings: &[(String, u32)]) -> Result<Self, WriteError> {
        let formats = Formats::new();
        let mut sheet = Worksheet::new();
        sheet.set_name(sheet_name)?;
        let mut columns = 0;
        for (column, (heading, width)) in (0..).zip(headings) {
            sheet.set_column_width(column, *width)?;
            sheet.write_string_with_format(0, column, heading, &formats.head)?;
            columns = column;
        }
        sheet.set_freeze_panes(1, 1)?;
        sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
        Ok(Self { sheet, formats, row: 1, columns })
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Written>) -> Result<(), WriteError> {
        for (column, cell) in (0..).zip(cells) {
            write(&mut self.sheet, (self.row, column), cell, &self.formats)?;
        }
        self.row += 1;
        Ok(())
    }

    /// The workbook, with notes on a second sheet.
    pub fn finish(mut self, notes_name: &str, notes: &[(String, String)]) -> Result<Vec<u8>, WriteError> {
        self.sheet.autofilter(0, 0, self.row - 1, self.columns)?;
        let mut about = Worksheet::new();
        about.set_name(notes_name)?.set_column_width(0, 18)?.set_column_width(1, 90)?;
        for (row, (label, text)) in (0..).zip(notes) {
            about.write_string_with_format(row, 0, label, &self.formats.head)?;
            write(&mut about, (row, 1), Written::Text(text.clone()), &self.formats)?;
        }
        let mut book = Workbook::new();
        book.push_worksheet(self.sheet);
        book.push_worksheet(about);
        Ok(book.save_to_buffer()?)
    }
}

fn write(sheet: &mut Worksheet, (row, column): (u32, u16), cell: Written, formats: &Formats) -> Result<(), WriteError> {
    match cell {
        Written::Empty => {}
        Written::Text(text) => {
            let format = if begins_a_formula(&text) { &formats.defused } else { &formats.text };
            sheet.write_string_with_format(row, column, cut(text), format)?;
        }
        Written::Number(number) => {
            sheet.write_number_with_format(row, column, plain(&number.to_string())?, &formats.number)?;
        }
        Written::Yuan(amount) => {
            sheet.write_number_with_format(row, column, yuan(amount)?, &formats.yuan)?;
        }
        Written::Day(day) => match excel_day(day) {
            Some(day) => {
                sheet.write_datetime_with_format(row, column, day, &formats.day)?;
            }
            None => {
                sheet.write_string_with_format(row, column, day.to_string(), &formats.text)?;
            }
        },
    }
    Ok(())
}

/// Whether a spreadsheet program takes the text for a formula once somebody edits its cell.
fn begins_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

fn cut(text: String) -> String {
    if text.chars().count() <= TEXT_MAX { text } else { text.chars().take(TEXT_MAX).collect() }
}

/// The amount in yuan as the nearest number a spreadsheet has: read from its decimals, so nothing is rounded twice.
fn yuan(amount: Fen) -> Result<f64, WriteError> {
    let sign = if amount.0 < 0 { "-" } else { "" };
    let fen = amount.0.unsigned_abs();
    plain(&format!("{sign}{}.{:02}", fen / 100, fen % 100))
}

fn plain(decimal: &str) -> Result<f64, WriteError> {
    decimal.parse().map_err(|_| WriteError(format!("{decimal} is no number")))
}

/// A day as spreadsheets count them; they know none before 1900.
fn excel_day(day: NaiveDate) -> Option<ExcelDateTime> {
    let (month, date) = (u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?);
    ExcelDateTime::from_ymd(u16::try_from(day.year()).ok()?, month, date).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use calamine::{Data, Reader, Xlsx};
    use std::io::Cursor;

    #[test]
    fn what_is_written_is_read_back() {
        let headings = [("名称".to_owned(), 30), ("元".to_owned(), 12), ("日".to_owned(), 12), ("数".to_owned(), 8)];
        let mut table = TableWriter::new("税源清单", &headings).unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        for text in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "00123"] {
            table
                .row([
                    Written::Text(text.to_owned()),
                    Written::Yuan(Fen(-123_456_789_012_345)),
                    Written::Day(day),
                    Written::Number(7),
                ])
                .unwrap();
        }
        table
            .row([Written::Empty, Written::Empty, Written::Day(NaiveDate::from_ymd_opt(1850, 1, 2).unwrap())])
            .unwrap();
        let file = table.finish("说明", &[("导出人".to_owned(), "=王".to_owned())]).unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file)).unwrap();
        assert_eq!(book.sheet_names(), ["税源清单", "说明"]);
        let formulas = book.worksheet_formula("税源清单").unwrap();
        assert!(formulas.used_cells().next().is_none(), "no text became a formula");
        let rows = book.worksheet_range("税源清单").unwrap();
        let texts: Vec<String> = rows.rows().skip(1).map(|row| row[0].to_string()).collect();
        assert_eq!(texts, ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "00123", ""]);
        let second: Vec<&Data> = rows.rows().nth(1).unwrap().iter().collect();
        assert!(matches!(second[1], Data::Float(amount) if (amount + 1_234_567_890_123.45).abs() < 0.001));
        assert!(matches!(second[2], Data::DateTime(_)) && matches!(second[3], Data::Float(7.0)), "{second:?}");
        assert_eq!(rows.rows().nth(6).unwrap()[2].to_string(), "1850-01-02");
        assert_eq!(book.worksheet_range("说明").unwrap().rows().next().unwrap()[1].to_string(), "=王");
    }
}
