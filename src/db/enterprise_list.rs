//! The list of enterprises with their standings: filters, order, pages and counts. Each filter and each order, alone,
//! uses an index.

use super::{
    backend::{DbConn, MultiBackend, UuidSql},
    enterprise_search,
    enterprises::{Enterprise, within},
    schema::{enterprises, standings},
    standings::Standing,
};
use crate::domain::{
    actor::Scope,
    band::Band,
    enterprise::{EnterpriseStatus, Tier},
    fen::Fen,
    ids::{EnterpriseId, OrganisationId, UserId},
    level::Level,
    presence::Presence,
    search_key::SearchQuery,
};
use chrono::NaiveDate;
use diesel::{
    dsl::{AsSelect, InnerJoin, IntoBoxed, Select, sql},
    prelude::*,
    sql_types::{BigInt, Bool, Date, Text},
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
    /// Whether it entered on the day or after; an unknown entry is not new.
    pub entered_since: Option<(NaiveDate, bool)>,
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
    /// The band of the tax of the year.
    pub tax_year_band: Option<Band>,
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

/// Rows of the list in order after a mark: some left out, then at most so many.
pub fn page(
    connection: &mut DbConn,
    scope: Scope,
    filter: &EnterpriseFilter,
    (order, descending): (EnterpriseOrder, bool),
    after: Option<&Mark>,
    (skip, limit): (i64, i64),
) -> QueryResult<Vec<EnterpriseWithStanding>> {
    ordered(connection, scope, filter, (order, descending), after).offset(skip).limit(limit).load(connection)
}

/// How many enterprises the filter lets through; what is found by text is counted up to `most_found` only, since common words
/// are in every other name.
pub fn count(connection: &mut DbConn, scope: Scope, filter: &EnterpriseFilter, most_found: i64) -> QueryResult<i64> {
    let query = filtered(connection, scope, filter);
    if filter.search.is_none() {
        return query.count().get_result(connection);
    }
    let found: Vec<EnterpriseId> = query.select(enterprises::id).limit(most_found).load(connection)?;
    Ok(i64::try_from(found.len()).unwrap_or(most_found))
}

/// The query of a page, all but its length.
pub fn ordered(
    connection: &DbConn,
    scope: Scope,
    filter: &EnterpriseFilter,
    (order, descending): (EnterpriseOrder, bool),
    after: Option<&Mark>,
) -> Query {
    let query = filtered(connection, scope, filter);
    // The tie goes in the same direction as the column, so that column and tie are one key: one index serves both
    // directions.
    let (sign, direction) = if descending { ("<", "DESC") } else { (">", "ASC") };
    let tie = tie_column(connection, filter, order);
    let query = match after {
        Some(mark) => query.filter(beyond(mark, order.column(), tie, sign)),
        None => query,
    };
    let written = match order.column() {
        None => format!("{tie} {direction}"),
        Some(column) => format!("{column} {direction}, {tie} {direction}"),
    };
    query.order(sql::<Text>(&written))
}

/// The column that decides among the alike, in the table whose index leads the query. What is found by text comes out of
/// SQLite's index by row number, which is the order of entry too.
fn tie_column(connection: &DbConn, filter: &EnterpriseFilter, order: EnterpriseOrder) -> &'static str {
    let by_standing = filter.risk_level.is_some()
        || filter.tax_year_band.is_some()
        || filter.tax_year_min.is_some()
        || filter.tax_year_max.is_some();
    match order {
        EnterpriseOrder::Name => "enterprises.id",
        EnterpriseOrder::Entry if filter.search.is_some() && matches!(connection, DbConn::Sqlite(_)) => ROW_NUMBER,
        EnterpriseOrder::Entry if !by_standing => "enterprises.id",
        _ => "standings.enterprise_id",
    }
}

const ROW_NUMBER: &str = "enterprises.seq";

