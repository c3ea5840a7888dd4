//! The columns of the list on its page: headings with their sort links, and cells.

use crate::{
    domain::watch::level::Level,
    services::registry::enterprises::{
        Described, EnterpriseQuery,
        columns::{Column, Names, Value},
    },
    texts::Language,
    web::{
        api::enterprises::list_address::{self, COLUMNS},
        pages::{choice::Choice, format, lists::links::PLACE, query::QueryParameters, words::Words},
    },
};
use chrono::NaiveDate;

crate::texts::texts! {
    /// The words of the columns.
    ColumnWords {
        tax() { zh: "入库", en: "Tax" }
        figures_of_year(year: i32) { zh: "{year} 年，万元", en: "{year}, 10,000 yuan" }
        bands_of_year(year: i32) { zh: "{year} 年，按档", en: "{year}, as a band" }
        figures_of_months() { zh: "近 12 个月，万元", en: "12 months, 10,000 yuan" }
        bands_of_months() { zh: "近 12 个月，按档", en: "12 months, as a band" }
        unassigned() { zh: "未指派", en: "none" }
        never() { zh: "从未", en: "never" }
    }
}

/// The columns an address asks for.
pub fn asked_for(asked: &QueryParameters) -> Vec<Column> {
    list_address::columns(asked.all(COLUMNS))
}

/// The columns there are, and which are shown; the name is not to choose.
pub fn to_choose(shown: &[Column], language: Language) -> Vec<Choice> {
    let free = Column::ALL.iter().filter(|column| **column != Column::Name);
    let choice = |column: &Column| Choice::of(*column, language).chosen(shown.contains(column));
    free.map(choice).collect()
}

/// The head of a column.
pub struct Heading {
    /// What it is called.
    pub name: String,
    /// What its figures are in.
    pub unit: Option<String>,
    /// How it stands.
    pub class: &'static str,
    /// Where it is sorted by it, and how it is now.
    pub sort: Option<(String, Option<&'static str>)>,
}

/// What a cell shows.
pub enum CellContent {
    /// Words.
    Text(String),
    /// Nothing, said in words.
    Muted(String),
    /// A level with its mark.
    Level(Level, &'static str),
    /// A day, with how long ago it was or how soon it comes.
    Day(NaiveDate, String),
}

/// A cell but the name's.
pub struct Cell {
    /// What its column is called, for cards.
    pub label: String,
    /// How it stands.
    pub class: &'static str,
    /// What it shows.
    pub look: CellContent,
}

/// What headings and cells are made with.
pub struct Columns<'p> {
    /// The columns, the name first.
    pub shown: &'p [Column],
    /// The words of the page.
    pub w: Words,
    /// Whether the reader sees figures.
    pub figures: bool,
    /// The year that the tax of the year is of.
    pub year: i32,
    /// The day of the page.
    pub today: NaiveDate,
}

impl Columns<'_> {
    const fn t(&self) -> ColumnWords {
        ColumnWords(self.w.0)
    }

    /// The heads of the columns.
    pub fn headings(&self, asked: &QueryParameters, query: &EnterpriseQuery) -> Vec<Heading> {
        let heading = |&column: &Column| Heading {
            name: self.name(column),
            unit: self.unit(column),
            class: if is_number(column) { "num" } else { "" },
            sort: sort(asked, query, column),
        };
        self.shown.iter().map(heading).collect()
    }

    fn name(&self, column: Column) -> String {
        if column.is_amount() { self.t().tax() } else { column.text(self.w.0).to_owned() }
    }

    fn unit(&self, column: Column) -> Option<String> {
        let t = self.t();
        match (column, self.figures) {
            (Column::TaxYear, true) => Some(t.figures_of_year(self.year)),
            (Column::TaxYear, false) => Some(t.bands_of_year(self.year)),
            (Column::Tax12Months, true) => Some(t.figures_of_months()),
            (Column::Tax12Months, false) => Some(t.bands_of_months()),
            _ => None,
        }
    }

    /// The cells of a row but the name.
    pub fn cells(&self, row: &Described, names: &Names) -> Vec<Cell> {
        let cell = |&column: &Column| Cell {
            label: column.text(self.w.0).to_owned(),
            class: class(column),
            look: self.look(column, names.value(row, column)),
        };
        self.shown.iter().filter(|column| **column != Column::Name).map(cell).collect()
    }

    fn look(&self, column: Column, value: Value) -> CellContent {
        let (t, language) = (self.t(), self.w.0);
        match value {
            Value::Text(text) | Value::Code(text) => CellContent::Text(text),
            Value::Number(number) => CellContent::Text(format::count(number)),
            Value::Amount(amount) => CellContent::Text(format::wan(amount)),
            Value::Band(band) => CellContent::Text(band.text(language).to_owned()),
            Value::Level(level) => CellContent::Level(level, level.text(language)),
            Value::Day(day) if day > self.today => CellContent::Day(day, self.w.in_days((day - self.today).num_days())),
            Value::Day(day) => CellContent::Day(day, format::ago(self.w, day, self.today)),
            Value::Nothing => CellContent::Muted(match column {
                Column::Steward | Column::ChiefSteward => t.unassigned(),
                Column::LastVisit => t.never(),
                _ => self.w.none(),
            }),
        }
    }
}

const fn is_number(column: Column) -> bool {
    column.is_amount() || matches!(column, Column::Score)
}

const fn class(column: Column) -> &'static str {
    match column {
        Column::Uscc | Column::LastVisit | Column::NextVisit | Column::EnteredOn | Column::DataOn => "code",
        Column::Industry | Column::RegisteredAddress | Column::OperatingAddress | Column::TaxAuthority => "cut",
        _ if is_number(column) => "num",
        _ => "",
    }
}

/// The way to sort by a column: first from the end people look for, then from the other.
fn sort(asked: &QueryParameters, query: &EnterpriseQuery, column: Column) -> Option<(String, Option<&'static str>)> {
    let [first, other] = column.sorts()?;
    let next = if query.sort == Some(first) { other } else { first };
    let direction = query.sort.filter(|now| *now == first || *now == other);
    let direction = direction.map(|now| if now.as_str().starts_with('-') { "descending" } else { "ascending" });
    Some((asked.without(&PLACE).with(&[("sort", Some(next.as_str()))]), direction))
}
