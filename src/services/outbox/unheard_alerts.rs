//! Alerts of which nobody knows. When a recipient leaves, those who are there now are told; when a person joins, alerts
//! without a recipient are assessed again.

use crate::{
    db::{
        outbox::{delivery_queue, unheard_alerts},
        registry::enterprises,
        watch::alerts::{self, Alert},
    },
    domain::{
        ids::{AlertId, EnterpriseId, UserId},
        outbox::delivery::CancelReason,
        records::change::Action,
    },
    services::{Error, Tx},
};
use std::collections::BTreeSet;

/// Far below what one statement may carry.
const AT_ONCE: usize = 1_000;

/// Has the alerts that could be told to nobody looked at again before commit, since somebody may be there now. Locks their
/// enterprises, and so comes before any other lock.
pub(in crate::services) fn look_again(tx: &mut Tx<'_>) -> Result<(), Error> {
    let ids = unheard_alerts::without_recipient(tx.conn)?;
    enterprises::lock(tx.conn, &ids)?;
    for id in ids {
        tx.touch(id);
    }
    Ok(())
}

/// Takes what is queued for a person who is not to be told any more out of the queue. Alerts of which nobody else knows are sent
/// before commit to the people who are there now. Only alerts of `locked` enterprises, which the use case has locked: an alert
/// that was opened meanwhile is passed on when its delivery is about to leave.
pub(in crate::services) fn pass_on(
    tx: &mut Tx<'_>,
    person: UserId,
    reason: CancelReason,
    locked: &BTreeSet<EnterpriseId>,
) -> Result<(), Error> {
    delivery_queue::cancel_for(tx.conn, person, reason)?;
    let mut told = unheard_alerts::told_to(tx.conn, person)?;
    told.retain(|(_, enterprise)| locked.contains(enterprise));
    let ids: Vec<AlertId> = told.iter().map(|(alert, _)| *alert).collect();
    pass_on_alerts(tx, person, &ids)
}

/// Has those of these unresolved alerts of which nobody knows but this person told to the people who are there now.
pub(super) fn pass_on_alerts(tx: &mut Tx<'_>, person: UserId, ids: &[AlertId]) -> Result<(), Error> {
    for ids in ids.chunks(AT_ONCE) {
        let heard = unheard_alerts::heard_by_others(tx.conn, ids, person)?;
        for alert in alerts::of_ids(tx.conn, ids)?.into_iter().filter(|alert| !heard.contains(&alert.id)) {
            note_unheard(tx, &alert)?;
        }
    }
    Ok(())
}

/// Notes that nobody knows of an alert. The assessment before commit finds the recipients.
fn note_unheard(tx: &mut Tx<'_>, before: &Alert) -> Result<(), Error> {
    tx.touch(before.enterprise_id);
    if before.without_recipient {
        return Ok(());
    }
    tx.change(before, Alert { without_recipient: true, ..before.clone() }, Action::Updated)?;
    Ok(())
}

/// The enterprises of the unresolved alerts a person was told of.
pub(in crate::services) fn enterprises_of(tx: &mut Tx<'_>, person: UserId) -> Result<BTreeSet<EnterpriseId>, Error> {
    Ok(unheard_alerts::told_to(tx.conn, person)?.into_iter().map(|(_, enterprise)| enterprise).collect())
}
