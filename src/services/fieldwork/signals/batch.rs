//! Many reports at once, each answered separately.

use super::{
    Subject, code_of,
    draft::{self, NewSignal, SignalRefusal},
    unknown,
};
use crate::{
    db::{
        fieldwork::signals::{self, Signal},
        registry::enterprises,
    },
    domain::{
        ids::{EnterpriseId, SignalId},
        people::role::Permission,
        registry::enterprise::EnterpriseReference,
    },
    services::{Error, FieldError, Invalid, Tx, error::Reason},
};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Most reports of one batch.
pub const BATCH_MAX: usize = 1000;

/// The result of one report.
#[derive(Debug)]
pub enum Outcome {
    /// A new signal.
    Created(Signal),
    /// A new signal about an enterprise that nobody here knows yet.
    Quarantined(Signal),
    /// The source has reported it already.
    Duplicate(Signal),
    /// It cannot be accepted; pointers are within the batch.
    Refused(Vec<FieldError>),
}

/// Reports many signals; items that could not even be read come as what is wrong with them.
pub fn batch(tx: &mut Tx<'_>, items: Vec<Result<NewSignal, Invalid>>) -> Result<Vec<Outcome>, Error> {
    tx.require(Permission::ReportSignals)?;
    if items.len() > BATCH_MAX {
        return Err(Error::field("/items", Reason::TooMany));
    }
    let subjects = Subjects::lock(tx, &items)?;
    let drafts: Vec<Result<Signal, Vec<FieldError>>> =
        items.into_iter().enumerate().map(|(place, item)| subjects.draft(tx, place, item)).collect();
    let added = add_new(tx, &drafts)?;
    let known = known(tx, &drafts, &added)?;
    let outcomes = drafts.into_iter().enumerate().map(|(place, draft)| outcome(place, draft, &added, &known));
    Ok(outcomes.collect())
}

/// The enterprises that the items name, locked.
struct Subjects {
    by_reference: HashMap<String, EnterpriseId>,
}

impl Subjects {
    fn lock(tx: &mut Tx<'_>, items: &[Result<NewSignal, Invalid>]) -> Result<Self, Error> {
        let named: Vec<EnterpriseReference> = items.iter().flatten().map(|new| new.enterprise_id.clone()).collect();
        let scope = tx.actor.scope();
        let found = enterprises::find_all(tx.conn, scope, &named)?;
        let ids: BTreeSet<EnterpriseId> = found.iter().map(|(id, _)| *id).collect();
        enterprises::lock(tx.conn, &ids.into_iter().collect::<Vec<_>>())?;
        let by_reference =
            found.into_iter().flat_map(|(id, uscc)| [(id.to_string(), id), (uscc.to_string(), id)]).collect();
        Ok(Self { by_reference })
    }

    fn find(&self, reference: &EnterpriseReference) -> Option<Subject> {
        let name = match reference {
            EnterpriseReference::Id(id) => id.to_string(),
            EnterpriseReference::Uscc(uscc) => uscc.to_string(),
        };
        self.by_reference.get(&name).map(|id| Subject::Known(*id, code_of(reference)))
    }

    /// The row of an item, or what is wrong with it.
    fn draft(&self, tx: &Tx<'_>, place: usize, item: Result<NewSignal, Invalid>) -> Result<Signal, Vec<FieldError>> {
        let new = item.map_err(|invalid| invalid.0)?;
        let mut invalid = Invalid::default();
        let subject = self.find(&new.enterprise_id).or_else(|| unknown(tx.actor, &new.enterprise_id));
        if subject.is_none() {
            invalid.note("/enterprise_id", Reason::UnknownReference);
        }
        let row = subject.and_then(|subject| draft::checked(tx, subject, new, &mut invalid));
        row.ok_or_else(|| invalid.within_item(place).0)
    }
}

/// Adds what no source has reported yet, of each reference once, and returns the ids of what was added. Rows go in the order
/// of their references, so that two batches never wait for each other.
fn add_new(tx: &mut Tx<'_>, drafts: &[Result<Signal, Vec<FieldError>>]) -> Result<HashSet<SignalId>, Error> {
    let mut named = HashSet::new();
    let mut rows: Vec<Signal> = drafts.iter().flatten().filter(|row| is_first(row, &mut named)).cloned().collect();
    rows.sort_by(|a, b| (&a.source, &a.reference, a.id).cmp(&(&b.source, &b.reference, b.id)));
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let added = tx.unrecorded(|connection, proof| signals::insert_new(connection, &rows, proof))?;
    let added: HashSet<SignalId> = added.into_iter().collect();
    for row in rows.iter().filter(|row| added.contains(&row.id)) {
        tx.record_created(row)?;
    }
    Ok(added)
}

/// Whether no item before has the row's source and reference.
fn is_first(row: &Signal, named: &mut HashSet<(String, String)>) -> bool {
    row.reference.as_ref().is_none_or(|reference| named.insert((row.source.clone(), reference.clone())))
}

/// The signals under the references of what was not added.
fn known(
    tx: &mut Tx<'_>,
    drafts: &[Result<Signal, Vec<FieldError>>],
    added: &HashSet<SignalId>,
) -> Result<HashMap<(String, String), Signal>, Error> {
    let references: Vec<&str> = drafts
        .iter()
        .flatten()
        .filter(|row| !added.contains(&row.id))
        .filter_map(|row| row.reference.as_deref())
        .collect();
    if references.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = signals::with_references(tx.conn, &references)?;
    let by_name = |row: Signal| Some(((row.source.clone(), row.reference.clone()?), row));
    Ok(rows.into_iter().filter_map(by_name).collect())
}

fn outcome(
    place: usize,
    draft: Result<Signal, Vec<FieldError>>,
    added: &HashSet<SignalId>,
    known: &HashMap<(String, String), Signal>,
) -> Outcome {
    let row = match draft {
        Ok(row) => row,
        Err(errors) => return Outcome::Refused(errors),
    };
    if added.contains(&row.id) {
        return if row.enterprise_id.is_some() { Outcome::Created(row) } else { Outcome::Quarantined(row) };
    }
    let reference = row.reference.clone().unwrap_or_default();
    match known.get(&(row.source.clone(), reference)) {
        Some(known) if draft::says_the_same(known, &row) => Outcome::Duplicate(known.clone()),
        _ => {
            let pointer = format!("/items/{place}/reference");
            Outcome::Refused(vec![FieldError::new(pointer, SignalRefusal::ReferenceReused)])
        }
    }
}
