//! Contact persons of enterprises.

use super::{backend::DbConn, schema::contacts, values::Timestamp};
use crate::domain::ids::{ContactId, EnterpriseId};
use diesel::prelude::*;

/// One contact person.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = contacts, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// The person's name.
    pub name: String,
    /// The position of the person.
    pub position: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Whether the person is asked first; at most one an enterprise.
    pub is_primary: bool,
    /// Increases with each edit.
    pub version: i64,
    /// When it was recorded first.
    pub created_at: Timestamp,
    /// When it was edited last.
    pub updated_at: Timestamp,
}

/// The contact persons of an enterprise, the primary contact first.
pub fn of_enterprise(connection: &mut DbConn, enterprise: EnterpriseId) -> QueryResult<Vec<Contact>> {
    contacts::table
        .filter(contacts::enterprise_id.eq(enterprise))
        .order((contacts::is_primary.desc(), contacts::id))
        .select(Contact::as_select())
        .load(connection)
}

/// One contact person of an enterprise.
pub fn find(connection: &mut DbConn, enterprise: EnterpriseId, id: ContactId) -> QueryResult<Option<Contact>> {
    contacts::table
        .filter(contacts::id.eq(id))
        .filter(contacts::enterprise_id.eq(enterprise))
        .select(Contact::as_select())
        .get_result(connection)
        .optional()
}

/// Adds a contact person.
pub fn insert(connection: &mut DbConn, contact: &Contact) -> QueryResult<usize> {
    diesel::insert_into(contacts::table).values(contact).execute(connection)
}

/// Writes a contact person that exists.
pub fn update(connection: &mut DbConn, contact: &Contact) -> QueryResult<usize> {
    diesel::update(contacts::table.filter(contacts::id.eq(contact.id))).set(contact).execute(connection)
}

/// Takes out a contact person.
pub fn delete(connection: &mut DbConn, id: ContactId) -> QueryResult<usize> {
    diesel::delete(contacts::table.filter(contacts::id.eq(id))).execute(connection)
}
