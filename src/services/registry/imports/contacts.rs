//! Contacts that a tax-source list names: added, or updated with the phone number of the list.

use super::plan::NamedContact;
use crate::{
    db::registry::{contacts::Contact, imports},
    domain::{
        ids::{ContactId, EnterpriseId, ImportId},
        records::change::Action,
    },
    services::{Details, Error, Tx, registry::contacts::MOST_CONTACTS},
};
use std::collections::HashMap;

/// Writes the contact persons of a list. The first of an enterprise is asked first.
pub(super) fn store(tx: &mut Tx<'_>, import: ImportId, named: &[NamedContact]) -> Result<(), Error> {
    let ids: Vec<EnterpriseId> = named.iter().map(|contact| contact.enterprise).collect();
    let mut known: HashMap<EnterpriseId, Vec<Contact>> = HashMap::new();
    for contact in imports::contacts_of(tx.conn, &ids)? {
        known.entry(contact.enterprise_id).or_default().push(contact);
    }
    let mut new = Vec::new();
    for contact in named {
        let others = known.get(&contact.enterprise).map(Vec::as_slice).unwrap_or_default();
        match others.iter().find(|other| other.name == contact.name) {
            Some(before) => give_phone(tx, before, contact.phone.as_ref())?,
            None if others.len() < MOST_CONTACTS => new.push(entered(tx, contact, others.is_empty())),
            None => {}
        }
    }
    if !new.is_empty() {
        let details = Details::none().with("import_id", (), import).with("contacts", (), new.len());
        tx.create_batch(import.0, &new, details)?;
    }
    Ok(())
}

fn give_phone(tx: &mut Tx<'_>, before: &Contact, phone: Option<&String>) -> Result<(), Error> {
    if phone.is_none() || before.phone.as_ref() == phone {
        return Ok(());
    }
    tx.change(before, Contact { phone: phone.cloned(), ..before.clone() }, Action::Updated)?;
    Ok(())
}

fn entered(tx: &Tx<'_>, contact: &NamedContact, is_primary: bool) -> Contact {
    Contact {
        id: ContactId::new(),
        enterprise_id: contact.enterprise,
        name: contact.name.clone(),
        position: None,
        phone: contact.phone.clone(),
        email: None,
        is_primary,
        version: 1,
        created_at: tx.now.into(),
        updated_at: tx.now.into(),
    }
}
