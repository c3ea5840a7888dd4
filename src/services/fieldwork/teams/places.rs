//! Another steward or chief steward for several enterprises at once. The rest of each team stays; a refusal concerns
//! one enterprise only.

use super::{
    CurrentTeam, FullTeam, NewTeam, Outcome, TeamRefusal, batch::settle, currents_of, may_assign, roster::Roster,
};
use crate::{
    db::{
        backend::DbConn,
        registry::enterprises::{self, Enterprise},
    },
    domain::{
        codes::codes,
        ids::{EnterpriseId, UserId},
        people::{actor::Actor, role::Permission},
    },
    services::{Error, FieldError, Invalid, Tx, Version, error::Reason, unit_of_work::require},
    texts::{Explain, Language},
};
use std::collections::{BTreeSet, HashMap};

/// Most enterprises at once: what a page of the list can hold.
pub const MOST_AT_ONCE: usize = 200;

/// Who takes which place; a place that nobody is named for stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Places {
    /// The chief steward.
    pub chief_steward_id: Option<UserId>,
    /// The steward.
    pub steward_id: Option<UserId>,
}

impl Places {
    /// Whether anybody is named.
    pub const fn is_any(self) -> bool {
        self.chief_steward_id.is_some() || self.steward_id.is_some()
    }

    /// The team with these people in their places.
    fn over(self, team: Option<&FullTeam>) -> NewTeam {
        let now = team.map(FullTeam::composition).unwrap_or_default();
        NewTeam {
            chief_steward_id: self.chief_steward_id.or(now.chief_steward_id),
            steward_id: self.steward_id.or(now.steward_id),
            ..now
        }
        .tidy()
    }
}

/// An enterprise with who serves it, and what naming other people would come to.
#[derive(Debug)]
pub struct Served {
    /// The enterprise.
    pub enterprise: Enterprise,
    /// Who serves it now.
    pub current: CurrentTeam,
    /// What naming the people would come to.
    pub state: Assignability,
}

/// What naming people for an enterprise would come to.
#[derive(Debug)]
pub enum Assignability {
    /// They serve it already.
    Holds,
    /// They would serve it from then on.
    Open,
    /// It cannot be done.
    Refused(Vec<FieldError>),
}

codes! {
    /// Why an enterprise keeps its team although others were served.
    pub enum KeepsItsTeam {
        /// Another team was assigned since it was read.
        Meanwhile = "assigned_meanwhile", "此期间专班已被他人调整，没有覆盖。", "Somebody has assigned another team since; it was not overwritten.";
    }
}

impl Explain for KeepsItsTeam {
    fn code(&self) -> &'static str {
        self.as_str()
    }

    fn text(&self, language: Language) -> String {
        Self::text(*self, language).to_owned()
    }
}

/// Who serves these enterprises, those the actor sees and in their order, and what naming the people would come to.
pub fn served(
    connection: &mut DbConn,
    actor: &Actor,
    ids: &[EnterpriseId],
    places: Places,
) -> Result<Vec<Served>, Error> {
    require(actor, Permission::AssignTeams)?;
    check_number(ids.len())?;
    let found = enterprises::with_ids(connection, actor.scope(), ids)?;
    let (mut found, mut teams) = (by_id(found), currents_of(connection, ids)?);
    let wanted: Vec<NewTeam> = teams.values().map(|current| places.over(current.team.as_ref())).collect();
    let roster = Roster::load(connection, wanted.iter())?;
    let one = |id| {
        let (enterprise, current) = (found.remove(id)?, teams.remove(id)?);
        let state = state(actor, &roster, &enterprise, &current, places);
        Some(Served { enterprise, current, state })
    };
    Ok(ids.iter().filter_map(one).collect())
}

fn check_number(count: usize) -> Result<(), Error> {
    if count > MOST_AT_ONCE { Err(Error::field("/id", Reason::TooMany)) } else { Ok(()) }
}

fn by_id(rows: Vec<Enterprise>) -> HashMap<EnterpriseId, Enterprise> {
    rows.into_iter().map(|row| (row.id, row)).collect()
}

fn state(
    actor: &Actor,
    roster: &Roster,
    enterprise: &Enterprise,
    current: &CurrentTeam,
    places: Places,
) -> Assignability {
    let mut invalid = Invalid::default();
    if !may_assign(actor, enterprise, current.team.as_ref()) {
        invalid.note("", TeamRefusal::AnotherOrganisation);
    }
    if !places.is_any() {
        return if invalid.0.is_empty() { Assignability::Open } else { Assignability::Refused(invalid.0) };
    }
    let wanted = places.over(current.team.as_ref());
    roster.check(&wanted, &mut invalid);
    let holds = current.team.as_ref().is_some_and(|team| team.composition() == wanted);
    match invalid.0 {
        refused if !refused.is_empty() => Assignability::Refused(refused),
        _ if holds => Assignability::Holds,
        _ => Assignability::Open,
    }
}

/// The result of one enterprise.
#[derive(Debug)]
pub struct AssignmentResult {
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// The result of it.
    pub outcome: Outcome,
}

/// Names people for several enterprises whose teams have the versions that were read. Enterprises out of sight are left out.
pub fn assign_places(
    tx: &mut Tx<'_>,
    wanted: &[(EnterpriseId, Version)],
    places: Places,
) -> Result<Vec<AssignmentResult>, Error> {
    tx.require(Permission::AssignTeams)?;
    check_number(wanted.len())?;
    check_people(tx, places)?;
    let ids: BTreeSet<EnterpriseId> = wanted.iter().map(|(id, _)| *id).collect();
    let ids: Vec<EnterpriseId> = ids.into_iter().collect();
    let seen = enterprises::with_ids(tx.conn, tx.actor.scope(), &ids)?;
    enterprises::lock(tx.conn, &seen.iter().map(|row| row.id).collect::<Vec<_>>())?;
    let versions: HashMap<EnterpriseId, Version> = wanted.iter().copied().collect();
    let served = served(tx.conn, tx.actor, &ids, places)?;
    let mut results = Vec::with_capacity(served.len());
    for Served { enterprise, current, state } in served {
        let fresh = versions.get(&enterprise.id).is_some_and(|version| version.check(current.version).is_ok());
        let outcome = match state {
            Assignability::Holds => Outcome::Unchanged(current),
            Assignability::Refused(why) => Outcome::Refused(why),
            Assignability::Open if !fresh => Outcome::Refused(vec![FieldError::new("", KeepsItsTeam::Meanwhile)]),
            Assignability::Open => {
                let team = places.over(current.team.as_ref());
                settle(tx, current, &team)?
            }
        };
        results.push(AssignmentResult { enterprise: enterprise.id, outcome });
    }
    Ok(results)
}

/// Refuses people who cannot take the places, whatever the enterprise.
fn check_people(tx: &mut Tx<'_>, places: Places) -> Result<(), Error> {
    let alone = places.over(None);
    let mut invalid = Invalid::default();
    if !places.is_any() {
        invalid.note("/steward_id", Reason::Required);
    }
    Roster::load(tx.conn, std::iter::once(&alone))?.check(&alone, &mut invalid);
    invalid.check()
}
