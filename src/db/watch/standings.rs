//! What follows from the facts about an enterprise: risk, last visit, tax sums. Never edited by a person.

use crate::{
    db::{
        backend::{DbConn, on_conn},
        schema::standings,
    },
    domain::{fen::Fen, ids::EnterpriseId, watch::level::Level},
};
use chrono::{Datelike, NaiveDate};
use diesel::{prelude::*, upsert::excluded};

/// The standing of one enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = standings, treat_none_as_default_value = false)]
pub struct Standing {
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Risk level.
    pub risk_level: Level,
    /// Risk score, 0 to 100.
    pub risk_score: i32,
    /// Level first, then score: what a list sorted by risk is sorted by. Made by `risk_order`.
    pub risk_order: i32,
    /// The factors of the assessment, as JSON.
    pub risk_factors: String,
    /// The day of the assessment that said so; later ones that said the same left it.
    pub assessed_on: NaiveDate,
    /// The last visit that was not withdrawn.
    pub last_visit_on: Option<NaiveDate>,
    /// The next visit promised at that visit.
    pub next_visit_on: Option<NaiveDate>,
    /// The calendar year the yearly sum is of.
    pub tax_year: i32,
    /// All-level tax of the treasury months of that year.
    pub tax_year_fen: Fen,
    /// Its band, by `Band::index`.
    pub tax_year_band: i32,
    /// All-level tax of the last twelve treasury months.
    pub tax_12_months_fen: Fen,
    /// Its band.
    pub tax_12_months_band: i32,
}

impl Standing {
    /// Where an enterprise stands of which nothing is known yet.
    pub fn blank(enterprise_id: EnterpriseId, today: NaiveDate) -> Self {
        Self {
            enterprise_id,
            risk_level: Level::None,
            risk_score: 0,
            risk_order: risk_order(Level::None, 0),
            risk_factors: "[]".to_owned(),
            assessed_on: today,
            last_visit_on: None,
            next_visit_on: None,
            tax_year: today.year(),
            tax_year_fen: Fen::ZERO,
            tax_year_band: 0,
            tax_12_months_fen: Fen::ZERO,
            tax_12_months_band: 0,
        }
    }

    /// Whether another assessment found the same, on whatever day.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        *self == Self { assessed_on: self.assessed_on, ..other.clone() }
    }
}

/// What a list sorted by risk is sorted by: a higher level always stands above a higher score.
pub fn risk_order(level: Level, score: i32) -> i32 {
    let rank = match level {
        Level::None => 0,
        Level::Yellow => 1,
        Level::Orange => 2,
        Level::Red => 3,
    };
    rank * 1000 + score
}

/// The standing of an enterprise: what follows from its facts.
pub fn find(connection: &mut DbConn, id: EnterpriseId) -> QueryResult<Option<Standing>> {
    standings::table.find(id).select(Standing::as_select()).get_result(connection).optional()
}

/// Where several enterprises stand.
pub fn of(connection: &mut DbConn, ids: &[EnterpriseId]) -> QueryResult<Vec<Standing>> {
    standings::table
        .filter(standings::enterprise_id.eq_any(ids.to_vec()))
        .select(Standing::as_select())
        .load(connection)
}

/// Writes where enterprises stand now; thirteen bound values per row, so at most some 2,000 rows at once.
pub fn upsert(connection: &mut DbConn, rows: &[Standing]) -> QueryResult<usize> {
    on_conn!(connection, |c| diesel::insert_into(standings::table)
        .values(rows)
        .on_conflict(standings::enterprise_id)
        .do_update()
        .set((
            standings::risk_level.eq(excluded(standings::risk_level)),
            standings::risk_score.eq(excluded(standings::risk_score)),
            standings::risk_order.eq(excluded(standings::risk_order)),
            standings::risk_factors.eq(excluded(standings::risk_factors)),
            standings::assessed_on.eq(excluded(standings::assessed_on)),
            standings::last_visit_on.eq(excluded(standings::last_visit_on)),
            standings::next_visit_on.eq(excluded(standings::next_visit_on)),
            standings::tax_year.eq(excluded(standings::tax_year)),
            standings::tax_year_fen.eq(excluded(standings::tax_year_fen)),
            standings::tax_year_band.eq(excluded(standings::tax_year_band)),
            standings::tax_12_months_fen.eq(excluded(standings::tax_12_months_fen)),
            standings::tax_12_months_band.eq(excluded(standings::tax_12_months_band)),
        ))
        .execute(c))
}
