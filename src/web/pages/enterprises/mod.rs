//! The registry: its list and the page of one enterprise.

pub mod list;

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config.service(list::show);
}
