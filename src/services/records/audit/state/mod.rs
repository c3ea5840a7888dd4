//! Whether the tables hold what the record says: each recorded field against its last recorded value, the rows of each batch
//! against its digest, and what follows from the facts against the facts. It only reads, piece by piece.
//!
//! It presumes that the record itself is whole, which [`super::verify`] finds out.

mod batches;
mod complete_months;
mod evidence;
mod history;
mod moves;
mod periods;
mod report;
mod rows;
mod standings;

pub use report::{Difference, MOST_DIFFERENCES, StandingPart, StateReport};

use crate::{
    db::{
        backend::DbConn,
        records::declarations::stored::{Stored, stored},
        registry::{enterprises, tax_receipts},
    },
    domain::{ids::EnterpriseId, records::change::Noun},
    services::{Context, Error},
};
use batches::Batches;
use chrono::NaiveDate;
use moves::Moves;
use rows::Rows;
use standings::Standings;

/// Enterprises compared at once.
const ENTERPRISES: usize = 500;

/// Receipts compared at once.
const RECEIPTS: i64 = 2000;

/// A comparison on its way through the tables.
struct Walk<'p> {
    report: StateReport,
    moves: Moves,
    done: i64,
    total: i64,
    progress: &'p mut dyn FnMut(i64, i64),
}

impl Walk<'_> {
    fn done(&mut self, count: usize) {
        self.done += i64::try_from(count).unwrap_or_default();
        (self.progress)(self.done.min(self.total), self.total);
    }
}

/// Compares the tables with the record, and standings with the facts. All of it must be read from the database as it was at one
/// moment. `progress` is told how many rows are compared and how many there are.
pub fn compare_state(
    connection: &mut DbConn,
    context: &Context,
    today: NaiveDate,
    mut progress: impl FnMut(i64, i64),
) -> Result<StateReport, Error> {
    let mut walk = Walk {
        report: StateReport::default(),
        moves: Moves::load(connection)?,
        done: 0,
        total: total(connection)?,
        progress: &mut progress,
    };
    for &noun in Noun::ALL {
        match stored(noun).0 {
            Stored::Rows { rows, batched } => {
                let batches = batched.then(|| Batches::load(connection, &context.record, noun)).transpose()?;
                Rows::new(noun, rows, batches).compare(connection, &mut walk)?;
            }
            Stored::Periods(load) => each_piece(connection, &mut walk, |connection, ids, walk| {
                periods::compare(connection, noun, load, ids, walk)
            })?,
            Stored::Receipts => {
                receipts(connection, context, &mut walk)?;
                complete_months::compare(connection, &mut walk)?;
            }
            Stored::Nothing => {}
        }
    }
    let mut standings = Standings::new(connection, context, today)?;
    each_piece(connection, &mut walk, |connection, ids, walk| standings.compare(connection, ids, walk))?;
    Ok(walk.report)
}

/// How many rows there are to compare.
fn total(connection: &mut DbConn) -> Result<i64, Error> {
    let mut total = 0;
    for &noun in Noun::ALL {
        total += match stored(noun).0 {
            Stored::Rows { rows, .. } => (rows.count)(connection)?,
            Stored::Periods(_) => enterprises::count(connection)?,
            Stored::Receipts => tax_receipts::count(connection)?,
            Stored::Nothing => 0,
        };
    }
    Ok(total + enterprises::count(connection)?)
}

/// Goes through all enterprises.
fn each_piece(
    connection: &mut DbConn,
    walk: &mut Walk<'_>,
    mut compare: impl FnMut(&mut DbConn, &[EnterpriseId], &mut Walk<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut after = None;
    loop {
        let ids = enterprises::ids_after(connection, after, ENTERPRISES)?;
        let Some(last) = ids.last() else { return Ok(()) };
        after = Some(*last);
        compare(connection, &ids, walk)?;
        walk.done(ids.len());
    }
}

fn receipts(connection: &mut DbConn, context: &Context, walk: &mut Walk<'_>) -> Result<(), Error> {
    let noun = Noun::Receipt;
    let mut batches = Batches::load(connection, &context.record, noun)?;
    let mut after = None;
    loop {
        let rows = tax_receipts::after(connection, after, RECEIPTS)?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        for row in &rows {
            walk.report.compared += 1;
            if !batches.add_receipt(row)? {
                walk.report.found(Difference::Added { noun, id: row.id.0 });
            }
        }
        walk.done(rows.len());
    }
    batches.conclude(&mut walk.report);
    Ok(())
}
