//! Organisations on the wire.

use crate::{
    db::registry::organisations::Organisation,
    domain::{
        ids::OrganisationId,
        registry::organisation::{OrganisationKind, OrganisationStatus},
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An organisation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d00", "kind": "street", "name": "星湖街道", "province": null, "city": null,
    "aliases": [], "status": "active", "merged_into_id": null, "version": 1
}))]
pub struct OrganisationView {
    /// Its id.
    pub id: OrganisationId,
    /// What it is.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: String,
    /// Of the district: the province addresses in it name.
    pub province: Option<String>,
    /// Of the district: the city addresses in it name.
    pub city: Option<String>,
    /// Of the district: other names addresses in it use.
    pub aliases: Vec<String>,
    /// Whether it still works under its own name.
    pub status: OrganisationStatus,
    /// The organisation it was merged into.
    pub merged_into_id: Option<OrganisationId>,
    /// What `If-Match` compares.
    pub version: i64,
}

impl From<Organisation> for OrganisationView {
    fn from(row: Organisation) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            name: row.name,
            province: row.province,
            city: row.city,
            aliases: row.aliases.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            status: row.status,
            merged_into_id: row.merged_into_id,
            version: row.version,
        }
    }
}

/// The target of a merge.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"into_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d00"}))]
pub struct MergeBody {
    /// The organisation it is merged into, of the same kind.
    pub into_id: OrganisationId,
}
