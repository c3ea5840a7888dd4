//! Delivers what is queued. A worker claims one delivery under a lease, hands it over outside of any transaction, and marks the
//! result. When a worker dies, another one claims its delivery after the lease has ended. A worker of the same process that only
//! waits for its turn to write is not dead: its siblings leave its delivery alone.

use super::{
    attempt::Attempt,
    backoff,
    channel::{Channel, Refusal, SaidOfOtherSide},
    other_side::OtherSide,
};
use crate::{
    app::App,
    db::{
        backend::DbConn,
        outbox::{
            deliveries::Delivery,
            delivery_attempts::{self, AttemptEnd, DeliveryAttempt},
            delivery_queue::{self, Claimant, Due, Ending},
        },
        values::AnyId,
    },
    domain::{
        ids::{AttemptId, DeliveryId},
        operation::job::JobKind,
        outbox::delivery::AttemptOutcome,
        people::actor::Actor,
    },
    jobs::job::{Job, Progress},
    meters::name,
    services::{
        Error,
        outbox::recheck::{self, Verdict},
    },
    texts::Language,
};
use chrono::TimeDelta;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::Notify, time::sleep};
use uuid::Uuid;

/// How long a claimed delivery belongs to its worker without a sign of life.
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// How often a worker gives one.
const RENEWED_EVERY: Duration = Duration::from_secs(5);
/// How often, and how many times, it is tried to mark how an attempt ended when the database does not answer.
const MARKED_EVERY: Duration = Duration::from_millis(250);
const MARKED_AT_MOST: u32 = 1200;

/// One worker of a channel.
pub(in crate::jobs) struct DeliveryWorker<C> {
    app: App,
    channel: Arc<C>,
    other_side: Arc<OtherSide>,
    claimant: Claimant,
}

impl<C: Channel> DeliveryWorker<C> {
    /// One worker, alone in its process.
    pub(in crate::jobs) fn new(app: App, channel: Arc<C>) -> Self {
        Self { app, channel, other_side: Arc::default(), claimant: Claimant::alone(Uuid::now_v7()) }
    }

    /// So many workers of a process, who know of each other.
    pub(in crate::jobs) fn several(app: &App, channel: &Arc<C>, number: usize) -> Vec<Self> {
        let other_side = Arc::new(OtherSide::default());
        let ids: Vec<Uuid> = (0..number).map(|_| Uuid::now_v7()).collect();
        let worker = |&worker: &Uuid| Self {
            app: app.clone(),
            channel: Arc::clone(channel),
            other_side: Arc::clone(&other_side),
            claimant: Claimant { worker, siblings: ids.iter().copied().filter(|id| *id != worker).collect() },
        };
        ids.iter().map(worker).collect()
    }

    fn language(&self) -> Language {
        self.app.context().settings.locale.language
    }

    async fn claim(&self) -> Result<Option<Claim<C::Content>>, Error> {
        // Looked for by a reader first: an idle worker looks every second, and must not wait for the writer or hold it.
        let now = self.app.now();
        let due = Due { now, latest: now + backoff::longest_wait() };
        let claimant = self.claimant.clone();
        let is_due =
            move |connection: &mut DbConn| Ok(delivery_queue::has_due(connection, C::CHANNEL, &claimant, due)?);
        if !self.app.read(is_due).await? {
            return Ok(None);
        }
        let claimant = self.claimant.clone();
        self.app.maintain(move |connection| claim_next::<C>(connection, &claimant, due)).await
    }

    /// Takes a delivery that does not hold any more out of the queue, and has told what has to be told instead.
    async fn withhold(&self, delivery: Delivery) -> Result<(), Error> {
        let id = delivery.id;
        let actor = Actor::system(C::JOB.text(self.language()), format!("delivery-{id}"));
        let worker = self.claimant.worker;
        let reason = self.app.write(actor, move |tx| recheck::withhold(tx, &delivery, worker)).await?;
        if let Some(reason) = reason {
            tracing::info!(delivery = %id.0, %reason, "delivery cancelled: it does not hold any more");
            self.app.meters().within(|| metrics::counter!(name::DELIVERIES, "outcome" => "cancelled").increment(1));
        }
        Ok(())
    }

