//! The API's own description: OpenAPI 3.1 with examples, and the offline Swagger UI.

use utoipa::{
    Modify, OpenApi,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};

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
