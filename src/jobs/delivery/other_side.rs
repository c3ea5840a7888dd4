//! What one node knows of the other side of a channel: whether it takes anything, and when to try again. Kept in memory: a new
//! process finds out again.

use super::{backoff, channel::Outage};
use crate::domain::operation::job::JobError;
use chrono::TimeDelta;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// The other side as the workers of one node see it.
#[derive(Debug, Default)]
pub(super) struct OtherSide(Mutex<Option<Failing>>);

/// Nothing could be handed over since.
#[derive(Debug, Clone, Copy)]
struct Failing {
    since: Instant,
    failures: u32,
    until: Instant,
    why: JobError,
}

impl OtherSide {
    /// How long to leave it alone, and why; `None` when it may be spoken to.
    pub(super) fn rest(&self, now: Instant) -> Option<(Duration, JobError)> {
        self.trouble(now).filter(|(rest, _)| !rest.is_zero())
    }

    /// Why nothing could be handed over last, and how long to leave it alone; `None` when it dealt with the last delivery.
    pub(super) fn trouble(&self, now: Instant) -> Option<(Duration, JobError)> {
        let failing = (*self.failing())?;
        Some((failing.until.saturating_duration_since(now), failing.why))
    }

    /// How often in a row nothing could be handed over.
    pub(super) fn failures(&self) -> u32 {
        self.failing().map_or(0, |failing| failing.failures)
    }

    /// Notes that it takes nothing. `true` when the outage begins with it.
    pub(super) fn failed(&self, outage: Outage, now: Instant) -> bool {
        let mut failing = self.failing();
        let begins = failing.is_none();
        let (since, failures) = failing.map_or((now, 0), |failing| (failing.since, failing.failures));
        let pause = if outage.needs_person {
            backoff::next_attempt_after_refused_credentials()
        } else {
            backoff::next_connection(TimeDelta::from_std(now - since).unwrap_or(TimeDelta::MAX))
        };
        let until = now + pause.to_std().unwrap_or_default();
        *failing = Some(Failing { since, failures: failures.saturating_add(1), until, why: outage.why });
        begins
    }

    /// Notes that it dealt with a delivery. `true` when an outage ends with it.
    pub(super) fn answered(&self) -> bool {
        self.failing().take().is_some()
    }

    fn failing(&self) -> MutexGuard<'_, Option<Failing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNREACHABLE: Outage = Outage { why: JobError::MailServerUnreachable, needs_person: false };

    #[test]
    fn an_unreachable_server_is_left_alone_for_a_while() {
        let (server, start) = (OtherSide::default(), Instant::now());
        assert_eq!(server.rest(start), None);
        assert!(server.failed(UNREACHABLE, start));
        assert_eq!(server.rest(start), Some((Duration::from_secs(1), JobError::MailServerUnreachable)));
        let later = start + Duration::from_mins(10);
        assert_eq!(server.rest(later), None);
        assert_eq!(server.trouble(later), Some((Duration::ZERO, JobError::MailServerUnreachable)));
        assert!(!server.failed(UNREACHABLE, later));
        assert_eq!(server.rest(later), Some((Duration::from_secs(6), JobError::MailServerUnreachable)));
        assert_eq!(server.failures(), 2);
        assert!(server.answered() && !server.answered());
        assert_eq!((server.trouble(later), server.failures()), (None, 0));
    }

    #[test]
    fn a_refused_password_is_not_repeated_quickly() {
        let (server, now) = (OtherSide::default(), Instant::now());
        server.failed(Outage { why: JobError::MailCredentialsRefused, needs_person: true }, now);
        assert_eq!(server.rest(now), Some((Duration::from_mins(15), JobError::MailCredentialsRefused)));
    }
}
