//! When the next visit to an enterprise is due: on the promised day, or before its days without a visit begin to count.

use chrono::{Days, NaiveDate};

/// The day of the next visit, and what it follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextVisit {
    /// The day.
    pub on: NaiveDate,
    /// Whether it was promised at the last visit; otherwise the duty to visit asks for it.
    pub promised: bool,
}

impl NextVisit {
    /// The next visit after the last one, or after the day from which an enterprise waits for its first: the promise, if the
    /// duty of so many days does not ask for it earlier.
    pub fn after(last: NaiveDate, promise: Option<NaiveDate>, duty_days: u32) -> Self {
        let duty = last.checked_add_days(Days::new(duty_days.into())).unwrap_or(NaiveDate::MAX);
        match promise.filter(|day| *day <= duty) {
            Some(on) => Self { on, promised: true },
            None => Self { on: duty, promised: false },
        }
    }

    /// Days that are left; negative when the day has passed.
    pub fn days_left(self, today: NaiveDate) -> i64 {
        self.on.signed_duration_since(today).num_days()
    }
}

/// The first day on which a visit promised for a day is overdue. All of the promised day is there to keep the promise.
pub fn overdue_from(promised: NaiveDate) -> NaiveDate {
    promised.succ_opt().unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_earlier_of_promise_and_duty() {
        let after = |promise: Option<&str>| NextVisit::after(day("2026-11-01"), promise.map(day), 30);
        assert_eq!(after(None), NextVisit { on: day("2026-12-01"), promised: false });
        assert_eq!(after(Some("2026-11-10")), NextVisit { on: day("2026-11-10"), promised: true });
        assert_eq!(after(Some("2026-12-01")), NextVisit { on: day("2026-12-01"), promised: true });
        assert_eq!(after(Some("2026-12-02")), NextVisit { on: day("2026-12-01"), promised: false });
    }

    #[test]
    fn a_promise_is_overdue_when_its_day_is_over() {
        assert_eq!(overdue_from(day("2026-11-30")), day("2026-12-01"));
        let next = NextVisit::after(day("2026-11-01"), Some(day("2026-11-10")), 30);
        assert!(next.days_left(overdue_from(next.on)) < 0, "the workbench and the deadline agree");
        assert_eq!(overdue_from(NaiveDate::MAX), NaiveDate::MAX);
    }

    #[test]
    fn days_left_become_negative() {
        let next = NextVisit::after(day("2026-11-01"), None, 10);
        assert_eq!(
            [day("2026-11-09"), day("2026-11-11"), day("2026-11-14")].map(|day| next.days_left(day)),
            [2, 0, -3]
        );
    }
}
