//! Working time, deadlines, jobs and the night.

pub mod deadline;
pub mod job;
pub mod night;
pub mod workday;
