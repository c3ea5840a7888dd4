//! Merging organisations: what is current moves to the other organisation, the history stays.

use super::organisations::OrganisationError;
use crate::{
    db::{
        fieldwork::teams::{self, FullTeam, Team},
        outbox::unheard_alerts,
        people::{tokens::ApiToken, users::User},
        registry::{
            enterprises::Enterprise,
            organisation_merges as rows,
            organisations::{self, Organisation},
        },
    },
    domain::{
        ids::OrganisationId,
        people::role::Permission,
        records::change::Action,
        registry::organisation::{OrganisationKind, OrganisationStatus},
    },
    services::{Details, Error, Tx, error::Reason},
};

/// Lets an organisation go into another of its kind: enterprises, people, running teams and tokens move.
pub fn merge(tx: &mut Tx<'_>, id: OrganisationId, into: OrganisationId) -> Result<Organisation, Error> {
    tx.require(Permission::ManageOrganisations)?;
    let locked = organisations::lock(tx.conn, &[id, into])?;
    // With the people of the other, somebody may be there to be told.
    let unheard = unheard_alerts::without_recipient(tx.conn)?;
    rows::lock_enterprises(tx.conn, id, &unheard)?;
    for enterprise in unheard {
        tx.touch(enterprise);
    }
    let find = |wanted| locked.iter().find(|organisation| organisation.id == wanted);
    let before = find(id).ok_or(Error::NotFound)?;
    let target = find(into).ok_or_else(|| Error::field("/into_id", Reason::UnknownReference))?;
    check(before, target)?;
    record_moves(tx, id, into)?;
    let now = tx.now;
    let moved = tx.unrecorded(|connection, proof| {
        Ok([
            ("enterprises", rows::move_enterprises(connection, id, into, now, proof)?),
            ("users", rows::move_users(connection, id, into, now, proof)?),
            ("teams", rows::move_teams(connection, id, into, proof)?),
            ("tokens", rows::move_tokens(connection, id, into, proof)?),
        ])
    })?;
    let after = Organisation { status: OrganisationStatus::Merged, merged_into_id: Some(into), ..before.clone() };
    let counts = moved.into_iter().fold(Details::none(), |details, (name, count)| details.with(name, (), count));
    Ok(tx.change_with(before, after, Action::Merged, counts)?.unwrap_or_else(|| before.clone()))
}

/// Records each row that is about to move: they are moved as sets, by statements that need no row to be loaded.
fn record_moves(tx: &mut Tx<'_>, from: OrganisationId, into: OrganisationId) -> Result<(), Error> {
    let mut after = None;
    loop {
        let enterprises = rows::enterprises_of(tx.conn, from, after, ROWS_AT_ONCE)?;
        for before in &enterprises {
            let moved = Enterprise { street_id: Some(into), ..before.clone() };
            tx.record_changed(before, &moved, Action::Updated)?;
        }
        match enterprises.last() {
            Some(last) => after = Some(last.id),
            None => break,
        }
    }
    for before in rows::users_of(tx.conn, from)? {
        let moved = User { organisation_id: into, ..before.clone() };
        tx.record_changed(&before, &moved, Action::Updated)?;
    }
    let teams = rows::teams_of(tx.conn, from)?;
    for before in teams::with_members(tx.conn, teams)? {
        let row = Team { lead_organisation_id: Some(into), ..before.row.clone() };
        tx.record_changed(&before, &FullTeam { row, members: before.members.clone() }, Action::Updated)?;
    }
    for before in rows::tokens_of(tx.conn, from)? {
        let moved = ApiToken { street_id: Some(into), ..before.clone() };
        tx.record_changed(&before, &moved, Action::Updated)?;
    }
    Ok(())
}

/// Enterprises recorded at once.
const ROWS_AT_ONCE: i64 = 1000;

fn check(before: &Organisation, target: &Organisation) -> Result<(), Error> {
    if before.status == OrganisationStatus::Merged {
        return Err(Error::conflict(OrganisationError::Merged));
    }
    let reason = if before.id == target.id {
        OrganisationError::Itself
    } else if target.status == OrganisationStatus::Merged {
        OrganisationError::Merged
    } else if before.kind != target.kind || before.kind == OrganisationKind::District {
        OrganisationError::KindsDiffer
    } else {
        return Ok(());
    };
    Err(Error::field("/into_id", reason))
}
