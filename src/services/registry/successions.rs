//! Handing over service teams: the current period of each ends, and a new one begins with the successor in the person's
//! place.

use crate::{
    db::{
        fieldwork::teams::{self, FullTeam, Team},
        registry::{enterprises, successions},
    },
    domain::{
        ids::{EnterpriseId, TeamId, UserId},
        records::change::Action,
    },
    services::{Error, Tx},
};
use std::collections::BTreeSet;

/// Locks the enterprises of the running teams a person is on, and further ones, first of all; returns how many teams there are.
pub(in crate::services) fn lock(
    tx: &mut Tx<'_>,
    person: UserId,
    further: &BTreeSet<EnterpriseId>,
) -> Result<usize, Error> {
    let teams = successions::running_with(tx.conn, person)?;
    let ids: BTreeSet<EnterpriseId> =
        teams.iter().map(|team| team.enterprise_id).chain(further.iter().copied()).collect();
    let ids: Vec<EnterpriseId> = ids.into_iter().collect();
    enterprises::lock(tx.conn, &ids)?;
    Ok(teams.len())
}

/// Puts the successor, or nobody, in a person's place in every running team; returns how many teams that were.
pub(in crate::services) fn hand_over(
    tx: &mut Tx<'_>,
    person: UserId,
    successor: Option<UserId>,
) -> Result<usize, Error> {
    let running = successions::running_with(tx.conn, person)?;
    for before in &running {
        let mut members = teams::members(tx.conn, &[before.id])?;
        let members = members.remove(&before.id).unwrap_or_default();
        replace(tx, before, &members, person, successor)?;
    }
    Ok(running.len())
}

fn replace(
    tx: &mut Tx<'_>,
    before: &Team,
    members: &[UserId],
    person: UserId,
    successor: Option<UserId>,
) -> Result<(), Error> {
    let instead = |held: Option<UserId>| if held == Some(person) { successor } else { held };
    let after = Team {
        id: TeamId::new(),
        enterprise_id: before.enterprise_id,
        leader_id: instead(before.leader_id),
        lead_organisation_id: before.lead_organisation_id,
        chief_steward_id: instead(before.chief_steward_id),
        steward_id: instead(before.steward_id),
        since: tx.now.into(),
        until: None,
    };
    let mut kept: Vec<UserId> = members.iter().filter_map(|&member| instead(Some(member))).collect();
    kept.sort_unstable();
    kept.dedup();
    let before = FullTeam { row: before.clone(), members: members.to_vec() };
    tx.replace(Some(&before), &FullTeam { row: after, members: kept }, Action::Assigned)
}
