//! Names of people and organisations, for readers of records that hold only ids.

use crate::{
    db::{
        backend::DbConn,
        people::users::{self, User},
        registry::organisations::{self, Organisation},
    },
    domain::{
        ids::{OrganisationId, UserId},
        people::{actor::Actor, role::Permission},
    },
    services::{Error, unit_of_work::require},
};
use std::collections::BTreeMap;

/// Names by id.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    people: BTreeMap<UserId, User>,
    organisations: BTreeMap<OrganisationId, Organisation>,
}

impl Directory {
    /// The names of these people and organisations.
    pub fn load(
        connection: &mut DbConn,
        actor: &Actor,
        people: impl IntoIterator<Item = UserId>,
        organisations: impl IntoIterator<Item = OrganisationId>,
    ) -> Result<Self, Error> {
        require(actor, Permission::ReadColleagues)?;
        let people: Vec<UserId> = people.into_iter().collect();
        let organisations: Vec<OrganisationId> = organisations.into_iter().collect();
        let people = users::with_ids(connection, &people)?;
        let organisations = organisations::with_ids(connection, &organisations)?;
        Ok(Self {
            people: people.into_iter().map(|user| (user.id, user)).collect(),
            organisations: organisations.into_iter().map(|organisation| (organisation.id, organisation)).collect(),
        })
    }

    /// The name of a person; `None` for nobody and for an unknown id.
    pub fn person(&self, id: Option<UserId>) -> Option<&str> {
        Some(self.people.get(&id?)?.display_name.as_str())
    }

    /// The name of an organisation.
    pub fn organisation(&self, id: Option<OrganisationId>) -> Option<&str> {
        Some(self.organisations.get(&id?)?.name.as_str())
    }
}
