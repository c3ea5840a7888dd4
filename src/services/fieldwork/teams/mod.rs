//! Service teams (专班): who serves an enterprise now and who did. Many assignments at once are in `batch`,
//! another steward for many in `places`.

pub mod batch;
pub mod history;
pub mod places;
pub mod roster;
pub mod workload;

pub use crate::db::fieldwork::teams::FullTeam;
pub use batch::{Outcome, batch};
pub use history::{history, history_with_authors};
pub use places::{Assignability, AssignmentResult, Places, Served, assign_places, served};
pub use roster::Place;
pub use workload::{Candidates, Colleague, candidates};

use crate::{
    db::{
        backend::DbConn,
        fieldwork::teams::{self, Team},
        registry::enterprises::Enterprise,
    },
    domain::{
        ids::{EnterpriseId, OrganisationId, TeamId, UserId},
        people::{
            actor::{Actor, Identity},
            role::{Permission, Role},
        },
        records::change::Action,
        registry::enterprise::EnterpriseReference,
    },
    services::{
        Error, Invalid, Tx, Version,
        error::Reason,
        registry::enterprise_lookup::{self, NamesEnterprise},
    },
    texts::{Explain, Language, texts},
};
use roster::Roster;
use serde::Deserialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// Who is to serve an enterprise; at least one person or organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TeamEntry, example = json!({
    "leader_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d01", "lead_organisation_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d02",
    "chief_steward_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d03", "steward_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d04",
    "members": []
}))]
pub struct NewTeam {
    /// The district leader who heads the team.
    pub leader_id: Option<UserId>,
    /// The organisation that leads it.
    pub lead_organisation_id: Option<OrganisationId>,
    /// The chief steward on it.
    pub chief_steward_id: Option<UserId>,
    /// The steward on it.
    pub steward_id: Option<UserId>,
    /// Other members.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub members: Vec<UserId>,
}

impl NewTeam {
    /// Everybody named.
    fn people(&self) -> impl Iterator<Item = UserId> + '_ {
        let places = [self.leader_id, self.chief_steward_id, self.steward_id];
        places.into_iter().flatten().chain(self.members.iter().copied())
    }

    fn is_empty(&self) -> bool {
        self.lead_organisation_id.is_none() && self.people().next().is_none()
    }

    /// The same team with its members in order, each once.
    fn tidy(mut self) -> Self {
        self.members.sort_unstable();
        self.members.dedup();
        self
    }
}

impl FullTeam {
    /// Everybody on it.
    pub fn people(&self) -> impl Iterator<Item = UserId> + '_ {
        let places = [self.row.leader_id, self.row.chief_steward_id, self.row.steward_id];
        places.into_iter().flatten().chain(self.members.iter().copied())
    }

    /// Who is on it, without when.
    fn composition(&self) -> NewTeam {
        NewTeam {
            leader_id: self.row.leader_id,
            lead_organisation_id: self.row.lead_organisation_id,
            chief_steward_id: self.row.chief_steward_id,
            steward_id: self.row.steward_id,
            members: self.members.clone(),
        }
    }
}

/// Who serves an enterprise now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentTeam {
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Its team; `None` when nobody was assigned yet.
    pub team: Option<FullTeam>,
    /// How many teams it has had, this one included; what `If-Match` compares.
    pub version: i64,
}

/// Why a team is not assigned although the actor may assign teams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamRefusal {
    /// The enterprise belongs to another organisation.
    AnotherOrganisation,
}

impl Explain for TeamRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::AnotherOrganisation => "another_organisation",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::AnotherOrganisation => another_organisation(language),
        }
    }
}

texts! {
    another_organisation() {
        zh: "总管家只能为本单位的企业组建专班。",
        en: "A chief steward assigns teams only to enterprises of the own organisation.",
    }
}

/// Assigns a team: the old period ends and another begins. The same team again changes nothing.
pub fn assign(
    tx: &mut Tx<'_>,
    enterprise: impl Into<EnterpriseReference>,
    team: NewTeam,
) -> Result<CurrentTeam, Error> {
    assign_if(tx, &enterprise.into(), team, None)
}

/// Assigns a team if the one now has the version, 0 when there is none.
pub fn assign_over(
    tx: &mut Tx<'_>,
    enterprise: &EnterpriseReference,
    version: Version,
    team: NewTeam,
) -> Result<CurrentTeam, Error> {
    assign_if(tx, enterprise, team, Some(version))
}

