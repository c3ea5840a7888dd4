//! `/enterprises/{id}/contacts`: contact persons, masked; unmasking is recorded.

use crate::{
    domain::{
        ids::{ContactId, EnterpriseId},
        people::role::Permission,
        registry::enterprise::EnterpriseReference,
    },
    services::registry::contacts::{self, ContactFields, SeenContact},
    web::{
        create::{Created, IdempotencyKey, create},
        extract::{Body, Caller, Id, Ids, IfMatch, NoBody, Query},
        listing::{self, List, PageQuery},
        openapi::{
            Routes,
            answers::NotModified,
            command::{Change, Creation},
        },
        problem::Problem,
        respond::entity,
    },
};
use actix_web::{HttpResponse, delete, get, patch, post};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

// The descriptions name no type with parameters.
type NewContact = Creation<ContactFields>;
type ContactChange = Change<ContactFields>;

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(index).service(add).service(show).service(change).service(remove).service(unmask);
}

/// A contact person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "enterprise_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6f",
    "name": "张**", "position": "财务总监", "phone": "138****1234", "email": "z***@xinghe.test", "masked": true,
    "is_primary": true, "version": 1, "created_at": "2026-11-20T01:00:00Z", "updated_at": "2026-11-20T01:00:00Z"
}))]
pub struct ContactView {
    /// Its id.
    pub id: ContactId,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// The person's name; its first character when masked.
    pub name: String,
    /// The position of the person.
    pub position: Option<String>,
    /// Phone number, without its middle when masked.
    pub phone: Option<String>,
    /// Mail address, with its first character and host when masked.
    pub email: Option<String>,
    /// Whether name, phone and mail address are masked.
    pub masked: bool,
    /// Whether this is the primary contact.
    pub is_primary: bool,
    /// Increases with each edit.
    pub version: i64,
    /// When it was recorded first.
    pub created_at: DateTime<Utc>,
    /// When it was edited last.
    pub updated_at: DateTime<Utc>,
}

impl ContactView {
    /// The contact as far as it is shown.
    pub fn of(SeenContact { contact, masked }: SeenContact) -> Self {
        Self {
            id: contact.id,
            enterprise_id: contact.enterprise_id,
            name: contact.name,
            position: contact.position,
            phone: contact.phone,
            email: contact.email,
            masked,
            is_primary: contact.is_primary,
            version: contact.version,
            created_at: contact.created_at.0,
            updated_at: contact.updated_at.0,
        }
    }
}

/// The contacts of an enterprise, masked, the primary contact first.
#[utoipa::path(
    tag = "contacts",
    operation_id = "list_contacts",
    params(PageQuery),
    responses((status = 200, description = "A page", body = List<ContactView>))
)]
#[get("/enterprises/{id}/contacts")]
pub(crate) async fn index(
    caller: Caller,
    Id(reference): Id<EnterpriseReference>,
    Query(asked): Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let context = caller.app.context();
    let list_name = caller.request.path().to_owned();
    let window = asked.window(context, &list_name)?;
    let page = caller
        .read(move |connection, actor| contacts::list(connection, actor, &reference, &window))
        .await?
        .map(ContactView::of);
    Ok(listing::respond(context, &list_name, &caller.request, page))
}

/// One contact person, masked, with the entity tag to change it from.
#[utoipa::path(
    tag = "contacts",
    operation_id = "get_contact",
    responses((status = 200, description = "The contact person", body = ContactView), NotModified)
)]
#[get("/enterprises/{id}/contacts/{contact_id}")]
pub(crate) async fn show(
    caller: Caller,
    Ids(reference, id): Ids<EnterpriseReference, ContactId>,
) -> Result<HttpResponse, Problem> {
    let contact = caller.read(move |connection, actor| contacts::find(connection, actor, &reference, id)).await?;
    entity(&caller.request, contact.contact.version, &ContactView::of(contact))
}

/// Adds a contact person.
#[utoipa::path(
    tag = "contacts",
    operation_id = "create_contact",
    request_body = NewContact,
    params(IdempotencyKey),
    responses((status = 201, description = "Added; masked", body = ContactView))
)]
#[post("/enterprises/{id}/contacts")]
pub(crate) async fn add(
    caller: Caller,
    Id(reference): Id<EnterpriseReference>,
    body: Body<ContactFields>,
) -> Result<HttpResponse, Problem> {
    caller.require(Permission::WriteContacts)?;
    create(&caller, body, move |tx, new| {
        let contact = contacts::create(tx, &reference, new)?;
        let location = format!("/api/v1/enterprises/{}/contacts/{}", contact.enterprise_id, contact.id);
        Ok(Created::at(location, contact.version, ContactView::of(SeenContact::masked(contact))))
    })
    .await
}

/// Changes a contact person (JSON Merge Patch).
#[utoipa::path(
    tag = "contacts",
    operation_id = "update_contact",
    request_body = ContactChange,
    params(IfMatch),
    responses((status = 200, description = "Changed; masked", body = ContactView))
)]
#[patch("/enterprises/{id}/contacts/{contact_id}")]
pub(crate) async fn change(
    caller: Caller,
    Ids(reference, id): Ids<EnterpriseReference, ContactId>,
    IfMatch(version): IfMatch,
    body: Body<ContactFields>,
) -> Result<HttpResponse, Problem> {
    let contact = caller.write(move |tx| contacts::update(tx, &reference, id, version, body.value.clone())).await?;
    entity(&caller.request, contact.version, &ContactView::of(SeenContact::masked(contact)))
}

/// Deletes a contact.
#[utoipa::path(
    tag = "contacts",
    operation_id = "delete_contact",
    params(IfMatch),
    responses((status = 204, description = "Deleted"))
)]
#[delete("/enterprises/{id}/contacts/{contact_id}")]
pub(crate) async fn remove(
    caller: Caller,
    Ids(reference, id): Ids<EnterpriseReference, ContactId>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse, Problem> {
    caller.write(move |tx| contacts::delete(tx, &reference, id, version)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Shows a contact person unmasked; the read is recorded.
#[utoipa::path(
    tag = "contacts",
    operation_id = "unmask_contact",
    responses((status = 200, description = "Unmasked", body = ContactView))
)]
#[post("/enterprises/{id}/contacts/{contact_id}/unmask")]
pub(crate) async fn unmask(
    caller: Caller,
    Ids(reference, id): Ids<EnterpriseReference, ContactId>,
    _: NoBody,
) -> Result<HttpResponse, Problem> {
    let contact = caller.read_noted(move |read| contacts::unmask(read, &reference, id)).await?;
    entity(&caller.request, contact.contact.version, &ContactView::of(contact))
}
