//! What moves when an organisation is merged into another: enterprises, people, current teams and tokens. Past teams
//! and all records keep the old organisation, which stays as a row.

use super::enterprises::Enterprise;
use crate::{
    db::{
        backend::DbConn,
        fieldwork::teams::Team,
        locks::{self, Lock},
        people::{tokens::ApiToken, users::User},
        records::recorded::WriteProof,
        schema::{enterprises, teams, tokens, users},
        values::Timestamp,
    },
    domain::ids::{EnterpriseId, OrganisationId},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// Locks the enterprises of an organisation, and further ones, in id order, as every use case does, until the transaction ends.
pub fn lock_enterprises(connection: &mut DbConn, from: OrganisationId, further: &[EnterpriseId]) -> QueryResult<()> {
    match connection {
        DbConn::Pg(pg) => {
            let rows = enterprises::table
                .filter(enterprises::street_id.eq(from).assume_not_null().or(enterprises::id.eq_any(further.to_vec())))
                .order(enterprises::id)
                .select(enterprises::id)
                .for_no_key_update();
            let ids = rows.load::<EnterpriseId>(pg)?;
            locks::taken(Lock::Enterprises, ids.into_iter().map(|id| id.0));
            Ok(())
        }
        DbConn::Sqlite(_) => Ok(()),
    }
}

/// The enterprises that move, after an id, in the order of ids.
pub fn enterprises_of(
    connection: &mut DbConn,
    from: OrganisationId,
    after: Option<EnterpriseId>,
    limit: i64,
) -> QueryResult<Vec<Enterprise>> {
    let query = enterprises::table.filter(enterprises::street_id.eq(from)).select(Enterprise::as_select()).into_boxed();
    let query = match after {
        None => query,
        Some(after) => query.filter(enterprises::id.gt(after)),
    };
    query.order(enterprises::id).limit(limit).load(connection)
}

/// The people who move.
pub fn users_of(connection: &mut DbConn, from: OrganisationId) -> QueryResult<Vec<User>> {
    users::table.filter(users::organisation_id.eq(from)).select(User::as_select()).load(connection)
}

/// The running teams that move.
pub fn teams_of(connection: &mut DbConn, from: OrganisationId) -> QueryResult<Vec<Team>> {
    teams::table
        .filter(teams::lead_organisation_id.eq(from))
        .filter(teams::until.is_null())
        .select(Team::as_select())
        .load(connection)
}

/// The tokens that move.
pub fn tokens_of(connection: &mut DbConn, from: OrganisationId) -> QueryResult<Vec<ApiToken>> {
    tokens::table.filter(tokens::street_id.eq(from)).select(ApiToken::as_select()).load(connection)
}

/// Moves the enterprises; returns how many.
pub fn move_enterprises(
    connection: &mut DbConn,
    from: OrganisationId,
    into: OrganisationId,
    at: DateTime<Utc>,
    _: &WriteProof,
) -> QueryResult<usize> {
    diesel::update(enterprises::table.filter(enterprises::street_id.eq(from)))
        .set((
            enterprises::street_id.eq(into),
            enterprises::version.eq(enterprises::version + 1),
            enterprises::updated_at.eq(Timestamp(at)),
        ))
        .execute(connection)
}

/// Moves the people, those who have left included; returns how many.
pub fn move_users(
    connection: &mut DbConn,
    from: OrganisationId,
    into: OrganisationId,
    at: DateTime<Utc>,
    _: &WriteProof,
) -> QueryResult<usize> {
    diesel::update(users::table.filter(users::organisation_id.eq(from)))
        .set((
            users::organisation_id.eq(into),
            users::version.eq(users::version + 1),
            users::updated_at.eq(Timestamp(at)),
        ))
        .execute(connection)
}

/// Has the running teams led by the other organisation; returns how many.
pub fn move_teams(
    connection: &mut DbConn,
    from: OrganisationId,
    into: OrganisationId,
    _: &WriteProof,
) -> QueryResult<usize> {
    diesel::update(teams::table.filter(teams::lead_organisation_id.eq(from)).filter(teams::until.is_null()))
        .set(teams::lead_organisation_id.eq(into))
        .execute(connection)
}

/// Limits service accounts to the other street office; returns how many.
pub fn move_tokens(
    connection: &mut DbConn,
    from: OrganisationId,
    into: OrganisationId,
    _: &WriteProof,
) -> QueryResult<usize> {
    diesel::update(tokens::table.filter(tokens::street_id.eq(from))).set(tokens::street_id.eq(into)).execute(connection)
}
