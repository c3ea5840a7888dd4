//! Delivers the mails of the outbox. A worker claims one mail under a lease, talks to the mail server outside of any
//! transaction, and marks the result. When a worker dies, another one claims its mail after the lease has ended. A
//! worker of the same process that only waits for its turn to write is not dead: its siblings leave its mail alone.

use super::{
    job::{Job, Progress},
    mail_server::MailServer,
};
use crate::{
    app::App,
    db::{
        backend::DbConn,
        outbox::mail_queue::{self, Claimant, ClaimedMail, Due, Ending},
    },
    domain::{
        ids::{MailId, UserId},
        operation::job::JobKind,
        people::actor::Actor,
    },
    mail::{
        backoff,
        envelope::OutgoingMail,
        transport::{Delivered, DeliveryError, Transport},
    },
    meters::name,
    services::{Error, outbox::unheard_alerts},
    texts::{Explain, Language, texts},
};
use chrono::{DateTime, TimeDelta, Utc};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::Notify, time::sleep};
use uuid::Uuid;

/// How long a claimed mail belongs to its worker without a sign of life.
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// How often a worker gives one.
const RENEWED_EVERY: Duration = Duration::from_secs(5);
/// A mail is given up after so many attempts at least, whatever the clock says: clocks jump, and machines stand still.
const FEWEST_ATTEMPTS: u32 = 5;
/// How often, and how many times, it is tried to mark how a delivery ended when the database does not answer.
const MARKED_EVERY: Duration = Duration::from_millis(250);
const MARKED_AT_MOST: u32 = 1200;

/// One worker of the delivery.
pub(super) struct MailDelivery {
    app: App,
    transport: Arc<Transport>,
    server: Arc<MailServer>,
    claimant: Claimant,
}

impl MailDelivery {
    /// One worker, alone in its process.
    pub(super) fn new(app: App, transport: Arc<Transport>) -> Self {
        Self { app, transport, server: Arc::default(), claimant: Claimant::alone(Uuid::now_v7()) }
    }

    /// All workers of a process, who know of each other.
    pub(super) fn workers(app: &App, transport: &Arc<Transport>) -> Vec<Self> {
        let server = Arc::new(MailServer::default());
        let ids: Vec<Uuid> = (0..app.context().settings.mail.workers).map(|_| Uuid::now_v7()).collect();
        let worker = |&worker: &Uuid| Self {
            app: app.clone(),
            transport: Arc::clone(transport),
            server: Arc::clone(&server),
            claimant: Claimant { worker, siblings: ids.iter().copied().filter(|id| *id != worker).collect() },
        };
        ids.iter().map(worker).collect()
    }

    async fn claim(&self) -> Result<Option<Claim>, Error> {
        // Looked for by a reader first: an idle worker looks every second, and must not wait for the writer or hold it.
        let now = self.app.now();
        let due = Due { now, latest: now + backoff::longest_wait() };
        let claimant = self.claimant.clone();
        if !self.app.read(move |connection| Ok(mail_queue::has_due(connection, &claimant, due)?)).await? {
            return Ok(None);
        }
        let claimant = self.claimant.clone();
        self.app.maintain(move |connection| Claim::next(connection, &claimant, due)).await
    }

    /// Cancels a claimed mail whose reader has left, and has somebody else told.
    async fn pass_on(&self, mail: MailId, reader: UserId) -> Result<(), Error> {
        let name = mail_delivery(self.app.context().settings.locale.language);
        let actor = Actor::system(&name, format!("mail-{mail}"));
        let worker = self.claimant.worker;
        self.app.write(actor, move |tx| unheard_alerts::reader_has_left(tx, mail, worker, reader)).await?;
        tracing::info!(mail = %mail.0, "mail cancelled: its reader has left");
        Ok(())
    }

    /// Hands a mail over while keeping its lease. `None` when the lease was lost meanwhile: the worker that holds it
    /// now delivers the mail, and going on here could only make a duplicate.
    async fn deliver(&self, mail: &ClaimedMail) -> Option<Result<Delivered, DeliveryError>> {
        let outgoing = self.outgoing(mail);
        // Whichever ends first ends the other. When the lease is lost, dropping the delivery closes its connection. The
        // server may have accepted the mail just then: the copy of the other worker has the same Message-ID.
        tokio::select! {
            outcome = self.transport.deliver(&outgoing) => Some(outcome),
            () = self.until_lease_is_lost(mail.id) => None,
        }
    }

