//! Before a delivery leaves, it is looked at again: is the recipient still there, may the recipient still read what it is about, and
//! does it still hold? What does not is taken out of the queue. Somebody else is told of an alert that nobody knows then, and the
//! recipient of what has changed: a delivery that was written an hour ago never says that something is open which is over.

use super::{alert_notices, notices, unheard_alerts};
use crate::{
    db::{
        backend::DbConn,
        outbox::{
            deliveries::{self, Delivery},
            delivery_queue, delivery_subjects,
        },
        people::users::{self, User},
        registry::enterprises::{self, Enterprise},
        watch::alerts::{self, Alert},
    },
    domain::{
        ids::{AlertId, EnterpriseId},
        outbox::delivery::{About, CancelReason, DeliveryKind},
        people::{actor::Scope, role::Permission, user::UserStatus},
        watch::{alert::AlertState, level::Level},
    },
    services::{Error, Tx},
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What looking again came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It leaves.
    Holds,
    /// It leaves, for the address that its recipient has now.
    HoldsAt(String),
    /// It does not leave.
    Withheld(Withheld),
}

/// Why a delivery does not leave, and what has to be told instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// Why.
    pub reason: CancelReason,
    /// Alerts the recipient may not read any more: somebody else may have to be told.
    unseen: Vec<AlertId>,
    /// Alerts of which the recipient knows nothing else: the recipient is told how they are now.
    retold: Vec<AlertId>,
}

impl Withheld {
    const fn because(reason: CancelReason) -> Self {
        Self { reason, unseen: Vec::new(), retold: Vec::new() }
    }
}

/// How one thing that a delivery is about stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// As it was told.
    Holds,
    /// Otherwise than it was told, but people are told of it still.
    Changed,
    /// There is nothing to be told any more.
    Over,
    /// The recipient may not read it.
    Unseen,
}

/// Looks at a delivery again. Reads only.
pub fn look_again(connection: &mut DbConn, delivery: &Delivery) -> Result<Verdict, Error> {
    let reader = reader(connection, delivery)?;
    if let Some(reader) = &reader
        && let Some(reason) = unreachable(reader, delivery.kind)
    {
        return Ok(Verdict::Withheld(Withheld::because(reason)));
    }
    let about = about(connection, delivery)?;
    let standings = alert_standings(connection, delivery, reader.as_ref(), &about)?;
    if standings.values().any(|standing| *standing != Standing::Holds) {
        return Ok(Verdict::Withheld(withheld(connection, delivery, &standings)?));
    }
    let address = reader.and_then(|reader| reader.email).filter(|address| *address != delivery.to_address);
    Ok(address.map_or(Verdict::Holds, Verdict::HoldsAt))
}

fn reader(connection: &mut DbConn, delivery: &Delivery) -> Result<Option<User>, Error> {
    match delivery.recipient_id {
        Some(id) => Ok(Some(users::find(connection, id)?.ok_or(Error::NotFound)?)),
        None => Ok(None),
    }
}

/// Why nothing of a kind is told to somebody.
fn unreachable(reader: &User, kind: DeliveryKind) -> Option<CancelReason> {
    if reader.status != UserStatus::Active {
        Some(CancelReason::RecipientLeft)
    } else if reader.email.is_none() {
        Some(CancelReason::NoAddress)
    } else {
        needed(kind).filter(|needed| !reader.role.may(*needed)).map(|_| CancelReason::OutOfScope)
    }
}

/// What the recipient of a kind has to be allowed to. Where a delivery is about something, the scope of the recipient says it.
const fn needed(kind: DeliveryKind) -> Option<Permission> {
    match kind {
        DeliveryKind::RecordHeads => Some(Permission::ReadLogs),
        DeliveryKind::AlertOpened
        | DeliveryKind::AlertRaised
        | DeliveryKind::Correction
        | DeliveryKind::Directive
        | DeliveryKind::Digest
        | DeliveryKind::Test => None,
    }
}

fn about(connection: &mut DbConn, delivery: &Delivery) -> Result<Vec<About>, Error> {
    let read = |one: delivery_subjects::DeliverySubject| {
        let about = About::read(one.noun, one.noun_id.0, one.stated.as_deref());
        about.ok_or_else(|| Error::Internal(format!("a delivery about {} {:?}", one.noun, one.stated)))
    };
    delivery_subjects::of_delivery(connection, delivery.id)?.into_iter().map(read).collect()
}

/// How the alerts of a delivery stand, by their ids.
fn alert_standings(
    connection: &mut DbConn,
    delivery: &Delivery,
    reader: Option<&User>,
    about: &[About],
) -> Result<BTreeMap<AlertId, Standing>, Error> {
    let told: BTreeMap<AlertId, Option<Level>> = about.iter().map(|About::Alert { id, level }| (*id, *level)).collect();
    let ids: Vec<AlertId> = told.keys().copied().collect();
    // An address of the settings belongs to nobody whose scope could be asked for.
    let scope = reader.map_or(Scope::District, User::scope);
    let now: BTreeMap<AlertId, Alert> =
        alerts::seen_of(connection, scope, &ids)?.into_iter().map(|alert| (alert.id, alert)).collect();
    // A correction is for who was told before.
    let corrected = match delivery.kind {
        DeliveryKind::Correction => {
            let until = Some(delivery.created_at);
            deliveries::told_otherwise(connection, &ids, delivery, until)?
        }
        _ => BTreeSet::new(),
    };
    let standing = |(id, level): (AlertId, Option<Level>)| {
        let standing = match (now.get(&id), delivery.kind) {
            (None, _) => Standing::Unseen,
            (Some(_), DeliveryKind::Correction) if corrected.contains(&id) => Standing::Holds,
            (Some(_), DeliveryKind::Correction) => Standing::Over,
            (Some(alert), kind) => announced(alert, kind, level),
        };
        (id, standing)
    };
    Ok(told.into_iter().map(standing).collect())
}

