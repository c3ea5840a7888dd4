//! Moves: how the district learned of them, what it did, and how they ended. Several are under way.
//!
//! Only acts of people are drawn here; the product decides which alerts follow.

use super::{
    acts::{Cast, StoryAction},
    calendar::Calendar,
    dice::Dice,
    enterprises::Enterprise,
    places::Destination,
    staff::Staff,
    stories::{self, Story},
    teams::Team,
    visits::visitor,
};
use crate::domain::{ids::UserId, people::role::Role, registry::enterprise::Tier};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use std::{collections::BTreeMap, ops::RangeInclusive};

/// Of a thousand enterprises, how many are about to move or thinking of it now.
const UNDER_WAY: usize = 7;
/// Of a thousand enterprises, how many thought of moving in the past year and stayed, or turned out not to move.
const STAYED: usize = 7;
/// Of a thousand enterprises, about how many something else was reported, too little for an alert.
const OTHER_SIGNALS: usize = 20;

/// What somebody told, did or reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The place of the enterprise among the enterprises.
    pub enterprise: usize,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// What.
    pub deed: StoryAction,
}

/// All steps in the order of time, and the days on which each enterprise's visits belong to a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episodes {
    /// The steps.
    pub steps: Vec<Step>,
    /// From the first to the last day of a story, by the place of the enterprise.
    pub quiet: BTreeMap<usize, RangeInclusive<NaiveDate>>,
}

/// Draws what happened.
pub fn draw(
    seed: u64,
    enterprises: &[Enterprise],
    teams: &[Option<Team>],
    staff: &Staff,
    calendar: &Calendar,
) -> Episodes {
    let mut telling = Telling {
        dice: Dice::named(seed, "episodes"),
        enterprises,
        teams,
        staff,
        calendar,
        episodes: Episodes { steps: Vec::new(), quiet: BTreeMap::new() },
    };
    telling.departures();
    telling.under_way();
    telling.stayed();
    telling.other_signals();
    telling.episodes.steps.sort_by_key(|step| (step.at, step.enterprise));
    telling.episodes
}

struct Telling<'p> {
    dice: Dice,
    enterprises: &'p [Enterprise],
    teams: &'p [Option<Team>],
    staff: &'p Staff,
    calendar: &'p Calendar,
    episodes: Episodes,
}

impl Telling<'_> {
    /// Everybody who left: the story ends on the day they did.
    fn departures(&mut self) {
        for (place, enterprise) in self.enterprises.iter().enumerate() {
            if let Some(left_on) = enterprise.left_on {
                let room = left_on.signed_duration_since(self.calendar.opened_on).num_days();
                let story = stories::of_departure(room, &mut self.dice);
                self.tell(place, &story, left_on - Days::new(story.days().unsigned_abs()));
            }
        }
    }

    /// The ones under way: each of the stories cut off by the present.
    fn under_way(&mut self) {
        let count = self.share(UNDER_WAY).max(stories::UNDER_WAY.len());
        for (number, place) in self.uneventful(count, 3).into_iter().enumerate() {
            let story = stories::UNDER_WAY.get(number % stories::UNDER_WAY.len());
            let days_ago = story.map_or(1, Story::days) + self.dice.number(1..=9);
            if let Some(story) = story {
                self.tell(place, story, self.calendar.days_ago(days_ago.unsigned_abs()));
            }
        }
    }

    /// The ones that ended otherwise in the past year.
    fn stayed(&mut self) {
        let count = self.share(STAYED).max(stories::STAYED.len());
        for (number, place) in self.uneventful(count, 6).into_iter().enumerate() {
            let days_ago = self.dice.number(60..=320).unsigned_abs();
            if let Some(story) = stories::STAYED.get(number % stories::STAYED.len()) {
                self.tell(place, story, self.calendar.days_ago(days_ago));
            }
        }
    }

    /// What else was reported, a single thing each.
    fn other_signals(&mut self) {
        for place in self.uneventful(self.share(OTHER_SIGNALS), 25) {
            let story = stories::single_signal(&mut self.dice);
            let days_ago = self.dice.number(2..=350).unsigned_abs();
            self.tell(place, &story, self.calendar.days_ago(days_ago));
        }
    }

    fn share(&self, per_mille: usize) -> usize {
        self.enterprises.len() * per_mille / 1000
    }

    /// Places of enterprises without a story that pay here and were here when the product came into use, one in `every` of them a
    /// key enterprise.
    fn uneventful(&mut self, count: usize, every: usize) -> Vec<usize> {
        let is_free = |place: &usize, tier| {
            self.enterprises.get(*place).is_some_and(|enterprise| {
                enterprise.tier == tier
                    && enterprise.payer.is_some()
                    && enterprise.left_on.is_none()
                    && enterprise.entered_on < self.calendar.opened_on
                    && !self.episodes.quiet.contains_key(place)
            })
        };
        let mut key: Vec<usize> = (0..self.enterprises.len()).filter(|place| is_free(place, Tier::Key)).collect();
        let mut normal: Vec<usize> = (0..self.enterprises.len()).filter(|place| is_free(place, Tier::Normal)).collect();
        self.dice.shuffle(&mut key);
        self.dice.shuffle(&mut normal);
        let pick = |number: usize| if number % every == every - 1 { key.pop() } else { normal.pop() };
        (0..count).map_while(pick).collect()
    }

    /// Writes a story down, beginning on the day.
    fn tell(&mut self, place: usize, story: &Story, begins_on: NaiveDate) {
        let Some(cast) = self.cast(place) else { return };
        let begins_on = begins_on.max(self.calendar.opened_on + Days::new(1));
        let destination = Destination::draw(&mut self.dice);
        let reason = self.dice.pick(&stories::REASONS);
        let mut after = self.calendar.at(begins_on, 0);
        for scene in story.scenes() {
            let day = super::calendar::workday_until(begins_on + Days::new(scene.day));
            let at = self.calendar.office_hour(day, &mut self.dice).max(after + TimeDelta::minutes(17));
            after = at.min(self.calendar.now - TimeDelta::seconds(5));
            let deed = scene.deed(&cast, destination, reason, &mut self.dice);
            self.episodes.steps.push(Step { enterprise: place, at: after, deed });
        }
        let ends_on = begins_on + Days::new(story.days().unsigned_abs() + 4);
        let ends_on = if story.is_open() { self.calendar.today } else { ends_on };
        self.episodes.quiet.insert(place, begins_on - Days::new(4)..=ends_on);
    }

    fn cast(&self, place: usize) -> Option<Cast> {
        let enterprise = self.enterprises.get(place)?;
        let team = self.teams.get(place).and_then(Option::as_ref);
        let street = self.staff.streets().nth(enterprise.street)?;
        let leader = team.and_then(|team| team.leader).or_else(|| {
            let leaders: Vec<UserId> = self.staff.with_role(Role::Leader).map(|person| person.id).collect();
            leaders.get(place % leaders.len().max(1)).copied()
        });
        Some(Cast {
            steward: visitor(enterprise, team, self.staff)?,
            chief_steward: self.staff.at(street.id, Role::ChiefSteward).next()?.id,
            leader: leader?,
        })
    }
}
