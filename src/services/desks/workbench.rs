//! The workbench of a steward: the assigned enterprises, most urgent first, and the open alerts.

use crate::{
    db::{
        backend::DbConn,
        desks::workbench::{self, VisitDuty},
        fieldwork::teams,
        registry::enterprises::Enterprise,
        watch::{
            alerts::{Alert, AlertedEnterprise},
            standings::Standing,
        },
    },
    domain::{
        fieldwork::visit_duty::NextVisit,
        ids::{EnterpriseId, OrganisationId},
        people::{
            actor::{Actor, Identity},
            role::{Permission, Role},
        },
        watch::risk::{Factor, VisitPolicy},
    },
    services::{
        Context, Error,
        people::sessions::person,
        unit_of_work::require,
        watch::{facts, risk_policies},
    },
};
use chrono::{Datelike, Days, NaiveDate};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// Enterprises shown at most.
pub const MOST_SHOWN: usize = 50;
/// Alerts shown at most.
pub const MOST_ALERTS: usize = 20;

/// What somebody has to see to.
#[derive(Debug, Clone)]
pub struct Workbench {
    /// Open alerts: most serious first, then who has waited longest; at most [`MOST_ALERTS`].
    pub alerts: Vec<OpenAlert>,
    /// How many there are.
    pub alerts_total: usize,
    /// How many visits are overdue.
    pub overdue: usize,
    /// How many more are due until Sunday.
    pub due_this_week: usize,
    /// Enterprises by who needs the person most: risk, then the day of the next visit; at most [`MOST_SHOWN`].
    pub enterprises: Vec<AssignedEnterprise>,
    /// How many there are.
    pub enterprises_total: usize,
}

/// An alert that waits.
#[derive(Debug, Clone)]
pub struct OpenAlert {
    /// The alert.
    pub row: Alert,
    /// Its enterprise.
    pub enterprise: AlertedEnterprise,
    /// The factors it rests on, most serious first.
    pub factors: Vec<Factor>,
    /// Whether the enterprise has a team.
    pub has_team: bool,
}

/// An enterprise that has the person as steward or chief steward.
#[derive(Debug, Clone)]
pub struct AssignedEnterprise {
    /// The enterprise.
    pub enterprise: Enterprise,
    /// Its standing.
    pub standing: Standing,
    /// Why, most serious first.
    pub factors: Vec<Factor>,
    /// When it is to be visited next.
    pub next_visit: NextVisit,
    /// How many days may pass between two visits.
    pub duty_days: u32,
    /// Whether it is a new entry.
    pub new_entry: bool,
}

/// The workbench of the person who asks. Enterprises that have left need nobody and are left out.
pub fn of_own(connection: &mut DbConn, actor: &Actor, context: &Context, today: NaiveDate) -> Result<Workbench, Error> {
    require(actor, Permission::ReadBusiness)?;
    let (user, scope) = (person(actor)?, actor.scope());
    let mut waiting = workbench::open_alerts(connection, scope, user, office(actor))?;
    waiting.sort_by_key(|(alert, _)| (Reverse(alert.level), alert.raised_at, alert.id));
    let alerts_total = waiting.len();
    waiting.truncate(MOST_ALERTS);
    let alerts = open_alerts(connection, waiting)?;
    let duties = workbench::visit_duties(connection, scope, user)?;
    let policy = risk_policies::in_force(connection, context)?;
    let mut due: Vec<(VisitDuty, NextVisit)> = duties
        .into_iter()
        .filter(|duty| duty.status.is_here())
        .map(|duty| {
            let next = next_visit(context, &policy.visits, &duty, today);
            (duty, next)
        })
        .collect();
    due.sort_by_key(|(duty, next)| (Reverse(duty.risk_level), next.on, duty.id));
    let until = sunday(today);
    Ok(Workbench {
        alerts,
        alerts_total,
        overdue: due.iter().filter(|(_, next)| next.on < today).count(),
        due_this_week: due.iter().filter(|(_, next)| (today..=until).contains(&next.on)).count(),
        enterprises: assigned(connection, actor, &policy.visits, today, &due)?,
        enterprises_total: due.len(),
    })
}

/// The office whose enterprises without a team are the actor's to see to: a chief steward has their alerts.
const fn office(actor: &Actor) -> Option<OrganisationId> {
    match actor.identity {
        Identity::Person { role: Role::ChiefSteward, organisation, .. } => Some(organisation),
        _ => None,
    }
}

fn open_alerts(connection: &mut DbConn, rows: Vec<(Alert, AlertedEnterprise)>) -> Result<Vec<OpenAlert>, Error> {
    let ids: Vec<EnterpriseId> = rows.iter().map(|(alert, _)| alert.enterprise_id).collect();
    let served: BTreeSet<EnterpriseId> =
        teams::active(connection, &ids)?.into_iter().map(|team| team.enterprise_id).collect();
    rows.into_iter()
        .map(|(row, enterprise)| {
            let has_team = served.contains(&row.enterprise_id);
            Ok(OpenAlert { factors: facts::read_factors(&row.factors)?, has_team, enterprise, row })
        })
        .collect()
}

/// The last day of the week, which begins on Monday.
fn sunday(today: NaiveDate) -> NaiveDate {
    let left = 6 - today.weekday().num_days_from_monday();
    today.checked_add_days(Days::new(left.into())).unwrap_or(today)
}

fn next_visit(context: &Context, policy: &VisitPolicy, duty: &VisitDuty, today: NaiveDate) -> NextVisit {
    let (days, _) = policy.silence(duty.tier, duty.entered_on, today);
    let since = duty.last_visit_on.unwrap_or_else(|| {
        let entered = duty.entered_on.filter(|day| *day <= today);
        entered.unwrap_or_else(|| context.day_of(duty.created_at.0))
    });
    NextVisit::after(since, duty.next_visit_on, days)
}

/// The first of those in order, with all that is shown of them.
fn assigned(
    connection: &mut DbConn,
    actor: &Actor,
    policy: &VisitPolicy,
    today: NaiveDate,
    due: &[(VisitDuty, NextVisit)],
) -> Result<Vec<AssignedEnterprise>, Error> {
    let shown: Vec<EnterpriseId> = due.iter().take(MOST_SHOWN).map(|(duty, _)| duty.id).collect();
    let rows = workbench::of(connection, actor.scope(), &shown)?;
    let mut rows: BTreeMap<EnterpriseId, _> = rows.into_iter().map(|row| (row.0.id, row)).collect();
    due.iter()
        .filter_map(|(duty, next_visit)| rows.remove(&duty.id).map(|row| (row, *next_visit)))
        .map(|((enterprise, standing), next_visit)| {
            Ok(AssignedEnterprise {
                factors: facts::read_factors(&standing.risk_factors)?,
                duty_days: policy.silence(enterprise.tier, enterprise.entered_on, today).0,
                new_entry: policy.is_new(enterprise.entered_on, today),
                next_visit,
                standing,
                enterprise,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::sunday;

    #[test]
    fn a_week_ends_on_sunday() {
        let ends = ["2026-11-16", "2026-11-20", "2026-11-22"].map(|day| sunday(day.parse().unwrap()).to_string());
        assert_eq!(ends, ["2026-11-22"; 3]);
    }
}
