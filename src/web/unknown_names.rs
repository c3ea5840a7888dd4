//! Failed sign-ins under unknown names, or under names without a password: they are locked like accounts, so that a
//! lock does not tell which names exist. In memory and bounded; every node counts separately.

use crate::domain::people::lockout::{Attempts, Lockout};
use chrono::{DateTime, Utc};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Names remembered at most.
const CAPACITY: usize = 10_000;
/// Longer names, which nobody can have, are remembered by their beginning.
const NAME_MAX: usize = 64;

/// The names and their failures.
#[derive(Debug, Default)]
pub struct UnknownNames(Mutex<HashMap<String, (Attempts, DateTime<Utc>)>>);

impl UnknownNames {
    /// Seconds until another attempt under the name is looked at; `None` when it is not locked.
    pub fn locked_for(&self, name: &str, now: DateTime<Utc>) -> Option<u64> {
        self.names().get(&key(name))?.0.locked_for(now)
    }

    /// Counts a failure.
    pub fn note_failure(&self, name: &str, lockout: Lockout, now: DateTime<Utc>) {
        let mut names = self.names();
        if names.len() >= CAPACITY {
            names.retain(|_, (_, last)| now - *last < lockout.duration);
        }
        if names.len() >= CAPACITY {
            names.clear();
        }
        let (attempts, last) = names.entry(key(name)).or_insert((Attempts::default(), now));
        *attempts = attempts.failed_again(lockout, now);
        *last = now;
    }

    fn names(&self) -> MutexGuard<'_, HashMap<String, (Attempts, DateTime<Utc>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// User names don't tell capitals and surrounding spaces apart.
fn key(name: &str) -> String {
    name.trim().chars().take(NAME_MAX).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use chrono::TimeDelta;

    const LOCKOUT: Lockout = Lockout { failures: 2, duration: TimeDelta::minutes(15) };

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn a_name_is_locked_like_an_account() {
        let names = UnknownNames::default();
        names.note_failure("Nobody ", LOCKOUT, at(0));
        assert_eq!(names.locked_for("nobody", at(0)), None);
        names.note_failure("nobody", LOCKOUT, at(1));
        assert_eq!(names.locked_for(" NOBODY", at(1)), Some(900));
        assert_eq!(names.locked_for("nobody", at(901)), None);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let names = UnknownNames::default();
        for number in 0..CAPACITY * 2 {
            names.note_failure(&number.to_string(), LOCKOUT, at(0));
        }
        assert!(names.names().len() <= CAPACITY);
    }
}
