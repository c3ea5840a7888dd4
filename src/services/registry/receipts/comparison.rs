//! What an enterprise paid month by month against the year before.

use crate::{
    db::{
        backend::DbConn,
        registry::tax_receipts::{self, MonthlyTax},
    },
    domain::{fen::Fen, ids::EnterpriseId, month::Month, people::actor::Actor},
    services::{Context, Error, registry::enterprise_lookup::NamesEnterprise, watch::facts},
};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// Months of a year.
const YEAR: i32 = 12;

/// Two calendar years of an enterprise side by side.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// The later year: that of the last month whose receipts are all here.
    pub year: i32,
    /// That month; `None` while there is none.
    pub through: Option<Month>,
    months: BTreeMap<Month, MonthlyTax>,
}

/// Sums of the same months of two years, all taxes included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    /// The first of the months.
    pub from: Month,
    /// The last.
    pub to: Month,
    /// Of the later year.
    pub now: Fen,
    /// Of the year before.
    pub year_ago: Fen,
}

impl Sums {
    /// The change in basis points of the year before; `None` where that was nothing or a refund.
    pub fn change_bp(&self) -> Option<i64> {
        change_bp(self.now, self.year_ago)
    }
}

/// The change from one amount to another, in basis points.
pub fn change_bp(now: Fen, before: Fen) -> Option<i64> {
    let change = (i128::from(now.0) - i128::from(before.0)) * 10_000;
    (before.0 > 0).then(|| i64::try_from(change / i128::from(before.0)).unwrap_or(i64::MAX))
}

impl Comparison {
    /// What was paid in a month of the later year (0) or of the year before (-1); `None` where nothing is known.
    pub fn paid(&self, years: i32, month: u32) -> Option<Fen> {
        Some(self.months.get(&Month::new(self.year + years, month)?)?.amount_fen)
    }

    /// The district's part of a year, as far as sources carry it.
    pub fn district_part(&self, year: i32) -> Option<Fen> {
        let parts = self.months.iter().filter(|(month, _)| month.year() == year);
        parts.filter_map(|(_, row)| row.district_fen).reduce(|sum, part| Fen(sum.0.saturating_add(part.0)))
    }

    /// From January to the last complete month.
    pub fn year_to_date(&self) -> Option<Sums> {
        let to = self.through?;
        Some(self.sums(Month::new(to.year(), 1)?, to))
    }

    /// The last three complete months.
    pub fn last_three_months(&self) -> Option<Sums> {
        let to = self.through?;
        Some(self.sums(to.plus(-2), to))
    }

    fn sums(&self, from: Month, to: Month) -> Sums {
        let sum = |from: Month, to: Month| {
            let amounts = self.months.range(from..=to).map(|(_, row)| row.amount_fen.0);
            Fen(amounts.fold(0, i64::saturating_add))
        };
        Sums { from, to, now: sum(from, to), year_ago: sum(from.plus(-YEAR), to.plus(-YEAR)) }
    }
}

/// What an enterprise that the actor may read paid, month by month against the year before.
pub fn of_enterprise(
    connection: &mut DbConn,
    actor: &Actor,
    context: &Context,
    today: NaiveDate,
    which: &impl NamesEnterprise,
) -> Result<Comparison, Error> {
    let enterprise = which.find(connection, actor)?.id;
    let through = facts::last_imported_month(connection, context, today)?;
    let year = through.map_or_else(|| today.year(), Month::year);
    // Three months to January go back to November, and so does the year before.
    let first = Month::new(year - 1, 1).unwrap_or(Month::MIN).plus(-2);
    let last = Month::new(year, 12).unwrap_or(Month::MAX);
    let rows = tax_receipts::months_of(connection, enterprise, (first, last))?;
    let months = rows.into_iter().filter_map(|row| Some((Month::from_ordinal(row.month)?, row))).collect();
    Ok(Comparison { enterprise, year, through, months })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_needs_something_to_compare_with() {
        assert_eq!(change_bp(Fen(64), Fen(100)), Some(-3_600));
        assert_eq!(change_bp(Fen(100), Fen(100)), Some(0));
        assert_eq!([change_bp(Fen(5), Fen(0)), change_bp(Fen(5), Fen(-5))], [None, None]);
        assert_eq!(change_bp(Fen(i64::MAX), Fen(1)), Some(i64::MAX));
    }
}
