//! From facts to alerts: the assessment, the risk policy in force, alerts and the directives on them.

pub mod alerts;
pub mod directives;
pub mod facts;
pub mod risk;
pub mod risk_policies;
