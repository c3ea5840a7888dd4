//! The list of enterprises with their standings: filters, order, pages and counts. Each filter and each order, alone,
//! uses an index.

use super::{enterprise_search, enterprises::Enterprise};
use crate::{
    db::{
        backend::{Counted, DbConn, MultiBackend, UuidSql},
        keyset::{self, Key, Order, Part},
        schema::{enterprises, standings},
        scope::{all_within, first_within},
        values::AnyId,
        watch::standings::Standing,
    },
    domain::{
        fen::Fen,
        ids::{EnterpriseId, OrganisationId, UserId},
        people::actor::Scope,
        registry::{
            enterprise::{EnterpriseStatus, Tier},
            presence::Presence,
        },
        search_key::SearchQuery,
        watch::level::Level,
    },
};
use chrono::NaiveDate;
use diesel::{
    dsl::{AsSelect, InnerJoin, IntoBoxed, Select},
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{BigInt, Bool, Date, Integer, Text},
};
use serde::{Deserialize, Serialize};

/// Which enterprises are listed; all that is said must hold.
#[derive(Debug, Clone, Default)]
pub struct EnterpriseFilter {
    /// What was typed.
    pub search: Option<SearchQuery>,
    /// Its street office.
    pub street: Option<OrganisationId>,
    /// The section of its industry, one letter.
    pub industry_section: Option<String>,
    /// The division of its industry, two digits.
    pub industry_division: Option<String>,
    /// Its presence class.
    pub presence: Option<Presence>,
    /// Its tier.
    pub tier: Option<Tier>,
    /// The earliest day of its entry; an unknown one is none.
    pub entered_from: Option<NaiveDate>,
    /// The day that its entry was before, or unknown.
    pub entered_before: Option<NaiveDate>,
    /// Its risk level.
    pub risk_level: Option<Level>,
    /// Its status.
    pub status: Option<EnterpriseStatus>,
    /// The steward of its team.
    pub steward: Option<UserId>,
    /// The least tax of the year.
    pub tax_year_min: Option<Fen>,
    /// The most tax of the year.
    pub tax_year_max: Option<Fen>,
    /// The band of the tax of the year, by `Band::index`.
    pub tax_year_band: Option<i32>,
}

impl EnterpriseFilter {
    const fn asks_standing(&self) -> bool {
        self.risk_level.is_some()
            || self.tax_year_band.is_some()
            || self.tax_year_min.is_some()
            || self.tax_year_max.is_some()
    }
}

/// What a list is sorted by; enterprises that are alike stand in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnterpriseOrder {
    /// The order of entry.
    Entry,
    /// Pinyin of the name.
    Name,
    /// Tax of the year, by figure.
    TaxYear,
    /// Tax of the year, by band.
    TaxYearBand,
    /// Risk level, then score.
    Risk,
    /// Last visit; one never visited stands before all.
    LastVisit,
}

/// Where a page ends: the value the list is sorted by, and the id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    value: MarkValue,
    id: EnterpriseId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum MarkValue {
    Nothing,
    Text(String),
    Number(i64),
    Day(NaiveDate),
}

/// One row of the list.
pub type EnterpriseWithStanding = (Enterprise, Standing);

type Source = InnerJoin<enterprises::table, standings::table>;
type Columns = (AsSelect<Enterprise, MultiBackend>, AsSelect<Standing, MultiBackend>);
type Query = IntoBoxed<'static, Select<Source, Columns>, MultiBackend>;

impl EnterpriseOrder {
    /// Where a page that ends with the row ends.
    pub fn mark(self, (enterprise, standing): &EnterpriseWithStanding) -> Mark {
        let value = match self {
            Self::Entry => MarkValue::Nothing,
            Self::Name => MarkValue::Text(enterprise.name_key.clone()),
            Self::TaxYear => MarkValue::Number(standing.tax_year_fen.0),
            Self::TaxYearBand => MarkValue::Number(standing.tax_year_band.into()),
            Self::Risk => MarkValue::Number(standing.risk_order.into()),
            Self::LastVisit => MarkValue::Day(standing.last_visit_on.unwrap_or(never())),
        };
        Mark { value, id: enterprise.id }
    }

