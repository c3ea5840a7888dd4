//! The rule about the time without a visit.

use super::evidence::{Evidence, EvidenceKind};
use super::factor::{Factor, RuleCode, Threshold};
use super::facts::Facts;
use super::fading::Fading;
use super::policy::RiskPolicy;

/// Nobody has met the enterprise for long. Its points do not fade: the silence lasts until the next visit.
pub(super) fn no_visit(facts: &Facts, policy: &RiskPolicy, fading: Fading) -> Option<Factor> {
    let (days, points) = policy.visits.silence(facts.tier, facts.entered_on, fading.today);
    let evidence = last_contact(facts, fading);
    if fading.age_days(evidence.data_on)? < days || !facts.may_count(evidence.key) {
        return None;
    }
    Factor::lasting(RuleCode::NoVisit, points, Threshold::DaysWithoutVisit { days }, evidence)
}

/// The last visit up to today, or the entry of an enterprise never visited.
fn last_contact(facts: &Facts, fading: Fading) -> Evidence {
    facts.visits_until(fading.today).max_by_key(|visit| (visit.moment(), visit.id)).map_or_else(
        || {
            let since = facts.waiting_since(fading.today);
            Evidence::silence(EvidenceKind::Enterprise, facts.enterprise_id.0, since)
        },
        |visit| Evidence::silence(EvidenceKind::Visit, visit.id.0, visit.visited_on),
    )
}
