//! The list of organisations.

use super::OrganisationWords;
use crate::{
    db::registry::organisations::{Organisation, OrganisationFilter},
    domain::{
        ids::OrganisationId,
        people::role::Permission,
        records::change::Noun,
        registry::organisation::{OrganisationKind, OrganisationStatus},
    },
    services::{Error, Read, paging::Window, registry::organisations},
    web::{
        pages::{
            format,
            lists::{self, ActionLink, Cell, Column, Filter, Frame, List, Loaded, Look, Piece, Seen},
            reader::Reader,
            shell::Area,
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};

struct OrganisationList;

/// The list.
#[get("/organisations")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    lists::show::<OrganisationList>(&reader, &request).await
}

/// The list as a file.
#[get("/organisations/export")]
pub(crate) async fn export(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    lists::export::<OrganisationList>(&reader, &request).await
}

impl List for OrganisationList {
    const PATH: &'static str = "/organisations";
    const NOUN: Noun = Noun::Organisation;
    const AREA: Area = Area::Organisations;
    const PERMISSION: Permission = Permission::ManageOrganisations;
    const SIZE: i64 = 50;
    type Query = OrganisationFilter;
    type Mark = OrganisationId;
    type Row = Organisation;
    type Known = ();

    fn load(
        read: &mut Read<'_>,
        query: &OrganisationFilter,
        window: &Window<OrganisationId>,
    ) -> Result<Loaded<Self>, Error> {
        Ok((organisations::list(read.conn, query, window)?, ()))
    }

    fn columns<'p>(seen: &Seen<'p, Self>) -> Vec<Column<'p, Organisation>> {
        let (t, context) = (OrganisationWords(seen.language()), seen.context);
        let name =
            move |row: &Organisation| Cell::of(Piece::Link(format!("/organisations/{}", row.id), row.name.clone()));
        let status = move |row: &Organisation| {
            let status = row.status.text(t.0).to_owned();
            let merged = row.status == OrganisationStatus::Merged;
            Cell::of(if merged { Piece::Tag(status) } else { Piece::Text(status) })
        };
        let changed = move |row: &Organisation| Cell::of(Piece::Time(format::instant(context, row.updated_at.0)));
        vec![
            Column::new(t.name(), name),
            Column::new(t.kind(), move |row: &Organisation| Cell::text(row.kind.text(t.0))),
            Column::new(t.status(), status),
            Column::new(t.changed(), changed).look(Look::Code),
        ]
    }

    fn frame(seen: &Seen<'_, Self>) -> Frame {
        let (t, query, language) = (OrganisationWords(seen.language()), seen.query, seen.language());
        let add = ActionLink { href: "/organisations/new".to_owned(), name: t.add(), icon: "plus", main: true };
        Frame {
            title: seen.w.organisations(),
            lead: t.lead(),
            actions: vec![add],
            filters: vec![
                Filter::search("q", t.q(), query.q.as_deref()),
                Filter::code("kind", t.kind(), OrganisationKind::ALL, query.kind, language),
                Filter::code("status", t.status(), OrganisationStatus::ALL, query.status, language),
            ],
            found: seen.found(|total| t.found(total)),
            caption: t.table(),
            nothing: t.nothing(),
            nothing_hint: t.nothing_hint(),
            ..Frame::default()
        }
    }
}
