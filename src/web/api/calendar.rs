//! `/calendar`: the work calendar by year, which deadlines are counted by.

use crate::{
    domain::{
        date::{YEAR_MAX, YEAR_MIN},
        operation::workday::DayKind,
    },
    services::operation::calendar::{self, CalendarYear, KnownDay, YearEntry, YearOrigin},
    web::{
        extract::{Body, Caller, Id, NoBody},
        openapi::Routes,
        problem::Problem,
    },
};
use actix_web::{HttpResponse, delete, get, put};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(index).service(show).service(set).service(take_back);
}

/// A day that is not what its weekday says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"day": "2026-01-01", "kind": "holiday", "name": "元旦", "source": "国务院办公厅关于2026年部分节假日安排的通知（2025-11-04）"}))]
pub struct CalendarDayView {
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
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "year": 2026, "origin": "product", "workdays": 249,
    "days": [{"day": "2026-01-01", "kind": "holiday", "name": "元旦", "source": "国务院办公厅关于2026年部分节假日安排的通知（2025-11-04）"}]
}))]
pub struct CalendarYearView {
    /// The year.
    pub year: i32,
    /// Where its calendar comes from. In a year without one Monday to Friday count.
    pub origin: YearOrigin,
    /// How many days of the year are worked.
    pub workdays: usize,
    /// The days that are not what their weekday says, in order.
    pub days: Vec<CalendarDayView>,
}

/// The work calendar.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"items": [{"year": 2027, "origin": "nobody", "workdays": 261, "days": []}]}))]
pub struct CalendarView {
    /// Every year of which something is known, the present year and the next, in order.
    pub items: Vec<CalendarYearView>,
}

impl From<CalendarYear> for CalendarYearView {
    fn from(year: CalendarYear) -> Self {
        let CalendarYear { year, origin, days, workdays } = year;
        Self { year, origin, workdays, days: days.into_iter().map(CalendarDayView::from).collect() }
    }
}

impl From<KnownDay> for CalendarDayView {
    fn from(KnownDay { day, kind, name, source }: KnownDay) -> Self {
        Self { day, kind, name, source }
    }
}

/// A year in a path; one that cannot be is not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Year(pub(crate) i32);

impl std::str::FromStr for Year {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let year = text.parse().map_err(drop)?;
        if (YEAR_MIN..=YEAR_MAX).contains(&year) { Ok(Self(year)) } else { Err(()) }
    }
}

/// The work calendar by year: all of it.
#[utoipa::path(
    tag = "calendar",
    operation_id = "list_calendar_years",
    responses((status = 200, description = "All years", body = CalendarView))
)]
#[get("/calendar")]
pub(crate) async fn index(caller: Caller) -> Result<HttpResponse, Problem> {
    let today = caller.app.today();
    let years = caller.read(move |connection, _| calendar::years(connection, today)).await?;
    Ok(HttpResponse::Ok().json(CalendarView { items: years.into_iter().map(CalendarYearView::from).collect() }))
}

/// The work calendar of a year.
#[utoipa::path(
    tag = "calendar",
    operation_id = "get_calendar_year",
    responses((status = 200, description = "The calendar", body = CalendarYearView))
)]
#[get("/calendar/{year}")]
pub(crate) async fn show(caller: Caller, Id(Year(year)): Id<Year>) -> Result<HttpResponse, Problem> {
    let found = caller.read(move |connection, _| calendar::year(connection, year)).await?;
    Ok(HttpResponse::Ok().json(CalendarYearView::from(found)))
}

/// Enter the calendar of a year in place of what is known of it.
#[utoipa::path(
    tag = "calendar",
    operation_id = "set_calendar_year",
    request_body = YearEntry,
    responses(
        (status = 200, description = "Entered", body = CalendarYearView),
        (status = 422, description = "A day is of another year, stands twice or has no source"),
    )
)]
#[put("/calendar/{year}")]
pub(crate) async fn set(
    caller: Caller,
    Id(Year(year)): Id<Year>,
    body: Body<YearEntry>,
) -> Result<HttpResponse, Problem> {
    let entered = caller.write(move |tx| calendar::set_year(tx, year, &body.value)).await?;
    Ok(HttpResponse::Ok().json(CalendarYearView::from(entered)))
}

/// Take out what was entered of a year: what the product ships holds again, or nothing.
#[utoipa::path(
    tag = "calendar",
    operation_id = "take_back_calendar_year",
    responses((status = 204, description = "Taken out"))
)]
#[delete("/calendar/{year}")]
pub(crate) async fn take_back(caller: Caller, Id(Year(year)): Id<Year>, _: NoBody) -> Result<HttpResponse, Problem> {
    caller.write(move |tx| calendar::take_back(tx, year)).await?;
    Ok(HttpResponse::NoContent().finish())
}
