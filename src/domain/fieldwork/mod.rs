//! Values and rules of visits and signals.

pub mod signal;
pub mod visit;
pub mod visit_duty;
