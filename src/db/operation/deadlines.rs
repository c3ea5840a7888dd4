//! Deadlines, one row a step. The key makes each step of each round happen once. Due times are of the program's clock.

use crate::{
    db::{
        backend::{Both, DbConn},
        locks::{self, Lock},
        schema::deadlines,
        values::{AnyId, Timestamp},
    },
    domain::{
        ids::EnterpriseId,
        operation::deadline::{DeadlineKind, DeadlineOutcome, LATE_AFTER},
        records::change::Noun,
    },
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, query_dsl::methods, upsert::excluded};

/// One step of a deadline.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = deadlines, treat_none_as_default_value = false)]
pub struct Deadline {
    /// What kind of thing it is of.
    pub noun: Noun,
    /// The thing.
    pub noun_id: AnyId,
    /// What has to be done.
    pub kind: DeadlineKind,
    /// Which promise, month, reopening or renewal.
    pub round: i32,
    /// The step within the round, from 1.
    pub step: i32,
    /// The enterprise that the thing belongs to: it is locked while the step is taken.
    pub enterprise_id: Option<EnterpriseId>,
    /// When the step is taken.
    pub due_at: Timestamp,
    /// When it was taken, or when it was found to apply no more.
    pub done_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<DeadlineOutcome>,
}

/// Where a due step stands among the others: in the order in which they are taken.
pub type Mark = (Timestamp, AnyId, i32, i32);

impl Deadline {
    /// Where it stands among the others.
    pub const fn mark(&self) -> Mark {
        (self.due_at, self.noun_id, self.round, self.step)
    }

    /// Whether a step that is taken now is taken so late that nobody can have been at work when its instant passed.
    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        now - self.due_at.0 > LATE_AFTER
    }

    /// Whether both are the same step of the same round of the same thing.
    pub fn is_same_step_as(&self, other: &Self) -> bool {
        let key = |one: &Self| (one.noun, one.noun_id, one.kind, one.round, one.step);
        key(self) == key(other)
    }
}

/// One step, as its row.
#[diesel::dsl::auto_type(no_type_alias)]
fn step(deadline: &Deadline) -> _ {
    let (noun, noun_id, kind): (Noun, AnyId, DeadlineKind) = (deadline.noun, deadline.noun_id, deadline.kind);
    let (round, step): (i32, i32) = (deadline.round, deadline.step);
    deadlines::table
        .filter(deadlines::noun.eq(noun))
        .filter(deadlines::noun_id.eq(noun_id))
        .filter(deadlines::kind.eq(kind))
        .filter(deadlines::round.eq(round))
        .filter(deadlines::step.eq(step))
}

/// Writes a step. One that is there already gets the new instant, and is open again if it had lapsed; one that was acted on stays as
/// it is, so that nothing happens twice.
pub fn put(connection: &mut DbConn, deadline: &Deadline) -> QueryResult<usize> {
    let upsert = diesel::insert_into(deadlines::table)
        .values(deadline)
        .on_conflict((deadlines::noun, deadlines::noun_id, deadlines::kind, deadlines::round, deadlines::step))
        .do_update()
        .set((
            deadlines::due_at.eq(excluded(deadlines::due_at)),
            deadlines::done_at.eq(excluded(deadlines::done_at)),
            deadlines::outcome.eq(excluded(deadlines::outcome)),
        ));
    let not_acted_on = deadlines::outcome.is_null().or(deadlines::outcome.eq(DeadlineOutcome::Lapsed));
    Both(methods::FilterDsl::filter(upsert, not_acted_on.assume_not_null())).execute(connection)
}

/// Ends a step.
pub fn end(
    connection: &mut DbConn,
    deadline: &Deadline,
    outcome: DeadlineOutcome,
    at: Timestamp,
) -> QueryResult<usize> {
    diesel::update(step(deadline))
        .set((deadlines::done_at.eq(Some(at)), deadlines::outcome.eq(Some(outcome))))
        .execute(connection)
}

/// Every step of a kind of these enterprises, open or not.
pub fn of_enterprises(
    connection: &mut DbConn,
    kind: DeadlineKind,
    enterprises: &[EnterpriseId],
) -> QueryResult<Vec<Deadline>> {
    deadlines::table
        .filter(deadlines::enterprise_id.eq_any(enterprises.to_vec()))
        .filter(deadlines::kind.eq(kind))
        .select(Deadline::as_select())
        .load(connection)
}

/// When the next open step is due.
pub fn next_due(connection: &mut DbConn) -> QueryResult<Option<Timestamp>> {
    let open = deadlines::table.filter(deadlines::done_at.is_null()).order(deadlines::due_at);
    open.select(deadlines::due_at).limit(1).get_result(connection).optional()
}

/// How many open steps are due.
pub fn count_due(connection: &mut DbConn, now: Timestamp) -> QueryResult<i64> {
    let due = deadlines::table.filter(deadlines::done_at.is_null()).filter(deadlines::due_at.le(now));
    due.count().get_result(connection)
}

/// The open steps whose instant has passed, after a mark, longest due first.
pub fn due(connection: &mut DbConn, now: Timestamp, after: Option<Mark>, limit: i64) -> QueryResult<Vec<Deadline>> {
    let open = deadlines::table.filter(deadlines::done_at.is_null()).filter(deadlines::due_at.le(now)).into_boxed();
    let open = match after {
        None => open,
        // Written out, since the row values of the two databases bind differently: the instant first, then the rest.
        Some((due_at, noun_id, round, step)) => open.filter(
            deadlines::due_at.gt(due_at).or(deadlines::due_at.eq(due_at).and(
                deadlines::noun_id.gt(noun_id).or(deadlines::noun_id
                    .eq(noun_id)
                    .and(deadlines::round.gt(round).or(deadlines::round.eq(round).and(deadlines::step.gt(step))))),
            )),
        ),
    };
    open.order((deadlines::due_at, deadlines::noun_id, deadlines::round, deadlines::step))
        .select(Deadline::as_select())
        .limit(limit)
        .load(connection)
}

/// The step as it is stored, locked until the transaction ends. SQLite has one writer and needs no lock.
pub fn lock(connection: &mut DbConn, deadline: &Deadline) -> QueryResult<Option<Deadline>> {
    let step: Option<Deadline> = match connection {
        DbConn::Pg(pg) => step(deadline).for_no_key_update().get_result(pg).optional()?,
        DbConn::Sqlite(sqlite) => step(deadline).get_result(sqlite).optional()?,
    };
    locks::taken(Lock::Deadlines, step.iter().map(|step| step.noun_id.0));
    Ok(step)
}
