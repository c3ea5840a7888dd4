//! When a record that alerts rested on is withdrawn, whoever was mailed about them learns it, also when the alert has ended
//! since: what they were told no longer holds.

use super::{
    Error, Tx, facts,
    notices::{Matter, Notice, Occasion, to_all},
    recipients::{self, Recipient},
    risk::Assessed,
};
use crate::{
    db::{
        alert_evidence,
        alerts::{self, Alert},
        mail_messages::{self, Told},
        recipients::people,
        withdrawals,
    },
    domain::{
        ids::{AlertId, EnterpriseId, UserId},
        risk::EvidenceKey,
        signal::SignalKind,
    },
    texts::{Language, texts},
};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// A visit or signal that was declared a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawnRecord {
    /// By which it was known as evidence.
    pub key: EvidenceKey,
    /// What it said.
    pub kind: WithdrawnKind,
    /// The day it was of.
    pub day: NaiveDate,
    /// Why it was withdrawn, in the words of whoever did.
    pub reason: String,
}

/// What kind of record was withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawnKind {
    /// A visit.
    Visit,
    /// A signal of this kind.
    Signal(SignalKind),
}

impl WithdrawnRecord {
    /// The record in the reader's language.
    pub fn text(&self, language: Language) -> String {
        match self.kind {
            WithdrawnKind::Visit => visit_of(language, self.day),
            WithdrawnKind::Signal(kind) => signal_of(language, self.day, kind.text(language)),
        }
    }
}

texts! {
    visit_of(day: NaiveDate) { zh: "{day} 的走访记录", en: "visit record of {day}" }
    signal_of(day: NaiveDate, kind: &str) { zh: "{day} 的信号（{kind}）", en: "signal of {day} ({kind})" }
}

/// An alert that rested on a withdrawn record.
#[derive(Debug, Clone)]
pub struct Affected {
    alert: AlertId,
    enterprise: EnterpriseId,
    record: WithdrawnRecord,
}

/// The alerts of these enterprises, ended ones included, that rest on one of these keys. To be asked before the alerts follow,
/// since they let go of what was withdrawn.
pub fn affected(
    tx: &mut Tx<'_>,
    enterprises: &[EnterpriseId],
    withdrawn: &BTreeSet<EvidenceKey>,
) -> Result<Vec<Affected>, Error> {
    if withdrawn.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<String> = withdrawn.iter().map(ToString::to_string).collect();
    let resting = alert_evidence::resting_on(tx.conn, enterprises, &keys)?;
    let records = records(tx, withdrawn)?;
    resting
        .into_iter()
        .filter_map(|(alert, enterprise, key)| match facts::read_key(&key) {
            Ok(key) => records.get(&key).map(|record| Ok(Affected { alert, enterprise, record: record.clone() })),
            Err(error) => Some(Err(error)),
        })
        .collect()
}

fn records(
    tx: &mut Tx<'_>,
    withdrawn: &BTreeSet<EvidenceKey>,
) -> Result<BTreeMap<EvidenceKey, WithdrawnRecord>, Error> {
    let (mut visits, mut signals) = (Vec::new(), Vec::new());
    for key in withdrawn {
        match key {
            EvidenceKey::Visit(id) => visits.push(*id),
            EvidenceKey::Signal(id) => signals.push(*id),
            EvidenceKey::NoVisitSince(_) | EvidenceKey::TaxDecline { .. } | EvidenceKey::NoReceipts(_) => {}
        }
    }
    let visits = withdrawals::visits(tx.conn, &visits)?.into_iter().map(|(id, day, reason)| WithdrawnRecord {
        key: EvidenceKey::Visit(id),
        kind: WithdrawnKind::Visit,
        day,
        reason: reason.unwrap_or_default(),
    });
    let signals = withdrawals::signals(tx.conn, &signals)?.into_iter().map(|(id, kind, day, reason)| WithdrawnRecord {
        key: EvidenceKey::Signal(id),
        kind: WithdrawnKind::Signal(kind),
        day,
        reason: reason.unwrap_or_default(),
    });
    Ok(visits.chain(signals).map(|record| (record.key, record)).collect())
}

/// Corrections for everybody who was mailed about an affected alert.
pub fn notices(tx: &mut Tx<'_>, assessed: &[Assessed], affected: &[Affected]) -> Result<Vec<Notice>, Error> {
    if affected.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<AlertId> = affected.iter().map(|one| one.alert).collect();
    let alerts: BTreeMap<AlertId, Alert> =
        alerts::of_ids(tx.conn, &ids)?.into_iter().map(|alert| (alert.id, alert)).collect();
    let told = mail_messages::told_of(tx.conn, &ids)?;
    let readers = readers(tx, &told)?;
    let concerned: Vec<&Assessed> =
        assessed.iter().filter(|one| affected.iter().any(|other| other.enterprise == one.enterprise.id)).collect();
    let enterprises: Vec<_> = concerned.iter().map(|one| &one.enterprise).collect();
    let circles = recipients::around(tx.conn, tx.context, &enterprises)?;
    let mut notices = Vec::new();
    for one in affected {
        let (Some(alert), Some(readers)) = (alerts.get(&one.alert), readers.get(&one.alert)) else { continue };
        let Some(assessed) = concerned.iter().find(|assessed| assessed.enterprise.id == one.enterprise) else {
            continue;
        };
        let circle = circles.get(&one.enterprise).cloned().unwrap_or_default();
        let matter = Matter { level: assessed.assessment.level, ..Matter::of(alert, assessed, circle) };
        let occasion = Occasion::Corrected { withdrawn: one.record.clone() };
        let event = format!("alert:{}:corrected:{}", alert.id, one.record.key);
        notices.extend(to_all(matter, &occasion, &event, readers));
    }
    Ok(notices)
}

/// Who can still be reached of those who were mailed, by the alert they were mailed about.
fn readers(tx: &mut Tx<'_>, told: &[Told]) -> Result<BTreeMap<AlertId, Vec<Recipient>>, Error> {
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
