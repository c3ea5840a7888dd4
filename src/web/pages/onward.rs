//! Links of a list without page numbers: to its beginning, and to the next part.

use super::query::QueryParameters;

/// The ways from a part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLinks {
    /// Its beginning, when one is not there.
    pub first: Option<String>,
    /// What comes next.
    pub next: Option<String>,
}

impl PageLinks {
    /// The ways from where an address is, when the list continues at a cursor.
    pub fn new(asked: &QueryParameters, next_cursor: Option<&str>) -> Self {
        Self {
            first: asked.value("cursor").map(|_| asked.with(&[("cursor", None)])),
            next: next_cursor.map(|cursor| asked.with(&[("cursor", Some(cursor))])),
        }
    }

    /// Whether there is any.
    pub const fn is_any(&self) -> bool {
        self.first.is_some() || self.next.is_some()
    }
}
