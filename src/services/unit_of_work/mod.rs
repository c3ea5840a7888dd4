//! One use case, one transaction: what it may touch, what it writes and records. What follows from the record is in
//! `watch::follow_up`, which ends each unit of work.
//!
//! A recorded row is written through `create`, `change`, `replace` and `delete`, which write and record in one call. What has
//! no row of its own is recorded as an event; what is written without a change of its own says so: `unrecorded`.

mod batch;
mod details;

pub use crate::db::records::recorded::Belongs;
pub use batch::{Batch, RowsDigest};
pub use details::Details;

use super::{Context, Error};
use crate::{
    db::{
        backend::{DbConn, QueryError},
        locks,
        records::{
            changes::{self, Change},
            declarations::declaration,
            recorded::{Changeable, Creatable, Deletable, Period, Recorded, WriteProof},
        },
        values::AnyId,
    },
    domain::{
        ids::{ChangeId, EnterpriseId},
        people::{actor::Actor, role::Permission},
        records::change::{Action, Noun},
        watch::{
            followed::{Followed, MovedAlert},
            risk::{EvidenceKey, RiskPolicy},
        },
    },
    services::{records::canonical_text, watch::risk_policies},
};
use chrono::{DateTime, NaiveDate, Utc};
use std::{collections::BTreeSet, mem, sync::Arc};
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
    /// Settings and keys.
    pub context: &'c Context,
    recorded: Vec<Change>,
    touched: BTreeSet<EnterpriseId>,
    retracted: BTreeSet<EvidenceKey>,
    batch: Option<String>,
    run_since: Option<DateTime<Utc>>,
    delivery_queued: bool,
    moved: Vec<MovedAlert>,
    told: BTreeSet<String>,
}

/// What a finished transaction asks to be woken, and what followed from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aftermath {
    /// Changes wait for their place in the chain.
    pub changes: bool,
    /// Deliveries wait to be sent.
    pub deliveries: bool,
    /// How alerts moved and who is told, for the answer.
    pub followed: Followed,
}

