//! Visits, latest first: filters in the address, pages forward and back by keys.

use super::{choose, words::VisitWords};
use crate::{
    db::users::User,
    domain::{
        actor::{Actor, Identity},
        enterprise::EnterpriseReference,
        ids::{EnterpriseId, OrganisationId},
        organisation::OrganisationKind,
        role::Permission,
        visit::RelocationIntent,
    },
    services::{
        directory::Directory,
        enterprises,
        paging::{Window, write_cursor},
        users,
        visits::{self, FullVisit, Mark, VisitQuery},
    },
    web::{
        api::visits::VisitListQuery,
        listing::{name_of, window},
        pages::{
            choice::{Choice, choices},
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
use std::collections::BTreeMap;

/// Visits a page.
const PAGE_SIZE: i64 = 20;
/// Where a page ends that is gone back to.
const BEFORE: &str = "before";
/// The text an enterprise is looked for by.
const TEXT: &str = "enterprise";
/// Most characters of a summary in the list.
const EXCERPT: usize = 60;

struct VisitRow {
    id: String,
    day: String,
    enterprise_id: String,
    enterprise: String,
    channel: &'static str,
    visitors: String,
    intent: Option<&'static str>,
    hard: bool,
    summary: String,
    next: Option<String>,
    withdrawn: bool,
}

#[derive(Template)]
#[template(path = "pages/visits/list.html")]
struct ListPage {
    shell: Shell,
    t: VisitWords,
    text: String,
    firm: Option<(String, String)>,
    matches: Vec<(String, String, String)>,
    none_found: Option<String>,
    visitors: Vec<Choice>,
    intents: Vec<Choice>,
    states: Vec<Choice>,
    from: String,
    to: String,
    filtered: bool,
    found: String,
    rows: Vec<VisitRow>,
    previous: Option<String>,
    next: Option<String>,
    may_log: bool,
}

/// What is asked for besides the page.
struct Filters {
    asked: QueryParameters,
    text: Option<String>,
    matches: Vec<Choice>,
    none_found: bool,
}

impl Filters {
    /// An enterprise that was typed is looked for; one find is the filter, several are offered.
    async fn of(reader: &Reader, request: &HttpRequest) -> Result<Self, Problem> {
        let asked = QueryParameters::of(request);
        let chosen = asked.value("enterprise_id").is_some();
        let text = asked.value(TEXT).filter(|_| !chosen).map(str::to_owned);
        let Some(typed) = text.clone() else {
            return Ok(Self { asked: asked.without(&[TEXT]), text: None, matches: Vec::new(), none_found: false });
        };
        let matches = choose::choices(choose::find(reader, &typed).await?);
        let none_found = matches.is_empty();
        Ok(Self { asked, text, matches, none_found })
    }
}

/// The list.
#[get("/visits")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let filters = Filters::of(&reader, &request).await?;
    let asked = &filters.asked;
    let mut query: VisitListQuery = asked.without(&[BEFORE, TEXT]).filters()?;
    if let [only] = filters.matches.as_slice() {
        query.enterprise_id = only.value.parse::<EnterpriseReference>().ok();
    }
    let context = reader.app.context();
    let list_name = name_of("visits", &query);
    let (cursor, before) = (query.cursor.take(), asked.value(BEFORE));
    let (firm, visitor, intent) = (query.enterprise_id.clone(), query.visitor_id, query.relocation_intent);
    let (from, to, withdrawn) = (query.from, query.to, query.withdrawn);
    let forward: Window<Mark> = window(context, &list_name, Some(PAGE_SIZE), cursor.as_deref(), Some(true))?;
    let backward: Window<Mark> = window(context, &list_name, None, before, None)?;
    let began_inside = forward.after.is_some();
    let filter: VisitQuery = query.into();
    let found = reader
        .read(move |connection, actor| {
            let page = match backward.after {
                Some(before) => visits::list_before(connection, actor, filter, before, &forward)?,
                None => visits::list(connection, actor, filter, &forward)?,
            };
            let firms: Vec<EnterpriseId> = page.items.iter().map(|visit| visit.row.enterprise_id).collect();
            let names = enterprises::names(connection, actor, &firms)?;
            let people = page.items.iter().flat_map(|visit| visit.visitor_ids.iter().copied());
            let directory = Directory::load(connection, actor, people, [])?;
            let colleagues = users::who_may(connection, actor, Permission::LogVisits)?;
            let firm = firm.map(|firm| enterprises::named_by_filter(connection, actor, &firm)).transpose()?;
            Ok((page, names, directory, colleagues, firm.flatten()))
        })
        .await?;
    let (found, names, directory, colleagues, firm) = found;
    let shell = reader.shell(Area::Visits).await?;
    let t = VisitWords(shell.language);
    let cursor_of = |mark: Option<Mark>| mark.map(|mark| write_cursor(context, &list_name, &mark));
    let (first, last) = (found.items.first().map(visits::mark), found.items.last().map(visits::mark));
    let (previous, next) = match before {
        Some(_) => (cursor_of(found.next), cursor_of(last)),
        None => (cursor_of(first.filter(|_| began_inside)), cursor_of(found.next)),
    };
    let way = |name: &str, mark: Option<String>| {
        let other = if name == BEFORE { "cursor" } else { BEFORE };
        mark.map(|mark| asked.with(&[(other, None), (name, Some(&mark))]))
    };
    let me = reader.actor.user();
    let own_office = own_office(&reader.actor);
    let colleague = |user: User| {
        let note = if me == Some(user.id) { t.me() } else { String::new() };
        Choice::new(user.id, user.display_name).note(note).chosen(visitor == Some(user.id))
    };
    let near = |user: &User| own_office.is_none_or(|office| office == user.organisation_id);
    let mut visitors: Vec<Choice> = colleagues.into_iter().filter(near).map(colleague).collect();
    visitors.sort_by_key(|choice| choice.note.is_empty());
    let state = |value: bool, name: String| Choice::new(value, name).chosen(withdrawn == Some(value));
    let many = if filters.matches.len() > 1 { filters.matches } else { Vec::new() };
    page(&ListPage {
        matches: many
            .into_iter()
            .map(|choice| {
                let href = asked.with(&[
                    (TEXT, None),
                    ("cursor", None),
                    (BEFORE, None),
                    ("enterprise_id", Some(&choice.value)),
                ]);
                (href, choice.name, choice.note)
            })
            .collect(),
        none_found: filters.text.as_deref().filter(|_| filters.none_found).map(|text| t.none_found(text)),
        text: filters.text.clone().unwrap_or_default(),
        firm: firm.map(|firm| (firm.id.to_string(), firm.name)),
        visitors,
        intents: choices(RelocationIntent::ALL, intent, shell.language),
        states: vec![state(false, t.valid()), state(true, t.withdrawn())],
        from: from.map(|day| day.to_string()).unwrap_or_default(),
        to: to.map(|day| day.to_string()).unwrap_or_default(),
        filtered: asked.with(&[("cursor", None), (BEFORE, None)]) != "/visits",
        found: t.count(&format::count(found.total.unwrap_or_default())),
        rows: found.items.into_iter().map(|visit| VisitRow::of(visit, &names, &directory, t)).collect(),
        previous: way(BEFORE, previous),
        next: way("cursor", next),
        may_log: reader.actor.may(Permission::LogVisits),
        shell,
        t,
    })
}

/// The office whose colleagues somebody looks for; everybody's, from the district.
fn own_office(actor: &Actor) -> Option<OrganisationId> {
    match actor.identity {
        Identity::Person { organisation, organisation_kind, .. } if organisation_kind != OrganisationKind::District => {
            Some(organisation)
        }
        _ => None,
    }
}

impl VisitRow {
    fn of(visit: FullVisit, names: &BTreeMap<EnterpriseId, String>, directory: &Directory, t: VisitWords) -> Self {
        let (language, row) = (t.0, visit.row);
        let visitors: Vec<&str> = visit.visitor_ids.iter().filter_map(|id| directory.person(Some(*id))).collect();
        Self {
            id: row.id.to_string(),
            day: row.visited_on.to_string(),
            enterprise_id: row.enterprise_id.to_string(),
            enterprise: names.get(&row.enterprise_id).cloned().unwrap_or_default(),
            channel: row.channel.text(language),
            visitors: visitors.join(language.list_separator()),
            intent: row.relocation_intent.map(|intent| intent.text(language)),
            hard: row.relocation_intent.is_some_and(RelocationIntent::is_hard),
            summary: excerpt(&row.summary),
            next: row.next_visit_on.map(|day| day.to_string()),
            withdrawn: row.withdrawn_at.is_some(),
        }
    }
}

/// The beginning of a text, on one line.
fn excerpt(text: &str) -> String {
    let mut shown: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if shown.chars().count() > EXCERPT {
        shown = shown.chars().take(EXCERPT).chain(['…']).collect();
    }
    shown
}
