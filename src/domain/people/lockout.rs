//! Lock-out: how many failed sign-ins in a row lock an account, and for how long.

use chrono::{DateTime, TimeDelta, Utc};

/// When an account is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lockout {
    /// Failures in a row that lock.
    pub failures: u32,
    /// How long it stays locked.
    pub duration: TimeDelta,
}

/// The failed attempts at one account since the last that succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// Failures in a row.
    pub failed: u32,
    /// Until when no attempt is looked at.
    pub locked_until: Option<DateTime<Utc>>,
}

impl Attempts {
    /// Seconds until another attempt is looked at, rounded up; `None` when the account is not locked.
    pub fn locked_for(self, now: DateTime<Utc>) -> Option<u64> {
        let remaining = (self.locked_until? - now).num_milliseconds();
        u64::try_from(remaining).ok().filter(|&milliseconds| milliseconds > 0).map(|ms| ms.div_ceil(1000))
    }

    /// One more failure. A lock that has run out counts from one again.
    #[must_use]
    pub fn failed_again(self, lockout: Lockout, now: DateTime<Utc>) -> Self {
        let before = if self.locked_until.is_some() { 0 } else { self.failed };
        let failed = before.saturating_add(1);
        Self { failed, locked_until: (failed >= lockout.failures).then(|| now + lockout.duration) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn the_last_allowed_failure_locks_and_time_unlocks() {
        let lockout = Lockout { failures: 3, duration: TimeDelta::minutes(15) };
        let twice = Attempts::default().failed_again(lockout, at(0)).failed_again(lockout, at(1));
        assert_eq!((twice.failed, twice.locked_for(at(1))), (2, None));
        let locked = twice.failed_again(lockout, at(2));
        assert_eq!(locked.locked_for(at(2)), Some(900));
        assert_eq!(locked.locked_for(at(901)), Some(1));
        assert_eq!(locked.locked_for(at(902)), None);
        assert_eq!(locked.failed_again(lockout, at(902)), Attempts { failed: 1, locked_until: None });
    }
}
