//! How far the nightly assessment has got, as its job notes it.

use crate::{
    db::{backend::DbConn, job_leases},
    domain::ids::EnterpriseId,
    services::Error,
};
use chrono::NaiveDate;

/// The name under which the job keeps its note.
pub const NIGHTLY_JOB: &str = "nightly";

/// How far the assessment of a day has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Night {
    /// Nobody is assessed yet.
    Nothing,
    /// Everybody up to this id is.
    Until(EnterpriseId),
    /// Everybody is.
    All,
}

impl Night {
    /// What a note says about the day; a note of another day says that nothing is done.
    pub fn read(note: &str, day: NaiveDate) -> Self {
        match LastNight::read(note) {
            LastNight(Some((of, night))) if of == day => night,
            _ => Self::Nothing,
        }
    }

    /// What is noted.
    pub fn note(self, day: NaiveDate) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Until(id) => format!("{day} {}", id.0),
            Self::All => day.to_string(),
        }
    }
}

/// The last night that assessed anybody, and how far it got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastNight(Option<(NaiveDate, Night)>);

impl LastNight {
    fn read(note: &str) -> Self {
        let (day, rest) = note.split_once(' ').unwrap_or((note, ""));
        let night = match rest.trim() {
            "" => Night::All,
            id => id.parse().map_or(Night::Nothing, |id| Night::Until(EnterpriseId(id))),
        };
        Self(day.parse().ok().map(|day| (day, night)))
    }

    /// The day of the last night that assessed an enterprise; `None` where that is not known.
    pub fn of(&self, enterprise: EnterpriseId) -> Option<NaiveDate> {
        match self.0? {
            (day, Night::All) => Some(day),
            (day, Night::Until(last)) if enterprise <= last => Some(day),
            _ => None,
        }
    }
}

/// How far the last night got.
pub fn last_night(connection: &mut DbConn) -> Result<LastNight, Error> {
    Ok(LastNight::read(&job_leases::note(connection, NIGHTLY_JOB)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_note_is_read_as_it_was_written() {
        let day = NaiveDate::default();
        for night in [Night::Nothing, Night::Until(EnterpriseId::new()), Night::All] {
            assert_eq!(Night::read(&night.note(day), day), night);
        }
        assert_eq!(Night::read(&Night::All.note(day), day + TimeDelta::days(1)), Night::Nothing);
    }

    #[test]
    fn a_night_that_is_not_over_has_assessed_those_up_to_an_id() {
        let (day, [first, second]) = (NaiveDate::default(), [EnterpriseId::new(), EnterpriseId::new()]);
        let until = LastNight::read(&Night::Until(first).note(day));
        assert_eq!([until.of(first), until.of(second)], [Some(day), None]);
        assert_eq!(LastNight::read(&Night::All.note(day)).of(second), Some(day));
        assert_eq!(LastNight::read("").of(first), None);
    }
}
