//! The header of a list: the row that names the columns among titles, and the unit of the amounts as the file states it.

use super::table::column_letters;
use super::{Cell, Row, SheetError, Table};
use super::{
    amount_unit::AmountUnit,
    fields::{Field, List, field_of},
    header_name::{HeaderName, SHOWN_CHARACTERS},
};
use crate::texts::Language;
use std::collections::BTreeMap;

/// Rows with content among which the header must stand.
const HEADER_WITHIN_ROWS: usize = 50;
/// Columns a row must name to be looked on as a header at all.
const LEAST_NAMED: usize = 2;

/// A column of the header that means something here.
#[derive(Debug, Clone)]
struct Column {
    field: Field,
    place: usize,
    /// As the file writes it.
    name: String,
}

/// The header of a list.
#[derive(Debug, Clone)]
pub(super) struct Header {
    /// 1-based row.
    pub(super) row: u32,
    /// How many rows with content stand before the first row of data.
    pub(super) rows_before_data: usize,
    /// Names of columns that mean nothing here.
    pub(super) ignored: Vec<String>,
    columns: Vec<Column>,
    units: Vec<Result<AmountUnit, String>>,
}

impl Header {
    /// Finds the header and checks that the required columns are there, each once.
    pub(super) fn find(table: &Table, list: List) -> Result<Self, SheetError> {
        let header =
            best(table, list).filter(|header| header.columns.len() >= LEAST_NAMED).ok_or(SheetError::NoHeader(list))?;
        header.refuse_duplicates()?;
        let missing = header.missing(list);
        if missing.is_empty() {
            Ok(header)
        } else {
            Err(SheetError::MissingColumns { row: header.row, fields: missing })
        }
    }

    fn read(row: &Row, list: List) -> Self {
        let mut header =
            Self { row: row.number, rows_before_data: 0, ignored: Vec::new(), columns: Vec::new(), units: Vec::new() };
        for (place, cell) in row.cells.iter().enumerate() {
            let Cell::Text(text) = cell else { continue };
            let name = HeaderName::read(text);
            let shown: String =
                text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SHOWN_CHARACTERS).collect();
            match field_of(&name, list.fields()) {
                Some(field) => {
                    header.units.extend(name.unit.filter(|_| field.is_amount()));
                    header.columns.push(Column { field, place, name: shown });
                }
                None => header.ignored.push(shown),
            }
        }
        header
    }

    fn refuse_duplicates(&self) -> Result<(), SheetError> {
        let mut places: BTreeMap<Field, Vec<String>> = BTreeMap::new();
        for column in &self.columns {
            let letters = column_letters(u32::try_from(column.place).unwrap_or(u32::MAX));
            places.entry(column.field).or_default().push(letters);
        }
        match places.into_iter().find(|(_, columns)| columns.len() > 1) {
            Some((field, columns)) => Err(SheetError::DuplicateColumns { field, columns }),
            None => Ok(()),
        }
    }

    fn missing(&self, list: List) -> Vec<Field> {
        let has = |field: Field| self.place(field).is_some();
        let stands_in = |field: Field| field == Field::Uscc && has(Field::TaxpayerId);
        list.required().iter().copied().filter(|&field| !has(field) && !stands_in(field)).collect()
    }

    /// The 0-based place of a column.
    pub(super) fn place(&self, field: Field) -> Option<usize> {
        self.columns.iter().find(|column| column.field == field).map(|column| column.place)
    }

    /// The name of a column as the file writes it; ours when the file has no such column.
    pub(super) fn name(&self, field: Field) -> String {
        let column = self.columns.iter().find(|column| column.field == field);
        column.map_or_else(|| field.text(Language::Zh).to_owned(), |column| column.name.clone())
    }

    /// Whether nothing stands in any column that means something.
    pub(super) fn is_blank(&self, row: &Row) -> bool {
        self.columns.iter().all(|column| row.cell(column.place).is_empty())
    }

    /// Whether the row repeats the header, as printed lists do on every page.
    pub(super) fn is_repeated_by(&self, row: &Row) -> bool {
        let repeats = |column: &Column| match row.cell(column.place) {
            Cell::Text(text) => HeaderName::read(text).whole == HeaderName::read(&column.name).whole,
            _ => false,
        };
        self.columns.iter().filter(|column| repeats(column)).count() >= LEAST_NAMED
    }

    /// The unit of the amounts: what the caller declares and what the file states must not contradict each other.
    pub(super) fn unit(&self, declared: Option<AmountUnit>) -> Result<AmountUnit, SheetError> {
        let mut unit = declared;
        for stated in &self.units {
            let stated = stated.as_ref().map_err(|other| SheetError::UnitUnsupported(other.clone()))?;
            if *unit.get_or_insert(*stated) != *stated {
                return Err(SheetError::UnitConflict);
            }
        }
        unit.ok_or(SheetError::UnitUnknown)
    }
}

