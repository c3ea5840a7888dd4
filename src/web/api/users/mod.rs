//! `/users`: accounts of people. Actions other than changing fields are in `actions`.

pub mod actions;
pub mod view;

pub use view::UserView;

use crate::{
    db::people::users::UserFilter,
    domain::{ids::UserId, people::role::Permission},
    services::people::users::{self, Account, NewUser, UserFields},
    web::{
        create::{Created, IdempotencyKey, create},
        extract::{Body, Caller, Id, IfMatch},
        listing::{self, Asked, List, PageQuery, name_of},
        openapi::{
            Routes,
            answers::NotModified,
            command::{Change, Creation},
        },
        problem::Problem,
        respond::entity,
    },
};
use actix_web::{HttpResponse, get, patch, post};

// The descriptions name no type with parameters.
type UserEntry = Creation<UserFields>;
type UserChange = Change<UserFields>;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(index).service(add).service(show).service(change);
    actions::configure(config);
}

/// Accounts, in the order of creation.
///
/// Other roles than the security administrator see names, roles and organisations of active colleagues.
#[utoipa::path(
    tag = "users",
    operation_id = "list_users",
    params(UserFilter, PageQuery),
    responses((status = 200, description = "A page", body = List<UserView>))
)]
#[get("/users")]
pub(crate) async fn index(caller: Caller, asked: Asked<UserFilter>) -> Result<HttpResponse, Problem> {
    let list = name_of("users", &asked.filter);
    let context = caller.app.context();
    let window = asked.window(context, &list)?;
    let page = caller.read(move |connection, actor| users::list(connection, actor, asked.filter, &window)).await?;
    Ok(listing::respond(context, &list, &caller.request, page.map(UserView::from)))
}

/// Add an account.
///
/// With `password` the person signs in with it once and then chooses another; without it, nobody signs in until the password
/// is reset.
#[utoipa::path(
    tag = "users",
    operation_id = "create_user",
    request_body = UserEntry,
    params(IdempotencyKey),
    responses((status = 201, description = "Made", body = UserView))
)]
#[post("/users")]
pub(crate) async fn add(caller: Caller, body: Body<UserFields>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ManageAccounts)?;
    let Body { value, bytes } = body;
    let app = caller.app.clone();
    let new = caller.app.compute(move || NewUser::prepare(app.context(), value)).await?;
    create(&caller, Body { value: new, bytes }, |tx, new| {
        let user = users::create(tx, new)?;
        let (id, version) = (user.id, user.version);
        let account = users::find(tx.conn, tx.actor, id)?;
        Ok(Created::at(format!("/api/v1/users/{id}"), version, UserView::from(account)))
    })
    .await
}

/// One account.
#[utoipa::path(
    tag = "users",
    operation_id = "get_user",
    responses((status = 200, description = "The account", body = UserView), NotModified)
)]
#[get("/users/{id}")]
pub(crate) async fn show(caller: Caller, Id(id): Id<UserId>) -> Result<HttpResponse, Problem> {
    let account = caller.read(move |connection, actor| users::find(connection, actor, id)).await?;
    answer(&caller, account)
}

/// Change an account (JSON Merge Patch).
///
/// A change of role ends the person's sessions at once. Nobody changes the own role.
#[utoipa::path(
    tag = "users",
    operation_id = "update_user",
    request_body = UserChange,
    params(IfMatch),
    responses(
        (status = 200, description = "Changed", body = UserView),
        (status = 403, description = "It is the caller's own role"),
        (status = 409, description = "It is the last security administrator"),
    )
)]
#[patch("/users/{id}")]
pub(crate) async fn change(
    caller: Caller,
    Id(id): Id<UserId>,
    IfMatch(version): IfMatch,
    body: Body<UserFields>,
) -> Result<HttpResponse, Problem> {
    let account = caller
        .write(move |tx| {
            users::update(tx, id, version, body.value.clone())?;
            users::find(tx.conn, tx.actor, id)
        })
        .await?;
    answer(&caller, account)
}

pub(super) fn answer(caller: &Caller, account: Account) -> Result<HttpResponse, Problem> {
    let version = account.user.version;
    entity(&caller.request, version, &UserView::from(account))
}
