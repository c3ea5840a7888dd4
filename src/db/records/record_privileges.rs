//! What the database lets the product do with the record beyond adding to it.

use crate::db::backend::DbConn;
use diesel::{prelude::*, sql_query, sql_types::Text};

/// A way in which the role of the connection could alter the record.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Privilege {
    /// The role.
    #[diesel(sql_type = Text)]
    pub role: String,
    /// The table.
    #[diesel(sql_type = Text)]
    pub table_name: String,
    /// `UPDATE`, `DELETE`, `TRUNCATE`, `TRIGGER`, or `OWNER` for who may grant them all.
    #[diesel(sql_type = Text)]
    pub privilege: String,
}

/// Every way in which the role of the connection could alter the record; none for a role that may only add to it. `None` on
/// SQLite, which has no roles.
pub fn beyond_adding(connection: &mut DbConn) -> QueryResult<Option<Vec<Privilege>>> {
    let DbConn::Pg(pg) = connection else { return Ok(None) };
    let privileges = sql_query(
        "SELECT current_user::text AS role, t.name AS table_name, p.name AS privilege
         FROM unnest(ARRAY['changes', 'access_records', 'record_seals']) WITH ORDINALITY AS t (name, place)
         JOIN pg_class c ON c.oid = to_regclass(t.name)
         CROSS JOIN unnest(ARRAY['OWNER', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) WITH ORDINALITY AS p (name, place)
         WHERE CASE p.name
             WHEN 'OWNER' THEN pg_has_role(current_user, c.relowner, 'USAGE')
             WHEN 'UPDATE' THEN has_any_column_privilege(current_user, c.oid, 'UPDATE')
             ELSE has_table_privilege(current_user, c.oid, p.name)
         END
         ORDER BY t.place, p.place",
    );
    privileges.load(pg).map(Some)
}

/// The role of the connection; `None` on SQLite.
pub fn role(connection: &mut DbConn) -> QueryResult<Option<String>> {
    let DbConn::Pg(pg) = connection else { return Ok(None) };
    diesel::select(diesel::dsl::sql::<Text>("current_user::text")).get_result(pg).map(Some)
}
