//! Bodies and queries of `/alerts`: resolving, directives, filters.

use crate::{
    db::watch::alerts::AlertFilter,
    domain::{
        ids::OrganisationId,
        registry::enterprise::EnterpriseReference,
        watch::{
            alert::{AlertState, Outcome},
            level::Level,
        },
    },
    services::watch::alerts::{AlertQuery, Resolution},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// How an episode ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"outcome": "respected", "note": "企业选择迁往邻市，已协助办理清税和档案迁移。"}))]
pub struct ResolutionEntry {
    /// How.
    pub outcome: Outcome,
    /// What is to be said about it; a false alarm has to say why.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

impl From<ResolutionEntry> for Resolution {
    fn from(entry: ResolutionEntry) -> Self {
        Self { outcome: entry.outcome, note: entry.note }
    }
}

/// What a leader wants done.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "请今日上门，了解企业用房需要。"}))]
pub struct DirectiveEntry {
    /// The directive.
    #[schema(min_length = 1, max_length = 2000)]
    pub text: String,
}

/// Filters and page.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlertListQuery {
    /// Alerts in this state.
    pub state: Option<AlertState>,
    /// Alerts of this level.
    pub level: Option<Level>,
    /// Alerts of one enterprise: id, or `uscc:CODE`.
    #[param(value_type = Option<String>)]
    pub enterprise_id: Option<EnterpriseReference>,
    /// Alerts of the enterprises of one street office.
    pub street_id: Option<OrganisationId>,
    /// Alerts without a recipient, or the others.
    pub without_recipient: Option<bool>,
    /// Alerts with this outcome.
    pub outcome: Option<Outcome>,
    /// Alerts that reached their level at this instant or later.
    pub raised_from: Option<DateTime<Utc>>,
    /// Alerts resolved at this instant or later.
    pub resolved_from: Option<DateTime<Utc>>,
    /// Alerts resolved before this instant.
    pub resolved_before: Option<DateTime<Utc>>,
    /// Rows per page, capped at 200.
    #[serde(skip_serializing)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    #[serde(skip_serializing)]
    pub cursor: Option<String>,
    /// Whether to count all rows.
    #[serde(skip_serializing)]
    pub include_total: Option<bool>,
}

impl From<AlertListQuery> for AlertQuery {
    fn from(query: AlertListQuery) -> Self {
        let rest = AlertFilter {
            state: query.state,
            level: query.level,
            enterprise_id: None,
            street_id: query.street_id,
            without_recipient: query.without_recipient,
            outcome: query.outcome,
            raised_from: query.raised_from.map(Into::into),
            resolved_from: query.resolved_from.map(Into::into),
            resolved_before: query.resolved_before.map(Into::into),
        };
        Self { enterprise: query.enterprise_id, rest }
    }
}
