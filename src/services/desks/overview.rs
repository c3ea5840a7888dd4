//! The overview of leaders: what is at risk, which alerts wait and for which person, how the last twelve months went.
//! Street offices are listed in the order of creation, with what they did: nobody is ranked by the enterprises that
//! left.

use crate::{
    db::{
        backend::DbConn,
        desks::overview::{self, Course, LevelBand, UnacknowledgedAlert},
        registry::organisations::{self, OrganisationFilter},
        values::Timestamp,
    },
    domain::{
        band::Band,
        fen::Fen,
        fieldwork::visit::LeavingReason,
        ids::{OrganisationId, UserId},
        month::Month,
        people::{actor::Actor, role::Permission},
        records::change::Noun,
        registry::organisation::OrganisationKind,
        watch::{
            alert::{AlertState, AnswerTimes, Outcome},
            level::Level,
            risk::{Amounts, Factor},
        },
    },
    services::{Context, Error, Read, Subject, registry::directory::Directory, watch::facts::read_factors},
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::{cmp::Reverse, collections::BTreeMap};

/// Months of the trend, the present one included.
pub const MONTHS: i32 = 12;
/// Days over which the work of street offices is counted.
pub const DAYS: u64 = 30;
/// Alerts shown among those that wait.
pub const WAITING: i64 = 8;

/// Enterprises of one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// How many.
    pub count: i64,
    /// Tax of twelve months.
    pub tax: Fen,
    /// How many of them pay ten million yuan a year or more.
    pub large: i64,
}

/// An open alert.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The alert.
    pub row: UnacknowledgedAlert,
    /// The most serious factor.
    pub factor: Option<Factor>,
    /// Who is next to take it.
    pub person: Option<UserId>,
}

/// One month of the trend.
#[derive(Debug, Clone)]
pub struct MonthLine {
    /// The month.
    pub month: Month,
    /// When it began.
    pub from: DateTime<Utc>,
    /// When it ended, or ends.
    pub before: DateTime<Utc>,
    /// Enterprises with an unresolved alert at its end, or now.
    pub at_risk: i64,
    /// Alerts that ended in it, by outcome.
    pub outcomes: BTreeMap<Outcome, i64>,
}

/// The work of one street office.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreetLine {
    /// Its name.
    pub name: String,
    /// Enterprises it keeps.
    pub enterprises: i64,
    /// Visits made.
    pub visits: i64,
    /// Enterprises visited.
    pub visited: i64,
    /// Alerts raised.
    pub alerts: i64,
    /// Those of the alerts that had to be answered by now.
    pub due: i64,
    /// Those of them that were answered in time.
    pub in_time: i64,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct Overview {
    /// How the reader sees amounts.
    pub amounts: Amounts,
    /// When it was put together.
    pub at: DateTime<Utc>,
    /// The last treasury month that is all here.
    pub tax_until: Option<Month>,
    /// Enterprises by level.
    pub levels: BTreeMap<Level, Sum>,
    /// The alerts that wait, most serious first, then those that have waited longest.
    pub waiting: Vec<Waiting>,
    /// How many wait.
    pub waiting_total: i64,
    /// The months, oldest first.
    pub months: Vec<MonthLine>,
    /// The first day of the months.
    pub since: NaiveDate,
    /// The first day over which the work of street offices is counted.
    pub streets_since: NaiveDate,
    /// The street offices in the order in which they were made.
    pub streets: Vec<(OrganisationId, StreetLine)>,
    /// Reasons named in visits, the most frequent first.
    pub reasons: Vec<(LeavingReason, i64)>,
    /// Provinces named as destinations by their two digits, the most frequent first.
    pub destinations: Vec<(String, i64)>,
    /// Enterprises at risk by section of industry and level, the sections with most first.
    pub sections: Vec<(String, BTreeMap<Level, i64>)>,
    /// The names of the people and offices.
    pub directory: Directory,
}

impl Overview {
    /// All enterprises together.
    pub fn all(&self) -> Sum {
        self.levels.values().fold(Sum::default(), |all, one| all.with(*one))
    }
}

