//! Alerts: how they follow assessments, and what people do with them. No move ever waits for anybody's consent.

mod following;

pub use crate::db::watch::alerts::AlertFilter;
pub use following::follow;

use crate::{
    db::{
        backend::DbConn,
        outbox::{
            deliveries::{self, AlertDelivery},
            recipients::people,
        },
        registry::enterprises::Enterprise,
        watch::alerts::{self, Alert, AlertedEnterprise},
    },
    domain::{
        ids::{AlertId, UserId},
        people::{actor::Actor, role::Permission},
        records::change::{Action, Noun},
        registry::enterprise::EnterpriseStatus,
        watch::{
            alert::{AlertError, AlertState, Outcome},
            risk::{Amounts, Factor, hold_figures},
        },
    },
    services::{
        Error, Invalid, Read, Subject, Tx, Version,
        paging::{Page, Window},
        registry::enterprise_lookup::{self, NamesEnterprise},
        unit_of_work::require,
        watch::facts,
    },
};
use std::collections::BTreeMap;

/// Most characters of a note on an outcome.
pub const NOTE_MAX: usize = 2000;

/// An alert as people see it.
#[derive(Debug, Clone)]
pub struct FullAlert {
    /// The alert.
    pub row: Alert,
    /// Its enterprise.
    pub enterprise: AlertedEnterprise,
    /// The factors it rests on, most serious first.
    pub factors: Vec<Factor>,
    /// Who acknowledged it.
    pub acknowledged_by: Option<String>,
    /// Who resolved it.
    pub resolved_by: Option<String>,
}

/// How an episode ended, as the person says who resolves the alert.
#[derive(Debug, Clone)]
pub struct Resolution {
    /// How.
    pub outcome: Outcome,
    /// What is to be said about it; a false alarm has to say why.
    pub note: Option<String>,
}

/// The alert, if the actor may read it.
pub fn find(connection: &mut DbConn, actor: &Actor, id: AlertId) -> Result<FullAlert, Error> {
    require(actor, Permission::ReadBusiness)?;
    let found = alerts::find(connection, actor.scope(), id)?.ok_or(Error::NotFound)?;
    full(connection, vec![found])?.pop().ok_or(Error::NotFound)
}

/// The alert, if the actor may read it, and how the actor sees the amounts among its evidence.
pub fn show(read: &mut Read<'_>, id: AlertId) -> Result<(FullAlert, Amounts), Error> {
    let alert = find(read.conn, read.actor, id)?;
    let subject = Subject::one(Noun::Alert, id, "factors").of(alert.row.enterprise_id);
    let amounts = read.amounts_where(hold_figures(&alert.factors), subject);
    Ok((alert, amounts))
}

/// The deliveries about an alert, oldest first, those of digests included.
pub fn deliveries(connection: &mut DbConn, id: AlertId) -> Result<Vec<AlertDelivery>, Error> {
    Ok(deliveries::of_alert(connection, id)?)
}

/// A page of the alerts the actor may read, latest first.
pub fn list(
    connection: &mut DbConn,
    actor: &Actor,
    filter: &AlertFilter,
    window: &Window<AlertId>,
) -> Result<Page<FullAlert, AlertId>, Error> {
    require(actor, Permission::ReadBusiness)?;
    let rows = alerts::list(connection, actor.scope(), filter, &window.part())?;
    let total = window.total(rows.len(), |most| alerts::count(connection, actor.scope(), filter, most))?;
    let page = Page::cut(rows, window, total, |(alert, _)| alert.id);
    page.turn(|rows| full(connection, rows))
}

/// The alert of an enterprise that is not resolved.
pub fn unresolved(
    connection: &mut DbConn,
    actor: &Actor,
    which: &impl NamesEnterprise,
) -> Result<Option<Alert>, Error> {
    let enterprise = which.find(connection, actor)?;
    Ok(alerts::unresolved_of(connection, &[enterprise.id])?.pop())
}

/// Waiting alerts are counted up to this many.
pub const MOST_WAITING: i64 = 100;

/// How many alerts within the actor's scope wait for somebody to take them, at most `MOST_WAITING`: every page asks.
pub fn count_waiting(connection: &mut DbConn, actor: &Actor) -> Result<i64, Error> {
    require(actor, Permission::ReadBusiness)?;
    let open = AlertFilter { state: Some(AlertState::Open), ..AlertFilter::default() };
    Ok(alerts::count(connection, actor.scope(), &open, MOST_WAITING)?)
}

