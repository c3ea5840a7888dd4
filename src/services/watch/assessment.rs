//! Assessing many enterprises: a pure function from what is known of them to how they stand. It reads and writes nothing, so a
//! risk policy can be tried on facts without a trace.

use super::facts::EnterpriseFacts;
use crate::{
    db::{
        registry::enterprises::Enterprise,
        watch::standings::{Standing, risk_order},
    },
    domain::{
        band::Band,
        ids::EnterpriseId,
        watch::risk::{Assessment, EvidenceKey, RiskPolicy, VisitFact, assess},
    },
    services::Error,
};
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// An enterprise that has just been assessed.
#[derive(Debug, Clone)]
pub struct Assessed {
    /// The enterprise.
    pub enterprise: Enterprise,
    /// What it was assessed from.
    pub known: EnterpriseFacts,
    /// The outcome.
    pub assessment: Assessment,
}

impl Assessed {
    /// The band of its tax of the last twelve months.
    pub fn tax_band(&self) -> Band {
        Band::of(self.known.tax_12_months)
    }

    /// The keys of all visits and signals that were not withdrawn, as they stand.
    pub fn records(&self) -> BTreeSet<EvidenceKey> {
        let facts = &self.known.facts;
        let signals = facts.signals.iter().map(|signal| EvidenceKey::Signal(signal.id));
        facts.visits.iter().filter_map(VisitFact::key).chain(signals).collect()
    }
}

/// Assesses enterprises by a risk policy on a day, in their order; one of which nothing is known is left out.
pub fn assess_all(
    enterprises: Vec<Enterprise>,
    mut known: BTreeMap<EnterpriseId, EnterpriseFacts>,
    policy: &RiskPolicy,
    today: NaiveDate,
) -> Vec<Assessed> {
    let assessed = |enterprise: Enterprise| {
        let known = known.remove(&enterprise.id)?;
        let assessment = assess(&known.facts, policy, today);
        Some(Assessed { enterprise, known, assessment })
    };
    enterprises.into_iter().filter_map(assessed).collect()
}

/// The row that says where an enterprise stands.
pub fn standing(assessed: &Assessed, today: NaiveDate) -> Result<Standing, Error> {
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
