//! What deliveries are about. One thing is told in several deliveries, and a digest tells of many things.

use crate::{
    db::{
        backend::{DbConn, on_conn},
        schema::delivery_subjects,
        values::AnyId,
    },
    domain::{ids::DeliveryId, outbox::delivery::About, records::change::Noun},
};
use diesel::prelude::*;

/// One thing a delivery is about.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = delivery_subjects, treat_none_as_default_value = false)]
pub struct DeliverySubject {
    /// The delivery.
    pub delivery_id: DeliveryId,
    /// The noun of the thing.
    pub noun: Noun,
    /// Its id within the noun.
    pub noun_id: AnyId,
    /// What is said of it.
    pub stated: Option<String>,
}

impl DeliverySubject {
    /// The row for a delivery that is about something.
    pub fn of(delivery_id: DeliveryId, about: About) -> Self {
        let (noun, noun_id) = (about.noun(), AnyId(about.id()));
        Self { delivery_id, noun, noun_id, stated: about.stated().map(str::to_owned) }
    }
}

/// Adds what deliveries that were just written are about.
pub fn insert(connection: &mut DbConn, rows: &[DeliverySubject]) -> QueryResult<usize> {
    on_conn!(connection, |c| diesel::insert_into(delivery_subjects::table).values(rows).execute(c))
}

/// What a delivery is about.
pub fn of_delivery(connection: &mut DbConn, delivery: DeliveryId) -> QueryResult<Vec<DeliverySubject>> {
    delivery_subjects::table
        .filter(delivery_subjects::delivery_id.eq(delivery))
        .order((delivery_subjects::noun, delivery_subjects::noun_id))
        .select(DeliverySubject::as_select())
        .load(connection)
}
