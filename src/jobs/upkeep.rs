//! Summarises measurements, so that they do not fill the memory of an application whose figures nobody reads.

use super::job::{Job, Progress};
use crate::{app::App, domain::operation::job::JobKind, services::Error};

/// Keeps the figures small.
pub(super) struct Upkeep(App);

impl Upkeep {
    pub(super) const fn new(app: App) -> Self {
        Self(app)
    }
}

impl Job for Upkeep {
    const KIND: JobKind = JobKind::Upkeep;

    async fn pass(&self) -> Result<Progress, Error> {
        self.0.meters().sum_up();
        Ok(Progress::Idle)
    }
}
