//! The risk engine, and the values and rules of alerts.

pub mod alert;
pub mod followed;
pub mod level;
pub mod risk;
pub mod withdrawn_record;
