//! The registry: its list, the page of one enterprise, and the forms about it.

pub mod assign;
pub mod colleagues;
pub mod columns;
pub mod contacts;
pub mod detail;
pub mod edit;
pub mod export;
pub mod form;
pub mod list;
pub mod page;
pub mod signals;
pub mod team;
pub mod team_history;
pub mod timeline;
pub mod views;

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config.service(list::show).service(assign::show).service(assign::assign).service(assign::done);
    config.service(export::download);
    config.service(views::show).service(views::save).service(views::rename).service(views::delete);
    config.service(edit::blank).service(edit::create);
    config.service(page::show).service(page::unmask).service(edit::show).service(edit::save);
    config.service(contacts::blank).service(contacts::add);
    config.service(contacts::show).service(contacts::save).service(contacts::remove);
    config.service(team::show).service(team::assign).service(team_history::show).service(timeline::show);
    config.service(signals::blank).service(signals::report).service(signals::ask_why).service(signals::withdraw);
}
