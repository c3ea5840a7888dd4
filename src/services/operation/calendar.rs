//! The work calendar: which days are worked, by year. A year has the days that an administrator entered or imported, else those
//! the program ships, else none: then Monday to Friday count. Deadlines are counted by it.

use crate::{
    db::{
        backend::{self, DbConn},
        operation::calendar_days::{self, CalendarDay},
    },
    domain::{
        codes::codes,
        date::{YEAR_MAX, YEAR_MIN},
        ids::CalendarDayId,
        operation::workday::{
            DAY_NAME_MAX, DAY_SOURCE_MAX, DayKind, WorkCalendar, WorkingTime, days_of_year, published,
        },
        people::role::Permission,
        records::change::Action,
    },
    services::{Context, Error, FieldError, Invalid, Tx, error::Reason},
    sheets::{Parsed, RowError, calendar as file},
    texts::{Explain, Language},
};
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Most days of one year that are entered at once.
pub const MOST_DAYS: usize = 366;

codes! {
    /// Where the calendar of a year comes from.
    pub enum YearOrigin {
        /// An administrator entered or imported it.
        District = "district", "本区录入", "entered here";
        /// The program ships it.
        Product = "product", "系统自带", "shipped with the product";
        /// Nobody knows one: Monday to Friday count.
        Nobody = "nobody", "没有日历", "no calendar";
    }

    /// Why days are not taken into the calendar.
    pub enum CalendarError {
        /// A day belongs to another year than the one it is entered for.
        OtherYear = "other_year", "日期不在这一年。", "The day is not of that year.";
        /// A day stands twice.
        SameDay = "duplicate_day", "同一天只能有一条。", "A day may stand only once.";
        /// Nothing says where the day comes from.
        NoSource = "source_required", "请填写来源，例如国务院办公厅的通知名称和日期。", "State the source, such as the title and date of the State Council's notice.";
        /// The file has no good row.
        NoDays = "no_days", "文件中没有日期。", "The file holds no days.";
        /// Rows of the file are wrong, and nothing was taken.
        BadRows = "bad_rows", "文件有误，什么也没有写入。请按下面列出的各行修改后重新导入。", "The file has errors, and nothing was written. Correct the rows listed and import it again.";
    }
}

impl Explain for CalendarError {
    fn code(&self) -> &'static str {
        self.as_str()
    }

    fn text(&self, language: Language) -> String {
        Self::text(*self, language).to_owned()
    }
}

/// A day that is not what its weekday says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDay {
    /// The day.
    pub day: NaiveDate,
    /// Whether it is worked.
    pub kind: DayKind,
    /// What it is called; may be empty.
    pub name: String,
    /// The notice that says so.
    pub source: String,
}

/// The calendar of one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarYear {
    /// The year.
    pub year: i32,
    /// Where its calendar comes from.
    pub origin: YearOrigin,
    /// The days that are not what their weekday says, in order.
    pub days: Vec<KnownDay>,
    /// How many days of the year are worked.
    pub workdays: usize,
}

/// A day to be entered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CalendarDayEntry)]
pub struct DayEntry {
    /// The day, within the year.
    pub day: NaiveDate,
    /// Whether it is worked.
    pub kind: DayKind,
    /// What it is called.
    #[schema(max_length = 50)]
    pub name: Option<String>,
    /// The notice that says so, where it is not that of the year.
    #[schema(max_length = 200)]
    pub source: Option<String>,
}

/// The calendar of a year, to be entered in place of what was known of it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CalendarYearEntry, example = json!({
    "source": "国务院办公厅关于2027年部分节假日安排的通知",
    "days": [{"day": "2027-01-01", "kind": "holiday", "name": "元旦"}]
}))]
pub struct YearEntry {
    /// The notice that says so, for days that name none of their own.
    #[schema(max_length = 200)]
    pub source: Option<String>,
    /// Holidays, and weekends that are worked for them.
    #[schema(max_items = 366)]
    pub days: Vec<DayEntry>,
}

/// What came of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CalendarReport {
    /// The years the file is about, with the number of days of each.
    pub years: BTreeMap<i32, usize>,
    /// Everything that is wrong, in the order of the file; then nothing was written.
    pub errors: Vec<RowError>,
}

