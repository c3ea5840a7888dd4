//! What a person sees first: the overview, the workbench, saved views.

pub mod overview;
pub mod saved_views;
pub mod workbench;
