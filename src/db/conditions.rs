//! Conditions of a list whose filters, scope and order each have an index of their own, and which of them SQLite begins with: it
//! has no statistics, and would as soon begin with a condition that nearly every row meets.

use super::{
    backend::{DbConn, MultiBackend},
    keyset::{Key, push_key},
    scope::FEW,
};
use diesel::{
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::Bool,
};

/// One condition: pieces of static text, each with the value that stands behind it.
#[derive(Debug, Clone)]
pub struct Condition {
    pieces: Vec<(&'static str, Option<Key>)>,
    /// Whether SQLite may look for rows by it. What it may not, it only tests in rows found otherwise.
    leads: bool,
}

/// Conditions that all hold.
#[derive(Debug, Clone, Default)]
pub struct Conditions(Vec<Condition>);

impl Condition {
    /// The text, then the value.
    pub fn of(text: &'static str, value: Key) -> Self {
        Self { pieces: vec![(text, Some(value))], leads: true }
    }

    /// The same, with more text behind.
    #[must_use]
    pub fn then(mut self, text: &'static str) -> Self {
        self.pieces.push((text, None));
        self
    }

    /// The same, with more text and a value behind, if there is one.
    #[must_use]
    pub fn and(mut self, text: &'static str, value: Option<Key>) -> Self {
        self.pieces.extend(value.map(|value| (text, Some(value))));
        self
    }
}

impl FromIterator<Condition> for Conditions {
    fn from_iter<I: IntoIterator<Item = Condition>>(conditions: I) -> Self {
        Self(conditions.into_iter().collect())
    }
}

impl Conditions {
    /// Lets SQLite begin with one condition that few rows meet, as `meets_many` says, or with none of them.
    pub fn led_by_few(
        self,
        connection: &mut DbConn,
        meets_many: impl Fn(&mut DbConn, Self, i64) -> QueryResult<bool>,
    ) -> QueryResult<Self> {
        let mut led = false;
        let decided = self.0.into_iter().map(|condition| {
            let leads = !led && !meets_many(connection, Self(vec![condition.clone()]), FEW)?;
            led |= leads;
            Ok(Condition { leads, ..condition })
        });
        decided.collect::<QueryResult<Vec<_>>>().map(Self)
    }

    /// Lets SQLite begin with none of them.
    #[must_use]
    pub fn led_otherwise(self) -> Self {
        self.0.into_iter().map(|condition| Condition { leads: false, ..condition }).collect()
    }
}

/// Static text with bound values, unlike `sql()`, so that the statement is prepared once and kept.
impl QueryFragment<MultiBackend> for Conditions {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        pass.push_sql("1 = 1");
        for condition in &self.0 {
            // A unary plus changes no value; SQLite uses no index for what it stands before (its query planner, section 2.1).
            pass.push_sql(if condition.leads { " AND " } else { " AND +" });
            for (text, value) in &condition.pieces {
                pass.push_sql(text);
                if let Some(value) = value {
                    push_key(&mut pass, value)?;
                }
            }
        }
        Ok(())
    }
}

// The text depends on the conditions, so the type alone names no prepared statement.
impl QueryId for Conditions {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl Expression for Conditions {
    type SqlType = Bool;
}
impl<QS> AppearsOnTable<QS> for Conditions {}
impl<QS> SelectableExpression<QS> for Conditions {}
impl<G> ValidGrouping<G> for Conditions {
    type IsAggregate = is_aggregate::Never;
}
