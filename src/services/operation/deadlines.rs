//! Deadlines as they pass. The noun writes its own in the transaction that makes the thing; here the one of them whose instant has
//! passed is taken: its enterprise is locked, the noun is asked whether it still applies, and what follows is done and recorded as an
//! act of the product. Each step is taken once, however many nodes look and however clocks jump.

use crate::{
    db::{
        backend::DbConn,
        operation::deadlines::{self, Deadline},
        registry::enterprises,
    },
    domain::operation::deadline::{DeadlineKind, DeadlineOutcome},
    services::{Context, Error, Tx, fieldwork::promised_visits},
};

/// What came of a due step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It ended so.
    Ended(DeadlineOutcome),
    /// It is not due: somebody else took it, or it was put off meanwhile.
    NotDue,
}

/// What the noun of a deadline does when its instant has passed, if the deadline still applies; a noun with further steps writes the
/// next. A new kind does not compile before it has an answer here and in `cause`.
fn take_step(tx: &mut Tx<'_>, deadline: &Deadline) -> Result<DeadlineOutcome, Error> {
    match deadline.kind {
        DeadlineKind::PromisedVisit => promised_visits::take_step(tx, deadline),
    }
}

/// On what the product acts when the instant has passed, in the language of the district: `on the visit of Wang Fang, 2026-11-18`.
pub fn cause(connection: &mut DbConn, context: &Context, deadline: &Deadline) -> Result<String, Error> {
    match deadline.kind {
        DeadlineKind::PromisedVisit => promised_visits::cause(connection, context, deadline),
    }
}

/// Takes a due step. The row is read again under the lock of its enterprise, which everybody who changes the thing holds.
pub fn take(tx: &mut Tx<'_>, found: &Deadline) -> Result<Taken, Error> {
    if let Some(enterprise) = found.enterprise_id {
        enterprises::lock(tx.conn, &[enterprise])?;
    }
    let Some(deadline) = deadlines::lock(tx.conn, found)? else { return Ok(Taken::NotDue) };
    if deadline.done_at.is_some() || deadline.due_at.0 > tx.now {
        return Ok(Taken::NotDue);
    }
    let outcome = take_step(tx, &deadline)?;
    deadlines::end(tx.conn, &deadline, outcome, tx.now.into())?;
    Ok(Taken::Ended(outcome))
}
