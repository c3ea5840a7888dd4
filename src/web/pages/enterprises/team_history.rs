//! The teams of an enterprise so far, and who assigned them.

use super::page::{people::places, words::PageWords};
use crate::{
    domain::{people::role::Permission, registry::enterprise::EnterpriseReference},
    services::{
        Context,
        fieldwork::teams::{self, FullTeam},
        registry::{directory::Directory, enterprises},
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

crate::texts::texts! {
    /// The words of the page.
    HistoryWords {
        title() { zh: "历任专班", en: "Teams so far" }
        nothing() { zh: "还没有组建过专班。", en: "No team was assigned yet." }
        from() { zh: "自", en: "From" }
        until() { zh: "至", en: "To" }
        now() { zh: "现在", en: "now" }
        team() { zh: "专班", en: "Team" }
        author() { zh: "调整人", en: "Assigned by" }
    }
}

/// Teams a page.
const ROWS: i64 = 20;

/// One period.
struct Period {
    from: String,
    until: Option<String>,
    places: Vec<(String, String)>,
    author: Option<String>,
}

impl Period {
    fn of(team: &FullTeam, author: Option<String>, names: &Directory, context: &Context, t: PageWords) -> Self {
        Self {
            from: format::instant(context, team.row.since.0),
            until: team.row.until.map(|until| format::instant(context, until.0)),
            places: places(team, names, t),
            author,
        }
    }
}

#[derive(Template)]
#[template(path = "pages/enterprises/team_history.html")]
struct HistoryPage {
    shell: Shell,
    t: HistoryWords,
    here: String,
    name: String,
    periods: Vec<Period>,
    links: PageLinks,
}

/// The teams, latest first.
#[get("/enterprises/{id}/team/history")]
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
    let ((enterprise, found, names), shell) = reader
        .read_framed(Area::Enterprises, move |connection, actor| {
            let enterprise = enterprises::find(connection, actor, &reference)?;
            let found = teams::history_with_authors(connection, actor, &enterprise.id.into(), &window)?;
            let people = found.items.iter().flat_map(|(team, _)| team.people());
            let offices = found.items.iter().filter_map(|(team, _)| team.row.lead_organisation_id);
            let names = Directory::load(connection, actor, people, offices)?;
            Ok((enterprise, found, names))
        })
        .await?;
    let words = PageWords(shell.language);
    let links = PageLinks::new(&asked, context, &list_name, &found);
    page(&HistoryPage {
        t: HistoryWords(shell.language),
        here: format!("/enterprises/{}", enterprise.id),
        name: enterprise.name,
        periods: found
            .items
            .into_iter()
            .map(|(team, author)| Period::of(&team, author, &names, context, words))
            .collect(),
        links,
        shell,
    })
}
