//! The workbench of a steward: who needs me most, my alerts, what is overdue.

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(_config: &mut ServiceConfig) {}