    async fn until_lease_is_lost(&self, id: MailId) {
        let worker = self.claimant.worker;
        loop {
            sleep(RENEWED_EVERY).await;
            let renewal = self.app.maintain(move |connection| Ok(mail_queue::renew(connection, id, worker, LEASE)?));
            match renewal.await {
                Ok(true) => {}
                Ok(false) => return,
                // An error does not mean that the lease is lost: the database may be away for a moment, and without it
                // no other worker can claim the mail either.
                Err(error) => tracing::warn!(mail = %id.0, %error, "the lease of a mail could not be renewed"),
            }
        }
    }

    fn outgoing(&self, mail: &ClaimedMail) -> OutgoingMail {
        OutgoingMail {
            from: self.app.context().settings.mail.from.to_string(),
            to_address: mail.to_address.clone(),
            to_name: mail.to_name.clone(),
            subject: mail.subject.clone(),
            text: mail.body_text.clone(),
            html: mail.body_html.clone(),
            message_id: mail.message_id.clone(),
            in_reply_to: mail.in_reply_to.clone(),
            references: mail.in_reply_to.iter().cloned().collect(),
            date: mail.created_at.0,
        }
    }

    /// Keeps what the outcome says of the server, and decides what it means for the mail.
    fn conclude(&self, mail: &ClaimedMail, outcome: &Result<Delivered, DeliveryError>) -> Ending {
        match outcome {
            Err(error) if error.concerns_server() => self.note_failure(error),
            // No server was asked.
            Err(DeliveryError::Local(_)) => {}
            _ => self.note_answer(),
        }
        let settings = &self.app.context().settings;
        let attempt = Attempt {
            mail: mail.id,
            number: u32::try_from(mail.attempts).unwrap_or_default() + 1,
            written_at: mail.created_at.0,
            now: self.app.now(),
            give_up_after: settings.mail.give_up_after,
            server_failures: self.server.failures(),
        };
        attempt.ending(outcome, settings.locale.language)
    }

    fn note_failure(&self, error: &DeliveryError) {
        let begins = self.server.failed(error, Instant::now());
        match error {
            DeliveryError::Credentials { code, .. } => {
                tracing::error!(code, "the mail server does not accept user name or password; check smtp_url");
            }
            _ if begins => {
                tracing::warn!(code = error.code(), stage = ?error.stage(), "the mail server cannot be reached");
            }
            _ => {}
        }
    }

    fn note_answer(&self) {
        if self.server.answered() {
            tracing::info!("the mail server can be reached again");
        }
    }

    /// Marks how the attempt ended, however long the database takes to come back: what is not marked is sent twice.
    async fn mark(&self, id: MailId, ending: Ending) -> Result<(), Error> {
        let worker = self.claimant.worker;
        let mut failures = 0;
        loop {
            let ending = ending.clone();
            match self.app.maintain(move |connection| Ok(mail_queue::mark(connection, id, worker, &ending)?)).await {
                Ok(true) => return Ok(()),
                Ok(false) => {
                    tracing::warn!(mail = %id.0, "another worker has the mail now; the end of this attempt was not marked");
                    return Ok(());
                }
                Err(error) if failures == MARKED_AT_MOST => return Err(error),
                Err(error) if failures == 0 => {
                    tracing::error!(mail = %id.0, %error, "the end of a delivery could not be marked; trying on");
                }
                Err(_) => {}
            }
            failures += 1;
            sleep(MARKED_EVERY).await;
        }
    }

