//! The months of which sources have sent everything: what each source said is recorded by changes of its own among the batches.

use super::{Walk, history::in_order, report::Difference};
use crate::{
    db::{
        backend::DbConn,
        records::changes::{self, Change},
        registry::complete_months,
    },
    domain::{
        month::Month,
        records::change::{Action, Noun},
    },
    services::{Error, records::recorded_fields},
};
use serde_json::Value;
use std::collections::BTreeSet;

/// Changes read at once.
const PAGE: i64 = 1000;

/// The field of such a change: the months of a source before and after.
pub(super) const FIELD: &str = "complete_months";

/// Compares what is stored of complete months with what was recorded.
pub(super) fn compare(connection: &mut DbConn, walk: &mut Walk<'_>) -> Result<(), Error> {
    let recorded = recorded(connection)?;
    let stored = complete_months::since(connection, i32::MIN)?;
    let stored: BTreeSet<(String, String)> =
        stored.into_iter().map(|(month, source)| (source, written(month))).collect();
    walk.report.compared += stored.len() as u64;
    for (source, month) in recorded.symmetric_difference(&stored) {
        let is_stored = stored.contains(&(source.clone(), month.clone()));
        walk.report.found(Difference::CompleteMonth { source: source.clone(), month: month.clone(), is_stored });
    }
    Ok(())
}

fn written(ordinal: i32) -> String {
    Month::from_ordinal(ordinal).map_or_else(|| ordinal.to_string(), |month| month.to_string())
}

/// The sources with the months they have completed, as recorded.
fn recorded(connection: &mut DbConn) -> Result<BTreeSet<(String, String)>, Error> {
    let mut said: Vec<Change> = Vec::new();
    let mut after = None;
    loop {
        let page = changes::of_kind_after(connection, Noun::Receipt, Action::Imported, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        said.extend(page.into_iter().filter(|change| change.fields.contains(FIELD)));
    }
    let mut complete = BTreeSet::new();
    for change in in_order(said) {
        let fields = recorded_fields::all(&change);
        let field = |name: &str| fields.iter().find(|field| field.name == name);
        let (Some(months), Some(source)) = (field(FIELD), field("source").and_then(|field| field.after.as_str()))
        else {
            continue;
        };
        for month in list(&months.before) {
            complete.remove(&(source.to_owned(), month));
        }
        complete.extend(list(&months.after).map(|month| (source.to_owned(), month)));
    }
    Ok(complete)
}

fn list(months: &Value) -> impl Iterator<Item = String> {
    months.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned)
}
