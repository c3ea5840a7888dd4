//! Every route of the product; the OpenAPI document is made from the same list.

use crate::web::{
    api, assets, health, metrics,
    middleware::{authenticate::authenticate, limit::limit},
    openapi::{self, Description, Document, Routes},
    pages::{
        self,
        gate::{gate, nowhere},
    },
    problem::{Edge, Problem},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    middleware::from_fn,
    web::{self, Data, ServiceConfig},
};
use utoipa::OpenApi;
use utoipa_actix_web::{AppExt, scope::scope as described_scope, service_config::ServiceConfig as ApiConfig};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// The API's description with every documented route.
pub fn document() -> serde_json::Value {
    let app = actix_web::App::new().into_utoipa_app().openapi(Description::openapi());
    let described = |config: &mut ApiConfig<'_>| {
        operations(config);
        config.service(described_scope(API).configure(|config| api(config)));
    };
    let (_, document) = app.configure(described).split_for_parts();
    openapi::description(&document)
}

/// Adds every route to an application.
pub fn configure(config: &mut ServiceConfig, document: &Data<Document>) {
    config.app_data(document.clone());
    config.route("/openapi.json", web::get().to(openapi::serve));
    config.service(SwaggerUi::new("/docs/{_:.*}").config(Config::from("/openapi.json")));
    config.service(web::redirect("/docs", "/docs/"));
    operations(config);
    let api = web::scope(API).configure(api).default_service(web::to(unmatched));
    config.service(api.wrap(from_fn(limit)).wrap(from_fn(authenticate)));
    assets::configure(config);
    config.service(web::scope("").configure(pages::configure).wrap(from_fn(limit)).wrap(from_fn(gate)));
    config.default_service(web::to(unmatched));
}

/// Where the API is.
const API: &str = "/api/v1";

/// What those who run the product look at.
fn operations(config: &mut impl Routes) {
    config.service(health::healthz).service(health::readyz).service(metrics::figures);
}

/// Each noun adds its own routes.
fn api(config: &mut impl Routes) {
    api::absences::configure(config);
    api::alerts::configure(config);
    api::audit_log::configure(config);
    api::calendar::configure(config);
    api::changes::configure(config);
    api::contacts::configure(config);
    api::enterprises::configure(config);
    api::jobs::configure(config);
    api::mail_messages::configure(config);
    api::me::configure(config);
    api::organisations::configure(config);
    api::receipts::configure(config);
    api::risk::configure(config);
    api::session::configure(config);
    api::signals::configure(config);
    api::teams::configure(config);
    api::timeline::configure(config);
    api::tokens::configure(config);
    api::users::configure(config);
    api::visits::configure(config);
}

/// What no route took: an address that knows another method, or no address at all.
async fn unmatched(request: HttpRequest, document: Data<Document>) -> Result<HttpResponse, Problem> {
    let mut described = document.methods();
    let methods = described.find(|(template, _)| fits(template, request.path())).map(|(_, methods)| methods.to_owned());
    if methods.is_none() && wants_a_page(&request) {
        return Ok(nowhere(&request));
    }
    Err(methods.map_or(Edge::NoRoute, Edge::Method).into())
}

/// Whether a person looks, not a program.
fn wants_a_page(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    request.method().is_safe()
        && !request.path().starts_with("/api/")
        && accepted.is_some_and(|kinds| kinds.contains("text/html"))
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
