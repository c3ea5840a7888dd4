//! Assesses every enterprise again once a local day: time alone changes what the facts mean. A pass works in pieces
//! with transactions of their own, so that nobody waits long. Each piece notes what has been done, and a successor goes
//! on from there. Recipients see one night: above the threshold its alerts come as digests, whichever piece they are
//! from.

use super::work::{Job, Progress};
use crate::{
    app::App,
    db::{enterprises, job_leases},
    domain::{actor::Actor, ids::EnterpriseId},
    services::{Error, Tx},
    texts::texts,
};
use chrono::{NaiveDate, TimeDelta, Timelike};
use std::time::Duration;
use uuid::Uuid;

const JOB: &str = "nightly";
/// Longer than a piece takes.
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// Enterprises a piece.
const PIECE: usize = 200;

/// The nightly assessment.
pub(super) struct Nightly(App);

impl Nightly {
    pub(super) const fn new(app: App) -> Self {
        Self(app)
    }

    /// Today, if the hour of the assessment has come.
    fn due_day(&self) -> Option<NaiveDate> {
        let settings = &self.0.context().settings;
        let local = self.0.now().with_timezone(&settings.locale.time_zone);
        (local.hour() >= settings.alerts.assessment_hour).then(|| local.date_naive())
    }

    fn actor(&self, day: NaiveDate) -> Actor {
        let name = nightly_assessment(self.0.context().settings.locale.language);
        Actor::system(&name, format!("nightly-{day}"))
    }
}

impl Job for Nightly {
    const NAME: &'static str = "nightly assessment";
    const PAUSE: Duration = Duration::from_mins(1);

    async fn pass(&self) -> Result<Progress, Error> {
        let Some(day) = self.due_day() else { return Ok(Progress::Idle) };
        if self.0.read(|connection| Ok(job_leases::note(connection, JOB)?)).await? == Done::All.note(day) {
            return Ok(Progress::Idle);
        }
        let node = self.0.node();
        self.0.write(self.actor(day), move |tx| assess_piece(tx, node, day)).await
    }
}

/// How far the assessment of a day has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Nothing,
    Until(EnterpriseId),
    All,
}

impl Done {
    /// What a note says about the day; a note of another day says that nothing is done.
    fn read(note: &str, day: NaiveDate) -> Self {
        match note.strip_prefix(&day.to_string()).map(str::trim) {
            Some("") => Self::All,
            Some(id) => id.parse().map_or(Self::Nothing, |id| Self::Until(EnterpriseId(id))),
            None => Self::Nothing,
        }
    }

    fn note(self, day: NaiveDate) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Until(id) => format!("{day} {}", id.0),
            Self::All => day.to_string(),
        }
    }
}

fn assess_piece(tx: &mut Tx<'_>, node: Uuid, day: NaiveDate) -> Result<Progress, Error> {
    if !job_leases::acquire(tx.conn, JOB, node, LEASE)? {
        return Ok(Progress::Idle);
    }
    let after = match Done::read(&job_leases::note(tx.conn, JOB)?, day) {
        Done::All => return Ok(Progress::Idle),
        Done::Until(id) => Some(id),
        Done::Nothing => None,
    };
    tx.continue_run(tx.context.start_of(day));
    let ids = enterprises::ids_after(tx.conn, after, PIECE)?;
    for id in &ids {
        tx.touch(*id);
    }
    let (done, progress) = match ids.last() {
        Some(last) if ids.len() == PIECE => (Done::Until(*last), Progress::More),
        _ => (Done::All, Progress::Idle),
    };
    job_leases::set_note(tx.conn, JOB, &done.note(day))?;
    Ok(progress)
}

texts! {
    nightly_assessment() { zh: "夜间评估", en: "Nightly assessment" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_as_it_was_written() {
        let day = NaiveDate::default();
        for done in [Done::Nothing, Done::Until(EnterpriseId::new()), Done::All] {
            assert_eq!(Done::read(&done.note(day), day), done);
        }
        assert_eq!(Done::read(&Done::All.note(day), day + TimeDelta::days(1)), Done::Nothing);
    }
}
