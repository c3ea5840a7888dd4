//! The attempts to deliver: when, by which worker, who answered what. An attempt without an end is under way, or its worker died;
//! what the other side made of it is then unknown.

use crate::{
    db::{
        backend::DbConn,
        schema::delivery_attempts,
        values::{AnyId, Timestamp},
    },
    domain::{
        ids::{AttemptId, DeliveryId},
        outbox::delivery::AttemptOutcome,
    },
};
use diesel::prelude::*;

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = delivery_attempts, treat_none_as_default_value = false)]
pub struct DeliveryAttempt {
    /// Its id, in the order of time on one node.
    pub id: AttemptId,
    /// The delivery.
    pub delivery_id: DeliveryId,
    /// The worker that made it.
    pub worker_id: AnyId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended, as far as its worker lived to note it.
    pub ended_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<AttemptOutcome>,
    /// Who answered: the address of the server, or the directory of files.
    pub answered_by: Option<String>,
    /// What the other side said, or what went wrong.
    pub answer: Option<String>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = delivery_attempts)]
pub struct AttemptEnd {
    /// When.
    pub ended_at: Timestamp,
    /// How.
    pub outcome: AttemptOutcome,
    /// Who answered.
    pub answered_by: String,
    /// What was said.
    pub answer: String,
}

/// Notes that an attempt begins.
pub fn insert(connection: &mut DbConn, attempt: &DeliveryAttempt) -> QueryResult<usize> {
    diesel::insert_into(delivery_attempts::table).values(attempt).execute(connection)
}

/// Notes how an attempt ended.
pub fn end(connection: &mut DbConn, id: AttemptId, end: &AttemptEnd) -> QueryResult<usize> {
    diesel::update(delivery_attempts::table.filter(delivery_attempts::id.eq(id))).set(end).execute(connection)
}

/// The attempts of a delivery, first to last.
pub fn of_delivery(connection: &mut DbConn, delivery: DeliveryId) -> QueryResult<Vec<DeliveryAttempt>> {
    delivery_attempts::table
        .filter(delivery_attempts::delivery_id.eq(delivery))
        .order(delivery_attempts::id)
        .select(DeliveryAttempt::as_select())
        .load(connection)
}
