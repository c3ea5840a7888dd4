//! What holds for whatever facts.
use super::*;
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (-30..1500_i64).prop_map(|days| today() - chrono::TimeDelta::days(days))
}

fn any_visit() -> impl Strategy<Value = VisitFact> {
    (any_day(), 1..1000_u32, option::of(select(RelocationIntent::ALL)))
        .prop_map(|(visited_on, number, intent)| VisitFact { visited_on, ..visit(number, 0, intent) })
}

fn any_signal(kinds: &'static [SignalKind]) -> impl Strategy<Value = SignalFact> {
    (any_day(), 1..1000_u32, select(kinds))
        .prop_map(|(occurred_on, number, kind)| SignalFact { occurred_on, ..signal(number, kind, 0) })
}

fn any_month() -> impl Strategy<Value = Month> {
    (-16..3_i32).prop_map(|back| Month::containing(today()).unwrap().plus(back))
}

prop_compose! {
    fn any_facts()(
        tier in select(Tier::ALL),
        entered_on in option::of(any_day()),
        known_since in any_day(),
        visits in vec(any_visit(), 0..6),
        signals in vec(any_signal(SignalKind::ALL), 0..8),
        months in vec((any_month(), select(&[0, 0, -7, 50, 100, i64::MAX, i64::MIN][..])), 0..20),
        imported_months in btree_set(any_month(), 0..19),
        spent_signals in btree_set(1..1000_u32, 0..3),
    ) -> Facts {
        let months = months.into_iter().map(|(month, fen)| MonthFact { month, recurring: Fen(fen) }).collect();
        let key = |number| EvidenceKey::Signal(signal(number, SignalKind::AreaCut, 0).id);
        let spent = spent_signals.into_iter().map(key).collect();
        Facts { tier, entered_on, known_since, visits, signals, months, imported_months, spent, ..quiet() }
    }
}

proptest! {
    #[test]
    fn the_score_is_within_bounds_and_the_level_not_below_it(facts in any_facts()) {
        let assessment = assessed(&facts);
        prop_assert!((0..=100).contains(&assessment.score));
        prop_assert!(assessment.level >= RiskPolicy::system_default().levels.of_score(assessment.score));
        prop_assert_eq!(assessment.hard, assessment.factors.iter().any(|factor| factor.hard));
        prop_assert!(!assessment.hard || assessment.level == Level::Red);
    }

    #[test]
    fn every_factor_has_evidence_of_the_past_that_was_not_resolved(facts in any_facts()) {
        for factor in assessed(&facts).factors {
            prop_assert!(!factor.evidence.is_empty());
            prop_assert!(factor.points <= factor.full_points);
            prop_assert!(factor.floor.is_some() || factor.points > 0);
            for item in &factor.evidence {
                prop_assert!(item.data_on <= today());
                prop_assert!(facts.may_count(item.key));
            }
        }
    }

    #[test]
    fn a_hard_signal_never_lowers_the_level(facts in any_facts(), more in any_signal(&SignalKind::ALL[..6])) {
        let before = assessed(&facts);
        let mut facts = facts;
        facts.signals.push(more);
        let after = assessed(&facts);
        prop_assert!(after.level >= before.level && after.score >= before.score);
    }

    #[test]
    fn the_order_of_facts_does_not_matter(
        facts in any_facts().prop_flat_map(|facts| {
            let visits = Just(facts.visits.clone()).prop_shuffle();
            let signals = Just(facts.signals.clone()).prop_shuffle();
            let months = Just(facts.months.clone()).prop_shuffle();
            (Just(facts), visits, signals, months)
        })
    ) {
        let (facts, visits, signals, months) = facts;
        let shuffled = Facts { visits, signals, months, ..facts.clone() };
        prop_assert_eq!(assessed(&facts), assessed(&shuffled));
    }

    #[test]
    fn what_was_resolved_does_not_reopen(facts in any_facts()) {
        let mut facts = facts;
        for _ in 0..50 {
            if assessed(&facts).factors.is_empty() {
                break;
            }
            facts = resolved(&facts);
        }
        let assessment = assessed(&facts);
        prop_assert_eq!(assessment.level, Level::None);
        prop_assert_eq!(compare(None, &assessment, &BTreeSet::new()), Movement::Nothing);
    }

    #[test]
    fn an_alert_with_all_the_evidence_stays_as_it_is(facts in any_facts()) {
        let assessment = assessed(&facts);
        let standing = Standing { level: assessment.level, hard: assessment.hard, keys: assessment.keys() };
        prop_assert_eq!(compare(Some(&standing), &assessment, &BTreeSet::new()), Movement::Nothing);
    }
}
