//! Working time at the edges of days, holidays and years, and what holds wherever one counts from.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    sample::select,
};

const DEFAULT_HOURS: &str = "9:00-12:00,13:30-17:30";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An instant of the local time in Shanghai.
fn at(text: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    chrono_tz::Asia::Shanghai.from_local_datetime(&local).unwrap().to_utc()
}

fn local(instant: DateTime<Utc>) -> String {
    instant.with_timezone(&chrono_tz::Asia::Shanghai).format("%Y-%m-%d %H:%M").to_string()
}

fn working(entries: &[(&str, DayKind)]) -> WorkingTime {
    WorkingTime {
        calendar: WorkCalendar::new(entries.iter().map(|(on, kind)| (day(on), *kind))),
        hours: DEFAULT_HOURS.parse().unwrap(),
        time_zone: chrono_tz::Asia::Shanghai,
    }
}

/// Three days off at New Year, and a Sunday that is worked for it.
fn new_year() -> WorkingTime {
    use DayKind::{Holiday, Workday};
    working(&[("2026-01-01", Holiday), ("2026-01-02", Holiday), ("2026-01-03", Holiday), ("2026-01-04", Workday)])
}

fn hours(count: i64) -> TimeDelta {
    TimeDelta::hours(count)
}

#[test]
fn hours_are_counted_within_working_hours() {
    let time = working(&[]);
    for (from, count, until) in [
        ("2026-11-25 10:00", 1, "2026-11-25 11:00"),
        ("2026-11-25 10:00", 2, "2026-11-25 12:00"),
        ("2026-11-25 11:30", 1, "2026-11-25 14:00"),
        ("2026-11-25 12:30", 1, "2026-11-25 14:30"),
        ("2026-11-25 17:00", 1, "2026-11-26 09:30"),
        ("2026-11-25 00:00", 1, "2026-11-25 10:00"),
        ("2026-11-25 23:59", 1, "2026-11-26 10:00"),
        ("2026-11-27 17:00", 1, "2026-11-30 09:30"),
        ("2026-11-28 08:00", 7, "2026-11-30 17:30"),
        ("2026-11-30 09:00", 35, "2026-12-04 17:30"),
    ] {
        assert_eq!(local(time.add_hours(at(from), hours(count))), until, "{from} and {count} hours");
        assert_eq!(time.hours_between(at(from), at(until)), hours(count), "{from} to {until}");
    }
}

#[test]
fn the_day_of_the_instant_does_not_count_and_a_period_ends_with_business() {
    let time = working(&[]);
    for (from, count, until) in [
        ("2026-11-25 08:00", 1, "2026-11-26 17:30"),
        ("2026-11-25 23:59", 1, "2026-11-26 17:30"),
        ("2026-11-26 00:00", 1, "2026-11-27 17:30"),
        ("2026-11-27 10:00", 2, "2026-12-01 17:30"),
        ("2026-11-28 10:00", 1, "2026-11-30 17:30"),
    ] {
        assert_eq!(local(time.add_days(at(from), count)), until, "{from} and {count} days");
        assert_eq!(time.days_between(at(from), at(until)), count, "{from} to {until}");
    }
    assert_eq!(time.add_days(at("2026-11-25 08:00"), 0), at("2026-11-25 08:00"));
}

#[test]
fn holidays_and_made_up_workdays_count_as_the_calendar_says() {
    let time = new_year();
    assert_eq!(local(time.add_hours(at("2025-12-31 16:30"), hours(2))), "2026-01-04 10:00");
    assert_eq!(local(time.add_days(at("2025-12-31 10:00"), 1)), "2026-01-04 17:30");
    assert_eq!(local(time.add_days(at("2025-12-31 10:00"), 2)), "2026-01-05 17:30");
    assert_eq!(time.days_between(at("2025-12-31 10:00"), at("2026-01-05 10:00")), 2);
    assert_eq!(time.hours_between(at("2025-12-31 17:30"), at("2026-01-04 09:00")), TimeDelta::zero());
}

