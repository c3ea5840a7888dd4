//! Queries of the overview and the workbench, and rows of saved views.

pub mod overview;
pub mod saved_views;
pub mod workbench;