/// The calendar of every year of which something is known, of the present year and of the next, in order.
pub fn years(connection: &mut DbConn, today: NaiveDate) -> Result<Vec<CalendarYear>, Error> {
    let mut entered: BTreeMap<i32, Vec<KnownDay>> = BTreeMap::new();
    for row in calendar_days::all(connection)? {
        entered.entry(row.day.year()).or_default().push(KnownDay::from(row));
    }
    let shipped = published().iter().map(|one| one.day.year());
    let known: BTreeSet<i32> = entered.keys().copied().chain(shipped).chain([today.year(), today.year() + 1]).collect();
    Ok(known.into_iter().map(|year| CalendarYear::of(year, entered.remove(&year).unwrap_or_default())).collect())
}

/// The calendar of a year.
pub fn year(connection: &mut DbConn, year: i32) -> Result<CalendarYear, Error> {
    let (first, last) = days_within(year)?;
    let entered = calendar_days::between(connection, first, last)?;
    Ok(CalendarYear::of(year, entered.into_iter().map(KnownDay::from).collect()))
}

/// Working time as the district counts it: the calendar of all years, the hours and the time zone of the settings.
pub fn working_time(connection: &mut DbConn, context: &Context) -> Result<WorkingTime, Error> {
    let entered = calendar_days::all(connection)?;
    let own: BTreeSet<i32> = entered.iter().map(|row| row.day.year()).collect();
    let shipped = published().iter().filter(|one| !own.contains(&one.day.year())).map(|one| (one.day, one.kind));
    let days = shipped.chain(entered.iter().map(|row| (row.day, row.kind)));
    let locale = &context.settings.locale;
    Ok(WorkingTime {
        calendar: WorkCalendar::new(days),
        hours: locale.working_hours.clone(),
        time_zone: locale.time_zone,
    })
}

/// Enters the calendar of a year in place of what was known of it.
pub fn set_year(tx: &mut Tx<'_>, year: i32, entry: &YearEntry) -> Result<CalendarYear, Error> {
    tx.require(Permission::ManageCalendar)?;
    days_within(year)?;
    if entry.days.len() > MOST_DAYS {
        return Err(Error::field("/days", Reason::TooMany));
    }
    let mut invalid = Invalid::default();
    let days = checked(&entry.days, entry.source.as_deref(), &mut invalid);
    for (place, _) in entry.days.iter().enumerate().filter(|(_, entry)| entry.day.year() != year) {
        invalid.note(format!("/days/{place}/day"), CalendarError::OtherYear);
    }
    invalid.check()?;
    replace(tx, year, days)?;
    self::year(tx.conn, year)
}

/// Takes out what was entered of a year: what the program ships holds again, or nothing.
pub fn take_back(tx: &mut Tx<'_>, year: i32) -> Result<(), Error> {
    tx.require(Permission::ManageCalendar)?;
    days_within(year)?;
    if replace(tx, year, Vec::new())? == 0 {
        return Err(Error::NotFound);
    }
    Ok(())
}

/// Takes over a file: the years it names get its days and no others. With one bad row nothing is written. `source` is that of rows
/// which name none.
pub fn import(
    tx: &mut Tx<'_>,
    parsed: &Parsed<file::CalendarLine>,
    source: Option<&str>,
    dry_run: bool,
) -> Result<CalendarReport, Error> {
    tx.require(Permission::ManageCalendar)?;
    let mut report = CalendarReport { errors: parsed.errors.clone(), ..CalendarReport::default() };
    if !report.errors.is_empty() {
        return Ok(report);
    }
    if parsed.lines.is_empty() {
        return Err(Error::field("/file", CalendarError::NoDays));
    }
    let entries: Vec<DayEntry> = parsed.lines.iter().map(DayEntry::from).collect();
    let mut invalid = Invalid::default();
    let days = checked(&entries, source, &mut invalid);
    if let Some(wrong) = invalid.0.into_iter().next() {
        // A source that rows leave open is given for all of them by the field beside the file.
        let lacks_source = wrong.reason.code() == CalendarError::NoSource.as_str();
        let pointer = if lacks_source || wrong.pointer == "/source" { "/source" } else { "/file" };
        return Err(Error::Invalid(Invalid(vec![FieldError { pointer: pointer.to_owned(), ..wrong }])));
    }
    let mut by_year: BTreeMap<i32, Vec<KnownDay>> = BTreeMap::new();
    for day in days {
        by_year.entry(day.day.year()).or_default().push(day);
    }
    report.years = by_year.iter().map(|(year, days)| (*year, days.len())).collect();
    if !dry_run {
        for (year, days) in by_year {
            replace(tx, year, days)?;
        }
    }
    Ok(report)
}

