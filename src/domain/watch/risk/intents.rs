//! The rules about the intent to move that an enterprise told on visits.

use super::evidence::Evidence;
use super::factor::{Factor, RuleCode, Threshold};
use super::facts::{Facts, VisitFact};
use super::fading::Fading;
use super::policy::LevelPolicy;
use crate::domain::fieldwork::visit::RelocationIntent;

/// The enterprise said that it has decided to move or is moving. A later visit does not lift this.
pub(super) fn relocation_told(facts: &Facts, policy: &LevelPolicy, fading: Fading) -> Option<Factor> {
    let told = evidence(facts, fading, |visit| visit.intent.is_some_and(RelocationIntent::is_hard));
    Factor::with_floor(RuleCode::RelocationTold, policy.hard_floor, Threshold::OneRecord, told)
}

/// The enterprise said that it is considering a move, not too long ago, and has not said since that it is not.
pub(super) fn considering_told(facts: &Facts, policy: &LevelPolicy, fading: Fading) -> Option<Factor> {
    let lifted = facts
        .visits_until(fading.today)
        .filter(|visit| visit.intent == Some(RelocationIntent::None))
        .map(VisitFact::moment)
        .max();
    let told = evidence(facts, fading, |visit| {
        visit.intent == Some(RelocationIntent::Considering)
            && fading.age_days(visit.visited_on).is_some_and(|age| age <= policy.considering_days)
            && lifted.is_none_or(|lifted| lifted <= visit.moment())
    });
    let threshold = Threshold::OneRecordWithin { days: policy.considering_days };
    Factor::with_floor(RuleCode::ConsideringTold, policy.considering_floor, threshold, told)
}

/// The past visits that satisfy `wanted` and may count.
fn evidence(facts: &Facts, fading: Fading, wanted: impl Fn(&VisitFact) -> bool) -> Vec<Evidence> {
    facts
        .visits_until(fading.today)
        .filter(|visit| wanted(visit))
        .filter_map(Evidence::told)
        .filter(|item| facts.may_count(item.key))
        .collect()
}