    fn report(&self, mail: &ClaimedMail, outcome: &Result<Delivered, DeliveryError>, ending: &Ending) {
        let id = mail.id.0;
        let (code, stage) = match outcome {
            Ok(_) => ("", None),
            Err(error) => (error.code(), error.stage()),
        };
        let outcome = match ending {
            Ending::Sent { at } => {
                let waited = (*at - mail.created_at.0).to_std().unwrap_or_default();
                self.app.meters().within(|| metrics::histogram!(name::DELIVERY_SECONDS).record(waited));
                tracing::info!(mail = %id, "mail sent");
                "sent"
            }
            Ending::Retry { counts, .. } => {
                if *counts {
                    tracing::warn!(mail = %id, code, ?stage, "mail delayed");
                }
                "delayed"
            }
            Ending::Dead { .. } => {
                tracing::error!(mail = %id, code, ?stage, "mail given up; see the mail queue");
                "dead"
            }
        };
        self.app.meters().within(|| metrics::counter!(name::DELIVERIES, "outcome" => outcome).increment(1));
    }
}

impl Job for MailDelivery {
    const KIND: JobKind = JobKind::MailDelivery;

    async fn pass(&self) -> Result<Progress, Error> {
        if let Some((rest, why)) = self.server.rest(Instant::now()) {
            return Ok(Progress::Blocked(rest, why));
        }
        let Some(claim) = self.claim().await? else { return Ok(Progress::Idle) };
        // One wake-up may stand for several mails: another worker looks as well.
        self.app.wake().mail.notify_one();
        let mail = match claim {
            Claim::Deliverable(mail) => mail,
            Claim::ReaderLeft(mail, reader) => {
                self.pass_on(mail, reader).await?;
                return Ok(Progress::More);
            }
        };
        // The mail server is talked to outside of any transaction: it may need minutes, and a transaction would hold
        // the writer of SQLite, or a row of PostgreSQL, all the time. The lease stands for the lock.
        let Some(outcome) = self.deliver(&mail).await else {
            tracing::warn!(mail = %mail.id.0, "another worker has the mail now, while this one was delivering it");
            return Ok(Progress::More);
        };
        let ending = self.conclude(&mail, &outcome);
        self.report(&mail, &outcome, &ending);
        self.mark(mail.id, ending).await?;
        let trouble = self.server.trouble(Instant::now());
        Ok(trouble.map_or(Progress::More, |(rest, why)| Progress::Blocked(rest, why)))
    }

    fn wake(&self) -> Option<&Notify> {
        Some(&self.app.wake().mail)
    }
}

/// A mail a worker has claimed.
enum Claim {
    /// To be delivered.
    Deliverable(ClaimedMail),
    /// Its reader was deactivated since it was written.
    ReaderLeft(MailId, UserId),
}

impl Claim {
    fn next(connection: &mut DbConn, claimant: &Claimant, due: Due) -> Result<Option<Self>, Error> {
        let Some(mail) = mail_queue::claim(connection, claimant, due, LEASE, 1)?.into_iter().next() else {
            return Ok(None);
        };
        // Looked at after the claim, in its transaction: an account that is deactivated from now on finds the mail
        // `sending` and leaves it to this worker, so every mail has exactly one who decides about it.
        match mail.recipient_id {
            Some(reader) if mail_queue::has_left(connection, reader)? => Ok(Some(Self::ReaderLeft(mail.id, reader))),
            _ => Ok(Some(Self::Deliverable(mail))),
        }
    }
}

texts! {
    mail_delivery() { zh: "邮件发送", en: "Mail delivery" }
}

/// What decides how an attempt ends.
struct Attempt {
    mail: MailId,
    /// Counted from 1.
    number: u32,
    written_at: DateTime<Utc>,
    now: DateTime<Utc>,
    give_up_after: TimeDelta,
    /// How often in a row the server could not be reached.
    server_failures: u32,
}

impl Attempt {
    fn ending(&self, outcome: &Result<Delivered, DeliveryError>, language: Language) -> Ending {
        let Err(error) = outcome else { return Ending::Sent { at: self.now } };
        let counts = error.concerns_mail();
        let tried = if counts { self.number } else { self.server_failures };
        let is_final = matches!(error, DeliveryError::Permanent { .. } | DeliveryError::Local(_));
        let is_too_old = self.now - self.written_at >= self.give_up_after && tried >= FEWEST_ATTEMPTS;
        let text = error.text(language);
        if is_final || is_too_old {
            return Ending::Dead { error: text };
        }
        // An unreachable server is what the pause of the node is for; the mail itself may go at once when it is over.
        let wait = if counts { backoff::next_attempt(self.number, self.jitter()) } else { TimeDelta::zero() };
        Ending::Retry { at: self.now + wait, error: text, counts }
    }

