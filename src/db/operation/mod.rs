//! Rows and queries of the statutory calendar, deadlines, jobs, and what the machinery keeps for itself.

pub mod backlog;
pub mod calendar_days;
pub mod deadlines;
pub mod demonstrations;
pub mod idempotency_keys;
pub mod job_leases;
pub mod job_status;