fn assign_if(
    tx: &mut Tx<'_>,
    enterprise: &EnterpriseReference,
    team: NewTeam,
    expected: Option<Version>,
) -> Result<CurrentTeam, Error> {
    tx.require(Permission::AssignTeams)?;
    let enterprise = enterprise_lookup::find_for_update(tx, enterprise)?;
    let current = current_of(tx.conn, enterprise.id)?;
    if !may_assign(tx.actor, &enterprise, current.team.as_ref()) {
        return Err(Error::refused(TeamRefusal::AnotherOrganisation));
    }
    if let Some(version) = expected {
        version.check(current.version)?;
    }
    let mut invalid = Invalid::default();
    if team.is_empty() {
        invalid.note("", Reason::Required);
    }
    Roster::load(tx.conn, std::iter::once(&team))?.check(&team, &mut invalid);
    invalid.check()?;
    replace(tx, current, &team.tidy())
}

/// Who serves an enterprise from day to day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stewards {
    /// The steward.
    pub steward: Option<UserId>,
    /// The chief steward.
    pub chief_steward: Option<UserId>,
}

/// The steward and the chief steward of each of these enterprises that has a team.
pub fn stewards_of(
    connection: &mut DbConn,
    enterprises: &[EnterpriseId],
) -> Result<HashMap<EnterpriseId, Stewards>, Error> {
    let teams = teams::active(connection, enterprises)?;
    let stewards =
        |team: Team| (team.enterprise_id, Stewards { steward: team.steward_id, chief_steward: team.chief_steward_id });
    Ok(teams.into_iter().map(stewards).collect())
}

/// The team of an enterprise, if the actor may read it.
pub fn find(connection: &mut DbConn, actor: &Actor, which: &impl NamesEnterprise) -> Result<CurrentTeam, Error> {
    let enterprise = which.find(connection, actor)?;
    current_of(connection, enterprise.id)
}

fn current_of(connection: &mut DbConn, enterprise_id: EnterpriseId) -> Result<CurrentTeam, Error> {
    currents_of(connection, &[enterprise_id])?.remove(&enterprise_id).ok_or(Error::NotFound)
}

/// Who serves each of these enterprises now.
fn currents_of(
    connection: &mut DbConn,
    enterprises: &[EnterpriseId],
) -> Result<HashMap<EnterpriseId, CurrentTeam>, Error> {
    let rows = teams::active(connection, enterprises)?;
    let full = teams::with_members(connection, rows)?;
    let mut teams: HashMap<EnterpriseId, FullTeam> =
        full.into_iter().map(|team| (team.row.enterprise_id, team)).collect();
    let versions = teams::periods_of(connection, enterprises)?;
    let current = |&enterprise_id: &EnterpriseId| {
        let team = teams.remove(&enterprise_id);
        let version = versions.get(&enterprise_id).copied().unwrap_or_default();
        (enterprise_id, CurrentTeam { enterprise_id, team, version })
    };
    Ok(enterprises.iter().map(current).collect())
}

/// Whether an actor may say who serves an enterprise: a chief steward for those the own street office keeps or whose team the
/// own organisation leads.
pub fn may_assign(actor: &Actor, enterprise: &Enterprise, team: Option<&FullTeam>) -> bool {
    match &actor.identity {
        Identity::Person { role: Role::ChiefSteward, organisation, .. } => {
            enterprise.street_id == Some(*organisation)
                || team.is_some_and(|team| team.row.lead_organisation_id == Some(*organisation))
        }
        _ => true,
    }
}

/// Ends the team now and opens another, unless it is the same.
fn replace(tx: &mut Tx<'_>, current: CurrentTeam, new: &NewTeam) -> Result<CurrentTeam, Error> {
    let before = current.team.as_ref().map(FullTeam::composition);
    if before.as_ref() == Some(new) {
        return Ok(current);
    }
    let team = opened(tx, current.enterprise_id, new);
    tx.replace(current.team.as_ref(), &team, Action::Assigned)?;
    Ok(CurrentTeam { team: Some(team), version: current.version + 1, ..current })
}

/// The period that begins now.
fn opened(tx: &Tx<'_>, enterprise_id: EnterpriseId, new: &NewTeam) -> FullTeam {
    let row = Team {
        id: TeamId::new(),
        enterprise_id,
        leader_id: new.leader_id,
        lead_organisation_id: new.lead_organisation_id,
        chief_steward_id: new.chief_steward_id,
        steward_id: new.steward_id,
        since: tx.now.into(),
        until: None,
    };
    FullTeam { row, members: new.members.clone() }
}
