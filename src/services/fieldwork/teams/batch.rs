//! Many assignments at once, each answered separately.

use super::{CurrentTeam, NewTeam, currents_of, may_assign, replace, roster::Roster};
use crate::{
    db::registry::enterprises,
    domain::{ids::EnterpriseId, people::role::Permission, registry::enterprise::EnterpriseReference},
    services::{Error, FieldError, Invalid, Tx, error::Reason, fieldwork::teams::TeamRefusal},
};
use std::collections::{BTreeSet, HashMap};

/// Most assignments of one batch.
pub const BATCH_MAX: usize = 1000;

/// One assignment.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The enterprise the team is to serve.
    pub enterprise: EnterpriseReference,
    /// Who is on it.
    pub team: NewTeam,
}

/// The result of one assignment.
#[derive(Debug)]
pub enum Outcome {
    /// The team serves the enterprise from now on.
    Assigned(CurrentTeam),
    /// It did already.
    Unchanged(CurrentTeam),
    /// It cannot be assigned; pointers are within the batch.
    Refused(Vec<FieldError>),
}

/// Assigns many teams; items that could not even be read come as what is wrong with them.
pub fn batch(tx: &mut Tx<'_>, items: Vec<Result<Assignment, Invalid>>) -> Result<Vec<Outcome>, Error> {
    tx.require(Permission::AssignTeams)?;
    if items.len() > BATCH_MAX {
        return Err(Error::field("/items", Reason::TooMany));
    }
    let roster = Roster::load(tx.conn, items.iter().flatten().map(|item| &item.team))?;
    let named: Vec<EnterpriseReference> = items.iter().flatten().map(|item| item.enterprise.clone()).collect();
    let enterprises = lock(tx, &named)?;
    let ids: BTreeSet<EnterpriseId> = enterprises.values().map(|row| row.id).collect();
    let mut teams = currents_of(tx.conn, &ids.into_iter().collect::<Vec<_>>())?;
    let outcome = |(place, item)| match item {
        Ok(assignment) => assign_one(tx, &roster, &enterprises, &mut teams, place, assignment),
        Err(Invalid(errors)) => Ok(Outcome::Refused(errors)),
    };
    items.into_iter().enumerate().map(outcome).collect()
}

/// The named enterprises the actor sees, locked, by id and code.
fn lock(tx: &mut Tx<'_>, named: &[EnterpriseReference]) -> Result<HashMap<String, enterprises::Enterprise>, Error> {
    let found = enterprises::find_all(tx.conn, tx.actor.scope(), named)?;
    let ids: BTreeSet<EnterpriseId> = found.into_iter().map(|(id, _)| id).collect();
    let locked = enterprises::lock(tx.conn, &ids.into_iter().collect::<Vec<_>>())?;
    let by_both = |row: enterprises::Enterprise| [(row.id.to_string(), row.clone()), (row.uscc.to_string(), row)];
    Ok(locked.into_iter().flat_map(by_both).collect())
}

fn assign_one(
    tx: &mut Tx<'_>,
    roster: &Roster,
    enterprises: &HashMap<String, enterprises::Enterprise>,
    teams: &mut HashMap<EnterpriseId, CurrentTeam>,
    place: usize,
    assignment: Assignment,
) -> Result<Outcome, Error> {
    let name = match &assignment.enterprise {
        EnterpriseReference::Id(id) => id.to_string(),
        EnterpriseReference::Uscc(uscc) => uscc.to_string(),
    };
    let refused = |invalid: Invalid| Ok(Outcome::Refused(invalid.within_item(place).0));
    let mut invalid = Invalid::default();
    let named = enterprises.get(&name);
    let Some((enterprise, current)) = named.and_then(|row| Some((row, teams.get(&row.id)?.clone()))) else {
        invalid.note("/enterprise_id", Reason::UnknownReference);
        return refused(invalid);
    };
    if !may_assign(tx.actor, enterprise, current.team.as_ref()) {
        invalid.note("/enterprise_id", TeamRefusal::AnotherOrganisation);
    }
    if assignment.team.is_empty() {
        invalid.note("", Reason::Required);
    }
    roster.check(&assignment.team, &mut invalid);
    if !invalid.0.is_empty() {
        return refused(invalid);
    }
    let outcome = settle(tx, current, &assignment.team.tidy())?;
    if let Outcome::Assigned(team) = &outcome {
        teams.insert(enterprise.id, team.clone());
    }
    Ok(outcome)
}

/// Assigns a team that was checked, and says whether that changed anything.
pub(super) fn settle(tx: &mut Tx<'_>, current: CurrentTeam, team: &NewTeam) -> Result<Outcome, Error> {
    let version = current.version;
    let team = replace(tx, current, team)?;
    Ok(if team.version == version { Outcome::Unchanged(team) } else { Outcome::Assigned(team) })
}
