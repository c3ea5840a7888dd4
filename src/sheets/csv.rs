//! Text files with separated values: which separator they use, and their records under the row numbers that a spreadsheet
//! program shows.

use super::table::{Cell, TableBuilder};
use super::{SheetError, Table, encoding};
use std::collections::BTreeMap;

/// Separators told apart, the likeliest first.
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];
/// Records looked at to tell the separator.
const SAMPLE_RECORDS: usize = 40;

/// Reads a text file.
pub(super) fn table(bytes: &[u8]) -> Result<Table, SheetError> {
    let text = encoding::decode(bytes)?;
    let (separator, text) = declared_separator(text.trim_end_matches('\u{1a}'));
    let separator = separator.unwrap_or_else(|| likeliest_separator(text));
    let mut builder = TableBuilder::default();
    let mut records = Records::new(text, separator);
    while let Some((row, record)) = records.next_record()? {
        for (column, field) in (0_u32..).zip(record) {
            builder.put(row, column, Cell::text(field))?;
        }
    }
    Ok(builder.finish(None, false))
}

/// The separator that a first line `sep=;` declares, and the text after that line, which spreadsheet programs don't show.
fn declared_separator(text: &str) -> (Option<u8>, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let declared = line.trim_end_matches('\r').strip_prefix("sep=").map(str::as_bytes);
    match declared {
        Some(&[separator]) if SEPARATORS.contains(&separator) => (Some(separator), rest),
        _ => (None, text),
    }
}

/// The separator that cuts the most records into one and the same number of fields.
fn likeliest_separator(text: &str) -> u8 {
    let scored = SEPARATORS.iter().rev().map(|&separator| (score(text, separator), separator));
    scored.max_by_key(|(score, _)| *score).map_or(b',', |(_, separator)| separator)
}

/// How many of the first records have the commonest number of fields above one, and that number.
fn score(text: &str, separator: u8) -> (usize, usize) {
    let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
    for record in reader(text, separator).byte_records().take(SAMPLE_RECORDS).filter_map(Result::ok) {
        if record.len() > 1 {
            *widths.entry(record.len()).or_default() += 1;
        }
    }
    widths.into_iter().map(|(width, records)| (records, width)).max().unwrap_or_default()
}

fn reader(text: &str, separator: u8) -> ::csv::Reader<&[u8]> {
    ::csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes())
}

/// Records with 0-based row numbers. The parser leaves out empty lines and counts the lines inside quoted fields;
/// spreadsheet programs do neither, so rows are counted here from the bytes that each record took.
struct Records<'a> {
    text: &'a str,
    reader: ::csv::Reader<&'a [u8]>,
    record: ::csv::StringRecord,
    taken: usize,
    next_row: u32,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, separator: u8) -> Self {
        Self { text, reader: reader(text, separator), record: ::csv::StringRecord::new(), taken: 0, next_row: 0 }
    }

    fn next_record(&mut self) -> Result<Option<(u32, &::csv::StringRecord)>, SheetError> {
        if !self.reader.read_record(&mut self.record).map_err(SheetError::damaged)? {
            return Ok(None);
        }
        let end = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        let before = self.text.as_bytes().get(..self.taken).unwrap_or_default();
        let bytes = self.text.as_bytes().get(self.taken..end).unwrap_or_default();
        let row = self.next_row.saturating_add(empty_lines(before.last().copied(), bytes));
        let at_end = end >= self.text.len();
        let has_open_quote = bytes.split(|&b| b == b'"').count() % 2 == 0;
        if at_end && has_open_quote && self.swallows_lines() {
            return Err(SheetError::OpenQuote { row: row.saturating_add(1) });
        }
        self.taken = end;
        self.next_row = row.saturating_add(1);
        Ok(Some((row, &self.record)))
    }

    /// Whether the last record holds a line break: an unmatched quotation mark inside one line harms nothing.
    fn swallows_lines(&self) -> bool {
        self.record.iter().any(|field| field.trim_end().contains(['\n', '\r']))
    }
}

/// The empty lines that `bytes` starts with, where `previous` is the byte before them.
fn empty_lines(previous: Option<u8>, bytes: &[u8]) -> u32 {
    let mut previous = previous;
    let mut lines = 0;
    for &byte in bytes {
        match byte {
            b'\n' if previous == Some(b'\r') => {}
            b'\n' | b'\r' => lines += 1,
            _ => break,
        }
        previous = Some(byte);
    }
    lines
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str) -> Vec<(u32, Vec<String>)> {
        let cell = |cell: &Cell| if let Cell::Text(text) = cell { text.clone() } else { String::new() };
        let table = table(text.as_bytes()).unwrap();
        table.rows.iter().map(|row| (row.number, row.cells.iter().map(cell).collect())).collect()
    }

    fn numbers(text: &str) -> Vec<u32> {
        rows(text).into_iter().map(|(number, _)| number).collect()
    }

    #[test]
    fn separators_are_told_apart() {
        for separator in [",", ";", "\t"] {
            let text = ["标题,一;览\t表", "a|b|c", "1|2|3", "\"x,;\ty\"|5|6"].join("\n").replace('|', separator);
            let rows = rows(&text);
            assert_eq!(rows[2].1, ["1", "2", "3"], "{separator:?}");
            assert_eq!(rows[3].1[0], "x,;\ty");
        }
        assert_eq!(rows("名称;金额\n甲;1,5\n乙;2,5\n")[1].1, ["甲", "1,5"]);
        assert_eq!(rows("sep=;\r\na;b,c,d\r\n")[0], (1, vec!["a".into(), "b,c,d".into()]));
        assert_eq!(rows("one column\nonly")[1].1, ["only"]);
    }

    #[test]
    fn rows_have_the_numbers_of_a_spreadsheet() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["", "a,b", "", "", "\"two", "lines\",c", "d,e", ",", "f,g", ""].join(end);
            assert_eq!(numbers(&text), [2, 5, 6, 8], "{end:?}");
        }
    }

    #[test]
    fn an_open_quote_is_refused_where_it_swallows_rows() {
        let error = table("a,b\n\n\"c,d\ne,f\n".as_bytes()).unwrap_err();
        assert!(matches!(error, SheetError::OpenQuote { row: 3 }));
        assert_eq!(rows("a,b\nc,12\" pipe\ne,f")[1].1[1], "12\" pipe");
        assert_eq!(rows("a,b\n\"c\"\"d\",e")[1].1[0], "c\"d");
    }

    #[test]
    fn formulas_stay_text() {
        assert_eq!(rows("=1+1,+2,-3,@x,=cmd|' /C calc'!A0")[0].1, ["=1+1", "+2", "-3", "@x", "=cmd|' /C calc'!A0"]);
    }

    proptest! {
        #[test]
        fn no_bytes_bring_it_down(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            drop(table(&bytes));
        }

        #[test]
        fn rows_ascend(text in "[a,\";\r\n\t ]{0,80}") {
            if let Ok(table) = table(text.as_bytes()) {
                prop_assert!(table.rows.is_sorted_by(|a, b| a.number < b.number));
            }
        }
    }
}
