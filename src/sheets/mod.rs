//! Reading tables out of xlsx, xls and csv files for imports, and writing them for export. What is read comes from outside and is
//! taken to be hostile: size is checked before anything is unpacked, nothing is evaluated, and no file brings the process down.
//!
//! [`read`] turns bytes into a [`Table`]; [`enterprises`], [`receipts`] and [`calendar`] turn a table into typed lines and row
//! errors. What becomes of the lines is not decided here. [`TableWriter`] makes a workbook row by row.

mod amount_unit;
mod archive;
mod biff;
mod biff_text;
pub mod calendar;
mod columns;
mod csv;
mod detect;
mod encoding;
pub mod enterprises;
mod error;
mod error_list;
mod fields;
#[cfg(test)]
mod fixtures;
mod header_name;
mod ole;
mod period;
mod reader;
pub mod receipts;
mod row_error;
mod row_reader;
mod rows;
mod serial;
mod table;
mod workbook;
mod writer;

pub use amount_unit::AmountUnit;
pub use error::SheetError;
pub use error_list::error_list;
pub use fields::{Field, List};
pub use reader::{MAX_FILE_BYTES, Wanted, open, read};
pub use row_error::{RowError, RowProblem};
pub use rows::{Parsed, Skipped};
pub use table::{Cell, MAX_CELL_CHARS, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_TEXT_BYTES, Row, Table, column_letters};
pub use writer::{TableWriter, WriteError, Written};
