//! The pages, one file an area.

mod account;
mod alerts;
mod enterprises;
mod imports;
mod overview;
mod sign_in;
mod workbench;