/// How an alert stands that was told as open, at a level if there is one.
fn announced(alert: &Alert, kind: DeliveryKind, level: Option<Level>) -> Standing {
    if alert.state == AlertState::Resolved {
        return Standing::Over;
    }
    // A directive is not about the level.
    let sank = kind != DeliveryKind::Directive && level.is_some_and(|level| level > alert.level);
    match (sank, alert.level.notifies()) {
        (false, _) => Standing::Holds,
        (true, true) => Standing::Changed,
        (true, false) => Standing::Over,
    }
}

/// Why a delivery does not leave of whose alerts not all hold, and what is told instead.
fn withheld(
    connection: &mut DbConn,
    delivery: &Delivery,
    standings: &BTreeMap<AlertId, Standing>,
) -> Result<Withheld, Error> {
    let in_standing = |wanted: Standing| -> Vec<AlertId> {
        standings.iter().filter(|(_, standing)| **standing == wanted).map(|(id, _)| *id).collect()
    };
    let (unseen, changed) = (in_standing(Standing::Unseen), in_standing(Standing::Changed));
    let known = deliveries::told_otherwise(connection, &changed, delivery, None)?;
    let mut retold = in_standing(Standing::Holds);
    retold.extend(changed.into_iter().filter(|id| !known.contains(id)));
    let reason = if !retold.is_empty() {
        CancelReason::Replaced
    } else if unseen.len() == standings.len() {
        CancelReason::OutOfScope
    } else {
        CancelReason::Over
    };
    Ok(Withheld { reason, unseen, retold })
}

/// A worker has claimed a delivery that does not hold. It is looked at once more with all it is about locked; if it is still so, it
/// is taken out of the queue, and others, or the recipient, are told how things are. Gives the reason; none when it holds again
/// or another worker has it: the lease ends, and it is claimed again.
pub fn withhold(tx: &mut Tx<'_>, delivery: &Delivery, worker: Uuid) -> Result<Option<CancelReason>, Error> {
    let locked = lock(tx, delivery)?;
    let Verdict::Withheld(withheld) = look_again(tx.conn, delivery)? else { return Ok(None) };
    if !delivery_queue::cancel_claimed(tx.conn, delivery.id, worker, withheld.reason)? {
        return Ok(None);
    }
    if let (Some(person), CancelReason::RecipientLeft | CancelReason::NoAddress) =
        (delivery.recipient_id, withheld.reason)
    {
        unheard_alerts::pass_on(tx, person, withheld.reason, &locked.keys().copied().collect())?;
    }
    if let Some(person) = delivery.recipient_id {
        let unresolved = told_still(tx.conn, &withheld.unseen)?;
        unheard_alerts::pass_on_alerts(tx, person, &unresolved)?;
    }
    tell_instead(tx, delivery, &withheld.retold, &locked)?;
    Ok(Some(withheld.reason))
}

/// Locks the enterprises of all alerts that may be told to others, in the order of their ids.
fn lock(tx: &mut Tx<'_>, delivery: &Delivery) -> Result<BTreeMap<EnterpriseId, Enterprise>, Error> {
    let ids: Vec<AlertId> = about(tx.conn, delivery)?.iter().map(|About::Alert { id, .. }| *id).collect();
    let mut enterprises: BTreeSet<EnterpriseId> =
        alerts::of_ids(tx.conn, &ids)?.into_iter().map(|alert| alert.enterprise_id).collect();
    if let Some(person) = delivery.recipient_id {
        enterprises.extend(unheard_alerts::enterprises_of(tx, person)?);
    }
    let enterprises: Vec<EnterpriseId> = enterprises.into_iter().collect();
    Ok(enterprises::lock(tx.conn, &enterprises)?.into_iter().map(|row| (row.id, row)).collect())
}

/// Those of these alerts that people are told of as they are now.
fn told_still(connection: &mut DbConn, ids: &[AlertId]) -> Result<Vec<AlertId>, Error> {
    let is_told = |alert: &Alert| alert.state != AlertState::Resolved && alert.level.notifies();
    Ok(alerts::of_ids(connection, ids)?.into_iter().filter(is_told).map(|alert| alert.id).collect())
}

fn tell_instead(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    retold: &[AlertId],
    locked: &BTreeMap<EnterpriseId, Enterprise>,
) -> Result<(), Error> {
    if retold.is_empty() {
        return Ok(());
    }
    let reader = reader(tx.conn, delivery)?;
    let with_enterprise = |alert: Alert| {
        let enterprise = locked.get(&alert.enterprise_id)?.clone();
        Some((alert, enterprise))
    };
    let now = alerts::of_ids(tx.conn, retold)?;
    let alerts: Vec<(Alert, Enterprise)> = now.into_iter().filter_map(with_enterprise).collect();
    let notices = alert_notices::instead_of(tx, delivery, reader.as_ref(), &alerts)?;
    notices::queue(tx, notices)
}
