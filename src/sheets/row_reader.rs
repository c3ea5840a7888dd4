//! The cells of one row as values; every error is noted with row and column.

use super::columns::Header;
use super::fields::Field;
use super::row_error::{RowError, RowProblem};
use super::{Cell, Row, serial};
use crate::domain::date::parse_date_lenient;
use crate::domain::month::Month;
use crate::domain::registry::organisation_code::LegacyTaxpayerId;
use crate::domain::registry::uscc::Uscc;
use crate::domain::text::normalise_code;
use crate::domain::text::{half_width, is_han, line};
use crate::texts::Explain;
use chrono::NaiveDate;

/// Digits that spreadsheet programs keep of a number.
pub(super) const KEPT_DIGITS: usize = 15;
/// Reads the cells of one row and notes what is wrong with them.
pub(super) struct RowReader<'a> {
    row: &'a Row,
    header: &'a Header,
    epoch_1904: bool,
    errors: &'a mut Vec<RowError>,
}

impl<'a> RowReader<'a> {
    /// Starts on a row. `epoch_1904` says from when day numbers count.
    pub(super) const fn new(row: &'a Row, header: &'a Header, epoch_1904: bool, errors: &'a mut Vec<RowError>) -> Self {
        Self { row, header, epoch_1904, errors }
    }

    /// The 1-based number of the row.
    pub(super) const fn number(&self) -> u32 {
        self.row.number
    }

    /// Notes a problem of a column.
    pub(super) fn note(&mut self, field: Field, problem: RowProblem) {
        self.errors.push(RowError { row: self.row.number, column: self.header.name(field), problem });
    }

    fn cell(&self, field: Field) -> &Cell {
        self.header.place(field).map_or(&Cell::Empty, |place| self.row.cell(place))
    }

