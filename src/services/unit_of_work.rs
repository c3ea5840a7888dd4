//! One use case, one transaction: what it may touch, what it records, and what follows from the record. Only this module
//! knows what a change leads to: audit row with its MAC, re-assessment, alerts, mail.

use super::{Context, Error, canonical_text, risk};
use crate::{
    db::{
        backend::DbConn,
        changes::{self, Change},
        values::AnyId,
    },
    domain::{
        actor::Actor,
        change::{Action, Noun},
        ids::{ChangeId, EnterpriseId},
        risk::EvidenceKey,
        role::Permission,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, mem};
use uuid::Uuid;

/// A transaction under way.
pub struct Tx<'c> {
    /// The connection the transaction is open on.
    pub conn: &'c mut DbConn,
    /// Who acts.
    pub actor: &'c Actor,
    /// The instant of the use case, the same for all it writes.
    pub now: DateTime<Utc>,
    /// The day of that instant in the district's time zone.
    pub today: NaiveDate,
    /// Policies, settings and keys.
    pub context: &'c Context,
    recorded: Vec<Change>,
    touched: BTreeSet<EnterpriseId>,
    retracted: BTreeSet<EvidenceKey>,
    batch: Option<String>,
    run_since: Option<DateTime<Utc>>,
    mail_queued: bool,
}

/// What a finished transaction asks to be woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aftermath {
    /// Changes wait for their place in the chain.
    pub changes: bool,
    /// Mail waits to be sent.
    pub mail: bool,
}

impl<'c> Tx<'c> {
    /// Begins to keep the record of a transaction that the caller has opened.
    pub fn new(conn: &'c mut DbConn, actor: &'c Actor, now: DateTime<Utc>, context: &'c Context) -> Self {
        let today = context.day_of(now);
        Self {
            conn,
            actor,
            now,
            today,
            context,
            recorded: Vec::new(),
            touched: BTreeSet::new(),
            retracted: BTreeSet::new(),
            batch: None,
            run_since: None,
            mail_queued: false,
        }
    }

    /// Refuses an actor without the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Error> {
        require(self.actor, permission)
    }

    /// Records what changed. A change of a fact has its enterprise assessed anew before commit, and so has a change of its team,
    /// who may be the first that can be told of an alert.
    pub fn record(
        &mut self,
        noun: Noun,
        id: impl Into<Uuid>,
        action: Action,
        enterprise: Option<EnterpriseId>,
        fields: Fields,
    ) {
        let id = id.into();
        if let Some(enterprise) = enterprise.filter(|_| noun.is_fact() || noun == Noun::Team) {
            self.touched.insert(enterprise);
        }
        let mut change = Change {
            id: ChangeId::new(),
            position: None,
            noun: noun.as_str().to_owned(),
            noun_id: AnyId(id),
            action: action.as_str().to_owned(),
            enterprise_id: enterprise,
            street_id: None,
            actor: self.actor.reference(),
            actor_name: self.actor.name.clone(),
            request_id: self.actor.request_id.clone(),
            at: self.now.into(),
            fields: fields.into_canonical_text(noun),
            mac: Vec::new(),
            chain_hash: None,
        };
        change.mac = self.context.record.mac(&canonical_text::change(&change)).to_vec();
        self.recorded.push(change);
    }

    /// Has an enterprise assessed anew before commit, for changes recorded as one batch.
    pub fn touch(&mut self, enterprise: EnterpriseId) {
        self.touched.insert(enterprise);
    }

    /// Names what is taken over in one go, such as the source and the data date of an import: what a digest says its alerts came
    /// with.
    pub fn name_batch(&mut self, name: impl Into<String>) {
        self.batch = Some(name.into());
    }

    /// What is taken over in one go.
    pub(super) fn batch(&self) -> Option<&str> {
        self.batch.as_deref()
    }

    /// Says that this is one of several transactions that people see as one, such as the pieces of a night: who has been told of
    /// many alerts since then gets the others as a digest.
    pub fn continue_run(&mut self, since: DateTime<Utc>) {
        self.run_since = Some(since);
    }

    /// Since when people see this and the transactions before as one, if they do.
    pub(super) fn run_since(&self) -> Option<DateTime<Utc>> {
        self.run_since
    }

    /// Notes that what a visit or signal said does not hold any more: whoever was mailed about an alert that rests on it learns
    /// it.
    pub fn retract(&mut self, key: EvidenceKey) {
        self.retracted.insert(key);
    }

    /// What does not hold any more.
    pub(super) fn retracted(&self) -> BTreeSet<EvidenceKey> {
        self.retracted.clone()
    }

    /// Notes that a mail row was written, so that the delivery is woken after commit.
    pub fn mail_queued(&mut self) {
        self.mail_queued = true;
    }

    /// Does all that follows from what was recorded; the last act before commit.
    pub fn finish(mut self) -> Result<Aftermath, Error> {
        let touched = mem::take(&mut self.touched);
        risk::reassess(&mut self, &touched)?;
        self.finish_unassessed()
    }

    /// Writes the record alone: for facts that are taken over in bulk, whose enterprises the caller has assessed together.
    pub fn finish_unassessed(self) -> Result<Aftermath, Error> {
        for rows in self.recorded.chunks(ROWS_PER_INSERT) {
            changes::insert(self.conn, rows)?;
        }
        Ok(Aftermath { changes: !self.recorded.is_empty(), mail: self.mail_queued })
    }
}

/// Twelve bound values a row, far below what one statement may carry.
const ROWS_PER_INSERT: usize = 500;

/// Refuses an actor without the permission.
pub fn require(actor: &Actor, permission: Permission) -> Result<(), Error> {
    if actor.may(permission) { Ok(()) } else { Err(Error::Forbidden(permission)) }
}

/// The fields of a change, before and after.
#[derive(Debug, Clone, Default)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// No fields: the action says it all.
    pub fn none() -> Self {
        Self::default()
    }

    /// All fields of something new.
    pub fn created(after: &impl Serialize) -> Self {
        Self::between(&Value::Null, after)
    }

    /// All fields of something taken out for good.
    pub fn deleted(before: &impl Serialize) -> Self {
        Self::between(before, &Value::Null)
    }

    /// The fields in which two states differ; `version` and `updated_at` go without saying.
    pub fn between(before: &impl Serialize, after: &impl Serialize) -> Self {
        let (before, after) = (object(before), object(after));
        let mut fields = Self::default();
        for name in before.keys().chain(after.keys().filter(|name| !before.contains_key(*name))) {
            if matches!(name.as_str(), "version" | "updated_at" | "created_at") {
                continue;
            }
            let (was, is) = (before.get(name), after.get(name));
            if was.unwrap_or(&Value::Null) != is.unwrap_or(&Value::Null) {
                fields = fields.with(name, was, is);
            }
        }
        fields
    }

    /// Adds a field.
    #[must_use]
    pub fn with(mut self, name: &str, before: impl Serialize, after: impl Serialize) -> Self {
        let before = serde_json::to_value(before).unwrap_or_default();
        let after = serde_json::to_value(after).unwrap_or_default();
        self.0.insert(name.to_owned(), json!({ "before": before, "after": after }));
        self
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each field with its class, as JSON text with sorted keys.
    fn into_canonical_text(self, noun: Noun) -> String {
        let mut fields = self.0;
        for (name, field) in &mut fields {
            if let Value::Object(field) = field {
                field.insert("class".to_owned(), noun.class_of(name).as_str().into());
            }
        }
        Value::Object(fields).to_string()
    }
}

fn object(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}
