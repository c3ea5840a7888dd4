//! Counts of waiting work, for operators.

use crate::{
    db::{backend::DbConn, schema::alerts},
    domain::watch::{alert::AlertState, level::Level},
};
use diesel::{dsl::count_star, prelude::*};

/// Unresolved alerts by level.
pub fn alerts_by_level(connection: &mut DbConn) -> QueryResult<Vec<(Level, i64)>> {
    alerts::table
        .filter(alerts::state.eq_any([AlertState::Open, AlertState::Acknowledged]))
        .group_by(alerts::level)
        .select((alerts::level, count_star()))
        .load(connection)
}

/// Unresolved alerts nobody could be told of.
pub fn alerts_without_recipient(connection: &mut DbConn) -> QueryResult<i64> {
    alerts::table
        .filter(alerts::without_recipient)
        .filter(alerts::state.ne(AlertState::Resolved))
        .select(count_star())
        .get_result(connection)
}
