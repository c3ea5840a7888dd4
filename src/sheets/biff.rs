//! Workbooks of Excel 97 to 2003 (xls, BIFF8, MS-XLS). Only values are read: formulas give the value the file carries.
//! Memory grows with what the file holds, never with what it declares.

use super::biff_text::{Fields, Record, Records};
use super::ole::{Ole, u16_at, u32_at};
use super::table::{Cell, TableBuilder};
use super::workbook::{Sheet, Workbook, dated};
use super::{SheetError, Table, serial};
use std::collections::BTreeMap;

const BIFF8: u16 = 0x0600;
/// Tabs a workbook may have.
const MAX_SHEETS: usize = 1_024;

mod kind {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const EOF: u16 = 0x000A;
    pub(super) const DATE_MODE: u16 = 0x0022;
    pub(super) const FILE_PASS: u16 = 0x002F;
    pub(super) const BOUND_SHEET: u16 = 0x0085;
    pub(super) const MUL_RK: u16 = 0x00BD;
    pub(super) const R_STRING: u16 = 0x00D6;
    pub(super) const XF: u16 = 0x00E0;
    pub(super) const SST: u16 = 0x00FC;
    pub(super) const LABEL_SST: u16 = 0x00FD;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const BOOL_ERR: u16 = 0x0205;
    pub(super) const STRING: u16 = 0x0207;
    pub(super) const RK: u16 = 0x027E;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const BOF: u16 = 0x0809;
}

/// A workbook whose shared part has been read.
#[derive(Default)]
pub(super) struct Biff {
    stream: Vec<u8>,
    sheets: Vec<Sheet>,
    starts: Vec<usize>,
    strings: Vec<String>,
    /// By number of the cell format: whether it shows a date.
    dates: Vec<bool>,
    epoch_1904: bool,
}

impl Biff {
    /// Reads the workbook out of a compound file, or says what else the file is.
    pub(super) fn open(bytes: &[u8]) -> Result<Self, SheetError> {
        let ole = Ole::open(bytes)?;
        if ole.holds("EncryptedPackage") {
            return Err(SheetError::Encrypted);
        }
        if !ole.holds("Workbook") {
            return Err(match () {
                () if ole.holds("Book") => SheetError::OldWorkbook,
                () if ole.holds("WordDocument") => SheetError::NotASpreadsheet("DOC"),
                () if ole.holds("PowerPoint Document") => SheetError::NotASpreadsheet("PPT"),
                () => SheetError::NotASpreadsheet("OLE"),
            });
        }
        Self::read(ole.stream("Workbook")?)
    }

    fn read(stream: Vec<u8>) -> Result<Self, SheetError> {
        let mut book = Self::default();
        let mut formats = BTreeMap::new();
        let mut cell_formats = Vec::new();
        if Records(&stream).next().is_none_or(|first| first.kind != kind::BOF) {
            return Err(SheetError::Damaged);
        }
        let mut is_whole = false;
        for record in Records(&stream) {
            match record.kind {
                kind::BOF if u16_at(record.data, 0) != Some(BIFF8) => return Err(SheetError::OldWorkbook),
                kind::FILE_PASS => return Err(SheetError::Encrypted),
                kind::DATE_MODE => book.epoch_1904 = u16_at(record.data, 0) == Some(1),
                kind::FORMAT => {
                    let id = u16_at(record.data, 0).ok_or(SheetError::Damaged)?;
                    formats.insert(id, serial::is_date_format(&Fields::new(record, 2).text()?));
                }
                kind::XF => cell_formats.push(u16_at(record.data, 2).unwrap_or(0)),
                kind::BOUND_SHEET => book.add_sheet(record)?,
                kind::SST => book.read_strings(record)?,
                kind::EOF => {
                    is_whole = true;
                    break;
                }
                _ => {}
            }
        }
        if !is_whole {
            return Err(SheetError::Damaged);
        }
        let is_date = |id: &u16| formats.get(id).copied().unwrap_or_else(|| serial::is_builtin_date_format(*id));
        book.dates = cell_formats.iter().map(is_date).collect();
        book.stream = stream;
        Ok(book)
    }

