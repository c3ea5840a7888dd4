//! When a record behind an alert is withdrawn or corrected, the people who were mailed about the alert get a
//! correction, even if the alert is resolved: what they were told no longer holds.

use super::{
    alert_notices::{AlertSummary, AlertTelling, Occasion},
    notices::{Notice, to_all},
    recipients::{self, Recipient},
};
use crate::{
    db::{
        fieldwork::withdrawals::{self, VisitNow},
        outbox::{
            deliveries::{self, ToldRecipient},
            recipients::people,
        },
        watch::{
            alert_evidence,
            alerts::{self, Alert},
        },
    },
    domain::{
        fieldwork::visit::RelocationIntent,
        ids::{AlertId, EnterpriseId, UserId},
        watch::{
            risk::EvidenceKey,
            withdrawn_record::{WithdrawnKind, WithdrawnRecord},
        },
    },
    services::{
        Error, Tx,
        watch::{assessment::Assessed, facts},
    },
};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// An alert that rested on what does not hold any more.
#[derive(Debug, Clone)]
pub struct Affected {
    alert: AlertId,
    enterprise: EnterpriseId,
    record: WithdrawnRecord,
}

/// The alerts of these enterprises, ended ones included, that rest on what one of these records said. To be asked before the
/// alerts follow, since they let go of what was withdrawn.
pub fn affected(
    tx: &mut Tx<'_>,
    enterprises: &[EnterpriseId],
    retracted: &BTreeSet<EvidenceKey>,
) -> Result<Vec<Affected>, Error> {
    if retracted.is_empty() {
        return Ok(Vec::new());
    }
    let records = records(tx, retracted)?;
    let mut affected = Vec::new();
    for (alert, enterprise, key) in alert_evidence::of_enterprises(tx.conn, enterprises)? {
        let key = facts::read_key(&key)?;
        let resting = records.iter().filter(|record| record.key.shares_record(key)).cloned();
        affected.extend(resting.map(|record| Affected { alert, enterprise, record }));
    }
    Ok(affected)
}

fn records(tx: &mut Tx<'_>, retracted: &BTreeSet<EvidenceKey>) -> Result<Vec<WithdrawnRecord>, Error> {
    let (mut visits, mut signals) = (Vec::new(), Vec::new());
    for key in retracted {
        match key {
            EvidenceKey::Visit { id, .. } => visits.push(*id),
            EvidenceKey::Signal(id) => signals.push(*id),
            EvidenceKey::NoVisitSince(_) | EvidenceKey::TaxDecline { .. } | EvidenceKey::NoReceipts(_) => {}
        }
    }
    let visits = withdrawals::visits(tx.conn, &visits)?;
    let said = |key: &EvidenceKey| match *key {
        EvidenceKey::Visit { id, intent, day } => {
            visits.iter().find(|visit| visit.id == id).map(|visit| word(visit, intent, day))
        }
        _ => None,
    };
    let words: Vec<WithdrawnRecord> = retracted.iter().filter_map(said).collect();
    let signals = withdrawals::signals(tx.conn, &signals)?.into_iter().map(|(id, kind, day, reason, version)| {
        let kind = WithdrawnKind::Signal { kind, reason: reason.unwrap_or_default() };
        WithdrawnRecord { key: EvidenceKey::Signal(id), day, kind, version }
    });
    Ok(words.into_iter().chain(signals).collect())
}

/// The result of a word that was said in a visit: the whole visit was withdrawn, or it says something else now.
fn word(visit: &VisitNow, said: RelocationIntent, day: NaiveDate) -> WithdrawnRecord {
    let key = EvidenceKey::Visit { id: visit.id, intent: said, day };
    let kind = if visit.withdrawn_at.is_some() {
        WithdrawnKind::Visit { reason: visit.withdrawal_reason.clone().unwrap_or_default() }
    } else {
        WithdrawnKind::Word { said, day_now: visit.visited_on, says_now: visit.relocation_intent }
    };
    WithdrawnRecord { key, day, kind, version: visit.version }
}

/// Corrections for everybody who was mailed about an affected alert.
pub fn notices(tx: &mut Tx<'_>, assessed: &[Assessed], affected: &[Affected]) -> Result<Vec<Notice>, Error> {
    if affected.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<AlertId> = affected.iter().map(|one| one.alert).collect();
    let alerts: BTreeMap<AlertId, Alert> =
        alerts::of_ids(tx.conn, &ids)?.into_iter().map(|alert| (alert.id, alert)).collect();
    let told = deliveries::told_of(tx.conn, &ids)?;
    let readers = readers(tx, &told)?;
    let concerned: Vec<&Assessed> =
        assessed.iter().filter(|one| affected.iter().any(|other| other.enterprise == one.enterprise.id)).collect();
    let enterprises: Vec<_> = concerned.iter().map(|one| &one.enterprise).collect();
    let audiences = recipients::of_enterprises(tx.conn, tx.context, tx.today, &enterprises)?;
    let mut notices = Vec::new();
    for one in affected {
        let (Some(alert), Some(readers)) = (alerts.get(&one.alert), readers.get(&one.alert)) else { continue };
        let Some(assessed) = concerned.iter().find(|assessed| assessed.enterprise.id == one.enterprise) else {
            continue;
        };
        let audience = audiences.get(&one.enterprise).cloned().unwrap_or_default();
        let summary = AlertSummary { level: assessed.assessment.level, ..AlertSummary::of(alert, assessed, audience) };
        let telling = AlertTelling { summary, occasion: Occasion::Corrected { withdrawn: one.record.clone() } };
        let event = format!("alert:{}:corrected:{}:{}", alert.id, one.record.key, one.record.version);
        notices.extend(to_all(telling, &event, readers));
    }
    Ok(notices)
}

/// Who can still be reached of those who were mailed, by the alert they were mailed about.
fn readers(tx: &mut Tx<'_>, told: &[ToldRecipient]) -> Result<BTreeMap<AlertId, Vec<Recipient>>, Error> {
    let users: BTreeSet<UserId> = told.iter().filter_map(|one| one.recipient_id).collect();
    let users: Vec<UserId> = users.into_iter().collect();
    let people: BTreeMap<UserId, Recipient> =
        people(tx.conn, &users)?.iter().filter_map(|user| Some((user.id, Recipient::of(user)?))).collect();
    let language = tx.context.settings.locale.language;
    let mut readers: BTreeMap<AlertId, Vec<Recipient>> = BTreeMap::new();
    for one in told {
        let reader = match one.recipient_id {
            Some(user) => people.get(&user).cloned(),
            None => Some(Recipient::at(one.to_address.clone(), one.to_name.clone(), language)),
        };
        readers.entry(one.alert_id).or_default().extend(reader);
    }
    for readers in readers.values_mut() {
        let mut seen = BTreeSet::new();
        readers.retain(|reader| seen.insert(reader.key()));
    }
    Ok(readers)
}
