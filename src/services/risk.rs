//! Re-assessment: from the facts of enterprises to their standings, and from there to their alerts and mails.

use super::{Error, Tx, alerts, corrections, facts, facts::EnterpriseFacts};
use crate::{
    db::{
        backend::DbConn,
        enterprises::{self, Enterprise},
        standings::{self, Standing, risk_order},
    },
    domain::{
        actor::Actor,
        band::Band,
        enterprise::EnterpriseReference,
        ids::EnterpriseId,
        risk::{Assessment, EvidenceKey, Factor, VisitFact, assess},
    },
    meters::name,
};
use chrono::Datelike;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

/// Enterprises assessed with one round of queries.
const AT_ONCE: usize = 500;

/// An enterprise that has just been assessed.
#[derive(Debug, Clone)]
pub struct Assessed {
    /// The enterprise, locked.
    pub enterprise: Enterprise,
    /// The outcome.
    pub assessment: Assessment,
    /// The band of its tax of the last twelve months.
    pub tax_band: Band,
    /// The keys of all visits and signals that were not withdrawn, as they stand.
    pub records: BTreeSet<EvidenceKey>,
}

/// Assesses enterprises again, writes their standings, and lets their alerts and mails follow. The outcome depends on
/// the facts alone, so doing it twice changes nothing.
pub fn reassess(tx: &mut Tx<'_>, ids: &BTreeSet<EnterpriseId>) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let started = Instant::now();
    let ids: Vec<EnterpriseId> = ids.iter().copied().collect();
    let retracted = tx.retracted();
    let mut notices = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        let affected = corrections::affected(tx, ids, &retracted)?;
        let assessed = assess_all(tx, ids)?;
        notices.extend(alerts::follow(tx, &assessed)?);
        notices.extend(corrections::notices(tx, &assessed, &affected)?);
    }
    super::notices::queue(tx, notices)?;
    metrics::counter!(name::ASSESSED).increment(ids.len() as u64);
    metrics::histogram!(name::ASSESSMENT_SECONDS).record(started.elapsed());
    Ok(())
}

fn assess_all(tx: &mut Tx<'_>, ids: &[EnterpriseId]) -> Result<Vec<Assessed>, Error> {
    let enterprises = enterprises::lock(tx.conn, ids)?;
    let mut loaded = facts::load(tx.conn, tx.context, tx.today, &enterprises)?;
    let before: BTreeMap<EnterpriseId, Standing> =
        standings::of(tx.conn, ids)?.into_iter().map(|standing| (standing.enterprise_id, standing)).collect();
    let mut changed = Vec::new();
    let mut assessed = Vec::with_capacity(enterprises.len());
    for enterprise in enterprises {
        let Some(loaded) = loaded.remove(&enterprise.id) else { continue };
        let assessment = assess(&loaded.facts, &tx.context.policy, tx.today);
        let standing = standing(tx, &loaded, &assessment)?;
        if before.get(&enterprise.id).is_none_or(|before| !before.says_the_same_as(&standing)) {
            changed.push(standing);
        }
        let records = records(&loaded);
        assessed.push(Assessed { enterprise, assessment, tax_band: Band::of(loaded.tax_12_months), records });
    }
    for rows in changed.chunks(AT_ONCE) {
        standings::upsert(tx.conn, rows)?;
    }
    Ok(assessed)
}

fn records(loaded: &EnterpriseFacts) -> BTreeSet<EvidenceKey> {
    let visits = loaded.facts.visits.iter().filter_map(VisitFact::key);
    let signals = loaded.facts.signals.iter().map(|signal| EvidenceKey::Signal(signal.id));
    visits.chain(signals).collect()
}

fn standing(tx: &Tx<'_>, loaded: &EnterpriseFacts, assessment: &Assessment) -> Result<Standing, Error> {
    let band = |amount| i32::from(Band::of(amount).index());
    Ok(Standing {
        enterprise_id: loaded.facts.enterprise_id,
        risk_level: assessment.level,
        risk_score: assessment.score,
        risk_order: risk_order(assessment.level, assessment.score),
        risk_factors: serde_json::to_string(&assessment.factors).map_err(|error| Error::Internal(error.to_string()))?,
        assessed_on: tx.today,
        last_visit_on: loaded.last_visit.map(|(day, _)| day),
        next_visit_on: loaded.last_visit.and_then(|(_, next)| next),
        tax_year: tx.today.year(),
        tax_year_fen: loaded.tax_year,
        tax_year_band: band(loaded.tax_year),
        tax_12_months_fen: loaded.tax_12_months,
        tax_12_months_band: band(loaded.tax_12_months),
    })
}

/// Where an enterprise stands and why, if the actor may read it.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The enterprise.
    pub enterprise: Enterprise,
    /// Its standing.
    pub standing: Standing,
    /// The factors behind it, most serious first.
    pub factors: Vec<Factor>,
}

/// The risk of an enterprise with everything behind it.
pub fn explain(connection: &mut DbConn, actor: &Actor, reference: &EnterpriseReference) -> Result<Explained, Error> {
    let enterprise = super::enterprises::find(connection, actor, reference)?;
    let standing = standings::find(connection, enterprise.id)?.ok_or(Error::NotFound)?;
    let factors = alerts::read_factors(&standing.risk_factors)?;
    Ok(Explained { enterprise, standing, factors })
}
