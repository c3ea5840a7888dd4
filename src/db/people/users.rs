//! Accounts of people.

use crate::{
    db::{
        backend::{DbConn, MultiBackend, of_any},
        keyset::{Order, Part},
        like,
        locks::{self, Lock},
        people::credentials::Credentials,
        records::recorded::{Belongs, recorded, written},
        registry::organisations::Organisation,
        schema::{credentials, organisations, users},
        values::Timestamp,
    },
    domain::{
        ids::{OrganisationId, UserId},
        people::{actor::Scope, role::Role, user::UserStatus},
    },
    texts::Language,
};
use diesel::prelude::*;

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// What the person signs in with; lower case.
    pub username: String,
    /// The displayed name.
    pub display_name: String,
    /// Where alerts are sent.
    pub email: Option<String>,
    /// What pages and mails are in.
    pub language: Language,
    /// What the person may do.
    pub role: Role,
    /// Where the person works.
    pub organisation_id: OrganisationId,
    /// Whether it can be used.
    pub status: UserStatus,
    /// Increases with each change.
    pub version: i64,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

recorded! {
    User as User of ["users"], belongs to |_| Belongs::District, in feed: false, assessed: false {
        fields {
            id: Public, "编号", "id";
            username: Public, "用户名", "user name";
            display_name: Public, "姓名", "name";
            email: Personal, "电子邮箱", "e-mail";
            language: Public, "语言", "language";
            role: Public, "角色", "role";
            organisation_id: Public, "所属单位", "organisation";
            status: Public, "状态", "status";
        }
        details {
            successor_id: Public, "接任人", "successor";
            teams: Public, "专班数", "teams";
            second_factor: Public, "两步验证", "second factor";
            locked_until: Public, "锁定至", "locked until";
            reason: Public, "原因", "reason";
            remote_address: Personal, "来源地址", "remote address";
            user_agent: Personal, "浏览器", "browser";
        }
        unrecorded { version, created_at, updated_at }
    }
}

written! { User in users: created, changed }

impl User {
    /// Which enterprises the person sees.
    pub fn scope(&self) -> Scope {
        Scope::of_person(self.role, self.organisation_id, self.id)
    }
}

/// The account with the id.
pub fn find(connection: &mut DbConn, id: UserId) -> QueryResult<Option<User>> {
    users::table.filter(users::id.eq(id)).select(User::as_select()).get_result(connection).optional()
}

/// An account with where its person works and what it proves itself with; without a password there is no proof.
pub fn with_place(
    connection: &mut DbConn,
    id: UserId,
) -> QueryResult<Option<(User, Organisation, Option<Credentials>)>> {
    users::table
        .inner_join(organisations::table)
        .left_join(credentials::table)
        .filter(users::id.eq(id))
        .select((User::as_select(), Organisation::as_select(), Option::<Credentials>::as_select()))
        .get_result(connection)
        .optional()
}

/// The account with the user name, which is in lower case.
pub fn find_by_username(connection: &mut DbConn, username: &str) -> QueryResult<Option<User>> {
    users::table.filter(users::username.eq(username)).select(User::as_select()).get_result(connection).optional()
}

/// The account, locked until the transaction ends. SQLite has one writer and needs no lock.
pub fn lock(connection: &mut DbConn, id: UserId) -> QueryResult<Option<User>> {
    let row = users::table.filter(users::id.eq(id));
    let row: Option<User> = match connection {
        DbConn::Pg(pg) => row.for_no_key_update().get_result(pg).optional()?,
        DbConn::Sqlite(sqlite) => row.get_result(sqlite).optional()?,
    };
    locks::taken(Lock::Users, row.iter().map(|row| row.id.0));
    Ok(row)
}

/// The account and all security administrators in office, locked in id order: two of them who take each other's role away
/// wait for each other.
pub fn lock_with_security_administrators(connection: &mut DbConn, id: UserId) -> QueryResult<Vec<User>> {
    let in_office = users::role.eq(Role::SecurityAdministrator).and(users::status.eq(UserStatus::Active));
    let rows = users::table.filter(users::id.eq(id).or(in_office)).order(users::id);
    let rows: Vec<User> = match connection {
        DbConn::Pg(pg) => rows.for_no_key_update().load(pg)?,
        DbConn::Sqlite(sqlite) => rows.load(sqlite)?,
    };
    locks::taken(Lock::Users, rows.iter().map(|row| row.id.0));
    Ok(rows)
}

/// Which accounts are listed.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UserFilter {
    /// With this role.
    pub role: Option<Role>,
    /// Working there.
    pub organisation_id: Option<OrganisationId>,
    /// In this status; only the security administrator sees others than active ones.
    pub status: Option<UserStatus>,
    /// Part of the user name or the displayed name.
    #[param(example = "王")]
    // Cursors are bound to the written filter, and earlier programs wrote it so.
    #[serde(rename(serialize = "text"))]
    pub q: Option<String>,
}

impl UserFilter {
    /// The accounts that the filter leaves.
    fn left<'q>(&self) -> users::BoxedQuery<'q, MultiBackend> {
        let mut query = users::table.into_boxed();
        if let Some(role) = self.role {
            query = query.filter(users::role.eq(role));
        }
        if let Some(organisation) = self.organisation_id {
            query = query.filter(users::organisation_id.eq(organisation));
        }
        if let Some(status) = self.status {
            query = query.filter(users::status.eq(status));
        }
        if let Some(text) = &self.q {
            query = query.filter(like::contains(["users.username", "users.display_name"], text));
        }
        query
    }
}

/// Accounts in the order of creation.
pub fn list(connection: &mut DbConn, filter: &UserFilter, part: &Part<UserId>) -> QueryResult<Vec<User>> {
    const OLDEST_FIRST: Order = Order::ascending("users.id");
    let query = filter.left().filter(part.beyond(OLDEST_FIRST)).order(part.order(OLDEST_FIRST)).limit(part.limit);
    query.select(User::as_select()).load(connection)
}

/// How many accounts a filter leaves.
pub fn count(connection: &mut DbConn, filter: &UserFilter) -> QueryResult<i64> {
    filter.left().count().get_result(connection)
}

/// The accounts with one of the ids.
pub fn with_ids(connection: &mut DbConn, ids: &[UserId]) -> QueryResult<Vec<User>> {
    of_any(ids, |ids| users::table.filter(users::id.eq_any(ids)).select(User::as_select()).load(connection))
}

/// The accounts in use that have one of the roles, by organisation and name.
pub fn active_with_roles(connection: &mut DbConn, roles: &[Role]) -> QueryResult<Vec<User>> {
    users::table
        .filter(users::status.eq(UserStatus::Active))
        .filter(users::role.eq_any(roles.to_vec()))
        .order((users::organisation_id, users::display_name, users::id))
        .select(User::as_select())
        .load(connection)
}
