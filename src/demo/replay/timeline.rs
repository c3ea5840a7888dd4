//! All events of the demonstration in the order of time.

use crate::{
    demo::plan::{Plan, contacts::Contact, episodes::Step, visits::Visit},
    domain::month::Month,
};
use chrono::{DateTime, Days, Utc};

/// Minutes after midnight at which the receipts of a month come in.
const RECEIPTS_AT: i64 = 690;
/// Minutes after midnight at which everybody is assessed at night.
const NIGHT_AT: i64 = 125;

/// Something that happened.
pub(super) enum Event<'p> {
    /// The product came into use.
    Opening,
    /// The list of all who were here then.
    List,
    /// An enterprise that came afterwards, by its place.
    Entry(usize),
    /// The receipts of a treasury month.
    Receipts(Month),
    /// A team for the enterprise at the place.
    Team(usize),
    /// A contact person of the enterprise at the place.
    Contact(usize, Contact),
    /// An ordinary visit to the enterprise at the place.
    Visit(usize, Visit),
    /// Something about a relocation.
    Step(&'p Step),
    /// The assessment in the night after the last receipts came in.
    Night,
}

/// All events in their order.
pub(super) struct Timeline<'p>(Vec<(DateTime<Utc>, Event<'p>)>);

impl<'p> Timeline<'p> {
    /// Puts the plan in order.
    pub(super) fn of(plan: &'p Plan) -> Self {
        let calendar = &plan.calendar;
        let mut events = vec![(plan.staff.since, Event::Opening)];
        let listed = plan.enterprises.first().map(|enterprise| enterprise.recorded_at);
        events.extend(listed.map(|at| (at, Event::List)));
        for (place, enterprise) in plan.enterprises.iter().enumerate() {
            if Some(enterprise.recorded_at) != listed {
                events.push((enterprise.recorded_at, Event::Entry(place)));
            }
        }
        for month in &plan.months {
            events.push((calendar.at(calendar.imported_on(*month), RECEIPTS_AT), Event::Receipts(*month)));
        }
        for (place, team) in plan.teams.iter().enumerate() {
            events.extend(team.as_ref().map(|team| (team.since, Event::Team(place))));
        }
        let contacts = plan.contacts().into_iter();
        events.extend(contacts.map(|(place, contact)| (contact.recorded_at, Event::Contact(place, contact))));
        events.extend(plan.visits().into_iter().map(|(place, visit)| (visit.recorded_at, Event::Visit(place, visit))));
        events.extend(plan.episodes.steps.iter().map(|step| (step.at, Event::Step(step))));
        let last_import = plan.months.last().map(|month| calendar.imported_on(*month));
        let night = last_import.map(|day| calendar.at(day + Days::new(1), NIGHT_AT)).filter(|at| *at < calendar.now);
        events.extend(night.map(|at| (at, Event::Night)));
        // Stable: what is pushed first happens first when two things have one instant.
        events.sort_by_key(|(at, _)| *at);
        Self(events)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl<'p> IntoIterator for Timeline<'p> {
    type Item = (DateTime<Utc>, Event<'p>);
    type IntoIter = std::vec::IntoIter<Self::Item>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
