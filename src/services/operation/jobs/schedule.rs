//! When the jobs that work on a schedule are due. A job asks here whether it has to work, and its status says the same.

use crate::{
    db::{backend::DbConn, operation::job_leases},
    domain::operation::{job::JobKind, night},
    services::{Error, records::audit},
    settings::Settings,
};
use chrono::{DateTime, TimeDelta, Utc};

/// How often there is enough to purge.
const PURGED_EVERY: TimeDelta = TimeDelta::hours(1);

/// When the purge is due, by what it noted last.
pub fn purge_due_at(connection: &mut DbConn, now: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
    let last = job_leases::note(connection, JobKind::Purge.as_str())?.parse().ok();
    Ok(after(last, PURGED_EVERY, now))
}

/// When the heads of the record have to go out.
pub fn heads_due_at(connection: &mut DbConn, settings: &Settings, now: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
    Ok(after(audit::last_sent_at(connection)?, settings.record.send_heads_every, now))
}

/// When the nightly assessment is due.
pub fn night_due_at(connection: &mut DbConn, settings: &Settings, now: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
    let note = job_leases::note(connection, JobKind::Nightly.as_str())?;
    Ok(night::due_at(&note, now, settings.alerts.assessment_hour, settings.locale.time_zone))
}

/// So long after the last time; now, when there was none. A last time that lies ahead was written by a clock that ran ahead.
fn after(last: Option<DateTime<Utc>>, every: TimeDelta, now: DateTime<Utc>) -> DateTime<Utc> {
    last.filter(|last| *last <= now).map_or(now, |last| last + every)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_lies_ahead_puts_nothing_off() {
        let (now, hour) = (DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000), TimeDelta::hours(1));
        assert_eq!(after(None, hour, now), now);
        assert_eq!(after(Some(now - TimeDelta::minutes(10)), hour, now), now + TimeDelta::minutes(50));
        assert_eq!(after(Some(now + TimeDelta::days(300)), hour, now), now);
    }
}
