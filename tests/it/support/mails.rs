//! Mails as tests look at them: the delivery, what it is about, and what it says.

use diesel::prelude::*;
use std::ops::Deref;
use uuid::Uuid;
use wellspring::db::{
    backend::DbConn,
    outbox::{
        deliveries::Delivery,
        delivery_subjects,
        mail_messages::{self, MailMessage},
    },
    schema::deliveries,
};

/// One mail. It derefs to its delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub delivery: Delivery,
    /// The ids of what it is about.
    pub about: Vec<Uuid>,
    pub content: MailMessage,
}

impl Deref for Mail {
    type Target = Delivery;
    fn deref(&self) -> &Delivery {
        &self.delivery
    }
}

impl Mail {
    fn of(connection: &mut DbConn, delivery: Delivery) -> Self {
        let subjects = delivery_subjects::of_delivery(connection, delivery.id).unwrap();
        let content = mail_messages::find(connection, delivery.id).unwrap().unwrap();
        Self { about: subjects.into_iter().map(|subject| subject.noun_id.0).collect(), content, delivery }
    }

    /// The one thing it is about; none for a digest.
    pub fn subject_id(&self) -> Option<Uuid> {
        match self.about.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// The mail as it is stored now.
    pub fn again(&self, connection: &mut DbConn) -> Self {
        let row = deliveries::table.filter(deliveries::id.eq(self.id)).select(Delivery::as_select());
        let delivery = row.get_result(connection).unwrap();
        Self::of(connection, delivery)
    }
}

/// All mails in the queue, in the order of writing.
pub fn all(connection: &mut DbConn) -> Vec<Mail> {
    let rows: Vec<Delivery> =
        deliveries::table.order(deliveries::id).select(Delivery::as_select()).load(connection).unwrap();
    rows.into_iter().map(|row| Mail::of(connection, row)).collect()
}
