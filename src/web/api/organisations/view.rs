//! Organisations on the wire.

use crate::{
    db::registry::organisations::Organisation,
    domain::{
        ids::OrganisationId,
        registry::organisation::{OrganisationKind, OrganisationStatus},
    },
    services::patch::Patch,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

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

/// An organisation to be added.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "street", "name": "星湖街道"}))]
pub struct OrganisationEntry {
    /// What it is; there is one district.
    pub kind: OrganisationKind,
    /// Its name, unique among those in use.
    #[schema(max_length = 100)]
    pub name: String,
    /// Of the district: the province addresses in it name.
    pub province: Option<String>,
    /// Of the district: the city addresses in it name.
    pub city: Option<String>,
    /// Of the district: other names addresses in it use.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// Changes of an organisation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "星湖新城街道"}))]
pub struct OrganisationChange {
    /// Its name.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 100)]
    pub name: Patch<String>,
    /// Of the district: the province addresses in it name.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub province: Patch<String>,
    /// Of the district: the city addresses in it name.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub city: Patch<String>,
    /// Of the district: other names addresses in it use.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub aliases: Patch<Vec<String>>,
}

/// The target of a merge.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"into_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d00"}))]
pub struct MergeBody {
    /// The organisation it is merged into, of the same kind.
    pub into_id: OrganisationId,
}

/// Filters and page.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OrganisationListQuery {
    /// Of this kind.
    pub kind: Option<OrganisationKind>,
    /// In this status.
    pub status: Option<OrganisationStatus>,
    /// Part of the name, or of another name.
    #[param(example = "星湖")]
    pub q: Option<String>,
    /// Rows per page, capped at 200.
    #[param(example = 50)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Whether to count all rows.
    pub include_total: Option<bool>,
}
