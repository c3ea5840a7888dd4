//! `/enterprises`: the registry. What belongs to an enterprise has files of its own.

pub mod batch;
pub mod list_address;
pub mod view;

pub use view::EnterpriseView;

use crate::{
    domain::{people::role::Permission, registry::enterprise::EnterpriseReference, watch::risk::Amounts},
    services::{
        Tx,
        registry::enterprises::{self, Described, EnterpriseFields, EnterpriseQuery, list},
    },
    web::{
        create::{Created, IdempotencyKey, create},
        export,
        extract::{Body, Caller, Id, IfMatch},
        followed::Changed,
        listing::{self, Asked, BesideFilter, List, PageQuery, name_of},
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
use serde::Deserialize;
use utoipa::IntoParams;

// The descriptions name no type with parameters.
type EnterpriseEntry = Creation<EnterpriseFields>;
type EnterpriseChange = Change<EnterpriseFields>;

/// Which columns a file has.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ExportColumns {
    /// Codes of the columns, separated by commas; the usual ones when not given. The name is always there.
    #[param(example = "uscc,risk,tax_year")]
    pub columns: Option<String>,
}

impl BesideFilter for ExportColumns {
    const NAMES: &'static [&'static str] = &["columns"];
}

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
    params(EnterpriseQuery, PageQuery),
    responses((status = 200, description = "A page", body = List<EnterpriseView>))
)]
#[get("/enterprises")]
pub(crate) async fn index(caller: Caller, asked: Asked<EnterpriseQuery>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadBusiness)?;
    let list_name = name_of(list::cursor_list(&caller.actor), &asked.filter);
    let context = caller.app.context();
    let window = asked.window(context, &list_name)?;
    let detail = list_name.clone();
    let (page, amounts) = caller.read_noted(move |read| list::list(read, &asked.filter, &window, &detail)).await?;
    let language = caller.actor.language;
    let page = page.map(|described| EnterpriseView::of(described, amounts, language));
    Ok(listing::respond(context, &list_name, &caller.request, page))
}

/// The list as a workbook (xlsx).
///
/// All rows that match the filters, in their order, at most 50,000; amounts in yuan, or bands for callers who see
/// bands. A second sheet names the person, the instant and the filters. Each export is recorded.
#[utoipa::path(
    tag = "enterprises",
    operation_id = "export_enterprises",
    params(EnterpriseQuery, ExportColumns),
    responses(
        (status = 200, description = "The workbook", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>, example = json!("PK…")),
        (status = 409, description = "More than 50,000 rows"),
    )
)]
#[get("/enterprises/export")]
pub(crate) async fn take_away(
    caller: Caller,
    asked: Asked<EnterpriseQuery, ExportColumns>,
) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadBusiness)?;
    let columns = list_address::columns(asked.beside.columns.as_deref().into_iter());
    export::enterprises(&caller, asked.filter, columns).await
}

/// Adds an enterprise: code and name are enough.
#[utoipa::path(
    tag = "enterprises",
    operation_id = "create_enterprise",
    request_body = EnterpriseEntry,
    params(IdempotencyKey),
    responses((status = 201, description = "Entered", body = Changed<EnterpriseView>))
)]
#[post("/enterprises")]
pub(crate) async fn add(caller: Caller, body: Body<EnterpriseFields>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::WriteEnterprises)?;
    let language = caller.actor.language;
    create(&caller, body, move |tx, entry| {
        let enterprise = enterprises::create(tx, entry)?;
        let described = enterprises::describe(tx.conn, tx.actor, tx.context, tx.today, enterprise)?;
        let (id, version) = (described.enterprise.id, described.enterprise.version);
        let view = EnterpriseView::of(described, enterprises::amounts_of_new(tx.actor), language);
        Ok(Created::followed(format!("/api/v1/enterprises/{id}"), version, view, tx.actor.clone()))
    })
    .await
}

/// One enterprise, by id or `uscc:CODE`.
#[utoipa::path(
    tag = "enterprises",
    operation_id = "get_enterprise",
    responses((status = 200, description = "The enterprise", body = EnterpriseView), NotModified)
)]
#[get("/enterprises/{id}")]
pub(crate) async fn show(caller: Caller, Id(reference): Id<EnterpriseReference>) -> Result<HttpResponse, Problem> {
    let shown = caller.read_noted(move |read| enterprises::show(read, &reference)).await?;
    answer(&caller, shown)
}

/// Changes fields of an enterprise (JSON Merge Patch).
#[utoipa::path(
    tag = "enterprises",
    operation_id = "update_enterprise",
    request_body = EnterpriseChange,
    params(IfMatch),
    responses((status = 200, description = "Changed", body = Changed<EnterpriseView>))
)]
#[patch("/enterprises/{id}")]
pub(crate) async fn change(
    caller: Caller,
    Id(reference): Id<EnterpriseReference>,
    IfMatch(version): IfMatch,
    body: Body<EnterpriseFields>,
) -> Result<HttpResponse, Problem> {
    let update = move |tx: &mut Tx<'_>| Ok(enterprises::update(tx, &reference, version, body.value.clone())?.id);
    let (id, followed) = caller.write_followed(update).await?;
    let (described, amounts) = caller.read_noted(move |read| enterprises::show_changed(read, id)).await?;
    let (version, language) = (described.enterprise.version, caller.actor.language);
    respond::changed(version, EnterpriseView::of(described, amounts, language), &followed, &caller.actor)
}

/// One enterprise as the caller may see it.
fn answer(caller: &Caller, (described, amounts): (Described, Amounts)) -> Result<HttpResponse, Problem> {
    let version = described.enterprise.version;
    entity(&caller.request, version, &EnterpriseView::of(described, amounts, caller.actor.language))
}
