//! Promised visits as deadlines. What counts is the promise of the last visit that was not withdrawn, as in the standing: a new
//! visit keeps it or replaces it, a correction may change it, a withdrawal takes it back. An assessment follows each of these before
//! commit, and the deadlines follow the assessment, so that nobody who writes a use case can forget them.

use crate::{
    db::{
        backend::DbConn,
        fieldwork::visits,
        operation::deadlines::{self, Deadline},
        people::users,
        registry::enterprises,
        values::AnyId,
        watch::facts,
    },
    domain::{
        fieldwork::visit_duty::overdue_from,
        ids::{EnterpriseId, VisitId},
        operation::deadline::{DeadlineKind, DeadlineOutcome},
        people::actor::{ActorReference, Scope},
        records::change::{Action, Noun},
    },
    services::{Context, Details, Error, Tx, watch::facts::LastVisit},
    texts::texts,
};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// Writes the deadline of the promise that each enterprise has now, and ends those of promises that were kept, replaced or taken
/// back. The last visit is that to an enterprise which is here; one that has left is promised nothing. The enterprises are locked.
pub fn follow(tx: &mut Tx<'_>, last_visits: &[(EnterpriseId, Option<LastVisit>)]) -> Result<(), Error> {
    let ids: Vec<EnterpriseId> = last_visits.iter().map(|(enterprise, _)| *enterprise).collect();
    let mut known: BTreeMap<EnterpriseId, Vec<Deadline>> = BTreeMap::new();
    for row in deadlines::of_enterprises(tx.conn, DeadlineKind::PromisedVisit, &ids)? {
        if let Some(enterprise) = row.enterprise_id {
            known.entry(enterprise).or_default().push(row);
        }
    }
    for (enterprise, last) in last_visits {
        let wanted = last.and_then(|last| of_promise(tx.context, *enterprise, last));
        write(tx, wanted.as_ref(), &known.remove(enterprise).unwrap_or_default())?;
    }
    Ok(())
}

fn write(tx: &mut Tx<'_>, wanted: Option<&Deadline>, known: &[Deadline]) -> Result<(), Error> {
    let is_wanted = |row: &Deadline| wanted.is_some_and(|wanted| wanted.is_same_step_as(row));
    for row in known.iter().filter(|row| row.done_at.is_none() && !is_wanted(row)) {
        deadlines::end(tx.conn, row, DeadlineOutcome::Lapsed, tx.now.into())?;
    }
    let Some(wanted) = wanted else { return Ok(()) };
    // Left alone when nothing differs: a night assesses all enterprises, and most promises stand as they did.
    let stands = |row: &Deadline| {
        row.outcome == Some(DeadlineOutcome::Acted) || (row.done_at.is_none() && row.due_at == wanted.due_at)
    };
    if !known.iter().any(|row| is_wanted(row) && stands(row)) {
        deadlines::put(tx.conn, wanted)?;
    }
    Ok(())
}

/// The deadline of what was promised at a last visit.
fn of_promise(context: &Context, enterprise: EnterpriseId, last: LastVisit) -> Option<Deadline> {
    let promised = last.promised?;
    Some(Deadline {
        noun: Noun::Visit,
        noun_id: AnyId(last.id.0),
        kind: DeadlineKind::PromisedVisit,
        round: promised.num_days_from_ce(),
        step: 1,
        enterprise_id: Some(enterprise),
        due_at: context.start_of(overdue_from(promised)).into(),
        done_at: None,
        outcome: None,
    })
}

/// The promised day has passed. If the promise still stands, that is recorded with the visit, and its enterprise is assessed at
/// once.
pub fn take_step(tx: &mut Tx<'_>, deadline: &Deadline) -> Result<DeadlineOutcome, Error> {
    let (Some(enterprise), visit) = (deadline.enterprise_id, VisitId(deadline.noun_id.0)) else {
        return Ok(DeadlineOutcome::Lapsed);
    };
    let is_here = enterprises::lock(tx.conn, &[enterprise])?.iter().any(|row| row.status.is_here());
    let last = LastVisit::among(&facts::visits(tx.conn, &[enterprise])?);
    let promised = last.filter(|last| is_here && last.id == visit).and_then(|last| last.promised);
    let Some(promised) = promised.filter(|day| day.num_days_from_ce() == deadline.round) else {
        return Ok(DeadlineOutcome::Lapsed);
    };
    let mut details = Details::none().with("next_visit_on", (), promised).with("due_at", (), deadline.due_at);
    if deadline.is_late(tx.now) {
        details = details.with("late", (), true);
    }
    tx.record_event(Noun::Visit, visit, Action::Overdue, enterprise, details)?;
    Ok(DeadlineOutcome::Acted)
}

/// Whose visit it was, and of which day.
pub fn cause(connection: &mut DbConn, context: &Context, deadline: &Deadline) -> Result<String, Error> {
    let visit = visits::find(connection, Scope::District, VisitId(deadline.noun_id.0))?.ok_or(Error::NotFound)?;
    let author = ActorReference::user_in(&visit.actor);
    let author = author.map(|id| users::find(connection, id)).transpose()?.flatten();
    let language = context.settings.locale.language;
    Ok(match author {
        Some(author) => of_visit(language, &author.display_name, visit.visited_on),
        None => of_day(language, visit.visited_on),
    })
}

texts! {
    of_visit(name: &str, day: NaiveDate) { zh: "依据{name} {day} 的走访", en: "on the visit of {name}, {day}" }
    of_day(day: NaiveDate) { zh: "依据 {day} 的走访", en: "on the visit of {day}" }
}
