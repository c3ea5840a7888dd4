//! The mail queue, for the administrator: envelope, state and error, no content.

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(_config: &mut ServiceConfig) {}
