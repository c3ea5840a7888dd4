//! What followed from a change, in the answer to who made it.

use crate::{
    domain::{
        ids::{AlertId, EnterpriseId},
        people::{actor::Actor, role::Permission},
        watch::{
            followed::{AlertMovement, Followed, MovedAlert},
            level::Level,
        },
    },
    web::entity_tag::entity_tag,
};
use serde::Serialize;
use utoipa::ToSchema;

/// The answer to a change: the thing as it is now, and what followed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changed<V> {
    /// The thing.
    #[serde(flatten)]
    pub view: V,
    /// What followed from the change at once, in its own transaction. Left out for callers who do not read business data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub followed: Option<FollowedView>,
}

impl<V: Serialize> Changed<V> {
    /// The body of the answer to an actor, and the entity tag: that of the thing, as a later GET gives it.
    pub fn content(view: V, version: i64, followed: &Followed, actor: &Actor) -> serde_json::Result<(Vec<u8>, String)> {
        let tag = entity_tag(version, &serde_json::to_vec(&view)?);
        let body = serde_json::to_vec(&Self { view, followed: FollowedView::of(followed, actor) })?;
        Ok((body, tag))
    }
}

/// What followed from the change at once, in its own transaction. Only for callers who read business data.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "alerts": [{"alert_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "enterprise_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6f",
                "level": "red", "movement": "opened"}],
    "people_told": 2
}))]
pub struct FollowedView {
    /// The alerts that moved.
    pub alerts: Vec<MovedAlertView>,
    /// How many people are told of anything by mail.
    pub people_told: usize,
}

/// An alert that moved.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedAlertView {
    /// The alert.
    pub alert_id: AlertId,
    /// Its enterprise.
    pub enterprise_id: EnterpriseId,
    /// Its level now.
    pub level: Level,
    /// How it moved.
    pub movement: AlertMovement,
}

impl From<&MovedAlert> for MovedAlertView {
    fn from(moved: &MovedAlert) -> Self {
        Self { alert_id: moved.alert, enterprise_id: moved.enterprise, level: moved.level, movement: moved.movement }
    }
}

impl FollowedView {
    /// What the actor may know of it: a system that only reports learns of no alert.
    fn of(followed: &Followed, actor: &Actor) -> Option<Self> {
        let alerts = followed.alerts.iter().map(Into::into).collect();
        actor.may(Permission::ReadBusiness).then_some(Self { alerts, people_told: followed.told })
    }
}
