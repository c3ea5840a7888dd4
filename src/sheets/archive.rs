//! The check of a zip archive before anything in it is used: its parts, how far they expand, and whether they hold
//! constructs that no workbook needs. Every part is unpacked once, in small pieces that are thrown away.

use super::SheetError;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::read::ZipFile;

/// Bytes that all parts of a workbook may take unpacked.
pub(super) const MAX_UNPACKED_BYTES: u64 = 512 << 20;
/// How many times its packed size a part may grow. Sheets of equal rows reach about 100; deflate ends at about 1,030.
const MAX_RATIO: u64 = 250;
/// Parts up to this size may grow as they like.
const RATIO_FREE_BYTES: u64 = 4 << 20;
/// Parts a workbook may have.
const MAX_PARTS: usize = 10_000;
/// Bytes between two `<` in an XML part; a cell of 32,767 escaped characters stays below.
const MAX_XML_RUN: usize = 1 << 20;
/// Shared strings take at least the five bytes of `<si/>`.
const MIN_SHARED_STRING_BYTES: u64 = 5;
/// Shared strings whose place in memory may be reserved whatever the size of the part.
const MIN_RESERVED_STRINGS: u64 = 4_194_304;
/// Bytes looked at together with the next piece, longer than anything searched for.
const OVERLAP: usize = 64;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Refuses archives that hold no workbook and those that would harm.
pub(super) fn check(bytes: &[u8]) -> Result<(), SheetError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(SheetError::damaged)?;
    check_kind(&archive)?;
    check_declared(&mut archive)?;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(SheetError::damaged)?;
        check_part(&mut part)?;
    }
    Ok(())
}

fn normalised(name: &str) -> String {
    name.replace('\\', "/").to_ascii_lowercase()
}

fn check_kind(archive: &Archive<'_>) -> Result<(), SheetError> {
    if archive.len() > MAX_PARTS {
        return Err(SheetError::ExpandsTooFar);
    }
    let names = archive.file_names().map(|name| name.map(|name| normalised(&name)));
    let names: Vec<String> = names.collect::<Result<_, _>>().map_err(SheetError::damaged)?;
    let holds = |start: &str| names.iter().any(|name| name.starts_with(start));
    let kind = match () {
        () if holds("xl/workbook.bin") => "XLSB",
        () if holds("xl/") => return Ok(()),
        () if holds("word/") => "DOCX",
        () if holds("ppt/") => "PPTX",
        () if holds("content.xml") && holds("mimetype") => "ODF",
        () => "ZIP",
    };
    Err(SheetError::NotASpreadsheet(kind))
}

/// What the directory of the archive itself says, before anything is unpacked.
fn check_declared(archive: &mut Archive<'_>) -> Result<(), SheetError> {
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(SheetError::damaged)?;
        if part.encrypted() {
            return Err(SheetError::Encrypted);
        }
        let (packed, unpacked) = (part.compressed_size(), part.size());
        total = total.saturating_add(unpacked);
        if unpacked > RATIO_FREE_BYTES && unpacked / MAX_RATIO > packed {
            return Err(SheetError::ExpandsTooFar);
        }
    }
    let overlaps = archive.has_overlapping_entries().map_err(SheetError::damaged)?;
    if total > MAX_UNPACKED_BYTES || overlaps { Err(SheetError::ExpandsTooFar) } else { Ok(()) }
}

/// Unpacks a part to see that it is as long as declared, and looks through it when it is XML.
fn check_part(part: &mut ZipFile<'_, Cursor<&[u8]>>) -> Result<(), SheetError> {
    let name = normalised(&part.name().map_err(SheetError::damaged)?);
    let declared = part.size();
    let is_xml = [".xml", ".rels", ".vml"].iter().any(|end| name.ends_with(end));
    let mut look = XmlLook { declared, shared_strings: name.ends_with("sharedstrings.xml"), run: 0 };
    let mut window: Vec<u8> = Vec::with_capacity(OVERLAP + (64 << 10));
    let mut piece = vec![0; 64 << 10];
    let mut unpacked = 0_u64;
    loop {
        let read = part.read(&mut piece).map_err(SheetError::damaged)?;
        let fresh = piece.get(..read).unwrap_or_default();
        unpacked += fresh.len() as u64;
        if unpacked > declared {
            return Err(SheetError::ExpandsTooFar);
        }
        if is_xml {
            window.extend_from_slice(fresh);
            look.through(&window, fresh)?;
            window.drain(..window.len().saturating_sub(OVERLAP));
        }
        if read == 0 {
            return if unpacked == declared { Ok(()) } else { Err(SheetError::Damaged) };
        }
    }
}

/// What is watched for while an XML part goes by.
struct XmlLook {
    declared: u64,
    shared_strings: bool,
    run: usize,
}

impl XmlLook {
    /// Looks through `window`, the fresh bytes with the end of those before them.
    fn through(&mut self, window: &[u8], fresh: &[u8]) -> Result<(), SheetError> {
        self.check_runs(fresh)?;
        for (at, _) in window.iter().enumerate().filter(|&(_, &b)| b == b'<') {
            let tag = window.get(at..).unwrap_or_default();
            if tag.starts_with(b"<!DOCTYPE") || tag.starts_with(b"<!ENTITY") {
                return Err(SheetError::DocumentType);
            }
        }
        if self.shared_strings { self.check_declared_count(window) } else { Ok(()) }
    }

