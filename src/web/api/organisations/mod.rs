//! `/organisations`: the district, its street offices and departments.

pub mod view;

pub use view::{MergeBody, OrganisationView};

use crate::{
    db::registry::organisations::{Organisation, OrganisationFilter},
    domain::ids::OrganisationId,
    services::registry::{
        organisation_merges,
        organisations::{self, OrganisationFields},
    },
    web::{
        create::{Created, IdempotencyKey, create},
        extract::{Body, Caller, Id, IfMatch},
        listing::{self, Asked, List, PageQuery, name_of},
        openapi::{
            Routes,
            answers::NotModified,
            command::{Change, Creation},
        },
        problem::Problem,
        respond::entity,
    },
};
use actix_web::{HttpResponse, get, patch, post};

// The descriptions name no type with parameters.
type OrganisationEntry = Creation<OrganisationFields>;
type OrganisationChange = Change<OrganisationFields>;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(index).service(add).service(show).service(change).service(merge);
}

/// Organisations, in the order of creation.
#[utoipa::path(
    tag = "organisations",
    operation_id = "list_organisations",
    params(OrganisationFilter, PageQuery),
    responses((status = 200, description = "A page", body = List<OrganisationView>))
)]
#[get("/organisations")]
pub(crate) async fn index(caller: Caller, asked: Asked<OrganisationFilter>) -> Result<HttpResponse, Problem> {
    let list = name_of("organisations", &asked.filter);
    let context = caller.app.context();
    let window = asked.window(context, &list)?;
    let page = caller.read(move |connection, _| organisations::list(connection, &asked.filter, &window)).await?;
    Ok(listing::respond(context, &list, &caller.request, page.map(OrganisationView::from)))
}

/// Add an organisation.
#[utoipa::path(
    tag = "organisations",
    operation_id = "create_organisation",
    request_body = OrganisationEntry,
    params(IdempotencyKey),
    responses((status = 201, description = "Made", body = OrganisationView))
)]
#[post("/organisations")]
pub(crate) async fn add(caller: Caller, body: Body<OrganisationFields>) -> Result<HttpResponse, Problem> {
    create(&caller, body, |tx, fields| {
        let made = organisations::create(tx, fields)?;
        let (id, version) = (made.id, made.version);
        Ok(Created::at(format!("/api/v1/organisations/{id}"), version, OrganisationView::from(made)))
    })
    .await
}

/// One organisation.
#[utoipa::path(
    tag = "organisations",
    operation_id = "get_organisation",
    responses((status = 200, description = "The organisation", body = OrganisationView), NotModified)
)]
#[get("/organisations/{id}")]
pub(crate) async fn show(caller: Caller, Id(id): Id<OrganisationId>) -> Result<HttpResponse, Problem> {
    let row = caller.read(move |connection, _| organisations::find(connection, id)).await?;
    answer(&caller, row)
}

/// Change an organisation (JSON Merge Patch).
#[utoipa::path(
    tag = "organisations",
    operation_id = "update_organisation",
    request_body = OrganisationChange,
    params(IfMatch),
    responses(
        (status = 200, description = "Changed", body = OrganisationView),
        (status = 409, description = "It went into another"),
    )
)]
#[patch("/organisations/{id}")]
pub(crate) async fn change(
    caller: Caller,
    Id(id): Id<OrganisationId>,
    IfMatch(version): IfMatch,
    body: Body<OrganisationFields>,
) -> Result<HttpResponse, Problem> {
    let row = caller.write(move |tx| organisations::update(tx, id, version, body.value.clone())).await?;
    answer(&caller, row)
}

/// Merge an organisation into another of its kind.
///
/// Its enterprises, people, running teams and tokens move; ended teams and all records keep its name.
#[utoipa::path(
    tag = "organisations",
    operation_id = "merge_organisation",
    request_body = MergeBody,
    responses(
        (status = 200, description = "Merged", body = OrganisationView),
        (status = 409, description = "It went into another before"),
        (status = 422, description = "It cannot go into that one"),
    )
)]
#[post("/organisations/{id}/merge")]
pub(crate) async fn merge(
    caller: Caller,
    Id(id): Id<OrganisationId>,
    body: Body<MergeBody>,
) -> Result<HttpResponse, Problem> {
    let into = body.value.into_id;
    let row = caller.write(move |tx| organisation_merges::merge(tx, id, into)).await?;
    answer(&caller, row)
}

fn answer(caller: &Caller, row: Organisation) -> Result<HttpResponse, Problem> {
    let view = OrganisationView::from(row);
    entity(&caller.request, view.version, &view)
}
