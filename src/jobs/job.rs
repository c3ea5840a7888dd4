//! What a job is: passes of work, and what each came to.

use crate::{
    domain::operation::job::{JobError, JobKind},
    services::Error,
};
use std::time::Duration;
use tokio::sync::Notify;

/// One kind of background work.
pub(super) trait Job: Send + Sync + 'static {
    /// Which job it is. Its name, its pause and what counts as stalled follow from it.
    const KIND: JobKind;

    /// Does one piece of work, if there is any. Called through `work::pass`, which notes how it ended.
    fn pass(&self) -> impl Future<Output = Result<Progress, Error>> + Send;

    /// What wakes it.
    fn wake(&self) -> Option<&Notify> {
        None
    }
}

/// What a pass came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// A piece was done; there may be more.
    More,
    /// There is nothing to do.
    Idle,
    /// Nothing can be done for so long, and why.
    Blocked(Duration, JobError),
}
