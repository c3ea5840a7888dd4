//! The overview of leaders, on a desk and on a wall: every figure leads to the list behind it.

pub mod charts;
pub mod panels;
pub mod words;

use crate::{
    domain::people::role::Permission,
    services::desks::overview,
    web::{
        pages::{
            format,
            query::QueryParameters,
            reader::{Reader, page},
            shell::{Area, Shell},
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, web::ServiceConfig};
use askama::Template;
use charts::Trend;
use chrono::{DateTime, Utc};
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
    streets_note: String,
    district: StreetRow,
    in_time_rule: String,
    reasons: Vec<BarRow>,
    destinations: Vec<BarRow>,
    sections: Vec<SectionRow>,
}

/// Alerts that fit on a wall.
const WALL_WAITING: usize = 6;
/// Street offices that fit on a wall at a time.
const WALL_STREETS: usize = 12;

/// Leaves the street offices whose turn it is: where there are more than fit, each minute shows the next ones. Gives which part
/// that is, from 1, and of how many.
fn part_on_the_wall<T>(streets: &mut Vec<T>, now: DateTime<Utc>) -> (usize, usize) {
    let parts = streets.len().div_ceil(WALL_STREETS).max(1);
    let minute = usize::try_from(now.timestamp() / 60).unwrap_or_default();
    let part = minute % parts;
    streets.drain(..part * WALL_STREETS);
    streets.truncate(WALL_STREETS);
    (part + 1, parts)
}

/// The overview.
#[get("/overview")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let (found, shell) = reader.read_page(Area::Overview, overview::load).await?;
    let (now, figures) = (found.at, found.amounts.are_figures());
    let shell = if QueryParameters::of(&request).value("screen") == Some("big") { shell.for_a_wall() } else { shell };
    let context = reader.app.context();
    let (t, times) = (OverviewWords(shell.language), context.settings.alerts.answer_times());
    let months: Vec<MonthRow> = found.months.iter().map(|month| MonthRow::of(month, t)).collect();
    let (mut streets, district) = panels::streets(&found, context, t);
    let mut waiting = panels::waiting(&found, figures, times, now, shell.w, t);
    let mut streets_note = t.streets_note();
    if shell.big_screen {
        waiting.truncate(WALL_WAITING);
        let (part, parts) = part_on_the_wall(&mut streets, now);
        if parts > 1 {
            streets_note = t.streets_part(part, parts);
        }
    }
    page(&OverviewPage {
        at: format::instant(context, found.at),
        tax_until: found.tax_until.map_or_else(|| "—".to_owned(), |month| month.to_string()),
        stats: panels::stats(&found, figures, t),
        waiting,
        waiting_more: t.waiting_all(format::count(found.waiting_total)),
        figures,
        trend: Trend::of(&months),
        trend_summary: panels::trend_summary(&months, t),
        streets,
        streets_note,
        district,
        in_time_rule: panels::in_time_rule(times, t),
        reasons: panels::reasons(&found, t),
        destinations: panels::destinations(&found, t),
        sections: panels::sections(&found, t),
        outcomes: panels::outcome_names(t),
        months,
        t,
        shell,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::part_on_the_wall;
    use chrono::{DateTime, TimeDelta, Utc};

    #[test]
    fn every_street_office_has_its_minute_on_the_wall() {
        let now: DateTime<Utc> = "2026-11-20T01:00:00Z".parse().unwrap();
        let mut seen = Vec::new();
        for minute in 0..3 {
            let mut streets: Vec<u32> = (0..30).collect();
            let (part, parts) = part_on_the_wall(&mut streets, now + TimeDelta::minutes(minute));
            assert!(streets.len() <= 12 && (1..=parts).contains(&part) && parts == 3);
            seen.extend(streets);
        }
        seen.sort_unstable();
        assert_eq!(seen, (0..30).collect::<Vec<u32>>());
        let mut few = vec![1, 2];
        assert_eq!((part_on_the_wall(&mut few, now), few), ((1, 1), vec![1, 2]));
    }
}
