//! The imports so far, for those who import: the source of the data, the legal basis, and the result. Never the
//! content.

use crate::{
    db::{
        backend::DbConn,
        registry::imports::{self, Import},
    },
    domain::{
        ids::ImportId,
        people::{actor::Actor, role::Permission},
    },
    services::{
        Error,
        paging::{Page, Window},
        unit_of_work::require,
    },
};
use std::collections::BTreeMap;

/// An import with the name of the person who did it.
#[derive(Debug, Clone)]
pub struct PastImport {
    /// The import.
    pub row: Import,
    /// Who did it, by the name of then; `None` when nothing was recorded.
    pub author: Option<String>,
}

/// A page of the imports, latest first.
pub fn list(
    connection: &mut DbConn,
    actor: &Actor,
    window: &Window<ImportId>,
) -> Result<Page<PastImport, ImportId>, Error> {
    require(actor, Permission::WriteReceipts)?;
    let rows = imports::list(connection, &window.part())?;
    let total = window.total(rows.len(), |_| imports::count(connection))?;
    let page = Page::cut(rows, window, total, |row| row.id);
    let ids: Vec<ImportId> = page.items.iter().map(|row| row.id).collect();
    let mut authors: BTreeMap<ImportId, String> = imports::authors(connection, &ids)?.into_iter().collect();
    Ok(page.map(|row| PastImport { author: authors.remove(&row.id), row }))
}
