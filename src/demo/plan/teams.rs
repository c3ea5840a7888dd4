//! Who serves an enterprise.

use super::{
    calendar::{Calendar, workday_from},
    dice::Dice,
    enterprises::Enterprise,
    staff::{Person, Staff},
};
use crate::domain::{
    ids::{OrganisationId, TeamId, UserId},
    people::role::Role,
    registry::{enterprise::Tier, organisation::OrganisationKind},
};
use chrono::{DateTime, Days, Utc};

/// Of a thousand ordinary enterprises, how many have a team; those without are served by their street office.
const WITH_TEAM: i64 = 680;

/// A service team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// The leader, of key enterprises.
    pub leader: Option<UserId>,
    /// The organisation in the lead.
    pub lead_organisation: OrganisationId,
    /// The chief steward.
    pub chief_steward: UserId,
    /// The steward.
    pub steward: UserId,
    /// Other members.
    pub members: Vec<UserId>,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Draws the team of an enterprise, if it has one.
pub fn draw(enterprise: &Enterprise, staff: &Staff, calendar: &Calendar, dice: &mut Dice) -> Option<Team> {
    let is_key = enterprise.tier == Tier::Key;
    if !is_key && !dice.per_mille(WITH_TEAM) {
        return None;
    }
    let street = staff.streets().nth(enterprise.street)?;
    let chief_steward = staff.at(street.id, Role::ChiefSteward).next()?;
    let steward = one_of(staff.at(street.id, Role::Steward), dice)?;
    let leader = if is_key { one_of(staff.with_role(Role::Leader), dice) } else { None };
    let helper = staff.with_role(Role::Steward).find(|person| person.organisation.kind == OrganisationKind::Department);
    let members = helper.filter(|_| is_key && dice.per_mille(500)).map(|person| person.id).into_iter().collect();
    let days = dice.number(0..=if is_key { 5 } else { 30 }).unsigned_abs();
    let day = workday_from(enterprise.recorded_at.date_naive() + Days::new(days)).min(calendar.days_ago(1));
    let since = calendar.office_hour(day, dice).max(enterprise.recorded_at + chrono::TimeDelta::minutes(5));
    Some(Team {
        id: TeamId(dice.id_at(since)),
        leader: leader.map(|person| person.id),
        lead_organisation: street.id,
        chief_steward: chief_steward.id,
        steward: steward.id,
        members,
        since,
    })
}

fn one_of<'s>(people: impl Iterator<Item = &'s Person>, dice: &mut Dice) -> Option<&'s Person> {
    let people: Vec<&Person> = people.collect();
    people.get(dice.place(people.len())).copied()
}
