//! From factors to level and score, and the form in which an assessment is stored and returned.
use super::*;
use crate::domain::fieldwork::signal::SignalKind::{BranchElsewhere, ContactLost, FileTransferLetter, LeaseGivenUp};

#[test]
fn nothing_known_is_level_none() {
    let expected = Assessment { level: Level::None, score: 0, hard: false, factors: vec![] };
    assert_eq!(assessed(&quiet()), expected);
}

#[test]
fn an_enterprise_that_has_left_is_not_assessed() {
    for &status in EnterpriseStatus::ALL {
        let facts = Facts { status, ..with_signals(&[signal(1, FileTransferLetter, 1)]) };
        let expected = if status.is_here() { Level::Red } else { Level::None };
        assert_eq!(assessed(&facts).level, expected, "{status}");
        assert_eq!(assessed(&facts).factors.is_empty(), !status.is_here());
    }
}

#[test]
fn the_score_is_the_sum_of_points_and_capped() {
    let soft: Vec<_> = SignalKind::ALL.iter().filter(|kind| !kind.is_hard()).collect();
    let signals: Vec<_> = soft.iter().zip(1..).map(|(kind, number)| signal(number, **kind, 0)).collect();
    let assessment = assessed(&with_signals(&signals));
    assert_eq!(assessment.factors.iter().map(|factor| factor.points).sum::<i32>(), 150);
    assert_eq!((assessment.score, assessment.level), (100, Level::Red));
}

#[test]
fn the_level_follows_the_score_through_its_thresholds() {
    let level = |lease: u64| {
        let assessment = assessed(&with_signals(&[signal(1, LeaseGivenUp, lease)]));
        (assessment.score, assessment.level)
    };
    assert_eq!(
        [60, 61, 63, 64].map(level),
        [(25, Level::Yellow), (25, Level::Yellow), (25, Level::Yellow), (24, Level::None)]
    );
}

#[test]
fn a_floor_lifts_the_level_and_leaves_the_score() {
    let mut facts = with_signals(&[signal(1, BranchElsewhere, 0), signal(2, ContactLost, 0)]);
    assert_eq!(assessed(&facts).level, Level::Yellow);
    facts.visits.push(visit(2, 0, Some(RelocationIntent::Considering)));
    assert_eq!((assessed(&facts).score, assessed(&facts).level), (40, Level::Orange));
    facts.signals.push(signal(3, LeaseGivenUp, 0));
    assert_eq!((assessed(&facts).score, assessed(&facts).level), (80, Level::Red), "the score exceeds the floor");
    facts.signals = vec![signal(4, FileTransferLetter, 0), signal(2, ContactLost, 0)];
    let assessment = assessed(&facts);
    assert_eq!((assessment.score, assessment.level, assessment.hard), (20, Level::Red, true));
    let floors: Vec<_> = assessment.factors.iter().map(|factor| factor.floor).collect();
    assert_eq!(floors, [Some(Level::Red), Some(Level::Orange), None], "the gravest first");
}

#[test]
fn the_policy_of_the_district_is_followed() {
    let mut policy = RiskPolicy::system_default();
    policy.levels.hard_floor = Level::Orange;
    policy.levels.yellow_from = 10;
    policy.fading.half_life_days = std::num::NonZeroU32::new(10).unwrap();
    let level = |signals: &[SignalFact]| assess(&with_signals(signals), &policy, today()).level;
    assert_eq!(level(&[signal(1, FileTransferLetter, 1)]), Level::Orange);
    assert_eq!(level(&[signal(1, ContactLost, 10)]), Level::Yellow);
    assert_eq!(level(&[signal(1, ContactLost, 20)]), Level::None);
}

fn everything() -> Facts {
    let mut amounts = [1_000_000; 15];
    amounts[13..].fill(0);
    Facts {
        signals: vec![signal(1, FileTransferLetter, 4), signal(2, ContactLost, 10), signal(3, ContactLost, 90)],
        visits: vec![visit(1, 100, Some(RelocationIntent::Considering))],
        ..with_receipts("2026-10", &amounts)
    }
}

#[test]
fn an_assessment_is_read_as_it_is_stored() {
    let assessment = assessed(&everything());
    assert_eq!(assessment.factors.len(), 6);
    let stored = serde_json::to_string(&assessment).unwrap();
    assert_eq!(serde_json::from_str::<Assessment>(&stored).unwrap(), assessment);
}

#[test]
fn a_factor_is_stored_in_stable_codes() {
    let factor = factor(&everything(), RuleCode::TaxDecline).unwrap();
    let expected = serde_json::json!({
        "rule": "tax_decline", "hard": false, "points": 25, "full_points": 30,
        "threshold": {"measure": "decline", "percent": 50},
        "evidence": [{
            "kind": "receipts", "data_on": "2026-10-31", "key": "tax_decline:2026-10:50",
            "figures": {"now_fen": 1_000_000, "year_ago_fen": 3_000_000, "percent": 66},
        }],
    });
    assert_eq!(serde_json::to_value(factor).unwrap(), expected);
}

#[test]
fn without_figures_nothing_exact_is_left() {
    let redacted = assessed(&everything()).redacted();
    let json = serde_json::to_string(&redacted).unwrap();
    assert!(!json.contains("figures") && !json.contains("_fen") && !json.contains("\"percent\":66"), "{json}");
    assert_eq!(redacted.keys(), assessed(&everything()).keys());
    assert_eq!(redacted.redacted(), redacted);
}
