//! The ways from a page of a list to the one before and the one after, by keys.

use crate::{
    services::{
        Context,
        paging::{MAX_LIMIT, MOST_COUNTED, Page, Place, Window, read_cursor, write_cursor},
    },
    web::{
        pages::query::QueryParameters,
        problem::{Edge, Problem},
    },
};
use serde::{Serialize, de::DeserializeOwned};

/// The parameter of the row that a page comes after.
pub const AFTER: &str = "cursor";
/// The parameter of the row that a page comes before.
pub const BEFORE: &str = "before";
/// The parameter of the page's number, which only says how far one has gone.
pub const NUMBER: &str = "page";
/// What tells the place in a list; a filter or an order that changes begins the list again.
pub const PLACE: [&str; 3] = [AFTER, BEFORE, NUMBER];

/// The part of a list that an address asks for; `list` names the list with its filters and order, `size` is the number of rows
/// unless the address says another. Only the first page counts the list, up to `MOST_COUNTED`.
pub fn window<K: DeserializeOwned>(
    asked: &QueryParameters,
    context: &Context,
    list: &str,
    size: i64,
) -> Result<Window<K>, Problem> {
    let mark = |written: &str| read_cursor(context, list, written).ok_or(Problem::Edge(Edge::Cursor));
    let place = match (asked.value(AFTER), asked.value(BEFORE)) {
        (Some(written), _) => Place::After(mark(written)?),
        (None, Some(written)) => Place::Before(mark(written)?),
        (None, None) => Place::First,
    };
    let count_up_to = matches!(place, Place::First).then_some(MOST_COUNTED);
    let limit = asked.value("limit").and_then(|limit| limit.parse().ok()).unwrap_or(size);
    Ok(Window { limit: limit.clamp(1, MAX_LIMIT), place, count_up_to })
}

/// The ways from a page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLinks {
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
    /// The number of this page, from 1.
    pub number: i64,
}

impl PageLinks {
    /// The ways from the page that an address asked for.
    pub fn new<T, K: Serialize>(asked: &QueryParameters, context: &Context, list: &str, page: &Page<T, K>) -> Self {
        let number = asked.page_number();
        let way = |name: &str, mark: &K, number: i64| {
            let number = (number > 1).then(|| number.to_string());
            let mut changes: Vec<(&str, Option<&str>)> = PLACE.iter().map(|name| (*name, None)).collect();
            let mark = write_cursor(context, list, mark);
            changes.extend([(name, Some(mark.as_str())), (NUMBER, number.as_deref())]);
            asked.with(&changes)
        };
        Self {
            previous: page.previous.as_ref().map(|mark| way(BEFORE, mark, number - 1)),
            next: page.next.as_ref().map(|mark| way(AFTER, mark, number + 1)),
            number,
        }
    }

    /// Whether there is any.
    pub const fn is_any(&self) -> bool {
        self.previous.is_some() || self.next.is_some()
    }
}
