//! The contacts of an enterprise. No number can belong to a real person: none begins with 100.

use super::{
    calendar::{Calendar, workday_from},
    dice::Dice,
    enterprises::Enterprise,
    names,
    teams::Team,
};
use crate::domain::{ids::ContactId, registry::presence::Presence};
use chrono::{DateTime, Days, TimeDelta, Utc};

/// Of a thousand enterprises with a steward, how many have a contact person.
const KNOWN: i64 = 850;
/// Of a thousand that have one, how many have a second.
const SECOND: i64 = 300;

/// A contact person; the first of an enterprise is asked first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// The person's name.
    pub name: String,
    /// The position of the person.
    pub position: &'static str,
    /// Phone number.
    pub phone: String,
    /// When the steward noted it.
    pub recorded_at: DateTime<Utc>,
}

/// Draws the contact persons of an enterprise, which its steward notes within days.
pub fn draw(enterprise: &Enterprise, team: Option<&Team>, calendar: &Calendar, dice: &mut Dice) -> Vec<Contact> {
    let Some(team) = team.filter(|_| enterprise.presence != Presence::Unreachable) else { return Vec::new() };
    let mut contacts = Vec::new();
    for chance in [KNOWN, SECOND] {
        if !dice.per_mille(chance) {
            break;
        }
        let days = dice.number(0..=12).unsigned_abs();
        let day = workday_from(team.since.date_naive() + Days::new(days)).min(calendar.days_ago(1));
        let recorded_at = calendar.office_hour(day, dice).max(team.since + TimeDelta::minutes(10));
        contacts.push(Contact {
            id: ContactId(dice.id_at(recorded_at)),
            name: names::person(dice).written,
            position: names::position(dice),
            phone: format!("100{:08}", dice.number(0..=99_999_999)),
            recorded_at,
        });
    }
    contacts.sort_by_key(|contact| (contact.recorded_at, contact.id));
    contacts
}