    /// A single text or tag beyond any cell would be held in memory whole. NUL bytes mean UTF-16, in which nothing searched
    /// for would be found; workbooks are UTF-8.
    fn check_runs(&mut self, fresh: &[u8]) -> Result<(), SheetError> {
        if fresh.contains(&0) {
            return Err(SheetError::Damaged);
        }
        for run in fresh.split_inclusive(|&b| b == b'<') {
            self.run += run.len();
            if self.run > MAX_XML_RUN {
                return Err(SheetError::ExpandsTooFar);
            }
            if run.ends_with(b"<") {
                self.run = 0;
            }
        }
        Ok(())
    }

    /// The number of shared strings is reserved in memory by the parser as it stands, so it must be plausible.
    fn check_declared_count(&self, window: &[u8]) -> Result<(), SheetError> {
        const NAME: &[u8] = b"uniqueCount";
        let most = (self.declared / MIN_SHARED_STRING_BYTES).max(MIN_RESERVED_STRINGS);
        for (at, _) in window.windows(NAME.len()).enumerate().filter(|(_, found)| *found == NAME) {
            let value = window.get(at + NAME.len()..).unwrap_or_default();
            let value = value.get(..OVERLAP - NAME.len()).unwrap_or(value);
            let is_lead = |b: u8| b.is_ascii_whitespace() || matches!(b, b'=' | b'"' | b'\'' | b'+' | b'0');
            let digits: Vec<u8> = value.iter().copied().skip_while(|&b| is_lead(b)).collect();
            let count = digits
                .iter()
                .take_while(|b| b.is_ascii_digit())
                .fold(0_u64, |count, &digit| count.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
            let never_ends = value.len() == OVERLAP - NAME.len() && digits.iter().all(u8::is_ascii_digit);
            if count > most || never_ends {
                return Err(SheetError::Damaged);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use std::io::Write;
    use zip::write::{SimpleFileOptions, ZipWriter};

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn code(bytes: &[u8]) -> &'static str {
        use crate::texts::Explain;
        check(bytes).map_or_else(|error| error.code(), |()| "fine")
    }

    /// Replaces the declared unpacked size of the first part in its local header and in the directory.
    fn lie_about_size(bytes: &mut [u8], size: u32) {
        let directory = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
        for at in [22, directory + 24] {
            bytes[at..at + 4].copy_from_slice(&size.to_le_bytes());
        }
    }

    #[test]
    fn archives_of_other_kinds_are_named() {
        for (part, kind) in
            [("word/document.xml", "DOCX"), ("ppt/a.xml", "PPTX"), ("photo.jpg", "ZIP"), ("xl/workbook.bin", "XLSB")]
        {
            let outcome = check(&archive(&[(part, b"x")]));
            assert!(matches!(outcome, Err(SheetError::NotASpreadsheet(found)) if found == kind), "{part}");
        }
        assert_eq!(code(&archive(&[("mimetype", b"x"), ("content.xml", b"<a/>")])), "not_a_spreadsheet");
        assert_eq!(code(&archive(&[("xl\\Workbook.xml", b"<a/>")])), "fine");
        assert_eq!(code(b"PK\x03\x04 and then nothing"), "workbook_damaged");
    }

    #[test]
    fn bombs_are_refused_by_what_they_declare() {
        let zeros = vec![b' '; 40 << 20];
        assert_eq!(code(&archive(&[("xl/workbook.xml", &zeros)])), "file_expands_too_far");
    }

    #[test]
    fn bombs_are_refused_when_they_lie() {
        let mut bytes = archive(&[("xl/workbook.xml", &vec![b' '; 40 << 20])]);
        lie_about_size(&mut bytes, 1000);
        assert_ne!(code(&bytes), "fine");
        let mut bytes = archive(&[("xl/workbook.xml", b"<a></a>")]);
        lie_about_size(&mut bytes, 3 << 20);
        assert_eq!(code(&bytes), "workbook_damaged");
    }

    #[test]
    fn parts_that_share_their_bytes_are_refused() {
        let mut bytes = archive(&[("xl/a.xml", b"<a></a>"), ("xl/b.xml", b"<a></a>")]);
        let second = bytes.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
        bytes[second + 42..second + 46].copy_from_slice(&0_u32.to_le_bytes());
        assert_ne!(code(&bytes), "fine");
    }

    #[test]
    fn document_types_and_entities_are_refused() {
        let laughs = b"<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\">]><worksheet>&lol;</worksheet>";
        assert_eq!(code(&archive(&[("xl/worksheets/sheet1.xml", laughs)])), "document_type_refused");
    }

    #[test]
    fn xml_that_would_be_held_whole_is_refused() {
        let mut long = b"<sst><si><t>".to_vec();
        long.extend((0..3_u64 << 20).map(|i| b'a' + u8::try_from(i * i % 23).unwrap()));
        assert_eq!(code(&archive(&[("xl/sharedStrings.xml", &long)])), "file_expands_too_far");
        assert_eq!(code(&archive(&[("xl/sharedStrings.xml", b"<\0s\0s\0t\0")])), "workbook_damaged");
    }

    #[test]
    fn impossible_numbers_of_strings_are_refused() {
        let sst =
            |attribute: String| archive(&[("xl/SharedStrings.xml", format!("<sst {attribute}></sst>").as_bytes())]);
        assert_eq!(code(&sst("uniqueCount=\"12\"".into())), "fine");
        assert_eq!(code(&sst("uniqueCount = '9999999999999'".into())), "workbook_damaged");
        assert_eq!(code(&sst(format!("uniqueCount{}=\"9999999999\"", " ".repeat(200)))), "workbook_damaged");
        let far = format!("{}uniqueCount=\"99999999999\"", "<!-- -->".repeat((64 << 10) / 8 - 2));
        assert_eq!(code(&archive(&[("xl/sharedStrings.xml", far.as_bytes())])), "workbook_damaged");
    }
}
