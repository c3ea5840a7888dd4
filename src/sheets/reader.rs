//! The entry: bytes of an unknown file become a table, or an error that says what is wrong with the file.

use super::biff::Biff;
use super::detect::{self, Format};
use super::table::MAX_ROWS;
use super::workbook::{OpenXml, Sheet, Workbook};
use super::{List, SheetError, Table, columns, csv, header_name};
use std::io::Read;
use std::path::Path;

/// Bytes a file may have.
pub const MAX_FILE_BYTES: u64 = 50 << 20;
/// Rows of each sheet looked at to find the one with the list.
const PEEKED_ROWS: u32 = 200;
/// Sheets looked at to find the one with the list.
const PEEKED_SHEETS: usize = 50;
/// Names of sheets that an error repeats.
const NAMES_SHOWN: usize = 20;

/// What the caller looks for in a file.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The kind of list.
    pub list: List,
    /// The name of the sheet; without it, the first visible one whose header has the required columns.
    pub sheet: Option<&'a str>,
}

/// Reads a file from the disk.
pub fn open(path: &Path, wanted: &Wanted<'_>) -> Result<Table, SheetError> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    read(&bytes, wanted)
}

/// Reads the bytes of a file. Their kind is told by the bytes, whatever the file is called.
pub fn read(bytes: &[u8], wanted: &Wanted<'_>) -> Result<Table, SheetError> {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(SheetError::FileTooLarge);
    }
    let table = match detect::format(bytes)? {
        Format::Text => csv::table(bytes)?,
        Format::Zip => choose(&mut OpenXml::open(bytes)?, wanted)?,
        Format::Ole => choose(&mut Biff::open(bytes)?, wanted)?,
    };
    if table.rows.is_empty() { Err(SheetError::EmptyFile) } else { Ok(table) }
}

fn choose(workbook: &mut impl Workbook, wanted: &Wanted<'_>) -> Result<Table, SheetError> {
    let sheet = match wanted.sheet {
        Some(name) => named(workbook.sheets(), name)?,
        None => likeliest(workbook, wanted.list)?,
    };
    workbook.table(sheet, MAX_ROWS)
}

fn named(sheets: &[Sheet], name: &str) -> Result<usize, SheetError> {
    sheets.iter().position(|sheet| sheet.name.trim() == name.trim()).ok_or_else(|| SheetError::SheetNotFound {
        name: name.chars().take(header_name::SHOWN_CHARACTERS).collect(),
        names: sheets.iter().take(NAMES_SHOWN).map(|sheet| sheet.name.clone()).collect(),
    })
}

/// The first sheet with all required columns, else the first with some, else the first with anything.
fn likeliest(workbook: &mut impl Workbook, list: List) -> Result<usize, SheetError> {
    let any_visible = workbook.sheets().iter().any(|sheet| sheet.visible);
    let tabs = workbook.sheets().iter().enumerate().filter(|(_, sheet)| sheet.visible || !any_visible);
    let candidates: Vec<usize> = tabs.map(|(index, _)| index).take(PEEKED_SHEETS).collect();
    if let &[only] = candidates.as_slice() {
        return Ok(only);
    }
    let mut best = None;
    for index in candidates {
        let likeness = columns::likeness(&workbook.table(index, PEEKED_ROWS)?, list);
        if best.is_none_or(|(found, _)| likeness > found) {
            best = Some((likeness, index));
        }
    }
    best.map(|(_, index)| index).ok_or(SheetError::EmptyFile)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::fixtures::uscc;
    use super::*;
    use crate::texts::{Explain, Language};
    use proptest::prelude::*;

    const ENTERPRISES: Wanted<'_> = Wanted { list: List::Enterprises, sheet: None };

    /// A workbook whose sheets have these names and these header cells.
    fn workbook(sheets: &[(&str, &[&str], bool)]) -> Vec<u8> {
        let mut book = rust_xlsxwriter::Workbook::new();
        for (name, header, hidden) in sheets {
            let page = book.add_worksheet().set_name(*name).unwrap();
            page.set_hidden(*hidden);
            page.write_row(0, 0, header.iter().copied()).unwrap();
            page.write_row(1, 0, [uscc(1).as_str(), "甲公司"]).unwrap();
        }
        book.save_to_buffer().unwrap()
    }

    fn sheet_of(bytes: &[u8], sheet: Option<&str>) -> Result<String, &'static str> {
        read(bytes, &Wanted { list: List::Enterprises, sheet }).map(|table| table.sheet.unwrap()).map_err(|e| e.code())
    }

    #[test]
    fn the_sheet_with_the_list_is_found() {
        let full: &[&str] = &["税号", "名称"];
        let bytes = workbook(&[
            ("封面", &["说明"], false),
            ("旧", full, true),
            ("半", &["名称", "街道"], false),
            ("清单", full, false),
        ]);
        assert_eq!(sheet_of(&bytes, None).unwrap(), "清单");
        assert_eq!(sheet_of(&bytes, Some("旧")).unwrap(), "旧");
        assert_eq!(sheet_of(&bytes, Some("无")), Err("sheet_not_found"));
        let error = read(&bytes, &Wanted { list: List::Enterprises, sheet: Some("无") }).unwrap_err();
        assert_eq!(error.text(Language::Zh), "没有名为“无”的工作表。可选：封面、旧、半、清单。");
    }

    #[test]
    fn files_are_opened_from_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wrongly-named.pdf");
        std::fs::write(&path, workbook(&[("清单", &["税号", "名称"], false)])).unwrap();
        assert_eq!(open(&path, &ENTERPRISES).unwrap().rows.len(), 2);
        assert_eq!(open(&folder.path().join("absent"), &ENTERPRISES).unwrap_err().code(), "file_unreadable");
    }

    #[test]
    fn files_without_content_or_beyond_the_limit_are_refused() {
        assert_eq!(read(b"\n \n,,\n", &ENTERPRISES).unwrap_err().code(), "file_empty");
        let large = vec![b'x'; usize::try_from(MAX_FILE_BYTES).unwrap() + 1];
        assert_eq!(read(&large, &ENTERPRISES).unwrap_err().code(), "file_too_large");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_bytes_bring_it_down(magic in 0..3_usize, bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let magic: &[u8] = [&b""[..], b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"][magic];
            drop(read(&[magic, &bytes].concat(), &ENTERPRISES));
        }

        #[test]
        fn no_damaged_workbook_brings_it_down(damages in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..8)) {
            let mut bytes = workbook(&[("清单", &["税号", "名称"], false)]);
            for (at, value) in damages {
                let end = bytes.len();
                bytes[usize::from(at) % end] = value;
            }
            drop(read(&bytes, &ENTERPRISES));
        }
    }
}
