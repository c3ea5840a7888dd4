//! `/alerts`: the alerts about enterprises that may leave, and what people do about them. Nothing here makes a move
//! wait.

pub mod body;
pub mod view;

pub use body::{DirectiveEntry, ResolutionEntry};
pub use view::{AlertView, DirectiveView};

use crate::{
    domain::{ids::AlertId, people::role::Permission},
    services::watch::{
        alerts::{self, AlertFilter, Resolution},
        directives,
    },
    web::{
        create::{Created, IdempotencyKey, create},
        extract::{Body, Caller, Id, IfMatchGiven, NoBody, Query},
        listing::{self, Asked, List, PageQuery, name_of},
        openapi::{Routes, answers::NotModified},
        problem::Problem,
        respond::entity,
    },
};
use actix_web::{HttpResponse, get, post};

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(index).service(show).service(acknowledge).service(resolve).service(directives_of).service(direct);
}

/// Alerts within the caller's scope, latest first. Figures are left out; the single alert has them.
#[utoipa::path(
    tag = "alerts",
    operation_id = "list_alerts",
    params(AlertFilter, PageQuery),
    responses((status = 200, description = "A page", body = List<AlertView>))
)]
#[get("/alerts")]
pub(crate) async fn index(caller: Caller, asked: Asked<AlertFilter>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadBusiness)?;
    let list_name = name_of("alerts", &asked.filter);
    let context = caller.app.context();
    let window = asked.window(context, &list_name)?;
    let language = caller.actor.language;
    let page = caller
        .read(move |connection, actor| alerts::list(connection, actor, &asked.filter, &window))
        .await?
        .map(|alert| AlertView::listed(alert, language));
    Ok(listing::respond(context, &list_name, &caller.request, page))
}

/// One alert with its evidence and its mails. Readers who see figures find those of a decline in the evidence, and the
/// read is recorded.
#[utoipa::path(
    tag = "alerts",
    operation_id = "get_alert",
    responses((status = 200, description = "The alert", body = AlertView), NotModified)
)]
#[get("/alerts/{id}")]
pub(crate) async fn show(caller: Caller, Id(id): Id<AlertId>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadBusiness)?;
    let (alert, amounts, deliveries) = caller
        .read_noted(move |read| {
            let (alert, amounts) = alerts::show(read, id)?;
            Ok((alert, amounts, alerts::deliveries(read.conn, id)?))
        })
        .await?;
    let version = alert.row.version;
    let view = AlertView::of(alert, caller.actor.language, amounts).with_mails(deliveries);
    entity(&caller.request, version, &view)
}

/// Acknowledges the alert: the caller follows it up. Only the first caller can. `If-Match` may be sent to make sure
/// that nothing has changed since it was read.
#[utoipa::path(
    tag = "alerts",
    operation_id = "acknowledge_alert",
    params(IfMatchGiven),
    responses(
        (status = 200, description = "Acknowledged", body = AlertView),
        (status = 409, description = "Somebody has acknowledged it, or it is resolved"),
    )
)]
#[post("/alerts/{id}/acknowledge")]
pub(crate) async fn acknowledge(
    caller: Caller,
    Id(id): Id<AlertId>,
    IfMatchGiven(version): IfMatchGiven,
    _: NoBody,
) -> Result<HttpResponse, Problem> {
    caller.require(Permission::AcknowledgeAlerts)?;
    let alert = caller.write(move |tx| alerts::acknowledge(tx, id, version)).await?;
    changed(&caller, alert.row.id).await
}

/// Resolves the alert. Its evidence does not count again, a new hard fact does. An enterprise that moved with our help
/// is `respected`: a good ending. `If-Match` may be sent to make sure that no evidence joined since it was read.
#[utoipa::path(
    tag = "alerts",
    operation_id = "resolve_alert",
    request_body = ResolutionEntry,
    params(IfMatchGiven),
    responses(
        (status = 200, description = "Ended", body = AlertView),
        (status = 409, description = "It has ended already"),
    )
)]
#[post("/alerts/{id}/resolve")]
pub(crate) async fn resolve(
    caller: Caller,
    Id(id): Id<AlertId>,
    IfMatchGiven(version): IfMatchGiven,
    body: Body<ResolutionEntry>,
) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ResolveAlerts)?;
    let resolution = Resolution::from(body.value);
    let alert = caller.write(move |tx| alerts::resolve(tx, id, version, resolution.clone())).await?;
    changed(&caller, alert.row.id).await
}

/// The alert after a change.
async fn changed(caller: &Caller, id: AlertId) -> Result<HttpResponse, Problem> {
    let (alert, amounts) = caller.read_noted(move |read| alerts::show(read, id)).await?;
    let version = alert.row.version;
    entity(&caller.request, version, &AlertView::of(alert, caller.actor.language, amounts))
}

/// The directives on an alert, oldest first.
#[utoipa::path(
    tag = "alerts",
    operation_id = "list_directives",
    params(PageQuery),
    responses((status = 200, description = "A page", body = List<DirectiveView>))
)]
#[get("/alerts/{id}/directives")]
pub(crate) async fn directives_of(
    caller: Caller,
    Id(id): Id<AlertId>,
    Query(asked): Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadBusiness)?;
    let list_name = format!("alerts/{id}/directives");
    let context = caller.app.context();
    let window = asked.window(context, &list_name)?;
    let language = caller.actor.language;
    let page = caller
        .read(move |connection, actor| directives::list(connection, actor, id, &window))
        .await?
        .map(|directive| DirectiveView::of(directive, language));
    Ok(listing::respond(context, &list_name, &caller.request, page))
}

/// Writes a directive on an unresolved alert; the team is mailed at once.
#[utoipa::path(
    tag = "alerts",
    operation_id = "give_directive",
    request_body = DirectiveEntry,
    params(IdempotencyKey),
    responses(
        (status = 201, description = "Written", body = DirectiveView),
        (status = 409, description = "The alert has ended"),
    )
)]
#[post("/alerts/{id}/directives")]
pub(crate) async fn direct(
    caller: Caller,
    Id(id): Id<AlertId>,
    body: Body<DirectiveEntry>,
) -> Result<HttpResponse, Problem> {
    caller.require(Permission::GiveDirectives)?;
    let language = caller.actor.language;
    create(&caller, body, move |tx, entry| {
        let directive = directives::give(tx, id, &entry.text)?;
        Ok(Created::plain(DirectiveView::of(directive, language)))
    })
    .await
}
