//! The enterprise somebody means, within their scope. Each noun that belongs to an enterprise begins here; what is done to an
//! enterprise is in `enterprises`.

use crate::{
    db::{
        backend::DbConn,
        registry::enterprises::{self, Enterprise},
    },
    domain::{
        ids::EnterpriseId,
        people::{actor::Actor, role::Permission},
        registry::enterprise::EnterpriseReference,
    },
    services::{Error, Read, Tx, unit_of_work::require},
};
use std::{collections::BTreeMap, ops::Deref};

/// What names an enterprise to the parts of it: a reference, which is looked up within the actor's scope, or an enterprise that such
/// a look-up has found.
pub trait NamesEnterprise {
    /// The enterprise, if the actor may read it.
    fn find(&self, connection: &mut DbConn, actor: &Actor) -> Result<Enterprise, Error>;
}

/// An enterprise that one actor may read: the parts of it need no second look-up.
#[derive(Debug, Clone)]
pub struct ReadableEnterprise(Enterprise);

impl NamesEnterprise for EnterpriseReference {
    fn find(&self, connection: &mut DbConn, actor: &Actor) -> Result<Enterprise, Error> {
        find(connection, actor, self)
    }
}

impl NamesEnterprise for EnterpriseId {
    fn find(&self, connection: &mut DbConn, actor: &Actor) -> Result<Enterprise, Error> {
        find(connection, actor, &(*self).into())
    }
}

impl NamesEnterprise for ReadableEnterprise {
    fn find(&self, _: &mut DbConn, actor: &Actor) -> Result<Enterprise, Error> {
        require(actor, Permission::ReadBusiness)?;
        Ok(self.0.clone())
    }
}

impl Deref for ReadableEnterprise {
    type Target = Enterprise;

    fn deref(&self) -> &Enterprise {
        &self.0
    }
}

/// The enterprise a reference names, for a reader of several of its parts.
pub fn find_readable(read: &mut Read<'_>, reference: &EnterpriseReference) -> Result<ReadableEnterprise, Error> {
    find(read.conn, read.actor, reference).map(ReadableEnterprise)
}

/// The enterprise a reference names, if the actor may read it.
pub fn find(connection: &mut DbConn, actor: &Actor, reference: &EnterpriseReference) -> Result<Enterprise, Error> {
    require(actor, Permission::ReadBusiness)?;
    enterprises::find(connection, actor.scope(), reference)?.ok_or(Error::NotFound)
}

/// The enterprise that the filter of a list names. A list that asks for one the actor does not see, or that is unknown, is empty.
pub fn named_by_filter(
    connection: &mut DbConn,
    actor: &Actor,
    reference: &EnterpriseReference,
) -> Result<Option<Enterprise>, Error> {
    require(actor, Permission::ReadBusiness)?;
    Ok(enterprises::find(connection, actor.scope(), reference)?)
}

/// What enterprises are called, those the actor may read.
pub fn names(
    connection: &mut DbConn,
    actor: &Actor,
    ids: &[EnterpriseId],
) -> Result<BTreeMap<EnterpriseId, String>, Error> {
    require(actor, Permission::ReadBusiness)?;
    Ok(enterprises::names(connection, actor.scope(), ids)?.into_iter().collect())
}

/// The enterprise a reference names, if it lies in the actor's scope, locked until the transaction ends.
pub fn find_for_update(tx: &mut Tx<'_>, reference: &EnterpriseReference) -> Result<Enterprise, Error> {
    let scope = tx.actor.scope();
    let found = enterprises::find(tx.conn, scope, reference)?.ok_or(Error::NotFound)?;
    let locked = enterprises::lock(tx.conn, &[found.id])?.pop().ok_or(Error::NotFound)?;
    if locked.street_id == found.street_id {
        return Ok(locked);
    }
    // It moved to another street office while the lock was waited for.
    enterprises::find(tx.conn, scope, &found.id.into())?.ok_or(Error::NotFound)
}
