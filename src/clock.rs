//! The clock: the only place that reads the time of day. Everything else takes the time as an argument.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// Tells the time in whole microseconds, the resolution of both databases.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    /// Microseconds since 1970-01-01T00:00:00Z.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until its hand is moved, and the hand.
    pub fn manual(start: DateTime<Utc>) -> (Self, ClockHand) {
        let micros = Arc::new(AtomicI64::new(start.timestamp_micros()));
        (Self(Source::Manual(Arc::clone(&micros))), ClockHand(micros))
    }

    /// The current instant, truncated to microseconds.
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => system_now(),
            Source::Manual(micros) => instant(micros.load(Ordering::SeqCst)),
        }
    }
}

/// Moves a manual clock, and all its copies with it.
#[derive(Debug, Clone)]
pub struct ClockHand(Arc<AtomicI64>);

impl ClockHand {
    /// Moves the clock on by `duration`, or back when it is negative: machines' clocks jump too.
    pub fn advance(&self, duration: TimeDelta) {
        self.0.fetch_add(duration.num_microseconds().unwrap_or(i64::MAX), Ordering::SeqCst);
    }

    /// Puts the clock to `instant`.
    pub fn set(&self, instant: DateTime<Utc>) {
        self.0.store(instant.timestamp_micros(), Ordering::SeqCst);
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn system_now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_system_clock_goes_on_in_whole_microseconds() {
        let clock = Clock::system();
        let (first, second) = (clock.now(), clock.now());
        assert!(first <= second);
        assert_eq!(first.timestamp_subsec_nanos() % 1000, 0);
        assert!(first > at("2025-01-01T00:00:00Z"));
    }

    #[test]
    fn a_manual_clock_stands_until_it_is_moved() {
        let (clock, hand) = Clock::manual(at("2026-11-22T08:00:00.123456789Z"));
        let copy = clock.clone();
        assert_eq!(clock.now(), at("2026-11-22T08:00:00.123456Z"));
        hand.advance(TimeDelta::minutes(90));
        assert_eq!(copy.now(), at("2026-11-22T09:30:00.123456Z"));
        hand.advance(-TimeDelta::days(1));
        assert_eq!(clock.now(), at("2026-11-21T09:30:00.123456Z"));
        hand.set(at("2027-01-01T00:00:00Z"));
        assert_eq!(clock.now(), at("2027-01-01T00:00:00Z"));
    }
}
