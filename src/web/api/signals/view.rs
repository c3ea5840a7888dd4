//! A signal on the wire, and the results of a batch.

use crate::{
    db::fieldwork::signals::Signal,
    domain::{
        fieldwork::signal::SignalKind,
        ids::{EnterpriseId, SignalId},
    },
    services::{Invalid, fieldwork::signals::Outcome},
    texts::Language,
    web::problem::{ProblemField, problem_fields},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A signal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "enterprise_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6f", "uscc": null,
    "kind": "file_transfer_letter", "occurred_on": "2026-11-19", "source": "登记平台", "reference": "DA-2026-00917",
    "detail": null, "quarantined": false, "reported_by": "token:01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d70", "withdrawn_at": null,
    "withdrawal_reason": null, "version": 1, "created_at": "2026-11-20T02:10:00Z", "updated_at": "2026-11-20T02:10:00Z"
}))]
pub struct SignalView {
    /// Its id.
    pub id: SignalId,
    /// The enterprise it is about; `null` while it is unmatched.
    pub enterprise_id: Option<EnterpriseId>,
    /// The credit code the report named.
    #[schema(value_type = Option<String>)]
    pub uscc: Option<String>,
    /// What was seen or filed.
    pub kind: SignalKind,
    /// The day it happened.
    pub occurred_on: NaiveDate,
    /// Who or what it was learned from.
    pub source: String,
    /// What the source calls it.
    pub reference: Option<String>,
    /// What else is known.
    pub detail: Option<String>,
    /// Whether it is unmatched: it waits until its enterprise is entered.
    pub quarantined: bool,
    /// Who reported it: `user:ID`, `token:ID` or `system`.
    pub reported_by: String,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Why it was a mistake.
    pub withdrawal_reason: Option<String>,
    /// Increases with each change.
    pub version: i64,
    /// When it was reported.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

impl From<Signal> for SignalView {
    fn from(row: Signal) -> Self {
        Self {
            id: row.id,
            enterprise_id: row.enterprise_id,
            uscc: row.uscc.map(String::from),
            kind: row.kind,
            occurred_on: row.occurred_on,
            source: row.source,
            reference: row.reference,
            detail: row.detail,
            quarantined: row.enterprise_id.is_none(),
            reported_by: row.actor,
            withdrawn_at: row.withdrawn_at.map(|at| at.0),
            withdrawal_reason: row.withdrawal_reason,
            version: row.version,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

/// One answer for each item, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignalBatchResults {
    /// The answers.
    pub items: Vec<SignalItem>,
}

/// The result of one item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"result": "created", "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "errors": []}))]
pub struct SignalItem {
    /// Whether it was created, known already, unmatched or refused.
    pub result: SignalResult,
    /// The signal, unless refused.
    pub id: Option<SignalId>,
    /// Why it was refused.
    pub errors: Vec<ProblemField>,
}

/// The result of a reported signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignalResult {
    /// A new signal.
    Created,
    /// A new signal about an unknown enterprise.
    Quarantined,
    /// The source has reported it already.
    Duplicate,
    /// It cannot be accepted.
    Refused,
}

impl SignalItem {
    /// The result of an item, in the caller's language.
    pub fn of(outcome: Outcome, language: Language) -> Self {
        let done = |result, signal: &Signal| Self { result, id: Some(signal.id), errors: Vec::new() };
        match outcome {
            Outcome::Created(signal) => done(SignalResult::Created, &signal),
            Outcome::Quarantined(signal) => done(SignalResult::Quarantined, &signal),
            Outcome::Duplicate(signal) => done(SignalResult::Duplicate, &signal),
            Outcome::Refused(errors) => {
                Self { result: SignalResult::Refused, id: None, errors: problem_fields(&Invalid(errors), language) }
            }
        }
    }
}
