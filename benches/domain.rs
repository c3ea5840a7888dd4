//! What the rules cost: `cargo bench --bench domain`. Quote ratios within one run, not times.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot be set up should stop")]

use chrono::{DateTime, Days, NaiveDate};
use std::collections::BTreeSet;
use wellspring::domain::{
    fen::Fen,
    fieldwork::{signal::SignalKind, visit::RelocationIntent},
    ids::{EnterpriseId, SignalId, VisitId},
    month::Month,
    registry::{
        enterprise::{EnterpriseStatus, Tier},
        uscc::Uscc,
    },
    search_key,
    watch::risk::{self, Facts, MonthFact, RiskPolicy, SignalFact, VisitFact},
};

fn main() {
    divan::main();
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

/// An enterprise with two years of weekly visits, monthly receipts and a few signals: far more than most have.
fn facts() -> Facts {
    let month = Month::containing(today()).unwrap();
    let visit = |week: u64| VisitFact {
        id: VisitId::new(),
        visited_on: today() - Days::new(7 * week),
        learned_at: DateTime::UNIX_EPOCH,
        intent: Some(if week == 3 { RelocationIntent::Considering } else { RelocationIntent::None }),
    };
    let signal = |kind| SignalFact { id: SignalId::new(), kind, occurred_on: today() - Days::new(40) };
    Facts {
        enterprise_id: EnterpriseId::new(),
        status: EnterpriseStatus::Active,
        tier: Tier::Key,
        entered_on: None,
        known_since: today() - Days::new(800),
        visits: (0..100).map(visit).collect(),
        signals: vec![signal(SignalKind::BranchElsewhere), signal(SignalKind::LayOffs)],
        months: (0..18).map(|back| MonthFact { month: month.plus(-back), recurring: Fen(1_000_000) }).collect(),
        imported_months: (0..18).map(|back| month.plus(-back)).collect(),
        spent: BTreeSet::new(),
    }
}

#[divan::bench]
fn assess_one_enterprise(bencher: divan::Bencher<'_, '_>) {
    let (facts, policy) = (facts(), RiskPolicy::system_default());
    bencher.bench(|| risk::assess(&facts, &policy, today()));
}

#[divan::bench]
fn parse_a_credit_code() -> Uscc {
    Uscc::parse(divan::black_box("91350100M000100Y43")).unwrap()
}

#[divan::bench]
fn keys_of_a_name() -> (String, String, String) {
    let name = divan::black_box("临川星河智能科技股份有限公司");
    (search_key::bigrams(name), search_key::initials(name), search_key::sort_key(name))
}

#[divan::bench]
fn parse_an_amount() -> Fen {
    Fen::parse_yuan(divan::black_box("1,234,567.89")).unwrap()
}
