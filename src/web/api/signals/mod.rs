//! `/signals`: what people and other systems report about enterprises.

pub mod body;
pub mod view;

pub use body::SignalBatch;
pub use view::{SignalBatchResults, SignalItem, SignalView};

use crate::{
    domain::{
        ids::SignalId,
        people::{actor::Actor, role::Permission},
        registry::enterprise::EnterpriseReference,
    },
    services::{
        fieldwork::signals::{self, NewSignal, Reported, SignalFilter},
        registry::enterprises,
    },
    web::{
        api::visits::Withdrawal,
        create::{Created, IdempotencyKey, create},
        extract::{Body, Caller, Id, body::items},
        followed::Changed,
        listing::{self, Asked, List, PageQuery, name_of},
        openapi::{Routes, answers::NotModified},
        problem::Problem,
        respond::{self, entity},
    },
};
use actix_web::{HttpResponse, get, http::StatusCode, post};

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(index).service(report).service(report_many).service(show).service(withdraw).service(of_enterprise);
}

/// Signals within the caller's scope, latest first. Unmatched signals are shown to callers who report for the whole
/// district.
#[utoipa::path(
    tag = "signals",
    operation_id = "list_signals",
    params(SignalFilter, PageQuery),
    responses((status = 200, description = "A page", body = List<SignalView>))
)]
#[get("/signals")]
pub(crate) async fn index(caller: Caller, asked: Asked<SignalFilter>) -> Result<HttpResponse, Problem> {
    page(&caller, "signals", asked, None).await
}

/// The signals about one enterprise, latest first.
#[utoipa::path(
    tag = "signals",
    operation_id = "list_enterprise_signals",
    params(SignalFilter, PageQuery),
    responses((status = 200, description = "A page", body = List<SignalView>))
)]
#[get("/enterprises/{id}/signals")]
pub(crate) async fn of_enterprise(
    caller: Caller,
    Id(reference): Id<EnterpriseReference>,
    asked: Asked<SignalFilter>,
) -> Result<HttpResponse, Problem> {
    page(&caller, caller.request.path(), asked, Some(reference)).await
}

async fn page(
    caller: &Caller,
    list: &str,
    asked: Asked<SignalFilter>,
    of: Option<EnterpriseReference>,
) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadBusiness)?;
    let list_name = name_of(list, &asked.filter);
    let context = caller.app.context();
    let window = asked.window(context, &list_name)?;
    let page = caller
        .read(move |connection, actor| {
            let mut filter = asked.filter;
            if let Some(reference) = of {
                enterprises::find(connection, actor, &reference)?;
                filter.enterprise_id = Some(reference);
            }
            signals::list(connection, actor, &filter, &window)
        })
        .await?
        .map(SignalView::from);
    Ok(listing::respond(context, &list_name, &caller.request, page))
}

/// Reports a signal. The same reference of the same source is the same signal: reporting it again answers 200 with it. A
/// signal that a service account reports about an unknown enterprise stays unmatched until the enterprise is entered.
#[utoipa::path(
    tag = "signals",
    operation_id = "report_signal",
    request_body = NewSignal,
    params(IdempotencyKey),
    responses(
        (status = 201, description = "Reported", body = Changed<SignalView>),
        (status = 200, description = "Known already", body = Changed<SignalView>, headers(("Location" = String, description = "Where it is"))),
        (status = 404, description = "The enterprise is not within the caller's scope"),
    )
)]
#[post("/signals")]
pub(crate) async fn report(caller: Caller, body: Body<NewSignal>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReportSignals)?;
    create(&caller, body, |tx, entry| Ok(reported(signals::report(tx, entry)?, tx.actor))).await
}

fn reported(reported: Reported, actor: &Actor) -> Created {
    let status = if matches!(reported, Reported::New(_)) { StatusCode::CREATED } else { StatusCode::OK };
    let view = SignalView::from(reported.into_signal());
    let (location, version) = (format!("/api/v1/signals/{}", view.id), view.version);
    Created::followed(location, version, view, actor.clone()).with_status(status)
}

/// Reports up to 1,000 signals; each is answered for itself, and sending them again makes nothing twice.
#[utoipa::path(
    tag = "signals",
    operation_id = "report_signals",
    request_body = SignalBatch,
    params(IdempotencyKey),
    responses((status = 200, description = "One answer for each item", body = SignalBatchResults))
)]
#[post("/signals/batch")]
pub(crate) async fn report_many(caller: Caller, body: Body<SignalBatch>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReportSignals)?;
    let language = caller.actor.language;
    create(&caller, body, move |tx, batch| {
        let outcomes = signals::batch(tx, items(batch.items).collect())?;
        let items = outcomes.into_iter().map(|outcome| SignalItem::of(outcome, language)).collect();
        Ok(Created::results(SignalBatchResults { items }))
    })
    .await
}

/// One signal.
#[utoipa::path(
    tag = "signals",
    operation_id = "get_signal",
    responses((status = 200, description = "The signal", body = SignalView), NotModified)
)]
#[get("/signals/{id}")]
pub(crate) async fn show(caller: Caller, Id(id): Id<SignalId>) -> Result<HttpResponse, Problem> {
    let signal = caller.read(move |connection, actor| signals::find(connection, actor, id)).await?;
    let version = signal.version;
    entity(&caller.request, version, &SignalView::from(signal))
}

/// Withdraws a signal: it stays with the reason, no longer counts, and the people who were mailed get a correction.
#[utoipa::path(
    tag = "signals",
    operation_id = "withdraw_signal",
    request_body = Withdrawal,
    responses(
        (status = 200, description = "Withdrawn", body = Changed<SignalView>),
        (status = 403, description = "Somebody else reported it"),
        (status = 409, description = "It was withdrawn already"),
    )
)]
#[post("/signals/{id}/withdraw")]
pub(crate) async fn withdraw(
    caller: Caller,
    Id(id): Id<SignalId>,
    body: Body<Withdrawal>,
) -> Result<HttpResponse, Problem> {
    let (signal, followed) = caller.write_followed(move |tx| signals::withdraw(tx, id, &body.value.reason)).await?;
    let version = signal.version;
    respond::changed(version, SignalView::from(signal), &followed, &caller.actor)
}
