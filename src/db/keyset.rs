//! Pages of a list by keys, in both directions, for every list: the order of the list, the mark of a row in it, and the
//! condition that a row stands behind a mark or before it. A key page costs the same wherever it is, and rows that come or go
//! meanwhile are neither shown twice nor skipped, as they are with an offset.

use super::{
    backend::{MultiBackend, TimestampSql, UuidSql},
    values::{AnyId, Timestamp},
};
use crate::domain::ids::{
    AccessId, AlertId, ChangeId, DeliveryId, DirectiveId, ImportId, OrganisationId, SessionId, SignalId, TeamId,
    TokenId, UserId, VisitId,
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{BigInt, Bool, Date, Text},
};

/// Where a page of a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<K> {
    /// At the beginning.
    First,
    /// Behind a row.
    After(K),
    /// Just before a row.
    Before(K),
}

/// The rows of a list that are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Part<K> {
    /// Where they are.
    pub place: Place<K>,
    /// How many at most.
    pub limit: i64,
}

/// One value of a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// An id, alone or to decide among the alike.
    Id(AnyId),
    /// What a row has where another row is found by its id: the text before and behind the id.
    Of(&'static str, AnyId, &'static str),
    /// A text, compared byte by byte.
    Text(String),
    /// A number or an amount.
    Number(i64),
    /// A day.
    Day(NaiveDate),
    /// An instant.
    At(Timestamp),
}

/// What tells where a row stands in the order of its list: a value for each column of the order.
pub trait Mark {
    /// The values, in the order of the columns.
    fn keys(&self) -> Vec<Key>;
}

macro_rules! marked_by_id {
    ($($id:ident),*) => {$(
        impl Mark for $id {
            fn keys(&self) -> Vec<Key> {
                vec![Key::Id(AnyId(self.0))]
            }
        }
    )*};
}
marked_by_id!(
    AccessId,
    AlertId,
    ChangeId,
    DirectiveId,
    ImportId,
    DeliveryId,
    OrganisationId,
    SessionId,
    SignalId,
    TeamId,
    TokenId,
    UserId,
    VisitId
);

impl<I: Mark> Mark for (NaiveDate, I) {
    fn keys(&self) -> Vec<Key> {
        std::iter::once(Key::Day(self.0)).chain(self.1.keys()).collect()
    }
}

impl<I: Mark> Mark for (DateTime<Utc>, I) {
    fn keys(&self) -> Vec<Key> {
        std::iter::once(Key::At(Timestamp(self.0))).chain(self.1.keys()).collect()
    }
}

/// The order of a list: columns that together name one row, all in one direction, so that one index serves the list forwards and
/// backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    columns: [Option<&'static str>; 2],
    descending: bool,
}

impl Order {
    /// The least first.
    pub const fn ascending(column: &'static str) -> Self {
        Self { columns: [None, Some(column)], descending: false }
    }

    /// The greatest first; of ids, the latest.
    pub const fn descending(column: &'static str) -> Self {
        Self { columns: [None, Some(column)], descending: true }
    }

    /// The same, by another column before.
    #[must_use]
    pub const fn by(self, column: &'static str) -> Self {
        Self { columns: [Some(column), self.columns[1]], ..self }
    }
}

impl<K> Part<K> {
    /// The same part with another mark.
    pub fn by<M>(self, mark: impl FnOnce(K) -> M) -> Part<M> {
        let place = match self.place {
            Place::First => Place::First,
            Place::After(key) => Place::After(mark(key)),
            Place::Before(key) => Place::Before(mark(key)),
        };
        Part { place, limit: self.limit }
    }
}

impl<K: Mark> Part<K> {
    /// The rows of the part in a query whose list has the order, those behind its place first: `Page::cut` turns the rows of a
    /// part before a row around.
    pub fn order(&self, order: Order) -> Sorted {
        let backwards = matches!(self.place, Place::Before(_));
        Sorted(Order { descending: order.descending != backwards, ..order })
    }

    /// The condition that a row is behind the place of the part, seen in its direction.
    pub fn beyond(&self, order: Order) -> Beyond {
        let keys = match &self.place {
            Place::First => Vec::new(),
            Place::After(mark) | Place::Before(mark) => mark.keys(),
        };
        Beyond { order: self.order(order).0, keys }
    }
}

/// What a query is sorted by.
#[derive(Debug, Clone, Copy)]
pub struct Sorted(Order);

/// The condition that a row stands behind a mark; of no mark, none.
#[derive(Debug, Clone)]
pub struct Beyond {
    order: Order,
    keys: Vec<Key>,
}

// Both are static text with bound values, unlike `sql()`, so that their statements are prepared once and kept.

impl QueryFragment<MultiBackend> for Sorted {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        separated(&mut pass, self.0.columns.iter().flatten(), |pass, column| {
            pass.push_sql(column);
            pass.push_sql(if self.0.descending { " DESC" } else { " ASC" });
            Ok(())
        })
    }
}

impl QueryFragment<MultiBackend> for Beyond {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        if self.keys.is_empty() {
            pass.push_sql("1 = 1");
            return Ok(());
        }
        // Compared as one row value: both databases then seek in the index of the columns. The same condition written with
        // OR (`day < d OR day = d AND id < i`) makes them read all rows before the mark.
        pass.push_sql("(");
        separated(&mut pass, self.order.columns.iter().flatten(), |pass, column| {
            pass.push_sql(column);
            Ok(())
        })?;
        pass.push_sql(if self.order.descending { ") < (" } else { ") > (" });
        separated(&mut pass, &self.keys, push_key)?;
        pass.push_sql(")");
        Ok(())
    }
}

pub(super) fn push_key<'b>(pass: &mut AstPass<'_, 'b, MultiBackend>, key: &'b Key) -> QueryResult<()> {
    match key {
        Key::Id(id) => pass.push_bind_param::<UuidSql, _>(id),
        Key::Text(text) => pass.push_bind_param::<Text, _>(text),
        Key::Number(number) => pass.push_bind_param::<BigInt, _>(number),
        Key::Day(day) => pass.push_bind_param::<Date, _>(day),
        Key::At(at) => pass.push_bind_param::<TimestampSql, _>(at),
        Key::Of(before, id, behind) => {
            pass.push_sql(before);
            pass.push_bind_param::<UuidSql, _>(id)?;
            pass.push_sql(behind);
            Ok(())
        }
    }
}

fn separated<'b, 'a, T>(
    pass: &mut AstPass<'_, 'b, MultiBackend>,
    parts: impl IntoIterator<Item = T>,
    push: impl Fn(&mut AstPass<'_, 'b, MultiBackend>, T) -> QueryResult<()>,
) -> QueryResult<()> {
    for (number, part) in parts.into_iter().enumerate() {
        if number > 0 {
            pass.push_sql(", ");
        }
        push(pass, part)?;
    }
    Ok(())
}

/// They may stand in any query that has the tables of their columns.
macro_rules! anywhere {
    ($($name:ident: $sql:ty),*) => {$(
        // The text depends on the value, so the type alone names no prepared statement.
        impl QueryId for $name {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
        impl Expression for $name {
            type SqlType = $sql;
        }
        impl<QS> AppearsOnTable<QS> for $name {}
        impl<QS> SelectableExpression<QS> for $name {}
        impl<G> ValidGrouping<G> for $name {
            type IsAggregate = is_aggregate::Never;
        }
    )*};
}
anywhere!(Sorted: Text, Beyond: Bool);