/// The entries as they are kept, each of its own source or of the common one.
fn checked(entries: &[DayEntry], source: Option<&str>, invalid: &mut Invalid) -> Vec<KnownDay> {
    let common = source.and_then(|source| invalid.line("/source", source, DAY_SOURCE_MAX));
    let mut seen = BTreeSet::new();
    let mut days = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        let at = |field: &str| format!("/days/{place}/{field}");
        if !seen.insert(entry.day) {
            invalid.note(at("day"), CalendarError::SameDay);
        }
        let name = entry.name.as_ref().and_then(|name| invalid.line(&at("name"), name, DAY_NAME_MAX));
        let own = entry.source.as_ref().and_then(|source| invalid.line(&at("source"), source, DAY_SOURCE_MAX));
        let Some(source) = own.or_else(|| common.clone()) else {
            invalid.note(at("source"), CalendarError::NoSource);
            continue;
        };
        days.push(KnownDay { day: entry.day, kind: entry.kind, name: name.unwrap_or_default(), source });
    }
    days
}

/// Writes the days of a year as far as they differ from what is there; returns how many rows there were before.
fn replace(tx: &mut Tx<'_>, year: i32, days: Vec<KnownDay>) -> Result<usize, Error> {
    let (first, last) = days_within(year)?;
    // Two who enter one year at once come one after the other.
    backend::lock_name(tx.conn, "work calendar")?;
    let before = calendar_days::between(tx.conn, first, last)?;
    let count = before.len();
    let mut kept: BTreeMap<NaiveDate, CalendarDay> = before.into_iter().map(|row| (row.day, row)).collect();
    for KnownDay { day, kind, name, source } in days {
        match kept.remove(&day) {
            Some(row) => {
                tx.change(&row, CalendarDay { kind, name, source, ..row.clone() }, Action::Updated)?;
            }
            None => tx.create(&CalendarDay {
                id: CalendarDayId::new(),
                day,
                kind,
                name,
                source,
                created_at: tx.now.into(),
                updated_at: tx.now.into(),
            })?,
        }
    }
    kept.into_values().try_for_each(|row| tx.delete(&row))?;
    Ok(count)
}

/// The first and last day of a year that can be a year here.
fn days_within(year: i32) -> Result<(NaiveDate, NaiveDate), Error> {
    let known = (YEAR_MIN..=YEAR_MAX).contains(&year).then(|| days_of_year(year)).flatten();
    known.ok_or(Error::NotFound)
}

impl CalendarYear {
    /// The year with what was entered of it, else with what is shipped.
    fn of(year: i32, entered: Vec<KnownDay>) -> Self {
        let (origin, days) = if entered.is_empty() {
            let shipped: Vec<KnownDay> =
                published().iter().filter(|one| one.day.year() == year).map(KnownDay::from).collect();
            let origin = if shipped.is_empty() { YearOrigin::Nobody } else { YearOrigin::Product };
            (origin, shipped)
        } else {
            (YearOrigin::District, entered)
        };
        let calendar = WorkCalendar::new(days.iter().map(|one| (one.day, one.kind)));
        let all = days_of_year(year)
            .into_iter()
            .flat_map(|(first, last)| first.iter_days().take_while(move |day| *day <= last));
        let workdays = all.filter(|day| calendar.is_workday(*day)).count();
        Self { year, origin, days, workdays }
    }
}

impl From<CalendarDay> for KnownDay {
    fn from(row: CalendarDay) -> Self {
        Self { day: row.day, kind: row.kind, name: row.name, source: row.source }
    }
}

impl From<&crate::domain::operation::workday::PublishedDay> for KnownDay {
    fn from(one: &crate::domain::operation::workday::PublishedDay) -> Self {
        Self { day: one.day, kind: one.kind, name: one.name.to_owned(), source: one.source.to_owned() }
    }
}

impl From<&file::CalendarLine> for DayEntry {
    fn from(line: &file::CalendarLine) -> Self {
        Self { day: line.day, kind: line.kind, name: line.name.clone(), source: line.source.clone() }
    }
}
