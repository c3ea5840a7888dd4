//! The list of accounts.

use super::UserWords;
use crate::{
    db::{
        people::users::UserFilter,
        registry::organisations::{Organisation, OrganisationFilter},
    },
    domain::{
        ids::UserId,
        people::{
            role::{Permission, Role},
            user::UserStatus,
        },
        records::change::Noun,
    },
    services::{
        Error, Read,
        paging::Window,
        people::users::{self, Account},
        registry::{directory::Directory, organisations},
    },
    web::{
        pages::{
            choice::Choice,
            lists::{self, ActionLink, Cell, Column, Filter, Frame, List, Loaded, Look, Piece, Seen},
            reader::Reader,
            shell::Area,
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};

struct AccountList;

/// What the list shows besides accounts.
struct Known {
    names: Directory,
    organisations: Vec<Organisation>,
}

/// The list.
#[get("/users")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    lists::show::<AccountList>(&reader, &request).await
}

/// The list as a file.
#[get("/users/export")]
pub(crate) async fn export(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    lists::export::<AccountList>(&reader, &request).await
}

impl List for AccountList {
    const PATH: &'static str = "/users";
    const NOUN: Noun = Noun::User;
    const AREA: Area = Area::Users;
    const PERMISSION: Permission = Permission::ManageAccounts;
    const SIZE: i64 = 50;
    type Query = UserFilter;
    type Mark = UserId;
    type Row = Account;
    type Known = Known;

    fn load(read: &mut Read<'_>, query: &UserFilter, window: &Window<UserId>) -> Result<Loaded<Self>, Error> {
        let page = users::list(read.conn, read.actor, query.clone(), window)?;
        let places = page.items.iter().map(|account| account.user.organisation_id);
        let names = Directory::load(read.conn, read.actor, [], places)?;
        let organisations = organisations::all(read.conn, &OrganisationFilter::default())?;
        Ok((page, Known { names, organisations }))
    }

    fn columns<'p>(seen: &Seen<'p, Self>) -> Vec<Column<'p, Account>> {
        let (t, me, now) = (UserWords(seen.language()), seen.actor.user(), seen.now);
        let names = &seen.known.names;
        let name = move |account: &Account| {
            let link = Piece::Link(format!("/users/{}", account.user.id), account.user.display_name.clone());
            Cell::of(link).and((me == Some(account.user.id)).then(|| Piece::Accent(t.own())))
        };
        let status = move |account: &Account| {
            let status = account.user.status.text(t.0).to_owned();
            if account.user.status == UserStatus::Deactivated {
                return Cell::of(Piece::Tag(status));
            }
            let credentials = account.credentials.as_ref();
            let locked = credentials.and_then(|row| row.locked_until).is_some_and(|until| until.0 > now);
            let second_factor = credentials.is_some_and(|row| row.totp_confirmed_at.is_some());
            Cell::text(status)
                .and(locked.then(|| Piece::Bad(t.locked())))
                .and(credentials.is_none().then(|| Piece::Tag(t.no_password())))
                .and(second_factor.then(|| Piece::Tag(t.second_factor())))
        };
        vec![
            Column::new(t.name(), name),
            Column::new(t.username(), move |account: &Account| Cell::text(&*account.user.username)).look(Look::Code),
            Column::new(t.role(), move |account: &Account| Cell::text(account.user.role.text(t.0))),
            Column::new(t.organisation(), move |account: &Account| {
                Cell::known(names.organisation(Some(account.user.organisation_id)))
            }),
            Column::new(t.status(), status),
            Column::new(t.email(), move |account: &Account| Cell::known(account.user.email.clone())).look(Look::Cut),
        ]
    }

    fn frame(seen: &Seen<'_, Self>) -> Frame {
        let (t, query, language) = (UserWords(seen.language()), seen.query, seen.language());
        let organisation =
            |row: &Organisation| Choice::new(row.id, row.name.clone()).chosen(query.organisation_id == Some(row.id));
        let organisations = seen.known.organisations.iter().map(organisation).collect();
        Frame {
            title: seen.w.users(),
            lead: t.lead(),
            actions: vec![ActionLink { href: "/users/new".to_owned(), name: t.add(), icon: "plus", main: true }],
            filters: vec![
                Filter::search("q", t.q(), query.q.as_deref()),
                Filter::code("role", t.role(), Role::ALL, query.role, language),
                Filter::choice("organisation_id", t.organisation(), organisations),
                Filter::code("status", t.status(), UserStatus::ALL, query.status, language),
            ],
            found: seen.found(|total| t.found(total)),
            caption: t.table(),
            nothing: t.nothing(),
            nothing_hint: t.nothing_hint(),
            ..Frame::default()
        }
    }
}
