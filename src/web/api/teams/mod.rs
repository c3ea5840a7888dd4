//! `/enterprises/{id}/team` and `/teams`: who serves an enterprise.

pub mod view;

pub use view::{AssignmentEntry, TeamBatch, TeamBatchResults, TeamItem, TeamView};

use crate::{
    domain::{people::role::Permission, registry::enterprise::EnterpriseReference},
    services::fieldwork::teams::{self, NewTeam},
    web::{
        create::{Created, IdempotencyKey, create},
        extract::{Body, Caller, Expected, Id, Query, body::items},
        listing::{self, List, PageQuery},
        openapi::{Routes, answers::NotModified},
        problem::Problem,
        respond::entity,
    },
};
use actix_web::{HttpResponse, get, post, put};

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(show).service(assign).service(history).service(assign_many);
}

/// The team that serves an enterprise now. Where nobody was assigned yet its fields are empty, and so it has an entity tag to
/// assign the first team from.
#[utoipa::path(
    tag = "teams",
    operation_id = "get_team",
    responses((status = 200, description = "The team", body = TeamView), NotModified)
)]
#[get("/enterprises/{id}/team")]
pub(crate) async fn show(caller: Caller, Id(reference): Id<EnterpriseReference>) -> Result<HttpResponse, Problem> {
    let current = caller.read(move |connection, actor| teams::find(connection, actor, &reference)).await?;
    entity(&caller.request, current.version, &TeamView::from(current))
}

/// Assigns a team: the one now ends and stays in the history. The first team may be assigned with `If-None-Match: *`.
#[utoipa::path(
    tag = "teams",
    operation_id = "assign_team",
    request_body = NewTeam,
    params(Expected),
    responses(
        (status = 200, description = "Assigned", body = TeamView),
        (status = 403, description = "Another organisation assigns the team of this enterprise"),
    )
)]
#[put("/enterprises/{id}/team")]
pub(crate) async fn assign(
    caller: Caller,
    Id(reference): Id<EnterpriseReference>,
    Expected(version): Expected,
    body: Body<NewTeam>,
) -> Result<HttpResponse, Problem> {
    let current = caller.write(move |tx| teams::assign_over(tx, &reference, version, body.value.clone())).await?;
    let version = current.version;
    entity(&caller.request, version, &TeamView::from(current))
}

/// All teams an enterprise has had, latest first.
#[utoipa::path(
    tag = "teams",
    operation_id = "list_team_history",
    params(PageQuery),
    responses((status = 200, description = "A page", body = List<TeamView>))
)]
#[get("/enterprises/{id}/team/history")]
pub(crate) async fn history(
    caller: Caller,
    Id(reference): Id<EnterpriseReference>,
    Query(asked): Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadBusiness)?;
    let context = caller.app.context();
    let list_name = caller.request.path().to_owned();
    let window = asked.window(context, &list_name)?;
    let page = caller
        .read(move |connection, actor| teams::history(connection, actor, &reference, &window))
        .await?
        .map(TeamView::from);
    Ok(listing::respond(context, &list_name, &caller.request, page))
}

/// Assigns up to 1,000 teams; each is answered for itself, and sending them again changes nothing.
#[utoipa::path(
    tag = "teams",
    operation_id = "assign_teams",
    request_body = TeamBatch,
    params(IdempotencyKey),
    responses((status = 200, description = "One answer for each item", body = TeamBatchResults))
)]
#[post("/teams/batch")]
pub(crate) async fn assign_many(caller: Caller, body: Body<TeamBatch>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::AssignTeams)?;
    let language = caller.actor.language;
    create(&caller, body, move |tx, batch| {
        let sent = items::<AssignmentEntry>(batch.items).map(|item| item.map(Into::into)).collect();
        let outcomes = teams::batch(tx, sent)?;
        let items = outcomes.into_iter().map(|outcome| TeamItem::of(outcome, language)).collect();
        Ok(Created::results(TeamBatchResults { items }))
    })
    .await
}
