//! `/enterprises/batch`: many enterprises at once.

use super::{EnterpriseEntry, view};
use crate::{
    domain::{ids::EnterpriseId, people::role::Permission},
    services::registry::enterprises::batch::{self, ItemOutcome, ItemResult},
    texts::Language,
    web::{
        create::{Created, IdempotencyKey, create},
        extract::{Body, Caller, body},
        problem::{Problem, ProblemField, problem_fields},
    },
};
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Up to 1,000 enterprises.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnterpriseBatch {
    /// The enterprises; each code once.
    #[schema(value_type = Vec<EnterpriseEntry>, max_items = 1000)]
    pub items: Vec<serde_json::Value>,
}

/// One answer for each item, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnterpriseBatchResults {
    /// The answers.
    pub items: Vec<EnterpriseItem>,
}

/// The result of one item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"result": "created", "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "uscc": "91350100M000100Y43", "warnings": [], "errors": []}))]
pub struct EnterpriseItem {
    /// Whether it was created, updated, unchanged or refused.
    pub result: ItemResult,
    /// The enterprise, unless refused.
    pub id: Option<EnterpriseId>,
    /// Its code, when it could be read.
    pub uscc: Option<String>,
    /// What is odd about it, without being wrong.
    pub warnings: Vec<view::Warning>,
    /// Why it was refused.
    pub errors: Vec<ProblemField>,
}

impl EnterpriseItem {
    fn of(outcome: ItemOutcome, language: Language) -> Self {
        let warnings = outcome.uscc.as_ref().map(|uscc| view::warnings(uscc, language)).unwrap_or_default();
        Self {
            result: outcome.result,
            id: outcome.id,
            uscc: outcome.uscc.map(|uscc| uscc.as_str().to_owned()),
            warnings,
            errors: problem_fields(&outcome.invalid, language),
        }
    }
}

/// Enters or changes up to 1,000 enterprises by their codes; each is answered for itself, and sending them again changes
/// nothing.
#[utoipa::path(
    tag = "enterprises",
    operation_id = "write_enterprises",
    request_body = EnterpriseBatch,
    params(IdempotencyKey),
    responses((status = 200, description = "One answer for each item", body = EnterpriseBatchResults))
)]
#[post("/enterprises/batch")]
pub(crate) async fn write(caller: Caller, body: Body<EnterpriseBatch>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::WriteEnterprises)?;
    let language = caller.actor.language;
    create(&caller, body, move |tx, sent| {
        let outcomes = batch::upsert(tx, body::items(sent.items).collect())?;
        let items = outcomes.into_iter().map(|outcome| EnterpriseItem::of(outcome, language)).collect();
        Ok(Created::results(EnterpriseBatchResults { items }))
    })
    .await
}
