//! What follows from the facts: the standing of each enterprise is computed again, as the nightly assessment computes it, and so
//! are the monthly sums of its receipts.
//!
//! A standing was right when it was made. Time alone changes what facts mean, and the first receipts of a new month change the
//! sums of those who have not paid in it; both are taken up by the next night. So a standing is right as well if it is what an
//! assessment gave at any time since the last night.

use super::{
    Walk,
    report::{Difference, StandingPart},
};
use crate::{
    db::{
        backend::{DbConn, QueryError},
        registry::{
            enterprises::{self, Enterprise},
            tax_receipts::{self, MonthlyTax},
        },
        values::Timestamp,
        watch::standings::{self, Standing},
    },
    domain::{
        ids::EnterpriseId, month::Month, operation::night::LastNight, people::actor::Scope, watch::risk::RiskPolicy,
    },
    services::{
        Context, Error,
        operation::night,
        watch::{assessment, facts},
    },
};
use chrono::{Days, NaiveDate};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Days back that are looked at, at most, where no night is known.
const MOST_DAYS: u64 = 62;

/// Computes standings.
pub(super) struct Standings<'c> {
    context: &'c Context,
    policy: std::sync::Arc<RiskPolicy>,
    today: NaiveDate,
    /// How far the nightly assessment has got.
    night: LastNight,
    /// When the first receipt of each month came; read when a standing differs.
    first_receipts: Option<BTreeMap<Month, Timestamp>>,
}

impl<'c> Standings<'c> {
    pub(super) fn new(connection: &mut DbConn, context: &'c Context, today: NaiveDate) -> Result<Self, Error> {
        let policy = crate::services::watch::risk_policies::in_force(connection, context)?;
        Ok(Self { context, policy, today, night: night::last_night(connection)?, first_receipts: None })
    }

    /// Compares the standings and sums of these enterprises.
    pub(super) fn compare(
        &mut self,
        connection: &mut DbConn,
        ids: &[EnterpriseId],
        walk: &mut Walk<'_>,
    ) -> Result<(), Error> {
        sums(connection, ids, walk)?;
        match self.piece(connection, ids, walk) {
            Err(Error::Database(QueryError::DeserializationError(_))) => {}
            compared => return compared,
        }
        // Something among them cannot be read: it keeps no other from being compared.
        for id in ids {
            match self.piece(connection, &[*id], walk) {
                Err(Error::Database(QueryError::DeserializationError(_))) => {
                    walk.report.found(Difference::Unassessable { enterprise: *id });
                }
                compared => compared?,
            }
        }
        Ok(())
    }

    fn piece(&mut self, connection: &mut DbConn, ids: &[EnterpriseId], walk: &mut Walk<'_>) -> Result<(), Error> {
        let rows = enterprises::with_ids(connection, Scope::District, ids)?;
        let stored = standings::of(connection, ids)?;
        let stored: HashMap<EnterpriseId, Standing> =
            stored.into_iter().map(|standing| (standing.enterprise_id, standing)).collect();
        let known = facts::known_months(connection, self.today)?;
        let computed = self.standings(connection, &rows, self.today, known)?;
        walk.report.compared += stored.len() as u64;
        for enterprise in &rows {
            let (id, computed) = (enterprise.id, computed.get(&enterprise.id));
            match (stored.get(&id), computed) {
                (Some(stored), Some(computed)) if stored.says_the_same_as(computed) => {}
                (Some(stored), Some(computed)) => {
                    if !self.held_since_the_night(connection, enterprise, stored)? {
                        let parts = parts(stored, computed);
                        walk.report.found(Difference::Standing { enterprise: id, parts });
                    }
                }
                _ => walk.report.found(Difference::Standing { enterprise: id, parts: Vec::new() }),
            }
        }
        Ok(())
    }

    fn standings(
        &self,
        connection: &mut DbConn,
        rows: &[Enterprise],
        day: NaiveDate,
        known: BTreeSet<Month>,
    ) -> Result<HashMap<EnterpriseId, Standing>, Error> {
        let known = facts::load_with(connection, self.context, &self.policy, day, rows, known)?;
        let assessed = assessment::assess_all(rows.to_vec(), known, &self.policy, day);
        assessed.iter().map(|one| Ok((one.enterprise.id, assessment::standing(one, day)?))).collect()
    }

