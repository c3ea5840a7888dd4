//! The API's own description: OpenAPI 3.1 with examples, and the offline Swagger UI.

use actix_web::{
    HttpResponse,
    dev::HttpServiceFactory,
    web::{Bytes, Data, ServiceConfig},
};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};
use utoipa_actix_web::{OpenApiFactory, service_config::ServiceConfig as ApiConfig};

/// What the description says besides the routes.
#[derive(OpenApi)]
#[openapi(
    info(title = "Wellspring", description = "Tax-source registry and early warning for firms that start to relocate."),
    modifiers(&Bearer),
    security(("bearer" = []))
)]
pub struct Description;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    }
}

/// Where routes are added: to a worker, or to the description. Workers leave the description out, since building it takes each some
/// twelve megabytes that stay with it.
pub trait Routes {
    /// Adds a documented route.
    fn service(&mut self, route: impl HttpServiceFactory + OpenApiFactory + 'static) -> &mut Self;
}

impl Routes for ServiceConfig {
    fn service(&mut self, route: impl HttpServiceFactory + OpenApiFactory + 'static) -> &mut Self {
        Self::service(self, route)
    }
}

impl Routes for ApiConfig<'_> {
    fn service(&mut self, route: impl HttpServiceFactory + OpenApiFactory + 'static) -> &mut Self {
        Self::service(self, route)
    }
}

/// The description as it is served, written once for all workers: as a tree it takes many times the memory.
#[derive(Debug)]
pub struct Document {
    json: Bytes,
    templates: Vec<String>,
}

impl Document {
    /// Writes the description.
    pub fn new(description: &utoipa::openapi::OpenApi) -> Self {
        Self {
            json: serde_json::to_vec(description).unwrap_or_default().into(),
            templates: description.paths.paths.keys().cloned().collect(),
        }
    }

    /// The templates of all described paths, such as `/api/v1/visits/{id}`.
    pub fn templates(&self) -> impl Iterator<Item = &str> {
        self.templates.iter().map(String::as_str)
    }
}

/// Serves the description.
pub async fn serve(document: Data<Document>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document.json.clone())
}
