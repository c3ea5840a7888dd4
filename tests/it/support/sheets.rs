//! Spreadsheets as offices have them.

/// A workbook with one sheet of texts.
pub fn xlsx(rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("税源清单").unwrap();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

/// A csv in UTF-8.
pub fn csv(rows: &[Vec<String>]) -> Vec<u8> {
    rows.iter().map(|cells| cells.join(",") + "\r\n").collect::<String>().into_bytes()
}

/// A csv as Chinese spreadsheet programs save it.
pub fn csv_gb18030(rows: &[Vec<String>]) -> Vec<u8> {
    let text = String::from_utf8(csv(rows)).unwrap();
    encoding_rs::GB18030.encode(&text).0.into_owned()
}

/// Rows of texts.
pub fn rows(lines: &[&str]) -> Vec<Vec<String>> {
    lines.iter().map(|line| line.split('|').map(str::to_owned).collect()).collect()
}
