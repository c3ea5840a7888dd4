//! Signals: reporting one, withdrawing it, and the lists of them. Many at once are in `batch`.

pub mod batch;
pub mod draft;

pub use crate::db::fieldwork::signals::SignalFilter;
pub use batch::{Outcome, batch};
pub use draft::{NewSignal, SignalRefusal};

use super::visits::{VisitRefusal, may_correct};
use crate::{
    db::{
        backend::DbConn,
        fieldwork::signals::{self, Signal, SignalScope},
    },
    domain::{
        fieldwork::signal::SignalKind,
        ids::{EnterpriseId, SignalId},
        lengths::REASON_MAX,
        people::{
            actor::{Actor, Identity, Scope},
            role::Permission,
        },
        records::change::Action,
        registry::{enterprise::EnterpriseReference, uscc::Uscc},
        watch::risk::EvidenceKey,
    },
    services::{
        Error, Invalid, Tx,
        error::Reason,
        paging::{Page, Window},
        registry::enterprise_lookup,
        unit_of_work::require,
    },
};
use chrono::NaiveDate;

/// The enterprise a signal is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Subject {
    /// An enterprise, with the code the report named it by.
    Known(EnterpriseId, Option<Uscc>),
    /// An enterprise that nobody here knows yet.
    Unknown(Uscc),
}

/// The result of a report.
#[derive(Debug, Clone)]
pub enum Reported {
    /// It is a new signal.
    New(Signal),
    /// Its source has reported it already.
    Known(Signal),
}

impl Reported {
    /// The signal, new or known.
    pub fn into_signal(self) -> Signal {
        match self {
            Self::New(signal) | Self::Known(signal) => signal,
        }
    }
}

/// Reports a signal; the same reference of the same source is the same signal.
pub fn report(tx: &mut Tx<'_>, new: NewSignal) -> Result<Reported, Error> {
    tx.require(Permission::ReportSignals)?;
    let subject = match enterprise_lookup::find_for_update(tx, &new.enterprise_id) {
        Ok(enterprise) => Subject::Known(enterprise.id, code_of(&new.enterprise_id)),
        Err(Error::NotFound) => unknown(tx.actor, &new.enterprise_id).ok_or(Error::NotFound)?,
        Err(error) => return Err(error),
    };
    let mut invalid = Invalid::default();
    let row = draft::checked(tx, subject, new, &mut invalid);
    invalid.check()?;
    let row = row.ok_or(Error::NotFound)?;
    add(tx, row)
}

/// Records what an import has shown about an enterprise the use case has locked; a caller that may import may report
/// it.
pub fn raise_from_import(
    tx: &mut Tx<'_>,
    kind: SignalKind,
    enterprise: EnterpriseId,
    occurred_on: NaiveDate,
    source: &str,
    reference: &str,
    detail: Option<&str>,
) -> Result<Reported, Error> {
    let mut row = draft::blank(tx, Subject::Known(enterprise, None), kind, occurred_on);
    source.clone_into(&mut row.source);
    row.reference = Some(reference.to_owned());
    row.detail = detail.map(str::to_owned);
    add(tx, row)
}

/// Declares a signal a mistake: it stays, with the reason, and no longer counts.
pub fn withdraw(tx: &mut Tx<'_>, id: SignalId, reason: &str) -> Result<Signal, Error> {
    tx.require(Permission::ReportSignals)?;
    let visible = visible_to(tx.actor);
    let found = signals::find(tx.conn, visible, id)?.ok_or(Error::NotFound)?;
    if let Some(enterprise) = found.enterprise_id {
        enterprise_lookup::find_for_update(tx, &enterprise.into())?;
    }
    let before = signals::find(tx.conn, visible, id)?.ok_or(Error::NotFound)?;
    if !may_correct(tx.actor, &before.actor) {
        return Err(Error::refused(VisitRefusal::NotTheAuthor));
    }
    if before.withdrawn_at.is_some() {
        return Err(Error::conflict(Reason::AlreadyWithdrawn));
    }
    let mut invalid = Invalid::default();
    let reason = invalid.paragraph("/reason", reason, REASON_MAX);
    invalid.check()?;
    let mut after = before.clone();
    after.withdrawn_at = Some(tx.now.into());
    after.withdrawal_reason = reason;
    tx.retract(EvidenceKey::Signal(id));
    Ok(tx.change(&before, after, Action::Withdrawn)?.unwrap_or(before))
}

/// The signal with the id, if the actor may read it.
pub fn find(connection: &mut DbConn, actor: &Actor, id: SignalId) -> Result<Signal, Error> {
    require(actor, Permission::ReadBusiness)?;
    signals::find(connection, visible_to(actor), id)?.ok_or(Error::NotFound)
}

/// The signals of a list, latest first. One that asks for an enterprise the actor does not see is empty.
pub fn list(
    connection: &mut DbConn,
    actor: &Actor,
    filter: &SignalFilter,
    window: &Window<(NaiveDate, SignalId)>,
) -> Result<Page<Signal, (NaiveDate, SignalId)>, Error> {
    require(actor, Permission::ReadBusiness)?;
    let visible = visible_to(actor);
    let rows = signals::list(connection, visible, filter, &window.part())?;
    let total = window.total(rows.len(), |most| signals::count(connection, visible, filter, most))?;
    Ok(Page::cut(rows, window, total, key))
}

const fn key(signal: &Signal) -> (NaiveDate, SignalId) {
    (signal.occurred_on, signal.id)
}

/// What an actor sees: the quarantine belongs to nobody's street office, so only those who report for the whole district do.
fn visible_to(actor: &Actor) -> SignalScope {
    let scope = actor.scope();
    SignalScope { scope, unmatched: scope == Scope::District && actor.may(Permission::ReportSignals) }
}

fn code_of(reference: &EnterpriseReference) -> Option<Uscc> {
    match reference {
        EnterpriseReference::Id(_) => None,
        EnterpriseReference::Uscc(uscc) => Some(uscc.clone()),
    }
}

/// A signal about an enterprise outside the registry is kept as unmatched for other systems, which know codes and
/// report early; a person who names such a code has mistyped it. A caller that is limited to a street office gets the
/// same answer for an unknown enterprise as for one of another office.
fn unknown(actor: &Actor, reference: &EnterpriseReference) -> Option<Subject> {
    let is_person = matches!(actor.identity, Identity::Person { .. });
    if is_person || actor.scope() != Scope::District {
        return None;
    }
    code_of(reference).map(Subject::Unknown)
}

fn add(tx: &mut Tx<'_>, row: Signal) -> Result<Reported, Error> {
    if tx.unrecorded(|connection, proof| signals::insert_once(connection, &row, proof))? {
        tx.record_created(&row)?;
        return Ok(Reported::New(row));
    }
    let reference = row.reference.clone().unwrap_or_default();
    let known = signals::with_reference(tx.conn, &row.source, &reference)?.ok_or(Error::NotFound)?;
    if draft::says_the_same(&known, &row) {
        Ok(Reported::Known(known))
    } else {
        Err(Error::field("/reference", SignalRefusal::ReferenceReused))
    }
}