    /// What is written in a column; an error value is noted.
    fn written(&mut self, field: Field) -> Option<String> {
        let text = match self.cell(field) {
            Cell::Empty => return None,
            Cell::Text(text) => unwrapped(text),
            Cell::Number(text) => text.clone(),
            Cell::Date(date) => date.to_string(),
            Cell::Bool(value) => if *value { "是" } else { "否" }.to_owned(),
            Cell::Error => {
                self.note(field, RowProblem::ErrorValue);
                return None;
            }
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// A value read by a rule of the domain; `None` when nothing is there or, noted, when the rule refuses it.
    pub(super) fn parsed<T, E: Explain>(
        &mut self,
        field: Field,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.written(field)?;
        parse(&text).map_err(|error| self.note(field, RowProblem::refused(&error))).ok()
    }

    /// One line of text of at most `max` characters.
    pub(super) fn text(&mut self, field: Field, max: usize) -> Option<String> {
        self.parsed(field, |text| line(text, max))
    }

    /// A value that must be there: notes that it is missing, unless something else has been noted.
    pub(super) fn required<T>(&mut self, field: Field, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let noted = self.errors.len();
        let value = read(self);
        if value.is_none() && self.errors.len() == noted {
            self.note(field, RowProblem::Missing);
        }
        value
    }

    /// One of several words; `allowed` names them in Chinese and in English.
    pub(super) fn choice<T>(
        &mut self,
        field: Field,
        find: impl FnOnce(&str) -> Option<T>,
        allowed: impl FnOnce() -> (String, String),
    ) -> Option<T> {
        let text = self.written(field)?;
        let key: String =
            text.chars().map(half_width).filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        let found = find(&key);
        if found.is_none() {
            let (zh, en) = allowed();
            self.note(field, RowProblem::NotAChoice { zh, en });
        }
        found
    }

    /// The code, from its own column or from that of the taxpayer id.
    pub(super) fn code(&mut self) -> Option<Uscc> {
        let noted = self.errors.len();
        let own = self.code_in(Field::Uscc);
        let other = self.code_in(Field::TaxpayerId);
        if self.errors.len() > noted {
            return None;
        }
        match (own, other) {
            (Some(own), Some(other)) if own != other => {
                self.note(Field::TaxpayerId, RowProblem::CodesDiffer);
                None
            }
            (Some(code), _) | (None, Some(code)) => Some(code),
            (None, None) => {
                self.note(self.code_field(), RowProblem::Missing);
                None
            }
        }
    }

    /// The column in which codes stand.
    pub(super) fn code_field(&self) -> Field {
        if self.header.place(Field::Uscc).is_some() { Field::Uscc } else { Field::TaxpayerId }
    }

    fn code_in(&mut self, field: Field) -> Option<Uscc> {
        let lost = match self.cell(field) {
            Cell::Number(number) => number.len() > KEPT_DIGITS,
            Cell::Text(text) => is_scientific(text),
            _ => false,
        };
        if lost {
            self.note(field, RowProblem::DigitsLost);
            return None;
        }
        let text = self.written(field)?;
        Uscc::parse(&text)
            .map_err(|error| {
                let is_legacy = LegacyTaxpayerId::parse(&normalise_code(&text)).is_ok();
                let problem = if is_legacy { RowProblem::LegacyTaxpayerId } else { RowProblem::refused(&error) };
                self.note(field, problem);
            })
            .ok()
    }

    /// A date, whenever it is.
    pub(super) fn any_date(&mut self, field: Field) -> Option<NaiveDate> {
        match self.cell(field) {
            Cell::Date(date) => Some(*date),
            _ => self.day_number(field).or_else(|| self.parsed(field, parse_date_lenient)),
        }
    }

    /// A date up to today.
    pub(super) fn date(&mut self, field: Field, today: NaiveDate) -> Option<NaiveDate> {
        let date = self.any_date(field)?;
        if date > today {
            self.note(field, RowProblem::FutureDate(date));
            return None;
        }
        Some(date)
    }

    /// A number of five digits in a column of dates is a date whose format was lost.
    fn day_number(&self, field: Field) -> Option<NaiveDate> {
        match self.cell(field) {
            Cell::Number(number) if number.split('.').next().is_some_and(|days| days.len() == 5) => {
                serial::date(number, self.epoch_1904)
            }
            _ => None,
        }
    }

    pub(super) fn month(&mut self, field: Field) -> Option<Month> {
        if let Some(date) = self.day_number(field) {
            return Month::containing(date);
        }
        if matches!(self.cell(field), Cell::Number(number) if number.contains('.')) {
            self.note(field, RowProblem::AmbiguousMonth);
            return None;
        }
        self.parsed(field, Month::parse_lenient)
    }

    /// Whether a column holds a number of so many digits.
    pub(super) fn is_number_of_digits(&self, field: Field, digits: usize) -> bool {
        matches!(self.cell(field), Cell::Number(number) if number.len() == digits && !number.contains('.'))
    }

    /// Whether anything stands in a column.
    pub(super) fn has(&self, field: Field) -> bool {
        !self.cell(field).is_empty()
    }
}

/// The lines of a cell as one, and the text inside `="…"` or behind `'`, by which programs keep codes from becoming numbers.
fn unwrapped(text: &str) -> String {
    let text = text.trim().trim_matches('\u{feff}');
    let inner = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).filter(|inner| !inner.contains('"'));
    let text = inner.unwrap_or_else(|| text.strip_prefix('\'').unwrap_or(text)).trim();
    let mut one_line = String::with_capacity(text.len());
    for part in text.split(['\n', '\r', '\t']).map(str::trim).filter(|part| !part.is_empty()) {
        let joins_han = one_line.chars().last().is_some_and(is_han) || part.chars().next().is_some_and(is_han);
        if !one_line.is_empty() && !joins_han {
            one_line.push(' ');
        }
        one_line.push_str(part);
    }
    one_line
}

/// `9.11101E+17`: what a spreadsheet program writes for a long code that it took for a number.
fn is_scientific(text: &str) -> bool {
    let text: String = text.trim().chars().map(half_width).collect();
    text.split_once(['e', 'E']).is_some_and(|(mantissa, exponent)| {
        let digits = exponent.strip_prefix('+').unwrap_or_default();
        mantissa.contains('.')
            && mantissa.chars().all(|c| c.is_ascii_digit() || c == '.')
            && (1..=3).contains(&digits.len())
            && digits.chars().all(|c| c.is_ascii_digit())
    })
}
