//! Workbooks as the reader sees them, and those in Office Open XML (xlsx, xlsm). The archive was checked before; cells
//! are streamed, so that the declared size of a sheet has no effect.

use super::table::{Cell, MAX_ROWS, TableBuilder};
use super::{SheetError, Table, archive, serial};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use chrono::NaiveDate;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A sheet that may hold a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sheet {
    /// As its tab shows.
    pub(super) name: String,
    /// Whether its tab shows.
    pub(super) visible: bool,
}

/// A file with sheets.
pub(super) trait Workbook {
    /// The sheets in the order of their tabs; charts and macros left out.
    fn sheets(&self) -> &[Sheet];
    /// Reads the sheet at that place, at most the first `rows` rows.
    fn table(&mut self, sheet: usize, rows: u32) -> Result<Table, SheetError>;
}

/// A workbook in Office Open XML.
pub(super) struct OpenXml<'a> {
    inner: Xlsx<Cursor<&'a [u8]>>,
    sheets: Vec<Sheet>,
}

impl<'a> OpenXml<'a> {
    /// Looks through the archive, then reads what all sheets share.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, SheetError> {
        archive::check(bytes)?;
        let inner = guarded(|| Xlsx::new(Cursor::new(bytes)).map_err(|error| explained(&error)))?;
        let tabs = inner.sheets_metadata().iter().filter(|tab| tab.typ == SheetType::WorkSheet);
        let sheets =
            tabs.map(|tab| Sheet { name: tab.name.clone(), visible: tab.visible == SheetVisible::Visible }).collect();
        Ok(Self { inner, sheets })
    }
}

impl Workbook for OpenXml<'_> {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn table(&mut self, sheet: usize, rows: u32) -> Result<Table, SheetError> {
        let name = self.sheets.get(sheet).ok_or(SheetError::Damaged)?.name.clone();
        let epoch_1904 = self.inner.has_1904_epoch();
        let inner = &mut self.inner;
        guarded(|| {
            let mut cells = inner.worksheet_cells_reader(&name).map_err(|error| explained(&error))?;
            let mut builder = TableBuilder::default();
            loop {
                match cells.next_cell() {
                    Ok(Some(found)) => {
                        let (row, column) = found.get_position();
                        if row >= rows.min(MAX_ROWS) {
                            if row >= MAX_ROWS {
                                return Err(SheetError::TooManyRows);
                            }
                            break;
                        }
                        builder.put(row, column, cell(found.get_value(), epoch_1904))?;
                    }
                    Ok(None) => break,
                    // Error values younger than the parser, such as #SPILL!: there is no value in that cell.
                    Err(XlsxError::CellError(_)) => {}
                    Err(error) => return Err(explained(&error)),
                }
            }
            Ok(builder.finish(Some(name), epoch_1904))
        })
    }
}

/// The parser answers some broken workbooks with a panic; for the person it is a damaged file like any other.
fn guarded<T>(read: impl FnOnce() -> Result<T, SheetError>) -> Result<T, SheetError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(SheetError::Damaged))
}

fn explained(error: &XlsxError) -> SheetError {
    match error {
        XlsxError::Password => SheetError::Encrypted,
        XlsxError::RowNumberOverflow => SheetError::TooManyRows,
        _ => SheetError::Damaged,
    }
}

fn cell(value: &DataRef<'_>, epoch_1904: bool) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::SharedString(text) => Cell::text(*text),
        DataRef::String(text) | DataRef::DurationIso(text) => Cell::text(text.as_str()),
        DataRef::Int(number) => Cell::Number(number.to_string()),
        DataRef::Float(number) => self::number(*number),
        DataRef::DateTime(time) => dated(time.as_f64(), time.is_datetime(), epoch_1904),
        DataRef::DateTimeIso(text) => {
            let day = text.get(..10).and_then(|day| day.parse::<NaiveDate>().ok());
            day.map_or_else(|| Cell::text(text.as_str()), Cell::Date)
        }
        DataRef::Bool(value) => Cell::Bool(*value),
        DataRef::Error(_) => Cell::Error,
    }
}

/// A number as a cell; an error value when it is none.
pub(super) fn number(value: f64) -> Cell {
    serial::decimal(value, 0).map_or(Cell::Error, Cell::Number)
}

