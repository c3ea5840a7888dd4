//! A table as a spreadsheet program shows it: rows under their true numbers, typed cells, and the limits that hold
//! whatever the file says.

use super::SheetError;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Rows a sheet may have: what a spreadsheet program can hold.
pub const MAX_ROWS: u32 = 1_048_576;
/// Columns that may hold a value.
pub const MAX_COLUMNS: u32 = 256;
/// Characters a cell may hold: what a spreadsheet program can hold.
pub const MAX_CELL_CHARS: usize = 32_767;
/// Cells a table may hold, counted from column A to the last one filled in each row.
pub const MAX_CELLS: usize = 16_777_216;
/// Bytes of text a table may hold; a small file may repeat one long text in every cell.
pub const MAX_TEXT_BYTES: usize = 256 * 1024 * 1024;

/// One value of a sheet. Formulas are never evaluated: the value is the one the file carries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Cell {
    /// Nothing, or white space alone.
    #[default]
    Empty,
    /// Text as typed, whatever character it starts with.
    Text(String),
    /// A number as plain decimal text with at most 15 significant digits, as spreadsheet programs show it: `-1234.56`.
    Number(String),
    /// A number that the file formats as a date; the time of day is dropped.
    Date(NaiveDate),
    /// A truth value.
    Bool(bool),
    /// An error value such as `#REF!`.
    Error,
}

impl Cell {
    /// Text, or [`Cell::Empty`] when it is white space alone.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.trim().is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// Whether nothing is in it.
    pub const fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }
}

/// A row with at least one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// 1-based, as a spreadsheet program shows it.
    pub number: u32,
    /// From column A to the last one filled.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The cell of a 0-based column; empty beyond the last one filled.
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }
}

/// A sheet, rows in ascending order, rows without any value left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Name of the sheet; `None` for a text file.
    pub sheet: Option<String>,
    /// Whether day numbers count from 1904 instead of 1900.
    pub epoch_1904: bool,
    /// The rows that hold something.
    pub rows: Vec<Row>,
}

/// The letters of a 0-based column: `A`, `Z`, `AA`.
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    loop {
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        if rest < 26 {
            break;
        }
        rest = rest / 26 - 1;
    }
    letters.iter().rev().collect()
}

/// Collects cells in any order and refuses what passes a limit.
#[derive(Debug, Default)]
pub(super) struct TableBuilder {
    rows: BTreeMap<u32, Vec<Cell>>,
    current: Option<(u32, Vec<Cell>)>,
    cells: usize,
    text_bytes: usize,
}

impl TableBuilder {
    /// Puts a value at a 0-based place; a later value replaces an earlier one.
    pub(super) fn put(&mut self, row: u32, column: u32, cell: Cell) -> Result<(), SheetError> {
        if cell.is_empty() {
            return Ok(());
        }
        self.check(row, column, &cell)?;
        if self.current.as_ref().is_none_or(|(number, _)| *number != row) {
            self.flush();
            self.current = Some((row, self.rows.remove(&row).unwrap_or_default()));
        }
        let Some((_, cells)) = &mut self.current else { return Ok(()) };
        let place = column as usize;
        if place >= cells.len() {
            self.cells += place + 1 - cells.len();
            cells.resize(place + 1, Cell::Empty);
        }
        if let Some(slot) = cells.get_mut(place) {
            *slot = cell;
        }
        if self.cells > MAX_CELLS { Err(SheetError::TooManyCells) } else { Ok(()) }
    }

    fn check(&mut self, row: u32, column: u32, cell: &Cell) -> Result<(), SheetError> {
        if row >= MAX_ROWS {
            return Err(SheetError::TooManyRows);
        }
        if column >= MAX_COLUMNS {
            return Err(SheetError::TooManyColumns { row: row + 1 });
        }
        if let Cell::Text(text) = cell {
            if text.len() > MAX_CELL_CHARS && text.chars().count() > MAX_CELL_CHARS {
                return Err(SheetError::CellTooLong { row: row + 1, column: column_letters(column) });
            }
            self.text_bytes = self.text_bytes.saturating_add(text.len());
            if self.text_bytes > MAX_TEXT_BYTES {
                return Err(SheetError::TooMuchText);
            }
        }
        Ok(())
    }

    fn flush(&mut self) {
        if let Some((number, cells)) = self.current.take() {
            self.rows.insert(number, cells);
        }
    }

    /// The finished table.
    pub(super) fn finish(mut self, sheet: Option<String>, epoch_1904: bool) -> Table {
        self.flush();
        let rows = self.rows.into_iter().map(|(row, cells)| Row { number: row + 1, cells }).collect();
        Table { sheet, epoch_1904, rows }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[test]
    fn columns_have_the_letters_of_a_spreadsheet() {
        let names: Vec<_> = [0, 25, 26, 51, 52, 255, 701, 702].into_iter().map(column_letters).collect();
        assert_eq!(names, ["A", "Z", "AA", "AZ", "BA", "IV", "ZZ", "AAA"]);
    }

    #[test]
    fn cells_arrive_in_any_order() {
        let mut builder = TableBuilder::default();
        builder.put(4, 1, Cell::text("late")).unwrap();
        builder.put(2, 0, Cell::text("early")).unwrap();
        builder.put(4, 0, Cell::Number("1".into())).unwrap();
        builder.put(9, 0, Cell::text(" \u{3000}\t")).unwrap();
        let table = builder.finish(None, false);
        assert_eq!(table.rows.iter().map(|r| r.number).collect::<Vec<_>>(), [3, 5]);
        assert_eq!(table.rows[1].cells, [Cell::Number("1".into()), Cell::text("late")]);
        assert_eq!(table.rows[1].cell(7), &Cell::Empty);
    }

    #[test]
    fn limits_hold() {
        let mut builder = TableBuilder::default();
        let long = "长".repeat(MAX_CELL_CHARS);
        builder.put(0, 0, Cell::text(long.clone())).unwrap();
        let error = builder.put(6, 27, Cell::text(long + "x")).unwrap_err();
        assert!(matches!(error, SheetError::CellTooLong { row: 7, column } if column == "AB"));
        assert!(matches!(builder.put(MAX_ROWS, 0, Cell::Error), Err(SheetError::TooManyRows)));
        assert!(matches!(builder.put(0, MAX_COLUMNS, Cell::Error), Err(SheetError::TooManyColumns { row: 1 })));
    }

    #[test]
    fn a_text_repeated_in_every_cell_is_stopped() {
        let text = "长".repeat(MAX_CELL_CHARS);
        let mut builder = TableBuilder::default();
        let outcome = (0..MAX_ROWS).try_for_each(|row| builder.put(row, 0, Cell::text(text.clone())));
        assert!(matches!(outcome, Err(SheetError::TooMuchText)));
    }

    #[test]
    fn rows_filled_only_far_to_the_right_are_stopped() {
        let mut builder = TableBuilder::default();
        let outcome = (0..MAX_ROWS).try_for_each(|row| builder.put(row, MAX_COLUMNS - 1, Cell::Bool(true)));
        assert!(matches!(outcome, Err(SheetError::TooManyCells)));
    }
}
