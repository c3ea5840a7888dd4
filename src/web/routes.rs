//! Every route of the product; the OpenAPI document is made from the same list.

use crate::web::{
    api, health, metrics,
    middleware::{authenticate::authenticate, limit::limit},
    openapi::{self, Description, Document},
    problem::{Edge, Problem},
};
use actix_web::{
    HttpRequest, HttpResponse,
    middleware::from_fn,
    web::{self, Data, ServiceConfig},
};
use utoipa::OpenApi;
use utoipa_actix_web::{AppExt, scope::scope, service_config::ServiceConfig as ApiConfig};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// The API's description with every documented route.
pub fn document() -> utoipa::openapi::OpenApi {
    let app = actix_web::App::new().into_utoipa_app().openapi(Description::openapi());
    let (_, document) = app.configure(documented).split_for_parts();
    document
}

/// Adds every route to an application.
pub fn configure(config: &mut ServiceConfig, document: &Data<Document>) {
    config.app_data(document.clone());
    config.route("/openapi.json", web::get().to(openapi::serve));
    config.service(SwaggerUi::new("/docs/{_:.*}").config(Config::from("/openapi.json")));
    config.service(web::redirect("/docs", "/docs/"));
    documented(&mut ApiConfig::new(config));
    config.default_service(web::to(unmatched));
}

fn documented(config: &mut ApiConfig<'_>) {
    config.service(health::healthz);
    config.service(health::readyz);
    config.service(metrics::figures);
    let api = scope("/api/v1").configure(api).default_service(web::to(unmatched));
    config.service(api.wrap(from_fn(limit)).wrap(from_fn(authenticate)));
}

/// Each noun adds its own routes.
fn api(config: &mut ApiConfig<'_>) {
    config.configure(api::alerts::configure);
    config.configure(api::audit_log::configure);
    config.configure(api::changes::configure);
    config.configure(api::contacts::configure);
    config.configure(api::enterprises::configure);
    config.configure(api::mail_messages::configure);
    config.configure(api::me::configure);
    config.configure(api::organisations::configure);
    config.configure(api::receipts::configure);
    config.configure(api::risk::configure);
    config.configure(api::session::configure);
    config.configure(api::signals::configure);
    config.configure(api::teams::configure);
    config.configure(api::timeline::configure);
    config.configure(api::tokens::configure);
    config.configure(api::users::configure);
    config.configure(api::visits::configure);
}

/// What no route took: an address that knows another method, or no address at all.
async fn unmatched(request: HttpRequest, document: Data<Document>) -> Result<HttpResponse, Problem> {
    let known = document.templates().any(|template| fits(template, request.path()));
    Err(if known { Edge::Method } else { Edge::NoRoute }.into())
}

/// Whether a path fits a template such as `/api/v1/visits/{id}`.
fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) if part.starts_with('{') && !given.is_empty() => {}
            (Some(part), Some(given)) if part == given => {}
            _ => return false,
        }
    }
}
