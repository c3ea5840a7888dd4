//! Matches waiting signals to enterprises that have come into the registry. Entering an enterprise does this at once.
//! But when a signal and its enterprise are written at the same time, neither transaction sees the other; this job
//! finds what is left.

use super::job::{Job, Progress};
use crate::{
    app::App,
    db::registry::enterprises,
    domain::{operation::job::JobKind, people::actor::Actor},
    services::{self, Error},
    texts::texts,
};

/// Enterprises a piece.
const PIECE: usize = 200;

/// The sweep.
pub(super) struct Quarantine(App);

impl Quarantine {
    pub(super) const fn new(app: App) -> Self {
        Self(app)
    }
}

impl Job for Quarantine {
    const KIND: JobKind = JobKind::Quarantine;

    async fn pass(&self) -> Result<Progress, Error> {
        let ids = self.0.read(|connection| Ok(enterprises::with_waiting_signals(connection, PIECE)?)).await?;
        if ids.is_empty() {
            return Ok(Progress::Idle);
        }
        let name = sweep(self.0.context().settings.locale.language);
        let actor = Actor::system(&name, format!("quarantine-{}", self.0.now().timestamp()));
        self.0.write(actor, move |tx| services::registry::enterprises::join_waiting_signals(tx, &ids)).await?;
        Ok(Progress::More)
    }
}

texts! {
    sweep() { zh: "待匹配线索归户", en: "Matching of signals" }
}