#[test]
fn a_whole_week_off_is_passed_over() {
    let off = ["2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04", "2026-10-05", "2026-10-06", "2026-10-07"];
    let mut entries: Vec<(&str, DayKind)> = off.iter().map(|on| (*on, DayKind::Holiday)).collect();
    entries.push(("2026-10-10", DayKind::Workday));
    let time = working(&entries);
    assert_eq!(local(time.add_hours(at("2026-09-30 17:00"), hours(1))), "2026-10-08 09:30");
    assert_eq!(local(time.add_days(at("2026-10-03 10:00"), 3)), "2026-10-10 17:30");
}

#[test]
fn a_leap_day_is_a_day() {
    let time = working(&[]);
    assert_eq!(local(time.add_days(at("2028-02-28 10:00"), 1)), "2028-02-29 17:30");
    assert_eq!(time.days_between(at("2028-02-28 10:00"), at("2028-03-01 10:00")), 2);
    assert_eq!(time.days_between(at("2027-02-26 10:00"), at("2027-03-01 10:00")), 1);
}

#[test]
fn a_year_without_entries_is_told_apart_and_counts_monday_to_friday() {
    let calendar = new_year().calendar;
    assert!(calendar.covers(2026) && !calendar.covers(2027));
    assert!(calendar.is_workday(day("2027-01-01")), "a Friday");
    assert!(!calendar.is_workday(day("2027-01-02")));
}

#[test]
fn working_hours_are_read_and_written_the_same() {
    let read = |text: &str| text.parse::<WorkingHours>();
    assert_eq!(read(DEFAULT_HOURS).unwrap().to_string(), DEFAULT_HOURS);
    assert_eq!(read("08:30-12:00, 14:00 - 18:00").unwrap().to_string(), "8:30-12:00,14:00-18:00");
    for text in [
        "",
        "9-17",
        "9:00",
        "9:00-9:00",
        "17:00-9:00",
        "9:00-12:00,11:00-17:00",
        "13:00-17:00,9:00-12:00",
        "9:00-24:00",
        "9:0-12:00",
        "+9:00-12:00",
        "9:00-12:00,",
        "0:00-1:00,2:00-3:00,4:00-5:00,6:00-7:00,8:00-9:00,10:00-11:00,12:00-13:00",
    ] {
        assert_eq!(read(text), Err(NoWorkingHours), "{text}");
    }
}

#[test]
fn an_hour_that_the_clocks_leave_out_is_no_working_time() {
    let time = WorkingTime {
        calendar: WorkCalendar::new([(day("2026-03-29"), DayKind::Workday)]),
        hours: "1:00-4:00".parse().unwrap(),
        time_zone: chrono_tz::Europe::Berlin,
    };
    let start: DateTime<Utc> = "2026-03-29T00:00:00Z".parse().unwrap();
    assert_eq!(time.hours_between(start, start + hours(20)), hours(2));
    let gap = WorkingTime { hours: "2:30-4:00".parse().unwrap(), ..time };
    assert_eq!(gap.hours_between(start, start + hours(20)), hours(1), "from 3:00 on");
}

#[test]
fn the_end_of_time_is_the_last_instant() {
    let time = working(&[]);
    let last_day = NaiveDate::MAX.and_time(NaiveTime::MIN).and_utc();
    assert_eq!(time.add_hours(last_day, hours(100)), DateTime::<Utc>::MAX_UTC);
    assert_eq!(time.add_days(last_day, 3), DateTime::<Utc>::MAX_UTC);
}

#[test]
fn every_published_day_is_read_and_says_where_it_comes_from() {
    let written = include_str!("published.csv").lines().count();
    assert_eq!(published().len(), written - 1, "all but the header");
    assert!(published().is_sorted_by(|a, b| a.day < b.day));
    let mut of_year: BTreeMap<i32, Vec<&PublishedDay>> = BTreeMap::new();
    for one in published() {
        assert!(one.source.contains(&format!("{}年", one.day.year())) && !one.name.is_empty(), "{one:?}");
        let is_weekend = matches!(one.day.weekday(), Weekday::Sat | Weekday::Sun);
        assert!(one.kind == DayKind::Holiday || is_weekend, "{one:?}: only a weekend is worked instead");
        of_year.entry(one.day.year()).or_default().push(one);
    }
    // Days off by law, and weekends between them: 28 of 2025, 33 of 2026.
    let off = |days: &[&PublishedDay]| days.iter().filter(|one| one.kind == DayKind::Holiday).count();
    let counts: Vec<(i32, usize, usize)> =
        of_year.iter().map(|(year, days)| (*year, off(days), days.len() - off(days))).collect();
    assert_eq!(counts, [(2025, 28, 5), (2026, 33, 6)]);
}

