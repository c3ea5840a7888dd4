//! How far the nightly assessment has got, as its job notes it.

use crate::{
    db::{backend::DbConn, operation::job_leases},
    domain::operation::{job::JobKind, night::LastNight},
    services::Error,
};

/// How far the last night got.
pub fn last_night(connection: &mut DbConn) -> Result<LastNight, Error> {
    Ok(LastNight::read(&job_leases::note(connection, JobKind::Nightly.as_str())?))
}
