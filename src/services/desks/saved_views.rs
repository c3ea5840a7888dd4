//! Views of the list of enterprises that people save: only their owner reads, changes and deletes them.

use crate::{
    db::{
        backend::DbConn,
        desks::saved_views::{self, SavedView},
        people::users,
    },
    domain::{
        codes::codes,
        ids::{SavedViewId, UserId},
        people::{actor::Actor, role::Permission},
        records::change::Action,
    },
    services::{
        Error, Invalid, Tx, Version, command::command, error::Reason, patch::Patch, people::sessions::person,
        unit_of_work::require,
    },
    texts::{Explain, Language},
};
use serde::Deserialize;
use utoipa::ToSchema;

/// Most views of one person.
pub const MOST_VIEWS: i64 = 20;
/// Longest name in characters.
pub const NAME_MAX: usize = 30;
/// Longest query in bytes.
pub const QUERY_MAX: usize = 2000;

codes! {
    /// Why a view is not saved.
    pub enum ViewError {
        /// The person has as many as one may have.
        Enough = "too_many_views", "每人最多保存 20 个视图，请先删除不用的。", "You have saved 20 views, the maximum. Delete one first.";
        /// What it asks for is too long to be kept.
        TooLong = "query_too_long", "筛选条件太长，无法保存。", "The filters are too long to save.";
    }
}

impl Explain for ViewError {
    fn code(&self) -> &'static str {
        self.as_str()
    }

    fn text(&self, language: Language) -> String {
        Self::text(*self, language).to_owned()
    }
}

/// The fields of a view.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ViewFields {
    /// What you call it, unique among your own.
    #[schema(value_type = Option<String>, max_length = 30)]
    pub name: Patch<String>,
    /// What it asks the list for, written as the query part of its address.
    // The caller has understood and tidied it.
    #[schema(value_type = Option<String>, max_length = 2000)]
    pub query: Patch<String>,
}

command! {
    ViewFields: "SavedViewEntry", "SavedViewChange" {
        required { name }
        once {}
        created { "name": "红色，按税收", "query": "risk_level=red&sort=-tax_year" }
        changed { "name": "红色" }
    }
}

/// The own views, in the order they were saved.
pub fn list_own(connection: &mut DbConn, actor: &Actor) -> Result<Vec<SavedView>, Error> {
    let owner = owner(actor)?;
    Ok(saved_views::of(connection, owner)?)
}

/// One of the own views.
pub fn find_own(connection: &mut DbConn, actor: &Actor, id: SavedViewId) -> Result<SavedView, Error> {
    let owner = owner(actor)?;
    saved_views::find(connection, owner, id)?.ok_or(Error::NotFound)
}

/// Saves a view.
pub fn create(tx: &mut Tx<'_>, fields: ViewFields) -> Result<SavedView, Error> {
    let user_id = locked_owner(tx)?;
    let mut invalid = Invalid::default();
    invalid.require(&fields);
    let mut view = SavedView {
        id: SavedViewId::new(),
        user_id,
        name: String::new(),
        query: String::new(),
        version: 1,
        created_at: tx.now.into(),
        updated_at: tx.now.into(),
    };
    apply(&mut view, fields, &mut invalid);
    invalid.check()?;
    if saved_views::count(tx.conn, user_id)? >= MOST_VIEWS {
        return Err(Error::conflict(ViewError::Enough));
    }
    tx.create(&view).map_err(taken)?;
    Ok(view)
}

/// Changes one of the own views that has the version.
pub fn update(tx: &mut Tx<'_>, id: SavedViewId, version: Version, fields: ViewFields) -> Result<SavedView, Error> {
    let before = locked(tx, id)?;
    version.check(before.version)?;
    let mut after = before.clone();
    let mut invalid = Invalid::default();
    apply(&mut after, fields, &mut invalid);
    invalid.check()?;
    Ok(tx.change(&before, after, Action::Updated).map_err(taken)?.unwrap_or(before))
}

fn apply(view: &mut SavedView, fields: ViewFields, invalid: &mut Invalid) {
    if let Some(name) = invalid.kept("/name", fields.name) {
        view.name = invalid.line("/name", &name, NAME_MAX).unwrap_or_default();
    }
    if let Some(query) = invalid.kept("/query", fields.query) {
        check_query(&query, invalid);
        view.query = query;
    }
}

/// Takes out one of the own views that has the version.
pub fn delete(tx: &mut Tx<'_>, id: SavedViewId, version: Version) -> Result<(), Error> {
    let view = locked(tx, id)?;
    version.check(view.version)?;
    tx.delete(&view)
}

/// Every person who reads enterprises may save views of them; service accounts are not people.
fn owner(actor: &Actor) -> Result<UserId, Error> {
    require(actor, Permission::ReadBusiness)?;
    person(actor)
}

/// The owner, locked so that two views saved at once are counted one after the other.
fn locked_owner(tx: &mut Tx<'_>) -> Result<UserId, Error> {
    let user = owner(tx.actor)?;
    users::lock(tx.conn, user)?.ok_or(Error::NotFound)?;
    Ok(user)
}

fn locked(tx: &mut Tx<'_>, id: SavedViewId) -> Result<SavedView, Error> {
    let user = locked_owner(tx)?;
    saved_views::find(tx.conn, user, id)?.ok_or(Error::NotFound)
}

fn check_query(query: &str, invalid: &mut Invalid) {
    if query.len() > QUERY_MAX {
        invalid.note("/query", ViewError::TooLong);
    }
}

fn taken(error: Error) -> Error {
    match error.broken_unique() {
        Some(_) => Error::field("/name", Reason::Taken),
        None => error,
    }
}
