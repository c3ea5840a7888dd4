//! `/enterprises/{id}/timeline`: what happened to an enterprise.

use crate::{
    domain::{ids::ChangeId, people::role::Permission, registry::enterprise::EnterpriseReference},
    services::records::{
        recorded_fields::RecordedField,
        timelines::{self, Event},
    },
    web::{
        extract::{Caller, Id, Query},
        listing::{self, List, PageQuery},
        openapi::Routes,
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(index);
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "at": "2026-11-20T02:10:00Z", "text": "王芳新建了走访：正在外迁",
    "noun": "visit", "noun_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6f", "action": "created",
    "actor": "user:01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d70", "actor_name": "王芳",
    "fields": [{"name": "relocation_intent", "before": null, "after": "moving"}]
}))]
pub struct TimelineItem {
    /// The recorded change.
    pub id: ChangeId,
    /// When.
    pub at: DateTime<Utc>,
    /// What happened, in the caller's language.
    pub text: String,
    /// What it happened to.
    pub noun: String,
    /// Which one.
    pub noun_id: Uuid,
    /// What was done.
    pub action: String,
    /// Who did it: `user:ID`, `token:ID` or `system`.
    pub actor: String,
    /// The actor's name then.
    pub actor_name: String,
    /// What changed, as far as the caller may see it.
    pub fields: Vec<FieldView>,
}

/// One field of a change.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldView {
    /// Its name.
    pub name: String,
    /// What it was.
    pub before: Value,
    /// What it became.
    pub after: Value,
    /// Whether the caller learns only that it changed: what a person wrote is not told to other systems. `before` and `after`
    /// are `null` then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
}

impl From<RecordedField> for FieldView {
    fn from(field: RecordedField) -> Self {
        Self { name: field.name, before: field.before, after: field.after, withheld: field.withheld }
    }
}

impl From<Event> for TimelineItem {
    fn from(event: Event) -> Self {
        let change = event.change;
        Self {
            id: change.id,
            at: change.at.0,
            text: event.text,
            noun: change.noun,
            noun_id: change.noun_id.0,
            action: change.action,
            actor: change.actor,
            actor_name: change.actor_name,
            fields: event.fields.into_iter().map(FieldView::from).collect(),
        }
    }
}

/// What happened to an enterprise and to its records, latest first: no personal fields, and amounts only for callers
/// who see figures.
#[utoipa::path(
    tag = "enterprises",
    operation_id = "list_timeline",
    params(PageQuery),
    responses((status = 200, description = "A page", body = List<TimelineItem>))
)]
#[get("/enterprises/{id}/timeline")]
pub(crate) async fn index(
    caller: Caller,
    Id(reference): Id<EnterpriseReference>,
    Query(asked): Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ReadBusiness)?;
    let context = caller.app.context();
    let list_name = caller.request.path().to_owned();
    let window = asked.window(context, &list_name)?;
    let (_, page) = caller.read_noted(move |read| timelines::of_enterprise(read, &reference, &window)).await?;
    Ok(listing::respond(context, &list_name, &caller.request, page.map(TimelineItem::from)))
}
