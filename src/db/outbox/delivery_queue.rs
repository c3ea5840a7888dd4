//! Deliveries as a queue: who has which, for how long, and how an attempt ended. The deliveries themselves are in `deliveries`.
//!
//! The clock of the program decides when an attempt is due. The clock of the database measures leases, since the clocks
//! of nodes differ. A worker that lost its lease can no longer mark the delivery.

use crate::{
    db::{
        backend::{self, DbConn},
        outbox::deliveries::Delivery,
        schema::deliveries,
        values::{AnyId, Timestamp},
    },
    domain::{
        ids::{DeliveryId, UserId},
        outbox::delivery::{CancelReason, DeliveryChannel, DeliveryKind, DeliveryState},
        records::change::Noun,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    dsl::{exists, sql},
    expression::SqlLiteral,
    prelude::*,
    sql_types::Bool,
};
use uuid::Uuid;

/// Which deliveries are due.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    /// The instant now: what was put off until then.
    pub now: DateTime<Utc>,
    /// The latest instant an attempt can be put off to. What is put off beyond it was put off by a clock that ran ahead.
    pub latest: DateTime<Utc>,
}

/// A worker that claims. It holds nothing itself.
#[derive(Debug, Clone)]
pub struct Claimant {
    /// Itself.
    pub worker: Uuid,
    /// The other workers of its process. They live as long as it does: a lease of theirs that has lapsed waits for the database,
    /// like everything else, and the delivery may be on its way.
    pub siblings: Vec<Uuid>,
}

impl Claimant {
    /// A worker that is alone in its process.
    pub const fn alone(worker: Uuid) -> Self {
        Self { worker, siblings: Vec::new() }
    }

    fn sibling_ids(&self) -> Vec<AnyId> {
        self.siblings.iter().copied().map(AnyId).collect()
    }
}

/// The condition that this program can read a delivery. During an upgrade a newer one may write kinds and nouns that this one does
/// not know; its own workers send them. A claim that met one would fail, and hold up all that wait behind it.
fn readable() -> SqlLiteral<Bool> {
    let quoted = |codes: Vec<&str>| format!("('{}')", codes.join("', '"));
    let kinds = quoted(DeliveryKind::ALL.iter().map(|kind| kind.as_str()).collect());
    let nouns = quoted(Noun::ALL.iter().map(|noun| noun.as_str()).collect());
    sql(&format!(
        "deliveries.kind IN {kinds} AND NOT EXISTS (SELECT 1 FROM delivery_subjects s \
         WHERE s.delivery_id = deliveries.id AND s.noun NOT IN {nouns})"
    ))
}

/// The deliveries of a channel that are due. States are literals, so that SQLite uses the partial indexes.
#[diesel::dsl::auto_type(no_type_alias)]
fn pending_and_due(channel: DeliveryChannel, due: Due) -> _ {
    let (now, latest): (Timestamp, Timestamp) = (Timestamp(due.now), Timestamp(due.latest));
    // The first attempt needs no clock: another node's may run ahead of ours.
    let is_due = deliveries::next_attempt_at
        .le(now)
        .or(deliveries::attempts.eq(0_i32))
        .or(deliveries::next_attempt_at.gt(latest));
    let pending: SqlLiteral<Bool> = sql("state = 'pending'");
    let readable: SqlLiteral<Bool> = readable();
    deliveries::table.filter(pending).filter(deliveries::channel.eq(channel)).filter(is_due).filter(readable)
}

/// The deliveries of a channel whose worker has died. Siblings live, and may be about to renew.
#[diesel::dsl::auto_type(no_type_alias)]
fn abandoned(channel: DeliveryChannel, siblings: Vec<AnyId>, now: Timestamp) -> _ {
    let sending: SqlLiteral<Bool> = sql("state = 'sending'");
    let readable: SqlLiteral<Bool> = readable();
    deliveries::table
        .filter(sending)
        .filter(deliveries::channel.eq(channel))
        .filter(deliveries::leased_until.lt(now))
        .filter(readable)
        .filter(deliveries::leased_by.ne_all(siblings))
}

/// The delivery, if the worker has it.
#[diesel::dsl::auto_type(no_type_alias)]
fn held_by(id: DeliveryId, worker: Uuid) -> _ {
    let (holder, sending): (AnyId, DeliveryState) = (AnyId(worker), DeliveryState::Sending);
    deliveries::table
        .filter(deliveries::id.eq(id))
        .filter(deliveries::state.eq(sending))
        .filter(deliveries::leased_by.eq(holder))
}

/// Whether there is anything to claim.
pub fn has_due(connection: &mut DbConn, channel: DeliveryChannel, claimant: &Claimant, due: Due) -> QueryResult<bool> {
    let now = Timestamp(backend::now(connection)?);
    // Two questions instead of one with OR, so that each is answered by its partial index.
    if diesel::select(exists(pending_and_due(channel, due))).get_result(connection)? {
        return Ok(true);
    }
    diesel::select(exists(abandoned(channel, claimant.sibling_ids(), now))).get_result(connection)
}

