//! What stewards do and learn: teams, visits and what they promise, signals.

pub mod promised_visits;
pub mod signals;
pub mod teams;
pub mod visits;
