//! What one node knows of its mail server: whether it can be reached, and when to try again. Kept in memory: a new
//! process finds out again.

use crate::{
    domain::operation::job::JobError,
    mail::{
        backoff,
        transport::{DeliveryError, Stage},
    },
};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// The mail server as the workers of one node see it.
#[derive(Debug, Default)]
pub(super) struct MailServer(Mutex<Option<Outage>>);

/// Nothing could be handed over since.
#[derive(Debug, Clone, Copy)]
struct Outage {
    since: Instant,
    failures: u32,
    until: Instant,
    why: JobError,
}

impl MailServer {
    /// How long to leave the server alone, and why; `None` when it may be spoken to.
    pub(super) fn rest(&self, now: Instant) -> Option<(Duration, JobError)> {
        self.trouble(now).filter(|(rest, _)| !rest.is_zero())
    }

    /// Why nothing could be handed over last, and how long to leave the server alone; `None` when it dealt with the last mail.
    pub(super) fn trouble(&self, now: Instant) -> Option<(Duration, JobError)> {
        let outage = (*self.outage())?;
        Some((outage.until.saturating_duration_since(now), outage.why))
    }

    /// How often in a row nothing could be handed over.
    pub(super) fn failures(&self) -> u32 {
        self.outage().map_or(0, |outage| outage.failures)
    }

    /// Notes a failure that concerns the server and not a mail. `true` when the outage begins with it.
    pub(super) fn failed(&self, error: &DeliveryError, now: Instant) -> bool {
        let mut outage = self.outage();
        let begins = outage.is_none();
        let (since, failures) = outage.map_or((now, 0), |outage| (outage.since, outage.failures));
        let pause = match error {
            DeliveryError::Credentials { .. } => backoff::next_attempt_after_refused_credentials(),
            _ => backoff::next_connection(chrono::Duration::from_std(now - since).unwrap_or(chrono::Duration::MAX)),
        };
        let until = now + pause.to_std().unwrap_or_default();
        let why = match error {
            DeliveryError::Credentials { .. } => JobError::MailCredentialsRefused,
            _ if error.stage() == Some(Stage::File) => JobError::MailFilesUnwritable,
            _ => JobError::MailServerUnreachable,
        };
        *outage = Some(Outage { since, failures: failures.saturating_add(1), until, why });
        begins
    }

    /// Notes that the server dealt with a mail. `true` when an outage ends with it.
    pub(super) fn answered(&self) -> bool {
        self.outage().take().is_some()
    }

    fn outage(&self) -> MutexGuard<'_, Option<Outage>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused() -> DeliveryError {
        DeliveryError::Transient { stage: Stage::Connect, code: None, text: "connection refused".to_owned() }
    }

    #[test]
    fn an_unreachable_server_is_left_alone_for_a_while() {
        let (server, start) = (MailServer::default(), Instant::now());
        assert_eq!(server.rest(start), None);
        assert!(server.failed(&refused(), start));
        assert_eq!(server.rest(start), Some((Duration::from_secs(1), JobError::MailServerUnreachable)));
        let later = start + Duration::from_mins(10);
        assert_eq!(server.rest(later), None);
        assert_eq!(server.trouble(later), Some((Duration::ZERO, JobError::MailServerUnreachable)));
        assert!(!server.failed(&refused(), later));
        assert_eq!(server.rest(later), Some((Duration::from_secs(6), JobError::MailServerUnreachable)));
        assert_eq!(server.failures(), 2);
        assert!(server.answered() && !server.answered());
        assert_eq!((server.trouble(later), server.failures()), (None, 0));
    }

    #[test]
    fn a_full_disk_is_no_unreachable_server() {
        let (server, now) = (MailServer::default(), Instant::now());
        server.failed(&DeliveryError::Transient { stage: Stage::File, code: None, text: "no space".to_owned() }, now);
        assert_eq!(server.trouble(now).map(|(_, why)| why), Some(JobError::MailFilesUnwritable));
    }

    #[test]
    fn a_refused_password_is_not_repeated_quickly() {
        let (server, now) = (MailServer::default(), Instant::now());
        server
            .failed(&DeliveryError::Credentials { stage: Stage::SignIn, code: Some(535), text: "no".to_owned() }, now);
        assert_eq!(server.rest(now), Some((Duration::from_mins(15), JobError::MailCredentialsRefused)));
    }
}
