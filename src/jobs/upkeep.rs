//! Sums up what was measured, so that an application nobody asks for its figures does not hoard single measurements.

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
