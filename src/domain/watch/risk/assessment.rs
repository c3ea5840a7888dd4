//! The result of an assessment: the level, the score and every factor behind them.

use super::evidence_key::EvidenceKey;
use super::factor::Factor;
use super::policy::{LevelPolicy, MAX_SCORE};
use crate::domain::watch::level::Level;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The outcome of an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Assessment {
    /// The level: that of the score, or the highest floor of a factor if that is higher.
    pub level: Level,
    /// The sum of all points, 0–100. Floors do not change it.
    #[schema(minimum = 0, maximum = 100)]
    pub score: i32,
    /// Whether there is hard evidence: a move has started.
    pub hard: bool,
    /// The rules that were met, most serious first.
    pub factors: Vec<Factor>,
}

impl Assessment {
    /// The assessment that follows from the factors.
    pub(super) fn of(mut factors: Vec<Factor>, policy: &LevelPolicy) -> Self {
        factors.sort_by_key(|factor| (Reverse(factor.floor), Reverse(factor.points), factor.rule));
        let score = factors.iter().fold(0, |sum: i32, factor| sum.saturating_add(factor.points)).clamp(0, MAX_SCORE);
        let floor = factors.iter().filter_map(|factor| factor.floor).max().unwrap_or(Level::None);
        let hard = factors.iter().any(|factor| factor.hard);
        Self { level: policy.of_score(score).max(floor), score, hard, factors }
    }

    /// The keys of all evidence that counted.
    pub fn keys(&self) -> BTreeSet<EvidenceKey> {
        self.factors.iter().flat_map(Factor::keys).collect()
    }

    /// The same without exact figures, for readers who see bands.
    #[must_use]
    pub fn redacted(&self) -> Self {
        Self { factors: self.factors.iter().map(Factor::redacted).collect(), ..*self }
    }
}
