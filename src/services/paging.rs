//! Pages of lists: where one ends and the next begins.

use super::Context;
pub use crate::db::keyset::{Part, Place};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

/// Rows per page when the caller does not say.
pub const DEFAULT_LIMIT: i64 = 50;
/// Most rows per page; a larger limit is capped, not refused.
pub const MAX_LIMIT: i64 = 200;

/// Rows are counted up to this many on pages, which must not take longer because a district is large.
pub const MOST_COUNTED: i64 = 10_000;

/// How many rows, where in the list, and whether to count all.
#[derive(Debug, Clone)]
pub struct Window<K> {
    /// Rows wanted, 1 to 200.
    pub limit: i64,
    /// Where they are: behind the last row of the page before, or before the first of the page after.
    pub place: Place<K>,
    /// Up to how many rows of the list are counted; `None` when their number is not wanted.
    pub count_up_to: Option<i64>,
}

impl<K> Window<K> {
    /// The beginning of a list, without its number of rows.
    pub const fn first(limit: i64) -> Self {
        Self { limit, place: Place::First, count_up_to: None }
    }
}

impl<K: Clone> Window<K> {
    /// What to load: one row more than wanted tells whether there is another page.
    pub fn part(&self) -> Part<K> {
        Part { place: self.place.clone(), limit: self.limit + 1 }
    }

    /// The number of all rows, when it is wanted, where so many were loaded; `count` is told the most it has to count. Rows that
    /// all stand on the first page are not counted again.
    pub fn total<E>(&self, loaded: usize, count: impl FnOnce(i64) -> Result<i64, E>) -> Result<Option<i64>, E> {
        let loaded = i64::try_from(loaded).unwrap_or(i64::MAX);
        let whole = matches!(self.place, Place::First) && loaded <= self.limit;
        self.count_up_to.map(|most| if whole { Ok(loaded.min(most)) } else { count(most) }).transpose()
    }
}

/// One page of a list.
#[derive(Debug, Clone, Serialize)]
pub struct Page<T, K> {
    /// The rows.
    pub items: Vec<T>,
    /// The sort key of the first row, when there are rows before it.
    pub previous: Option<K>,
    /// The sort key of the last row, when more follow.
    pub next: Option<K>,
    /// The number of all rows, when it was wanted.
    pub total: Option<i64>,
}

impl<T, K> Page<T, K> {
    /// A page from what `Window::part` loaded.
    pub fn cut(mut rows: Vec<T>, window: &Window<K>, total: Option<i64>, key: impl Fn(&T) -> K) -> Self {
        let limit = usize::try_from(window.limit).unwrap_or_default();
        // The extra row is only a proof that more follow. The next page begins after the last row that is shown: rows
        // that are inserted before it meanwhile shift nothing, so no row is shown twice or skipped, as with an offset.
        let more = rows.len() > limit;
        rows.truncate(limit);
        let backwards = matches!(window.place, Place::Before(_));
        if backwards {
            rows.reverse();
        }
        // The row that one came from lies on the other side.
        let (before, after) = match window.place {
            Place::First => (false, more),
            Place::After(_) => (true, more),
            Place::Before(_) => (more, true),
        };
        let previous = rows.first().filter(|_| before).map(&key);
        let next = rows.last().filter(|_| after).map(&key);
        Self { items: rows, previous, next, total }
    }

    /// A page of a list that is so short that all its rows are loaded for any page, in the order of `key`.
    pub fn of_all(mut rows: Vec<T>, window: &Window<K>, key: impl Fn(&T) -> K) -> Self
    where
        K: PartialOrd,
    {
        let total = window.count_up_to.map(|_| i64::try_from(rows.len()).unwrap_or(i64::MAX));
        match &window.place {
            Place::First => {}
            Place::After(mark) => rows.retain(|row| key(row) > *mark),
            Place::Before(mark) => {
                rows.retain(|row| key(row) < *mark);
                rows.reverse();
            }
        }
        Self::cut(rows, window, total, key)
    }

    /// A list without rows.
    pub fn empty(window: &Window<K>) -> Self {
        Self { items: Vec::new(), previous: None, next: None, total: window.count_up_to.map(|_| 0) }
    }

    /// The same page with its rows shown in another way.
    pub fn map<U>(self, show: impl FnMut(T) -> U) -> Page<U, K> {
        let Self { items, previous, next, total } = self;
        Page { items: items.into_iter().map(show).collect(), previous, next, total }
    }

    /// The same page with all its rows turned into others at once.
    pub fn turn<U, E>(self, turn: impl FnOnce(Vec<T>) -> Result<Vec<U>, E>) -> Result<Page<U, K>, E> {
        let Self { items, previous, next, total } = self;
        Ok(Page { items: turn(items)?, previous, next, total })
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
