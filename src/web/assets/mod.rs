//! Style, script and icons of the pages, part of the program; their addresses change with the content, so that browsers
//! can cache them.

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderValue},
    web::{self, ServiceConfig},
};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

use crate::domain::text::hex;

const STYLE: &str = concat!(include_str!("tokens.css"), include_str!("components.css"), include_str!("print.css"));
const SCRIPT: &str = include_str!("script.js");
const ICONS: &str = include_str!("icons.svg");

/// Part of every asset's address; another content, another address.
pub static VERSION: LazyLock<String> = LazyLock::new(|| {
    let digest = Sha256::new().chain_update(STYLE).chain_update(SCRIPT).chain_update(ICONS).finalize();
    hex(&digest).chars().take(12).collect()
});

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    let assets = [
        ("style.css", "text/css", STYLE),
        ("script.js", "text/javascript", SCRIPT),
        ("icons.svg", "image/svg+xml", ICONS),
    ];
    for (name, kind, content) in assets {
        config
            .route(&format!("/assets/{{version}}/{name}"), web::get().to(move || async move { serve(kind, content) }));
    }
    config.route("/favicon.ico", web::get().to(favicon));
}

/// The sign of the product, a spring of water.
const FAVICON: &str = include_str!("favicon.svg");

/// Its address stays, so browsers ask again after a day.
async fn favicon() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")))
        .body(FAVICON)
}

fn serve(kind: &str, content: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(format!("{kind}; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")))
        .body(content)
}

#[cfg(test)]
mod tests {
    use super::STYLE;

    #[test]
    fn what_fits_a_phone_is_not_printed() {
        assert!(STYLE.contains("@media screen and (max-width:") && !STYLE.contains("@media (max-width:"));
    }

    #[test]
    fn every_block_of_the_style_sheet_is_closed_before_the_next_section() {
        let mut depth = 0_i32;
        for line in STYLE.lines() {
            assert!(!line.starts_with("/* ----------") || depth == 0, "a block is open before {line}");
            depth +=
                i32::try_from(line.matches('{').count()).unwrap() - i32::try_from(line.matches('}').count()).unwrap();
        }
        assert_eq!(depth, 0);
    }
}
