//! Visits: logged on a phone in under a minute, read in a list, and one by one.

mod choose;
mod edit;
pub mod entry;
mod form;
mod list;
mod log;
mod places;
mod show;
pub mod words;

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config.service(list::show).service(list::export).service(choose::suggest).service(log::show).service(log::save);
    config.service(show::show).service(edit::show).service(edit::save).service(show::ask).service(show::withdraw);
}
