//! From facts to alerts: the assessment, the risk policy in force, alerts and the directives on them.

pub mod alerts;
pub mod assessment;
pub mod directives;
pub mod dossier;
pub mod facts;
pub mod follow_up;
pub mod risk;
pub mod risk_policies;
