//! The record of changes and reads as it is sealed, verified and shown.

pub mod audit;
pub mod audit_log;
pub mod canonical_text;
pub mod change_feed;
pub mod export_notes;
pub mod recorded_fields;
pub mod timelines;
