//! Re-assessment: from the facts of enterprises to where they stand, and from there to their alerts and mails. What the facts
//! mean is found out in `assessing`, without a database; here it is written and told.

mod assessing;
mod night;

pub use assessing::{Assessed, assess_all};
pub use night::last_night;

use super::{
    alerts,
    facts::{self, LastVisit},
    risk_policies,
};
use crate::{
    db::{
        registry::enterprises::{self, Enterprise},
        watch::standings::{self, Standing, risk_order},
    },
    domain::{
        band::Band,
        ids::EnterpriseId,
        registry::enterprise::EnterpriseReference,
        watch::risk::{Amounts, Factor, RiskPolicy, hold_figures},
    },
    meters::name,
    services::{
        Error, Read, Subject, Tx,
        fieldwork::promised_visits,
        outbox::{corrections, notices::Notice},
    },
};
use chrono::{Datelike, NaiveDate};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Instant,
};

/// Enterprises assessed with one round of queries.
const AT_ONCE: usize = 500;

/// Assesses enterprises again, writes their standings, and lets their alerts and mails follow. The outcome depends on
/// the facts alone, so doing it twice changes nothing.
pub fn reassess(tx: &mut Tx<'_>, ids: &BTreeSet<EnterpriseId>) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let started = Instant::now();
    let ids: Vec<EnterpriseId> = ids.iter().copied().collect();
    let policy = tx.risk_policy()?;
    let mut notices = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        notices.extend(reassess_piece(tx, &policy, ids)?);
    }
    crate::services::outbox::notices::queue(tx, notices)?;
    metrics::counter!(name::ASSESSED).increment(ids.len() as u64);
    metrics::histogram!(name::ASSESSMENT_SECONDS).record(started.elapsed());
    Ok(())
}

/// One round: gives what people have to be told.
fn reassess_piece(tx: &mut Tx<'_>, policy: &RiskPolicy, ids: &[EnterpriseId]) -> Result<Vec<Notice>, Error> {
    let retracted = tx.retracted();
    let affected = corrections::affected(tx, ids, &retracted)?;
    let enterprises = enterprises::lock(tx.conn, ids)?;
    let known = facts::load(tx.conn, tx.context, policy, tx.today, &enterprises)?;
    let assessed = assess_all(enterprises, known, policy, tx.today);
    write(tx, &assessed)?;
    promised_visits::follow(tx, &last_visits(&assessed))?;
    let mut notices = alerts::follow(tx, &assessed)?;
    notices.extend(corrections::notices(tx, &assessed, &affected)?);
    Ok(notices)
}

/// The last visit to each enterprise that is here.
fn last_visits(assessed: &[Assessed]) -> Vec<(EnterpriseId, Option<LastVisit>)> {
    let last = |one: &Assessed| one.known.last_visit.filter(|_| one.enterprise.status.is_here());
    assessed.iter().map(|one| (one.enterprise.id, last(one))).collect()
}

/// Writes where enterprises stand, as far as that has changed.
fn write(tx: &mut Tx<'_>, assessed: &[Assessed]) -> Result<(), Error> {
    let ids: Vec<EnterpriseId> = assessed.iter().map(|one| one.enterprise.id).collect();
    let before: BTreeMap<EnterpriseId, Standing> =
        standings::of(tx.conn, &ids)?.into_iter().map(|standing| (standing.enterprise_id, standing)).collect();
    let mut changed = Vec::new();
    for one in assessed {
        let standing = standing(one, tx.today)?;
        if before.get(&one.enterprise.id).is_none_or(|before| !before.says_the_same_as(&standing)) {
            changed.push(standing);
        }
    }
    for rows in changed.chunks(AT_ONCE) {
        standings::upsert(tx.conn, rows)?;
    }
    Ok(())
}

/// The row that says where an enterprise stands.
pub(in crate::services) fn standing(assessed: &Assessed, today: NaiveDate) -> Result<Standing, Error> {
    let band = |amount| i32::from(Band::of(amount).index());
    let Assessed { enterprise, assessment, known } = assessed;
    Ok(Standing {
        enterprise_id: enterprise.id,
        risk_level: assessment.level,
        risk_score: assessment.score,
        risk_order: risk_order(assessment.level, assessment.score),
        risk_factors: serde_json::to_string(&assessment.factors).map_err(Error::internal)?,
        assessed_on: today,
        last_visit_on: known.last_visit.map(|last| last.on),
        next_visit_on: known.last_visit.and_then(|last| last.promised),
        tax_year: today.year(),
        tax_year_fen: known.tax_year,
        tax_year_band: band(known.tax_year),
        tax_12_months_fen: known.tax_12_months,
        tax_12_months_band: band(known.tax_12_months),
    })
}

/// Where an enterprise stands and why, if the actor may read it.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The enterprise.
    pub enterprise: Enterprise,
    /// Where it stands.
    pub standing: Standing,
    /// The factors behind it, the gravest first.
    pub factors: Vec<Factor>,
    /// The risk policy in force, by which it is explained.
    pub policy: Arc<RiskPolicy>,
    /// How the reader sees the amounts among the evidence.
    pub amounts: Amounts,
}

/// The risk of an enterprise with everything behind it.
pub fn explain(read: &mut Read<'_>, reference: &EnterpriseReference) -> Result<Explained, Error> {
    let enterprise = crate::services::registry::enterprises::find(read.conn, read.actor, reference)?;
    let standing = standings::find(read.conn, enterprise.id)?.ok_or(Error::NotFound)?;
    let factors = alerts::read_factors(&standing.risk_factors)?;
    let amounts = read.amounts_where(hold_figures(&factors), Subject::enterprise(enterprise.id, "risk"));
    let policy = risk_policies::in_force(read.conn, read.context)?;
    Ok(Explained { enterprise, standing, factors, policy, amounts })
}
