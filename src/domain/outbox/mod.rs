//! Values of what is delivered.

pub mod delivery;
