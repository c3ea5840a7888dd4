//! The overview of leaders, on a desk and on a wall: every figure leads to the list behind it.

pub mod charts;
pub mod panels;
pub mod words;

use crate::{
    domain::{access::Accessed, change::Noun, role::Permission},
    services::overview,
    web::{
        pages::{
            format,
            query::Asked,
            reader::{Reader, page},
            shell::{Area, Shell},
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, web::ServiceConfig};
use askama::Template;
use charts::Trend;
use panels::{BarRow, MonthRow, SectionRow, Stat, StreetRow, WaitingRow};
use words::OverviewWords;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config.service(show);
}

#[derive(Template)]
#[template(path = "pages/overview/show.html")]
struct OverviewPage {
    shell: Shell,
    t: OverviewWords,
    at: String,
    tax_until: String,
    stats: Vec<Stat>,
    waiting: Vec<WaitingRow>,
    waiting_more: String,
    figures: bool,
    trend: Trend,
    trend_summary: String,
    months: Vec<MonthRow>,
    outcomes: Vec<String>,
    streets: Vec<StreetRow>,
    district: StreetRow,
    reasons: Vec<BarRow>,
    destinations: Vec<BarRow>,
    sections: Vec<SectionRow>,
}

/// The overview.
#[get("/overview")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let (app, now) = (reader.app.clone(), reader.app.now());
    let found =
        reader.read(move |connection, actor| overview::load(connection, actor, app.context(), now)).await?;
    let figures = reader.actor.sees_figures();
    if figures {
        reader.record_access(Accessed::Figures, Noun::Enterprise, None, None, "overview").await?;
    }
    let shell = reader.shell(Area::Overview).await?;
    let shell = if Asked::of(&request).value("screen") == Some("big") { shell.for_a_wall() } else { shell };
    let context = reader.app.context();
    let t = OverviewWords(shell.language);
    let months: Vec<MonthRow> = found.months.iter().map(|month| MonthRow::of(month, t)).collect();
    let (streets, district) = panels::streets(&found, context, t);
    page(&OverviewPage {
        at: format::instant(context, found.at),
        tax_until: found.tax_until.map_or_else(|| "—".to_owned(), |month| month.to_string()),
        stats: panels::stats(&found, figures, t),
        waiting: panels::waiting(&found, figures, now, shell.w, t),
        waiting_more: t.waiting_all(format::count(found.waiting_total)),
        figures,
        trend: Trend::of(&months),
        trend_summary: panels::trend_summary(&months, t),
        streets,
        district,
        reasons: panels::reasons(&found, t),
        destinations: panels::destinations(&found, t),
        sections: panels::sections(&found, t),
        outcomes: panels::outcome_names(t),
        months,
        t,
        shell,
    })
}