    /// Hands a delivery over while keeping its lease. `None` when the lease was lost meanwhile: the worker that holds it
    /// now delivers, and going on here could only make a duplicate.
    async fn deliver(&self, ready: &Ready<C::Content>) -> Option<Result<String, Refusal>> {
        // Whichever ends first ends the other. When the lease is lost, dropping the attempt closes its connection. The
        // other side may have accepted it just then: the copy of the other worker has the same Message-ID.
        tokio::select! {
            outcome = self.channel.hand_over(&ready.delivery, &ready.content, self.language()) => Some(outcome),
            () = self.until_lease_is_lost(ready.delivery.id) => None,
        }
    }

    async fn until_lease_is_lost(&self, id: DeliveryId) {
        let worker = self.claimant.worker;
        loop {
            sleep(RENEWED_EVERY).await;
            let renewal =
                self.app.maintain(move |connection| Ok(delivery_queue::renew(connection, id, worker, LEASE)?));
            match renewal.await {
                Ok(true) => {}
                Ok(false) => return,
                // An error does not mean that the lease is lost: the database may be away for a moment, and without it
                // no other worker can claim the delivery either.
                Err(error) => tracing::warn!(delivery = %id.0, %error, "the lease of a delivery could not be renewed"),
            }
        }
    }

    /// Keeps what the outcome says of the other side, and decides what it means for the delivery.
    fn conclude(&self, delivery: &Delivery, outcome: &Result<String, Refusal>) -> Ending {
        match outcome.as_ref().map_or_else(|refusal| refusal.other_side, |_| SaidOfOtherSide::Answers) {
            SaidOfOtherSide::Nothing => {}
            SaidOfOtherSide::Answers => self.note_answer(),
            SaidOfOtherSide::Out(outage) => {
                let begins = self.other_side.failed(outage, Instant::now());
                let (channel, why) = (C::CHANNEL, outage.why.text(Language::En));
                let (code, step) = for_logs(outcome);
                if outage.needs_person {
                    tracing::error!(%channel, code, step, "{why}; check the settings");
                } else if begins {
                    tracing::warn!(%channel, code, step, "{why}");
                }
            }
        }
        let settings = &self.app.context().settings;
        let attempt = Attempt {
            delivery: delivery.id,
            number: u32::try_from(delivery.attempts).unwrap_or_default() + 1,
            written_at: delivery.created_at.0,
            now: self.app.now(),
            give_up_after: settings.mail.give_up_after,
            failures: self.other_side.failures(),
        };
        attempt.ending(outcome.as_ref().err())
    }

    fn note_answer(&self) {
        if self.other_side.answered() {
            tracing::info!(channel = %C::CHANNEL, "deliveries are accepted again");
        }
    }

    /// Marks how the attempt ended, however long the database takes to come back: what is not marked is sent twice.
    async fn mark(&self, ready: &Ready<C::Content>, ending: Ending, answer: String) -> Result<(), Error> {
        let (id, attempt, worker) = (ready.delivery.id, ready.attempt, self.claimant.worker);
        let end = AttemptEnd {
            ended_at: self.app.now().into(),
            outcome: outcome(&ending),
            answered_by: self.channel.other_side(),
            answer,
        };
        let mut failures = 0;
        loop {
            let (ending, end) = (ending.clone(), end.clone());
            let marked = self.app.maintain(move |connection| {
                delivery_attempts::end(connection, attempt, &end)?;
                Ok(delivery_queue::mark(connection, id, worker, &ending)?)
            });
            match marked.await {
                Ok(true) => return Ok(()),
                Ok(false) => {
                    tracing::warn!(delivery = %id.0, "another worker has the delivery now; the end of this attempt was not marked");
                    return Ok(());
                }
                Err(error) if failures == MARKED_AT_MOST => return Err(error),
                Err(error) if failures == 0 => {
                    tracing::error!(delivery = %id.0, %error, "the end of a delivery could not be marked; trying on");
                }
                Err(_) => {}
            }
            failures += 1;
            sleep(MARKED_EVERY).await;
        }
    }

    fn report(&self, delivery: &Delivery, outcome: &Result<String, Refusal>, ending: &Ending) {
        let (id, channel) = (delivery.id.0, C::CHANNEL);
        let (code, step) = for_logs(outcome);
        let outcome = match ending {
            Ending::Sent { at } => {
                let waited = (*at - delivery.created_at.0).to_std().unwrap_or_default();
                self.app.meters().within(|| metrics::histogram!(name::DELIVERY_SECONDS).record(waited));
                tracing::info!(delivery = %id, %channel, "delivery sent");
                "sent"
            }
            Ending::Retry { counts, .. } => {
                if *counts {
                    tracing::warn!(delivery = %id, %channel, code, step, "delivery delayed");
                }
                "delayed"
            }
            Ending::Dead { .. } => {
                tracing::error!(delivery = %id, %channel, code, step, "delivery given up; see the mail queue");
                "dead"
            }
        };
        self.app.meters().within(|| metrics::counter!(name::DELIVERIES, "outcome" => outcome).increment(1));
    }
}

