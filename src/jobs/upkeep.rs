//! Summarises measurements, so that they do not fill the memory of an application whose figures nobody reads.

use super::work::{Job, Progress};
use crate::{app::App, services::Error};
use std::time::Duration;

/// Keeps the figures small.
pub(super) struct Upkeep(App);

impl Upkeep {
    pub(super) const fn new(app: App) -> Self {
        Self(app)
    }
}

impl Job for Upkeep {
    const NAME: &'static str = "upkeep";
    const PAUSE: Duration = Duration::from_secs(10);

    async fn pass(&self) -> Result<Progress, Error> {
        self.0.meters().sum_up();
        Ok(Progress::Idle)
    }
}
