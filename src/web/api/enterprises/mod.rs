//! `/enterprises`: the registry. What belongs to an enterprise has files of its own.

pub mod batch;
pub mod body;
pub mod query;
pub mod view;

pub use body::{EnterpriseChange, EnterpriseEntry};
pub use query::{EnterpriseExportQuery, EnterpriseListQuery};
pub use view::EnterpriseView;

use crate::{
    domain::{access::Accessed, change::Noun, enterprise::EnterpriseReference, role::Permission},
    services::enterprises::{self, Described, list},
    web::{
        create::{Created, create},
        export,
        extract::{Body, Caller, Id, IfMatch, Query},
        list_address,
        listing::{self, List, name_of},
        openapi::{Routes, answers::NotModified},
        problem::Problem,
        respond::entity,
    },
};
use actix_web::{HttpResponse, get, patch, post};

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(index).service(take_away).service(add).service(batch::write).service(show).service(change);
}

/// Enterprises within the caller's scope.
///
/// Text (`q`) finds part of the name, pinyin initials, or the beginning of the code. `include_total` counts exactly; what is
/// found by text is counted up to 10,000.
#[utoipa::path(
    tag = "enterprises",
    operation_id = "list_enterprises",
    params(EnterpriseListQuery),
    responses((status = 200, description = "A page", body = List<EnterpriseView>))
)]
#[get("/enterprises")]
pub(crate) async fn index(caller: Caller, Query(asked): Query<EnterpriseListQuery>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadBusiness)?;
    let (query, paging) = asked.split();
    let figures = caller.actor.sees_figures();
    let list_name = name_of(if figures { "enterprises" } else { "enterprises by bands" }, &query);
    let context = caller.app.context();
    let window = listing::window(context, &list_name, paging.limit, paging.cursor.as_deref(), paging.include_total)?;
    let (app, today) = (caller.app.clone(), caller.app.today());
    let page = caller
        .read(move |connection, actor| list::list(connection, actor, app.context(), today, &query, &window))
        .await?;
    if figures && !page.items.is_empty() {
        caller.record_access(Accessed::Figures, Noun::Enterprise, None, None, list_name.clone()).await?;
    }
    let language = caller.actor.language;
    let page = page.map(|described| EnterpriseView::of(described, figures, language));
    Ok(listing::respond(context, &list_name, &caller.request, page))
}

/// The list as a workbook (xlsx) to take away.
///
/// All rows the filters find, in their order, at most 50,000; amounts in yuan, or bands for whoever sees bands. A second sheet
/// says who exported it, when, and what was asked for. Each export is on record.
#[utoipa::path(
    tag = "enterprises",
    operation_id = "export_enterprises",
    params(EnterpriseExportQuery),
    responses(
        (status = 200, description = "The workbook", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>, example = json!("PK…")),
        (status = 409, description = "More than 50,000 rows"),
    )
)]
#[get("/enterprises/export")]
pub(crate) async fn take_away(
    caller: Caller,
    Query(asked): Query<EnterpriseExportQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadBusiness)?;
    let columns = list_address::columns(asked.columns.as_deref().into_iter());
    export::enterprises(&caller, asked.filters(), columns).await
}

/// Enters an enterprise: code and name are enough.
#[utoipa::path(
    tag = "enterprises",
    operation_id = "create_enterprise",
    request_body = EnterpriseEntry,
    params(("Idempotency-Key" = Option<String>, Header, description = "Sending the same twice makes one")),
    responses((status = 201, description = "Entered", body = EnterpriseView))
)]
#[post("/enterprises")]
pub(crate) async fn add(caller: Caller, body: Body<EnterpriseEntry>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::WriteEnterprises)?;
    let language = caller.actor.language;
    create(&caller, body, move |tx, entry| {
        let enterprise = enterprises::create(tx, entry.into())?;
        let described = enterprises::describe(tx.conn, tx.actor, tx.context, tx.today, enterprise)?;
        let (id, version) = (described.enterprise.id, described.enterprise.version);
        // Nothing has been paid yet, so there is no figure to be kept from anybody.
        let view = EnterpriseView::of(described, tx.actor.sees_figures(), language);
        Ok(Created::at(format!("/api/v1/enterprises/{id}"), version, view))
    })
    .await
}

/// One enterprise, by id or `uscc:CODE`.
#[utoipa::path(
    tag = "enterprises",
    operation_id = "get_enterprise",
    params(("id" = String, Path, description = "Id, or `uscc:CODE`", example = "uscc:91110000600037341L")),
    responses(
        (status = 200, description = "The enterprise", body = EnterpriseView),
        NotModified,
    )
)]
#[get("/enterprises/{id}")]
pub(crate) async fn show(caller: Caller, Id(reference): Id<EnterpriseReference>) -> Result<HttpResponse, Problem> {
    let (app, today) = (caller.app.clone(), caller.app.today());
    let described = caller
        .read(move |connection, actor| {
            let enterprise = enterprises::find(connection, actor, &reference)?;
            enterprises::describe(connection, actor, app.context(), today, enterprise)
        })
        .await?;
    answer(&caller, described).await
}

/// Changes fields of an enterprise (JSON Merge Patch).
#[utoipa::path(
    tag = "enterprises",
    operation_id = "update_enterprise",
    request_body = EnterpriseChange,
    params(
        ("id" = String, Path, description = "Id, or `uscc:CODE`"),
        ("If-Match" = String, Header, description = "The ETag that was read"),
    ),
    responses((status = 200, description = "Changed", body = EnterpriseView))
)]
#[patch("/enterprises/{id}")]
pub(crate) async fn change(
    caller: Caller,
    Id(reference): Id<EnterpriseReference>,
    IfMatch(version): IfMatch,
    body: Body<EnterpriseChange>,
) -> Result<HttpResponse, Problem> {
    let described = caller
        .write(move |tx| {
            let enterprise = enterprises::update(tx, &reference, version, body.value.clone().into())?;
            enterprises::describe(tx.conn, tx.actor, tx.context, tx.today, enterprise)
        })
        .await?;
    answer(&caller, described).await
}

/// Shows one enterprise; who sees its figures is on record before the answer leaves.
async fn answer(caller: &Caller, described: Described) -> Result<HttpResponse, Problem> {
    let (figures, id) = (caller.actor.sees_figures(), described.enterprise.id);
    if figures {
        caller.record_access(Accessed::Figures, Noun::Enterprise, Some(id.0), Some(id), "tax_year_fen").await?;
    }
    let version = described.enterprise.version;
    entity(&caller.request, version, &EnterpriseView::of(described, figures, caller.actor.language))
}
