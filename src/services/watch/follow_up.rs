//! What follows from the record of a transaction, before commit: the enterprises whose facts changed are assessed again, their
//! standings are written, their promised visits and alerts follow, and people are told. Only this module knows it all; the
//! ways to the data (`app`) call it, so no use case can forget it.

use super::{
    alerts,
    assessment::{Assessed, assess_all, standing},
    facts::{self, LastVisit},
};
use crate::{
    db::{
        registry::enterprises,
        watch::standings::{self, Standing},
    },
    domain::{ids::EnterpriseId, watch::risk::RiskPolicy},
    meters::name,
    services::{
        Error, Tx,
        fieldwork::promised_visits,
        outbox::{
            corrections,
            notices::{self, Notice},
        },
        unit_of_work::Aftermath,
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

/// Ends a transaction: does all that follows from what was recorded, and writes the record. The last act before commit.
pub fn finish(mut tx: Tx<'_>) -> Result<Aftermath, Error> {
    let touched = tx.take_touched();
    reassess(&mut tx, &touched)?;
    tx.finish_unassessed()
}

/// Enterprises assessed with one round of queries.
const AT_ONCE: usize = 500;

/// Assesses enterprises again, writes their standings, and lets their alerts and mails follow. The outcome depends on
/// the facts alone, so doing it twice changes nothing.
pub fn reassess(tx: &mut Tx<'_>, ids: &BTreeSet<EnterpriseId>) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let started = Instant::now();
    let ids: Vec<EnterpriseId> = ids.iter().copied().collect();
    let policy = tx.risk_policy()?;
    let mut notices = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        notices.extend(reassess_piece(tx, &policy, ids)?);
    }
    notices::queue(tx, notices)?;
    metrics::counter!(name::ASSESSED).increment(ids.len() as u64);
    metrics::histogram!(name::ASSESSMENT_SECONDS).record(started.elapsed());
    Ok(())
}

/// One round: gives what people have to be told.
fn reassess_piece(tx: &mut Tx<'_>, policy: &RiskPolicy, ids: &[EnterpriseId]) -> Result<Vec<Notice>, Error> {
    let retracted = tx.retracted();
    let affected = corrections::affected(tx, ids, &retracted)?;
    let enterprises = enterprises::lock(tx.conn, ids)?;
    let known = facts::load(tx.conn, tx.context, policy, tx.today, &enterprises)?;
    let assessed = assess_all(enterprises, known, policy, tx.today);
    write(tx, &assessed)?;
    promised_visits::follow(tx, &last_visits(&assessed))?;
    let mut notices = alerts::follow(tx, &assessed)?;
    notices.extend(corrections::notices(tx, &assessed, &affected)?);
    Ok(notices)
}

/// The last visit to each enterprise that is here.
fn last_visits(assessed: &[Assessed]) -> Vec<(EnterpriseId, Option<LastVisit>)> {
    let last = |one: &Assessed| one.known.last_visit.filter(|_| one.enterprise.status.is_here());
    assessed.iter().map(|one| (one.enterprise.id, last(one))).collect()
}

/// Writes where enterprises stand, as far as that has changed.
fn write(tx: &mut Tx<'_>, assessed: &[Assessed]) -> Result<(), Error> {
    let ids: Vec<EnterpriseId> = assessed.iter().map(|one| one.enterprise.id).collect();
    let before: BTreeMap<EnterpriseId, Standing> =
        standings::of(tx.conn, &ids)?.into_iter().map(|standing| (standing.enterprise_id, standing)).collect();
    let mut changed = Vec::new();
    for one in assessed {
        let standing = standing(one, tx.today)?;
        if before.get(&one.enterprise.id).is_none_or(|before| !before.says_the_same_as(&standing)) {
            changed.push(standing);
        }
    }
    for rows in changed.chunks(AT_ONCE) {
        standings::upsert(tx.conn, rows)?;
    }
    Ok(())
}
