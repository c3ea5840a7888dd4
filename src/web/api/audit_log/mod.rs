//! `/audit-log`: who changed and who read what. Only for the auditor; reading it is recorded too.

pub mod view;

pub use view::{AuditEntry, ChainView};

use crate::{
    db::{records::changes::Filter, values::AnyId},
    domain::{people::role::Permission, records::change::Noun, registry::enterprise::EnterpriseReference},
    services::{
        Context,
        records::{audit, audit_log},
    },
    web::{
        extract::{Caller, Query},
        listing::{self, List, PageQuery, name_of},
        openapi::Routes,
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(index).service(chain);
}

/// Which of the two logs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogKind {
    /// What was changed.
    #[default]
    Changes,
    /// What was read.
    Accesses,
}

/// Filters and page.
#[derive(Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditLogQuery {
    /// Which of the two logs; `changes` when not given.
    #[param(inline)]
    pub kind: LogKind,
    /// Entries of one actor: `user:ID`, `token:ID` or `system`.
    pub actor: Option<String>,
    /// Entries of one noun.
    #[param(inline)]
    pub noun: Option<Noun>,
    /// Entries of one thing.
    pub noun_id: Option<Uuid>,
    /// Entries that belong to one enterprise: id, or `uscc:CODE`.
    #[param(value_type = Option<String>)]
    pub enterprise_id: Option<EnterpriseReference>,
    /// Entries since a day.
    pub from: Option<NaiveDate>,
    /// Entries until a day.
    pub to: Option<NaiveDate>,
    /// Rows per page, capped at 200.
    #[serde(skip_serializing)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    #[serde(skip_serializing)]
    pub cursor: Option<String>,
    /// Whether to count all rows.
    #[serde(skip_serializing)]
    pub include_total: Option<bool>,
}

impl AuditLogQuery {
    /// The filter but for the enterprise, days as instants of the district's time zone.
    pub(crate) fn filter(&self, context: &Context) -> Filter {
        Filter {
            actor: self.actor.clone().map(|actor| actor.replace('\0', "")),
            noun: self.noun,
            noun_id: self.noun_id.map(AnyId),
            enterprise: None,
            from: self.from.map(|day| context.start_of(day).into()),
            before: self.to.and_then(|day| day.succ_opt()).map(|day| context.start_of(day).into()),
        }
    }

    fn window<K: DeserializeOwned>(
        &self,
        context: &Context,
        list: &str,
    ) -> Result<crate::services::paging::Window<K>, Problem> {
        listing::window(context, list, self.limit, self.cursor.as_deref(), self.include_total)
    }
}

/// The audit log, latest first: with `kind=changes` what was changed, with `kind=accesses` what was read.
#[utoipa::path(
    tag = "audit-log",
    operation_id = "list_audit_log",
    params(AuditLogQuery, PageQuery),
    responses((status = 200, description = "A page", body = List<AuditEntry>))
)]
#[get("/audit-log")]
pub(crate) async fn index(caller: Caller, Query(asked): Query<AuditLogQuery>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadLogs)?;
    let list_name = name_of("audit-log", &asked);
    // What was read a moment ago is in the answer too.
    caller.app.store_reads().await?;
    let mut filter = asked.filter(caller.app.context());
    if let Some(reference) = asked.enterprise_id.clone() {
        let named = caller.read(move |connection, actor| audit_log::enterprise(connection, actor, &reference)).await?;
        // A code that nobody has belongs to no entry, as an id that nothing has does.
        filter.enterprise = Some(named.unwrap_or_default());
    }
    match asked.kind {
        LogKind::Changes => changes(&caller, &asked, &list_name, filter).await,
        LogKind::Accesses => accesses(&caller, &asked, &list_name, filter).await,
    }
}

async fn changes(
    caller: &Caller,
    asked: &AuditLogQuery,
    list_name: &str,
    filter: Filter,
) -> Result<HttpResponse, Problem> {
    let context = caller.app.context();
    let window = asked.window(context, list_name)?;
    let detail = list_name.to_owned();
    let page = caller
        .read_noted(move |read| audit_log::changes(read, &filter, &window, &detail))
        .await?
        .map(AuditEntry::change);
    Ok(listing::respond(context, list_name, &caller.request, page))
}

async fn accesses(
    caller: &Caller,
    asked: &AuditLogQuery,
    list_name: &str,
    filter: Filter,
) -> Result<HttpResponse, Problem> {
    let context = caller.app.context();
    let window = asked.window(context, list_name)?;
    let detail = list_name.to_owned();
    let page = caller
        .read_noted(move |read| audit_log::accesses(read, &filter, &window, &detail))
        .await?
        .map(AuditEntry::access);
    Ok(listing::respond(context, list_name, &caller.request, page))
}

/// Where the record stands: of each log the last place and its hash, what waits, whether sealing goes on, and how far it held
/// when it was verified last.
#[utoipa::path(
    tag = "audit-log",
    operation_id = "get_audit_chain",
    responses((status = 200, description = "The state of the chain", body = ChainView))
)]
#[get("/audit-log/chain")]
pub(crate) async fn chain(caller: Caller) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadLogs)?;
    let seen = caller.app.heads_seen();
    let (states, last) = caller.read_noted(move |read| audit::look(read, &seen)).await?;
    Ok(HttpResponse::Ok().json(ChainView::of(&states, last)))
}
