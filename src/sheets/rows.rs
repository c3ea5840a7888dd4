//! From table to lines: which rows are data and which are titles, totals, footers and the like.

use super::columns::Header;
use super::fields::Field;
use super::row_error::RowError;
use super::row_reader::{self, RowReader};
use super::{Cell, List, Row, Table};
use crate::domain::text::half_width;

/// Rows between two calls of the progress callback.
const PROGRESS_STEP: usize = 500;
/// First words of rows that add up others.
const TOTALS: [&str; 12] = [
    "合计",
    "小计",
    "总计",
    "累计",
    "共计",
    "本页合计",
    "本页小计",
    "本月合计",
    "本年累计",
    "本月累计",
    "total",
    "subtotal",
];
/// First words of rows below the list.
const FOOTERS: [&str; 17] = [
    "制表",
    "填表",
    "填报人",
    "填报日期",
    "填报单位",
    "审核人",
    "审核:",
    "复核",
    "负责人",
    "单位负责人",
    "经办人",
    "打印",
    "备注:",
    "说明:",
    "注:",
    "数据来源",
    "报送日期",
];

/// What a file gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed<T> {
    /// 1-based row of the header.
    pub header_row: u32,
    /// Rows of data, good and bad.
    pub data_rows: usize,
    /// The good rows, in the order of the file.
    pub lines: Vec<T>,
    /// All that is wrong, in the order of the file.
    pub errors: Vec<RowError>,
    /// Rows that were passed over.
    pub skipped: Skipped,
    /// Columns that mean nothing here, as the file names them.
    pub ignored_columns: Vec<String>,
}

/// Rows that hold no data, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Rows with content above the header.
    pub titles: usize,
    /// Rows below the header with nothing in any known column, up to the last row with content.
    pub blank: usize,
    /// Rows that repeat the header.
    pub repeated_headers: usize,
    /// Rows that add up others.
    pub totals: usize,
    /// Rows such as who made the list.
    pub footers: usize,
    /// Receipts of charges that are not taxes.
    pub not_taxes: usize,
}

/// What one row of data comes to.
pub(super) enum Outcome<T> {
    Line(T),
    /// A receipt of a charge that is no tax.
    NotATax,
    /// Errors, which the reader has noted.
    Bad,
}

/// Goes through the rows below the header; `parse` turns a row of data into a line.
pub(super) fn each<T>(
    table: &Table,
    list: List,
    header: &Header,
    progress: &mut dyn FnMut(usize, usize),
    mut parse: impl FnMut(&mut RowReader<'_>) -> Outcome<T>,
) -> Parsed<T> {
    let rows = table.rows.get(header.rows_before_data..).unwrap_or_default();
    let mut parsed = Parsed {
        header_row: header.row,
        data_rows: 0,
        lines: Vec::new(),
        errors: Vec::new(),
        skipped: Skipped { titles: header.rows_before_data.saturating_sub(1), ..Skipped::default() },
        ignored_columns: header.ignored.clone(),
    };
    let below = rows.last().map_or(0, |last| last.number.saturating_sub(header.row));
    parsed.skipped.blank = usize::try_from(below).unwrap_or(usize::MAX).saturating_sub(rows.len());
    for (done, row) in rows.iter().enumerate() {
        if done % PROGRESS_STEP == 0 {
            progress(done, rows.len());
        }
        match kind(row, header, list) {
            RowKind::Blank => parsed.skipped.blank += 1,
            RowKind::RepeatedHeader => parsed.skipped.repeated_headers += 1,
            RowKind::Total => parsed.skipped.totals += 1,
            RowKind::Footer => parsed.skipped.footers += 1,
            RowKind::Data => {
                let before = parsed.errors.len();
                let mut reader = RowReader::new(row, header, table.epoch_1904, &mut parsed.errors);
                let outcome = parse(&mut reader);
                parsed.data_rows += 1;
                match outcome {
                    Outcome::NotATax => parsed.skipped.not_taxes += 1,
                    Outcome::Line(line) if parsed.errors.len() == before => parsed.lines.push(line),
                    Outcome::Line(_) | Outcome::Bad => {}
                }
            }
        }
    }
    progress(rows.len(), rows.len());
    parsed
}

enum RowKind {
    Blank,
    RepeatedHeader,
    Total,
    Footer,
    Data,
}

/// A row that carries a code is data whatever else it says.
fn kind(row: &Row, header: &Header, list: List) -> RowKind {
    let has_code = [Field::Uscc, Field::TaxpayerId].iter().any(|&field| {
        header.place(field).is_some_and(|place| match row.cell(place) {
            Cell::Text(text) => text.chars().filter(char::is_ascii_alphanumeric).count() >= row_reader::KEPT_DIGITS,
            Cell::Number(number) => number.len() >= row_reader::KEPT_DIGITS,
            _ => false,
        })
    });
    if has_code {
        return RowKind::Data;
    }
    let texts = || row.cells.iter().filter_map(compact_text);
    if texts().next().is_some_and(|first| FOOTERS.iter().any(|word| first.starts_with(word))) {
        return RowKind::Footer;
    }
    if header.is_repeated_by(row) {
        return RowKind::RepeatedHeader;
    }
    if header.is_blank(row) {
        return RowKind::Blank;
    }
    // Receipts of a street or a tax type are also added up: 城关街道小计.
    let adds_up = |text: String| {
        let text = text.trim_end_matches([':', ')', '(']);
        TOTALS.contains(&text)
            || (list == List::Receipts && ["合计", "小计", "总计"].iter().any(|word| text.ends_with(word)))
    };
    if texts().any(adds_up) { RowKind::Total } else { RowKind::Data }
}

/// Text without spaces, half-width and lower case, in which words are looked for.
fn compact_text(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(text) => {
            let letters = text.chars().map(half_width).filter(|c| !c.is_whitespace());
            Some(letters.take(40).collect::<String>().to_lowercase()).filter(|text| !text.is_empty())
        }
        _ => None,
    }
}