impl Sum {
    fn with(self, other: Self) -> Self {
        let tax = self.tax.checked_add(other.tax).unwrap_or(self.tax);
        Self { count: self.count + other.count, tax, large: self.large + other.large }
    }
}

/// Puts the overview together, as far as the actor sees enterprises.
pub fn load(read: &mut Read<'_>) -> Result<Overview, Error> {
    read.require(Permission::ReadBusiness)?;
    let amounts = read.amounts(Subject::list(Noun::Enterprise, "overview"));
    let (connection, actor, context, now) = (&mut *read.conn, read.actor, read.context, read.now);
    let (scope, today) = (actor.scope(), read.today);
    let this_month = Month::containing(today).unwrap_or(Month::MIN);
    let first = this_month.plus(1 - MONTHS);
    let (since, streets_since) = (first.first_day(), today.checked_sub_days(Days::new(DAYS)).unwrap_or(today));
    let courses = overview::courses(connection, scope, Timestamp(context.start_of(since)))?;
    let waiting = waiting(connection, actor)?;
    let people = waiting.iter().filter_map(|one| one.person);
    let offices = waiting.iter().filter_map(|one| one.row.street);
    let directory = Directory::load(connection, actor, people, offices)?;
    let last_month = overview::last_complete_month(connection)?;
    Ok(Overview {
        amounts,
        at: now,
        tax_until: last_month.and_then(Month::from_ordinal),
        levels: levels(&overview::by_level_and_band(connection, scope)?),
        waiting,
        waiting_total: total(courses.iter().filter(|one| state_of(one) == AlertState::Open).map(|_| 1)),
        months: (0..MONTHS).map(|place| month_line(first.plus(place), &courses, context, now)).collect(),
        since,
        streets_since,
        streets: streets(connection, actor, context, &courses, streets_since, now)?,
        reasons: reasons(overview::reasons(connection, scope, since)?),
        destinations: most_first(overview::destinations(connection, scope, since)?),
        sections: sections(overview::at_risk_by_section(connection, scope)?),
        directory,
    })
}

const fn state_of(course: &Course) -> AlertState {
    match (course.resolved_at, course.acknowledged_at) {
        (Some(_), _) => AlertState::Resolved,
        (None, Some(_)) => AlertState::Acknowledged,
        (None, None) => AlertState::Open,
    }
}

fn levels(groups: &[LevelBand]) -> BTreeMap<Level, Sum> {
    let mut levels: BTreeMap<Level, Sum> = BTreeMap::new();
    for group in groups {
        let large = if group.band >= i32::from(Band::From10MTo100M.index()) { group.count } else { 0 };
        let sum = levels.entry(group.level).or_default();
        *sum = sum.with(Sum { count: group.count, tax: group.tax, large });
    }
    levels
}

fn waiting(connection: &mut DbConn, actor: &Actor) -> Result<Vec<Waiting>, Error> {
    let rows = overview::unacknowledged(connection, actor.scope(), WAITING)?;
    let ids: Vec<_> = rows.iter().map(|row| row.enterprise_id).collect();
    let line = overview::in_line(connection, &ids)?.into_iter();
    let line: BTreeMap<_, _> = line.map(|(id, steward, chief, leader)| (id, steward.or(chief).or(leader))).collect();
    rows.into_iter()
        .map(|row| {
            let factor = read_factors(&row.factors)?.into_iter().next();
            Ok(Waiting { factor, person: line.get(&row.enterprise_id).copied().flatten(), row })
        })
        .collect()
}