/// The condition that a row stands behind a mark.
fn beyond<QS: 'static>(
    mark: &Mark,
    column: Option<&'static str>,
    tie: &'static str,
    sign: &'static str,
) -> Box<dyn BoxableExpression<QS, MultiBackend, SqlType = Bool>> {
    let Some(column) = column else { return beyond_id(mark.id, tie, sign) };
    // Compared as one row value: both databases then seek in the index of column and tie. The same condition written
    // with OR (`column > v OR column = v AND tie > id`) makes them read all rows before the mark.
    let open = sql::<Bool>(&format!("({column}, {tie}) {sign} ("));
    match &mark.value {
        MarkValue::Text(text) => {
            Box::new(open.bind::<Text, _>(text.clone()).sql(", ").bind::<UuidSql, _>(mark.id).sql(")"))
        }
        MarkValue::Number(number) => {
            Box::new(open.bind::<BigInt, _>(*number).sql(", ").bind::<UuidSql, _>(mark.id).sql(")"))
        }
        MarkValue::Day(day) => Box::new(open.bind::<Date, _>(*day).sql(", ").bind::<UuidSql, _>(mark.id).sql(")")),
        MarkValue::Nothing => beyond_id(mark.id, tie, sign),
    }
}

fn beyond_id<QS: 'static>(
    id: EnterpriseId,
    tie: &'static str,
    sign: &'static str,
) -> Box<dyn BoxableExpression<QS, MultiBackend, SqlType = Bool>> {
    // A mark holds the id, which every database has; the row number behind it is looked up.
    if tie == ROW_NUMBER {
        let open = sql::<Bool>(&format!("{tie} {sign} (SELECT o.seq FROM enterprises o WHERE o.id = "));
        return Box::new(open.bind::<UuidSql, _>(id).sql(")"));
    }
    Box::new(sql::<Bool>(&format!("{tie} {sign} ")).bind::<UuidSql, _>(id))
}

fn filtered(connection: &DbConn, scope: Scope, filter: &EnterpriseFilter) -> Query {
    let query = enterprises::table
        .inner_join(standings::table)
        .select((Enterprise::as_select(), Standing::as_select()))
        .into_boxed();
    let query = by_fields(within!(query, scope), filter);
    let query = by_standing(query, filter);
    match &filter.search {
        Some(search) => query.filter(enterprise_search::found(connection, search)),
        None => query,
    }
}

/// Narrows a query by a column, when a value is asked for.
macro_rules! equal {
    ($query:expr, $column:expr, $value:expr) => {
        match $value.clone() {
            Some(value) => $query.filter($column.eq(value)),
            None => $query,
        }
    };
}

fn by_fields(query: Query, filter: &EnterpriseFilter) -> Query {
    let query = equal!(query, enterprises::street_id, filter.street);
    let query = equal!(query, enterprises::industry_section, filter.industry_section);
    let query = equal!(query, enterprises::industry_division, filter.industry_division);
    let query = equal!(query, enterprises::presence, filter.presence);
    let query = equal!(query, enterprises::tier, filter.tier);
    let query = equal!(query, enterprises::status, filter.status);
    let query = match filter.steward {
        Some(steward) => query.filter(
            sql::<Bool>(
                "enterprises.id IN (SELECT t.enterprise_id FROM teams t WHERE t.until IS NULL AND t.steward_id = ",
            )
            .bind::<UuidSql, _>(steward)
            .sql(")"),
        ),
        None => query,
    };
    match filter.entered_since {
        Some((day, true)) => query.filter(
            sql::<Bool>("enterprises.id IN (SELECT n.id FROM enterprises n WHERE n.entered_on >= ")
                .bind::<Date, _>(day)
                .sql(")"),
        ),
        Some((day, false)) => {
            query.filter(enterprises::entered_on.is_null().or(enterprises::entered_on.lt(day)).assume_not_null())
        }
        None => query,
    }
}

fn by_standing(query: Query, filter: &EnterpriseFilter) -> Query {
    let query = equal!(query, standings::risk_level, filter.risk_level);
    let query = equal!(query, standings::tax_year_band, filter.tax_year_band.map(|band| i32::from(band.index())));
    if filter.tax_year_min.is_none() && filter.tax_year_max.is_none() {
        return query;
    }
    query.filter(
        sql::<Bool>("standings.enterprise_id IN (SELECT y.enterprise_id FROM standings y WHERE y.tax_year_fen >= ")
            .bind::<BigInt, _>(filter.tax_year_min.unwrap_or(Fen(i64::MIN)))
            .sql(" AND y.tax_year_fen <= ")
            .bind::<BigInt, _>(filter.tax_year_max.unwrap_or(Fen(i64::MAX)))
            .sql(")"),
    )
}
