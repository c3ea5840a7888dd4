//! The work calendar, for the administrator: which years have one, the days of each, and taking over a file.

use super::{
    field::{Field, Kind},
    fields::Fields,
    form::{Form, SentForm},
    format,
    gate::see_other,
    query::QueryParameters,
    reader::{Reader, page_with},
    shell::{Area, Shell},
    trouble::FormErrors,
    words::Words,
};
use crate::{
    domain::{
        operation::workday::{DAY_SOURCE_MAX, DayKind},
        people::role::Permission,
    },
    services::{
        error::Reason,
        operation::calendar::{self, CalendarError, CalendarYear, KnownDay, YearOrigin},
    },
    sheets::{self, RowError},
    texts::Explain,
    web::{api::calendar::Year, extract::Id, problem::Problem},
};
use actix_web::{HttpRequest, HttpResponse, get, post, web::ServiceConfig};
use askama::Template;
use chrono::Datelike;

/// Errors of a file that are shown; the rest is counted.
const ERRORS_SHOWN: usize = 50;
/// Kinds of files that a calendar may come in.
const ACCEPTED: &str = ".csv,.xlsx,.xls";

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config.service(show).service(import).service(take_back);
}

crate::texts::texts! {
    /// The words of the page.
    CalendarWords {
        lead() { zh: "办理时限按工作日和工作时间计算。每年的放假和调休以国务院办公厅的通知为准，通常在前一年的11月公布。", en: "Deadlines count working days and hours. The State Council publishes holidays and made-up workdays, usually in November of the year before." }
        hours(hours: &str) { zh: "工作时间：{hours}（在设置中修改）", en: "Working hours: {hours} (change them in the settings)" }
        years() { zh: "年份", en: "Years" }
        year(year: i32) { zh: "{year}年", en: "{year}" }
        workdays(count: usize) { zh: "{count} 个工作日", en: "{count} workdays" }
        counts(holidays: usize, workdays: usize) { zh: "放假 {holidays} 天，调休上班 {workdays} 天", en: "{holidays} days off, {workdays} weekend days worked" }
        nobody() { zh: "这一年还没有日历，按周一至周五计算。通知公布后请导入。", en: "This year has no calendar: Monday to Friday count. Import it when the notice is published." }
        source() { zh: "来源", en: "Source" }
        days_of(year: i32) { zh: "{year}年的日期", en: "Days of {year}" }
        day() { zh: "日期", en: "Day" }
        weekday() { zh: "星期", en: "Weekday" }
        kind() { zh: "安排", en: "Kind" }
        name() { zh: "节日", en: "Name" }
        take_back() { zh: "撤去录入的日历", en: "Take out what was entered" }
        take_back_of(year: i32) { zh: "撤去{year}年录入的日历", en: "Take out what was entered for {year}" }
        take_back_hint() { zh: "撤去后按系统自带的日历计算；系统没有自带的，按周一至周五计算。", en: "The calendar shipped with the product then holds again; where it has none, Monday to Friday count." }
        import() { zh: "导入日历", en: "Import a calendar" }
        import_hint() { zh: "文件里出现的年份整年替换，其他年份不变。只写与周一至周五不同的日子：放假的日子，和调休上班的周末。", en: "Each year in the file is replaced as a whole; other years stay. List only days that differ from Monday to Friday: days off, and weekends that are worked." }
        file() { zh: "文件", en: "File" }
        file_hint() { zh: ".csv、.xlsx 或 .xls 文件，列：日期、类型（放假或上班）、节日、来源。后两列可以不写。", en: "A .csv, .xlsx or .xls file with the columns day, kind (holiday or workday), name, source. The last two may be left out." }
        source_hint() { zh: "通知的名称和日期；文件里每行写明来源的可以不填。", en: "Title and date of the notice; not needed when every row names its source." }
        example() { zh: "文件示例", en: "Example of a file" }
        example_rows() { zh: "日期,类型,节日,来源\n2027-01-01,放假,元旦,国务院办公厅通知\n2027-01-03,上班,元旦调休,国务院办公厅通知", en: "day,kind,name,source\n2027-01-01,holiday,New Year,notice of the State Council\n2027-01-03,workday,made up for New Year,notice of the State Council" }
        send() { zh: "导入", en: "Import" }
        wrong() { zh: "文件里需要修改的行", en: "Rows to correct" }
        more(count: usize) { zh: "还有 {count} 处未列出。", en: "{count} more are not listed." }
        done_imported() { zh: "日历已导入。", en: "The calendar was imported." }
        done_removed() { zh: "录入的日历已撤去。", en: "What was entered was taken out." }
    }
}

impl CalendarWords {
    fn done(self, code: &str) -> Option<String> {
        match code {
            "imported" => Some(self.done_imported()),
            "removed" => Some(self.done_removed()),
            _ => None,
        }
    }
}

