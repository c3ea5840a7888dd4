//! `/me/absences` and `/users/{id}/absences`: who is absent when, and who stands in.

use crate::{
    db::people::absences::Absence,
    domain::ids::{AbsenceId, UserId},
    services::people::absences::{self, AbsenceFields, Whose},
    web::{
        create::{Created, IdempotencyKey, create},
        extract::{Body, Caller, Id, Ids, IfMatch, NoBody},
        openapi::{
            Routes,
            answers::{NotModified, PeopleOnly},
            command::{Change, Creation},
        },
        problem::Problem,
        respond::entity,
    },
};
use actix_web::{HttpResponse, delete, get, patch, post};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

// The descriptions name no type with parameters.
type AbsenceEntry = Creation<AbsenceFields>;
type AbsenceChange = Change<AbsenceFields>;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(own).service(state_own).service(show_own).service(change_own).service(delete_own);
    config
        .service(of_user)
        .service(state_of_user)
        .service(show_of_user)
        .service(change_of_user)
        .service(delete_of_user);
}

/// An absence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "user_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d70", "from_on": "2026-12-01",
    "until_on": "2026-12-05", "deputy_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d71", "version": 1,
    "created_at": "2026-11-20T01:00:00Z", "updated_at": "2026-11-20T01:00:00Z"
}))]
pub struct AbsenceView {
    /// Its id.
    pub id: AbsenceId,
    /// Who is absent.
    pub user_id: UserId,
    /// The first day.
    pub from_on: NaiveDate,
    /// The last day.
    pub until_on: NaiveDate,
    /// Who stands in: is told what the absent person is told.
    pub deputy_id: UserId,
    /// What `If-Match` compares.
    pub version: i64,
    /// When it was stated.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

impl From<Absence> for AbsenceView {
    fn from(row: Absence) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            from_on: row.from_on,
            until_on: row.until_on,
            deputy_id: row.deputy_id,
            version: row.version,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

/// All absences of somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct Absences {
    /// The absences, latest first.
    pub items: Vec<AbsenceView>,
}

async fn list(caller: &Caller, whose: Whose) -> Result<HttpResponse, Problem> {
    let rows = caller.read(move |connection, actor| absences::list(connection, actor, whose)).await?;
    Ok(HttpResponse::Ok().json(Absences { items: rows.into_iter().map(AbsenceView::from).collect() }))
}

async fn state(
    caller: &Caller,
    whose: Whose,
    place: String,
    body: Body<AbsenceFields>,
) -> Result<HttpResponse, Problem> {
    create(caller, body, move |tx, fields| {
        let absence = absences::state(tx, whose, fields)?;
        Ok(Created::at(format!("{place}/{}", absence.id), absence.version, AbsenceView::from(absence)))
    })
    .await
}

async fn show(caller: &Caller, whose: Whose, id: AbsenceId) -> Result<HttpResponse, Problem> {
    let absence = caller.read(move |connection, actor| absences::find(connection, actor, whose, id)).await?;
    entity(&caller.request, absence.version, &AbsenceView::from(absence))
}

async fn change(
    caller: &Caller,
    whose: Whose,
    id: AbsenceId,
    IfMatch(version): IfMatch,
    body: Body<AbsenceFields>,
) -> Result<HttpResponse, Problem> {
    let absence = caller.write(move |tx| absences::update(tx, whose, id, version, body.value)).await?;
    entity(&caller.request, absence.version, &AbsenceView::from(absence))
}

async fn remove(
    caller: &Caller,
    whose: Whose,
    id: AbsenceId,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse, Problem> {
    caller.write(move |tx| absences::delete(tx, whose, id, version)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Your absences, latest first: all of them.
#[utoipa::path(
    tag = "me",
    operation_id = "list_own_absences",
    responses((status = 200, description = "All of them", body = Absences), PeopleOnly)
)]
#[get("/me/absences")]
pub(crate) async fn own(caller: Caller) -> Result<HttpResponse, Problem> {
    list(&caller, Whose::Own).await
}

/// State an absence and who stands in for you.
#[utoipa::path(
    tag = "me",
    operation_id = "state_own_absence",
    request_body = AbsenceEntry,
    params(IdempotencyKey),
    responses(
        (status = 201, description = "Stated", body = AbsenceView),
        PeopleOnly,
        (status = 422, description = "The days are out of order, in the past or taken, or the deputy cannot stand in"),
    )
)]
#[post("/me/absences")]
pub(crate) async fn state_own(caller: Caller, body: Body<AbsenceFields>) -> Result<HttpResponse, Problem> {
    state(&caller, Whose::Own, "/api/v1/me/absences".to_owned(), body).await
}

