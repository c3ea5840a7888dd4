//! A visit on the wire.

use crate::{
    domain::{
        fieldwork::visit::{Channel, LeavingReason, RelocationIntent},
        ids::{EnterpriseId, UserId, VisitId},
    },
    services::fieldwork::visits::{Caution, FullVisit, cautions},
    texts::{Explain, Language},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A visit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "enterprise_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6f",
    "visited_on": "2026-11-20", "channel": "on_site", "visitor_ids": ["01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d70"],
    "met_with": "张**", "summary": "租约明年三月到期，正在外区看房。", "relocation_intent": "considering",
    "reasons": ["rent_or_premises"], "destination_division": "310115", "requests": ["协助对接本区载体"], "employees": 120,
    "next_visit_on": "2026-12-04", "recorded_by": "user:01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d70", "withdrawn_at": null,
    "withdrawal_reason": null, "version": 1, "created_at": "2026-11-20T02:10:00Z", "updated_at": "2026-11-20T02:10:00Z"
}))]
pub struct VisitView {
    /// Its id.
    pub id: VisitId,
    /// Who was visited.
    pub enterprise_id: EnterpriseId,
    /// The day of the visit.
    pub visited_on: NaiveDate,
    /// The channel of the visit.
    pub channel: Channel,
    /// The visitors.
    pub visitor_ids: Vec<UserId>,
    /// The contact met; masked in lists and for callers who may not read contacts.
    pub met_with: Option<String>,
    /// Visit notes.
    pub summary: String,
    /// The intent to move; `null` when it was not asked.
    pub relocation_intent: Option<RelocationIntent>,
    /// Its reasons for moving.
    pub reasons: Vec<LeavingReason>,
    /// The destination: a division code (GB/T 2260).
    pub destination_division: Option<String>,
    /// What it asked for.
    pub requests: Vec<String>,
    /// The number of employees.
    pub employees: Option<i32>,
    /// The day promised for the next visit.
    pub next_visit_on: Option<NaiveDate>,
    /// Who recorded it: `user:ID` or `system`.
    pub recorded_by: String,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Why it was a mistake.
    pub withdrawal_reason: Option<String>,
    /// Risky wording in what was written; a hint, not a refusal. Left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cautions: Option<Vec<CautionView>>,
    /// Increases with each change.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// A phrase that promises or demands what the law forbids.
#[derive(Debug, Serialize, ToSchema)]
pub struct CautionView {
    /// JSON pointer of the field.
    pub pointer: String,
    /// The phrase as it stands there.
    pub phrase: String,
    /// Where it begins, in characters from 0.
    pub start: usize,
    /// Stable code of what is wrong.
    pub code: &'static str,
    /// What is wrong and what to write instead.
    pub detail: String,
}

impl CautionView {
    fn of(caution: Caution, language: Language) -> Self {
        let advice = caution.phrase.advice;
        Self {
            pointer: caution.pointer,
            phrase: caution.phrase.phrase,
            start: caution.phrase.start,
            code: advice.code(),
            detail: advice.text(language),
        }
    }
}

impl VisitView {
    /// A visit in a list, without cautions.
    pub fn listed(visit: FullVisit) -> Self {
        let FullVisit { row, visitor_ids } = visit;
        Self {
            id: row.id,
            enterprise_id: row.enterprise_id,
            visited_on: row.visited_on,
            channel: row.channel,
            visitor_ids,
            met_with: row.met_with,
            summary: row.summary,
            relocation_intent: row.relocation_intent,
            reasons: row.reasons.0,
            destination_division: row.destination_division,
            requests: row.requests.0,
            employees: row.employees,
            next_visit_on: row.next_visit_on,
            recorded_by: row.actor,
            withdrawn_at: row.withdrawn_at.map(|at| at.0),
            withdrawal_reason: row.withdrawal_reason,
            cautions: None,
            version: row.version,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }

    /// One visit with its cautions.
    pub fn whole(visit: FullVisit, language: Language) -> Self {
        let cautions = cautions(&visit).into_iter().map(|caution| CautionView::of(caution, language)).collect();
        Self { cautions: Some(cautions), ..Self::listed(visit) }
    }
}
