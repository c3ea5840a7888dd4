//! The own account: password, second factor, sessions and tokens.

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(_config: &mut ServiceConfig) {}
