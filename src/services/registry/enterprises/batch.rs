//! Many enterprises at once, each answered separately: added when the code is new, changed where fields differ, so that
//! sending the same again changes nothing.

use super::{EnterpriseFields, Registrar, enter, fields, insert, store_change};
use crate::{
    db::registry::enterprises::{self, Enterprise},
    domain::{codes::codes, ids::EnterpriseId, people::role::Permission, registry::uscc::Uscc},
    services::{Error, Invalid, Tx, error::Reason, patch::Patch},
};
use std::collections::{BTreeMap, BTreeSet};

/// Items a batch has at most.
pub const MOST_ITEMS: usize = 1000;

codes! {
    /// The result of one item.
    pub enum ItemResult {
        /// It was new.
        Created = "created", "新建", "created";
        /// It was known and differed.
        Updated = "updated", "更新", "updated";
        /// It was known as it is.
        Unchanged = "unchanged", "未变", "unchanged";
        /// It cannot be accepted.
        Refused = "refused", "被拒", "refused";
    }
}

/// The answer to one item.
#[derive(Debug)]
pub struct ItemOutcome {
    /// The result of it.
    pub result: ItemResult,
    /// The enterprise, unless refused.
    pub id: Option<EnterpriseId>,
    /// Its code, when it could be read.
    pub uscc: Option<Uscc>,
    /// Why it was refused.
    pub invalid: Invalid,
}

/// Enters or changes each enterprise by its code; an item that could not be read is refused as it came. All that are known
/// are locked first, in one order.
pub fn upsert(tx: &mut Tx<'_>, items: Vec<Result<EnterpriseFields, Invalid>>) -> Result<Vec<ItemOutcome>, Error> {
    tx.require(Permission::WriteEnterprises)?;
    if items.len() > MOST_ITEMS {
        return Err(Error::field("/items", Reason::TooMany));
    }
    let registrar = Registrar::load(tx.conn, tx.actor, tx.today)?;
    let codes: Vec<Uscc> = items.iter().flatten().filter_map(code_of).collect();
    let known = locked(tx, &codes)?;
    let mut batch = Batch { registrar, known, seen: BTreeSet::new(), new: Vec::new() };
    let mut outcomes = Vec::with_capacity(items.len());
    for (place, item) in items.into_iter().enumerate() {
        outcomes.push(match item {
            Ok(item) => batch.take(tx, item, &format!("/items/{place}"))?,
            Err(invalid) => refused(None, invalid),
        });
    }
    insert(tx, &batch.new)?;
    Ok(outcomes)
}

/// Enterprises with one of the codes, whatever the scope.
fn locked(tx: &mut Tx<'_>, codes: &[Uscc]) -> Result<BTreeMap<Uscc, Enterprise>, Error> {
    let ids = enterprises::ids_of(tx.conn, codes)?;
    let rows = enterprises::lock(tx.conn, &ids)?;
    Ok(rows.into_iter().map(|row| (row.uscc.clone(), row)).collect())
}

struct Batch {
    registrar: Registrar,
    known: BTreeMap<Uscc, Enterprise>,
    seen: BTreeSet<Uscc>,
    new: Vec<Enterprise>,
}

impl Batch {
    fn take(&mut self, tx: &mut Tx<'_>, item: EnterpriseFields, at: &str) -> Result<ItemOutcome, Error> {
        let mut invalid = Invalid::default();
        let Patch::Set(code) = &item.uscc else {
            invalid.require_at(&item, at);
            return Ok(refused(None, invalid));
        };
        let Some(uscc) = invalid.take(&format!("{at}/uscc"), Uscc::parse(code)) else {
            return Ok(refused(None, invalid));
        };
        if !self.seen.insert(uscc.clone()) {
            invalid.note(format!("{at}/uscc"), Reason::Taken);
            return Ok(refused(Some(uscc), invalid));
        }
        match self.known.get(&uscc).cloned() {
            Some(before) => self.change(tx, &before, item, invalid, at),
            None => Ok(self.enter(tx, uscc, item, invalid, at)),
        }
    }

    fn change(
        &self,
        tx: &mut Tx<'_>,
        before: &Enterprise,
        changed: EnterpriseFields,
        mut invalid: Invalid,
        at: &str,
    ) -> Result<ItemOutcome, Error> {
        let uscc = before.uscc.clone();
        if !self.registrar.may_keep_at(before.street_id) {
            // The code is another street office's.
            invalid.note(format!("{at}/uscc"), Reason::Taken);
            return Ok(refused(Some(uscc), invalid));
        }
        let mut after = before.clone();
        fields::apply(&mut after, changed, &self.registrar, &mut invalid, at);
        if !invalid.0.is_empty() {
            return Ok(refused(Some(uscc), invalid));
        }
        let stored = store_change(tx, before, after, &self.registrar)?;
        let result = if stored.version == before.version { ItemResult::Unchanged } else { ItemResult::Updated };
        Ok(ItemOutcome { result, id: Some(stored.id), uscc: Some(uscc), invalid })
    }

    fn enter(
        &mut self,
        tx: &Tx<'_>,
        uscc: Uscc,
        item: EnterpriseFields,
        mut invalid: Invalid,
        at: &str,
    ) -> ItemOutcome {
        let row = enter(tx, &self.registrar, item, &mut invalid, at);
        match row.filter(|_| invalid.0.is_empty()) {
            Some(row) => {
                let id = row.id;
                self.new.push(row);
                ItemOutcome { result: ItemResult::Created, id: Some(id), uscc: Some(uscc), invalid }
            }
            None => refused(Some(uscc), invalid),
        }
    }
}

/// The code of an item, where it can be read.
fn code_of(item: &EnterpriseFields) -> Option<Uscc> {
    let Patch::Set(code) = &item.uscc else { return None };
    Uscc::parse(code).ok()
}

fn refused(uscc: Option<Uscc>, invalid: Invalid) -> ItemOutcome {
    ItemOutcome { result: ItemResult::Refused, id: None, uscc, invalid }
}
