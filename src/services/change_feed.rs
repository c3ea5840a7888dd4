//! What changed, in commit order, for systems that mirror the district.

use super::{
    Error,
    recorded_fields::{self, RecordedField},
    unit_of_work::require,
};
use crate::{
    db::{
        backend::DbConn,
        changes::{self, Change},
        record_seals,
    },
    domain::{
        actor::Actor,
        change::{FieldClass, Noun},
        record::RecordLog,
        role::Permission,
    },
};

/// What the feed tells of: the district's business, and not who signs in or what is mailed to whom.
const NOUNS: [Noun; 10] = [
    Noun::Organisation,
    Noun::Enterprise,
    Noun::Contact,
    Noun::Team,
    Noun::Visit,
    Noun::Signal,
    Noun::Receipt,
    Noun::Import,
    Noun::Alert,
    Noun::Directive,
];

/// A stretch of the feed.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// What changed, with the fields the reader may see.
    pub items: Vec<(Change, Vec<RecordedField>)>,
    /// The position to go on from, whether anything was there or not.
    pub next: i64,
}

impl Stretch {
    /// Whether it shows an amount as a figure.
    pub fn shows_figures(&self) -> bool {
        self.items.iter().flat_map(|(_, fields)| fields).any(|field| field.class == FieldClass::Amount)
    }
}

/// What changed after a position. Only sealed changes are told, so that no reader ever skips one that was committed late.
pub fn after(connection: &mut DbConn, actor: &Actor, position: i64, limit: i64) -> Result<Stretch, Error> {
    require(actor, Permission::ReadChangeFeed)?;
    let head = record_seals::last(connection, RecordLog::Changes)?.map_or(0, |seal| seal.position);
    let rows = changes::feed(connection, actor.scope(), &NOUNS, position, head, limit)?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= limit);
    let last = rows.last().and_then(|change| change.position).filter(|_| is_full);
    let figures = actor.sees_figures();
    let items = rows
        .into_iter()
        .map(|change| {
            let fields = recorded_fields::open(&change, figures);
            (change, fields)
        })
        .collect();
    Ok(Stretch { items, next: last.unwrap_or_else(|| head.max(position)) })
}
