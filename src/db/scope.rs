//! What a reader sees of the rows that belong to enterprises, as one condition of a query. Who sees which enterprise besides
//! readers of the whole district stands in `enterprise_viewers`; triggers of the database keep that table with teams and street
//! offices, so no use case writes it.

use super::{
    backend::{DbConn, MultiBackend, UuidSql},
    schema::{enterprise_viewers, enterprises},
    values::AnyId,
};
use crate::domain::{ids::EnterpriseId, people::actor::Scope, registry::enterprise::EnterpriseReference};
use diesel::{
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Bool, Text},
};

/// The condition that a column names an enterprise of a scope. A `NULL` lies in the whole district alone.
#[derive(Debug, Clone, Copy)]
pub struct InScope<C> {
    column: C,
    scope: Scope,
    search: Search,
}

/// Where SQLite begins, which has no statistics to choose by. PostgreSQL has, and plans both forms alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Search {
    /// With the row: is its enterprise one of those that are seen?
    ByRow,
    /// With what is seen: which rows belong to it?
    ByViewer,
}

/// So many enterprises are gathered and sorted sooner than found by walking an index past everything that is not seen.
pub(super) const FEW: i64 = 1_000;

/// For rows that other conditions make few. `column` should be of the table that leads the query: PostgreSQL then asks before it
/// joins the next one.
pub fn within<C>(scope: Scope, column: C) -> InScope<C> {
    InScope { column, scope, search: Search::ByRow }
}

/// For all rows of a scope, as they are counted: the order does not matter.
pub fn all_within<C>(scope: Scope, column: C) -> InScope<C> {
    InScope { column, scope, search: Search::ByViewer }
}

/// For the first rows in an order that has an index. Who sees much finds a page of it soon by walking the index; who sees little
/// would walk it to its end.
pub fn first_within<C>(connection: &mut DbConn, scope: Scope, column: C) -> QueryResult<InScope<C>> {
    let few = sees_few(connection, scope)?;
    Ok(gathered_or_walked(few, scope, column))
}

/// The same, where it is known whether the scope is small.
pub(super) fn gathered_or_walked<C>(few: bool, scope: Scope, column: C) -> InScope<C> {
    let search = if few { Search::ByViewer } else { Search::ByRow };
    InScope { column, scope, search }
}

/// Whether SQLite should gather what a scope holds before it sorts. PostgreSQL decides that itself.
pub(super) fn sees_few(connection: &mut DbConn, scope: Scope) -> QueryResult<bool> {
    if matches!(connection, DbConn::Pg(_)) {
        return Ok(false);
    }
    let beyond_few = match scope {
        Scope::District | Scope::Nothing => return Ok(false),
        Scope::Street(street) => enterprises::table
            .filter(enterprises::street_id.eq(street))
            .select(enterprises::id)
            .offset(FEW)
            .get_result::<EnterpriseId>(connection)
            .optional()?,
        Scope::Organisation(organisation, user) => enterprise_viewers::table
            .filter(enterprise_viewers::viewer_id.eq_any([AnyId(organisation.0), AnyId(user.0)]))
            .select(enterprise_viewers::enterprise_id)
            .offset(FEW)
            .get_result::<EnterpriseId>(connection)
            .optional()?,
    };
    Ok(beyond_few.is_none())
}

/// Static text with bound values, unlike `sql()`: the statement is prepared once and kept.
impl<C> QueryFragment<MultiBackend> for InScope<C>
where
    C: QueryFragment<MultiBackend>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        let (table, id) = match self.scope {
            Scope::District | Scope::Nothing => {
                pass.push_sql(if self.scope == Scope::District { "1 = 1" } else { "1 = 0" });
                return Ok(());
            }
            Scope::Organisation(..) => ("enterprise_viewers", "seen.enterprise_id"),
            Scope::Street(_) => ("enterprises", "seen.id"),
        };
        if self.search == Search::ByViewer {
            self.column.walk_ast(pass.reborrow())?;
            pass.push_sql(" IN (SELECT ");
            pass.push_sql(id);
        } else {
            pass.push_sql("EXISTS (SELECT 1");
        }
        pass.push_sql(" FROM ");
        pass.push_sql(table);
        pass.push_sql(" seen WHERE ");
        if self.search == Search::ByRow {
            pass.push_sql(id);
            pass.push_sql(" = ");
            self.column.walk_ast(pass.reborrow())?;
            pass.push_sql(" AND ");
        }
        match &self.scope {
            Scope::Organisation(organisation, user) => {
                pass.push_sql("seen.viewer_id IN (");
                pass.push_bind_param::<UuidSql, _>(organisation)?;
                pass.push_sql(", ");
                pass.push_bind_param::<UuidSql, _>(user)?;
                pass.push_sql(")");
            }
            Scope::Street(street) => {
                pass.push_sql("seen.street_id = ");
                pass.push_bind_param::<UuidSql, _>(street)?;
            }
            Scope::District | Scope::Nothing => {}
        }
        pass.push_sql(")");
        Ok(())
    }
}

impl<C> QueryId for InScope<C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<C: Expression> Expression for InScope<C> {
    type SqlType = Bool;
}
impl<C, QS> AppearsOnTable<QS> for InScope<C> where C: AppearsOnTable<QS> {}
impl<C, QS> SelectableExpression<QS> for InScope<C> where C: AppearsOnTable<QS> {}
impl<C, G> ValidGrouping<G> for InScope<C> {
    type IsAggregate = is_aggregate::Never;
}

/// The condition that a column names the enterprise that somebody means. Nothing is found for one that does not exist.
#[derive(Debug, Clone)]
pub struct Named<C> {
    column: C,
    reference: EnterpriseReference,
}

/// For the filter of a list.
pub fn is_named<C>(reference: &EnterpriseReference, column: C) -> Named<C> {
    Named { column, reference: reference.clone() }
}

impl<C> QueryFragment<MultiBackend> for Named<C>
where
    C: QueryFragment<MultiBackend>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.column.walk_ast(pass.reborrow())?;
        match &self.reference {
            EnterpriseReference::Id(id) => {
                pass.push_sql(" = ");
                pass.push_bind_param::<UuidSql, _>(id)
            }
            EnterpriseReference::Uscc(uscc) => {
                pass.push_sql(" IN (SELECT id FROM enterprises WHERE uscc = ");
                pass.push_bind_param::<Text, _>(uscc)?;
                pass.push_sql(")");
                Ok(())
            }
        }
    }
}

impl<C> QueryId for Named<C> {
    type QueryId = ();
    // The text depends on the value.
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<C: Expression> Expression for Named<C> {
    type SqlType = Bool;
}
impl<C, QS> AppearsOnTable<QS> for Named<C> where C: AppearsOnTable<QS> {}
impl<C, QS> SelectableExpression<QS> for Named<C> where C: AppearsOnTable<QS> {}
impl<C, G> ValidGrouping<G> for Named<C> {
    type IsAggregate = is_aggregate::Never;
}
