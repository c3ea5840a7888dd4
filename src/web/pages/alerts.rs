//! Alerts: their list, and the page of one with its story, its evidence and what to do.

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(_config: &mut ServiceConfig) {}
