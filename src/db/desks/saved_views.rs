//! Views of the list of enterprises that people have saved for themselves.

use crate::{
    db::{
        backend::DbConn,
        records::recorded::{Belongs, recorded, written},
        schema::saved_views,
        values::Timestamp,
    },
    domain::ids::{SavedViewId, UserId},
};
use diesel::prelude::*;

/// One saved view.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = saved_views)]
pub struct SavedView {
    /// Its id.
    pub id: SavedViewId,
    /// Whose it is.
    pub user_id: UserId,
    /// What its owner calls it, unique among the owner's.
    pub name: String,
    /// What it asks for, as in the address of the list.
    pub query: String,
    /// Increases with each change.
    pub version: i64,
    /// When it was saved.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

recorded! {
    SavedView as SavedView of ["saved_views"], belongs to |_| Belongs::District, in feed: false, assessed: false {
        fields {
            id: Public, "编号", "id";
            user_id: Public, "账号", "account";
            name: Personal, "名称", "name";
            query: Personal, "查询条件", "query";
        }
        details {
            created_at: Public, "新建时间", "created at";
        }
        unrecorded { version, created_at, updated_at }
    }
}

written! { SavedView in saved_views: created, changed, deleted }

/// Somebody's views, in the order they were saved.
pub fn of(connection: &mut DbConn, user: UserId) -> QueryResult<Vec<SavedView>> {
    saved_views::table
        .filter(saved_views::user_id.eq(user))
        .order(saved_views::id)
        .select(SavedView::as_select())
        .load(connection)
}

/// One of somebody's views.
pub fn find(connection: &mut DbConn, user: UserId, id: SavedViewId) -> QueryResult<Option<SavedView>> {
    saved_views::table
        .filter(saved_views::id.eq(id))
        .filter(saved_views::user_id.eq(user))
        .select(SavedView::as_select())
        .get_result(connection)
        .optional()
}

/// How many views somebody has.
pub fn count(connection: &mut DbConn, user: UserId) -> QueryResult<i64> {
    saved_views::table.filter(saved_views::user_id.eq(user)).count().get_result(connection)
}