#[test]
fn a_year_has_its_first_and_last_day() {
    assert_eq!(days_of_year(2028), Some((day("2028-01-01"), day("2028-12-31"))));
    assert_eq!(days_of_year(i32::MAX), None);
}

fn any_hours() -> impl Strategy<Value = WorkingHours> {
    let written = vec![DEFAULT_HOURS, "0:00-23:59", "8:30-12:00,14:00-18:00", "22:00-23:30", "9:00-9:01"];
    select(written).prop_map(|text| text.parse().unwrap())
}

prop_compose! {
    /// Any calendar around the turn of two years, one of them a leap year, in zones that keep one clock all year.
    fn any_working_time()(
        entries in btree_map(0..900_u64, select(DayKind::ALL), 0..60),
        weeks_off in vec(0..900_u64, 0..3),
        hours in any_hours(),
        time_zone in select(&[chrono_tz::Asia::Shanghai, chrono_tz::UTC, chrono_tz::Asia::Kolkata][..]),
    ) -> WorkingTime {
        let first = day("2027-06-01");
        let off = weeks_off.iter().flat_map(|start| (0..7).map(move |next| (start + next, DayKind::Holiday)));
        let days = entries.into_iter().chain(off).map(|(offset, kind)| (first + Days::new(offset), kind));
        WorkingTime { calendar: WorkCalendar::new(days), hours, time_zone }
    }
}

fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    (0..900 * 24 * 3600_i64)
        .prop_map(|second| "2027-06-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::seconds(second))
}

fn any_time() -> impl Strategy<Value = TimeDelta> {
    (0..200 * 3600_i64).prop_map(TimeDelta::seconds)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_was_added_is_between(time in any_working_time(), from in any_instant(), added in any_time(), days in 0..40_u32) {
        prop_assert_eq!(time.hours_between(from, time.add_hours(from, added)), added);
        prop_assert_eq!(time.days_between(from, time.add_days(from, days)), days);
    }

    #[test]
    fn adding_is_monotone(
        time in any_working_time(), a in any_instant(), b in any_instant(), few in any_time(), more in any_time(), days in 0..40_u32,
    ) {
        let (earlier, later) = (a.min(b), a.max(b));
        let (few, more) = (few.min(more), few.max(more));
        prop_assert!(time.add_hours(earlier, few) <= time.add_hours(later, few));
        prop_assert!(time.add_hours(earlier, few) <= time.add_hours(earlier, more));
        prop_assert!(time.add_days(earlier, days + 1) <= time.add_days(later, days + 1));
        prop_assert!(time.add_days(earlier, days) < time.add_days(earlier, days + 1));
        prop_assert!(time.add_hours(earlier, few) >= earlier && time.add_days(earlier, days) >= earlier);
    }

    #[test]
    fn adding_in_two_parts_is_adding_at_once(time in any_working_time(), from in any_instant(), one in any_time(), two in any_time()) {
        prop_assert_eq!(time.add_hours(time.add_hours(from, one), two), time.add_hours(from, one + two));
    }

    #[test]
    fn what_is_between_adds_up(time in any_working_time(), a in any_instant(), b in any_instant(), c in any_instant()) {
        let mut at = [a, b, c];
        at.sort_unstable();
        let [a, b, c] = at;
        prop_assert_eq!(time.hours_between(a, b) + time.hours_between(b, c), time.hours_between(a, c));
        prop_assert_eq!(time.days_between(a, b) + time.days_between(b, c), time.days_between(a, c));
    }

    #[test]
    fn a_deadline_lies_within_working_hours(time in any_working_time(), from in any_instant(), added in any_time()) {
        let due = time.add_hours(from, added + TimeDelta::seconds(1));
        let day = due.with_timezone(&time.time_zone).date_naive();
        prop_assert!(time.calendar.is_workday(day));
        prop_assert!(time.periods(day).any(|(start, end)| start < due && due <= end));
    }
}