    /// Whether an assessment since the last night gave what is stored.
    fn held_since_the_night(
        &mut self,
        connection: &mut DbConn,
        enterprise: &Enterprise,
        stored: &Standing,
    ) -> Result<bool, Error> {
        let night = self.night.of(enterprise.id).unwrap_or(stored.assessed_on).min(self.today);
        let earliest = self.today.checked_sub_days(Days::new(MOST_DAYS)).unwrap_or(self.today);
        let mut day = night.max(earliest);
        while day <= self.today {
            for known in self.known_since(connection, night, day)? {
                let computed = self.standings(connection, std::slice::from_ref(enterprise), day, known)?;
                if computed.get(&enterprise.id).is_some_and(|computed| stored.says_the_same_as(computed)) {
                    return Ok(true);
                }
            }
            day = day.succ_opt().unwrap_or(NaiveDate::MAX);
        }
        Ok(false)
    }

    /// The months of which receipts were known at some time since a night: those known now, without the last one, or the last
    /// ones, that came since.
    fn known_since(
        &mut self,
        connection: &mut DbConn,
        night: NaiveDate,
        day: NaiveDate,
    ) -> Result<Vec<BTreeSet<Month>>, Error> {
        let since = self.context.start_of(night);
        let mut known = facts::known_months(connection, day)?;
        let first = if let Some(first) = &self.first_receipts {
            first
        } else {
            let first = tax_receipts::first_of_months(connection)?;
            let first = first.into_iter().filter_map(|(month, at)| Some((Month::from_ordinal(month)?, at)));
            self.first_receipts.insert(first.collect())
        };
        let mut all = vec![known.clone()];
        while let Some(last) = known.pop_last() {
            if first.get(&last).is_none_or(|at| at.0 < since) {
                break;
            }
            all.push(known.clone());
        }
        Ok(all)
    }
}

/// Compares the monthly sums with the receipts that hold.
fn sums(connection: &mut DbConn, ids: &[EnterpriseId], walk: &mut Walk<'_>) -> Result<(), Error> {
    let by_month = |rows: Vec<MonthlyTax>| -> BTreeMap<(EnterpriseId, i32), MonthlyTax> {
        rows.into_iter().map(|row| ((row.enterprise_id, row.month), row)).collect()
    };
    let stored = by_month(tax_receipts::sums_of(connection, ids)?);
    let computed = by_month(tax_receipts::sums_from_receipts(connection, ids)?);
    walk.report.compared += stored.len() as u64;
    let months: BTreeSet<&(EnterpriseId, i32)> = stored.keys().chain(computed.keys()).collect();
    for of in months {
        if stored.get(of) != computed.get(of) {
            let (enterprise, month) = (of.0, Month::from_ordinal(of.1));
            walk.report.found(Difference::MonthlySum { enterprise, month });
        }
    }
    Ok(())
}

/// What of a standing differs.
fn parts(stored: &Standing, computed: &Standing) -> Vec<StandingPart> {
    let risk = |row: &Standing| (row.risk_level, row.risk_score, row.risk_order, row.risk_factors.clone());
    let visits = |row: &Standing| (row.last_visit_on, row.next_visit_on);
    let differ = [
        (StandingPart::Risk, risk(stored) != risk(computed)),
        (StandingPart::Visits, visits(stored) != visits(computed)),
    ];
    let mut parts: Vec<StandingPart> =
        differ.into_iter().filter_map(|(part, differs)| differs.then_some(part)).collect();
    // All that is left are the sums, their bands and their year.
    let rest = Standing {
        last_visit_on: computed.last_visit_on,
        next_visit_on: computed.next_visit_on,
        risk_level: computed.risk_level,
        risk_score: computed.risk_score,
        risk_order: computed.risk_order,
        risk_factors: computed.risk_factors.clone(),
        ..stored.clone()
    };
    if !rest.says_the_same_as(computed) {
        parts.push(StandingPart::Tax);
    }
    parts
}
