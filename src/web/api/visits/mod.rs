//! `/visits`: visits to enterprises.

pub mod body;
pub mod view;

pub use body::Withdrawal;
pub use view::VisitView;

use crate::{
    domain::{ids::VisitId, people::role::Permission, watch::followed::Followed},
    services::fieldwork::visits::{self, VisitFields, VisitFilter},
    web::{
        create::{Created, IdempotencyKey, create},
        extract::{Body, Caller, Id, IfMatch},
        followed::Changed,
        listing::{self, Asked, List, PageQuery, name_of},
        openapi::{
            Routes,
            answers::NotModified,
            command::{Change, Creation},
        },
        problem::Problem,
        respond::{self, entity},
    },
};
use actix_web::{HttpResponse, get, patch, post};

// The descriptions name no type with parameters.
type VisitEntry = Creation<VisitFields>;
type VisitChange = Change<VisitFields>;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(index).service(log).service(show).service(change).service(withdraw);
}

/// Visits within the caller's scope, latest first.
#[utoipa::path(
    tag = "visits",
    operation_id = "list_visits",
    params(VisitFilter, PageQuery),
    responses((status = 200, description = "A page", body = List<VisitView>))
)]
#[get("/visits")]
pub(crate) async fn index(caller: Caller, asked: Asked<VisitFilter>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadBusiness)?;
    let list_name = name_of("visits", &asked.filter);
    let context = caller.app.context();
    let window = asked.window(context, &list_name)?;
    let page = caller
        .read(move |connection, actor| visits::list(connection, actor, &asked.filter, &window))
        .await?
        .map(VisitView::listed);
    Ok(listing::respond(context, &list_name, &caller.request, page))
}

/// Logs a visit. What the enterprise said about moving is assessed before the answer leaves; risky wording comes back as
/// `cautions` and is never refused.
#[utoipa::path(
    tag = "visits",
    operation_id = "log_visit",
    request_body = VisitEntry,
    params(IdempotencyKey),
    responses(
        (status = 201, description = "Logged", body = Changed<VisitView>),
        (status = 404, description = "The enterprise is not within the caller's scope"),
    )
)]
#[post("/visits")]
pub(crate) async fn log(caller: Caller, body: Body<VisitFields>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::LogVisits)?;
    let language = caller.actor.language;
    create(&caller, body, move |tx, fields| {
        let visit = visits::log(tx, fields)?;
        let (id, version, view) = (visit.row.id, visit.row.version, VisitView::whole(visit, language));
        Ok(Created::followed(format!("/api/v1/visits/{id}"), version, view, tx.actor.clone()))
    })
    .await
}

/// One visit.
#[utoipa::path(
    tag = "visits",
    operation_id = "get_visit",
    responses((status = 200, description = "The visit", body = VisitView), NotModified)
)]
#[get("/visits/{id}")]
pub(crate) async fn show(caller: Caller, Id(id): Id<VisitId>) -> Result<HttpResponse, Problem> {
    answer(&caller, id).await
}

/// Changes a visit (JSON Merge Patch). The person who recorded it may, and so may a chief steward or a district leader.
#[utoipa::path(
    tag = "visits",
    operation_id = "update_visit",
    request_body = VisitChange,
    params(IfMatch),
    responses(
        (status = 200, description = "Changed", body = Changed<VisitView>),
        (status = 403, description = "Somebody else recorded it"),
        (status = 409, description = "It was withdrawn"),
    )
)]
#[patch("/visits/{id}")]
pub(crate) async fn change(
    caller: Caller,
    Id(id): Id<VisitId>,
    IfMatch(version): IfMatch,
    body: Body<VisitFields>,
) -> Result<HttpResponse, Problem> {
    let (_, followed) = caller.write_followed(move |tx| visits::update(tx, id, version, body.value.clone())).await?;
    changed(&caller, id, &followed).await
}

/// Withdraws a visit: it stays with the reason, no longer counts, and the people who were mailed get a correction.
#[utoipa::path(
    tag = "visits",
    operation_id = "withdraw_visit",
    request_body = Withdrawal,
    responses(
        (status = 200, description = "Withdrawn", body = Changed<VisitView>),
        (status = 403, description = "Somebody else recorded it"),
        (status = 409, description = "It was withdrawn already"),
    )
)]
#[post("/visits/{id}/withdraw")]
pub(crate) async fn withdraw(
    caller: Caller,
    Id(id): Id<VisitId>,
    body: Body<Withdrawal>,
) -> Result<HttpResponse, Problem> {
    let (_, followed) = caller.write_followed(move |tx| visits::withdraw(tx, id, &body.value.reason)).await?;
    changed(&caller, id, &followed).await
}

/// One visit as the caller may see it.
async fn answer(caller: &Caller, id: VisitId) -> Result<HttpResponse, Problem> {
    let visit = caller.read_noted(move |read| visits::show(read, id)).await?;
    let version = visit.row.version;
    entity(&caller.request, version, &VisitView::whole(visit, caller.actor.language))
}

/// The same as the answer to a change, with what followed.
async fn changed(caller: &Caller, id: VisitId, followed: &Followed) -> Result<HttpResponse, Problem> {
    let visit = caller.read_noted(move |read| visits::show(read, id)).await?;
    let version = visit.row.version;
    respond::changed(version, VisitView::whole(visit, caller.actor.language), followed, &caller.actor)
}
