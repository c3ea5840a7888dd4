//! `/enterprises/{id}/risk`: the level of an enterprise, and why.

use super::factors::{self, FactorView};
use crate::{
    domain::{
        ids::EnterpriseId,
        people::role::Permission,
        registry::enterprise::EnterpriseReference,
        watch::{level::Level, risk::RiskPolicy},
    },
    services::watch::risk::{self, Explained},
    texts::Language,
    web::{
        extract::{Caller, Id},
        openapi::{Routes, answers::NotModified},
        problem::Problem,
        respond::entity,
    },
};
use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// Adds the route.
pub fn configure(config: &mut impl Routes) {
    config.service(show);
}

/// The risk of an enterprise.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "enterprise_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "level": "red", "score": 10, "assessed_on": "2026-11-20",
    "factors": [{
        "rule": "relocation_told", "hard": true, "floor": "red", "points": 0, "full_points": 0,
        "threshold": {"measure": "one_record"},
        "evidence": [{
            "kind": "visit", "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d70", "data_on": "2026-11-20",
            "key": "visit:01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d70:moving:2026-11-20", "intent": "moving"
        }],
        "text": "2026-11-20 走访中企业表示：正在外迁（标准：出现一次即计；级别至少为红）。"
    }],
    "thresholds": {
        "yellow_from": 25, "orange_from": 50, "red_from": 75, "hard_floor": "red", "considering_floor": "orange",
        "half_life_days": 90, "is_system_default": true
    }
}))]
pub struct RiskView {
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Its level: that of the score, or the highest floor of a factor if that is higher.
    pub level: Level,
    /// The sum of all points, 0 to 100.
    #[schema(minimum = 0, maximum = 100)]
    pub score: i32,
    /// The day of the assessment that said so; later ones that said the same left it.
    pub assessed_on: NaiveDate,
    /// The rules that were met, most serious first.
    pub factors: Vec<FactorView>,
    /// From where on a level begins.
    pub thresholds: ThresholdsView,
}

/// From where on a level begins.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThresholdsView {
    /// Least score for yellow.
    pub yellow_from: i32,
    /// Least score for orange.
    pub orange_from: i32,
    /// Least score for red.
    pub red_from: i32,
    /// Least level with any hard signal.
    pub hard_floor: Level,
    /// Least level when a move is being considered.
    pub considering_floor: Level,
    /// Days in which soft points fade by half.
    pub half_life_days: u32,
    /// Whether the district has left all of this as the product came.
    pub is_system_default: bool,
}

impl ThresholdsView {
    fn of(policy: &RiskPolicy) -> Self {
        Self {
            yellow_from: policy.levels.yellow_from,
            orange_from: policy.levels.orange_from,
            red_from: policy.levels.red_from,
            hard_floor: policy.levels.hard_floor,
            considering_floor: policy.levels.considering_floor,
            half_life_days: policy.fading.half_life_days.get(),
            is_system_default: policy.is_system_default(),
        }
    }
}

impl RiskView {
    fn of(explained: &Explained, language: Language) -> Self {
        Self {
            enterprise_id: explained.enterprise.id,
            level: explained.standing.risk_level,
            score: explained.standing.risk_score,
            assessed_on: explained.standing.assessed_on,
            factors: factors::views(&explained.factors, language, explained.amounts),
            thresholds: ThresholdsView::of(&explained.policy),
        }
    }
}

/// The level of an enterprise with every rule that was met, its threshold and its evidence. Readers who see figures
/// find those of a decline in the evidence, and the read is recorded.
#[utoipa::path(
    tag = "enterprises",
    operation_id = "get_enterprise_risk",
    responses((status = 200, description = "The risk", body = RiskView), NotModified)
)]
#[get("/enterprises/{id}/risk")]
pub(crate) async fn show(caller: Caller, Id(reference): Id<EnterpriseReference>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadBusiness)?;
    let explained = caller.read_noted(move |read| risk::explain(read, &reference)).await?;
    let view = RiskView::of(&explained, caller.actor.language);
    entity(&caller.request, explained.enterprise.version, &view)
}
