//! Enterprises: finding, entering and changing one. Lists are in `list`, many at once in `batch`.

pub mod batch;
pub mod columns;
pub mod departure;
pub mod described;
pub mod export;
pub mod fields;
pub mod in_words;
pub mod list;
pub mod registrar;

pub use super::enterprise_lookup::{find, find_for_update, named_by_filter, names};
pub use columns::Column;
pub use described::{Described, amounts_of_new, describe, show, show_changed};
pub use fields::EnterpriseFields;
pub use list::EnterpriseQuery;
pub use registrar::Registrar;

use crate::{
    db::{
        registry::enterprises::{self, Enterprise},
        watch::standings::{self, Standing},
    },
    domain::{
        ids::EnterpriseId,
        people::{actor::Identity, role::Permission},
        records::change::{Action, Noun},
        registry::{
            enterprise::{EnterpriseReference, EnterpriseStatus, Tier},
            presence::Presence,
            uscc::Uscc,
        },
    },
    services::{Details, Error, Invalid, Tx, Version, error::Reason},
};
use std::mem;
use uuid::Uuid;

/// Enters an enterprise.
pub fn create(tx: &mut Tx<'_>, fields: EnterpriseFields) -> Result<Enterprise, Error> {
    tx.require(Permission::WriteEnterprises)?;
    let registrar = Registrar::load(tx.conn, tx.actor, tx.today)?;
    let mut invalid = Invalid::default();
    let row = enter(tx, &registrar, fields, &mut invalid, "");
    invalid.check()?;
    let row = row.ok_or(Error::NotFound)?;
    if enterprises::id_of(tx.conn, &row.uscc)?.is_some() {
        return Err(Error::field("/uscc", Reason::Taken));
    }
    insert(tx, std::slice::from_ref(&row))?;
    Ok(row)
}

/// Changes an enterprise that has the version.
pub fn update(
    tx: &mut Tx<'_>,
    reference: &EnterpriseReference,
    version: Version,
    fields: EnterpriseFields,
) -> Result<Enterprise, Error> {
    tx.require(Permission::WriteEnterprises)?;
    let before = find_for_update(tx, reference)?;
    let registrar = Registrar::load(tx.conn, tx.actor, tx.today)?;
    // The own organisation may serve an enterprise that another street office keeps.
    if !registrar.may_keep_at(before.street_id) {
        return Err(Error::Forbidden(Permission::WriteEnterprises));
    }
    version.check(before.version)?;
    let mut after = before.clone();
    let mut invalid = Invalid::default();
    invalid.refuse_stated_once(&fields);
    fields::apply(&mut after, fields, &registrar, &mut invalid, "");
    invalid.check()?;
    store_change(tx, &before, after, &registrar)
}

/// Writes a changed row and records the difference; a change of nothing is none. What another system reports may show that the
/// enterprise leaves; what a person corrects does not.
fn store_change(
    tx: &mut Tx<'_>,
    before: &Enterprise,
    after: Enterprise,
    registrar: &Registrar,
) -> Result<Enterprise, Error> {
    let Some(after) = tx.change(before, after, Action::Updated)? else { return Ok(before.clone()) };
    if matches!(tx.actor.identity, Identity::Service { .. }) {
        let source = after.source.clone().unwrap_or_else(|| tx.actor.name.clone());
        departure::raise(tx, before, &after, &registrar.names, &source)?;
    }
    Ok(after)
}

/// A checked row from what was sent; `None` when the code itself cannot be read.
fn enter(
    tx: &Tx<'_>,
    registrar: &Registrar,
    mut fields: EnterpriseFields,
    invalid: &mut Invalid,
    at: &str,
) -> Option<Enterprise> {
    invalid.require_at(&fields, at);
    let code = mem::take(&mut fields.uscc).value();
    let uscc = code.and_then(|code| invalid.take(&format!("{at}/uscc"), Uscc::parse(&code)));
    Some(new_row(tx, registrar, uscc?, fields, invalid, at))
}