/// Hands deliveries of a channel to a worker: first what a dead one left behind, then what is due, longest due first. What other
/// workers are claiming at this moment is passed over.
pub fn claim(
    connection: &mut DbConn,
    channel: DeliveryChannel,
    claimant: &Claimant,
    due: Due,
    lease: TimeDelta,
    limit: i64,
) -> QueryResult<Vec<Delivery>> {
    let now = Timestamp(backend::now(connection)?);
    // Those of a dead worker first: they have waited longest.
    let mut ids = abandoned_ids(connection, channel, claimant, now, limit)?;
    let room = limit - i64::try_from(ids.len()).unwrap_or(limit);
    if room > 0 {
        ids.extend(due_ids(connection, channel, due, room)?);
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // State and lease change together. The lease ends by the clock of the database, whichever node measures it later.
    diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids)))
        .set((
            deliveries::state.eq(DeliveryState::Sending),
            deliveries::leased_by.eq(Some(AnyId(claimant.worker))),
            deliveries::leased_until.eq(Some(now + lease)),
        ))
        .returning(deliveries::all_columns)
        .get_results(connection)
}

fn abandoned_ids(
    connection: &mut DbConn,
    channel: DeliveryChannel,
    claimant: &Claimant,
    now: Timestamp,
    limit: i64,
) -> QueryResult<Vec<DeliveryId>> {
    let query = abandoned(channel, claimant.sibling_ids(), now)
        .order(deliveries::leased_until)
        .select(deliveries::id)
        .limit(limit);
    // SKIP LOCKED: two workers that look at the same time get different deliveries instead of one waiting for the other and
    // then finding nothing. SQLite has one writer, so nobody looks at the same time.
    match connection {
        DbConn::Pg(pg) => query.for_update().skip_locked().load(pg),
        DbConn::Sqlite(sqlite) => query.load(sqlite),
    }
}

fn due_ids(connection: &mut DbConn, channel: DeliveryChannel, due: Due, limit: i64) -> QueryResult<Vec<DeliveryId>> {
    let query = pending_and_due(channel, due)
        .order((deliveries::next_attempt_at, deliveries::id))
        .select(deliveries::id)
        .limit(limit);
    match connection {
        DbConn::Pg(pg) => query.for_update().skip_locked().load(pg),
        DbConn::Sqlite(sqlite) => query.load(sqlite),
    }
}

/// Gives a delivery that a worker has the address its recipient has now.
pub fn readdress(connection: &mut DbConn, id: DeliveryId, worker: Uuid, address: &str) -> QueryResult<usize> {
    diesel::update(held_by(id, worker)).set(deliveries::to_address.eq(address)).execute(connection)
}

/// Takes all deliveries for an account out of the queue that wait or were given up; one that is being sent stays with its worker.
pub fn cancel_for(connection: &mut DbConn, recipient: UserId, reason: CancelReason) -> QueryResult<usize> {
    let unsent = deliveries::state.eq_any([DeliveryState::Pending, DeliveryState::Dead]);
    diesel::update(deliveries::table.filter(deliveries::recipient_id.eq(recipient)).filter(unsent))
        .set((deliveries::state.eq(DeliveryState::Cancelled), deliveries::cancel_reason.eq(reason)))
        .execute(connection)
}

/// Takes a delivery out of the queue that a worker has claimed. `false`, and nothing happens, when the worker has lost it.
pub fn cancel_claimed(
    connection: &mut DbConn,
    id: DeliveryId,
    worker: Uuid,
    reason: CancelReason,
) -> QueryResult<bool> {
    let cancelled = diesel::update(held_by(id, worker))
        .set((
            deliveries::state.eq(DeliveryState::Cancelled),
            deliveries::cancel_reason.eq(reason),
            deliveries::leased_by.eq(None::<AnyId>),
            deliveries::leased_until.eq(None::<Timestamp>),
        ))
        .execute(connection)?;
    Ok(cancelled == 1)
}

/// Prolongs a lease. `false` when another worker has taken the delivery over.
pub fn renew(connection: &mut DbConn, id: DeliveryId, worker: Uuid, lease: TimeDelta) -> QueryResult<bool> {
    let until = Timestamp(backend::now(connection)?) + lease;
    // Only the worker's own lease is prolonged. One that is over but still its own is, too: nobody has claimed the
    // delivery since.
    let rows = diesel::update(held_by(id, worker)).set(deliveries::leased_until.eq(Some(until)));
    Ok(rows.execute(connection)? == 1)
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The other side accepted the delivery.
    Sent {
        /// When.
        at: DateTime<Utc>,
    },
    /// To be tried again.
    Retry {
        /// When.
        at: DateTime<Utc>,
        /// What went wrong, for the person who looks after the queue.
        error: String,
        /// Whether it counts as an attempt for this delivery; a server that cannot be reached says nothing about it.
        counts: bool,
    },
    /// Not to be tried again.
    Dead {
        /// What went wrong.
        error: String,
    },
}