/// A number under a date format as a cell; times without a date stay numbers.
pub(super) fn dated(value: f64, is_date: bool, epoch_1904: bool) -> Cell {
    match number(value) {
        Cell::Number(text) if is_date => serial::date(&text, epoch_1904).map_or(Cell::Number(text), Cell::Date),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::texts::Explain;
    use rust_xlsxwriter::{ExcelDateTime, Format, Formula};
    use std::io::Write;
    use zip::write::{SimpleFileOptions, ZipWriter};

    fn first_sheet(bytes: &[u8]) -> Result<Table, SheetError> {
        OpenXml::open(bytes)?.table(0, MAX_ROWS)
    }

    /// A workbook of one sheet with that content, numbers only by style 0 and dates by style 1.
    fn workbook(sheet: &str, shared_strings: &str) -> Vec<u8> {
        let parts = [
            ("[Content_Types].xml", "<Types/>"),
            (
                "_rels/.rels",
                r#"<Relationships><Relationship Id="r1" Type="x/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
            ),
            (
                "xl/_rels/workbook.xml.rels",
                r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
            ),
            ("xl/workbook.xml", r#"<workbook><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>"#),
            ("xl/worksheets/sheet1.xml", sheet),
            ("xl/sharedStrings.xml", shared_strings),
        ];
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn sheet(cells: &str) -> Vec<u8> {
        workbook(&format!(r"<worksheet><sheetData>{cells}</sheetData></worksheet>"), "<sst><si><t>共享</t></si></sst>")
    }

    #[test]
    fn every_kind_of_cell_is_read() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let page = book.add_worksheet();
        let date = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
        page.write(1, 0, "=cmd|' /C calc'!A0").unwrap();
        page.write(1, 1, 1234.56).unwrap();
        page.write_with_format(1, 2, ExcelDateTime::from_ymd(2026, 11, 22).unwrap(), &date).unwrap();
        page.write(1, 3, true).unwrap();
        page.write(1, 4, Formula::new("=1+1").set_result("2")).unwrap();
        page.write(1, 5, Formula::new("=\"甲\"&\"乙\"").set_result("甲乙")).unwrap();
        page.write(1, 6, 91_110_108_551_385_082_f64).unwrap();
        page.write(1, 7, "  ").unwrap();
        let table = first_sheet(&book.save_to_buffer().unwrap()).unwrap();
        assert_eq!(table.rows.len(), 1);
        assert_eq!(table.rows[0].number, 2);
        assert_eq!(
            table.rows[0].cells,
            [
                Cell::text("=cmd|' /C calc'!A0"),
                Cell::Number("1234.56".into()),
                Cell::Date(NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()),
                Cell::Bool(true),
                Cell::Number("2".into()),
                Cell::text("甲乙"),
                Cell::Number("91110108551385100".into()),
            ]
        );
    }

    #[test]
    fn hand_written_cells_are_read() {
        let bytes = sheet(
            r#"<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="e"><v>#REF!</v></c><c r="C3" t="e"><v>#SPILL!</v></c><c r="D3" t="d"><v>2026-11-22T00:00:00</v></c><c r="E3" t="inlineStr"><is><t>A&amp;B</t></is></c></row>"#,
        );
        let table = first_sheet(&bytes).unwrap();
        assert_eq!(table.sheet.as_deref(), Some("表"));
        assert_eq!(
            table.rows[0].cells,
            [
                Cell::text("共享"),
                Cell::Error,
                Cell::Empty,
                Cell::Date(NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()),
                Cell::text("A&B"),
            ]
        );
    }

    #[test]
    fn broken_sheets_are_damaged_files() {
        for cells in [
            "<row><c t=\"s\"><v>7</v></c></row>",
            "<row><c><v>1",
            "<row r=\"x\"><c/></row>",
            "<c r=\"A1\"><v>&lol;</v></c>",
        ] {
            if let Err(error) = first_sheet(&sheet(cells)) {
                assert_eq!(error.code(), "workbook_damaged", "{cells}");
            }
        }
        let entity = r#"<row><c t="str"><v>&lol;</v></c></row>"#;
        assert_eq!(first_sheet(&sheet(entity)).unwrap_err().code(), "workbook_damaged");
        let reserves = workbook("<worksheet/>", r#"<sst uniqueCount="1152921504606846976"></sst>"#);
        assert_eq!(first_sheet(&reserves).unwrap_err().code(), "workbook_damaged");
    }

    #[test]
    fn a_declared_size_means_nothing() {
        let bytes = workbook(
            r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>"#,
            "<sst/>",
        );
        assert_eq!(first_sheet(&bytes).unwrap().rows.len(), 1);
    }

    #[test]
    fn cells_out_of_bounds_are_refused() {
        let far = sheet(r#"<row r="1048577"><c r="A1048577"><v>1</v></c></row>"#);
        assert!(matches!(first_sheet(&far).unwrap_err().code(), "too_many_rows" | "workbook_damaged"));
        let wide = sheet(r#"<row r="2"><c r="IW2"><v>1</v></c></row>"#);
        assert!(matches!(first_sheet(&wide), Err(SheetError::TooManyColumns { row: 2 })));
        let ghost = sheet(r#"<row r="2"><c r="XFD2"/></row>"#);
        assert!(first_sheet(&ghost).unwrap().rows.is_empty());
    }
}
