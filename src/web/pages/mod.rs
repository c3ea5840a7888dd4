//! Pages for people, in two languages, rendered here: the same services, query objects and rights as the API, and no rule of
//! their own. One area one file or folder; its template has the same name under `templates/pages/`.
pub mod account;
pub mod alerts;
pub mod audit_log;
pub mod calendar;
pub mod charts;
pub mod choice;
pub mod display;
pub mod enterprises;
pub mod failures;
pub mod field;
pub mod fields;
pub mod followed;
pub mod form;
pub mod format;
pub mod gate;
pub mod imports;
pub mod jobs;
pub mod lists;
pub mod mail_queue;
pub mod multipart;
pub mod once;
pub mod organisations;
pub mod overview;
pub mod proof;
pub mod query;
pub mod reader;
pub mod settings;
pub mod shell;
pub mod sign_in;
pub mod tokens;
pub mod trouble;
pub mod typed;
pub mod users;
pub mod visits;
pub mod words;
pub mod workbench;

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config.service(sign_in::home).service(sign_in::show).service(sign_in::enter).service(sign_in::leave);
    account::configure(config);
    alerts::configure(config);
    audit_log::configure(config);
    calendar::configure(config);
    enterprises::configure(config);
    imports::configure(config);
    jobs::configure(config);
    mail_queue::configure(config);
    organisations::configure(config);
    overview::configure(config);
    settings::configure(config);
    tokens::configure(config);
    users::configure(config);
    visits::configure(config);
    workbench::configure(config);
}