    /// The expression sorted by before the id, as the index has it.
    const fn column(self) -> Option<&'static str> {
        match self {
            Self::Entry => None,
            Self::Name => Some("enterprises.name_key"),
            Self::TaxYear => Some("standings.tax_year_fen"),
            Self::TaxYearBand => Some("standings.tax_year_band"),
            Self::Risk => Some("standings.risk_order"),
            // NULL compares to nothing: without COALESCE, enterprises never visited would be on no page after the
            // first.
            Self::LastVisit => Some("COALESCE(standings.last_visit_on, '0001-01-01')"),
        }
    }
}

/// What stands in the index for a day that never was.
fn never() -> NaiveDate {
    NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default()
}

/// A part of the list.
pub fn page(
    connection: &mut DbConn,
    scope: Scope,
    filter: &EnterpriseFilter,
    order: (EnterpriseOrder, bool),
    part: Part<Mark>,
) -> QueryResult<Vec<EnterpriseWithStanding>> {
    ordered(connection, scope, filter, order, part)?.load(connection)
}

/// How many enterprises the filter lets through; of more than `most` only that there are so many.
pub fn count(connection: &mut DbConn, scope: Scope, filter: &EnterpriseFilter, most: i64) -> QueryResult<i64> {
    let matching = Matching(filter.clone());
    if filter.asks_standing() {
        let query = enterprises::table.inner_join(standings::table).filter(matching);
        let query = query.filter(all_within(scope, standings::enterprise_id)).select(standings::enterprise_id);
        let query = query.limit(most).into_boxed();
        return match &filter.search {
            Some(search) => Counted(query.filter(enterprise_search::found(connection, search))).get_result(connection),
            None => Counted(query).get_result(connection),
        };
    }
    // Every enterprise has one standing, so without a question about it the join would change nothing.
    let query = enterprises::table.filter(matching).filter(all_within(scope, enterprises::id));
    let query = query.select(enterprises::id).limit(most).into_boxed();
    match &filter.search {
        Some(search) => Counted(query.filter(enterprise_search::found(connection, search))).get_result(connection),
        None => Counted(query).get_result(connection),
    }
}

/// The query of a part.
pub fn ordered(
    connection: &mut DbConn,
    scope: Scope,
    filter: &EnterpriseFilter,
    (order, descending): (EnterpriseOrder, bool),
    part: Part<Mark>,
) -> QueryResult<Query> {
    let tie = tie_column(connection, filter, order);
    let by_id = if descending { Order::descending(tie) } else { Order::ascending(tie) };
    let key = order.column().map_or(by_id, |column| by_id.by(column));
    let part = part.by(|mark| KeyedMark { mark, tie });
    let query = enterprises::table
        .inner_join(standings::table)
        .select((Enterprise::as_select(), Standing::as_select()))
        .filter(Matching(filter.clone()))
        .filter(part.beyond(key))
        .order(part.order(key))
        .limit(part.limit)
        .into_boxed();
    let query = if tie == STANDING_ID {
        query.filter(first_within(connection, scope, standings::enterprise_id)?)
    } else {
        query.filter(first_within(connection, scope, enterprises::id)?)
    };
    Ok(match &filter.search {
        Some(search) => query.filter(enterprise_search::found(connection, search)),
        None => query,
    })
}

/// The column that decides among the alike, in the table whose index leads the query. What is found by text comes out of
/// SQLite's index by row number, which is the order of entry too.
fn tie_column(connection: &DbConn, filter: &EnterpriseFilter, order: EnterpriseOrder) -> &'static str {
    match order {
        EnterpriseOrder::Name => ENTERPRISE_ID,
        EnterpriseOrder::Entry if filter.search.is_some() && matches!(connection, DbConn::Sqlite(_)) => ROW_NUMBER,
        EnterpriseOrder::Entry if !filter.asks_standing() => ENTERPRISE_ID,
        _ => STANDING_ID,
    }
}

