//! The risk that an enterprise leaves: a pure function from facts, risk policy and day to level, score and factors.
//!
//! One file a concern: `facts` in, `policy` for every threshold, one file for each group of rules (`intents`,
//! `reports`, `silence`, `receipts`), `factor` and `evidence` out, `sentence` for people, `movement` for alerts.

mod assessment;
mod evidence;
mod evidence_key;
mod factor;
mod facts;
mod fading;
mod intents;
mod movement;
mod policy;
mod receipts;
mod reports;
mod sentence;
mod silence;

pub use assessment::Assessment;
pub use evidence::{DeclineFigures, Evidence, EvidenceKind};
pub use evidence_key::{EvidenceKey, InvalidEvidenceKey};
pub use factor::{Factor, RuleCode, Threshold, hold_figures};
pub use facts::{Facts, MONTHS_LOOKED_AT, MonthFact, SignalFact, VisitFact};
pub use movement::{Movement, Standing, compare};
pub use policy::{FadingPolicy, LevelPolicy, MAX_SCORE, ReceiptPolicy, RiskPolicy, SignalPolicy, VisitPolicy};
pub use sentence::Amounts;

use chrono::NaiveDate;
use fading::Fading;

/// Assesses an enterprise as of `today`. The outcome depends on nothing but the arguments, and not on the order of
/// the facts. Facts dated after `today` do not count; an enterprise that has left is not assessed.
pub fn assess(facts: &Facts, policy: &RiskPolicy, today: NaiveDate) -> Assessment {
    if !facts.status.is_here() {
        return Assessment::of(Vec::new(), &policy.levels);
    }
    let fading = Fading { today, half_life_days: policy.fading.half_life_days };
    let mut factors = reports::reported(facts, policy, fading);
    factors.extend(intents::relocation_told(facts, &policy.levels, fading));
    factors.extend(intents::considering_told(facts, &policy.levels, fading));
    factors.extend(silence::no_visit(facts, policy, fading));
    factors.extend(receipts::tax_decline(facts, &policy.receipts, fading));
    factors.extend(receipts::no_receipts(facts, &policy.receipts, fading));
    Assessment::of(factors, &policy.levels)
}

#[cfg(test)]
mod tests;