fn full(connection: &mut DbConn, rows: Vec<(Alert, AlertedEnterprise)>) -> Result<Vec<FullAlert>, Error> {
    let ids: Vec<UserId> =
        rows.iter().flat_map(|(alert, _)| [alert.acknowledged_by, alert.resolved_by]).flatten().collect();
    let names: BTreeMap<UserId, String> =
        people(connection, &ids)?.into_iter().map(|user| (user.id, user.display_name)).collect();
    let name = |id: Option<UserId>| id.and_then(|id| names.get(&id).cloned());
    rows.into_iter()
        .map(|(row, enterprise)| {
            Ok(FullAlert {
                factors: facts::read_factors(&row.factors)?,
                acknowledged_by: name(row.acknowledged_by),
                resolved_by: name(row.resolved_by),
                enterprise,
                row,
            })
        })
        .collect()
}

/// An alert within the actor's scope, with its enterprise locked until the transaction ends. `version` is what the actor has
/// read, `Any` unless the actor says so.
pub fn find_for_update(tx: &mut Tx<'_>, id: AlertId, version: Version) -> Result<(Alert, Enterprise), Error> {
    let scope = tx.actor.scope();
    let (found, _) = alerts::find(tx.conn, scope, id)?.ok_or(Error::NotFound)?;
    let enterprise = enterprise_lookup::find_for_update(tx, &found.enterprise_id.into())?;
    let (alert, _) = alerts::find(tx.conn, scope, id)?.ok_or(Error::NotFound)?;
    version.check(alert.version)?;
    Ok((alert, enterprise))
}

/// Takes an alert: the actor sees to it. Only the first one can.
pub fn acknowledge(tx: &mut Tx<'_>, id: AlertId, version: Version) -> Result<FullAlert, Error> {
    tx.require(Permission::AcknowledgeAlerts)?;
    let user = tx.actor.user().ok_or(Error::Forbidden(Permission::AcknowledgeAlerts))?;
    let (before, _) = find_for_update(tx, id, version)?;
    let after = Alert {
        state: before.state.acknowledge().map_err(Error::conflict)?,
        acknowledged_at: Some(tx.now.into()),
        acknowledged_by: Some(user),
        ..before.clone()
    };
    store(tx, &before, after, Action::Acknowledged)
}

/// Ends an episode. What the alert rested on does not count again, and the enterprise stands where the outcome says.
pub fn resolve(tx: &mut Tx<'_>, id: AlertId, version: Version, resolution: Resolution) -> Result<FullAlert, Error> {
    tx.require(Permission::ResolveAlerts)?;
    let user = tx.actor.user().ok_or(Error::Forbidden(Permission::ResolveAlerts))?;
    let (before, enterprise) = find_for_update(tx, id, version)?;
    let mut invalid = Invalid::default();
    let written = resolution.note.filter(|note| !note.trim().is_empty());
    let note = written.and_then(|note| invalid.paragraph("/note", &note, NOTE_MAX));
    invalid.check()?;
    let after = Alert {
        state: before.state.resolve(resolution.outcome, note.as_deref()).map_err(refusal)?,
        resolved_at: Some(tx.now.into()),
        resolved_by: Some(user),
        outcome: Some(resolution.outcome),
        outcome_note: note,
        ..before.clone()
    };
    let resolved = store(tx, &before, after, Action::Resolved)?;
    follow_outcome(tx, &enterprise, resolution.outcome)?;
    Ok(resolved)
}

fn refusal(error: AlertError) -> Error {
    match error {
        AlertError::NoteMissing => Error::field("/note", error),
        _ => Error::conflict(error),
    }
}

fn store(tx: &mut Tx<'_>, before: &Alert, after: Alert, action: Action) -> Result<FullAlert, Error> {
    tx.change(before, after, action)?;
    find(tx.conn, tx.actor, before.id)
}

/// Writes the status of the enterprise after an episode. An enterprise that has left does not become active again
/// because somebody resolves its alert. It is assessed again, since the evidence is spent.
fn follow_outcome(tx: &mut Tx<'_>, before: &Enterprise, outcome: Outcome) -> Result<(), Error> {
    let status = outcome.enterprise_status();
    tx.touch(before.id);
    if status == before.status || (status == EnterpriseStatus::Active && !before.status.is_here()) {
        return Ok(());
    }
    tx.change(before, Enterprise { status, ..before.clone() }, Action::Updated)?;
    Ok(())
}

/// Refuses what can only be done to an episode that still runs.
pub fn require_unresolved(alert: &Alert) -> Result<(), Error> {
    match alert.state {
        AlertState::Resolved => Err(Error::conflict(AlertError::AlreadyResolved)),
        AlertState::Open | AlertState::Acknowledged => Ok(()),
    }
}