impl<C: Channel> Job for DeliveryWorker<C> {
    const KIND: JobKind = C::JOB;

    async fn pass(&self) -> Result<Progress, Error> {
        if let Some((rest, why)) = self.other_side.rest(Instant::now()) {
            return Ok(Progress::Blocked(rest, why));
        }
        let Some(claim) = self.claim().await? else { return Ok(Progress::Idle) };
        // One wake-up may stand for several deliveries: another worker looks as well.
        self.app.wake().deliveries.notify_one();
        let ready = match claim {
            Claim::Ready(ready) => ready,
            Claim::DoesNotHold(delivery) => {
                self.withhold(*delivery).await?;
                return Ok(Progress::More);
            }
        };
        // The other side is talked to outside of any transaction: it may need minutes, and a transaction would hold
        // the writer of SQLite, or a row of PostgreSQL, all the time. The lease stands for the lock.
        let Some(outcome) = self.deliver(&ready).await else {
            tracing::warn!(delivery = %ready.delivery.id.0, "another worker has the delivery now, while this one was delivering it");
            return Ok(Progress::More);
        };
        let ending = self.conclude(&ready.delivery, &outcome);
        self.report(&ready.delivery, &outcome, &ending);
        let answer = outcome.unwrap_or_else(|refusal| refusal.text);
        self.mark(&ready, ending, answer).await?;
        let trouble = self.other_side.trouble(Instant::now());
        Ok(trouble.map_or(Progress::More, |(rest, why)| Progress::Blocked(rest, why)))
    }

    fn wake(&self) -> Option<&Notify> {
        Some(&self.app.wake().deliveries)
    }
}

/// A delivery a worker has claimed.
enum Claim<T> {
    /// To be handed over.
    Ready(Box<Ready<T>>),
    /// Not as it is.
    DoesNotHold(Box<Delivery>),
}

/// All that an attempt needs. It is noted as begun.
struct Ready<T> {
    delivery: Delivery,
    content: T,
    attempt: AttemptId,
}

fn claim_next<C: Channel>(
    connection: &mut DbConn,
    claimant: &Claimant,
    due: Due,
) -> Result<Option<Claim<C::Content>>, Error> {
    let claimed = delivery_queue::claim(connection, C::CHANNEL, claimant, due, LEASE, 1)?.into_iter().next();
    let Some(mut delivery) = claimed else { return Ok(None) };
    // Looked at after the claim, in its transaction: an account that is deactivated from now on finds the delivery
    // `sending` and leaves it to this worker, so every delivery has exactly one who decides about it.
    match recheck::look_again(connection, &delivery)? {
        Verdict::Withheld(_) => return Ok(Some(Claim::DoesNotHold(Box::new(delivery)))),
        Verdict::HoldsAt(address) => {
            delivery_queue::readdress(connection, delivery.id, claimant.worker, &address)?;
            delivery.to_address = address;
        }
        Verdict::Holds => {}
    }
    let attempt = DeliveryAttempt {
        id: AttemptId::new(),
        delivery_id: delivery.id,
        worker_id: AnyId(claimant.worker),
        started_at: due.now.into(),
        ended_at: None,
        outcome: None,
        answered_by: None,
        answer: None,
    };
    delivery_attempts::insert(connection, &attempt)?;
    let content = C::content(connection, delivery.id)?;
    Ok(Some(Claim::Ready(Box::new(Ready { delivery, content, attempt: attempt.id }))))
}

/// What went wrong, and at which step, as logs say it.
fn for_logs(outcome: &Result<String, Refusal>) -> (&'static str, Option<&'static str>) {
    outcome.as_ref().err().map_or(("", None), |refusal| (refusal.code, refusal.step))
}

const fn outcome(ending: &Ending) -> AttemptOutcome {
    match ending {
        Ending::Sent { .. } => AttemptOutcome::Accepted,
        Ending::Retry { .. } => AttemptOutcome::Delayed,
        Ending::Dead { .. } => AttemptOutcome::Failed,
    }
}
