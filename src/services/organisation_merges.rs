//! Merging organisations: what is current moves to the other organisation, the history stays.

use super::{Details, Error, Tx, error::Reason, organisations::OrganisationError};
use crate::{
    db::{
        organisation_merges as rows,
        organisations::{self, Organisation},
        unheard_alerts,
    },
    domain::{
        change::Action,
        ids::OrganisationId,
        organisation::{OrganisationKind, OrganisationStatus},
        role::Permission,
    },
};

/// Lets an organisation go into another of its kind: enterprises, people, running teams and tokens move.
pub fn merge(tx: &mut Tx<'_>, id: OrganisationId, into: OrganisationId) -> Result<Organisation, Error> {
    tx.require(Permission::ManageOrganisations)?;
    // With the people of the other, somebody may be there to be told.
    let unheard = unheard_alerts::without_recipient(tx.conn)?;
    rows::lock_enterprises(tx.conn, id, &unheard)?;
    for enterprise in unheard {
        tx.touch(enterprise);
    }
    let locked = organisations::lock(tx.conn, &[id, into])?;
    let find = |wanted| locked.iter().find(|organisation| organisation.id == wanted);
    let before = find(id).ok_or(Error::NotFound)?;
    let target = find(into).ok_or_else(|| Error::field("/into_id", Reason::UnknownReference))?;
    check(before, target)?;
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
