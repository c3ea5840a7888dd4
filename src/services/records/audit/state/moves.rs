//! Mergers of organisations that an older version recorded without a change of each row that moved.

use crate::{
    db::{backend::DbConn, records::changes},
    domain::records::change::{Action, Noun},
    services::{Error, records::recorded_fields},
};
use serde_json::Value;
use std::collections::HashMap;

/// The columns that move with an organisation.
const MOVED: [&str; 3] = ["street_id", "organisation_id", "lead_organisation_id"];

/// Mergers followed in a row; more would be a circle.
const MOST_MERGERS: usize = 100;

/// Which organisation went into which.
pub(super) struct Moves(HashMap<String, String>);

impl Moves {
    pub(super) fn load(connection: &mut DbConn) -> Result<Self, Error> {
        let mergers = changes::of_kind(connection, Noun::Organisation, Action::Merged)?;
        let into = mergers.iter().filter_map(|change| {
            let fields = recorded_fields::all(change);
            let into = fields.iter().find(|field| field.name == "merged_into_id")?;
            Some((change.noun_id.0.to_string(), into.after.as_str()?.to_owned()))
        });
        Ok(Self(into.collect()))
    }

    /// Whether a column that names an organisation was led from what is recorded to what is stored by mergers.
    pub(super) fn lead(&self, column: &str, recorded: &Value, stored: &Value) -> bool {
        let (Some(mut at), Some(stored)) = (recorded.as_str(), stored.as_str()) else { return false };
        if !MOVED.contains(&column) {
            return false;
        }
        for _ in 0..MOST_MERGERS {
            match self.0.get(at) {
                Some(into) if into == stored => return true,
                Some(into) => at = into,
                None => return false,
            }
        }
        false
    }
}
