//! Who may be told of an alert: the people on teams, the heads of offices, and those the settings name. The services
//! decide who of them gets a mail.

use crate::{
    db::{
        backend::{DbConn, of_any},
        people::users::User,
        schema::{organisations, team_members, teams, users},
    },
    domain::{
        ids::{EnterpriseId, OrganisationId, UserId},
        people::{role::Role, user::UserStatus},
    },
};
use diesel::prelude::*;

/// The active team of an enterprise, without its members.
#[derive(Debug, Clone, Queryable)]
pub struct TeamRow {
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// The organisation that leads it.
    pub lead_organisation_id: Option<OrganisationId>,
    /// The district leader on it.
    pub leader_id: Option<UserId>,
    /// The chief steward on it.
    pub chief_steward_id: Option<UserId>,
    /// The steward on it.
    pub steward_id: Option<UserId>,
}

/// The active teams of these enterprises, at most one each.
pub fn teams(connection: &mut DbConn, ids: &[EnterpriseId]) -> QueryResult<Vec<TeamRow>> {
    teams::table
        .filter(teams::enterprise_id.eq_any(ids.to_vec()))
        .filter(teams::until.is_null())
        .select((
            teams::enterprise_id,
            teams::lead_organisation_id,
            teams::leader_id,
            teams::chief_steward_id,
            teams::steward_id,
        ))
        .load(connection)
}

/// The further members of the active teams of these enterprises, in the order of their accounts.
pub fn members(connection: &mut DbConn, ids: &[EnterpriseId]) -> QueryResult<Vec<(EnterpriseId, UserId)>> {
    team_members::table
        .inner_join(teams::table)
        .filter(teams::enterprise_id.eq_any(ids.to_vec()))
        .filter(teams::until.is_null())
        .order(team_members::user_id)
        .select((teams::enterprise_id, team_members::user_id))
        .load(connection)
}

/// The people with these accounts.
pub fn people(connection: &mut DbConn, ids: &[UserId]) -> QueryResult<Vec<User>> {
    of_any(ids, |ids| {
        users::table.filter(users::id.eq_any(ids)).order(users::id).select(User::as_select()).load(connection)
    })
}

/// The chief stewards of these organisations whose accounts are in use.
pub fn chief_stewards(connection: &mut DbConn, organisations: &[OrganisationId]) -> QueryResult<Vec<User>> {
    users::table
        .filter(users::organisation_id.eq_any(organisations.to_vec()))
        .filter(users::role.eq(Role::ChiefSteward))
        .filter(users::status.eq(UserStatus::Active))
        .order(users::id)
        .select(User::as_select())
        .load(connection)
}

/// The people with these user names.
pub fn by_usernames(connection: &mut DbConn, names: &[String]) -> QueryResult<Vec<User>> {
    of_any(names, |names| {
        let people = users::table.filter(users::username.eq_any(names)).order(users::id);
        people.select(User::as_select()).load(connection)
    })
}

/// Names of these organisations.
pub fn organisation_names(
    connection: &mut DbConn,
    ids: &[OrganisationId],
) -> QueryResult<Vec<(OrganisationId, String)>> {
    organisations::table
        .filter(organisations::id.eq_any(ids.to_vec()))
        .select((organisations::id, organisations::name))
        .load(connection)
}