impl<'c> Tx<'c> {
    /// Begins to keep the record of a transaction that the caller has opened.
    pub fn new(conn: &'c mut DbConn, actor: &'c Actor, now: DateTime<Utc>, context: &'c Context) -> Self {
        locks::begin();
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
            delivery_queued: false,
            moved: Vec::new(),
            told: BTreeSet::new(),
        }
    }

    /// The risk policy in force.
    pub fn risk_policy(&mut self) -> Result<Arc<RiskPolicy>, Error> {
        risk_policies::in_force(self.conn, self.context)
    }

    /// Refuses an actor without the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Error> {
        require(self.actor, permission)
    }

    /// Adds a row and records it as created.
    pub fn create<R: Creatable>(&mut self, row: &R) -> Result<(), Error> {
        self.create_as(row, Action::Created, Details::none())
    }

    /// Adds a row and records it with an action and details.
    pub fn create_as<R: Creatable>(&mut self, row: &R, action: Action, details: Details) -> Result<(), Error> {
        row.insert(self.conn, &PROOF)?;
        self.record_row(action, None, Some(row), details)
    }

    /// Adds many rows and records each as created.
    pub fn create_many<R: Creatable>(&mut self, rows: &[R]) -> Result<(), Error> {
        R::insert_many(rows, self.conn, &PROOF)?;
        rows.iter().try_for_each(|row| self.record_created(row))
    }

    /// Records a row that was added by `unrecorded` because the database decides whether it is added at all.
    pub fn record_created<R: Recorded>(&mut self, row: &R) -> Result<(), Error> {
        self.record_row(Action::Created, None, Some(row), Details::none())
    }

    /// Writes a row over the one it was and records the difference. `None` when nothing differs: then nothing is written. The
    /// answer carries the raised version.
    pub fn change<R: Changeable>(&mut self, before: &R, after: R, action: Action) -> Result<Option<R>, Error> {
        self.change_with(before, after, action, Details::none())
    }

    /// The same, with details recorded beside the columns. Details alone are a change too.
    pub fn change_with<R: Changeable>(
        &mut self,
        before: &R,
        mut after: R,
        action: Action,
        details: Details,
    ) -> Result<Option<R>, Error> {
        if *before == after && details.is_empty() {
            return Ok(None);
        }
        after.raise(self.now.into());
        after.update(self.conn, &PROOF)?;
        self.record_row(action, Some(before), Some(&after), details)?;
        Ok(Some(after))
    }

    /// Writes many rows over those they were, in few statements, and records each difference. The caller leaves out what does
    /// not differ.
    pub fn change_many<R: Changeable>(&mut self, changed: &[(R, R)], action: Action) -> Result<(), Error> {
        let after = changed.iter().map(|(_, after)| {
            let mut after = after.clone();
            after.raise(self.now.into());
            after
        });
        let after: Vec<R> = after.collect();
        R::update_many(&after, self.conn, &PROOF)?;
        changed
            .iter()
            .zip(&after)
            .try_for_each(|((before, _), after)| self.record_row(action, Some(before), Some(after), Details::none()))
    }

    /// Writes a row without raising its version: for what follows from facts, so that nobody's form goes stale.
    pub fn change_keeping_version<R: Changeable>(
        &mut self,
        before: &R,
        after: &R,
        action: Action,
    ) -> Result<(), Error> {
        after.update(self.conn, &PROOF)?;
        self.record_row(action, Some(before), Some(after), Details::none())
    }

    /// Ends a period, opens the next and records the difference.
    pub fn replace<R: Period>(&mut self, before: Option<&R>, after: &R, action: Action) -> Result<(), Error> {
        if let Some(before) = before {
            before.end(self.conn, self.now.into(), &PROOF)?;
        }
        after.insert(self.conn, &PROOF)?;
        self.record_row(action, before, Some(after), Details::none())
    }

    /// Deletes a row and records what it was.
    pub fn delete<R: Deletable>(&mut self, row: &R) -> Result<(), Error> {
        row.delete(self.conn, &PROOF)?;
        let details = Details::none().with("created_at", row.made_at(), ());
        self.record_row(Action::Deleted, Some(row), None, details)
    }

    /// Records a row that `unrecorded` changed together with others, such as the enterprises of a street office that is
    /// merged. Nobody is assessed for it: what changed is no fact of an assessment.
    pub fn record_changed<R: Recorded>(&mut self, before: &R, after: &R, action: Action) -> Result<(), Error> {
        let details = Details::none().and_columns(Some(before), Some(after));
        self.push(R::DECLARATION.noun, after.noun_id(), action, after.belongs_to(), details)
    }

    /// Writes recorded tables without recording a change: of rows that are written as a set, or whose change the caller records
    /// otherwise. The call says that the record is the caller's duty.
    pub fn unrecorded<T>(
        &mut self,
        write: impl FnOnce(&mut DbConn, &WriteProof) -> Result<T, QueryError>,
    ) -> Result<T, Error> {
        Ok(write(self.conn, &PROOF)?)
    }

    /// Records what happened to a thing whose row is not written by it: signing in, a batch of receipts, a mail sent again.
    pub fn record_event(
        &mut self,
        noun: Noun,
        id: impl Into<Uuid>,
        action: Action,
        belongs: impl Into<Belongs>,
        details: Details,
    ) -> Result<(), Error> {
        let (id, belongs) = (id.into(), belongs.into());
        let declaration = declaration(noun);
        debug_assert!(
            details.names().all(|name| declaration.field(name).is_some()),
            "a field of {noun} is not declared: {details:?}"
        );
        self.mark(declaration.assessed, belongs);
        self.push(noun, id, action, belongs, details)
    }

    /// Adds a change to the record of this transaction.
    fn push(&mut self, noun: Noun, id: Uuid, action: Action, belongs: Belongs, details: Details) -> Result<(), Error> {
        let mut change = Change {
            id: ChangeId::new(),
            position: None,
            noun: noun.as_str().to_owned(),
            noun_id: AnyId(id),
            action: action.as_str().to_owned(),
            enterprise_id: belongs.enterprise(),
            street_id: belongs.street(),
            actor: self.actor.reference().to_string(),
            actor_name: self.actor.name.clone(),
            request_id: self.actor.request_id.clone(),
            at: self.now.into(),
            fields: details.into_text()?,
            mac: Vec::new(),
            chain_hash: None,
        };
        change.mac = self.context.record.mac(&canonical_text::change(&change)).to_vec();
        self.recorded.push(change);
        Ok(())
    }

    fn record_row<R: Recorded>(
        &mut self,
        action: Action,
        before: Option<&R>,
        after: Option<&R>,
        details: Details,
    ) -> Result<(), Error> {
        let Some(row) = after.or(before) else { return Ok(()) };
        let details = details.and_columns(before, after);
        self.record_event(R::DECLARATION.noun, row.noun_id(), action, row.belongs_to(), details)
    }

    /// Has the enterprise assessed before commit, where the change is one of a fact.
    fn mark(&mut self, assessed: bool, belongs: Belongs) {
        if let Some(enterprise) = belongs.enterprise().filter(|_| assessed) {
            self.touched.insert(enterprise);
        }
    }

    /// Has an enterprise assessed before commit, beyond those whose facts changed.
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

    /// Notes that what a visit or signal said does not hold any more. People who were mailed about an alert that rests on it are
    /// told.
    pub fn retract(&mut self, key: EvidenceKey) {
        self.retracted.insert(key);
    }

    /// What does not hold any more.
    pub(super) fn retracted(&self) -> BTreeSet<EvidenceKey> {
        self.retracted.clone()
    }

    /// Notes that a delivery was queued, so that its channel is woken after commit.
    pub fn delivery_queued(&mut self) {
        self.delivery_queued = true;
    }

    /// The enterprises to assess before commit. Afterwards there are none.
    pub(in crate::services) fn take_touched(&mut self) -> BTreeSet<EnterpriseId> {
        mem::take(&mut self.touched)
    }

    /// Notes that an alert moved.
    pub(in crate::services) fn alert_moved(&mut self, moved: MovedAlert) {
        self.moved.push(moved);
    }

    /// Notes who is told something by mail, by their keys.
    pub(in crate::services) fn people_told(&mut self, keys: impl IntoIterator<Item = String>) {
        self.told.extend(keys);
    }

    /// Writes the record alone, without anything that follows from it: for facts that are taken over in bulk, whose enterprises
    /// the caller assesses together. All others end with `watch::follow_up::finish`.
    pub fn finish_unassessed(self) -> Result<Aftermath, Error> {
        changes::insert(self.conn, &self.recorded)?;
        let followed = Followed { alerts: self.moved, told: self.told.len() };
        Ok(Aftermath { changes: !self.recorded.is_empty(), deliveries: self.delivery_queued, followed })
    }
}

/// What lets the writes of this module through.
const PROOF: WriteProof = WriteProof::of_the_unit_of_work();

/// Refuses an actor without the permission.
pub fn require(actor: &Actor, permission: Permission) -> Result<(), Error> {
    if actor.may(permission) { Ok(()) } else { Err(Error::Forbidden(permission)) }
}
