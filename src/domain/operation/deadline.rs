//! Deadlines (办理时限): what has to be done by an instant, and what happens when it passes. A deadline is of one noun and has rounds:
//! a new promise, month, reopening or renewal. Within a round it has steps, such as telling the next circle of people.

use crate::domain::codes::codes;
use chrono::TimeDelta;

codes! {
    /// What has to be done.
    pub enum DeadlineKind {
        /// A visit that was promised at the visit before. A round is a promised day, by its number in the common era.
        PromisedVisit = "promised_visit", "约定走访", "promised visit";
    }

    /// How a step of a deadline ended.
    pub enum DeadlineOutcome {
        /// Its instant passed, and what follows from that was done.
        Acted = "acted", "到期已处理", "passed and acted on";
        /// It applies no more: what it asked for was done in time, or is asked for no longer.
        Lapsed = "lapsed", "不再适用", "no longer applies";
    }
}

/// A step that is taken later than this after its instant was missed while nobody was at work, and says so.
pub const LATE_AFTER: TimeDelta = TimeDelta::minutes(15);
