//! The people who may serve on a team, with their present workload.

use crate::{
    db::{
        backend::DbConn,
        fieldwork::teams,
        people::users::{self, User},
        registry::organisations::{self, Organisation, OrganisationFilter},
    },
    domain::{
        ids::{OrganisationId, UserId},
        people::{
            actor::Actor,
            role::{Permission, Role},
        },
    },
    services::{Error, fieldwork::teams::Place, unit_of_work::require},
};
use std::collections::{BTreeMap, HashMap};

/// Somebody who may be on a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// The account.
    pub user: User,
    /// How many enterprises that are here the person is the steward of.
    pub enterprises: i64,
}

/// The people who may serve on a team.
#[derive(Debug, Clone)]
pub struct Candidates {
    /// The people, by organisation and name.
    pub people: Vec<Colleague>,
    /// The organisations that still work under their names.
    pub organisations: BTreeMap<OrganisationId, Organisation>,
}

/// The people who may serve on a team, for a caller who assigns teams.
pub fn candidates(connection: &mut DbConn, actor: &Actor) -> Result<Candidates, Error> {
    require(actor, Permission::AssignTeams)?;
    let roles: Vec<Role> = Role::ALL.iter().copied().filter(|role| Place::Member.takes(*role)).collect();
    let people = users::active_with_roles(connection, &roles)?;
    let mut workloads: HashMap<UserId, i64> = teams::workloads(connection)?.into_iter().collect();
    let organisations = organisations::all(connection, &OrganisationFilter::active())?;
    let colleague = |user: User| Colleague { enterprises: workloads.remove(&user.id).unwrap_or_default(), user };
    Ok(Candidates {
        people: people.into_iter().map(colleague).collect(),
        organisations: organisations.into_iter().map(|row| (row.id, row)).collect(),
    })
}
