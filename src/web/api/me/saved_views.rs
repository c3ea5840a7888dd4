//! `/me/views`: your saved views of the list of enterprises.

use crate::{
    db::desks::saved_views::SavedView,
    domain::{
        ids::SavedViewId,
        people::{actor::Actor, role::Permission},
    },
    services::{
        desks::saved_views::{self, ViewFields},
        patch::Patch,
    },
    web::{
        api::enterprises::list_address,
        create::{Created, IdempotencyKey, create},
        extract::{Body, Caller, Id, IfMatch, NoBody},
        openapi::{
            Routes,
            answers::{NotModified, PeopleOnly},
            command::{Change, Creation},
        },
        problem::Problem,
        respond::entity,
    },
};
use actix_web::{HttpResponse, delete, get, patch, post};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

// The descriptions name no type with parameters.
type SavedViewEntry = Creation<ViewFields>;
type SavedViewChange = Change<ViewFields>;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(index).service(save).service(show).service(change).service(remove);
}

/// A saved view.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "name": "红色，按税收", "query": "risk_level=red&sort=-tax_year",
    "understood": true, "version": 1, "created_at": "2026-11-20T01:00:00Z", "updated_at": "2026-11-20T01:00:00Z"
}))]
pub struct SavedViewView {
    /// Its id.
    pub id: SavedViewId,
    /// What you call it.
    pub name: String,
    /// What it asks the list for: filters, `sort`, and for the pages `size` and `columns`.
    pub query: String,
    /// Whether that is still understood; a filter may be gone, or not for you any more.
    pub understood: bool,
    /// What `If-Match` compares.
    pub version: i64,
    /// When it was saved.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

impl SavedViewView {
    fn of(view: SavedView, actor: &Actor) -> Self {
        let read = list_address::read(&view.query, actor);
        Self {
            id: view.id,
            name: view.name,
            query: view.query,
            understood: read.is_ok(),
            version: view.version,
            created_at: view.created_at.0,
            updated_at: view.updated_at.0,
        }
    }
}

/// All the views that somebody has saved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"items": [{
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "name": "红色，按税收", "query": "risk_level=red&sort=-tax_year",
    "understood": true, "version": 1, "created_at": "2026-11-20T01:00:00Z", "updated_at": "2026-11-20T01:00:00Z"
}]}))]
pub struct SavedViews {
    /// The views, in the order they were saved.
    pub items: Vec<SavedViewView>,
}

/// What was sent, with what the query asks for tidied.
fn tidied(caller: &Caller, fields: ViewFields) -> Result<ViewFields, Problem> {
    let query = match fields.query {
        Patch::Set(query) => Patch::Set(list_address::read(&query, &caller.actor)?.written),
        unchanged => unchanged,
    };
    Ok(ViewFields { query, ..fields })
}

/// Your views of the list of enterprises, in the order they were saved: all of them, at most 20.
#[utoipa::path(
    tag = "me",
    operation_id = "list_own_views",
    responses((status = 200, description = "All of them", body = SavedViews), PeopleOnly)
)]
#[get("/me/views")]
pub(crate) async fn index(caller: Caller) -> Result<HttpResponse, Problem> {
    let views = caller.read(saved_views::list_own).await?;
    let items: Vec<SavedViewView> = views.into_iter().map(|view| SavedViewView::of(view, &caller.actor)).collect();
    Ok(HttpResponse::Ok().json(SavedViews { items }))
}

/// Save a view of the list of enterprises.
#[utoipa::path(
    tag = "me",
    operation_id = "save_own_view",
    request_body = SavedViewEntry,
    params(IdempotencyKey),
    responses(
        (status = 201, description = "Saved", body = SavedViewView),
        PeopleOnly,
        (status = 409, description = "You have 20 views already"),
        (status = 422, description = "The name is taken, or the query is not understood"),
    )
)]
#[post("/me/views")]
pub(crate) async fn save(caller: Caller, body: Body<ViewFields>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadBusiness)?;
    let Body { value, bytes } = body;
    let value = tidied(&caller, value)?;
    create(&caller, Body { value, bytes }, move |tx, fields| {
        let view = saved_views::create(tx, fields)?;
        let (id, version) = (view.id, view.version);
        Ok(Created::at(format!("/api/v1/me/views/{id}"), version, SavedViewView::of(view, tx.actor)))
    })
    .await
}

/// One of your views.
#[utoipa::path(
    tag = "me",
    operation_id = "get_own_view",
    responses((status = 200, description = "The view", body = SavedViewView), NotModified)
)]
#[get("/me/views/{id}")]
pub(crate) async fn show(caller: Caller, Id(id): Id<SavedViewId>) -> Result<HttpResponse, Problem> {
    let view = caller.read(move |connection, actor| saved_views::find_own(connection, actor, id)).await?;
    entity(&caller.request, view.version, &SavedViewView::of(view, &caller.actor))
}

/// Rename one of your views or change what it asks for (JSON Merge Patch).
#[utoipa::path(
    tag = "me",
    operation_id = "update_own_view",
    request_body = SavedViewChange,
    params(IfMatch),
    responses(
        (status = 200, description = "Changed", body = SavedViewView),
        (status = 422, description = "The name is taken, or the query is not understood"),
    )
)]
#[patch("/me/views/{id}")]
pub(crate) async fn change(
    caller: Caller,
    Id(id): Id<SavedViewId>,
    IfMatch(version): IfMatch,
    body: Body<ViewFields>,
) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadBusiness)?;
    let fields = tidied(&caller, body.value)?;
    let view = caller.write(move |tx| saved_views::update(tx, id, version, fields.clone())).await?;
    entity(&caller.request, view.version, &SavedViewView::of(view, &caller.actor))
}

/// Delete one of your views.
#[utoipa::path(
    tag = "me",
    operation_id = "delete_own_view",
    params(IfMatch),
    responses((status = 204, description = "Deleted"))
)]
#[delete("/me/views/{id}")]
pub(crate) async fn remove(
    caller: Caller,
    Id(id): Id<SavedViewId>,
    IfMatch(version): IfMatch,
    _: NoBody,
) -> Result<HttpResponse, Problem> {
    caller.write(move |tx| saved_views::delete(tx, id, version)).await?;
    Ok(HttpResponse::NoContent().finish())
}
