//! The outbox as a queue: who has which mail, for how long, and how an attempt ended. The mails themselves are in
//! `mail_messages`.
//!
//! The clock of the program decides when an attempt is due. The clock of the database measures leases, since the clocks
//! of nodes differ. A worker that lost its lease can no longer mark the mail.

use crate::{
    db::{
        backend::{self, DbConn},
        schema::{mail_messages, users},
        values::{AnyId, Timestamp},
    },
    domain::{
        ids::{MailId, UserId},
        outbox::mail::MailState,
        people::user::UserStatus,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use uuid::Uuid;

/// A mail in the hands of a worker.
#[derive(Debug, Clone, Queryable)]
pub struct ClaimedMail {
    /// Its id.
    pub id: MailId,
    /// The account it is for; none for an address of the settings.
    pub recipient_id: Option<UserId>,
    /// The recipient's address.
    pub to_address: String,
    /// The recipient's name; may be empty.
    pub to_name: String,
    /// The subject line.
    pub subject: String,
    /// The text version.
    pub body_text: String,
    /// The HTML version.
    pub body_html: String,
    /// The Message-ID, the same at every attempt.
    pub message_id: String,
    /// The id of the thread it belongs to.
    pub in_reply_to: Option<String>,
    /// Attempts made before.
    pub attempts: i32,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Which mails are due.
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
    /// like everything else, and the mail may be on its way.
    pub siblings: Vec<Uuid>,
}

impl Claimant {
    /// A worker that is alone in its process.
    pub const fn alone(worker: Uuid) -> Self {
        Self { worker, siblings: Vec::new() }
    }
}

// The first attempt needs no clock: another node's may run ahead of ours. States are literals, so that SQLite uses the
// partial indexes.
macro_rules! pending_and_due {
    ($due:expr) => {
        sql::<Bool>("state = 'pending'").and(
            mail_messages::next_attempt_at
                .le(Timestamp($due.now))
                .or(mail_messages::attempts.eq(0))
                .or(mail_messages::next_attempt_at.gt(Timestamp($due.latest))),
        )
    };
}
macro_rules! abandoned {
    ($claimant:expr, $now:expr) => {
        sql::<Bool>("state = 'sending'")
            .and(mail_messages::leased_until.lt($now))
            .and(mail_messages::leased_by.ne_all($claimant.siblings.iter().copied().map(AnyId).collect::<Vec<_>>()))
    };
}
/// The mail, if the worker has it.
#[diesel::dsl::auto_type(no_type_alias)]
fn held_by(id: MailId, worker: Uuid) -> _ {
    let (holder, sending): (AnyId, MailState) = (AnyId(worker), MailState::Sending);
    mail_messages::table
        .filter(mail_messages::id.eq(id))
        .filter(mail_messages::state.eq(sending))
        .filter(mail_messages::leased_by.eq(holder))
}

/// Whether there is anything to claim.
pub fn has_due(connection: &mut DbConn, claimant: &Claimant, due: Due) -> QueryResult<bool> {
    let now = Timestamp(backend::now(connection)?);
    // Two questions instead of one with OR, so that each is answered by its partial index.
    let pending = diesel::select(diesel::dsl::exists(mail_messages::table.filter(pending_and_due!(due))));
    if pending.get_result(connection)? {
        return Ok(true);
    }
    diesel::select(diesel::dsl::exists(mail_messages::table.filter(abandoned!(claimant, now)))).get_result(connection)
}

/// Hands mails to a worker: first what a dead one left behind, then what is due, longest due first. What other workers are
/// claiming at this moment is passed over.
pub fn claim(
    connection: &mut DbConn,
    claimant: &Claimant,
    due: Due,
    lease: TimeDelta,
    limit: i64,
) -> QueryResult<Vec<ClaimedMail>> {
    let now = Timestamp(backend::now(connection)?);
    // Mails of a dead worker first: they have waited longest. Siblings are excluded in `abandoned!`: they live, and may
    // be about to renew.
    let mut ids = abandoned_ids(connection, claimant, now, limit)?;
    let room = limit - i64::try_from(ids.len()).unwrap_or(limit);
    if room > 0 {
        ids.extend(due_ids(connection, due, room)?);
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // State and lease change together. The lease ends by the clock of the database, whichever node measures it later.
    diesel::update(mail_messages::table.filter(mail_messages::id.eq_any(ids)))
        .set((
            mail_messages::state.eq(MailState::Sending),
            mail_messages::leased_by.eq(Some(AnyId(claimant.worker))),
            mail_messages::leased_until.eq(Some(now + lease)),
        ))
        .returning((
            mail_messages::id,
            mail_messages::recipient_id,
            mail_messages::to_address,
            mail_messages::to_name,
            mail_messages::subject,
            mail_messages::body_text,
            mail_messages::body_html,
            mail_messages::message_id,
            mail_messages::in_reply_to,
            mail_messages::attempts,
            mail_messages::created_at,
        ))
        .get_results(connection)
}

fn abandoned_ids(connection: &mut DbConn, claimant: &Claimant, now: Timestamp, limit: i64) -> QueryResult<Vec<MailId>> {
    let query = mail_messages::table
        .filter(abandoned!(claimant, now))
        .order(mail_messages::leased_until)
        .select(mail_messages::id)
        .limit(limit);
    // SKIP LOCKED: two workers that look at the same time get different mails instead of one waiting for the other and
    // then finding nothing. SQLite has one writer, so nobody looks at the same time.
    match connection {
        DbConn::Pg(pg) => query.for_update().skip_locked().load(pg),
        DbConn::Sqlite(sqlite) => query.load(sqlite),
    }
}

fn due_ids(connection: &mut DbConn, due: Due, limit: i64) -> QueryResult<Vec<MailId>> {
    let query = mail_messages::table
        .filter(pending_and_due!(due))
        .order((mail_messages::next_attempt_at, mail_messages::id))
        .select(mail_messages::id)
        .limit(limit);
    match connection {
        DbConn::Pg(pg) => query.for_update().skip_locked().load(pg),
        DbConn::Sqlite(sqlite) => query.load(sqlite),
    }
}

/// Whether the account a mail is for was deactivated.
pub fn has_left(connection: &mut DbConn, recipient: UserId) -> QueryResult<bool> {
    let left = users::table.filter(users::id.eq(recipient)).filter(users::status.ne(UserStatus::Active));
    diesel::select(diesel::dsl::exists(left)).get_result(connection)
}

/// Takes all mails for an account out of the queue that wait or were given up; one that is being sent stays with its worker.
pub fn cancel_for(connection: &mut DbConn, recipient: UserId) -> QueryResult<usize> {
    let unsent = mail_messages::state.eq_any([MailState::Pending, MailState::Dead]);
    diesel::update(mail_messages::table.filter(mail_messages::recipient_id.eq(recipient)).filter(unsent))
        .set(mail_messages::state.eq(MailState::Cancelled))
        .execute(connection)
}

/// Takes a mail out of the queue that a worker has claimed; nothing happens when the worker has lost it.
pub fn cancel_claimed(connection: &mut DbConn, id: MailId, worker: Uuid) -> QueryResult<usize> {
    diesel::update(held_by(id, worker))
        .set((
            mail_messages::state.eq(MailState::Cancelled),
            mail_messages::leased_by.eq(None::<AnyId>),
            mail_messages::leased_until.eq(None::<Timestamp>),
        ))
        .execute(connection)
}

/// Prolongs a lease. `false` when another worker has taken the mail over.
pub fn renew(connection: &mut DbConn, id: MailId, worker: Uuid, lease: TimeDelta) -> QueryResult<bool> {
    let until = Timestamp(backend::now(connection)?) + lease;
    // Only the worker's own lease is prolonged. One that is over but still its own is, too: nobody has claimed the mail
    // since.
    let rows = diesel::update(held_by(id, worker)).set(mail_messages::leased_until.eq(Some(until)));
    Ok(rows.execute(connection)? == 1)
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The mail server accepted the mail.
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
        /// Whether it counts as an attempt for this mail; a server that cannot be reached says nothing about the mail.
        counts: bool,
    },
    /// Not to be tried again.
    Dead {
        /// What went wrong.
        error: String,
    },
}

/// Marks how an attempt ended and ends the lease. `false`, and nothing is marked, when the worker has lost the mail.
pub fn mark(connection: &mut DbConn, id: MailId, worker: Uuid, ending: &Ending) -> QueryResult<bool> {
    let (state, counted, error) = match ending {
        Ending::Sent { .. } => (MailState::Sent, 1, None),
        Ending::Retry { error, counts, .. } => (MailState::Pending, i32::from(*counts), Some(error)),
        Ending::Dead { error } => (MailState::Dead, 1, Some(error)),
    };
    let (sent_at, next_attempt_at) = match ending {
        Ending::Sent { at } => (Some(Timestamp(*at)), None),
        Ending::Retry { at, .. } => (None, Some(mail_messages::next_attempt_at.eq(Timestamp(*at)))),
        Ending::Dead { .. } => (None, None),
    };
    let changes = (
        mail_messages::state.eq(state),
        mail_messages::attempts.eq(mail_messages::attempts + counted),
        mail_messages::leased_by.eq(None::<AnyId>),
        mail_messages::leased_until.eq(None::<Timestamp>),
        mail_messages::last_error.eq(error),
        mail_messages::sent_at.eq(sent_at),
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
    // The mails stay `sending` with a lease that is over: the next claim takes them as abandoned, before those that are
    // merely due.
    let past = Timestamp(backend::now(connection)?) + TimeDelta::seconds(-1);
    diesel::update(mail_messages::table.filter(mail_messages::state.eq(MailState::Sending)))
        .set(mail_messages::leased_until.eq(Some(past)))
        .execute(connection)
}

/// Mails that are not sent, by state.
pub fn depth(connection: &mut DbConn) -> QueryResult<Vec<(MailState, i64)>> {
    let unsent = [MailState::Pending, MailState::Sending, MailState::Dead];
    mail_messages::table
        .filter(mail_messages::state.eq_any(unsent))
        .group_by(mail_messages::state)
        .select((mail_messages::state, diesel::dsl::count_star()))
        .load(connection)
}

/// When the next mail is due, or since when: the earliest attempt of those that wait.
pub fn next_due(connection: &mut DbConn) -> QueryResult<Option<DateTime<Utc>>> {
    let next: Option<Timestamp> = mail_messages::table
        .filter(sql::<Bool>("state = 'pending'"))
        .order(mail_messages::next_attempt_at)
        .select(mail_messages::next_attempt_at)
        .limit(1)
        .get_result(connection)
        .optional()?;
    Ok(next.map(|at| at.0))
}

/// How many mails wait whose attempt is due.
pub fn count_due(connection: &mut DbConn, now: DateTime<Utc>) -> QueryResult<i64> {
    mail_messages::table
        .filter(sql::<Bool>("state = 'pending'"))
        .filter(mail_messages::next_attempt_at.le(Timestamp(now)))
        .count()
        .get_result(connection)
}

/// When the oldest mail that is still to be sent was written.
pub fn oldest_unsent(connection: &mut DbConn) -> QueryResult<Option<DateTime<Utc>>> {
    let oldest: Option<Timestamp> = mail_messages::table
        .filter(mail_messages::state.eq_any([MailState::Pending, MailState::Sending]))
        .order(mail_messages::created_at)
        .select(mail_messages::created_at)
        .limit(1)
        .get_result(connection)
        .optional()?;
    Ok(oldest.map(|at| at.0))
}
