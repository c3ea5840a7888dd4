//! Unresolved alerts of which nobody knows: those without a recipient, and those whose recipients have left.

use crate::{
    db::{
        backend::DbConn,
        schema::{alerts, deliveries, delivery_subjects, users},
    },
    domain::{
        ids::{AlertId, EnterpriseId, UserId},
        outbox::delivery::{DeliveryKind, DeliveryState},
        people::user::UserStatus,
        records::change::Noun,
        watch::{alert::AlertState, level::Level},
    },
};
use diesel::prelude::*;
use std::collections::BTreeSet;

/// The enterprises whose unresolved alert could be told to nobody, in id order.
pub fn without_recipient(connection: &mut DbConn) -> QueryResult<Vec<EnterpriseId>> {
    alerts::table
        .filter(alerts::without_recipient)
        .filter(alerts::state.ne(AlertState::Resolved))
        .order(alerts::enterprise_id)
        .select(alerts::enterprise_id)
        .load(connection)
}

/// The unresolved orange and red alerts a person was told of, however that ended, with their enterprises in id order.
pub fn told_to(connection: &mut DbConn, person: UserId) -> QueryResult<Vec<(AlertId, EnterpriseId)>> {
    let told = delivery_subjects::table
        .inner_join(deliveries::table)
        .filter(delivery_subjects::noun.eq(Noun::Alert))
        .filter(deliveries::recipient_id.eq(person))
        .select(delivery_subjects::noun_id);
    alerts::table
        .filter(alerts::state.ne(AlertState::Resolved))
        .filter(alerts::level.eq_any([Level::Orange, Level::Red]))
        .filter(alerts::id.eq_any(told))
        .order(alerts::enterprise_id)
        .select((alerts::id, alerts::enterprise_id))
        .load(connection)
}

/// Those of these alerts that somebody else, whose account is in use or who has none, was told of or is about to be.
pub fn heard_by_others(connection: &mut DbConn, ids: &[AlertId], leaving: UserId) -> QueryResult<BTreeSet<AlertId>> {
    let others = users::table
        .filter(users::status.eq(UserStatus::Active))
        .filter(users::id.ne(leaving))
        .select(users::id.nullable());
    let heard: Vec<AlertId> = delivery_subjects::table
        .inner_join(deliveries::table)
        .filter(delivery_subjects::noun.eq(Noun::Alert))
        .filter(delivery_subjects::noun_id.eq_any(ids.to_vec()))
        .filter(deliveries::state.eq_any([DeliveryState::Pending, DeliveryState::Sending, DeliveryState::Sent]))
        .filter(deliveries::kind.eq_any(DeliveryKind::ANNOUNCING))
        .filter(deliveries::recipient_id.is_null().or(deliveries::recipient_id.eq_any(others)))
        .select(delivery_subjects::noun_id)
        .load(connection)?;
    Ok(heard.into_iter().collect())
}