struct YearRow {
    year: i32,
    origin: &'static str,
    /// Whether it can be taken out.
    is_own: bool,
    /// Whether it is shipped: its names are Chinese on every page.
    is_shipped: bool,
    /// Whether it is the present year or a later one.
    matters: bool,
    workdays: usize,
    /// How many days differ from their weekdays; `None` when nothing is known of the year.
    counts: Option<String>,
    sources: Vec<String>,
    days: Vec<DayRow>,
}

struct DayRow {
    day: String,
    weekday: String,
    kind: &'static str,
    is_workday: bool,
    name: String,
}

#[derive(Template)]
#[template(path = "pages/calendar.html")]
struct CalendarPage {
    shell: Shell,
    t: CalendarWords,
    done: Option<String>,
    hours: String,
    years: Vec<YearRow>,
    fields: Fields,
    errors: Vec<String>,
    more_errors: usize,
}

/// The calendar of all years, and the form.
#[get("/calendar")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageCalendar)?;
    let done = QueryParameters::of(&request).value("done").and_then(|code| CalendarWords(reader.language()).done(code));
    show_page(&reader, done, &Form::default(), FormErrors::default(), &[]).await
}

/// Takes over a file.
#[post("/calendar")]
pub(crate) async fn import(sent: SentForm) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    reader.require(Permission::ManageCalendar)?;
    let language = reader.language();
    let Some(file) = form.file("file") else {
        let mut trouble = FormErrors::default();
        trouble.note("file", &Reason::Required, language);
        return show_page(&reader, None, &form, trouble, &[]).await;
    };
    let parsed = match sheets::calendar::read(&file.bytes) {
        Ok(parsed) => parsed,
        Err(error) => {
            let trouble = FormErrors::field("file", error.text(language));
            return show_page(&reader, None, &form, trouble, &[]).await;
        }
    };
    let source = form.text("source").map(str::to_owned);
    match reader.write(move |tx| calendar::import(tx, &parsed, source.as_deref(), false)).await {
        Ok(report) if report.errors.is_empty() => Ok(see_other("/calendar?done=imported")),
        Ok(report) => {
            let trouble = FormErrors::field("file", CalendarError::BadRows.text(language).to_owned());
            show_page(&reader, None, &form, trouble, &report.errors).await
        }
        Err(problem) => {
            let trouble = FormErrors::of(problem, language)?;
            show_page(&reader, None, &form, trouble, &[]).await
        }
    }
}

/// Takes out what was entered of a year.
#[post("/calendar/{year}/remove")]
pub(crate) async fn take_back(sent: SentForm, Id(Year(year)): Id<Year>) -> Result<HttpResponse, Problem> {
    sent.reader.write(move |tx| calendar::take_back(tx, year)).await?;
    Ok(see_other("/calendar?done=removed"))
}

async fn show_page(
    reader: &Reader,
    done: Option<String>,
    form: &Form,
    trouble: FormErrors,
    errors: &[RowError],
) -> Result<HttpResponse, Problem> {
    let today = reader.app.today();
    let (years, shell) =
        reader.read_framed(Area::Calendar, move |connection, _| calendar::years(connection, today)).await?;
    let t = CalendarWords(shell.language);
    let fields = vec![
        Field::file("file", t.file(), ACCEPTED).required().hint(t.file_hint()),
        Field::line("source", t.source(), DAY_SOURCE_MAX).wide().hint(t.source_hint()),
    ];
    let page = CalendarPage {
        t,
        done,
        hours: t.hours(&reader.app.context().settings.locale.working_hours.to_string()),
        // What lies ahead matters most.
        years: years.into_iter().rev().map(|year| YearRow::of(year, today.year(), t, shell.w)).collect(),
        fields: Fields::new(fields).filled(form).troubled(trouble),
        errors: errors.iter().take(ERRORS_SHOWN).map(|error| error.text(shell.language)).collect(),
        more_errors: errors.len().saturating_sub(ERRORS_SHOWN),
        shell,
    };
    page_with(page.fields.trouble.status(), &page)
}

impl YearRow {
    fn of(year: CalendarYear, present: i32, t: CalendarWords, w: Words) -> Self {
        let mut sources: Vec<String> = year.days.iter().map(|one| one.source.clone()).collect();
        sources.dedup();
        let holidays = year.days.iter().filter(|one| one.kind == DayKind::Holiday).count();
        Self {
            year: year.year,
            origin: year.origin.text(w.0),
            is_own: year.origin == YearOrigin::District,
            is_shipped: year.origin == YearOrigin::Product,
            matters: year.year >= present,
            workdays: year.workdays,
            counts: (year.origin != YearOrigin::Nobody).then(|| t.counts(holidays, year.days.len() - holidays)),
            sources,
            days: year.days.into_iter().map(|one| DayRow::of(one, w)).collect(),
        }
    }
}

impl DayRow {
    fn of(one: KnownDay, w: Words) -> Self {
        Self {
            day: one.day.to_string(),
            weekday: format::weekday(w, one.day),
            kind: one.kind.text(w.0),
            is_workday: one.kind == DayKind::Workday,
            name: if one.name.is_empty() { w.none() } else { one.name },
        }
    }
}
