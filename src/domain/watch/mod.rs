//! The risk engine, and the values and rules of alerts.

pub mod alert;
pub mod level;
pub mod risk;