    fn add_sheet(&mut self, record: Record<'_>) -> Result<(), SheetError> {
        let start = u32_at(record.data, 0).and_then(|start| usize::try_from(start).ok()).ok_or(SheetError::Damaged)?;
        let visible = !matches!(record.data.get(4), Some(1 | 2));
        if record.data.get(5) != Some(&0) {
            return Ok(());
        }
        if self.sheets.len() >= MAX_SHEETS {
            return Err(SheetError::Damaged);
        }
        self.sheets.push(Sheet { name: Fields::new(record, 6).short_text()?.replace('\0', ""), visible });
        self.starts.push(start);
        Ok(())
    }

    fn read_strings(&mut self, record: Record<'_>) -> Result<(), SheetError> {
        let mut fields = Fields::new(record, 8);
        while !fields.is_at_end() {
            self.strings.push(fields.text()?);
        }
        Ok(())
    }

    fn number(&self, format: usize, value: f64) -> Cell {
        dated(value, self.dates.get(format).copied().unwrap_or(false), self.epoch_1904)
    }

    /// An RK number (MS-XLS 2.5.217): 30 bits of an integer or of a floating-point number, perhaps in hundredths.
    fn rk(&self, format: usize, rk: u32) -> Cell {
        let value = if rk & 2 == 0 {
            f64::from_bits(u64::from(rk & 0xFFFF_FFFC) << 32)
        } else {
            f64::from(rk.cast_signed() >> 2)
        };
        if rk & 1 == 0 {
            return self.number(format, value);
        }
        let Some(text) = serial::decimal(value, 2) else { return Cell::Error };
        match text.parse() {
            Ok(hundredth) if self.dates.get(format) == Some(&true) => self.number(format, hundredth),
            _ => Cell::Number(text),
        }
    }

    fn formula(&self, format: usize, value: [u8; 8]) -> Cell {
        match value {
            [1, _, value, _, _, _, 0xFF, 0xFF] => Cell::Bool(value != 0),
            [2, .., 0xFF, 0xFF] => Cell::Error,
            // A text, which follows in a record of its own, or nothing.
            [.., 0xFF, 0xFF] => Cell::Empty,
            number => self.number(format, f64::from_le_bytes(number)),
        }
    }

    /// Puts the values of one record into the table. `None` when the record is cut off.
    fn read_cells(
        &self,
        record: Record<'_>,
        place: &mut Place,
        table: &mut TableBuilder,
    ) -> Option<Result<(), SheetError>> {
        let data = record.data;
        if record.kind == kind::STRING {
            let text = Fields::new(record, 0).text();
            return Some(text.and_then(|text| table.put(place.row, place.column, Cell::text(text))));
        }
        *place = Place { row: u16_at(data, 0)?.into(), column: u16_at(data, 2)?.into() };
        let format = usize::from(u16_at(data, 4)?);
        let cell = match record.kind {
            kind::NUMBER => self.number(format, f64::from_le_bytes(*data.get(6..)?.first_chunk()?)),
            kind::FORMULA => self.formula(format, *data.get(6..)?.first_chunk()?),
            kind::RK => self.rk(format, u32_at(data, 6)?),
            kind::BOOL_ERR if *data.get(7)? != 0 => Cell::Error,
            kind::BOOL_ERR => Cell::Bool(*data.get(6)? != 0),
            kind::LABEL_SST => Cell::text(self.strings.get(usize::try_from(u32_at(data, 6)?).ok()?)?.as_str()),
            kind::MUL_RK => return Some(self.read_many(data.get(4..)?, place, table)),
            _ => match Fields::new(record, 6).text() {
                Ok(text) => Cell::text(text),
                Err(error) => return Some(Err(error)),
            },
        };
        Some(table.put(place.row, place.column, cell))
    }

    /// Pairs of cell format and RK number, then the number of the last column.
    fn read_many(&self, data: &[u8], place: &Place, table: &mut TableBuilder) -> Result<(), SheetError> {
        for (column, pair) in (place.column..).zip(data.as_chunks::<6>().0) {
            let (Some(format), Some(rk)) = (u16_at(pair, 0), u32_at(pair, 2)) else { return Err(SheetError::Damaged) };
            table.put(place.row, column, self.rk(usize::from(format), rk))?;
        }
        Ok(())
    }
}

/// 0-based row and column.
struct Place {
    row: u32,
    column: u32,
}

