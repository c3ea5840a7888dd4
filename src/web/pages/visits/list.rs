//! Visits, latest first: filters in the address.

use super::{choose, words::VisitWords};
use crate::{
    db::people::users::User,
    domain::{
        fieldwork::visit::RelocationIntent,
        ids::{EnterpriseId, OrganisationId},
        people::{
            actor::{Actor, Identity},
            role::Permission,
        },
        records::change::Noun,
        registry::organisation::OrganisationKind,
    },
    services::{
        Error, Read,
        fieldwork::visits::{self, FullVisit, Mark, VisitFilter},
        paging::Window,
        people::users,
        registry::{directory::Directory, enterprises},
    },
    web::{
        pages::{
            choice::Choice,
            gate::see_other,
            lists::{
                self, ActionLink, Cell, Column, Filter, Frame, List, Loaded, Look, Piece, Seen, Strip,
                frame::FilterKind, links::PLACE,
            },
            query::QueryParameters,
            reader::Reader,
            shell::Area,
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};
use std::collections::BTreeMap;

/// The text an enterprise is looked for by.
const TEXT: &str = "enterprise";
/// Most characters of a summary in the list.
const EXCERPT: usize = 60;

struct VisitList;

/// What the list shows besides visits.
struct Known {
    names: BTreeMap<EnterpriseId, String>,
    directory: Directory,
    colleagues: Vec<User>,
    enterprise: Option<(EnterpriseId, String)>,
}

/// The list. An enterprise that was typed is looked for: one find is the filter, several are offered.
#[get("/visits")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let asked = QueryParameters::of(&request);
    let chosen = asked.value("enterprise_id").is_some();
    let Some(typed) = asked.value(TEXT).filter(|_| !chosen) else {
        return lists::show_with::<VisitList>(&reader, &asked.without(&[TEXT]), |_, _| {}).await;
    };
    let text = typed.to_owned();
    let found = choose::choices(reader.read_noted(move |read| choose::find(read, &text)).await?);
    let to = |choice: &Choice| {
        let left_out = PLACE.iter().chain([&TEXT]).map(|name| (*name, None));
        asked.with(&left_out.chain([("enterprise_id", Some(choice.value.as_str()))]).collect::<Vec<_>>())
    };
    if let [only] = found.as_slice() {
        return Ok(see_other(&to(only)));
    }
    let ways = found.iter().map(|choice| (to(choice), choice.name.clone(), choice.note.clone())).collect();
    lists::show_with::<VisitList>(&reader, &asked.without(&[TEXT]), |frame, w| {
        let t = VisitWords(w.0);
        let text = if found.is_empty() { t.none_found(typed) } else { t.several_found() };
        frame.strips.push(Strip { class: "notice said", icon: "info", text, ways });
        if let Some(filter) = frame.filters.iter_mut().find(|filter| filter.name == TEXT)
            && let FilterKind::Suggested { value, .. } = &mut filter.kind
        {
            typed.clone_into(value);
        }
    })
    .await
}

/// The list as a file.
#[get("/visits/export")]
pub(crate) async fn export(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    lists::export::<VisitList>(&reader, &request).await
}

impl List for VisitList {
    const PATH: &'static str = "/visits";
    const NOUN: Noun = Noun::Visit;
    const AREA: Area = Area::Visits;
    const PERMISSION: Permission = Permission::ReadBusiness;
    type Query = VisitFilter;
    type Mark = Mark;
    type Row = FullVisit;
    type Known = Known;

    fn load(read: &mut Read<'_>, query: &VisitFilter, window: &Window<Mark>) -> Result<Loaded<Self>, Error> {
        let page = visits::list(read.conn, read.actor, query, window)?;
        let visited: Vec<EnterpriseId> = page.items.iter().map(|visit| visit.row.enterprise_id).collect();
        let names = enterprises::names(read.conn, read.actor, &visited)?;
        let people = page.items.iter().flat_map(|visit| visit.visitor_ids.iter().copied());
        let directory = Directory::load(read.conn, read.actor, people, [])?;
        let colleagues = users::who_may(read.conn, read.actor, Permission::LogVisits)?;
        let asked = query.enterprise_id.as_ref();
        let found = asked.map(|asked| enterprises::named_by_filter(read.conn, read.actor, asked)).transpose()?;
        let enterprise = found.flatten().map(|found| (found.id, found.name));
        Ok((page, Known { names, directory, colleagues, enterprise }))
    }

    fn columns<'p>(seen: &Seen<'p, Self>) -> Vec<Column<'p, FullVisit>> {
        let (t, known, language) = (VisitWords(seen.language()), seen.known, seen.language());
        let name = move |visit: &FullVisit| known.names.get(&visit.row.enterprise_id).cloned().unwrap_or_default();
        let day = move |visit: &FullVisit| {
            let link = Piece::TimeLink(format!("/visits/{}", visit.row.id), visit.row.visited_on.to_string());
            let withdrawn = visit.row.withdrawn_at.is_some().then(|| Piece::Tag(t.withdrawn()));
            Cell::of(link).and([Piece::OnCards(name(visit))]).and(withdrawn)
        };
        let enterprise = move |visit: &FullVisit| {
            Cell::of(Piece::Link(format!("/enterprises/{}", visit.row.enterprise_id), name(visit)))
        };
        let intent = move |visit: &FullVisit| {
            Cell::of(match visit.row.relocation_intent {
                None => Piece::Muted(t.not_asked_short()),
                Some(intent) if intent.is_hard() => Piece::Strong(intent.text(language).to_owned()),
                Some(intent) => Piece::Text(intent.text(language).to_owned()),
            })
        };
        let visitors = move |visit: &FullVisit| {
            let names: Vec<&str> =
                visit.visitor_ids.iter().filter_map(|id| known.directory.person(Some(*id))).collect();
            let channel = Piece::OnCards(format!("· {}", visit.row.channel.text(language)));
            Cell::text(names.join(language.list_separator())).and([channel])
        };
        let summary = move |visit: &FullVisit| Cell::of(Piece::Muted(excerpt(&visit.row.summary)));
        let channel = move |visit: &FullVisit| Cell::text(visit.row.channel.text(language));
        vec![
            Column::new(t.date(), day),
            Column::new(t.of_enterprise(), enterprise).look(Look::Cut).absent_on_cards(),
            Column::new(t.heard(), intent),
            Column::new(t.summary(), summary).look(Look::Cut).plain_on_cards(),
            Column::new(t.channel(), channel).absent_on_cards(),
            Column::new(t.visitor(), visitors),
            Column::new(t.next_short(), move |visit: &FullVisit| Cell::day(visit.row.next_visit_on)).look(Look::Code),
        ]
    }

    fn frame(seen: &Seen<'_, Self>) -> Frame {
        let (t, query, language) = (VisitWords(seen.language()), seen.query, seen.language());
        let state = |value: bool, name: String| Choice::new(value, name).chosen(query.withdrawn == Some(value));
        let log = seen.actor.may(Permission::LogVisits).then(|| {
            let of_it = seen.known.enterprise.as_ref().map(|(id, _)| format!("?enterprise={id}"));
            let href = format!("/visits/new{}", of_it.unwrap_or_default());
            ActionLink { href, name: seen.w.log_visit(), icon: "pen", main: true }
        });
        Frame {
            title: t.list_title(),
            actions: log.into_iter().collect(),
            filters: vec![
                enterprise_filter(seen, t),
                Filter::choice("visitor_id", t.visitor(), visitors(seen, t)),
                Filter::code("relocation_intent", t.heard(), RelocationIntent::ALL, query.relocation_intent, language),
                Filter::choice("withdrawn", t.state(), vec![state(false, t.valid()), state(true, t.withdrawn())]),
                Filter::day("from", t.from(), query.from),
                Filter::day("to", t.to(), query.to),
            ],
            found: seen.found(|total| t.count(&total)),
            caption: t.caption(),
            nothing: t.nothing(),
            nothing_hint: t.nothing_hint(),
            wide: true,
            ..Frame::default()
        }
    }
}

