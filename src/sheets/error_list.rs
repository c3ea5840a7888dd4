//! The errors of a file, as a csv file that spreadsheet programs open: UTF-8 with a mark, formulas disarmed.

use super::RowError;
use crate::texts::{Explain, Language};

/// What marks a text file as UTF-8 for spreadsheet programs.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// The errors as csv: row, column, code, and what to do.
pub fn error_list(errors: &[RowError], language: Language) -> Vec<u8> {
    let mut writer = ::csv::Writer::from_writer(MARK.to_vec());
    let header = [say::row(language), say::column(language), say::code(language), say::problem(language)];
    // Writing into memory does not fail.
    let _ = writer.write_record(&header);
    for error in errors {
        let row = error.row.to_string();
        let problem = error.problem.text(language);
        let _ = writer.write_record([&row, &harmless(&error.column), error.problem.code(), &harmless(&problem)]);
    }
    writer.into_inner().unwrap_or_default()
}

/// A text that no spreadsheet program takes for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

mod say {
    crate::texts::texts! {
        row() { zh: "行", en: "row" }
        column() { zh: "列", en: "column" }
        code() { zh: "代码", en: "code" }
        problem() { zh: "问题", en: "problem" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheets::RowProblem;

    #[test]
    fn names_of_columns_are_no_formulas() {
        let errors = [RowError { row: 7, column: "=cmd|' /C calc'!A0".to_owned(), problem: RowProblem::Missing }];
        let text = String::from_utf8(error_list(&errors, Language::En)).unwrap_or_default();
        let expected =
            "\u{feff}row,column,code,problem\n7,'=cmd|' /C calc'!A0,value_missing,Must not be empty. Fill it in.\n";
        assert_eq!(text, expected);
    }
}
