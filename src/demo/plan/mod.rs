//! The plan of the demonstration district: plain data that follows from a seed, a size and an instant. It touches no
//! database.

pub mod acts;
pub mod calendar;
pub mod contacts;
mod credit_codes;
mod dice;
pub mod enterprises;
pub mod episodes;
pub mod industries;
mod magnitude;
mod names;
pub mod places;
pub mod receipts;
pub mod staff;
mod stories;
pub mod teams;
pub mod visits;

use self::{
    calendar::Calendar, contacts::Contact, dice::Dice, enterprises::Enterprise, episodes::Episodes, staff::Staff,
    teams::Team, visits::Visit,
};
use crate::domain::month::Month;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

/// The fewest enterprises a district is drawn with.
pub const FEWEST: usize = 100;
/// The most.
pub const MOST: usize = 100_000;

/// A district that is not yet anywhere.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What all follows from.
    pub seed: u64,
    /// Its time.
    pub calendar: Calendar,
    /// Who works there.
    pub staff: Staff,
    /// Its enterprises, in the order in which they were recorded.
    pub enterprises: Vec<Enterprise>,
    /// Their teams, in the same order.
    pub teams: Vec<Option<Team>>,
    /// What happened to some of them.
    pub episodes: Episodes,
    /// Treasury months with receipts, oldest first.
    pub months: Vec<Month>,
}

impl Plan {
    /// Draws a district of so many enterprises, between [`FEWEST`] and [`MOST`]. The same seed, size and instant give the same
    /// district; another instant moves all days with it.
    pub fn draw(seed: u64, enterprises: usize, now: DateTime<Utc>, time_zone: Tz) -> Self {
        let calendar = Calendar::new(now, time_zone);
        let staff = Staff::draw(seed, &calendar);
        let enterprises = enterprises::draw(seed, enterprises.clamp(FEWEST, MOST), &calendar);
        let mut dice = Dice::named(seed, "teams");
        let teams: Vec<_> = enterprises.iter().map(|firm| teams::draw(firm, &staff, &calendar, &mut dice)).collect();
        let episodes = episodes::draw(seed, &enterprises, &teams, &staff, &calendar);
        let months = calendar.months();
        Self { seed, calendar, staff, enterprises, teams, episodes, months }
    }

    /// The ordinary visits to every enterprise, with the place of the enterprise, in the order in which they were recorded.
    pub fn visits(&self) -> Vec<(usize, Visit)> {
        let mut dice = Dice::named(self.seed, "visits");
        let mut visits: Vec<(usize, Visit)> = Vec::new();
        for (place, (enterprise, team)) in self.enterprises.iter().zip(&self.teams).enumerate() {
            let quiet = self.episodes.quiet.get(&place);
            let of_one = visits::draw(enterprise, team.as_ref(), &self.staff, &self.calendar, quiet, &mut dice);
            visits.extend(of_one.into_iter().map(|visit| (place, visit)));
        }
        visits.sort_by_key(|(_, visit)| (visit.recorded_at, visit.id));
        visits
    }

    /// The contact persons of every enterprise, with its place, in the order of the enterprises.
    pub fn contacts(&self) -> Vec<(usize, Contact)> {
        let mut dice = Dice::named(self.seed, "contacts");
        let mut contacts = Vec::new();
        for (place, (enterprise, team)) in self.enterprises.iter().zip(&self.teams).enumerate() {
            let of_one = contacts::draw(enterprise, team.as_ref(), &self.calendar, &mut dice);
            contacts.extend(of_one.into_iter().map(|contact| (place, contact)));
        }
        contacts
    }

    /// What was paid in a treasury month, with the place of the enterprise.
    pub fn receipts(&self, month: Month) -> impl Iterator<Item = (usize, receipts::Receipt)> {
        let last = self.months.last().copied().unwrap_or(month);
        self.enterprises.iter().enumerate().flat_map(move |(place, enterprise)| {
            receipts::of(enterprise, month, last).into_iter().map(move |receipt| (place, receipt))
        })
    }

    /// Ids for what is made of the plan, in their order.
    pub fn ids(&self, stream: &str) -> impl FnMut(DateTime<Utc>) -> Uuid + use<> {
        let mut dice = Dice::named(self.seed, stream);
        move |instant| dice.id_at(instant)
    }
}

#[cfg(test)]
mod tests;