/// The enterprise that is the filter, or a field to look for one.
fn enterprise_filter(seen: &Seen<'_, VisitList>, t: VisitWords) -> Filter {
    if let Some((id, name)) = &seen.known.enterprise {
        return Filter::choice("enterprise_id", t.of_enterprise(), vec![Choice::new(id, name.clone()).chosen(true)]);
    }
    Filter {
        name: TEXT,
        label: t.of_enterprise(),
        hint: String::new(),
        kind: FilterKind::Suggested {
            value: String::new(),
            placeholder: t.find_by(),
            from: "/visits/suggestions?q=",
            to: "/visits?enterprise_id=",
            none: t.found_none(),
        },
    }
}

/// The colleagues somebody may look for, oneself first.
fn visitors(seen: &Seen<'_, VisitList>, t: VisitWords) -> Vec<Choice> {
    let (me, own_office) = (seen.actor.user(), own_office(seen.actor));
    let near = |user: &&User| own_office.is_none_or(|office| office == user.organisation_id);
    let choice = |user: &User| {
        let note = if me == Some(user.id) { t.me() } else { String::new() };
        Choice::new(user.id, user.display_name.clone()).note(note).chosen(seen.query.visitor_id == Some(user.id))
    };
    let mut visitors: Vec<Choice> = seen.known.colleagues.iter().filter(near).map(choice).collect();
    visitors.sort_by_key(|choice| choice.note.is_empty());
    visitors
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

/// The beginning of a text, on one line.
fn excerpt(text: &str) -> String {
    let mut shown: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if shown.chars().count() > EXCERPT {
        shown = shown.chars().take(EXCERPT).chain(['…']).collect();
    }
    shown
}
