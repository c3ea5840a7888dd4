//! Bodies and queries of `/visits`.

use crate::{
    db::fieldwork::visits::VisitFilter,
    domain::{
        fieldwork::visit::{Channel, LeavingReason, RelocationIntent},
        ids::{OrganisationId, UserId},
        registry::enterprise::EnterpriseReference,
    },
    services::{
        fieldwork::visits::{NewVisit, VisitFields, VisitQuery},
        patch::Patch,
    },
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A visit to be logged.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "enterprise_id": "uscc:91350100M000100Y43", "visited_on": "2026-11-20", "channel": "on_site",
    "summary": "租约明年三月到期，正在外区看房。", "relocation_intent": "considering", "reasons": ["rent_or_premises"],
    "requests": ["协助对接本区载体"], "employees": 120, "next_visit_on": "2026-12-04"
}))]
pub struct VisitEntry {
    /// Who was visited: id, or `uscc:CODE`.
    #[schema(value_type = String)]
    pub enterprise_id: EnterpriseReference,
    /// The day of the visit; not in the future.
    pub visited_on: NaiveDate,
    /// The channel of the visit.
    pub channel: Channel,
    /// Visit notes.
    #[schema(max_length = 4000)]
    pub summary: String,
    /// The visitors, active colleagues; the caller when not given.
    #[schema(max_items = 20)]
    pub visitor_ids: Option<Vec<UserId>>,
    /// The contact met.
    #[schema(max_length = 200)]
    pub met_with: Option<String>,
    /// The intent to move; left out when it was not asked.
    pub relocation_intent: Option<RelocationIntent>,
    /// Its reasons for moving.
    #[serde(default)]
    pub reasons: Vec<LeavingReason>,
    /// The destination: six digits of GB/T 2260, at least to the province.
    #[schema(example = "310115")]
    pub destination_division: Option<String>,
    /// What it asked for.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub requests: Vec<String>,
    /// The number of employees.
    #[schema(minimum = 0)]
    pub employees: Option<i64>,
    /// The day promised for the next visit; not in the past.
    pub next_visit_on: Option<NaiveDate>,
}

impl From<VisitEntry> for NewVisit {
    fn from(entry: VisitEntry) -> Self {
        Self {
            enterprise: entry.enterprise_id,
            visited_on: entry.visited_on,
            channel: entry.channel,
            summary: entry.summary,
            visitor_ids: entry.visitor_ids,
            met_with: entry.met_with,
            relocation_intent: entry.relocation_intent,
            reasons: entry.reasons,
            destination_division: entry.destination_division,
            requests: entry.requests,
            employees: entry.employees,
            next_visit_on: entry.next_visit_on,
        }
    }
}

/// Fields to change; what is left out stays, `null` empties.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"relocation_intent": "moving", "destination_division": "310115"}))]
pub struct VisitChange {
    /// The day of the visit.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub visited_on: Patch<NaiveDate>,
    /// The channel of the visit.
    #[serde(default)]
    #[schema(value_type = Option<Channel>)]
    pub channel: Patch<Channel>,
    /// The visitors.
    #[serde(default)]
    #[schema(value_type = Option<Vec<UserId>>)]
    pub visitor_ids: Patch<Vec<UserId>>,
    /// The contact met.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub met_with: Patch<String>,
    /// Visit notes.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub summary: Patch<String>,
    /// The intent to move; `null` when it was not asked.
    #[serde(default)]
    #[schema(value_type = Option<RelocationIntent>)]
    pub relocation_intent: Patch<RelocationIntent>,
    /// Its reasons for moving.
    #[serde(default)]
    #[schema(value_type = Option<Vec<LeavingReason>>)]
    pub reasons: Patch<Vec<LeavingReason>>,
    /// The destination.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub destination_division: Patch<String>,
    /// What it asked for.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub requests: Patch<Vec<String>>,
    /// The number of employees.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub employees: Patch<i64>,
    /// The day promised for the next visit.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub next_visit_on: Patch<NaiveDate>,
}

impl From<VisitChange> for VisitFields {
    fn from(change: VisitChange) -> Self {
        Self {
            visited_on: change.visited_on,
            channel: change.channel,
            visitor_ids: change.visitor_ids,
            met_with: change.met_with,
            summary: change.summary,
            relocation_intent: change.relocation_intent,
            reasons: change.reasons,
            destination_division: change.destination_division,
            requests: change.requests,
            employees: change.employees,
            next_visit_on: change.next_visit_on,
        }
    }
}

/// Why a visit or a signal was a mistake.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "记错了企业"}))]
pub struct Withdrawal {
    /// The reason; those who were told of it read it in the correction.
    #[schema(max_length = 500)]
    pub reason: String,
}

/// Filters and page.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VisitListQuery {
    /// Visits to one enterprise: id, or `uscc:CODE`.
    #[param(value_type = Option<String>)]
    pub enterprise_id: Option<EnterpriseReference>,
    /// Visits of this visitor.
    pub visitor_id: Option<UserId>,
    /// Visits with this intent to move.
    pub relocation_intent: Option<RelocationIntent>,
    /// Visits since a day.
    pub from: Option<NaiveDate>,
    /// Visits until a day.
    pub to: Option<NaiveDate>,
    /// Visits withdrawn, or not.
    pub withdrawn: Option<bool>,
    /// Visits to the enterprises of one street office.
    pub street_id: Option<OrganisationId>,
    /// Visits in which the enterprise named this reason for leaving.
    pub reason: Option<LeavingReason>,
    /// Visits in which the enterprise named a place in this province: two digits of GB/T 2260.
    #[param(example = "33")]
    pub destination_province: Option<String>,
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

impl From<VisitListQuery> for VisitQuery {
    fn from(query: VisitListQuery) -> Self {
        let rest = VisitFilter {
            enterprise: None,
            visitor: query.visitor_id,
            intent: query.relocation_intent,
            from: query.from,
            to: query.to,
            withdrawn: query.withdrawn,
            street: query.street_id,
            reason: query.reason,
            destination_province: query.destination_province,
        };
        Self { enterprise: query.enterprise_id, rest }
    }
}