const ENTERPRISE_ID: &str = "enterprises.id";
const STANDING_ID: &str = "standings.enterprise_id";
const ROW_NUMBER: &str = "enterprises.seq";

/// A mark with the column that decides among the alike.
struct KeyedMark {
    mark: Mark,
    tie: &'static str,
}

impl keyset::Mark for KeyedMark {
    fn keys(&self) -> Vec<Key> {
        let id = AnyId(self.mark.id.0);
        // A mark holds the id, which every database has; the row number behind it is looked up.
        let tie = match self.tie {
            ROW_NUMBER => Key::Of("(SELECT o.seq FROM enterprises o WHERE o.id = ", id, ")"),
            _ => Key::Id(id),
        };
        let value = match &self.mark.value {
            MarkValue::Nothing => None,
            MarkValue::Text(text) => Some(Key::Text(text.clone())),
            MarkValue::Number(number) => Some(Key::Number(*number)),
            MarkValue::Day(day) => Some(Key::Day(*day)),
        };
        value.into_iter().chain([tie]).collect()
    }
}

/// The condition that a row is one of those that a filter asks for.
#[derive(Debug, Clone)]
struct Matching(EnterpriseFilter);

/// Static text with bound values, unlike `sql()`, so that the statement is prepared once and kept.
impl QueryFragment<MultiBackend> for Matching {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        /// Appends one condition for each value that is asked for.
        macro_rules! all_of {
            ($($before:literal $sql:ty, $value:expr, $after:literal;)*) => {$(
                if let Some(value) = $value {
                    pass.push_sql(concat!(" AND ", $before));
                    pass.push_bind_param::<$sql, _>(value)?;
                    pass.push_sql($after);
                }
            )*};
        }
        let filter = &self.0;
        pass.push_sql("1 = 1");
        all_of! {
            "enterprises.street_id = " UuidSql, &filter.street, "";
            "enterprises.industry_section = " Text, &filter.industry_section, "";
            "enterprises.industry_division = " Text, &filter.industry_division, "";
            "enterprises.presence = " Text, &filter.presence, "";
            "enterprises.tier = " Text, &filter.tier, "";
            "enterprises.status = " Text, &filter.status, "";
            "enterprises.id IN (SELECT t.enterprise_id FROM teams t WHERE t.until IS NULL AND t.steward_id = "
                UuidSql, &filter.steward, ")";
            "enterprises.id IN (SELECT n.id FROM enterprises n WHERE n.entered_on >= " Date, &filter.entered_from, ")";
            "(enterprises.entered_on IS NULL OR enterprises.entered_on < " Date, &filter.entered_before, ")";
            "standings.risk_level = " Text, &filter.risk_level, "";
            "standings.tax_year_band = " Integer, &filter.tax_year_band, "";
        }
        if filter.tax_year_min.is_some() || filter.tax_year_max.is_some() {
            pass.push_sql(" AND standings.enterprise_id IN (SELECT y.enterprise_id FROM standings y WHERE 1 = 1");
            all_of! {
                "y.tax_year_fen >= " BigInt, &filter.tax_year_min, "";
                "y.tax_year_fen <= " BigInt, &filter.tax_year_max, "";
            }
            pass.push_sql(")");
        }
        Ok(())
    }
}

// The text depends on the filter, so the type alone names no prepared statement.
impl QueryId for Matching {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl Expression for Matching {
    type SqlType = Bool;
}
impl<QS> AppearsOnTable<QS> for Matching {}
impl<QS> SelectableExpression<QS> for Matching {}
impl<G> ValidGrouping<G> for Matching {
    type IsAggregate = is_aggregate::Never;
}
