//! Why a file as a whole can't be imported, in both languages. What is wrong with single rows is in `row_error`.

use super::fields::{Field, List};
use super::table::{MAX_CELL_CHARS, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_TEXT_BYTES};
use super::{archive, reader};
use crate::texts::{Explain, Language};
use std::fmt;

/// A file that can't be imported.
#[derive(Debug)]
pub enum SheetError {
    /// The file can't be read from the disk.
    Io(std::io::Error),
    /// The file passes the limit of its size.
    FileTooLarge,
    /// The file holds nothing.
    EmptyFile,
    /// The file is of another kind; the short name of that kind.
    NotASpreadsheet(&'static str),
    /// A web page under a spreadsheet's name, as some systems export.
    WebPage,
    /// The workbook is protected by a password.
    Encrypted,
    /// A workbook of Excel 5/95 or older.
    OldWorkbook,
    /// The structure of the file is broken.
    Damaged,
    /// Unpacked, the file passes the limit, or grows more than a real workbook does.
    ExpandsTooFar,
    /// A part of the workbook declares a document type or entities.
    DocumentType,
    /// More rows than the limit.
    TooManyRows,
    /// A value beyond the last column allowed, in the row given.
    TooManyColumns {
        /// 1-based row.
        row: u32,
    },
    /// A cell longer than the limit.
    CellTooLong {
        /// 1-based row.
        row: u32,
        /// Letters of the column.
        column: String,
    },
    /// More cells than the limit.
    TooManyCells,
    /// More text than the limit.
    TooMuchText,
    /// A text file that is neither UTF-8 nor GB18030; the 1-based line of the first broken character.
    UnknownEncoding {
        /// 1-based line.
        line: usize,
    },
    /// A text file with a NUL character; its 1-based line.
    NulCharacter {
        /// 1-based line.
        line: usize,
    },
    /// A quotation mark is opened and never closed; the row in which it stands.
    OpenQuote {
        /// 1-based row.
        row: u32,
    },
    /// The sheet that was asked for is not there.
    SheetNotFound {
        /// The name asked for.
        name: String,
        /// The names that are there.
        names: Vec<String>,
    },
    /// No row looks like the header of the list.
    NoHeader(List),
    /// The header lacks required columns.
    MissingColumns {
        /// 1-based row of the header.
        row: u32,
        /// What is missing.
        fields: Vec<Field>,
    },
    /// Several columns mean the same.
    DuplicateColumns {
        /// What they mean.
        field: Field,
        /// Letters of the columns.
        columns: Vec<String>,
    },
    /// Neither the caller nor the file says whether amounts are in yuan or in ten thousand yuan.
    UnitUnknown,
    /// The caller and the file, or two places of the file, give different units.
    UnitConflict,
    /// The file gives a unit other than yuan and ten thousand yuan; the unit as written.
    UnitUnsupported(String),
}

impl SheetError {
    /// Any error met while a part of a workbook is read.
    pub(super) fn damaged<E>(_: E) -> Self {
        Self::Damaged
    }
}

impl fmt::Display for SheetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::En))
    }
}

