//! Visits: logged on a phone in under a minute, read in a list, and one by one.

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(_config: &mut ServiceConfig) {}
