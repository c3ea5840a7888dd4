//! Pages of lists: where one ends and the next begins.

use super::Context;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

/// Rows per page when the caller does not say.
pub const DEFAULT_LIMIT: i64 = 50;
/// Most rows per page; a larger limit is capped, not refused.
pub const MAX_LIMIT: i64 = 200;

/// How many rows, after which, and whether to count all.
#[derive(Debug, Clone)]
pub struct Window<K> {
    /// Rows wanted, 1 to 200.
    pub limit: i64,
    /// The sort key of the last row of the page before.
    pub after: Option<K>,
    /// Whether the number of all rows is wanted.
    pub include_total: bool,
}

impl<K> Window<K> {
    /// One row more than wanted: it tells whether there is a next page.
    pub const fn fetch(&self) -> i64 {
        self.limit + 1
    }
}

/// One page of a list.
#[derive(Debug, Clone, Serialize)]
pub struct Page<T, K> {
    /// The rows.
    pub items: Vec<T>,
    /// The sort key of the last row, when more follow.
    pub next: Option<K>,
    /// The number of all rows, when it was wanted.
    pub total: Option<i64>,
}

impl<T, K> Page<T, K> {
    /// A page from one row more than wanted.
    pub fn cut(mut rows: Vec<T>, window: &Window<K>, total: Option<i64>, key: impl Fn(&T) -> K) -> Self {
        let limit = usize::try_from(window.limit).unwrap_or_default();
        // The extra row is only a proof that more follow. The next page begins after the last row that is shown: rows
        // that are inserted before it meanwhile shift nothing, so no row is shown twice or skipped, as with an offset.
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(key) } else { None };
        Self { items: rows, next, total }
    }

    /// A list without rows.
    pub fn empty(window: &Window<K>) -> Self {
        Self { items: Vec::new(), next: None, total: window.include_total.then_some(0) }
    }

    /// The same page with its rows shown in another way.
    pub fn map<U>(self, show: impl FnMut(T) -> U) -> Page<U, K> {
        Page { items: self.items.into_iter().map(show).collect(), next: self.next, total: self.total }
    }
}

/// Writes a cursor that holds for one list only: `list` names it with its filters and sort. Signed, so that nobody can walk
/// by sort keys they may not see.
pub fn write_cursor<K: Serialize>(context: &Context, list: &str, key: &K) -> String {
    let payload = serde_json::to_vec(key).unwrap_or_default();
    // The tag covers the list with its filters and order: a key of one order means nothing in another, and would skip
    // rows.
    let tag = context.cursor_key.authenticate(&[list.as_bytes(), &payload]);
    let mut bytes: Vec<u8> = tag.iter().copied().take(TAG).collect();
    bytes.extend(payload);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Bytes of the tag that are kept: 128 bits cannot be guessed.
const TAG: usize = 16;

/// Reads a cursor of the list; `None` when it is another's or none at all.
pub fn read_cursor<K: DeserializeOwned>(context: &Context, list: &str, cursor: &str) -> Option<K> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (tag, payload) = bytes.split_at_checked(TAG)?;
    // Verified before it is parsed: the payload becomes part of a query.
    let expected = context.cursor_key.authenticate(&[list.as_bytes(), payload]);
    if expected.get(..TAG)? != tag {
        return None;
    }
    serde_json::from_slice(payload).ok()
}
