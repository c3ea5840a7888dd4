//! The pages, one file an area.

mod account;
mod enterprises;
mod imports;
mod sign_in;
mod workbench;
