//! `/changes`: the change feed, for systems that mirror the district.

use super::timeline::FieldView;
use crate::{
    db::records::changes::Change,
    domain::{
        ids::{ChangeId, EnterpriseId},
        people::role::Permission,
    },
    services::{
        paging::{DEFAULT_LIMIT, MAX_LIMIT, read_cursor, write_cursor},
        records::{change_feed, recorded_fields::RecordedField},
    },
    web::{
        extract::{Caller, Query},
        openapi::Routes,
        problem::{Edge, Problem},
    },
};
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(index);
}

/// Where to go on from.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangeFeedQuery {
    /// `next_cursor` of the answer before; from the beginning when not given.
    pub after: Option<String>,
    /// Changes at once, capped at 200.
    #[param(example = 50)]
    pub limit: Option<i64>,
}

/// A stretch of the feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeFeed {
    /// What changed, in commit order.
    pub items: Vec<ChangeItem>,
    /// What to send as `after` next time, whether anything was there or not.
    #[schema(example = "q83vEjRWeJCrze8SNFZ4kDQy")]
    pub next_cursor: String,
}

/// One change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "position": 1042, "at": "2026-11-20T02:10:00Z", "noun": "visit",
    "noun_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6f", "action": "created",
    "enterprise_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d71", "actor": "user:01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d70",
    "fields": [{"name": "relocation_intent", "before": null, "after": "moving"}]
}))]
pub struct ChangeItem {
    /// Its id.
    pub id: ChangeId,
    /// Its place in commit order; there are gaps where the caller may not look.
    pub position: Option<i64>,
    /// When.
    pub at: DateTime<Utc>,
    /// What changed.
    pub noun: String,
    /// Which one.
    pub noun_id: Uuid,
    /// What was done.
    pub action: String,
    /// The enterprise it belongs to.
    pub enterprise_id: Option<EnterpriseId>,
    /// Who did it: `user:ID`, `token:ID` or `system`.
    pub actor: String,
    /// What changed, as far as the caller may see it.
    pub fields: Vec<FieldView>,
}

impl ChangeItem {
    fn of((change, fields): (Change, Vec<RecordedField>)) -> Self {
        Self {
            id: change.id,
            position: change.position,
            at: change.at.0,
            noun: change.noun,
            noun_id: change.noun_id.0,
            action: change.action,
            enterprise_id: change.enterprise_id,
            actor: change.actor,
            fields: fields.into_iter().map(FieldView::from).collect(),
        }
    }
}

/// What changed after a cursor, in commit order, within the caller's scope: no personal fields, and amounts only for
/// callers who see figures.
#[utoipa::path(
    tag = "changes",
    operation_id = "list_changes",
    params(ChangeFeedQuery),
    responses((status = 200, description = "A stretch of the feed", body = ChangeFeed))
)]
#[get("/changes")]
pub(crate) async fn index(caller: Caller, Query(asked): Query<ChangeFeedQuery>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadChangeFeed)?;
    let context = caller.app.context();
    let position: i64 = match &asked.after {
        None => 0,
        Some(cursor) => read_cursor(context, FEED, cursor).ok_or(Problem::Edge(Edge::Cursor))?,
    };
    let limit = asked.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let stretch = caller.read_noted(move |read| change_feed::after(read, position, limit)).await?;
    let next_cursor = write_cursor(context, FEED, &stretch.next);
    let items = stretch.items.into_iter().map(ChangeItem::of).collect();
    Ok(HttpResponse::Ok().json(ChangeFeed { items, next_cursor }))
}

/// Names the feed, for its cursors.
const FEED: &str = "changes";