    /// Differs from mail to mail and from attempt to attempt, in thousandths.
    fn jitter(&self) -> u16 {
        let spread = (self.mail.0.as_u128() ^ (u128::from(self.number) * 7919)) % 1001;
        u16::try_from(spread).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::transport::Stage;
    use rstest::rstest;

    fn attempt(number: u32, hours_old: i64, server_failures: u32) -> Attempt {
        let now = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
        Attempt {
            mail: MailId::new(),
            number,
            written_at: now - TimeDelta::hours(hours_old),
            now,
            give_up_after: TimeDelta::hours(96),
            server_failures,
        }
    }

    fn passing(stage: Stage, code: Option<u16>) -> DeliveryError {
        DeliveryError::Transient { stage, code, text: "said".to_owned() }
    }

    fn credentials(stage: Stage) -> DeliveryError {
        DeliveryError::Credentials { stage, code: Some(535), text: "no".to_owned() }
    }

    fn wait(attempt: &Attempt, error: DeliveryError) -> Option<(TimeDelta, bool)> {
        match attempt.ending(&Err(error), Language::En) {
            Ending::Retry { at, counts, .. } => Some((at - attempt.now, counts)),
            Ending::Sent { .. } | Ending::Dead { .. } => None,
        }
    }

    #[test]
    fn what_is_refused_for_good_is_not_tried_again() {
        let refused = DeliveryError::Permanent { stage: Stage::Recipient, code: 550, text: "no such user".to_owned() };
        assert_eq!(wait(&attempt(1, 0, 0), refused), None);
    }

    #[test]
    fn what_may_pass_is_tried_again_after_a_minute_or_so() {
        let (waited, counts) = wait(&attempt(1, 0, 0), passing(Stage::Recipient, Some(451))).unwrap_or_default();
        assert!(counts && (45..=60).contains(&waited.num_seconds()), "{waited}");
    }

    #[rstest]
    #[case(passing(Stage::Connect, None))]
    #[case(passing(Stage::Encrypt, None))]
    #[case(passing(Stage::File, None))]
    #[case(passing(Stage::Sender, Some(421)))]
    #[case(credentials(Stage::SignIn))]
    #[case(credentials(Stage::Sender))]
    fn an_unreachable_server_is_no_fault_of_the_mail(#[case] error: DeliveryError) {
        assert_eq!(wait(&attempt(3, 0, 1), error), Some((TimeDelta::zero(), false)));
    }

    #[rstest]
    #[case(passing(Stage::Recipient, Some(421)))]
    #[case(passing(Stage::Data, Some(421)))]
    #[case(credentials(Stage::Recipient))]
    #[case(credentials(Stage::Content))]
    fn what_the_server_says_of_itself_at_one_recipient_counts_against_that_mail(#[case] error: DeliveryError) {
        assert!(error.concerns_server(), "the server is left alone for a while");
        let waited = wait(&attempt(1, 0, 0), error.clone());
        assert!(waited.is_some_and(|(waited, counts)| counts && waited >= TimeDelta::seconds(45)), "{waited:?}");
        assert_eq!(wait(&attempt(5, 96, 0), error), None);
    }

    #[rstest]
    #[case(5, 95, 0, Stage::Recipient, false)]
    #[case(5, 96, 0, Stage::Recipient, true)]
    #[case(4, 96, 0, Stage::Recipient, false)]
    #[case(1, 96, 4, Stage::Connect, false)]
    #[case(1, 96, 5, Stage::Connect, true)]
    fn a_mail_is_given_up_by_age_and_attempts_together(
        #[case] number: u32,
        #[case] hours_old: i64,
        #[case] server_failures: u32,
        #[case] stage: Stage,
        #[case] given_up: bool,
    ) {
        let attempt = attempt(number, hours_old, server_failures);
        assert_eq!(wait(&attempt, passing(stage, None)).is_none(), given_up);
    }

    #[test]
    fn mails_that_failed_together_return_apart() {
        let waits: std::collections::BTreeSet<_> =
            (0..20).filter_map(|_| wait(&attempt(2, 0, 0), passing(Stage::Content, Some(452)))).collect();
        assert!(waits.len() > 10, "{waits:?}");
    }
}
