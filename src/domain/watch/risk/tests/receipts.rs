//! Receipts: declines and gaps. On the day of the assessment, 22 November, October is the last month that has ended.
use super::*;

/// October and the two months before it against 100 each a year ago, and 100 in all other months.
fn against_a_year_ago(august: i64, september: i64, october: i64) -> Facts {
    let mut amounts = [100; 15];
    amounts[12..].copy_from_slice(&[august, september, october]);
    with_receipts("2026-10", &amounts)
}

/// Twelve months, the last of which is October.
fn paid(amounts: [i64; 12]) -> Facts {
    with_receipts("2026-10", &amounts)
}

fn decline(facts: &Facts) -> Option<(i32, u32)> {
    factor(facts, RuleCode::TaxDecline).map(|factor| match factor.threshold {
        Threshold::Decline { percent } => (factor.full_points, percent),
        other => panic!("{other:?}"),
    })
}

#[test]
fn a_decline_counts_from_thirty_and_more_from_fifty_percent() {
    let of = |rest| decline(&against_a_year_ago(rest, 0, 1));
    assert_eq!([210, 209, 208].map(of), [None, Some((15, 30)), Some((15, 30))]);
    assert_eq!([150, 149, 148].map(of), [Some((15, 30)), Some((30, 50)), Some((30, 50))]);
}

#[test]
fn points_of_a_decline_fade_from_the_end_of_its_last_month() {
    let factor = factor(&against_a_year_ago(0, 0, 1), RuleCode::TaxDecline).unwrap();
    assert_eq!((factor.full_points, factor.points), (30, 25), "22 days after the end of October");
    assert_eq!(factor.data_on(), "2026-10-31".parse().ok());
    assert_eq!(factor.evidence[0].key.to_string(), "tax_decline:2026-10:50");
}

#[test]
fn a_decline_needs_receipts_a_year_ago() {
    let of = |year_ago: [i64; 3]| {
        let mut facts = against_a_year_ago(0, 0, -5);
        for (fact, fen) in facts.months.iter_mut().zip(year_ago) {
            fact.recurring = Fen(fen);
        }
        decline(&facts)
    };
    assert_eq!(of([0, 0, 0]), None);
    assert_eq!(of([10, -10, 0]), None);
    assert_eq!(of([-10, 0, 0]), None);
    assert_eq!(of([1, 0, 0]), Some((30, 50)));
}

#[test]
fn the_current_month_does_not_take_part() {
    let mut facts = against_a_year_ago(100, 100, 100);
    facts.imported_months.insert(month("2026-11"));
    assert!(assessed(&facts).factors.is_empty());
}

#[test]
fn nothing_is_concluded_from_months_that_were_not_imported() {
    let mut facts = against_a_year_ago(0, 0, 0);
    assert_eq!(assessed(&facts).factors.len(), 2);
    facts.imported_months.retain(|imported| *imported <= month("2026-07"));
    assert!(assessed(&facts).factors.is_empty(), "nothing since July");
    let mut facts = against_a_year_ago(0, 0, 0);
    facts.imported_months.remove(&month("2026-09"));
    assert!(assessed(&facts).factors.is_empty(), "September is missing");
    let mut facts = against_a_year_ago(50, 10, 10);
    facts.imported_months.remove(&month("2025-09"));
    assert_eq!(decline(&facts), None, "a month of the year before is missing");
    facts.imported_months.clear();
    assert!(assessed(&facts).factors.is_empty());
}

#[test]
fn a_month_may_come_in_parts() {
    let mut facts = against_a_year_ago(100, 100, 0);
    facts.months.extend([40, 60].map(|fen| MonthFact { month: month("2026-10"), recurring: Fen(fen) }));
    assert_eq!(decline(&facts), None);
}

