//! Choosing the enterprise that was visited: by a few characters, or from the assigned enterprises.

use super::words::VisitWords;
use crate::{
    db::registry::enterprises::Enterprise,
    domain::people::role::Permission,
    services::{
        Error, Read,
        paging::Window,
        registry::enterprises::{Described, list},
    },
    web::{
        pages::{
            choice::Choice,
            format,
            query::QueryParameters,
            reader::{Reader, page},
            shell::{Area, Shell},
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};
use askama::Template;
use serde::Serialize;

/// Fewest characters that are looked for.
const TEXT_MIN: usize = 2;
/// Enterprises that are offered at once.
const OFFERED: i64 = 12;

struct Offer {
    id: String,
    name: String,
    code: String,
    level: &'static str,
    level_name: &'static str,
    last_visit: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "pages/visits/choose.html")]
struct ChoosePage {
    shell: Shell,
    t: VisitWords,
    q: String,
    heading: String,
    hint: Option<String>,
    offers: Vec<Offer>,
}

/// The page.
pub(super) async fn page_of(reader: &Reader, q: Option<&str>) -> Result<HttpResponse, Problem> {
    let t = VisitWords(reader.language());
    let typed = q.map(str::to_owned).unwrap_or_default();
    let searched = q.filter(|text| text.chars().count() >= TEXT_MIN);
    let text = searched.map(str::to_owned);
    let ((heading, found), shell) = reader
        .read_page(Area::NewVisit, move |read| match text {
            Some(text) => Ok((t.found(), find(read, &text)?)),
            None => offered(read, t),
        })
        .await?;
    let hint = match (q, searched, found.is_empty()) {
        (Some(_), None, _) => Some(t.too_short()),
        (_, Some(_), true) => Some(t.found_none()),
        (None, _, true) => Some(t.nothing_yet()),
        _ => None,
    };
    let (w, today, language) = (shell.w, reader.app.today(), shell.language);
    let offer = |found: Described| Offer {
        id: found.enterprise.id.to_string(),
        name: found.enterprise.name,
        code: found.enterprise.uscc.to_string(),
        level: found.standing.risk_level.as_str(),
        level_name: found.standing.risk_level.text(language),
        last_visit: found.standing.last_visit_on.map(|day| (day.to_string(), format::ago(w, day, today))),
    };
    page(&ChoosePage { t, q: typed, heading, hint, offers: found.into_iter().map(offer).collect(), shell })
}

/// Those one serves, else those most at risk.
fn offered(read: &mut Read<'_>, t: VisitWords) -> Result<(String, Vec<Described>), Error> {
    let mine = list::EnterpriseQuery { steward_id: read.actor.user(), ..by_risk() };
    let mine = load(read, &mine)?;
    if !mine.is_empty() {
        return Ok((t.mine(), mine));
    }
    Ok((t.riskiest(), load(read, &by_risk())?))
}

fn by_risk() -> list::EnterpriseQuery {
    list::EnterpriseQuery { sort: Some(list::EnterpriseSort::RiskDescending), ..list::EnterpriseQuery::default() }
}

/// The enterprises that a text names.
pub(super) fn find(read: &mut Read<'_>, text: &str) -> Result<Vec<Described>, Error> {
    load(read, &list::EnterpriseQuery { q: Some(text.to_owned()), ..by_risk() })
}

fn load(read: &mut Read<'_>, query: &list::EnterpriseQuery) -> Result<Vec<Described>, Error> {
    Ok(list::rows(read, query, &Window::first(OFFERED))?.items)
}

#[derive(Serialize)]
struct Suggestion {
    id: String,
    name: String,
    note: String,
}

/// Enterprises for who types: none until two characters are there.
#[get("/visits/suggestions")]
pub(crate) async fn suggest(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let asked = QueryParameters::of(&request);
    let text = asked.value("q").filter(|text| text.chars().count() >= TEXT_MIN).map(str::to_owned);
    let found = match text {
        Some(text) => reader.read_noted(move |read| find(read, &text)).await?,
        None => Vec::new(),
    };
    let suggestion = |found: Described| Suggestion {
        id: found.enterprise.id.to_string(),
        name: found.enterprise.name,
        note: found.enterprise.uscc.to_string(),
    };
    let suggestions: Vec<Suggestion> = found.into_iter().map(suggestion).collect();
    Ok(HttpResponse::Ok().json(suggestions))
}

/// Enterprises as choices.
pub(super) fn choices(found: Vec<Described>) -> Vec<Choice> {
    let choice = |Described { enterprise, .. }| {
        let Enterprise { id, name, uscc, .. } = enterprise;
        Choice::new(id, name).note(uscc.to_string())
    };
    found.into_iter().map(choice).collect()
}
