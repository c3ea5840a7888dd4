//! The period of the demonstration: two years of receipts, and one year since the product came into use.

use super::dice::Dice;
use crate::domain::month::Month;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

/// Treasury months with receipts.
pub const MONTHS: i32 = 24;
/// Days since the product came into use.
const DAYS_IN_USE: u64 = 364;
/// The receipts of a month come in on this day of the next one.
const IMPORT_DAY: u64 = 8;

/// The days and months of the district, all before one instant.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The instant the district is made.
    pub now: DateTime<Utc>,
    /// Its day.
    pub today: NaiveDate,
    /// The day on which the product came into use.
    pub opened_on: NaiveDate,
    time_zone: Tz,
}

impl Calendar {
    /// The calendar of a district made now.
    pub fn new(now: DateTime<Utc>, time_zone: Tz) -> Self {
        let today = now.with_timezone(&time_zone).date_naive();
        let opened_on = workday_from(today - Days::new(DAYS_IN_USE));
        Self { now, today, opened_on, time_zone }
    }

    /// The treasury months with receipts, oldest first; the last is the last whose receipts have come in.
    pub fn months(&self) -> Vec<Month> {
        let Some(current) = Month::containing(self.today) else { return Vec::new() };
        let last = (1..=2).map(|back| current.plus(-back)).find(|month| self.imported_on(*month) < self.today);
        let last = last.unwrap_or(current.plus(-2));
        (0..MONTHS).rev().map(|back| last.plus(-back)).collect()
    }

    /// The day on which the receipts of a month came in: those from before the product came into use, with it.
    pub fn imported_on(&self, month: Month) -> NaiveDate {
        let usual = workday_from(month.plus(1).first_day() + Days::new(IMPORT_DAY - 1));
        usual.max(self.opened_on)
    }

    /// The instant of a day, so many minutes after midnight where the district is.
    pub fn at(&self, day: NaiveDate, minutes: i64) -> DateTime<Utc> {
        let local = day.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes);
        let instant = self.time_zone.from_local_datetime(&local).earliest();
        instant.map_or_else(|| local.and_utc(), |instant| instant.with_timezone(&Utc))
    }

    /// An instant in the office hours of a day, never later than the district is made.
    pub fn office_hour(&self, day: NaiveDate, dice: &mut Dice) -> DateTime<Utc> {
        let minutes = if dice.per_mille(550) { dice.number(540..=710) } else { dice.number(840..=1050) };
        let instant = self.at(day, minutes) + TimeDelta::milliseconds(dice.number(0..=59_999));
        instant.min(self.now - TimeDelta::minutes(30))
    }

    /// The workday so many days ago, or the last one before it, but not before the product came into use.
    pub fn days_ago(&self, days: u64) -> NaiveDate {
        workday_until(self.today - Days::new(days)).max(self.opened_on)
    }
}

/// The day itself, or the Monday after it.
pub fn workday_from(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => day + Days::new(2),
        Weekday::Sun => day + Days::new(1),
        _ => day,
    }
}

/// The day itself, or the Friday before it.
pub fn workday_until(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => day - Days::new(1),
        Weekday::Sun => day - Days::new(2),
        _ => day,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn calendar(now: &str) -> Calendar {
        Calendar::new(now.parse().unwrap(), Tz::Asia__Shanghai)
    }

    #[test]
    fn receipts_end_with_the_last_month_that_has_come_in() {
        for (now, last) in [("2026-11-20T01:00:00Z", "2026-10"), ("2026-11-02T01:00:00Z", "2026-09")] {
            let months = calendar(now).months();
            assert_eq!((months.len(), months.last().unwrap().to_string().as_str()), (24, last), "{now}");
        }
    }

    #[test]
    fn nothing_happens_in_the_future_or_before_the_product_came_into_use() {
        let calendar = calendar("2026-11-20T00:10:00Z");
        assert!(calendar.office_hour(calendar.today, &mut Dice::named(1, "x")) < calendar.now);
        assert_eq!(calendar.days_ago(5000), calendar.opened_on);
        assert!(calendar.months().iter().all(|month| calendar.imported_on(*month) >= calendar.opened_on));
    }

    #[test]
    fn work_is_done_on_workdays() {
        let saturday = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        assert_eq!(workday_from(saturday).weekday(), Weekday::Mon);
        assert_eq!(workday_until(saturday).weekday(), Weekday::Fri);
    }

    #[test]
    fn minutes_are_those_of_the_district() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        assert_eq!(calendar("2026-11-22T00:00:00Z").at(day, 540).to_rfc3339(), "2026-11-20T01:00:00+00:00");
    }
}
