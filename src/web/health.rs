//! Whether the process is alive and whether it can work.

use crate::{
    app::App,
    db::backend,
    web::problem::{Edge, Problem},
};
use actix_web::{HttpResponse, Responder, get, web::Data};
use serde_json::json;

/// The process lives.
#[utoipa::path(tag = "health", operation_id = "get_liveness", responses((status = 200, description = "The process lives")), security(()))]
#[get("/healthz")]
pub(crate) async fn healthz() -> impl Responder {
    HttpResponse::Ok().json(json!({ "status": "alive" }))
}

/// The database is reachable and migrated.
#[utoipa::path(
    tag = "health",
    operation_id = "get_readiness",
    responses((status = 200, description = "Ready"), (status = 503, description = "The database is not reachable or not migrated")),
    security(())
)]
#[get("/readyz")]
pub(crate) async fn readyz(app: Data<App>) -> Result<HttpResponse, Problem> {
    let migrated = app.read(|connection| Ok(backend::is_migrated(connection)?)).await;
    match migrated {
        Ok(true) => Ok(HttpResponse::Ok().json(json!({ "status": "ready" }))),
        Ok(false) | Err(_) => Err(Edge::Unavailable.into()),
    }
}
