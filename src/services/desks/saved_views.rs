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
        Error, Invalid, Tx, Version, error::Reason, patch::Patch, people::sessions::person, unit_of_work::require,
    },
    texts::{Explain, Language},
};

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

/// A view to be saved.
#[derive(Debug, Clone)]
pub struct NewView {
    /// What its owner calls it.
    pub name: String,
    /// What it asks for; already understood and tidied.
    pub query: String,
}

/// Changes of a view.
#[derive(Debug, Clone, Default)]
pub struct ViewChanges {
    /// What its owner calls it.
    pub name: Patch<String>,
    /// What it asks for; already understood and tidied.
    pub query: Patch<String>,
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
pub fn create(tx: &mut Tx<'_>, new: &NewView) -> Result<SavedView, Error> {
    let user_id = locked_owner(tx)?;
    let mut invalid = Invalid::default();
    let name = invalid.line("/name", &new.name, NAME_MAX).unwrap_or_default();
    check_query(&new.query, &mut invalid);
    invalid.check()?;
    if saved_views::count(tx.conn, user_id)? >= MOST_VIEWS {
        return Err(Error::conflict(ViewError::Enough));
    }
    let view = SavedView {
        id: SavedViewId::new(),
        user_id,
        name,
        query: new.query.clone(),
        version: 1,
        created_at: tx.now.into(),
        updated_at: tx.now.into(),
    };
    tx.create(&view).map_err(taken)?;
    Ok(view)
}

/// Changes one of the own views that has the version.
pub fn update(tx: &mut Tx<'_>, id: SavedViewId, version: Version, changes: ViewChanges) -> Result<SavedView, Error> {
    let before = locked(tx, id)?;
    version.check(before.version)?;
    let mut after = before.clone();
    let mut invalid = Invalid::default();
    if let Some(name) = invalid.kept("/name", changes.name) {
        after.name = invalid.line("/name", &name, NAME_MAX).unwrap_or(after.name);
    }
    if let Some(query) = invalid.kept("/query", changes.query) {
        check_query(&query, &mut invalid);
        after.query = query;
    }
    invalid.check()?;
    Ok(tx.change(&before, after, Action::Updated).map_err(taken)?.unwrap_or(before))
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
