//! Tables and workbooks for tests.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::{List, Table, Wanted, read};
use crate::domain::registry::organisation_code::OrganisationCode;
use crate::domain::registry::uscc::Uscc;
use chrono::NaiveDate;

/// The day on which tests take place.
pub(super) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

/// A valid code, another one for each number.
pub(super) fn uscc(number: u32) -> String {
    let organisation = OrganisationCode::from_body(&format!("MA{number:06}")).unwrap();
    Uscc::from_parts('9', '1', "110108", &organisation).unwrap().to_string()
}

/// A table from lines with `|` between the fields; `{n}` stands for the n-th code.
pub(super) fn table(list: List, lines: &[&str]) -> Table {
    let mut text = lines.join("\n").replace('|', "\t");
    for number in 0..10 {
        text = text.replace(&format!("{{{number}}}"), &uscc(number));
    }
    read(text.as_bytes(), &Wanted { list, sheet: None }).unwrap()
}
