//! Complete treasury months: what sources say of themselves, and what follows for the district. The rule is in
//! `domain::complete_month`.

use crate::{
    db::{
        backend::{self, DbConn},
        registry::{
            complete_months::{self, CompleteMonth},
            tax_receipts,
        },
    },
    domain::{
        ids::EnterpriseId,
        month::Month,
        people::{actor::Scope, role::Permission},
        records::change::{Action, Noun},
        registry::complete_month::Declared,
        watch::risk::MONTHS_LOOKED_AT,
    },
    services::{Belongs, Details, Error, Tx, error::Reason},
};
use chrono::{NaiveDate, TimeDelta};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Months of a year.
const YEAR: i32 = 12;

/// The first month any rule or sum looks at: a calendar year and the rules' span both lie behind it.
pub(in crate::services) fn first_month(current: Month) -> Month {
    current.plus(1 - MONTHS_LOOKED_AT.max(2 * YEAR))
}

/// Of the treasury months with receipts, from one on, those whose receipts are all here. Until any source says so of any month,
/// that is assumed of months that ended long ago; a few receipts of a fresh month, sent one by one, say nothing about who has
/// paid nothing.
pub fn among(
    connection: &mut DbConn,
    known: BTreeSet<Month>,
    from: Month,
    arrived_after_days: u32,
    today: NaiveDate,
) -> Result<BTreeSet<Month>, Error> {
    let declared = declared(connection, from)?;
    if declared.is_empty() {
        let arrived = |month: &Month| today - month.last_day() > TimeDelta::days(arrived_after_days.into());
        return Ok(known.into_iter().filter(arrived).collect());
    }
    Ok(known.intersection(&declared.complete()).copied().collect())
}

/// The sources that months still wait for, where they wait for any.
pub fn awaited(tx: &mut Tx<'_>, months: &BTreeSet<Month>) -> Result<Vec<(Month, Vec<String>)>, Error> {
    let declared = declared_until(tx)?;
    let awaited = |month: &Month| (*month, declared.awaited(*month).into_iter().map(str::to_owned).collect());
    Ok(months.iter().map(awaited).filter(|(_, sources): &(Month, Vec<String>)| !sources.is_empty()).collect())
}

/// Refuses to call months complete: a caller that is limited to a part of the district cannot know, and a month that is
/// not over cannot be complete.
pub fn check(tx: &Tx<'_>, months: &BTreeSet<Month>) -> Result<(), Error> {
    tx.require(Permission::WriteReceipts)?;
    if !months.is_empty() && tx.actor.scope() != Scope::District {
        return Err(Error::Forbidden(Permission::WriteReceipts));
    }
    if months.iter().any(|month| month.last_day() >= tx.today) {
        return Err(Error::field("/complete_months", Reason::InTheFuture));
    }
    Ok(())
}

/// Notes of which months a source has now sent everything; what it said before of `replaced` no longer holds. Returns
/// the enterprises that have to be assessed again although no receipt says so: those that paid in the year before a
/// month of which the district's receipts have become complete or incomplete. The caller locks them, together with all
/// others it touches.
pub fn renew(
    tx: &mut Tx<'_>,
    source: &str,
    replaced: &[Month],
    complete: &BTreeSet<Month>,
    batch: Uuid,
) -> Result<BTreeSet<EnterpriseId>, Error> {
    check(tx, complete)?;
    if replaced.is_empty() && complete.is_empty() {
        return Ok(BTreeSet::new());
    }
    // Two sources that complete one month at once must see each other.
    backend::lock_name(tx.conn, "complete months")?;
    let before = declared_until(tx)?.complete();
    let concerned: BTreeSet<Month> = complete.iter().chain(replaced).copied().collect();
    let said = complete_months::of_source(tx.conn, source, &concerned)?;
    let rows = rows(tx, source, complete);
    tx.unrecorded(|connection, proof| {
        complete_months::withdraw(connection, source, replaced, proof)?;
        complete_months::insert(connection, &rows, proof)
    })?;
    let says = complete_months::of_source(tx.conn, source, &concerned)?;
    if said != says {
        let (said, says) = (months(said), months(says));
        let details = Details::none().with("source", (), source).with("complete_months", said, says);
        tx.record_event(Noun::Receipt, batch, Action::Imported, Belongs::District, details)?;
    }
    let after = declared_until(tx)?.complete();
    let turned: BTreeSet<Month> = before.symmetric_difference(&after).copied().collect();
    match (turned.first(), turned.last()) {
        (Some(first), Some(last)) => {
            let payers = tax_receipts::payers_between(tx.conn, first.plus(-YEAR), *last)?;
            Ok(payers.into_iter().collect())
        }
        _ => Ok(BTreeSet::new()),
    }
}

fn rows(tx: &Tx<'_>, source: &str, complete: &BTreeSet<Month>) -> Vec<CompleteMonth> {
    let row = |month: &Month| CompleteMonth {
        month: month.ordinal(),
        source: source.to_owned(),
        actor: tx.actor.reference().to_string(),
        created_at: tx.now.into(),
    };
    complete.iter().map(row).collect()
}

/// What sources have said that any rule looks at today.
fn declared_until(tx: &mut Tx<'_>) -> Result<Declared, Error> {
    let current = Month::containing(tx.today).unwrap_or(Month::MAX);
    declared(tx.conn, first_month(current))
}

/// What sources have said of months from one on, and of the year before it: this tells which sources a month waits for.
fn declared(connection: &mut DbConn, from: Month) -> Result<Declared, Error> {
    let said = complete_months::since(connection, from.plus(-YEAR).ordinal())?;
    Ok(said.into_iter().filter_map(|(month, source)| Some((Month::from_ordinal(month)?, source))).collect())
}

fn months(ordinals: Vec<i32>) -> Vec<Month> {
    ordinals.into_iter().filter_map(Month::from_ordinal).collect()
}