/// The row that names the most columns, the first of equals; with it the unit stated in the titles above.
fn best(table: &Table, list: List) -> Option<Header> {
    let mut best: Option<Header> = None;
    for (index, row) in table.rows.iter().take(HEADER_WITHIN_ROWS).enumerate() {
        let mut header = Header::read(row, list);
        let named = header.columns.len();
        if named > best.as_ref().map_or(0, |best| best.columns.len()) {
            header.rows_before_data = index + 1;
            best = Some(header);
        }
        if best.as_ref().is_some_and(|best| best.columns.len() >= LEAST_NAMED && best.missing(list).is_empty()) {
            break;
        }
    }
    let mut best = best?;
    for row in table.rows.iter().take(best.rows_before_data.saturating_sub(1)) {
        best.units.extend(row.cells.iter().filter_map(|cell| match cell {
            Cell::Text(text) => HeaderName::stated_unit(text),
            _ => None,
        }));
    }
    Some(best)
}

/// How much a sheet looks like the list: all required columns, then the number of columns, then whether it holds anything.
pub(super) fn likeness(table: &Table, list: List) -> (bool, usize, bool) {
    let header = best(table, list);
    let named = header.as_ref().map_or(0, |header| header.columns.len());
    (header.is_some_and(|header| header.missing(list).is_empty()), named, !table.rows.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::fixtures::table;
    use super::*;
    use crate::texts::Explain;

    fn find(list: List, lines: &[&str]) -> Result<Header, SheetError> {
        Header::find(&table(list, lines), list)
    }

    #[test]
    fn the_header_is_found_below_titles() {
        let header = find(List::Enterprises, &["清单||", "", "序号|社 会 信 用 代 码|* 单位名称（全称）"]).unwrap();
        assert_eq!((header.row, header.rows_before_data), (3, 2));
        assert_eq!((header.place(Field::Uscc), header.place(Field::Name)), (Some(1), Some(2)));
        assert_eq!(header.name(Field::Name), "* 单位名称（全称）");
        assert_eq!(header.ignored, ["序号"]);
    }

    #[test]
    fn missing_columns_are_named_with_what_would_be_accepted() {
        let error = find(List::Receipts, &["税号|纳税人名称|税种", "{1}|甲|增值税"]).unwrap_err();
        assert!(
            matches!(&error, SheetError::MissingColumns { row: 1, fields } if fields == &[Field::TreasuryMonth, Field::Amount])
        );
        assert!(error.text(Language::Zh).contains("入库月份（可写作 入库月份/入库日期/税款入库期"));
        assert!(error.to_string().contains("treasury month (accepted: 入库月份/"));
        let nothing = find(List::Receipts, &["a|b", "c|d"]).unwrap_err();
        assert_eq!(nothing.code(), "header_not_found");
    }

    #[test]
    fn columns_that_mean_the_same_are_refused() {
        let error = find(List::Enterprises, &["税号|企业名称|单位名称", "{1}|甲|乙"]).unwrap_err();
        assert!(matches!(error, SheetError::DuplicateColumns { field: Field::Name, columns } if columns == ["B", "C"]));
    }
}
