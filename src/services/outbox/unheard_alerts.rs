//! Alerts of which nobody knows. When a recipient leaves, those who are there now are told; when a person joins, alerts
//! without a recipient are assessed again.

use crate::{
    db::{
        outbox::{mail_queue, unheard_alerts},
        registry::enterprises,
        watch::alerts::{self, Alert},
    },
    domain::{
        ids::{AlertId, EnterpriseId, MailId, UserId},
        records::change::Action,
    },
    services::{Error, Tx},
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Far below what one statement may carry; the chunks keep the order of ids.
const AT_ONCE: usize = 1_000;

/// Has the alerts that could be told to nobody looked at again before commit, since somebody may be there now. Locks their
/// enterprises, and so comes before any other lock.
pub(in crate::services) fn look_again(tx: &mut Tx<'_>) -> Result<(), Error> {
    let ids = unheard_alerts::without_recipient(tx.conn)?;
    for ids in ids.chunks(AT_ONCE) {
        enterprises::lock(tx.conn, ids)?;
    }
    for id in ids {
        tx.touch(id);
    }
    Ok(())
}

/// Cancels the queued mails of a person who has left. Alerts of which nobody else knows are sent before commit to the
/// people who are there now. Only alerts of `locked` enterprises, which the use case has locked: an alert that was
/// opened meanwhile is passed on when its mail is about to be sent.
pub(in crate::services) fn pass_on(
    tx: &mut Tx<'_>,
    person: UserId,
    locked: &BTreeSet<EnterpriseId>,
) -> Result<(), Error> {
    mail_queue::cancel_for(tx.conn, person)?;
    let mut mailed = unheard_alerts::mailed_to(tx.conn, person)?;
    mailed.retain(|(_, enterprise)| locked.contains(enterprise));
    for mailed in mailed.chunks(AT_ONCE) {
        let ids: Vec<AlertId> = mailed.iter().map(|(alert, _)| *alert).collect();
        let heard = unheard_alerts::heard_by_others(tx.conn, &ids, person)?;
        for alert in alerts::of_ids(tx.conn, &ids)?.into_iter().filter(|alert| !heard.contains(&alert.id)) {
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

/// The enterprises of the unresolved alerts a person was mailed about.
pub(in crate::services) fn enterprises_of(tx: &mut Tx<'_>, person: UserId) -> Result<BTreeSet<EnterpriseId>, Error> {
    Ok(unheard_alerts::mailed_to(tx.conn, person)?.into_iter().map(|(_, enterprise)| enterprise).collect())
}

/// A worker has claimed a mail and found that its reader has left meanwhile: instead of being sent it is cancelled, and what it
/// tells is passed on. Who is back already gets it when the lease ends.
pub fn reader_has_left(tx: &mut Tx<'_>, mail: MailId, worker: Uuid, reader: UserId) -> Result<(), Error> {
    let enterprises = enterprises_of(tx, reader)?;
    let ids: Vec<EnterpriseId> = enterprises.iter().copied().collect();
    for ids in ids.chunks(AT_ONCE) {
        enterprises::lock(tx.conn, ids)?;
    }
    if !mail_queue::has_left(tx.conn, reader)? {
        return Ok(());
    }
    mail_queue::cancel_claimed(tx.conn, mail, worker)?;
    pass_on(tx, reader, &enterprises)
}
