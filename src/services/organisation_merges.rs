//! Merging organisations: what is current moves to the other organisation, the history stays.

use super::{Error, Fields, Tx, error::Reason, organisations::OrganisationError};
use crate::{
    db::{
        organisation_merges as rows,
        organisations::{self, Organisation},
        unheard_alerts,
    },
    domain::{
        change::{Action, Noun},
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
    let enterprises = rows::move_enterprises(tx.conn, id, into, tx.now)?;
    let people = rows::move_users(tx.conn, id, into, tx.now)?;
    let teams = rows::move_teams(tx.conn, id, into)?;
    let tokens = rows::move_tokens(tx.conn, id, into)?;
    let mut after = before.clone();
    after.status = OrganisationStatus::Merged;
    after.merged_into_id = Some(into);
    after.version += 1;
    after.updated_at = tx.now.into();
    organisations::update(tx.conn, &after)?;
    let moved = [("enterprises", enterprises), ("users", people), ("teams", teams), ("tokens", tokens)];
    let fields = Fields::between(before, &after);
    let fields = moved.into_iter().fold(fields, |fields, (name, count)| fields.with(name, (), count));
    tx.record(Noun::Organisation, id.0, Action::Merged, None, fields);
    Ok(after)
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
