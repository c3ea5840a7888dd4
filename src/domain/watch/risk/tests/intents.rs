//! What an enterprise said in visits.
use super::*;
use RelocationIntent::{Considering, Decided, Moving};

const STAYS: Option<RelocationIntent> = Some(RelocationIntent::None);

#[test]
fn decided_and_moving_are_red_however_long_ago() {
    for intent in [Decided, Moving] {
        for days in [0, 200, 2000] {
            let assessment = assessed(&with_visits(&[visit(1, days, Some(intent)), visit(2, 0, None)]));
            assert_eq!((assessment.level, assessment.hard, assessment.score), (Level::Red, true, 0));
            assert_eq!(assessment.factors[0].rule, RuleCode::RelocationTold);
            assert_eq!(assessment.factors[0].evidence[0].data_on, days_ago(days));
        }
    }
}

#[test]
fn a_later_visit_does_not_lift_what_is_hard() {
    let facts = with_visits(&[visit(1, 20, Some(Moving)), visit(2, 1, STAYS)]);
    assert_eq!(assessed(&facts).level, Level::Red);
}

#[test]
fn considering_holds_orange_for_180_days() {
    let level = |days| assessed(&with_visits(&[visit(1, days, Some(Considering)), visit(2, 0, None)])).level;
    assert_eq!([0, 179, 180, 181].map(level), [Level::Orange, Level::Orange, Level::Orange, Level::None]);
}

#[test]
fn considering_is_not_hard() {
    let assessment = assessed(&with_visits(&[visit(1, 0, Some(Considering))]));
    assert!(!assessment.hard && !assessment.factors[0].hard);
    assert_eq!(assessment.factors[0].floor, Some(Level::Orange));
}

#[test]
fn a_later_visit_that_says_none_lifts_considering() {
    let level = |visits: &[VisitFact]| assessed(&with_visits(visits)).level;
    let considering = visit(5, 20, Some(Considering));
    assert_eq!(level(&[considering, visit(6, 19, STAYS)]), Level::None, "a day later");
    assert_eq!(level(&[considering, visit(6, 20, STAYS)]), Level::None, "the same day, recorded later");
    assert_eq!(level(&[considering, visit(4, 20, STAYS)]), Level::Orange, "the same day, recorded before");
    assert_eq!(level(&[considering, visit(6, 21, STAYS)]), Level::Orange, "earlier, though recorded later");
    assert_eq!(level(&[considering, visit(6, 19, None)]), Level::Orange, "later, but not asked");
    let again = visit(7, 3, Some(Considering));
    assert_eq!(level(&[again, considering, visit(6, 19, STAYS)]), Level::Orange, "considering again");
}

#[test]
fn a_visit_of_the_future_says_nothing_yet() {
    let tomorrow = |intent| VisitFact { visited_on: today() + Days::new(1), ..visit(9, 0, intent) };
    assert_eq!(assessed(&with_visits(&[visit(1, 0, None), tomorrow(Some(Moving))])).level, Level::None);
    let facts = with_visits(&[visit(1, 3, Some(Considering)), tomorrow(STAYS)]);
    assert_eq!(assessed(&facts).level, Level::Orange);
}

#[test]
fn resolved_words_do_not_count_again_but_new_ones_do() {
    for intent in [Considering, Decided, Moving] {
        let before = resolved(&with_visits(&[visit(1, 5, Some(intent))]));
        assert_eq!(assessed(&before).level, Level::None);
        let after = Facts { visits: vec![visit(1, 5, Some(intent)), visit(2, 1, Some(Decided))], ..before };
        let assessment = assessed(&after);
        assert_eq!(assessment.level, Level::Red);
        assert_eq!(assessment.keys(), visit(2, 1, Some(Decided)).key().into_iter().collect());
    }
}

#[test]
fn the_newest_word_comes_first() {
    let told = [visit(1, 9, Some(Decided)), visit(2, 1, Some(Moving)), visit(3, 4, Some(Decided))];
    let factor = factor(&with_visits(&told), RuleCode::RelocationTold).unwrap();
    let days: Vec<_> = factor.evidence.iter().map(|item| item.data_on).collect();
    assert_eq!(days, [days_ago(1), days_ago(4), days_ago(9)]);
    assert_eq!(factor.data_on(), Some(days_ago(1)));
}