/// A row of an enterprise that is new, with whatever of its fields can be accepted. Without a street office it is the actor's own, if
/// that may keep enterprises.
pub(in crate::services) fn new_row(
    tx: &Tx<'_>,
    registrar: &Registrar,
    uscc: Uscc,
    fields: EnterpriseFields,
    invalid: &mut Invalid,
    at: &str,
) -> Enterprise {
    let mut row = blank(tx, uscc);
    row.street_id = registrar.default_street();
    if fields.street_id.is_keep() && !registrar.may_keep_at(row.street_id) {
        invalid.note(format!("{at}/street_id"), Reason::UnknownReference);
    }
    fields::apply(&mut row, fields, registrar, invalid, at);
    row
}

/// A row of which only the code is known.
pub fn blank(tx: &Tx<'_>, uscc: Uscc) -> Enterprise {
    Enterprise {
        id: EnterpriseId::new(),
        uscc,
        name: String::new(),
        name_bigrams: String::new(),
        name_initials: String::new(),
        name_key: String::new(),
        industry_edition: None,
        industry_code: None,
        industry_section: None,
        industry_division: None,
        registered_address: None,
        operating_address: None,
        tax_authority: None,
        street_id: None,
        presence: Presence::Local,
        presence_stated: false,
        tier: Tier::Normal,
        entered_on: None,
        status: EnterpriseStatus::Active,
        source: None,
        data_on: None,
        import_id: None,
        version: 1,
        created_at: tx.now.into(),
        updated_at: tx.now.into(),
    }
}

/// Writes checked rows, one recorded change each.
pub fn insert(tx: &mut Tx<'_>, rows: &[Enterprise]) -> Result<(), Error> {
    tx.create_many(rows).map_err(taken)?;
    follow_entry(tx, rows)
}

/// Writes checked rows of one batch, which is one recorded change.
pub fn insert_batch(
    tx: &mut Tx<'_>,
    batch: impl Into<Uuid>,
    rows: &[Enterprise],
    details: Details,
) -> Result<(), Error> {
    let details = details.with("enterprises", (), rows.len());
    tx.create_batch(batch, rows, details).map_err(taken)?;
    follow_entry(tx, rows)
}

/// Gives enterprises that were entered their standing, and joins the signals that waited for their codes.
fn follow_entry(tx: &mut Tx<'_>, rows: &[Enterprise]) -> Result<(), Error> {
    for rows in rows.chunks(ROWS_AT_ONCE) {
        let blank: Vec<Standing> = rows.iter().map(|row| Standing::blank(row.id, tx.today)).collect();
        standings::upsert(tx.conn, &blank)?;
        join_signals(tx, rows)?;
    }
    Ok(())
}

/// Thirteen bound values per row, below what one statement may carry.
const ROWS_AT_ONCE: usize = 1000;

/// Somebody entered the same code at the same time.
fn taken(error: Error) -> Error {
    match error.broken_unique() {
        Some(constraint) if constraint.contains("uscc") => Error::field("/uscc", Reason::Taken),
        _ => error,
    }
}

/// Joins the signals that still wait for the codes of these enterprises.
pub fn join_waiting_signals(tx: &mut Tx<'_>, ids: &[EnterpriseId]) -> Result<(), Error> {
    let rows = enterprises::lock(tx.conn, ids)?;
    join_signals(tx, &rows)
}

fn join_signals(tx: &mut Tx<'_>, rows: &[Enterprise]) -> Result<(), Error> {
    let joined = tx.unrecorded(|connection, proof| enterprises::join_quarantined_signals(connection, rows, proof))?;
    for (signal, enterprise) in joined {
        let details = Details::none().with("enterprise_id", (), enterprise);
        tx.record_event(Noun::Signal, signal.0, Action::Updated, enterprise, details)?;
    }
    Ok(())
}
