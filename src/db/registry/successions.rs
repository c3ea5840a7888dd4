//! The current teams of a person: what a successor takes over when the person leaves.

use crate::{
    db::{
        backend::DbConn,
        fieldwork::teams::Team,
        schema::{team_members, teams},
    },
    domain::ids::UserId,
};
use diesel::prelude::*;

/// The running teams a person is on, in the order of their enterprises.
pub fn running_with(connection: &mut DbConn, user: UserId) -> QueryResult<Vec<Team>> {
    let memberships = team_members::table.filter(team_members::user_id.eq(user)).select(team_members::team_id);
    let named = teams::leader_id.eq(user).or(teams::chief_steward_id.eq(user)).or(teams::steward_id.eq(user));
    teams::table
        .filter(teams::until.is_null())
        .filter(named.assume_not_null().or(teams::id.eq_any(memberships)))
        .order(teams::enterprise_id)
        .select(Team::as_select())
        .load(connection)
}