/// Marks how an attempt ended and ends the lease. `false`, and nothing is marked, when the worker has lost the delivery.
pub fn mark(connection: &mut DbConn, id: DeliveryId, worker: Uuid, ending: &Ending) -> QueryResult<bool> {
    let (state, counted, error) = match ending {
        Ending::Sent { .. } => (DeliveryState::Sent, 1, None),
        Ending::Retry { error, counts, .. } => (DeliveryState::Pending, i32::from(*counts), Some(error)),
        Ending::Dead { error } => (DeliveryState::Dead, 1, Some(error)),
    };
    let (sent_at, next_attempt_at) = match ending {
        Ending::Sent { at } => (Some(Timestamp(*at)), None),
        Ending::Retry { at, .. } => (None, Some(deliveries::next_attempt_at.eq(Timestamp(*at)))),
        Ending::Dead { .. } => (None, None),
    };
    let changes = (
        deliveries::state.eq(state),
        deliveries::attempts.eq(deliveries::attempts + counted),
        deliveries::leased_by.eq(None::<AnyId>),
        deliveries::leased_until.eq(None::<Timestamp>),
        deliveries::last_error.eq(error),
        deliveries::sent_at.eq(sent_at),
        next_attempt_at,
    );
    Ok(diesel::update(held_by(id, worker)).set(changes).execute(connection)? == 1)
}

/// Ends every lease at once where one process has the database to itself: it has just started, so the holders of the
/// leases no longer run. Elsewhere other nodes are at work, and leases end by themselves.
pub fn release_all(connection: &mut DbConn) -> QueryResult<usize> {
    if matches!(connection, DbConn::Pg(_)) {
        return Ok(0);
    }
    // They stay `sending` with a lease that is over: the next claim takes them as abandoned, before those that are
    // merely due.
    let past = Timestamp(backend::now(connection)?) + TimeDelta::seconds(-1);
    diesel::update(deliveries::table.filter(deliveries::state.eq(DeliveryState::Sending)))
        .set(deliveries::leased_until.eq(Some(past)))
        .execute(connection)
}

/// Deliveries of a channel that are not sent, by state.
pub fn depth(connection: &mut DbConn, channel: DeliveryChannel) -> QueryResult<Vec<(DeliveryState, i64)>> {
    let unsent = [DeliveryState::Pending, DeliveryState::Sending, DeliveryState::Dead];
    deliveries::table
        .filter(deliveries::channel.eq(channel))
        .filter(deliveries::state.eq_any(unsent))
        .group_by(deliveries::state)
        .select((deliveries::state, diesel::dsl::count_star()))
        .load(connection)
}

/// When the next delivery of a channel is due, or since when: the earliest attempt of those that wait.
pub fn next_due(connection: &mut DbConn, channel: DeliveryChannel) -> QueryResult<Option<DateTime<Utc>>> {
    let next: Option<Timestamp> = deliveries::table
        .filter(sql::<Bool>("state = 'pending'"))
        .filter(deliveries::channel.eq(channel))
        .order(deliveries::next_attempt_at)
        .select(deliveries::next_attempt_at)
        .limit(1)
        .get_result(connection)
        .optional()?;
    Ok(next.map(|at| at.0))
}

/// How many deliveries of a channel wait whose attempt is due.
pub fn count_due(connection: &mut DbConn, channel: DeliveryChannel, now: DateTime<Utc>) -> QueryResult<i64> {
    deliveries::table
        .filter(sql::<Bool>("state = 'pending'"))
        .filter(deliveries::channel.eq(channel))
        .filter(deliveries::next_attempt_at.le(Timestamp(now)))
        .count()
        .get_result(connection)
}

/// When the oldest delivery of a channel that is still to be sent was written.
pub fn oldest_unsent(connection: &mut DbConn, channel: DeliveryChannel) -> QueryResult<Option<DateTime<Utc>>> {
    let oldest: Option<Timestamp> = deliveries::table
        .filter(deliveries::channel.eq(channel))
        .filter(deliveries::state.eq_any([DeliveryState::Pending, DeliveryState::Sending]))
        .order(deliveries::created_at)
        .select(deliveries::created_at)
        .limit(1)
        .get_result(connection)
        .optional()?;
    Ok(oldest.map(|at| at.0))
}

/// Gives a dead delivery another life; `false` when it is not dead.
pub fn revive(connection: &mut DbConn, id: DeliveryId, now: DateTime<Utc>) -> QueryResult<bool> {
    let dead = deliveries::table.filter(deliveries::id.eq(id)).filter(deliveries::state.eq(DeliveryState::Dead));
    let revived = diesel::update(dead)
        .set((
            deliveries::state.eq(DeliveryState::Pending),
            deliveries::attempts.eq(0),
            deliveries::next_attempt_at.eq(Timestamp(now)),
        ))
        .execute(connection)?;
    Ok(revived == 1)
}
