//! The list of organisations.

use super::OrganisationWords;
use crate::{
    db::organisations::{Organisation, OrganisationFilter},
    domain::{
        organisation::{OrganisationKind, OrganisationStatus},
        role::Permission,
    },
    services::{Context, organisations, paging::write_cursor},
    texts::Language,
    web::{
        api::organisations::OrganisationListQuery,
        listing::{name_of, window},
        pages::{
            choice::{Choice, choices},
            format,
            onward::PageLinks,
            query::QueryParameters,
            reader::{Reader, page},
            shell::{Area, Shell},
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};
use askama::Template;

struct OrganisationRow {
    id: String,
    name: String,
    kind: &'static str,
    status: &'static str,
    merged: bool,
    changed: String,
}

impl OrganisationRow {
    fn of(row: Organisation, context: &Context, language: Language) -> Self {
        Self {
            id: row.id.to_string(),
            kind: row.kind.text(language),
            status: row.status.text(language),
            merged: row.status == OrganisationStatus::Merged,
            changed: format::instant(context, row.updated_at.0),
            name: row.name,
        }
    }
}

#[derive(Template)]
#[template(path = "pages/organisations/list.html")]
struct ListPage {
    shell: Shell,
    t: OrganisationWords,
    q: String,
    kinds: Vec<Choice>,
    statuses: Vec<Choice>,
    filtered: bool,
    found: String,
    rows: Vec<OrganisationRow>,
    onward: PageLinks,
}

/// The list.
#[get("/organisations")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageOrganisations)?;
    let asked = QueryParameters::of(&request);
    let query = asked.filters::<OrganisationListQuery>()?;
    let filter = OrganisationFilter { kind: query.kind, status: query.status, text: query.q.clone() };
    let name = name_of("organisations", &filter);
    let context = reader.app.context();
    let window = window(context, &name, query.limit, query.cursor.as_deref(), Some(true))?;
    let found = reader.read(move |connection, _| organisations::list(connection, &filter, &window)).await?;
    let shell = reader.shell(Area::Organisations).await?;
    let (language, t) = (shell.language, OrganisationWords(shell.language));
    let next = found.next.as_ref().map(|mark| write_cursor(context, &name, mark));
    page(&ListPage {
        t,
        kinds: choices(OrganisationKind::ALL, query.kind, language),
        statuses: choices(OrganisationStatus::ALL, query.status, language),
        filtered: query.q.is_some() || query.kind.is_some() || query.status.is_some(),
        q: query.q.unwrap_or_default(),
        found: t.found(format::count(found.total.unwrap_or_default())),
        rows: found.items.into_iter().map(|row| OrganisationRow::of(row, context, language)).collect(),
        onward: PageLinks::new(&asked, next.as_deref()),
        shell,
    })
}
