//! The district, its street offices and departments.

use crate::{
    db::{
        backend::{DbConn, MultiBackend, of_any},
        keyset::{Order, Part},
        like,
        locks::{self, Lock},
        records::recorded::{Belongs, recorded, written},
        schema::organisations,
        values::Timestamp,
    },
    domain::{
        ids::OrganisationId,
        registry::organisation::{OrganisationKind, OrganisationStatus},
    },
};
use diesel::prelude::*;

/// One organisation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = organisations, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// What it is.
    pub kind: OrganisationKind,
    /// Its name, unique among those in use.
    pub name: String,
    /// Of the district: the province addresses in it name.
    pub province: Option<String>,
    /// Of the district: the city addresses in it name.
    pub city: Option<String>,
    /// Of the district: other names addresses in it use, separated by commas.
    pub aliases: String,
    /// Whether it still works under its own name.
    pub status: OrganisationStatus,
    /// The organisation it was merged into.
    pub merged_into_id: Option<OrganisationId>,
    /// Increases with each change.
    pub version: i64,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

recorded! {
    Organisation as Organisation of ["organisations"], belongs to |_| Belongs::District, in feed: true, assessed: false {
        fields {
            id: Public, "编号", "id";
            kind: Public, "类型", "kind";
            name: Public, "名称", "name";
            province: Public, "所在省份", "province";
            city: Public, "所在城市", "city";
            aliases: Public, "别名", "aliases";
            status: Public, "状态", "status";
            merged_into_id: Public, "并入单位", "merged into";
        }
        details {
            enterprises: Public, "企业数", "enterprises";
            users: Public, "人员数", "people";
            teams: Public, "专班数", "teams";
            tokens: Public, "令牌数", "tokens";
        }
        unrecorded { version, created_at, updated_at }
    }
}

written! { Organisation in organisations: created, changed }

/// The organisation with the id.
pub fn find(connection: &mut DbConn, id: OrganisationId) -> QueryResult<Option<Organisation>> {
    organisations::table
        .filter(organisations::id.eq(id))
        .select(Organisation::as_select())
        .get_result(connection)
        .optional()
}

/// The organisations with one of the ids.
pub fn with_ids(connection: &mut DbConn, ids: &[OrganisationId]) -> QueryResult<Vec<Organisation>> {
    of_any(ids, |ids| {
        let named = organisations::table.filter(organisations::id.eq_any(ids));
        named.select(Organisation::as_select()).load(connection)
    })
}

/// The district itself.
pub fn district(connection: &mut DbConn) -> QueryResult<Option<Organisation>> {
    organisations::table
        .filter(organisations::kind.eq(OrganisationKind::District))
        .select(Organisation::as_select())
        .get_result(connection)
        .optional()
}

/// The organisation in use with the name.
pub fn find_by_name(connection: &mut DbConn, name: &str) -> QueryResult<Option<Organisation>> {
    organisations::table
        .filter(organisations::name.eq(name))
        .filter(organisations::status.eq(OrganisationStatus::Active))
        .select(Organisation::as_select())
        .get_result(connection)
        .optional()
}

/// Organisations with one of the ids, locked in id order until the transaction ends. SQLite has one writer and needs no lock.
pub fn lock(connection: &mut DbConn, ids: &[OrganisationId]) -> QueryResult<Vec<Organisation>> {
    let rows = organisations::table.filter(organisations::id.eq_any(ids.to_vec())).order(organisations::id);
    let rows: Vec<Organisation> = match connection {
        DbConn::Pg(pg) => rows.for_no_key_update().load(pg)?,
        DbConn::Sqlite(sqlite) => rows.load(sqlite)?,
    };
    locks::taken(Lock::Organisations, rows.iter().map(|row| row.id.0));
    Ok(rows)
}

/// Which organisations are listed; `None` leaves a column open.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OrganisationFilter {
    /// Of this kind.
    pub kind: Option<OrganisationKind>,
    /// In this status.
    pub status: Option<OrganisationStatus>,
    /// Part of the name, or of another name.
    #[param(example = "星湖")]
    // Cursors are bound to the written filter, and earlier programs wrote it so.
    #[serde(rename(serialize = "text"))]
    pub q: Option<String>,
}

impl OrganisationFilter {
    /// Those that still work under their own names.
    pub fn active() -> Self {
        Self { status: Some(OrganisationStatus::Active), ..Self::default() }
    }

    /// Those of a kind.
    #[must_use]
    pub fn of_kind(self, kind: OrganisationKind) -> Self {
        Self { kind: Some(kind), ..self }
    }

    /// The organisations that the filter leaves.
    fn left<'q>(&self) -> organisations::BoxedQuery<'q, MultiBackend> {
        let mut query = organisations::table.into_boxed();
        if let Some(kind) = self.kind {
            query = query.filter(organisations::kind.eq(kind));
        }
        if let Some(status) = self.status {
            query = query.filter(organisations::status.eq(status));
        }
        if let Some(text) = &self.q {
            query = query.filter(like::contains(["organisations.name", "organisations.aliases"], text));
        }
        query
    }
}

/// All organisations a filter leaves, in the order of creation.
pub fn all(connection: &mut DbConn, filter: &OrganisationFilter) -> QueryResult<Vec<Organisation>> {
    filter.left().order(organisations::id).select(Organisation::as_select()).load(connection)
}

/// Organisations in the order of creation.
pub fn list(
    connection: &mut DbConn,
    filter: &OrganisationFilter,
    part: &Part<OrganisationId>,
) -> QueryResult<Vec<Organisation>> {
    const OLDEST_FIRST: Order = Order::ascending("organisations.id");
    let query = filter.left().filter(part.beyond(OLDEST_FIRST)).order(part.order(OLDEST_FIRST)).limit(part.limit);
    query.select(Organisation::as_select()).load(connection)
}

/// How many organisations a filter leaves.
pub fn count(connection: &mut DbConn, filter: &OrganisationFilter) -> QueryResult<i64> {
    filter.left().count().get_result(connection)
}
