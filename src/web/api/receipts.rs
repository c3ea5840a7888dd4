//! `/enterprises/{id}/receipts` and `/receipts/batch`: what enterprises paid.

use crate::{
    db::registry::tax_receipts::{MonthlyTax, TaxReceipt},
    domain::{
        band::Band,
        fen::Fen,
        ids::{EnterpriseId, ReceiptId},
        month::Month,
        people::role::Permission,
        registry::{enterprise::EnterpriseReference, tax_type::TaxType},
    },
    services::registry::{
        enterprises::batch::ItemResult,
        receipts::{
            self, Paid,
            batch::{self, ReceiptEntry, ReceiptOutcome},
        },
    },
    texts::Language,
    web::{
        create::{Created, IdempotencyKey, create},
        extract::{Body, Caller, Id, Query, body},
        openapi::Routes,
        problem::{Edge, Problem, ProblemField, problem_fields},
    },
};
use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(of_enterprise).service(write);
}

/// Which treasury months.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MonthsQuery {
    /// The first; eleven months before the last unless given.
    #[param(value_type = Option<String>, example = "2026-01")]
    pub from: Option<Month>,
    /// The last; the current one unless given.
    #[param(value_type = Option<String>, example = "2026-11")]
    pub to: Option<Month>,
}

/// What an enterprise paid.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "enterprise_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e",
    "months": [{"month": "2026-10", "amount_fen": 123_456_700, "recurring_fen": 123_456_700, "district_fen": null, "amount_band": "1m_5m"}],
    "receipts": []
}))]
pub struct PaidView {
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// The months in which something was paid.
    pub months: Vec<MonthView>,
    /// The receipts; none for callers who see bands.
    pub receipts: Vec<ReceiptView>,
}

/// The sum of one treasury month.
#[derive(Debug, Serialize, ToSchema)]
pub struct MonthView {
    /// The treasury month.
    #[schema(value_type = String)]
    pub month: Option<Month>,
    /// All-level tax; `null` for callers who see bands.
    pub amount_fen: Option<Fen>,
    /// The same without one-off taxes and arrears; `null` for callers who see bands.
    pub recurring_fen: Option<Fen>,
    /// The district's share, as far as sources carry it; `null` for callers who see bands.
    pub district_fen: Option<Fen>,
    /// The band of the all-level tax.
    pub amount_band: Band,
}

/// One receipt that holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptView {
    /// Its id.
    pub id: ReceiptId,
    /// The file or system it is from.
    pub source: String,
    /// The tax.
    pub tax_type: TaxType,
    /// The treasury month.
    #[schema(value_type = String)]
    pub treasury_month: Option<Month>,
    /// Tax period as the source says it, or empty.
    pub period: String,
    /// Budget level as the source says it, or empty.
    pub budget_level: String,
    /// Tells receipts apart that are otherwise alike.
    pub ordinal: i32,
    /// What was paid, all levels; negative for a refund.
    pub amount_fen: Fen,
    /// The district's part, if the source carries it.
    pub district_fen: Option<Fen>,
    /// A one-off tax, or arrears.
    pub one_off: bool,
}

impl PaidView {
    fn of(paid: Paid) -> Self {
        let figures = paid.amounts.are_figures();
        Self {
            enterprise_id: paid.enterprise,
            months: paid.months.into_iter().map(|sums| MonthView::of(sums, figures)).collect(),
            receipts: paid.receipts.into_iter().map(ReceiptView::from).collect(),
        }
    }
}

impl MonthView {
    fn of(sums: MonthlyTax, figures: bool) -> Self {
        Self {
            month: Month::from_ordinal(sums.month),
            amount_fen: figures.then_some(sums.amount_fen),
            recurring_fen: figures.then_some(sums.recurring_fen),
            district_fen: sums.district_fen.filter(|_| figures),
            amount_band: Band::of(sums.amount_fen),
        }
    }
}

impl From<TaxReceipt> for ReceiptView {
    fn from(receipt: TaxReceipt) -> Self {
        Self {
            id: receipt.id,
            source: receipt.source,
            tax_type: receipt.tax_type,
            treasury_month: Month::from_ordinal(receipt.treasury_month),
            period: receipt.period,
            budget_level: receipt.budget_level,
            ordinal: receipt.ordinal,
            amount_fen: receipt.amount_fen,
            district_fen: receipt.district_fen,
            one_off: receipt.one_off,
        }
    }
}

/// What an enterprise paid, by treasury month and by receipt.
#[utoipa::path(
    tag = "receipts",
    operation_id = "get_enterprise_receipts",
    params(MonthsQuery),
    responses((status = 200, description = "Months and receipts", body = PaidView))
)]
#[get("/enterprises/{id}/receipts")]
pub(crate) async fn of_enterprise(
    caller: Caller,
    Id(reference): Id<EnterpriseReference>,
    Query(months): Query<MonthsQuery>,
) -> Result<HttpResponse, Problem> {
    let current = Month::containing(caller.app.today()).ok_or(Edge::Unavailable)?;
    let paid = caller
        .read_noted(move |read| receipts::of_enterprise(read, &reference, (months.from, months.to), current))
        .await?;
    Ok(HttpResponse::Ok().json(PaidView::of(paid)))
}

/// Up to 1,000 receipts of one source.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptBatch {
    /// The file or system they are from.
    #[schema(max_length = 100, example = "税务局月报")]
    pub source: String,
    /// The receipts; each identity once.
    #[schema(value_type = Vec<ReceiptEntry>, max_items = 1000)]
    pub items: Vec<serde_json::Value>,
    /// Treasury months that are over and of which the source has sent everything with this batch. Only then it means something that an
    /// enterprise has no receipts in them. Not noted when an item is refused, unless its credit code is nobody's in the registry.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["2026-10"]), max_items = 120)]
    pub complete_months: Vec<String>,
}

/// One answer for each receipt, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptBatchResults {
    /// The answers.
    pub items: Vec<ReceiptItem>,
}

/// The result of one receipt.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"result": "created", "errors": []}))]
pub struct ReceiptItem {
    /// Whether it was created, updated, unchanged or refused.
    pub result: ItemResult,
    /// Why it was refused.
    pub errors: Vec<ProblemField>,
}

impl ReceiptItem {
    fn of(outcome: &ReceiptOutcome, language: Language) -> Self {
        Self { result: outcome.result, errors: problem_fields(&outcome.invalid, language) }
    }
}

/// Writes up to 1,000 receipts; each is answered for itself, and sending them again changes nothing.
#[utoipa::path(
    tag = "receipts",
    operation_id = "write_receipts",
    request_body = ReceiptBatch,
    params(IdempotencyKey),
    responses(
        (status = 200, description = "One answer for each receipt", body = ReceiptBatchResults),
        (status = 403, description = "A caller who is limited to one street office says that a month is complete"),
        (status = 422, description = "The sums are out of range"),
    )
)]
#[post("/receipts/batch")]
pub(crate) async fn write(caller: Caller, body: Body<ReceiptBatch>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::WriteReceipts)?;
    let language = caller.actor.language;
    create(&caller, body, move |tx, sent| {
        let items = body::items::<ReceiptEntry>(sent.items).collect();
        let outcomes = batch::upsert(tx, &sent.source, items, &sent.complete_months)?;
        let items = outcomes.iter().map(|outcome| ReceiptItem::of(outcome, language)).collect();
        Ok(Created::results(ReceiptBatchResults { items }))
    })
    .await
}
