//! Queries over the whole database for creating a demonstration district. The rows of each noun are with their noun.

use crate::{
    db::{
        backend::DbConn,
        schema::{changes, deliveries, enterprises, organisations, tokens, users},
    },
    domain::outbox::delivery::DeliveryState,
};
use diesel::{
    dsl::{exists, not},
    prelude::*,
    sql_query,
    sql_types::Integer,
};

/// Whether nobody and nothing is in the database yet.
pub fn is_empty(connection: &mut DbConn) -> QueryResult<bool> {
    let rows = exists(organisations::table.select(organisations::id))
        .or(exists(users::table.select(users::id)))
        .or(exists(tokens::table.select(tokens::id)))
        .or(exists(enterprises::table.select(enterprises::id)))
        .or(exists(changes::table.select(changes::id)));
    diesel::select(not(rows)).get_result(connection)
}

/// Adds up the receipts of a month that has no sums yet.
pub fn sum_month(connection: &mut DbConn, month: i32) -> QueryResult<usize> {
    sql_query(
        "INSERT INTO monthly_taxes (enterprise_id, month, amount_fen, recurring_fen, district_fen) \
         SELECT enterprise_id, treasury_month, CAST(SUM(amount_fen) AS BIGINT), \
             CAST(SUM(CASE WHEN one_off THEN 0 ELSE amount_fen END) AS BIGINT), CAST(SUM(district_fen) AS BIGINT) \
         FROM tax_receipts WHERE treasury_month = $1 AND superseded_at IS NULL GROUP BY enterprise_id, treasury_month",
    )
    .bind::<Integer, _>(month)
    .execute(connection)
}

/// Marks every delivery as sent when it was written, at one attempt.
pub fn mark_deliveries_sent(connection: &mut DbConn) -> QueryResult<usize> {
    sql_query(
        "INSERT INTO delivery_attempts (id, delivery_id, worker_id, started_at, ended_at, outcome, answered_by, answer) \
         SELECT id, id, id, created_at, created_at, 'accepted', 'mail.example:587', '250 2.0.0 Ok' FROM deliveries WHERE state = 'pending'",
    )
    .execute(connection)?;
    diesel::update(deliveries::table.filter(deliveries::state.eq(DeliveryState::Pending)))
        .set((
            deliveries::state.eq(DeliveryState::Sent),
            deliveries::attempts.eq(1),
            deliveries::sent_at.eq(deliveries::created_at.nullable()),
        ))
        .execute(connection)
}
