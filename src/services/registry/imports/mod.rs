//! Imports of files: the source of the data, the plan of a file, and its execution, all or nothing unless asked
//! otherwise.
//!
//! A file is read before the transaction begins, so that nobody waits for the writer while a spreadsheet is unpacked.

mod contacts;
pub mod enterprises;
pub mod history;
mod plan;
pub mod receipts;
mod street_names;

use crate::{
    db::registry::imports::Import,
    domain::{ids::ImportId, lengths::SOURCE_MAX, month::Month, records::change::Action},
    services::{Details, Error, Invalid, Tx},
    sheets::{List, MAX_FILE_BYTES, Parsed, RowError, RowProblem, SheetError, Skipped, Table, Wanted},
    texts::{Explain, Language},
};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Most characters of a legal basis.
const LEGAL_BASIS_MAX: usize = 500;
/// Most characters of a file's name that are kept.
const FILE_NAME_MAX: usize = 200;

/// A file and what must be said about it.
#[derive(Debug, Clone)]
pub struct Upload<'a> {
    /// What the file is called.
    pub file_name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The sheet that holds the list; without it, the first one that looks like it.
    pub sheet: Option<&'a str>,
    /// Where the data came from.
    pub source: &'a str,
    /// On what legal basis it was passed on; required.
    pub legal_basis: &'a str,
    /// The day the data was true.
    pub data_on: NaiveDate,
}

/// Where the data of a file came from, checked.
#[derive(Debug, Clone)]
pub(in crate::services) struct Origin {
    file_name: String,
    file_sha256: Vec<u8>,
    pub(in crate::services) source: String,
    legal_basis: String,
    pub(in crate::services) data_on: NaiveDate,
}

impl Origin {
    fn of(upload: &Upload<'_>, today: NaiveDate) -> Result<Self, Error> {
        let mut invalid = Invalid::default();
        let source = invalid.line("/source", upload.source, SOURCE_MAX);
        let legal_basis = invalid.line("/legal_basis", upload.legal_basis, LEGAL_BASIS_MAX);
        let data_on = invalid.past_day("/data_date", upload.data_on, today);
        invalid.check()?;
        let complete = source.zip(legal_basis).zip(data_on);
        let ((source, legal_basis), data_on) = complete.ok_or(Error::NotFound)?;
        let file_name: String = upload.file_name.chars().filter(|c| !c.is_control()).take(FILE_NAME_MAX).collect();
        Ok(Self { file_name, file_sha256: Sha256::digest(upload.bytes).to_vec(), source, legal_basis, data_on })
    }
}

/// How an import is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mode {
    /// Only say what would happen.
    pub dry_run: bool,
    /// Take the good rows although others are bad.
    pub partial: bool,
    /// Replace a month of receipts by fewer than half as many.
    pub allow_fewer: bool,
}

/// What came of a file, or would come of it.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The import; `None` when nothing was written.
    pub import: Option<ImportId>,
    /// Rows of data in the file.
    pub rows_read: usize,
    /// Rows that become something new.
    pub created: usize,
    /// Rows that change something; of receipts, rows of earlier files that are superseded.
    pub changed: usize,
    /// Rows that say what is known already.
    pub unchanged: usize,
    /// Rows older than what is known.
    pub outdated: usize,
    /// Hard signals that follow: addresses and tax authorities that left the district.
    pub signals: usize,
    /// Months of receipts that are all here as far as this source goes, and the sources they still wait for.
    pub awaited: Vec<(Month, Vec<String>)>,
    /// Everything that is wrong, in the order of the file.
    pub errors: Vec<RowError>,
    /// Rows that hold no data, by kind.
    pub skipped: Skipped,
    /// Columns that mean nothing here.
    pub ignored_columns: Vec<String>,
}

impl Report {
    fn of<T>(parsed: &Parsed<T>) -> Self {
        Self {
            rows_read: parsed.data_rows,
            errors: parsed.errors.clone(),
            skipped: parsed.skipped,
            ignored_columns: parsed.ignored_columns.clone(),
            ..Self::default()
        }
    }

    /// Rows that cannot be taken over.
    pub fn bad_rows(&self) -> usize {
        self.errors.iter().map(|error| error.row).collect::<BTreeSet<_>>().len()
    }

    /// Whether errors keep the whole file out.
    fn is_refused(&self, mode: Mode) -> bool {
        !mode.partial && !self.errors.is_empty()
    }

    fn note(&mut self, errors: impl IntoIterator<Item = RowError>) {
        self.errors.extend(errors);
        self.errors.sort_by_key(|error| error.row);
    }
}

/// Why a file as a whole is refused.
fn unreadable(error: SheetError) -> Error {
    Error::field("/file", error)
}

fn table(upload: &Upload<'_>, list: List) -> Result<Table, Error> {
    crate::sheets::read(upload.bytes, &Wanted { list, sheet: upload.sheet }).map_err(unreadable)
}

/// Something wrong with a row that only the registry can tell.
fn row_error(row: u32, column: &str, reason: &(impl Explain + ?Sized)) -> RowError {
    let problem =
        RowProblem::Refused { code: reason.code(), zh: reason.text(Language::Zh), en: reason.text(Language::En) };
    RowError { row, column: column.to_owned(), problem }
}

/// Writes the row that says where the data came from; what came with it refers to it.
fn begin(tx: &mut Tx<'_>, id: ImportId, list: List, origin: &Origin, report: &Report) -> Result<(), Error> {
    let count = |rows: usize| i32::try_from(rows).unwrap_or(i32::MAX);
    let row = Import {
        id,
        kind: list.as_str().to_owned(),
        file_name: origin.file_name.clone(),
        file_sha256: origin.file_sha256.clone(),
        source: origin.source.clone(),
        legal_basis: origin.legal_basis.clone(),
        data_on: origin.data_on,
        rows_read: count(report.rows_read),
        rows_created: count(report.created),
        rows_changed: count(report.changed),
        rows_skipped: count(report.bad_rows() + report.outdated),
        actor: tx.actor.reference().to_string(),
        created_at: tx.now.into(),
    };
    tx.name_batch(format!("{} {}", row.source, row.data_on));
    tx.create_as(&row, Action::Imported, Details::none())
}

/// How large a file may be, in bytes.
pub const FILE_BYTES_MAX: u64 = MAX_FILE_BYTES;
