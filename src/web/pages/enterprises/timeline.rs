//! All that happened to an enterprise, page by page.

use crate::{
    domain::{
        people::role::Permission,
        records::change::{Action, Noun},
        registry::enterprise::EnterpriseReference,
    },
    services::{
        Context,
        records::timelines::{self, Event},
        registry::enterprises,
    },
    web::{
        extract::Id,
        pages::{
            format,
            lists::links::{self, PageLinks},
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

crate::texts::texts! {
    /// The words of the page.
    TimelineWords {
        title() { zh: "时间线", en: "Timeline" }
        hint() { zh: "从新到旧，按记入系统的时间排列。", en: "Latest first, by the time of recording." }
        nothing() { zh: "还没有记录。", en: "No events yet." }
    }
}

/// Rows per page.
const ROWS: i64 = 50;

/// One thing that happened.
pub struct EventRow {
    /// When, for machines.
    pub at: String,
    /// When, for people.
    pub when: String,
    /// What.
    pub text: String,
    /// Whether it stands out: an alert was opened or raised.
    pub key: bool,
}

impl EventRow {
    /// An event as it is shown.
    pub fn of(event: &Event, context: &Context) -> Self {
        Self {
            at: event.change.at.0.to_rfc3339(),
            when: format::instant(context, event.change.at.0),
            text: event.text.clone(),
            key: event.change.noun == Noun::Alert.as_str()
                && [Action::Opened, Action::Raised].iter().any(|action| action.as_str() == event.change.action),
        }
    }
}

/// What happened on one day.
struct Day {
    day: String,
    events: Vec<EventRow>,
}

#[derive(Template)]
#[template(path = "pages/enterprises/timeline.html")]
struct TimelinePage {
    shell: Shell,
    t: TimelineWords,
    here: String,
    name: String,
    days: Vec<Day>,
    links: PageLinks,
}

/// The timeline.
#[get("/enterprises/{id}/timeline")]
pub(crate) async fn show(
    reader: Reader,
    request: HttpRequest,
    Id(reference): Id<EnterpriseReference>,
) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let asked = QueryParameters::of(&request);
    let context = reader.app.context();
    let list_name = request.path().to_owned();
    let window = links::window(&asked, context, &list_name, ROWS)?;
    let ((name, id, found), shell) = reader
        .read_page(Area::Enterprises, move |read| {
            let enterprise = enterprises::find(read.conn, read.actor, &reference)?;
            let (id, found) = timelines::of_enterprise(read, &enterprise.id, &window)?;
            Ok((enterprise.name, id, found))
        })
        .await?;
    let links = PageLinks::new(&asked, context, &list_name, &found);
    let mut days: BTreeMap<std::cmp::Reverse<String>, Vec<EventRow>> = BTreeMap::new();
    for event in &found.items {
        let happened = EventRow::of(event, context);
        let day = happened.when.chars().take(10).collect();
        days.entry(std::cmp::Reverse(day)).or_default().push(happened);
    }
    page(&TimelinePage {
        t: TimelineWords(shell.language),
        here: format!("/enterprises/{id}"),
        name,
        days: days.into_iter().map(|(day, events)| Day { day: day.0, events }).collect(),
        links,
        shell,
    })
}