#[test]
fn figures_are_exact_and_at_most_a_hundred_percent() {
    let figures = |facts: &Facts| factor(facts, RuleCode::TaxDecline).unwrap().evidence[0].figures.unwrap();
    let exact = figures(&against_a_year_ago(100, 0, 25));
    assert_eq!((exact.now_fen, exact.year_ago_fen, exact.percent), (Fen(125), Fen(300), 58));
    assert_eq!(figures(&against_a_year_ago(0, 0, -500)).percent, 100, "refunds prevail");
}

#[test]
fn amounts_at_the_edge_of_what_can_be_held_do_not_overflow() {
    let facts = with_receipts("2026-10", &[i64::MAX; 15]);
    assert!(assessed(&facts).factors.is_empty());
    let mut facts = facts;
    facts.months.retain(|fact| fact.month < month("2026-08"));
    assert_eq!(decline(&facts), Some((30, 50)));
}

#[test]
fn a_decline_that_was_judged_counts_again_with_new_months_or_when_it_deepens() {
    let judged = resolved(&against_a_year_ago(60, 60, 60));
    assert_eq!(decline(&judged), None);
    let deeper = Facts { spent: judged.spent.clone(), ..against_a_year_ago(40, 40, 40) };
    assert_eq!(decline(&deeper), Some((30, 50)));
    let shallower = Facts { spent: resolved(&deeper).spent, ..against_a_year_ago(60, 60, 60) };
    assert_eq!(decline(&shallower), None);
    let spent = BTreeSet::from(["tax_decline:2026-07:30".parse().unwrap()]);
    assert_eq!(decline(&Facts { spent, ..against_a_year_ago(60, 60, 60) }), Some((15, 30)));
}

#[test]
fn two_months_without_receipts_count_after_regular_payment() {
    let gap = |facts: &Facts| factor(facts, RuleCode::NoReceipts).map(|factor| factor.full_points);
    assert_eq!(gap(&paid([9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 0])), None, "one month");
    assert_eq!(gap(&paid([9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 0, 0])), Some(20), "two months");
    assert_eq!(gap(&paid([9, 9, 9, 9, 9, 9, 9, 9, 9, 0, 0, 0])), Some(20), "three months");
    assert_eq!(gap(&paid([0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 0, 0])), Some(20), "six of six");
    assert_eq!(gap(&paid([9, 9, 9, 9, 9, 9, 0, 9, 9, 9, 0, 0])), Some(20), "five of six");
    assert_eq!(gap(&paid([9, 9, 9, 9, 9, 0, 0, 9, 9, 9, 0, 0])), None, "four of six");
    assert_eq!(gap(&paid([0, 0, 9, 0, 0, 9, 0, 0, 9, 0, 0, 0])), None, "by quarter");
    assert_eq!(gap(&paid([9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 0, -3])), None, "a refund is a receipt");
}

#[test]
fn the_evidence_of_a_gap_is_the_same_while_it_lasts_and_fades() {
    let two = factor(&paid([9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 0, 0]), RuleCode::NoReceipts).unwrap();
    assert_eq!(two.evidence[0].key.to_string(), "no_receipts:2026-09");
    assert_eq!((two.data_on(), two.points), ("2026-10-31".parse().ok(), 17));
    let longer = factor(&paid([9, 9, 9, 9, 9, 9, 9, 0, 0, 0, 0, 0]), RuleCode::NoReceipts).unwrap();
    assert_eq!(longer.evidence[0].key.to_string(), "no_receipts:2026-06");
    assert_eq!((longer.data_on(), longer.points), ("2026-07-31".parse().ok(), 8));
    assert_eq!(points(&resolved(&paid([9, 9, 9, 9, 9, 9, 9, 0, 0, 0, 0, 0])), RuleCode::NoReceipts), None);
}

#[test]
fn a_gap_that_reaches_the_first_month_there_is_ends_there() {
    let mut facts = with_receipts("1900-03", &[0, 0, 0]);
    facts.visits.clear();
    assert_eq!(points(&facts, RuleCode::NoReceipts), None);
}
