//! Alerts: their list, and the page of one with its visits, its evidence and what people do about it. Nothing here
//! makes a move wait.

pub mod actions;
pub mod list;
pub mod show;
pub mod show_rows;
pub mod words;

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config.service(list::show).service(list::export).service(show::show);
    config.service(actions::acknowledge).service(actions::direct).service(actions::resolve);
}
