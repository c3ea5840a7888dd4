//! HTTP: routes, extractors, answers and middleware. No rule of the product lives here.

pub mod api;
pub mod assets;
pub mod create;
pub mod entity_tag;
pub mod export;
pub mod extract;
pub mod followed;
pub mod health;
pub mod limits;
pub mod listing;
pub mod metrics;
pub mod middleware;
pub mod openapi;
pub mod pages;
pub mod problem;
pub mod respond;
pub mod routes;
pub mod server;
pub mod sign_in;
mod tls;
pub mod unknown_names;