/// A month: who was at risk at its end, and what ended in it.
fn month_line(month: Month, courses: &[Course], context: &Context, now: DateTime<Utc>) -> MonthLine {
    let (from, before) = (context.start_of(month.first_day()), context.start_of(month.plus(1).first_day()));
    let end = before.min(now);
    let runs = |one: &&Course| one.opened_at.0 <= end && one.resolved_at.is_none_or(|at| at.0 > end);
    let ended = |one: &&Course| one.resolved_at.is_some_and(|at| (from..before).contains(&at.0));
    let mut outcomes = BTreeMap::new();
    for outcome in courses.iter().filter(ended).filter_map(|one| one.outcome) {
        *outcomes.entry(outcome).or_insert(0) += 1;
    }
    MonthLine { month, from, before, at_risk: total(courses.iter().filter(runs).map(|_| 1)), outcomes }
}

fn total(counts: impl Iterator<Item = i64>) -> i64 {
    counts.sum()
}

fn streets(
    connection: &mut DbConn,
    actor: &Actor,
    context: &Context,
    courses: &[Course],
    since: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Vec<(OrganisationId, StreetLine)>, Error> {
    let scope = actor.scope();
    let streets = OrganisationFilter::default().of_kind(OrganisationKind::Street);
    let mut lines: BTreeMap<OrganisationId, StreetLine> = organisations::all(connection, &streets)?
        .into_iter()
        .map(|street| (street.id, StreetLine { name: street.name, ..StreetLine::default() }))
        .collect();
    for (street, count) in overview::by_street(connection, scope)? {
        if let Some(line) = street.and_then(|id| lines.get_mut(&id)) {
            line.enterprises = count;
        }
    }
    for (street, visits, visited) in overview::visits_by_street(connection, scope, since)? {
        if let Some(line) = street.and_then(|id| lines.get_mut(&id)) {
            (line.visits, line.visited) = (visits, visited);
        }
    }
    let (from, times) = (context.start_of(since), context.settings.alerts.answer_times());
    for course in courses.iter().filter(|one| one.raised_at.0 >= from) {
        if let Some(line) = course.street.and_then(|id| lines.get_mut(&id)) {
            line.count(course, times, now);
        }
    }
    // Ids rise with the time at which they were made.
    Ok(lines.into_iter().filter(|(_, line)| line.enterprises > 0).collect())
}

impl StreetLine {
    fn count(&mut self, course: &Course, times: AnswerTimes, now: DateTime<Utc>) {
        let until = course.raised_at.0 + times.within(course.level);
        let answered = course.acknowledged_at.or(course.resolved_at);
        let in_time = answered.is_some_and(|at| at.0 <= until);
        self.alerts += 1;
        self.due += i64::from(answered.is_some() || until < now);
        self.in_time += i64::from(in_time);
    }

    /// The same with the figures of another added.
    #[must_use]
    pub fn with(self, other: &Self) -> Self {
        Self {
            enterprises: self.enterprises + other.enterprises,
            visits: self.visits + other.visits,
            visited: self.visited + other.visited,
            alerts: self.alerts + other.alerts,
            due: self.due + other.due,
            in_time: self.in_time + other.in_time,
            ..self
        }
    }
}

fn reasons(named: Vec<(crate::db::values::JsonList<LeavingReason>, i64)>) -> Vec<(LeavingReason, i64)> {
    let mut counts: BTreeMap<LeavingReason, i64> = BTreeMap::new();
    for (reasons, count) in named {
        for reason in reasons.0 {
            *counts.entry(reason).or_default() += count;
        }
    }
    most_first(counts.into_iter().collect())
}

fn most_first<T: Ord + Clone>(mut counts: Vec<(T, i64)>) -> Vec<(T, i64)> {
    counts.sort_by_key(|(what, count)| (Reverse(*count), what.clone()));
    counts
}

fn sections(groups: Vec<(Option<String>, Level, i64)>) -> Vec<(String, BTreeMap<Level, i64>)> {
    let mut sections: BTreeMap<String, BTreeMap<Level, i64>> = BTreeMap::new();
    for (section, level, count) in groups {
        if let Some(section) = section {
            *sections.entry(section).or_default().entry(level).or_default() += count;
        }
    }
    let mut sections: Vec<_> = sections.into_iter().collect();
    sections.sort_by_key(|(letter, levels)| (Reverse(levels.values().sum::<i64>()), letter.clone()));
    sections
}
