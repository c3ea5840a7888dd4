//! Where an enterprise is taxed and where it operates (presence class), derived from evidence that is shown with it.

use crate::domain::codes::codes;
use serde::Serialize;

codes! {
    /// The tax and operating presence of an enterprise.
    pub enum Presence {
        /// Registered or taxed here and works here.
        Local = "local", "在地纳税在地经营", "taxed and operating here";
        /// Registered or taxed here, works elsewhere: the first to leave.
        OperatesElsewhere = "operates_elsewhere", "在地纳税异地经营", "taxed here, operating elsewhere";
        /// Works here, registered and taxed elsewhere.
        TaxedElsewhere = "taxed_elsewhere", "异地纳税在地经营", "operating here, taxed elsewhere";
        /// Registered or taxed here, and nobody is to be found.
        Unreachable = "unreachable", "失联/空壳", "unreachable";
    }

    /// One piece of evidence for a presence class.
    pub enum PresenceEvidence {
        /// The registered address lies in the district.
        RegisteredHere = "registered_here", "注册地址在本区", "registered address in the district";
        /// The registered address lies outside.
        RegisteredElsewhere = "registered_elsewhere", "注册地址不在本区", "registered address outside the district";
        /// Tax is paid here.
        TaxedHere = "taxed_here", "在本区缴纳税款", "pays tax here";
        /// No tax is paid here.
        TaxedElsewhere = "taxed_elsewhere", "未在本区缴纳税款", "pays no tax here";
        /// The enterprise operates here.
        OperatesHere = "operates_here", "在本区经营", "operates in the district";
        /// The enterprise operates outside.
        OperatesElsewhere = "operates_elsewhere", "在区外经营", "operates outside the district";
        /// Its place of operation is unknown; assumed to be where it is registered or taxed.
        OperationAssumed = "operation_assumed", "经营地未知，暂按注册地或纳税地认定",
            "place of operation unknown, assumed to be where it is registered or taxed";
        /// It stands on the district's tax-source list, and the addresses support no class.
        ListedHere = "listed_here", "列入本区税源清单", "on the district's tax-source list";
        /// Nobody was found.
        ContactLost = "contact_lost", "实地和电话均未找到该企业", "nobody was found at the address or by phone";
    }
}

/// What is known about where an enterprise is; `None` where nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PresenceFacts {
    /// The registered address lies in the district.
    pub registered_here: Option<bool>,
    /// At least one tax is paid here. Tax can split: a branch may pay VAT here and income tax elsewhere.
    pub taxed_here: Option<bool>,
    /// The operating address lies in the district, or a visitor met the enterprise here.
    pub operates_here: Option<bool>,
    /// Nobody was found at the address or by phone.
    pub contact_lost: bool,
}

/// A presence class with the evidence it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PresenceVerdict {
    /// The class; `None` when the evidence supports none of them.
    pub presence: Option<Presence>,
    /// What the class rests on.
    pub evidence: Vec<PresenceEvidence>,
}

/// Derives the presence class. An enterprise met here is not lost; one that works elsewhere and is not registered or
/// taxed here has no class.
pub fn derive(facts: &PresenceFacts) -> PresenceVerdict {
    let mut evidence = known_evidence(*facts);
    let is_here = facts.registered_here == Some(true) || facts.taxed_here == Some(true);
    let is_known_elsewhere = !is_here && (facts.registered_here.is_some() || facts.taxed_here.is_some());
    let presence = match facts.operates_here {
        Some(true) if is_here => Some(Presence::Local),
        Some(true) if is_known_elsewhere => Some(Presence::TaxedElsewhere),
        Some(true) => None,
        _ if is_here && facts.contact_lost => Some(Presence::Unreachable),
        Some(false) if is_here => Some(Presence::OperatesElsewhere),
        None if is_here => {
            evidence.push(PresenceEvidence::OperationAssumed);
            Some(Presence::Local)
        }
        _ => None,
    };
    PresenceVerdict { presence, evidence }
}

fn known_evidence(facts: PresenceFacts) -> Vec<PresenceEvidence> {
    use PresenceEvidence as E;
    let pick = |fact: Option<bool>, yes, no| fact.map(|holds| if holds { yes } else { no });
    [
        pick(facts.registered_here, E::RegisteredHere, E::RegisteredElsewhere),
        pick(facts.taxed_here, E::TaxedHere, E::TaxedElsewhere),
        pick(facts.operates_here, E::OperatesHere, E::OperatesElsewhere),
        facts.contact_lost.then_some(E::ContactLost),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const YES: Option<bool> = Some(true);
    const NO: Option<bool> = Some(false);

    fn class(
        registered_here: Option<bool>,
        taxed_here: Option<bool>,
        operates_here: Option<bool>,
        contact_lost: bool,
    ) -> Option<Presence> {
        derive(&PresenceFacts { registered_here, taxed_here, operates_here, contact_lost }).presence
    }

    #[test]
    fn the_four_classes() {
        assert_eq!(class(YES, YES, YES, false), Some(Presence::Local));
        assert_eq!(class(YES, YES, NO, false), Some(Presence::OperatesElsewhere));
        assert_eq!(class(NO, NO, YES, false), Some(Presence::TaxedElsewhere));
        assert_eq!(class(YES, YES, NO, true), Some(Presence::Unreachable));
    }

    #[test]
    fn split_tax_counts_as_taxed_here() {
        assert_eq!(class(NO, YES, YES, false), Some(Presence::Local));
        assert_eq!(class(NO, YES, NO, false), Some(Presence::OperatesElsewhere));
        assert_eq!(class(NO, None, YES, false), Some(Presence::TaxedElsewhere));
    }

    #[test]
    fn who_was_met_at_work_is_not_lost() {
        assert_eq!(class(YES, None, YES, true), Some(Presence::Local));
        assert_eq!(class(YES, None, None, true), Some(Presence::Unreachable));
    }

    #[test]
    fn what_is_unknown_is_said() {
        let verdict = derive(&PresenceFacts { registered_here: YES, ..PresenceFacts::default() });
        assert_eq!(verdict.presence, Some(Presence::Local));
        assert_eq!(verdict.evidence, [PresenceEvidence::RegisteredHere, PresenceEvidence::OperationAssumed]);
        assert_eq!(class(None, None, None, false), None);
        assert_eq!(class(None, None, YES, false), None);
        assert_eq!(class(NO, NO, NO, true), None);
    }
}
