//! Working time: which days are worked, at which hours, and how working hours and days are added to an instant and counted
//! between two. Everything a person is given time for is counted so.

use crate::domain::codes::codes;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
    sync::LazyLock,
};

codes! {
    /// What the statutory calendar says of a day that is not what its weekday says.
    pub enum DayKind {
        /// A day that is worked, such as a Saturday that makes up for a holiday.
        Workday = "workday", "上班", "workday";
        /// A day off.
        Holiday = "holiday", "放假", "holiday";
    }
}

/// Longest name of a day in characters.
pub const DAY_NAME_MAX: usize = 50;
/// Longest source of a day in characters.
pub const DAY_SOURCE_MAX: usize = 200;
/// Most periods of one working day.
const MOST_PERIODS: usize = 6;

/// The days on which people work. A day without an entry is worked from Monday to Friday.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkCalendar {
    days: BTreeMap<NaiveDate, DayKind>,
    years: BTreeSet<i32>,
}

impl WorkCalendar {
    /// The calendar with these entries; of two for one day the later one holds.
    pub fn new(days: impl IntoIterator<Item = (NaiveDate, DayKind)>) -> Self {
        let days: BTreeMap<NaiveDate, DayKind> = days.into_iter().collect();
        let years = days.keys().map(Datelike::year).collect();
        Self { days, years }
    }

    /// Whether anything is known of the year; in one without an entry Monday to Friday count.
    pub fn covers(&self, year: i32) -> bool {
        self.years.contains(&year)
    }

    /// Whether the day is worked.
    pub fn is_workday(&self, day: NaiveDate) -> bool {
        match self.days.get(&day) {
            Some(kind) => *kind == DayKind::Workday,
            None => !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
        }
    }
}

/// The hours of a working day, local time: periods in their order that do not overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingHours(Vec<(NaiveTime, NaiveTime)>);

/// A text that does not say working hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoWorkingHours;

impl FromStr for WorkingHours {
    type Err = NoWorkingHours;

    /// Reads `9:00-12:00,13:30-17:30`: one to six periods, each of at least a minute, in their order.
    fn from_str(text: &str) -> Result<Self, NoWorkingHours> {
        let periods: Option<Vec<(NaiveTime, NaiveTime)>> = text.split(',').map(period).collect();
        let periods = periods.filter(|periods| periods.len() <= MOST_PERIODS).ok_or(NoWorkingHours)?;
        let ascends = periods.iter().all(|(start, end)| start < end)
            && periods.iter().zip(periods.iter().skip(1)).all(|((_, end), (start, _))| end <= start);
        if ascends { Ok(Self(periods)) } else { Err(NoWorkingHours) }
    }
}

impl fmt::Display for WorkingHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (start, end) in &self.0 {
            write!(f, "{separator}{}-{}", start.format("%-H:%M"), end.format("%-H:%M"))?;
            separator = ",";
        }
        Ok(())
    }
}

fn period(text: &str) -> Option<(NaiveTime, NaiveTime)> {
    let (start, end) = text.split_once('-')?;
    Some((time(start)?, time(end)?))
}

/// `9:00` or `09:00`, nothing else.
fn time(text: &str) -> Option<NaiveTime> {
    let (hour, minute) = text.trim().split_once(':')?;
    let is_number =
        |text: &str, least: usize| (least..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(hour, 1) || !is_number(minute, 2) {
        return None;
    }
    NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0)
}

/// Working time in one place: calendar, hours and time zone together.
#[derive(Debug, Clone)]
pub struct WorkingTime {
    /// The days.
    pub calendar: WorkCalendar,
    /// The hours of each.
    pub hours: WorkingHours,
    /// Where they are counted.
    pub time_zone: Tz,
}

