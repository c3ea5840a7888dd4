//! The colleagues that a visitor may have taken along.

use crate::{
    db::{
        backend::DbConn,
        people::users::{self as accounts, User},
    },
    domain::{
        ids::UserId,
        people::{actor::Actor, role::Permission},
        registry::enterprise::EnterpriseReference,
    },
    services::{Error, fieldwork::teams, people::users},
};
use std::collections::BTreeSet;

/// Colleagues who may log visits: those of the own office and those of the enterprise's team, by organisation and name. Those in
/// `already`, who made a visit before, are among them whatever became of them.
pub fn companions(
    connection: &mut DbConn,
    actor: &Actor,
    enterprise: &EnterpriseReference,
    already: &[UserId],
) -> Result<Vec<User>, Error> {
    let in_office = users::who_may(connection, actor, Permission::LogVisits)?;
    let team = teams::find(connection, actor, enterprise)?.team;
    let serving: BTreeSet<UserId> = team.iter().flat_map(teams::FullTeam::people).collect();
    let office = actor.organisation();
    let near =
        |user: &User| Some(user.organisation_id) == office || serving.contains(&user.id) || already.contains(&user.id);
    let mut found: Vec<User> = in_office.into_iter().filter(near).collect();
    let gone: Vec<UserId> = already.iter().copied().filter(|id| !found.iter().any(|user| user.id == *id)).collect();
    if !gone.is_empty() {
        found.extend(accounts::with_ids(connection, &gone)?);
    }
    Ok(found)
}
