//! The rules about signals that a person or another system reported.

use super::evidence::Evidence;
use super::factor::{Factor, RuleCode, Threshold};
use super::facts::Facts;
use super::fading::Fading;
use super::policy::RiskPolicy;
use crate::domain::fieldwork::signal::SignalKind;
use std::collections::BTreeMap;

/// One factor for each rule that was met: hard signals with their floor, soft ones with points that fade.
pub(super) fn reported(facts: &Facts, policy: &RiskPolicy, fading: Fading) -> Vec<Factor> {
    let mut by_rule: BTreeMap<RuleCode, (SignalKind, Vec<Evidence>)> = BTreeMap::new();
    for signal in facts.signals_until(fading.today) {
        let item = Evidence::reported(signal);
        if facts.may_count(item.key) {
            by_rule.entry(rule_of(signal.kind)).or_insert_with(|| (signal.kind, Vec::new())).1.push(item);
        }
    }
    by_rule.into_iter().filter_map(|(rule, (kind, evidence))| factor(rule, kind, evidence, policy, fading)).collect()
}

fn factor(
    rule: RuleCode,
    kind: SignalKind,
    evidence: Vec<Evidence>,
    policy: &RiskPolicy,
    fading: Fading,
) -> Option<Factor> {
    if kind.is_hard() {
        return Factor::with_floor(rule, policy.levels.hard_floor, Threshold::OneRecord, evidence);
    }
    let threshold = match kind {
        SignalKind::InsuredDecline => Threshold::Decline { percent: policy.signals.insured_decline_percent },
        _ => Threshold::OneRecord,
    };
    Factor::fading(rule, policy.soft_points(kind), threshold, evidence, fading)
}

/// The rule that a signal meets. Kinds that share a rule share their points.
const fn rule_of(kind: SignalKind) -> RuleCode {
    match kind {
        SignalKind::FileTransferLetter => RuleCode::FileTransferLetter,
        SignalKind::AddressChangeFiling => RuleCode::AddressChangeFiling,
        SignalKind::CrossProvinceMigration => RuleCode::CrossProvinceMigration,
        SignalKind::TaxAuthorityChanged => RuleCode::TaxAuthorityChanged,
        SignalKind::RegisteredAddressOutside => RuleCode::RegisteredAddressOutside,
        SignalKind::DeregistrationNotice => RuleCode::DeregistrationNotice,
        SignalKind::LeaseGivenUp => RuleCode::LeaseGivenUp,
        SignalKind::AreaCut => RuleCode::AreaCut,
        SignalKind::LayOffs | SignalKind::WageArrears | SignalKind::LabourDispute => RuleCode::LabourTrouble,
        SignalKind::BranchElsewhere => RuleCode::BranchElsewhere,
        SignalKind::RepresentativeChanged | SignalKind::ShareholderChanged => RuleCode::OwnershipChanged,
        SignalKind::ContactLost => RuleCode::ContactLost,
        SignalKind::RecruitingElsewhere => RuleCode::RecruitingElsewhere,
        SignalKind::InsuredDecline => RuleCode::InsuredDecline,
    }
}
