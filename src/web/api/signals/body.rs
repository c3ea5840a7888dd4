//! Bodies and queries of `/signals`.

use crate::{
    db::fieldwork::signals::SignalFilter,
    domain::{fieldwork::signal::SignalKind, registry::enterprise::EnterpriseReference},
    services::fieldwork::signals::{NewSignal, SignalQuery},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A signal to be reported.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "enterprise_id": "uscc:91350100M000100Y43", "kind": "file_transfer_letter", "occurred_on": "2026-11-19",
    "source": "登记平台", "reference": "DA-2026-00917", "detail": "浦东新区市场监督管理局调档"
}))]
pub struct SignalEntry {
    /// The enterprise it is about: id, or `uscc:CODE`.
    #[schema(value_type = String)]
    pub enterprise_id: EnterpriseReference,
    /// What was seen or filed.
    pub kind: SignalKind,
    /// The day it happened; not in the future.
    pub occurred_on: NaiveDate,
    /// Who or what it was learned from; the caller's name when not given.
    #[schema(max_length = 100)]
    pub source: Option<String>,
    /// What the source calls it: reporting the same twice makes one signal.
    #[schema(max_length = 200)]
    pub reference: Option<String>,
    /// What else is known.
    #[schema(max_length = 2000)]
    pub detail: Option<String>,
}

impl From<SignalEntry> for NewSignal {
    fn from(entry: SignalEntry) -> Self {
        Self {
            enterprise: entry.enterprise_id,
            kind: entry.kind,
            occurred_on: entry.occurred_on,
            source: entry.source,
            reference: entry.reference,
            detail: entry.detail,
        }
    }
}

/// Up to 1,000 signals.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignalBatch {
    /// The signals.
    #[schema(value_type = Vec<SignalEntry>, max_items = 1000)]
    pub items: Vec<serde_json::Value>,
}

/// Filters and page.
#[derive(Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SignalListQuery {
    /// Signals about one enterprise: id, or `uscc:CODE`.
    #[param(value_type = Option<String>)]
    pub enterprise_id: Option<EnterpriseReference>,
    /// Signals of one kind.
    pub kind: Option<SignalKind>,
    /// Unmatched signals, or signals about enterprises.
    pub quarantined: Option<bool>,
    /// Signals since a day.
    pub from: Option<NaiveDate>,
    /// Signals until a day.
    pub to: Option<NaiveDate>,
    /// Signals withdrawn, or not.
    pub withdrawn: Option<bool>,
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

impl From<SignalListQuery> for SignalQuery {
    fn from(query: SignalListQuery) -> Self {
        let rest = SignalFilter {
            enterprise: None,
            kind: query.kind,
            quarantined: query.quarantined,
            from: query.from,
            to: query.to,
            withdrawn: query.withdrawn,
        };
        Self { enterprise: query.enterprise_id, rest }
    }
}
