//! Which role may take which place on a team.

use super::NewTeam;
use crate::{
    db::{
        backend::DbConn,
        people::users::{self, User},
        registry::organisations,
    },
    domain::{
        ids::{OrganisationId, UserId},
        people::{
            role::{Permission, Role},
            user::UserStatus,
        },
        registry::organisation::OrganisationStatus,
    },
    services::{Error, Invalid, error::Reason},
    texts::{Explain, Language, texts},
};
use std::collections::{HashMap, HashSet};

/// Most further members of a team.
pub const MEMBERS_MAX: usize = 50;

/// Why somebody cannot take a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongRole;

impl Explain for WrongRole {
    fn code(&self) -> &'static str {
        "wrong_role"
    }

    fn text(&self, language: Language) -> String {
        wrong_role(language)
    }
}

texts! {
    wrong_role() {
        zh: "此人的角色不能担任专班中的这一职务。",
        en: "This person's role does not include this place on a team.",
    }
}

/// A place on a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The district leader who heads it.
    Leader,
    /// The chief steward on it.
    ChiefSteward,
    /// The steward on it.
    Steward,
    /// Another member.
    Member,
}

impl Place {
    /// Whether somebody of the role may take it.
    pub fn takes(self, role: Role) -> bool {
        match self {
            Self::Leader => matches!(role, Role::Leader),
            Self::ChiefSteward => matches!(role, Role::ChiefSteward),
            Self::Steward => matches!(role, Role::Steward | Role::ChiefSteward),
            Self::Member => role.may(Permission::ReadBusiness),
        }
    }
}

/// The people and organisations that teams to be assigned name.
pub(super) struct Roster {
    people: HashMap<UserId, User>,
    organisations: HashSet<OrganisationId>,
}

impl Roster {
    /// Loads all that the teams name, whose accounts can be used and which still work under their own names.
    pub(super) fn load<'t>(
        connection: &mut DbConn,
        teams: impl Iterator<Item = &'t NewTeam> + Clone,
    ) -> Result<Self, Error> {
        let people: HashSet<UserId> = teams.clone().flat_map(NewTeam::people).collect();
        let organisations: HashSet<OrganisationId> = teams.filter_map(|team| team.lead_organisation_id).collect();
        let people = users::with_ids(connection, &people.into_iter().collect::<Vec<_>>())?;
        let organisations = organisations::with_ids(connection, &organisations.into_iter().collect::<Vec<_>>())?;
        Ok(Self {
            people: people
                .into_iter()
                .filter(|user| user.status == UserStatus::Active)
                .map(|user| (user.id, user))
                .collect(),
            organisations: organisations
                .into_iter()
                .filter(|organisation| organisation.status == OrganisationStatus::Active)
                .map(|organisation| organisation.id)
                .collect(),
        })
    }

    /// Notes which places of a team are taken by those who cannot take them.
    pub(super) fn check(&self, team: &NewTeam, invalid: &mut Invalid) {
        self.check_place("/leader_id", team.leader_id, Place::Leader, invalid);
        self.check_place("/chief_steward_id", team.chief_steward_id, Place::ChiefSteward, invalid);
        self.check_place("/steward_id", team.steward_id, Place::Steward, invalid);
        if team.lead_organisation_id.is_some_and(|id| !self.organisations.contains(&id)) {
            invalid.note("/lead_organisation_id", Reason::UnknownReference);
        }
        if team.members.len() > MEMBERS_MAX {
            invalid.note("/members", Reason::TooMany);
            return;
        }
        for (place, &member) in team.members.iter().enumerate() {
            let pointer = format!("/members/{place}");
            self.check_place(&pointer, Some(member), Place::Member, invalid);
        }
    }

    fn check_place(&self, pointer: &str, person: Option<UserId>, place: Place, invalid: &mut Invalid) {
        let Some(person) = person else { return };
        match self.people.get(&person) {
            None => invalid.note(pointer, Reason::UnknownReference),
            Some(user) if !place.takes(user.role) => invalid.note(pointer, WrongRole),
            Some(_) => {}
        }
    }
}
