//! What each background job did last. One row a job: the node that ran it last writes it.

use crate::{
    db::{
        backend::{DbConn, on_conn},
        schema::job_status,
        values::{AnyId, Timestamp},
    },
    domain::operation::job::{JobError, JobKind},
};
use diesel::prelude::*;

/// What a job did last, as one node saw it. What that node does not know yet is left as another one wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = job_status)]
pub struct JobStatus {
    /// The job.
    pub job: JobKind,
    /// The process that ran it last.
    pub node: AnyId,
    /// When its last pass began.
    pub began_at: Timestamp,
    /// When that pass ended.
    pub ended_at: Timestamp,
    /// When a pass last ended without an error.
    pub succeeded_at: Option<Timestamp>,
    /// How many passes in a row have failed on that node.
    pub failures: i32,
    /// What went wrong last; it stays when passes succeed again.
    pub last_error: Option<JobError>,
    /// When.
    pub last_error_at: Option<Timestamp>,
}

/// Writes what jobs did last.
pub fn write(connection: &mut DbConn, rows: &[JobStatus]) -> QueryResult<()> {
    for row in rows {
        on_conn!(connection, |c| diesel::insert_into(job_status::table)
            .values(row)
            .on_conflict(job_status::job)
            .do_update()
            .set(row)
            .execute(c))?;
    }
    Ok(())
}

/// What every job that this program knows did last. A newer program may have others.
pub fn all(connection: &mut DbConn) -> QueryResult<Vec<JobStatus>> {
    job_status::table.filter(job_status::job.eq_any(JobKind::ALL)).select(JobStatus::as_select()).load(connection)
}
