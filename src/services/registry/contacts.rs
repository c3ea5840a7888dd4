//! Contacts of an enterprise: at most one is the primary contact. Their data is personal and shown masked.

use super::enterprise_lookup::{self, NamesEnterprise};
use crate::{
    db::{
        backend::DbConn,
        registry::contacts::{self, Contact},
    },
    domain::{
        ids::{ContactId, EnterpriseId},
        lengths::CONTACT_NAME_MAX,
        people::{actor::Actor, role::Permission},
        phone::{self, mask_name},
        records::change::{Action, Noun},
        registry::enterprise::EnterpriseReference,
        text,
    },
    services::{
        Error, Invalid, Read, Subject, Tx, Version,
        command::command,
        error::Reason,
        paging::{Page, Window},
        patch::Patch,
    },
};
use serde::Deserialize;
use utoipa::ToSchema;

/// Contact persons an enterprise has at most.
pub const MOST_CONTACTS: usize = 50;

/// The fields of a contact person.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ContactFields {
    /// The person's name.
    #[schema(value_type = Option<String>, max_length = 100)]
    pub name: Patch<String>,
    /// The position of the person.
    #[schema(value_type = Option<String>, max_length = 100)]
    pub position: Patch<String>,
    /// Phone number.
    #[schema(value_type = Option<String>)]
    pub phone: Patch<String>,
    /// Mail address.
    #[schema(value_type = Option<String>)]
    pub email: Patch<String>,
    /// Whether this is the primary contact; the first one is, unless stated otherwise. The previous one no longer is.
    #[schema(value_type = Option<bool>)]
    pub is_primary: Patch<bool>,
}

command! {
    ContactFields: "NewContact", "ContactChange" {
        required { name }
        once {}
        created { "name": "张明", "position": "财务总监", "phone": "13812341234", "is_primary": true }
        changed { "phone": "13812341234" }
    }
}

/// The place of a contact in the list: the primary contact comes first.
pub type Place = (bool, ContactId);

const fn place(contact: &Contact) -> Place {
    (!contact.is_primary, contact.id)
}

/// A contact person as a reader sees it. In full it comes from [`unmask`] alone, which notes the read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenContact {
    /// The contact person; name, phone and mail address as far as they are shown.
    pub contact: Contact,
    /// Whether they are masked.
    pub masked: bool,
}

impl SeenContact {
    /// The contact person as everybody sees it.
    pub fn masked(contact: Contact) -> Self {
        let contact = Contact {
            name: mask_name(&contact.name),
            phone: contact.phone.as_deref().map(phone::mask_phone),
            email: contact.email.as_deref().map(text::mask_email),
            ..contact
        };
        Self { contact, masked: true }
    }
}

/// All contact persons of an enterprise the actor may read, masked.
pub fn all(connection: &mut DbConn, actor: &Actor, which: &impl NamesEnterprise) -> Result<Vec<SeenContact>, Error> {
    let enterprise = which.find(connection, actor)?;
    Ok(contacts::of_enterprise(connection, enterprise.id)?.into_iter().map(SeenContact::masked).collect())
}

/// The contact persons that a visit says were met, by their names: part of what the use case writes.
pub fn met(tx: &mut Tx<'_>, enterprise: EnterpriseId, chosen: &[ContactId]) -> Result<Vec<Contact>, Error> {
    let enterprise = enterprise_lookup::find(tx.conn, tx.actor, &enterprise.into())?;
    let mut contacts = contacts::of_enterprise(tx.conn, enterprise.id)?;
    contacts.retain(|contact| chosen.contains(&contact.id));
    Ok(contacts)
}

/// A page of them. There are so few that all are loaded for any page.
pub fn list(
    connection: &mut DbConn,
    actor: &Actor,
    reference: &EnterpriseReference,
    window: &Window<Place>,
) -> Result<Page<SeenContact, Place>, Error> {
    let enterprise = enterprise_lookup::find(connection, actor, reference)?;
    let rows = contacts::of_enterprise(connection, enterprise.id)?;
    Ok(Page::of_all(rows, window, place).map(SeenContact::masked))
}

/// One contact person of an enterprise the actor may read, masked.
pub fn find(
    connection: &mut DbConn,
    actor: &Actor,
    reference: &EnterpriseReference,
    id: ContactId,
) -> Result<SeenContact, Error> {
    let enterprise = enterprise_lookup::find(connection, actor, reference)?;
    contacts::find(connection, enterprise.id, id)?.map(SeenContact::masked).ok_or(Error::NotFound)
}

