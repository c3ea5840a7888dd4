//! Assesses every enterprise again once a local day: time alone changes what the facts mean. A pass works in pieces
//! with transactions of their own, so that nobody waits long. Each piece notes what has been done, and a successor goes
//! on from there. Recipients see one night: above the threshold its alerts come as digests, whichever piece they are
//! from.

use super::job::{Job, Progress};
use crate::{
    app::App,
    db::{operation::job_leases, registry::enterprises},
    domain::{
        operation::{
            job::JobKind,
            night::{self, NightDone},
        },
        people::actor::Actor,
    },
    services::{Error, Tx},
    texts::texts,
};
use chrono::{NaiveDate, TimeDelta};
use uuid::Uuid;

const JOB: &str = JobKind::Nightly.as_str();
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
        night::due_day(self.0.now(), settings.alerts.assessment_hour, settings.locale.time_zone)
    }

    fn actor(&self, day: NaiveDate) -> Actor {
        let name = nightly_assessment(self.0.context().settings.locale.language);
        Actor::system(&name, format!("nightly-{day}"))
    }
}

impl Job for Nightly {
    const KIND: JobKind = JobKind::Nightly;

    async fn pass(&self) -> Result<Progress, Error> {
        let Some(day) = self.due_day() else { return Ok(Progress::Idle) };
        if self.0.read(|connection| Ok(job_leases::note(connection, JOB)?)).await? == NightDone::All.note(day) {
            return Ok(Progress::Idle);
        }
        let node = self.0.node();
        self.0.write(self.actor(day), move |tx| assess_piece(tx, node, day)).await
    }
}

fn assess_piece(tx: &mut Tx<'_>, node: Uuid, day: NaiveDate) -> Result<Progress, Error> {
    if !job_leases::acquire(tx.conn, JOB, node, LEASE)? {
        return Ok(Progress::Idle);
    }
    let after = match NightDone::read(&job_leases::note(tx.conn, JOB)?, day) {
        NightDone::All => return Ok(Progress::Idle),
        NightDone::Until(id) => Some(id),
        NightDone::Nothing => None,
    };
    tx.continue_run(tx.context.start_of(day));
    let ids = enterprises::ids_after(tx.conn, after, PIECE)?;
    for id in &ids {
        tx.touch(*id);
    }
    let (done, progress) = match ids.last() {
        Some(last) if ids.len() == PIECE => (NightDone::Until(*last), Progress::More),
        _ => (NightDone::All, Progress::Idle),
    };
    job_leases::set_note(tx.conn, JOB, &done.note(day))?;
    Ok(progress)
}

texts! {
    nightly_assessment() { zh: "夜间评估", en: "Nightly assessment" }
}
