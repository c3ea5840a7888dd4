//! Leases of background jobs: which node does a job, until when, and what the job noted last.

use crate::db::{
    backend::{self, Both, DbConn},
    schema::job_leases,
    values::{AnyId, Timestamp},
};
use chrono::TimeDelta;
use diesel::{prelude::*, query_dsl::methods::FilterDsl, upsert::excluded};
use uuid::Uuid;

/// Takes or renews the lease of a job by the database's clock. `false` while another worker holds it.
pub fn acquire(connection: &mut DbConn, job: &str, worker: Uuid, duration: TimeDelta) -> QueryResult<bool> {
    let now = Timestamp(backend::now(connection)?);
    let upsert = diesel::insert_into(job_leases::table)
        .values((
            job_leases::job.eq(job),
            job_leases::leased_by.eq(AnyId(worker)),
            job_leases::leased_until.eq(now + duration),
            job_leases::note.eq(""),
        ))
        .on_conflict(job_leases::job)
        .do_update()
        .set((
            job_leases::leased_by.eq(excluded(job_leases::leased_by)),
            job_leases::leased_until.eq(excluded(job_leases::leased_until)),
        ));
    // One statement decides: of two workers that upsert at the same time, the second finds the lease of the first and
    // writes no row.
    let free_or_ours = job_leases::leased_by.eq(AnyId(worker)).or(job_leases::leased_until.lt(now));
    let rows = Both(FilterDsl::filter(upsert, free_or_ours)).execute(connection)?;
    Ok(rows == 1)
}

/// Ends every lease at once where one process has the database to itself: it has just started, so the holders of the
/// leases no longer run. Elsewhere other nodes are at work, and leases end by themselves.
pub fn release_all(connection: &mut DbConn) -> QueryResult<usize> {
    if matches!(connection, DbConn::Pg(_)) {
        return Ok(0);
    }
    let now = Timestamp(backend::now(connection)?);
    diesel::update(job_leases::table).set(job_leases::leased_until.eq(now + TimeDelta::seconds(-1))).execute(connection)
}

/// What the job noted last, empty at first.
pub fn note(connection: &mut DbConn, job: &str) -> QueryResult<String> {
    let note: Option<String> =
        job_leases::table.find(job).select(job_leases::note).get_result(connection).optional()?;
    Ok(note.unwrap_or_default())
}

/// Notes something for the next run of the job.
pub fn set_note(connection: &mut DbConn, job: &str, note: &str) -> QueryResult<usize> {
    diesel::update(job_leases::table.find(job)).set(job_leases::note.eq(note)).execute(connection)
}
