//! The pages, one file an area.

mod account;
mod alerts;
mod enterprise_forms;
mod enterprise_page;
mod enterprises;
mod imports;
mod overview;
mod sign_in;
mod workbench;