impl Workbook for Biff {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn table(&mut self, sheet: usize, rows: u32) -> Result<Table, SheetError> {
        let (Some(start), Some(tab)) = (self.starts.get(sheet), self.sheets.get(sheet)) else {
            return Err(SheetError::Damaged);
        };
        let mut table = TableBuilder::default();
        let mut place = Place { row: 0, column: 0 };
        // Embedded charts are streams inside the stream and carry records that look like cells.
        let mut depth = 0_usize;
        // A stream that was cut off must not pass for a shorter list.
        let mut is_whole = false;
        for record in Records(self.stream.get(*start..).ok_or(SheetError::Damaged)?) {
            match record.kind {
                kind::BOF => depth += 1,
                kind::EOF if depth <= 1 => {
                    is_whole = true;
                    break;
                }
                kind::EOF => depth -= 1,
                kind::NUMBER
                | kind::FORMULA
                | kind::RK
                | kind::MUL_RK
                | kind::BOOL_ERR
                | kind::LABEL_SST
                | kind::LABEL
                | kind::R_STRING
                | kind::STRING
                    if depth == 1 =>
                {
                    self.read_cells(record, &mut place, &mut table).ok_or(SheetError::Damaged)??;
                    if place.row >= rows {
                        is_whole = true;
                        break;
                    }
                }
                _ => {}
            }
        }
        if is_whole { Ok(table.finish(Some(tab.name.clone()), self.epoch_1904)) } else { Err(SheetError::Damaged) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "tests")]
    use super::super::ole::fixtures;
    use super::super::table::MAX_ROWS;
    use super::*;
    use chrono::NaiveDate;
    use proptest::prelude::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes(), &(data.len() as u16).to_le_bytes(), data].concat()
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn cell(kind: u16, row: u16, column: u16, format: u16, data: &[u8]) -> Vec<u8> {
        let head = [row.to_le_bytes(), column.to_le_bytes(), format.to_le_bytes()].concat();
        record(kind, &[&head, data].concat())
    }

    fn bof() -> Vec<u8> {
        record(kind::BOF, &[0, 6, 5, 0])
    }

    /// Two cell formats, the second a date; shared strings `AB` and `星河科技`, the latter cut by a CONTINUE record that
    /// goes on with one byte a character; one visible sheet.
    fn stream(cells: &[Vec<u8>]) -> Vec<u8> {
        let sst = [&[2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, b'A', b'B', 5, 0, 1][..], &wide("星河科技")].concat();
        let mut globals = [
            bof(),
            record(kind::FORMAT, &[&[164, 0, 10, 0, 0][..], b"yyyy/mm/dd"].concat()),
            record(kind::XF, &[0, 0, 0, 0]),
            record(kind::XF, &[0, 0, 164, 0]),
            record(kind::SST, &sst),
            record(0x003C, b"\0X"),
        ]
        .concat();
        let start = globals.len() + 4 + 12 + 4;
        let tab = [&(start as u32).to_le_bytes()[..], &[0, 0, 2, 1], &wide("清单")].concat();
        globals.extend(record(kind::BOUND_SHEET, &tab));
        globals.extend(record(kind::EOF, &[]));
        assert_eq!(globals.len(), start);
        [globals, bof(), cells.concat(), record(kind::EOF, &[])].concat()
    }

    fn table(cells: &[Vec<u8>]) -> Result<Table, SheetError> {
        Biff::open(&fixtures::file("Workbook", &stream(cells)))?.table(0, MAX_ROWS)
    }

    #[test]
    fn every_kind_of_cell_is_read() {
        let rk_hundredths = ((-12_345_i32 << 2) | 3).to_le_bytes();
        let many = [&[4, 0, 0, 0, 0, 0][..], &[14, 0, 0, 0], &[1, 0], &((46_348_u32 << 2) | 2).to_le_bytes(), &[1, 0]]
            .concat();
        let table = table(&[
            cell(kind::LABEL_SST, 2, 0, 0, &[1, 0, 0, 0]),
            cell(kind::NUMBER, 2, 1, 0, &1234.56_f64.to_le_bytes()),
            cell(kind::RK, 2, 2, 0, &rk_hundredths),
            cell(kind::BOOL_ERR, 2, 3, 0, &[1, 0]),
            cell(kind::BOOL_ERR, 2, 4, 0, &[0x17, 1]),
            cell(kind::FORMULA, 2, 5, 0, &[&2.5_f64.to_le_bytes()[..], &[0; 8]].concat()),
            cell(kind::FORMULA, 2, 6, 0, &[0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0]),
            record(kind::STRING, &[&[2, 0, 1][..], &wide("结果")].concat()),
            cell(kind::LABEL, 2, 7, 0, &[2, 0, 0, b'h', b'i']),
            record(kind::MUL_RK, &many),
        ])
        .unwrap();
        assert_eq!(table.sheet.as_deref(), Some("清单"));
        assert_eq!(table.rows[0].number, 3);
        let date = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        assert_eq!(
            table.rows[0].cells,
            [
                Cell::text("星河科技X"),
                Cell::Number("1234.56".into()),
                Cell::Number("-123.45".into()),
                Cell::Bool(true),
                Cell::Error,
                Cell::Number("2.5".into()),
                Cell::text("结果"),
                Cell::text("hi"),
            ]
        );
        assert_eq!(table.rows[1].cells, [Cell::Number("3".into()), Cell::Date(date)]);
    }

    #[test]
    fn charts_inside_a_sheet_are_left_out() {
        let table = table(&[
            bof(),
            cell(kind::NUMBER, 0, 0, 0, &1_f64.to_le_bytes()),
            record(kind::EOF, &[]),
            cell(kind::NUMBER, 1, 0, 0, &2_f64.to_le_bytes()),
        ])
        .unwrap();
        assert_eq!(table.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn protected_old_and_foreign_files_are_told_apart() {
        let opened = |name: &str, stream: &[u8]| Biff::open(&fixtures::file(name, stream)).err().unwrap();
        let protected = [bof(), record(kind::FILE_PASS, &[1, 0])].concat();
        assert!(matches!(opened("Workbook", &protected), SheetError::Encrypted));
        assert!(matches!(opened("EncryptedPackage", &[1]), SheetError::Encrypted));
        assert!(matches!(opened("Workbook", &record(kind::BOF, &[0, 5, 5, 0])), SheetError::OldWorkbook));
        assert!(matches!(opened("Book", &[1]), SheetError::OldWorkbook));
        assert!(matches!(opened("WordDocument", &[1]), SheetError::NotASpreadsheet("DOC")));
        assert!(matches!(opened("Workbook", b"not a workbook"), SheetError::Damaged));
    }

    #[test]
    fn a_stream_that_was_cut_off_is_no_shorter_list() {
        let whole = stream(&[cell(kind::NUMBER, 0, 0, 0, &[0; 8]), cell(kind::NUMBER, 1, 0, 0, &[0; 8])]);
        assert_eq!(Biff::read(whole.clone()).unwrap().table(0, MAX_ROWS).unwrap().rows.len(), 2);
        let cut = |bytes: usize| Biff::read(whole[..whole.len() - bytes].to_vec());
        assert!(matches!(cut(4).unwrap().table(0, MAX_ROWS), Err(SheetError::Damaged)));
        assert!(matches!(cut(22).unwrap().table(0, MAX_ROWS), Err(SheetError::Damaged)));
        assert!(matches!(cut(whole.len() - 60), Err(SheetError::Damaged)));
    }

    #[test]
    fn cut_records_are_damage() {
        assert!(matches!(table(&[cell(kind::NUMBER, 0, 0, 0, &[1, 2])]), Err(SheetError::Damaged)));
        assert!(matches!(table(&[cell(kind::LABEL_SST, 0, 0, 0, &[9, 0, 0, 0])]), Err(SheetError::Damaged)));
        assert!(matches!(table(&[cell(kind::RK, 0, 300, 0, &[0; 4])]), Err(SheetError::TooManyColumns { row: 1 })));
    }

    proptest! {
        #[test]
        fn no_damage_brings_it_down(damages in proptest::collection::vec((0..400_usize, any::<u8>()), 1..12)) {
            let mut bytes = stream(&[
                cell(kind::LABEL_SST, 2, 0, 0, &[1, 0, 0, 0]),
                cell(kind::MUL_RK, 2, 1, 0, &[2, 0, 0, 0, 1, 0]),
                cell(kind::LABEL, 2, 7, 0, &[2, 0, 0, b'h', b'i']),
            ]);
            for (at, value) in damages {
                let end = bytes.len();
                bytes[at % end] = value;
            }
            if let Ok(mut book) = Biff::read(bytes) {
                for sheet in 0..book.sheets().len() {
                    drop(book.table(sheet, MAX_ROWS));
                }
            }
        }
    }
}
