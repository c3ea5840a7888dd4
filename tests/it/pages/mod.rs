//! The pages, one file an area.

mod account;
mod enterprises;
mod imports;
mod alerts;
mod enterprises;
mod overview;
mod sign_in;
mod workbench;
