//! Rows and queries of teams, visits and signals.

pub mod signals;
pub mod teams;
pub mod visits;
pub mod withdrawals;