/// One of your absences.
#[utoipa::path(
    tag = "me",
    operation_id = "get_own_absence",
    responses((status = 200, description = "The absence", body = AbsenceView), NotModified, PeopleOnly)
)]
#[get("/me/absences/{id}")]
pub(crate) async fn show_own(caller: Caller, Id(id): Id<AbsenceId>) -> Result<HttpResponse, Problem> {
    show(&caller, Whose::Own, id).await
}

/// Change one of your absences that is not over (JSON Merge Patch).
#[utoipa::path(
    tag = "me",
    operation_id = "update_own_absence",
    request_body = AbsenceChange,
    params(IfMatch),
    responses(
        (status = 200, description = "Changed", body = AbsenceView),
        PeopleOnly,
        (status = 409, description = "It is over"),
    )
)]
#[patch("/me/absences/{id}")]
pub(crate) async fn change_own(
    caller: Caller,
    Id(id): Id<AbsenceId>,
    version: IfMatch,
    body: Body<AbsenceFields>,
) -> Result<HttpResponse, Problem> {
    change(&caller, Whose::Own, id, version, body).await
}

/// Delete one of your absences that is not over.
#[utoipa::path(
    tag = "me",
    operation_id = "delete_own_absence",
    params(IfMatch),
    responses((status = 204, description = "Deleted"), PeopleOnly, (status = 409, description = "It is over"))
)]
#[delete("/me/absences/{id}")]
pub(crate) async fn delete_own(
    caller: Caller,
    Id(id): Id<AbsenceId>,
    version: IfMatch,
    _: NoBody,
) -> Result<HttpResponse, Problem> {
    remove(&caller, Whose::Own, id, version).await
}

/// The absences of an account, latest first: all of them.
#[utoipa::path(
    tag = "users",
    operation_id = "list_absences",
    responses((status = 200, description = "All of them", body = Absences))
)]
#[get("/users/{id}/absences")]
pub(crate) async fn of_user(caller: Caller, Id(user): Id<UserId>) -> Result<HttpResponse, Problem> {
    list(&caller, Whose::Of(user)).await
}

/// State an absence of somebody and who stands in.
#[utoipa::path(
    tag = "users",
    operation_id = "state_absence",
    request_body = AbsenceEntry,
    params(IdempotencyKey),
    responses(
        (status = 201, description = "Stated", body = AbsenceView),
        (status = 422, description = "The days are out of order, in the past or taken, or the deputy cannot stand in"),
    )
)]
#[post("/users/{id}/absences")]
pub(crate) async fn state_of_user(
    caller: Caller,
    Id(user): Id<UserId>,
    body: Body<AbsenceFields>,
) -> Result<HttpResponse, Problem> {
    state(&caller, Whose::Of(user), format!("/api/v1/users/{user}/absences"), body).await
}

/// One absence of an account.
#[utoipa::path(
    tag = "users",
    operation_id = "get_absence",
    responses((status = 200, description = "The absence", body = AbsenceView), NotModified)
)]
#[get("/users/{id}/absences/{absence_id}")]
pub(crate) async fn show_of_user(
    caller: Caller,
    Ids(user, id): Ids<UserId, AbsenceId>,
) -> Result<HttpResponse, Problem> {
    show(&caller, Whose::Of(user), id).await
}

/// Change an absence of an account that is not over (JSON Merge Patch).
#[utoipa::path(
    tag = "users",
    operation_id = "update_absence",
    request_body = AbsenceChange,
    params(IfMatch),
    responses(
        (status = 200, description = "Changed", body = AbsenceView),
        (status = 409, description = "It is over"),
    )
)]
#[patch("/users/{id}/absences/{absence_id}")]
pub(crate) async fn change_of_user(
    caller: Caller,
    Ids(user, id): Ids<UserId, AbsenceId>,
    version: IfMatch,
    body: Body<AbsenceFields>,
) -> Result<HttpResponse, Problem> {
    change(&caller, Whose::Of(user), id, version, body).await
}

/// Delete an absence of an account that is not over.
#[utoipa::path(
    tag = "users",
    operation_id = "delete_absence",
    params(IfMatch),
    responses((status = 204, description = "Deleted"), (status = 409, description = "It is over"))
)]
#[delete("/users/{id}/absences/{absence_id}")]
pub(crate) async fn delete_of_user(
    caller: Caller,
    Ids(user, id): Ids<UserId, AbsenceId>,
    version: IfMatch,
    _: NoBody,
) -> Result<HttpResponse, Problem> {
    remove(&caller, Whose::Of(user), id, version).await
}
