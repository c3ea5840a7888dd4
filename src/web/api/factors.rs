//! Factors of risk on the wire: each with its sentence in the reader's language, and without figures for readers who
//! see bands.

use crate::{
    domain::watch::risk::{Amounts, Factor},
    texts::Language,
};
use serde::Serialize;
use utoipa::ToSchema;

/// One rule that was met.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactorView {
    /// Rule, threshold, points and evidence.
    #[serde(flatten)]
    pub factor: Factor,
    /// The factor as one sentence.
    #[schema(example = "2026-11-20 走访中企业表示：正在外迁（标准：出现一次即计；级别至少为红）。")]
    pub text: String,
}

/// Factors for a reader who sees amounts in this way.
pub fn views(factors: &[Factor], language: Language, amounts: Amounts) -> Vec<FactorView> {
    let view = |factor: &Factor| FactorView {
        text: factor.text(language, amounts),
        factor: if amounts.are_figures() { factor.clone() } else { factor.redacted() },
    };
    factors.iter().map(view).collect()
}
