//! Reported signals.
use super::*;

fn kinds(hard: bool) -> impl Iterator<Item = SignalKind> {
    SignalKind::ALL.iter().copied().filter(move |kind| kind.is_hard() == hard)
}

#[test]
fn any_one_hard_signal_is_red_however_old() {
    for kind in kinds(true) {
        for days in [0, 3000] {
            let assessment = assessed(&with_signals(&[signal(1, kind, days)]));
            assert_eq!((assessment.level, assessment.hard, assessment.score), (Level::Red, true, 0), "{kind}");
            assert_eq!(assessment.factors[0].rule.as_str(), kind.as_str());
        }
    }
}

#[test]
fn a_soft_signal_has_its_points_on_its_day() {
    let policy = RiskPolicy::system_default();
    for kind in kinds(false) {
        let assessment = assessed(&with_signals(&[signal(1, kind, 0)]));
        assert_eq!(assessment.score, policy.soft_points(kind), "{kind}");
        assert!(!assessment.hard);
    }
}

#[test]
fn soft_points_fade_and_vanish() {
    let points = |days| points(&with_signals(&[signal(1, SignalKind::LeaseGivenUp, days)]), RuleCode::LeaseGivenUp);
    assert_eq!([0, 90, 180, 5000].map(points), [Some(40), Some(20), Some(10), None]);
}

#[test]
fn kinds_on_a_par_count_once_by_the_newest() {
    let facts = with_signals(&[
        signal(1, SignalKind::LayOffs, 90),
        signal(2, SignalKind::WageArrears, 0),
        signal(3, SignalKind::LabourDispute, 45),
    ]);
    let factor = factor(&facts, RuleCode::LabourTrouble).unwrap();
    assert_eq!((factor.points, factor.full_points, factor.evidence.len()), (15, 15, 3));
    assert_eq!(factor.evidence[0].signal, Some(SignalKind::WageArrears));
}

#[test]
fn different_rules_add_up() {
    let facts = with_signals(&[
        signal(1, SignalKind::LeaseGivenUp, 0),
        signal(2, SignalKind::BranchElsewhere, 0),
        signal(3, SignalKind::RepresentativeChanged, 0),
        signal(4, SignalKind::ShareholderChanged, 0),
        signal(5, SignalKind::InsuredDecline, 0),
    ]);
    let assessment = assessed(&facts);
    assert_eq!((assessment.score, assessment.level), (85, Level::Red));
    assert!(!assessment.hard, "red by its score alone");
    let rules: Vec<_> = assessment.factors.iter().map(|factor| factor.rule.as_str()).collect();
    assert_eq!(rules, ["lease_given_up", "branch_elsewhere", "insured_decline", "ownership_changed"]);
}

#[test]
fn evidence_without_points_of_its_own_is_left_out() {
    let facts = with_signals(&[signal(1, SignalKind::AreaCut, 0), signal(2, SignalKind::AreaCut, 4000)]);
    assert_eq!(factor(&facts, RuleCode::AreaCut).unwrap().evidence.len(), 1);
}

#[test]
fn a_rule_without_points_is_switched_off() {
    let mut policy = RiskPolicy::system_default();
    policy.signals.area_cut = 0;
    assert!(assess(&with_signals(&[signal(1, SignalKind::AreaCut, 0)]), &policy, today()).factors.is_empty());
}

#[test]
fn a_signal_of_the_future_does_not_count_yet() {
    let tomorrow = SignalFact { occurred_on: today() + Days::new(1), ..signal(1, SignalKind::FileTransferLetter, 0) };
    assert!(assessed(&with_signals(&[tomorrow])).factors.is_empty());
}

#[test]
fn resolved_signals_do_not_count_again_but_new_ones_do() {
    let letter = signal(1, SignalKind::FileTransferLetter, 3);
    let before = resolved(&with_signals(&[letter, signal(2, SignalKind::AreaCut, 3)]));
    assert!(assessed(&before).factors.is_empty());
    let after = Facts { signals: vec![letter, signal(3, SignalKind::FileTransferLetter, 2)], ..before };
    let assessment = assessed(&after);
    assert_eq!(assessment.level, Level::Red);
    assert_eq!(assessment.factors[0].evidence.len(), 1);
}
