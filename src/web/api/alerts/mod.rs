//! `/alerts`: the alerts on enterprises that may leave, and what people do about them. There is nothing here that makes a move
//! wait.

pub mod body;
pub mod view;

pub use body::{AlertListQuery, DirectiveEntry, ResolutionEntry};
pub use view::{AlertView, DirectiveView};

use super::factors;
use crate::{
    domain::{access::Accessed, change::Noun, ids::AlertId, risk::Amounts, role::Permission},
    services::{
        alerts::{self, FullAlert, Listed, Resolution},
        directives,
    },
    web::{
        create::{Created, create},
        extract::{Body, Caller, Id, IfMatchGiven, NoBody, Query},
        listing::{self, List, PageQuery, name_of},
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

/// Alerts within the caller's scope, the newest first. Figures are left out; the single alert has them.
#[utoipa::path(
    tag = "alerts",
    operation_id = "list_alerts",
    params(AlertListQuery, PageQuery),
    responses(
        (status = 200, description = "A page", body = List<AlertView>),
        (status = 404, description = "The enterprise is not within the caller's scope"),
    )
)]
#[get("/alerts")]
pub(crate) async fn index(caller: Caller, Query(asked): Query<AlertListQuery>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadBusiness)?;
    let list_name = name_of("alerts", &asked);
    let context = caller.app.context();
    let window = listing::window(context, &list_name, asked.limit, asked.cursor.as_deref(), asked.include_total)?;
    let listed = Listed::from(asked);
    let language = caller.actor.language;
    let page = caller
        .read(move |connection, actor| alerts::list(connection, actor, &listed, &window))
        .await?
        .map(|alert| AlertView::listed(alert, language));
    Ok(listing::respond(context, &list_name, &caller.request, page))
}

/// One alert with its evidence, and who was mailed. Whoever sees figures finds those of a decline among the evidence, and is on
/// record for it.
#[utoipa::path(
    tag = "alerts",
    operation_id = "get_alert",
    params(("id" = AlertId, Path, description = "Id")),
    responses(
        (status = 200, description = "The alert", body = AlertView),
        NotModified,
    )
)]
#[get("/alerts/{id}")]
pub(crate) async fn show(caller: Caller, Id(id): Id<AlertId>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadBusiness)?;
    let (alert, deliveries) = caller
        .read(move |connection, actor| Ok((alerts::find(connection, actor, id)?, alerts::deliveries(connection, id)?)))
        .await?;
    let version = alert.row.version;
    let view = shown(&caller, alert).await?.with_mails(deliveries);
    entity(&caller.request, version, &view)
}

/// An alert as the caller may see it; figures go on record.
async fn shown(caller: &Caller, alert: FullAlert) -> Result<AlertView, Problem> {
    let amounts = factors::amounts(caller.actor.sees_figures());
    if amounts == Amounts::Figures && factors::hold_figures(&alert.factors) {
        let (id, enterprise) = (alert.row.id.0, alert.row.enterprise_id);
        caller.record_access(Accessed::Figures, Noun::Alert, Some(id), Some(enterprise), "factors").await?;
    }
    Ok(AlertView::of(alert, caller.actor.language, amounts))
}

/// Takes the alert: the caller sees to it. Only the first one can. `If-Match` may be sent to make sure that nothing has changed
/// since it was read.
#[utoipa::path(
    tag = "alerts",
    operation_id = "acknowledge_alert",
    params(
        ("id" = AlertId, Path, description = "Id"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
    ),
    responses(
        (status = 200, description = "Taken", body = AlertView),
        (status = 409, description = "Somebody has taken it, or it has ended"),
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
    changed(&caller, alert).await
}

/// Ends the episode. What the alert rested on does not count again, a new hard fact does. An enterprise that moved with our help
/// is `respected`: a good ending. `If-Match` may be sent to make sure that no evidence joined since it was read.
#[utoipa::path(
    tag = "alerts",
    operation_id = "resolve_alert",
    request_body = ResolutionEntry,
    params(
        ("id" = AlertId, Path, description = "Id"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
    ),
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
    changed(&caller, alert).await
}

async fn changed(caller: &Caller, alert: FullAlert) -> Result<HttpResponse, Problem> {
    let version = alert.row.version;
    let view = shown(caller, alert).await?;
    entity(&caller.request, version, &view)
}

/// The directives on an alert, the oldest first.
#[utoipa::path(
    tag = "alerts",
    operation_id = "list_directives",
    params(("id" = AlertId, Path, description = "Id"), PageQuery),
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
    params(
        ("id" = AlertId, Path, description = "Id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Sending the same twice makes one"),
    ),
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
