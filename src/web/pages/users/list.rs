//! The list of accounts.

use super::UserWords;
use crate::{
    db::{
        organisations::{Organisation, OrganisationFilter},
        users::UserFilter,
    },
    domain::{
        role::{Permission, Role},
        user::UserStatus,
    },
    services::{
        directory::Directory,
        organisations,
        paging::write_cursor,
        users::{self, Account},
    },
    web::{
        api::users::UserListQuery,
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
use chrono::{DateTime, Utc};

struct AccountRow {
    id: String,
    name: String,
    username: String,
    role: &'static str,
    organisation: String,
    email: String,
    deactivated: Option<&'static str>,
    status: &'static str,
    locked: bool,
    tags: Vec<String>,
    own: bool,
}

#[derive(Template)]
#[template(path = "pages/users/list.html")]
struct ListPage {
    shell: Shell,
    t: UserWords,
    q: String,
    roles: Vec<Choice>,
    organisations: Vec<Choice>,
    statuses: Vec<Choice>,
    filtered: bool,
    found: String,
    rows: Vec<AccountRow>,
    onward: PageLinks,
}

/// The list.
#[get("/users")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageAccounts)?;
    let asked = QueryParameters::of(&request);
    let query = asked.filters::<UserListQuery>()?;
    let filter = UserFilter {
        role: query.role,
        organisation_id: query.organisation_id,
        status: query.status,
        text: query.q.clone(),
    };
    let name = name_of("users", &filter);
    let context = reader.app.context();
    let window = window(context, &name, query.limit, query.cursor.as_deref(), Some(true))?;
    let (found, names, all) = reader
        .read(move |connection, actor| {
            let found = users::list(connection, actor, filter, &window)?;
            let places = found.items.iter().map(|account| account.user.organisation_id);
            let names = Directory::load(connection, actor, [], places)?;
            let all = organisations::all(connection, &OrganisationFilter::default())?;
            Ok((found, names, all))
        })
        .await?;
    let shell = reader.shell(Area::Users).await?;
    let (language, t) = (shell.language, UserWords(shell.language));
    let next = found.next.as_ref().map(|mark| write_cursor(context, &name, mark));
    let wanted = query.organisation_id.map(|id| id.to_string());
    let option = |row: Organisation| Choice::new(row.id, row.name).wanted(wanted.as_deref());
    let now = reader.app.now();
    page(&ListPage {
        t,
        roles: choices(Role::ALL, query.role, language),
        organisations: all.into_iter().map(option).collect(),
        statuses: choices(UserStatus::ALL, query.status, language),
        filtered: query.q.is_some() || query.role.is_some() || wanted.is_some() || query.status.is_some(),
        q: query.q.unwrap_or_default(),
        found: t.found(format::count(found.total.unwrap_or_default())),
        rows: found.items.into_iter().map(|account| row(account, &reader, &names, now)).collect(),
        onward: PageLinks::new(&asked, next.as_deref()),
        shell,
    })
}

fn row(account: Account, reader: &Reader, names: &Directory, now: DateTime<Utc>) -> AccountRow {
    let Account { user, credentials, .. } = account;
    let language = reader.language();
    let t = UserWords(language);
    let status = user.status.text(language);
    let no_password = credentials.is_none().then(|| t.no_password());
    let confirmed = credentials.as_ref().is_some_and(|row| row.totp_confirmed_at.is_some());
    let second_factor = confirmed.then(|| t.second_factor());
    AccountRow {
        id: user.id.to_string(),
        role: user.role.text(language),
        organisation: names.organisation(Some(user.organisation_id)).unwrap_or("—").to_owned(),
        email: user.email.unwrap_or_else(|| "—".to_owned()),
        deactivated: (user.status == UserStatus::Deactivated).then_some(status),
        status,
        locked: credentials.as_ref().and_then(|row| row.locked_until).is_some_and(|until| until.0 > now),
        tags: no_password.into_iter().chain(second_factor).collect(),
        own: reader.actor.user() == Some(user.id),
        name: user.display_name,
        username: user.username,
    }
}