/// One contact person in full, which is noted.
pub fn unmask(read: &mut Read<'_>, reference: &EnterpriseReference, id: ContactId) -> Result<SeenContact, Error> {
    read.require(Permission::WriteContacts)?;
    let enterprise = enterprise_lookup::find(read.conn, read.actor, reference)?.id;
    let contact = contacts::find(read.conn, enterprise, id)?.ok_or(Error::NotFound)?;
    read.unmasks(Subject::one(Noun::Contact, id, "name phone email").of(enterprise));
    Ok(SeenContact { contact, masked: false })
}

/// Adds a contact person. The first of an enterprise is asked first.
pub fn create(tx: &mut Tx<'_>, reference: &EnterpriseReference, fields: ContactFields) -> Result<Contact, Error> {
    tx.require(Permission::WriteContacts)?;
    let enterprise = enterprise_lookup::find_for_update(tx, reference)?;
    let others = contacts::of_enterprise(tx.conn, enterprise.id)?;
    let mut contact = blank(tx, enterprise.id, others.is_empty());
    let mut invalid = Invalid::default();
    invalid.require(&fields);
    if others.len() >= MOST_CONTACTS {
        invalid.note("", Reason::TooMany);
    }
    apply(&mut contact, fields, &mut invalid);
    invalid.check()?;
    if contact.is_primary {
        demote(tx, enterprise.id, contact.id)?;
    }
    tx.create(&contact)?;
    Ok(contact)
}

/// Changes a contact person that has the version.
pub fn update(
    tx: &mut Tx<'_>,
    reference: &EnterpriseReference,
    id: ContactId,
    version: Version,
    fields: ContactFields,
) -> Result<Contact, Error> {
    let before = find_for_update(tx, reference, id, version)?;
    let mut after = before.clone();
    let mut invalid = Invalid::default();
    apply(&mut after, fields, &mut invalid);
    invalid.check()?;
    if after.is_primary && !before.is_primary {
        demote(tx, after.enterprise_id, id)?;
    }
    Ok(tx.change(&before, after, Action::Updated)?.unwrap_or(before))
}

/// Takes out a contact person that has the version.
pub fn delete(tx: &mut Tx<'_>, reference: &EnterpriseReference, id: ContactId, version: Version) -> Result<(), Error> {
    let contact = find_for_update(tx, reference, id, version)?;
    tx.delete(&contact)
}

fn find_for_update(
    tx: &mut Tx<'_>,
    reference: &EnterpriseReference,
    id: ContactId,
    version: Version,
) -> Result<Contact, Error> {
    tx.require(Permission::WriteContacts)?;
    let enterprise = enterprise_lookup::find_for_update(tx, reference)?;
    let contact = contacts::find(tx.conn, enterprise.id, id)?.ok_or(Error::NotFound)?;
    version.check(contact.version)?;
    Ok(contact)
}

/// The previous primary contact no longer is, once `new` is.
fn demote(tx: &mut Tx<'_>, enterprise: EnterpriseId, new: ContactId) -> Result<(), Error> {
    let others = contacts::of_enterprise(tx.conn, enterprise)?;
    for before in others.into_iter().filter(|contact| contact.is_primary && contact.id != new) {
        let after = Contact { is_primary: false, ..before.clone() };
        tx.change(&before, after, Action::Updated)?;
    }
    Ok(())
}

fn blank(tx: &Tx<'_>, enterprise_id: EnterpriseId, is_primary: bool) -> Contact {
    Contact {
        id: ContactId::new(),
        enterprise_id,
        name: String::new(),
        position: None,
        phone: None,
        email: None,
        is_primary,
        version: 1,
        created_at: tx.now.into(),
        updated_at: tx.now.into(),
    }
}

fn apply(contact: &mut Contact, fields: ContactFields, invalid: &mut Invalid) {
    if let Some(name) = invalid.kept("/name", fields.name) {
        contact.name = invalid.line("/name", &name, CONTACT_NAME_MAX).unwrap_or_default();
    }
    fields.position.write(&mut contact.position, |position| invalid.line("/position", &position, CONTACT_NAME_MAX));
    fields.phone.write(&mut contact.phone, |number| invalid.take("/phone", phone::phone(&number)));
    fields.email.write(&mut contact.email, |address| invalid.take("/email", text::email_address(&address)));
    contact.is_primary = invalid.kept("/is_primary", fields.is_primary).unwrap_or(contact.is_primary);
}
