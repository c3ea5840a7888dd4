//! The description of the API: OpenAPI 3.1 with examples, and the offline Swagger UI.

pub(crate) mod answers;
pub mod command;
mod complete;
pub(crate) mod parameters;

use crate::web::problem::ProblemBody;
use actix_web::{
    HttpResponse,
    dev::HttpServiceFactory,
    web::{Bytes, Data, ServiceConfig},
};
use serde_json::Value;
use std::sync::OnceLock;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
};
use utoipa_actix_web::{OpenApiFactory, service_config::ServiceConfig as ApiConfig};

/// What the description says besides the routes.
#[derive(OpenApi)]
#[openapi(
    info(title = "Wellspring", description = "Tax-source registry and early warning for enterprises that start to move."),
    modifiers(&Proofs),
    components(schemas(ProblemBody)),
    security(("bearer" = []), ("cookie" = []))
)]
pub struct Description;

/// How callers prove who they are.
struct Proofs;

impl Modify for Proofs {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        let cookie = "The session of a person, for pages; `wellspring` where the product is not reached by TLS.";
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description("__Host-wellspring", cookie));
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(cookie));
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

/// The description as it is served: made for all workers when it is asked for first, and kept as text. As a tree it takes many
/// times the memory, which a server that nobody asks does not spend.
#[derive(Debug)]
pub struct Document {
    describe: fn() -> Value,
    written: OnceLock<Written>,
}

#[derive(Debug)]
struct Written {
    json: Bytes,
    methods: Vec<(String, String)>,
}

impl Document {
    /// A description that is made when it is needed.
    pub const fn new(describe: fn() -> Value) -> Self {
        Self { describe, written: OnceLock::new() }
    }

    fn written(&self) -> &Written {
        self.written.get_or_init(|| Written::of(&(self.describe)()))
    }

    /// The templates of all paths, such as `/api/v1/visits/{id}`, each with its methods as in `Allow`.
    pub fn methods(&self) -> impl Iterator<Item = (&str, &str)> {
        self.written().methods.iter().map(|(template, methods)| (template.as_str(), methods.as_str()))
    }
}

impl Written {
    fn of(description: &Value) -> Self {
        let paths = description.get("paths").and_then(Value::as_object).into_iter().flatten();
        let described = paths.map(|(path, methods)| (path.clone(), allow(methods)));
        // What the routes do not describe.
        let own = [("/openapi.json".to_owned(), "GET, HEAD".to_owned())];
        Self {
            json: serde_json::to_vec(description).unwrap_or_default().into(),
            methods: described.chain(own).collect(),
        }
    }
}

/// The methods of a described path as in `Allow`: whatever is read can be asked for with HEAD.
fn allow(methods: &Value) -> String {
    let names = methods.as_object().into_iter().flatten().map(|(name, _)| name.to_uppercase());
    let names = names.map(|name| if name == "GET" { "GET, HEAD".to_owned() } else { name });
    names.collect::<Vec<_>>().join(", ")
}

/// The description of all documented routes as it is served.
pub fn description(routes: &utoipa::openapi::OpenApi) -> Value {
    let mut description = serde_json::to_value(routes).unwrap_or_default();
    complete::complete(&mut description);
    description
}

/// Serves the description.
pub async fn serve(document: Data<Document>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document.written().json.clone())
}
