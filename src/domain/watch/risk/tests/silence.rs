//! The time without a visit.
use super::*;

fn silent(tier: Tier, entered_days_ago: Option<u64>, visited_days_ago: Option<u64>) -> Facts {
    Facts {
        tier,
        entered_on: entered_days_ago.map(days_ago),
        visits: visited_days_ago.map(|days| visit(1, days, None)).into_iter().collect(),
        ..quiet()
    }
}

#[test]
fn an_ordinary_enterprise_waits_ninety_days() {
    let of = |days| points(&silent(Tier::Normal, Some(4000), Some(days)), RuleCode::NoVisit);
    assert_eq!([89, 90, 91, 2000].map(of), [None, Some(5), Some(5), Some(5)]);
}

#[test]
fn a_key_enterprise_waits_thirty_days() {
    let of = |days| points(&silent(Tier::Key, Some(4000), Some(days)), RuleCode::NoVisit);
    assert_eq!([29, 30, 31].map(of), [None, Some(10), Some(10)]);
}

#[test]
fn a_new_enterprise_waits_thirty_days_for_its_first_year() {
    let of = |entered| points(&silent(Tier::Normal, Some(entered), Some(30)), RuleCode::NoVisit);
    assert_eq!([364, 365, 366].map(of), [Some(10), Some(10), None]);
    assert_eq!(points(&silent(Tier::Normal, Some(200), Some(29)), RuleCode::NoVisit), None);
}

#[test]
fn one_never_visited_counts_from_its_entry() {
    let of = |entered| points(&silent(Tier::Normal, Some(entered), None), RuleCode::NoVisit);
    assert_eq!([29, 30, 31, 2000].map(of), [None, Some(10), Some(10), Some(5)]);
    let factor = factor(&silent(Tier::Normal, Some(2000), None), RuleCode::NoVisit).unwrap();
    assert_eq!(factor.evidence[0].kind, EvidenceKind::Enterprise);
    assert_eq!(factor.evidence[0].id, Some(quiet().enterprise_id.0));
}

#[test]
fn with_an_unknown_entry_it_counts_from_its_first_record() {
    let of = |known| {
        let facts = Facts { known_since: days_ago(known), ..silent(Tier::Normal, None, None) };
        points(&facts, RuleCode::NoVisit)
    };
    assert_eq!([30, 89, 90].map(of), [None, None, Some(5)], "nor is it new");
}

#[test]
fn an_entry_announced_for_the_future_is_no_entry_yet() {
    let entered_on = Some(today() + Days::new(10));
    let facts = Facts { entered_on, known_since: days_ago(40), ..silent(Tier::Normal, None, None) };
    assert!(!RiskPolicy::system_default().visits.is_new(facts.entered_on, today()));
    assert_eq!(points(&facts, RuleCode::NoVisit), None);
}

#[test]
fn a_visit_of_the_future_does_not_end_the_silence() {
    let mut facts = silent(Tier::Key, Some(4000), Some(30));
    facts.visits.push(VisitFact { visited_on: today() + Days::new(1), ..visit(2, 0, None) });
    assert_eq!(points(&facts, RuleCode::NoVisit), Some(10));
}

#[test]
fn resolved_silence_counts_again_only_after_another_visit() {
    let mut facts = resolved(&silent(Tier::Key, Some(4000), Some(200)));
    assert_eq!(points(&facts, RuleCode::NoVisit), None);
    facts.visits.push(visit(2, 100, None));
    assert_eq!(points(&facts, RuleCode::NoVisit), Some(10));
}

#[test]
fn the_evidence_does_not_change_from_day_to_day() {
    let facts = silent(Tier::Normal, Some(4000), Some(90));
    let policy = RiskPolicy::system_default();
    assert_eq!(assess(&facts, &policy, today()), assess(&facts, &policy, today() + Days::new(77)));
}