impl std::error::Error for SheetError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<std::io::Error> for SheetError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl Explain for SheetError {
    fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "file_unreadable",
            Self::FileTooLarge => "file_too_large",
            Self::EmptyFile => "file_empty",
            Self::NotASpreadsheet(_) => "not_a_spreadsheet",
            Self::WebPage => "web_page",
            Self::Encrypted => "workbook_encrypted",
            Self::OldWorkbook => "workbook_too_old",
            Self::Damaged => "workbook_damaged",
            Self::ExpandsTooFar => "file_expands_too_far",
            Self::DocumentType => "document_type_refused",
            Self::TooManyRows => "too_many_rows",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::CellTooLong { .. } => "cell_too_long",
            Self::TooManyCells => "too_many_cells",
            Self::TooMuchText => "too_much_text",
            Self::UnknownEncoding { .. } => "encoding_unknown",
            Self::NulCharacter { .. } => "nul_character",
            Self::OpenQuote { .. } => "quote_not_closed",
            Self::SheetNotFound { .. } => "sheet_not_found",
            Self::NoHeader(_) => "header_not_found",
            Self::MissingColumns { .. } => "columns_missing",
            Self::DuplicateColumns { .. } => "columns_duplicate",
            Self::UnitUnknown => "unit_unknown",
            Self::UnitConflict => "unit_conflict",
            Self::UnitUnsupported(_) => "unit_unsupported",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Io(error) => say::unreadable(language, error),
            Self::FileTooLarge => say::file_too_large(language, reader::MAX_FILE_BYTES >> 20),
            Self::EmptyFile => say::empty_file(language),
            Self::NotASpreadsheet(kind) => say::not_a_spreadsheet(language, kind),
            Self::WebPage => say::web_page(language),
            Self::Encrypted => say::encrypted(language),
            Self::OldWorkbook => say::old_workbook(language),
            Self::Damaged => say::damaged(language),
            Self::ExpandsTooFar => say::expands_too_far(language, archive::MAX_UNPACKED_BYTES >> 20),
            Self::DocumentType => say::document_type(language),
            Self::TooManyRows => say::too_many_rows(language, MAX_ROWS),
            Self::TooManyColumns { row } => say::too_many_columns(language, *row, MAX_COLUMNS),
            Self::CellTooLong { row, column } => say::cell_too_long(language, column, *row, MAX_CELL_CHARS),
            Self::TooManyCells => say::too_many_cells(language, MAX_CELLS),
            Self::TooMuchText => say::too_much_text(language, MAX_TEXT_BYTES >> 20),
            Self::UnknownEncoding { line } => say::unknown_encoding(language, *line),
            Self::NulCharacter { line } => say::nul_character(language, *line),
            Self::OpenQuote { row } => say::open_quote(language, *row),
            Self::SheetNotFound { name, names } => say::sheet_not_found(language, name, &joined(language, names)),
            Self::NoHeader(list) => {
                let columns: Vec<&str> = list.required().iter().map(|field| field.text(language)).collect();
                say::no_header(language, &columns.join(language.list_separator()))
            }
            Self::MissingColumns { row, fields } => {
                let wanted: Vec<_> = fields.iter().map(|field| accepted_names(language, *field)).collect();
                say::missing_columns(language, *row, &wanted.join(separator(language)))
            }
            Self::DuplicateColumns { field, columns } => {
                say::duplicate_columns(language, &joined(language, columns), field.text(language))
            }
            Self::UnitUnknown => say::unit_unknown(language),
            Self::UnitConflict => say::unit_conflict(language),
            Self::UnitUnsupported(unit) => say::unit_unsupported(language, unit),
        }
    }
}

const fn separator(language: Language) -> &'static str {
    match language {
        Language::Zh => "；",
        Language::En => "; ",
    }
}

fn joined(language: Language, names: &[String]) -> String {
    names.join(language.list_separator())
}

fn accepted_names(language: Language, field: Field) -> String {
    say::accepted(language, field.text(language), &field.synonyms().join("/"))
}

