//! How far the nightly assessment has got: what the job notes, and when the next night is due.

use crate::domain::ids::EnterpriseId;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

/// How far the assessment of a day has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NightDone {
    /// It has not begun.
    Nothing,
    /// Enterprises were assessed in the order of their ids, up to this one.
    Until(EnterpriseId),
    /// It is over.
    All,
}

impl NightDone {
    /// What a note says about the day; a note of another day says that nothing is done.
    pub fn read(note: &str, day: NaiveDate) -> Self {
        match LastNight::read(note) {
            LastNight(Some((of, done))) if of == day => done,
            LastNight(_) => Self::Nothing,
        }
    }

    /// The note of the day.
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
pub struct LastNight(Option<(NaiveDate, NightDone)>);

impl LastNight {
    /// What a note says; nothing before the first night.
    pub fn read(note: &str) -> Self {
        let (day, rest) = note.split_once(' ').unwrap_or((note, ""));
        let done = match rest.trim() {
            "" => NightDone::All,
            id => id.parse().map_or(NightDone::Nothing, |id| NightDone::Until(EnterpriseId(id))),
        };
        Self(day.parse().ok().map(|day| (day, done)))
    }

    /// Its day.
    pub fn day(self) -> Option<NaiveDate> {
        self.0.map(|(day, _)| day)
    }

    /// The day of the last night that assessed an enterprise; `None` where that is not known.
    pub fn of(self, enterprise: EnterpriseId) -> Option<NaiveDate> {
        match self.0? {
            (day, NightDone::All) => Some(day),
            (day, NightDone::Until(last)) if enterprise <= last => Some(day),
            _ => None,
        }
    }
}

/// Today, if the hour of the assessment has come.
pub fn due_day(now: DateTime<Utc>, hour: u32, zone: Tz) -> Option<NaiveDate> {
    let local = now.with_timezone(&zone);
    (local.hour() >= hour).then(|| local.date_naive())
}

/// Since when the assessment is due, or when it will be: from the hour of the day whose night is not over yet. Before the first night
/// it is due now, or at the hour that comes.
pub fn due_at(note: &str, now: DateTime<Utc>, hour: u32, zone: Tz) -> DateTime<Utc> {
    let today = now.with_timezone(&zone).date_naive();
    // A day that lies ahead was noted by a clock that ran ahead; the job starts over.
    match LastNight::read(note).day().filter(|day| *day <= today) {
        None => at_hour(today, hour, zone).max(now),
        Some(day) if NightDone::read(note, day) == NightDone::All => {
            at_hour(day.checked_add_days(Days::new(1)).unwrap_or(day), hour, zone)
        }
        Some(day) => at_hour(day, hour, zone),
    }
}

fn at_hour(day: NaiveDate, hour: u32, zone: Tz) -> DateTime<Utc> {
    let local = day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default());
    // Where clocks skip the hour, it counts as if they did not.
    zone.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const ZONE: Tz = chrono_tz::Asia::Shanghai;

    #[test]
    fn a_note_is_read_as_it_was_written() {
        let day = NaiveDate::default();
        for done in [NightDone::Nothing, NightDone::Until(EnterpriseId::new()), NightDone::All] {
            assert_eq!(NightDone::read(&done.note(day), day), done);
        }
        assert_eq!(NightDone::read(&NightDone::All.note(day), day + Days::new(1)), NightDone::Nothing);
    }

    #[test]
    fn a_night_that_is_not_over_has_assessed_those_up_to_an_id() {
        let (day, [first, second]) = (NaiveDate::default(), [EnterpriseId::new(), EnterpriseId::new()]);
        let until = LastNight::read(&NightDone::Until(first).note(day));
        assert_eq!([until.of(first), until.of(second)], [Some(day), None]);
        assert_eq!(LastNight::read(&NightDone::All.note(day)).of(second), Some(day));
        assert_eq!(LastNight::read("").of(first), None);
    }

    #[rstest]
    #[case("", "2026-11-20T17:00:00Z", "2026-11-20T18:00:00Z")]
    #[case("", "2026-11-20T19:00:00Z", "2026-11-20T19:00:00Z")]
    #[case("2026-11-21", "2026-11-20T19:00:00Z", "2026-11-21T18:00:00Z")]
    #[case("2026-11-21 01a21558-e9db-7107-80e1-1c10a3be9e1c", "2026-11-20T19:00:00Z", "2026-11-20T18:00:00Z")]
    #[case("2026-11-19", "2026-11-22T01:00:00Z", "2026-11-19T18:00:00Z")]
    #[case("2027-11-19", "2026-11-20T19:00:00Z", "2026-11-20T19:00:00Z")]
    fn the_next_night_is_due_at_its_hour(#[case] note: &str, #[case] now: DateTime<Utc>, #[case] due: DateTime<Utc>) {
        assert_eq!(due_at(note, now, 2, ZONE), due);
    }

    #[test]
    fn a_night_belongs_to_the_local_day() {
        let day = |now: &str| now.parse().ok().and_then(|now| due_day(now, 2, ZONE)).map(|day| day.to_string());
        assert_eq!(day("2026-11-20T17:59:59Z"), None);
        assert_eq!(day("2026-11-20T18:00:00Z").as_deref(), Some("2026-11-21"));
    }
}
