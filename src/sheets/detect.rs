//! The kind of a file, detected from its first bytes; names and extensions are ignored.

use super::SheetError;

/// How a file is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// A zip archive, which may hold an Office Open XML workbook.
    Zip,
    /// An OLE compound file, which may hold a BIFF8 workbook.
    Ole,
    Text,
}

/// The first bytes of files that people mistake for spreadsheets.
const FOREIGN: &[(&[u8], &str)] = &[
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xFF\xD8\xFF", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"Rar!", "RAR"),
    (b"7z\xBC\xAF", "7z"),
    (b"\x1F\x8B", "gzip"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format 3\0", "SQLite"),
    (b"\x7FELF", "ELF"),
    (b"MZ\x90\0", "EXE"),
    (b"PK\x05\x06", "ZIP"),
];

/// Tells the format, or says what else the file is.
pub(super) fn format(bytes: &[u8]) -> Result<Format, SheetError> {
    if bytes.is_empty() {
        return Err(SheetError::EmptyFile);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(Format::Zip);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Ok(Format::Ole);
    }
    // A bare BIFF stream of Excel 2 to 95: the record type, then its length.
    if matches!(bytes, [0x09, 0x00 | 0x02 | 0x04 | 0x08, _, 0x00, ..]) {
        return Err(SheetError::OldWorkbook);
    }
    let foreign = FOREIGN.iter().find(|(magic, _)| bytes.starts_with(magic) && (magic != b"BM" || bytes.contains(&0)));
    if let Some((_, kind)) = foreign {
        return Err(SheetError::NotASpreadsheet(kind));
    }
    markup(bytes).map_or(Ok(Format::Text), Err)
}

/// Recognises web pages and XML, which some systems export under a spreadsheet's name.
fn markup(bytes: &[u8]) -> Option<SheetError> {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let head = start.get(..start.len().min(1024))?.to_ascii_lowercase();
    let holds = |needle: &[u8]| head.windows(needle.len()).any(|window| window == needle);
    if [b"<!doctype html".as_slice(), b"<html", b"<table", b"<head", b"<meta", b"<body"]
        .iter()
        .any(|tag| head.starts_with(tag))
    {
        return Some(SheetError::WebPage);
    }
    if head.starts_with(b"<?xml") || head.starts_with(b"<!--") {
        return Some(if holds(b"<html") { SheetError::WebPage } else { SheetError::NotASpreadsheet("XML") });
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn spreadsheets_and_text_are_told_by_their_bytes() {
        assert_eq!(format(b"PK\x03\x04rest").unwrap(), Format::Zip);
        assert_eq!(format(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest").unwrap(), Format::Ole);
        assert_eq!(format("\u{feff}税号,名称".as_bytes()).unwrap(), Format::Text);
        assert_eq!(format(b"BMW,1\n").unwrap(), Format::Text);
        assert_eq!(format(b"\tname\n").unwrap(), Format::Text);
    }

    #[test]
    fn other_files_are_named() {
        let kind = |bytes: &[u8]| match format(bytes).unwrap_err() {
            SheetError::NotASpreadsheet(kind) => kind,
            other => panic_with(&other),
        };
        assert_eq!(kind(b"%PDF-1.7"), "PDF");
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n"), "PNG");
        assert_eq!(kind(b"BM\x36\0\0\0"), "BMP");
        assert_eq!(kind(b"<?xml version=\"1.0\"?><a/>"), "XML");
        assert!(matches!(format(b""), Err(SheetError::EmptyFile)));
        assert!(matches!(format(b"\x09\x08\x08\x00\x00\x05"), Err(SheetError::OldWorkbook)));
    }

    #[test]
    fn web_pages_are_recognised_whatever_their_case() {
        for page in ["<HTML><table>", "\u{feff}\n <table border=1>", "<!DOCTYPE html>", "<?xml version='1.0'?><html>"] {
            assert!(matches!(format(page.as_bytes()), Err(SheetError::WebPage)), "{page}");
        }
    }

    #[allow(clippy::panic, reason = "tests")]
    fn panic_with(error: &SheetError) -> ! {
        panic!("{error}")
    }
}
