//! The list of enterprises as a workbook: the same filters, order, scope and columns, all rows, and a second sheet with
//! the person, the instant and the filters.

use super::{
    EnterpriseQuery,
    columns::{Column, Names, Value},
    in_words, list,
};
use crate::{
    db::registry::enterprise_list,
    domain::{
        codes::codes,
        people::role::Permission,
        records::{access::Accessed, change::Noun},
        watch::risk::Amounts,
    },
    services::{
        Error, Read, Subject,
        paging::{Place, Window},
        records::export_notes,
        registry::directory::Directory,
        watch::risk_policies,
    },
    sheets::{TableWriter, WriteError, Written},
    texts::{Explain, Language, texts},
};
use chrono::Datelike;

/// Most rows of one file.
pub const MOST_ROWS: i64 = 50_000;
/// Rows read at once.
const PIECE: i64 = 1000;

codes! {
    /// Why nothing is exported.
    pub enum ExportRefusal {
        /// More rows than one file holds.
        TooMany = "too_many_rows",
            "符合条件的记录超过 50,000 条，一个文件放不下。请增加筛选条件，例如按街道分别导出。",
            "More than 50,000 rows fit, which is more than one file holds. Set more filters, such as one street office at a time.";
    }
}

impl Explain for ExportRefusal {
    fn code(&self) -> &'static str {
        self.as_str()
    }

    fn text(&self, language: Language) -> String {
        Self::text(*self, language).to_owned()
    }
}

impl From<WriteError> for Error {
    fn from(error: WriteError) -> Self {
        Self::Internal(error.to_string())
    }
}

/// A file to take away.
#[derive(Debug)]
pub struct Export {
    /// The workbook.
    pub file: Vec<u8>,
    /// How many enterprises are in it.
    pub rows: i64,
}

/// Everything the query finds for the actor, unless that is more than `most` rows. The export is noted, and so are the figures
/// in it: those of the columns, and limits of amounts, which say as much. `detail` is what the record says of the filters.
pub fn export(
    read: &mut Read<'_>,
    query: &EnterpriseQuery,
    columns: &[Column],
    most: i64,
    detail: &str,
) -> Result<Export, Error> {
    read.require(Permission::ReadBusiness)?;
    let (actor, context, now, today) = (read.actor, read.context, read.now, read.today);
    let language = actor.language;
    let policy = risk_policies::in_force(read.conn, context)?;
    let filter = list::filter(query, actor, &policy, today)?;
    let found = enterprise_list::count(read.conn, actor.scope(), &filter, most + 1)?;
    if found > most {
        return Err(Error::conflict(ExportRefusal::TooMany));
    }
    let amounts = amounts(read, query, columns, found == 0, detail);
    let mut window = Window::first(PIECE);
    let mut piece = list::rows(read, query, &window)?;
    let year = piece.items.first().map_or_else(|| today.year(), |row| row.standing.tax_year);
    let headings: Vec<(String, u32)> =
        columns.iter().map(|&column| (heading(column, language, amounts, year), width(column))).collect();
    let mut table = TableWriter::new(&sheet(language), &headings)?;
    let mut rows = 0;
    loop {
        let names = Names::load(read, query, &piece.items, amounts)?;
        for row in &piece.items {
            table.row(columns.iter().map(|&column| written(names.value(row, column), language)))?;
            rows += 1;
        }
        let Some(last) = piece.next else { break };
        window.place = Place::After(last);
        piece = list::rows(read, query, &window)?;
    }
    let names = Directory::load(read.conn, actor, query.steward_id, query.street_id)?;
    let filters: Vec<(String, String)> =
        in_words::filters(query, &names, language).into_iter().map(|said| (said.label, said.value)).collect();
    let order = query.sort.map(|sort| sort.text(language));
    let notes = export_notes::notes(actor, context, now, (count(language), rows), &filters, order);
    Ok(Export { file: table.finish(&export_notes::sheet(language), &notes)?, rows })
}

/// How the actor sees the amounts of the file, noted together with the file itself.
fn amounts(read: &mut Read<'_>, query: &EnterpriseQuery, columns: &[Column], is_empty: bool, detail: &str) -> Amounts {
    let limited = query.tax_year_min_fen.is_some() || query.tax_year_max_fen.is_some();
    let holds_amounts = limited || columns.iter().any(|column| column.is_amount());
    let subject = Subject::list(Noun::Enterprise, detail);
    let amounts = read.amounts_where(holds_amounts && !is_empty, subject.clone());
    read.note(Accessed::Export, subject);
    amounts
}

fn heading(column: Column, l: Language, amounts: Amounts, year: i32) -> String {
    match (column, amounts.are_figures()) {
        (Column::TaxYear, true) => tax_year_yuan(l, year),
        (Column::TaxYear, false) => tax_year_band(l, year),
        (Column::Tax12Months, true) => tax_months_yuan(l),
        (Column::Tax12Months, false) => tax_months_band(l),
        _ => column.text(l).to_owned(),
    }
}

/// How wide a column is, in characters of which a Chinese one takes two.
const fn width(column: Column) -> u32 {
    match column {
        Column::Name => 38,
        Column::RegisteredAddress | Column::OperatingAddress => 48,
        Column::Industry | Column::TaxAuthority => 32,
        Column::Uscc | Column::TaxYear | Column::Tax12Months | Column::Presence => 22,
        Column::Street => 14,
        _ => 12,
    }
}

fn written(value: Value, language: Language) -> Written {
    match value {
        Value::Nothing => Written::Empty,
        Value::Text(text) | Value::Code(text) => Written::Text(text),
        Value::Number(number) => Written::Number(number),
        Value::Day(day) => Written::Day(day),
        Value::Level(level) => Written::Text(level.text(language).to_owned()),
        Value::Amount(amount) => Written::Yuan(amount),
        Value::Band(band) => Written::Text(band.text(language).to_owned()),
    }
}

texts! {
    sheet() { zh: "税源清单", en: "Enterprises" }
    tax_year_yuan(year: i32) { zh: "{year} 年入库（元）", en: "Tax of {year} (yuan)" }
    tax_year_band(year: i32) { zh: "{year} 年入库（分档）", en: "Tax of {year} (band)" }
    tax_months_yuan() { zh: "近 12 个月入库（元）", en: "Tax of 12 months (yuan)" }
    tax_months_band() { zh: "近 12 个月入库（分档）", en: "Tax of 12 months (band)" }
    count() { zh: "户数", en: "Enterprises" }
}