impl WorkingTime {
    /// The instant at which so much working time has passed since another; the other itself for nothing or less. What is beyond
    /// the last day that can be told is the last instant.
    pub fn add_hours(&self, from: DateTime<Utc>, time: TimeDelta) -> DateTime<Utc> {
        if time <= TimeDelta::zero() {
            return from;
        }
        let mut left = time;
        let mut day = self.day_of(from);
        loop {
            for (start, end) in self.periods(day) {
                let start = start.max(from);
                let length = (end - start).max(TimeDelta::zero());
                if left <= length {
                    return start + left;
                }
                left -= length;
            }
            match day.succ_opt() {
                Some(next) => day = next,
                None => return DateTime::<Utc>::MAX_UTC,
            }
        }
    }

    /// The working time between two instants; nothing when the second is not after the first.
    pub fn hours_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        let mut time = TimeDelta::zero();
        let (mut day, last) = (self.day_of(from), self.day_of(to));
        while day <= last {
            for (start, end) in self.periods(day) {
                time += (end.min(to) - start.max(from)).max(TimeDelta::zero());
            }
            match day.succ_opt() {
                Some(next) => day = next,
                None => break,
            }
        }
        time
    }

    /// When so many working days since an instant have passed: the end of work on the last of them. The day of the instant does
    /// not count, and a period ends when business does (Civil Code, articles 201 and 203). For no days the instant itself.
    pub fn add_days(&self, from: DateTime<Utc>, days: u32) -> DateTime<Utc> {
        let mut left = days;
        let mut day = self.day_of(from);
        if left == 0 {
            return from;
        }
        while let Some(next) = day.succ_opt() {
            day = next;
            if self.calendar.is_workday(day) {
                left -= 1;
            }
            if left == 0 {
                return self.periods(day).last().map_or(DateTime::<Utc>::MAX_UTC, |(_, end)| end);
            }
        }
        DateTime::<Utc>::MAX_UTC
    }

    /// The working days after the day of an instant, up to the day of another; none when the second is not after the first.
    pub fn days_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> u32 {
        let (from, to) = (self.day_of(from), self.day_of(to));
        let days = from.iter_days().skip(1).take_while(|day| *day <= to);
        days.fold(0, |count, day| count + u32::from(self.calendar.is_workday(day)))
    }

    fn day_of(&self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.time_zone).date_naive()
    }

    /// The periods of work of a day as instants, in their order.
    fn periods(&self, day: NaiveDate) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        let hours = if self.calendar.is_workday(day) { self.hours.0.as_slice() } else { &[] };
        hours.iter().map(move |(start, end)| (self.instant(day.and_time(*start)), self.instant(day.and_time(*end))))
    }

    /// The instant of a local time. Where clocks are put forward over it, the first instant after; where they are put back, the
    /// earlier of the two.
    fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let at = |local: NaiveDateTime| self.time_zone.from_local_datetime(&local).earliest();
        // No zone leaves out more than a day.
        let later = (1..=96).filter_map(|quarters| local.checked_add_signed(TimeDelta::minutes(15 * quarters)));
        let found = at(local).or_else(|| later.into_iter().find_map(at));
        found.map_or_else(|| local.and_utc(), |instant| instant.to_utc())
    }
}

/// A day of the statutory calendar as it was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublishedDay {
    /// The day.
    pub day: NaiveDate,
    /// Whether it is worked.
    pub kind: DayKind,
    /// The holiday it belongs to.
    pub name: &'static str,
    /// The notice of the State Council's General Office.
    pub source: &'static str,
}

/// The days of the years whose calendar was published when this program was made, in their order.
pub fn published() -> &'static [PublishedDay] {
    static DAYS: LazyLock<Vec<PublishedDay>> =
        LazyLock::new(|| include_str!("published.csv").lines().filter_map(published_day).collect());
    &DAYS
}

fn published_day(line: &'static str) -> Option<PublishedDay> {
    let mut cells = line.split(',');
    let (day, kind, name, source) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
    Some(PublishedDay { day: day.parse().ok()?, kind: kind.parse().ok()?, name, source })
}

/// The first and the last day of a year.
pub fn days_of_year(year: i32) -> Option<(NaiveDate, NaiveDate)> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
    let next = NaiveDate::from_ymd_opt(year.checked_add(1)?, 1, 1)?;
    Some((first, next.checked_sub_days(Days::new(1))?))
}

#[cfg(test)]
mod tests;
