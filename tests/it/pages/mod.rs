//! The pages, one file an area.

mod account;
mod enterprises;
mod sign_in;
mod workbench;
