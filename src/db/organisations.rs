//! The district, its street offices and departments.

use super::{backend::DbConn, schema::organisations, values::Timestamp};
use crate::domain::{
    ids::OrganisationId,
    organisation::{OrganisationKind, OrganisationStatus},
};
use diesel::prelude::*;

/// One organisation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = organisations, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// What it is.
    pub kind: OrganisationKind,
    /// Its name, unique among those in use.
    pub name: String,
    /// Of the district: the province addresses in it name.
    pub province: Option<String>,
    /// Of the district: the city addresses in it name.
    pub city: Option<String>,
    /// Of the district: other names addresses in it use, separated by commas.
    pub aliases: String,
    /// Whether it still works under its own name.
    pub status: OrganisationStatus,
    /// The organisation it went into.
    pub merged_into_id: Option<OrganisationId>,
    /// Rises with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// The organisation with the id.
pub fn find(connection: &mut DbConn, id: OrganisationId) -> QueryResult<Option<Organisation>> {
    organisations::table
        .filter(organisations::id.eq(id))
        .select(Organisation::as_select())
        .get_result(connection)
        .optional()
}

/// Adds an organisation.
pub fn insert(connection: &mut DbConn, organisation: &Organisation) -> QueryResult<usize> {
    diesel::insert_into(organisations::table).values(organisation).execute(connection)
}

/// The district itself.
pub fn district(connection: &mut DbConn) -> QueryResult<Option<Organisation>> {
    organisations::table
        .filter(organisations::kind.eq(OrganisationKind::District))
        .select(Organisation::as_select())
        .get_result(connection)
        .optional()
}

/// The street offices that still work under their own names.
pub fn active_streets(connection: &mut DbConn) -> QueryResult<Vec<OrganisationId>> {
    organisations::table
        .filter(organisations::kind.eq(OrganisationKind::Street))
        .filter(organisations::status.eq(OrganisationStatus::Active))
        .select(organisations::id)
        .load(connection)
}