mod say {
    crate::texts::texts! {
        accepted(name: &str, synonyms: &str) {
            zh: "{name}（可写作 {synonyms}）",
            en: "{name} (accepted: {synonyms})",
        }
        unreadable(error: &std::io::Error) {
            zh: "无法读取文件（{error}）。请检查路径和权限。",
            en: "The file can't be read ({error}). Check its path and permissions.",
        }
        file_too_large(mebibytes: u64) {
            zh: "文件超过 {mebibytes} MiB。请拆分后分别导入。",
            en: "The file is larger than {mebibytes} MiB. Split it and import the parts.",
        }
        empty_file() {
            zh: "文件是空的。请选择有数据的文件。",
            en: "The file is empty. Choose a file that holds data.",
        }
        not_a_spreadsheet(kind: &str) {
            zh: "这不是电子表格，而是 {kind} 文件。请选择 xlsx、xls 或 csv 文件。",
            en: "This is not a spreadsheet but a file of the kind {kind}. Choose an xlsx, xls or csv file.",
        }
        web_page() {
            zh: "这是改了扩展名的网页，不是电子表格。请用 Excel 或 WPS 打开，另存为 xlsx 后再导入。",
            en: "This is a web page under a spreadsheet's name. Open it in Excel or WPS, save it as xlsx and import that.",
        }
        encrypted() {
            zh: "工作簿设有打开密码。请取消密码、另存后再导入。",
            en: "The workbook is protected by a password. Remove the password, save it and import that.",
        }
        old_workbook() {
            zh: "工作簿是 Excel 5.0/95 或更早的格式。请另存为 xlsx 后再导入。",
            en: "The workbook has the format of Excel 5.0/95 or older. Save it as xlsx and import that.",
        }
        damaged() {
            zh: "工作簿已损坏，无法读取。请用 Excel 或 WPS 打开，另存为 xlsx 后再导入。",
            en: "The workbook is damaged and can't be read. Open it in Excel or WPS, save it as xlsx and import that.",
        }
        expands_too_far(mebibytes: u64) {
            zh: "文件解压后异常膨胀或超过 {mebibytes} MiB，已拒绝。请另存为新的 xlsx 或拆分后再导入。",
            en: "The file unpacks abnormally or to more than {mebibytes} MiB; it was refused. Save it as a new xlsx or split it.",
        }
        document_type() {
            zh: "工作簿内含文档类型或实体声明，正常的工作簿没有这些内容，已拒绝。请另存为新的 xlsx 后再导入。",
            en: "The workbook declares a document type or entities, which real workbooks don't; it was refused. Save it as a new xlsx.",
        }
        too_many_rows(limit: u32) {
            zh: "表格超过 {limit} 行。请拆分后分别导入。",
            en: "The table has more than {limit} rows. Split it and import the parts.",
        }
        too_many_columns(row: u32, limit: u32) {
            zh: "第 {row} 行在第 {limit} 列之后还有内容。请删除多余的列后再导入。",
            en: "Row {row} has content beyond column {limit}. Delete the surplus columns and import again.",
        }
        cell_too_long(column: &str, row: u32, limit: usize) {
            zh: "单元格 {column}{row} 超过 {limit} 个字符。请缩短后再导入。",
            en: "Cell {column}{row} holds more than {limit} characters. Shorten it and import again.",
        }
        too_many_cells(limit: usize) {
            zh: "表格超过 {limit} 个单元格。请删除多余的列或拆分后再导入。",
            en: "The table has more than {limit} cells. Delete surplus columns or split it.",
        }
        too_much_text(mebibytes: usize) {
            zh: "表格的文字超过 {mebibytes} MiB。请拆分后分别导入。",
            en: "The table holds more than {mebibytes} MiB of text. Split it and import the parts.",
        }
        unknown_encoding(line: usize) {
            zh: "文本既不是完整的 UTF-8 也不是 GB18030（从第 {line} 行起）。请另存为 UTF-8 编码的 csv 或 xlsx 后再导入。",
            en: "The text is neither valid UTF-8 nor GB18030 (from line {line}). Save it as csv in UTF-8 or as xlsx and import that.",
        }
        nul_character(line: usize) {
            zh: "文本第 {line} 行含有 NUL 字符。请从原系统重新导出后再导入。",
            en: "Line {line} of the text holds a NUL character. Export it again from its system and import that.",
        }
        open_quote(row: u32) {
            zh: "第 {row} 行的引号没有闭合，其后的行会被并入这一行。请补上引号后再导入。",
            en: "A quotation mark in row {row} is not closed, so the next rows would become part of it. Close it and import again.",
        }
        sheet_not_found(name: &str, names: &str) {
            zh: "没有名为“{name}”的工作表。可选：{names}。",
            en: "There is no sheet named \"{name}\". There are: {names}.",
        }
        no_header(columns: &str) {
            zh: "找不到表头。表头须有这些列：{columns}，且在前 50 行之内。",
            en: "No header was found. It must name these columns: {columns}, and stand within the first 50 rows.",
        }
        missing_columns(row: u32, columns: &str) {
            zh: "第 {row} 行的表头缺少：{columns}。请补上这些列后再导入。",
            en: "The header in row {row} lacks: {columns}. Add these columns and import again.",
        }
        duplicate_columns(columns: &str, field: &str) {
            zh: "{columns} 列都表示“{field}”，无法判断用哪一列。请只保留一列。",
            en: "Columns {columns} all mean \"{field}\"; it is not clear which one counts. Keep one of them.",
        }
        unit_unknown() {
            zh: "没有说明金额的单位。请选择元或万元。",
            en: "The unit of the amounts is not given. Choose yuan or ten thousand yuan.",
        }
        unit_conflict() {
            zh: "金额单位互相矛盾：选择的单位与文件写明的不同，或文件内写法不一。请核对后再导入。",
            en: "The units of the amounts contradict each other: what was chosen and what the file says, or two places in the file. Check and import again.",
        }
        unit_unsupported(unit: &str) {
            zh: "不支持金额单位“{unit}”。请换算为元或万元后再导入。",
            en: "The unit \"{unit}\" of the amounts is not supported. Convert the amounts to yuan or ten thousand yuan.",
        }
    }
}
