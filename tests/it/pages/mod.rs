//! The pages, one file an area.

mod enterprises;
mod sign_in;
mod workbench;
