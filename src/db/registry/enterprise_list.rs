//! The list of enterprises with their standings: filters, order, pages and counts. Each filter and each order, alone,
//! uses an index.

use super::{enterprise_search, enterprises::Enterprise};
use crate::{
    db::{
        backend::{Counted, DbConn, MultiBackend},
        conditions::{Condition, Conditions},
        keyset::{self, Key, Order, Part},
        schema::{enterprises, standings},
        scope::{all_within, gathered_or_walked, sees_few},
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
    prelude::*,
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
    /// What it asks for besides text.
    fn conditions(&self) -> Conditions {
        let id = |id| Key::Id(AnyId(id));
        let code = |code: &str| Key::Text(code.to_owned());
        let equal = [
            ("enterprises.street_id = ", self.street.map(|street| id(street.0))),
            ("enterprises.industry_section = ", self.industry_section.as_deref().map(code)),
            ("enterprises.industry_division = ", self.industry_division.as_deref().map(code)),
            ("enterprises.presence = ", self.presence.map(|presence| code(presence.as_str()))),
            ("enterprises.tier = ", self.tier.map(|tier| code(tier.as_str()))),
            ("enterprises.status = ", self.status.map(|status| code(status.as_str()))),
            ("standings.risk_level = ", self.risk_level.map(|level| code(level.as_str()))),
            ("standings.tax_year_band = ", self.tax_year_band.map(|band| Key::Number(band.into()))),
        ];
        let among = [
            (
                "enterprises.id IN (SELECT t.enterprise_id FROM teams t WHERE t.until IS NULL AND t.steward_id = ",
                self.steward.map(|steward| id(steward.0)),
            ),
            (
                "enterprises.id IN (SELECT n.id FROM enterprises n WHERE n.entered_on >= ",
                self.entered_from.map(Key::Day),
            ),
            ("(enterprises.entered_on IS NULL OR enterprises.entered_on < ", self.entered_before.map(Key::Day)),
        ];
        let equal = equal.into_iter().filter_map(|(text, value)| Some(Condition::of(text, value?)));
        let among = among.into_iter().filter_map(|(text, value)| Some(Condition::of(text, value?).then(")")));
        equal.chain(among).chain(self.tax_year()).collect()
    }

    /// The range of the tax of the year.
    fn tax_year(&self) -> Option<Condition> {
        const FROM: &str =
            "standings.enterprise_id IN (SELECT y.enterprise_id FROM standings y WHERE y.tax_year_fen >= ";
        const TO: &str = "standings.enterprise_id IN (SELECT y.enterprise_id FROM standings y WHERE y.tax_year_fen <= ";
        let most = self.tax_year_max.map(|most| Key::Number(most.0));
        let range = match self.tax_year_min {
            Some(least) => Condition::of(FROM, Key::Number(least.0)).and(" AND y.tax_year_fen <= ", most),
            None => Condition::of(TO, most?),
        };
        Some(range.then(")"))
    }

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
    let matching = filter.conditions();
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
    let few = sees_few(connection, scope)?;
    let query = enterprises::table
        .inner_join(standings::table)
        .select((Enterprise::as_select(), Standing::as_select()))
        .filter(conditions(connection, filter, order, few)?)
        .filter(part.beyond(key))
        .order(part.order(key))
        .limit(part.limit)
        .into_boxed();
    let query = if tie == STANDING_ID {
        query.filter(gathered_or_walked(few, scope, standings::enterprise_id))
    } else {
        query.filter(gathered_or_walked(few, scope, enterprises::id))
    };
    Ok(match &filter.search {
        Some(search) => query.filter(enterprise_search::found(connection, search)),
        None => query,
    })
}

/// The conditions of a filter in a list that has an order. On SQLite a list begins with what is seen, if that is little; else with
/// a condition that few enterprises meet; else with what is found by text, or in its order. In the order of entry the index of each
/// condition is in order itself.
fn conditions(
    connection: &mut DbConn,
    filter: &EnterpriseFilter,
    order: EnterpriseOrder,
    few_seen: bool,
) -> QueryResult<Conditions> {
    let conditions = filter.conditions();
    let in_order = order == EnterpriseOrder::Entry && filter.search.is_none();
    if matches!(connection, DbConn::Pg(_)) || in_order {
        return Ok(conditions);
    }
    if few_seen {
        return Ok(conditions.led_otherwise());
    }
    conditions.led_by_few(connection, meets_many)
}

/// Whether more enterprises than `few` meet the condition.
fn meets_many(connection: &mut DbConn, condition: Conditions, few: i64) -> QueryResult<bool> {
    let beyond = enterprises::table.inner_join(standings::table).filter(condition).select(enterprises::id).offset(few);
    Ok(beyond.get_result::<EnterpriseId>(connection).optional()?.is_some())
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
