//! Rows and queries of facts, standings, alerts and directives.

pub mod alert_evidence;
pub mod alerts;
pub mod directives;
pub mod facts;
pub mod standings;
