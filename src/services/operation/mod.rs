//! Clockwork and its state: the statutory calendar, deadlines, jobs, what waits.

pub mod backlog;
pub mod calendar;
pub mod deadlines;
pub mod jobs;
pub mod night;
