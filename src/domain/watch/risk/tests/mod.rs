//! Tests of the assessment, one file for each group of rules, and the builder of facts they share.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test may stop where it fails"
)]

mod intents;
mod outcome;
mod properties;
mod receipts;
mod reports;
mod sentences;
mod silence;

use super::*;
use crate::domain::fen::Fen;
use crate::domain::fieldwork::signal::SignalKind;
use crate::domain::fieldwork::visit::RelocationIntent;
use crate::domain::ids::{EnterpriseId, SignalId, VisitId};
use crate::domain::month::Month;
use crate::domain::registry::enterprise::{EnterpriseStatus, Tier};
use crate::domain::watch::level::Level;
use chrono::{DateTime, Days, NaiveDate};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The day of every assessment here.
fn today() -> NaiveDate {
    "2026-11-22".parse().unwrap()
}

fn days_ago(days: u64) -> NaiveDate {
    today() - Days::new(days)
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// An ordinary enterprise of long standing, visited today, of which nothing else is known.
fn quiet() -> Facts {
    Facts {
        enterprise_id: EnterpriseId(Uuid::from_u128(1)),
        status: EnterpriseStatus::Active,
        tier: Tier::Normal,
        entered_on: Some(days_ago(4000)),
        known_since: days_ago(500),
        visits: vec![visit(1, 0, None)],
        signals: vec![],
        months: vec![],
        imported_months: BTreeSet::new(),
        spent: BTreeSet::new(),
    }
}

/// A visit recorded at once; of two on one day, the one with the higher number was recorded last.
fn visit(number: u32, days: u64, intent: Option<RelocationIntent>) -> VisitFact {
    VisitFact {
        id: VisitId(Uuid::from_u128(1000 + u128::from(number))),
        visited_on: days_ago(days),
        learned_at: DateTime::from_timestamp(1_700_000_000 + i64::from(number), 0).unwrap(),
        intent,
    }
}

fn signal(number: u32, kind: SignalKind, days: u64) -> SignalFact {
    SignalFact { id: SignalId(Uuid::from_u128(2000 + u128::from(number))), kind, occurred_on: days_ago(days) }
}

fn with_visits(visits: &[VisitFact]) -> Facts {
    Facts { visits: visits.to_vec(), ..quiet() }
}

fn with_signals(signals: &[SignalFact]) -> Facts {
    Facts { signals: signals.to_vec(), ..quiet() }
}

/// Receipts of the months that end with `last`, all of which were imported.
fn with_receipts(last: &str, amounts: &[i64]) -> Facts {
    let last = month(last);
    let back = (0..i32::try_from(amounts.len()).unwrap()).rev();
    let months = back.zip(amounts).map(|(back, fen)| MonthFact { month: last.plus(-back), recurring: Fen(*fen) });
    let months: Vec<_> = months.collect();
    Facts { imported_months: months.iter().map(|fact| fact.month).collect(), months, ..quiet() }
}

fn assessed(facts: &Facts) -> Assessment {
    assess(facts, &RiskPolicy::system_default(), today())
}

/// The points of one rule; `None` when it is not met.
fn points(facts: &Facts, rule: RuleCode) -> Option<i32> {
    factor(facts, rule).map(|factor| factor.points)
}

fn factor(facts: &Facts, rule: RuleCode) -> Option<Factor> {
    assessed(facts).factors.into_iter().find(|factor| factor.rule == rule)
}

/// The same facts after an alert on all of their evidence was resolved.
fn resolved(facts: &Facts) -> Facts {
    let spent = facts.spent.union(&assessed(facts).keys()).copied().collect();
    Facts { spent, ..facts.clone() }
}
