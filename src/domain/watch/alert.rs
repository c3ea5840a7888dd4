//! The life of an alert: what may be done to it in each state, how an episode may end, and what its end means for
//! the enterprise. When an alert is opened or raised is decided in `risk::movement`.
//!
//! Deliberately absent: any state in which a move waits for somebody's consent.

use crate::domain::{codes::codes, registry::enterprise::EnterpriseStatus, watch::level::Level};
use crate::texts::{Explain, Language};
use chrono::{DateTime, TimeDelta, Utc};
use thiserror::Error;

codes! {
    /// The state of an alert. Open and acknowledged alerts are unresolved; an enterprise has at most one of them.
    pub enum AlertState {
        /// Nobody has acknowledged it yet.
        Open = "open", "待确认", "open";
        /// Somebody has acknowledged it and follows it up.
        Acknowledged = "acknowledged", "已确认", "acknowledged";
        /// The episode has ended.
        Resolved = "resolved", "已办结", "resolved";
    }

    /// How an episode ended. `Respected` is a good ending.
    pub enum Outcome {
        /// The enterprise stays.
        Retained = "retained", "留在本区", "stays";
        /// The enterprise has moved.
        Moved = "moved", "已迁出", "moved out";
        /// A part of the business has moved, the enterprise stays.
        MovedInPart = "moved_in_part", "部分迁出", "moved in part";
        /// The enterprise has moved with the district's help.
        Respected = "respected", "尊重企业选择，协助办理", "choice respected, move assisted";
        /// There was nothing to it; a note says why.
        FalseAlarm = "false_alarm", "误报", "false alarm";
        /// The enterprise has closed down.
        ClosedDown = "closed_down", "停业注销", "closed down";
    }
}

impl Outcome {
    /// Whether a note has to say why.
    pub const fn needs_note(self) -> bool {
        matches!(self, Self::FalseAlarm)
    }

    /// Where the enterprise stands after this ending.
    pub const fn enterprise_status(self) -> EnterpriseStatus {
        match self {
            Self::Moved | Self::Respected => EnterpriseStatus::MovedOut,
            Self::ClosedDown => EnterpriseStatus::Deregistered,
            Self::Retained | Self::MovedInPart | Self::FalseAlarm => EnterpriseStatus::Active,
        }
    }
}

/// How long an alert may stay open at its level and still be acknowledged in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerTimes {
    /// A red one.
    pub red: TimeDelta,
    /// An orange one.
    pub orange: TimeDelta,
    /// A yellow one.
    pub yellow: TimeDelta,
}

impl AnswerTimes {
    /// What holds unless the operator says otherwise **(system default)**: red four hours, orange a day, yellow three days.
    pub const SYSTEM_DEFAULT: Self =
        Self { red: TimeDelta::hours(4), orange: TimeDelta::hours(24), yellow: TimeDelta::hours(72) };

    /// The time for a level.
    pub const fn within(&self, level: Level) -> TimeDelta {
        match level {
            Level::Red => self.red,
            Level::Orange => self.orange,
            Level::Yellow | Level::None => self.yellow,
        }
    }

    /// Whether an alert that came to its level at `raised_at` has waited longer than that allows.
    pub fn is_late(&self, level: Level, raised_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        now - raised_at > self.within(level)
    }
}

impl AlertState {
    /// Whether the episode still runs.
    pub const fn is_unresolved(self) -> bool {
        !matches!(self, Self::Resolved)
    }

    /// The state after somebody acknowledges the alert. A second acknowledgement is refused, so that the first person
    /// is known.
    pub const fn acknowledge(self) -> Result<Self, AlertError> {
        match self {
            Self::Open => Ok(Self::Acknowledged),
            Self::Acknowledged => Err(AlertError::AlreadyAcknowledged),
            Self::Resolved => Err(AlertError::AlreadyResolved),
        }
    }

    /// The state after the episode ended with `outcome`, acknowledged before or not. A false alarm needs a `note`
    /// with at least one visible character.
    pub fn resolve(self, outcome: Outcome, note: Option<&str>) -> Result<Self, AlertError> {
        if self == Self::Resolved {
            return Err(AlertError::AlreadyResolved);
        }
        if outcome.needs_note() && note.is_none_or(|note| note.trim().is_empty()) {
            return Err(AlertError::NoteMissing);
        }
        Ok(Self::Resolved)
    }

    /// The state after the level rose: open again, because nobody has acknowledged the higher level yet.
    pub fn raise(self, from: Level, to: Level) -> Result<Self, AlertError> {
        if to <= from && self.is_unresolved() {
            return Err(AlertError::NotHigher);
        }
        self.harden()
    }

    /// The state after the first hard evidence joined: open again, because the person who acknowledged the alert knew
    /// of signs only.
    pub fn harden(self) -> Result<Self, AlertError> {
        if self.is_unresolved() { Ok(Self::Open) } else { Err(AlertError::AlreadyResolved) }
    }
}

/// Why something can't be done to an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", self.text(Language::En))]
pub enum AlertError {
    /// Somebody has acknowledged it already.
    AlreadyAcknowledged,
    /// The episode has ended; new evidence opens a new alert.
    AlreadyResolved,
    /// A false alarm must say why.
    NoteMissing,
    /// An alert is raised to a higher level only.
    NotHigher,
}

impl Explain for AlertError {
    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyAcknowledged => "alert_already_acknowledged",
            Self::AlreadyResolved => "alert_already_resolved",
            Self::NoteMissing => "outcome_note_missing",
            Self::NotHigher => "alert_level_not_higher",
        }
    }
    fn text(&self, language: Language) -> String {
        match self {
            Self::AlreadyAcknowledged => say::already_acknowledged(language),
            Self::AlreadyResolved => say::already_resolved(language),
            Self::NoteMissing => say::note_missing(language),
            Self::NotHigher => say::not_higher(language),
        }
    }
}

mod say {
    use crate::texts::texts;

    texts! {
        /// Somebody was first.
        already_acknowledged() {
            zh: "该预警已有人确认，无需重复确认；请在预警详情中查看确认人。",
            en: "This alert has been acknowledged already; its page shows who did.",
        }
        /// The episode has ended.
        already_resolved() {
            zh: "该预警已办结，不能再变更；出现新的证据时会另行预警。",
            en: "This alert is resolved and can't be changed; new evidence opens a new alert.",
        }
        /// A false alarm without its reason.
        note_missing() {
            zh: "以误报办结时请填写说明，写明为什么是误报。",
            en: "Say in the note why this was a false alarm.",
        }
        /// A raise to the same or a lower level.
        not_higher() {
            zh: "预警只能升级到更高的级别。",
            en: "An alert can only be raised to a higher level.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_alert_is_acknowledged_once() {
        assert_eq!(AlertState::Open.acknowledge(), Ok(AlertState::Acknowledged));
        assert_eq!(AlertState::Acknowledged.acknowledge(), Err(AlertError::AlreadyAcknowledged));
        assert_eq!(AlertState::Resolved.acknowledge(), Err(AlertError::AlreadyResolved));
    }

    #[test]
    fn an_unresolved_alert_is_resolved_acknowledged_or_not() {
        for state in [AlertState::Open, AlertState::Acknowledged] {
            assert!(state.is_unresolved());
            assert_eq!(state.resolve(Outcome::Retained, None), Ok(AlertState::Resolved));
        }
        assert_eq!(AlertState::Resolved.resolve(Outcome::Moved, None), Err(AlertError::AlreadyResolved));
    }

    #[test]
    fn only_a_false_alarm_needs_a_note() {
        for &outcome in Outcome::ALL {
            let bare = AlertState::Open.resolve(outcome, Some(" \u{3000}\n"));
            assert_eq!(bare.is_err(), outcome == Outcome::FalseAlarm, "{outcome}");
            assert_eq!(AlertState::Open.resolve(outcome, Some("误读了公告")), Ok(AlertState::Resolved));
        }
        assert_eq!(AlertState::Open.resolve(Outcome::FalseAlarm, None), Err(AlertError::NoteMissing));
    }

    #[test]
    fn a_raised_alert_waits_for_somebody_again() {
        assert_eq!(AlertState::Open.raise(Level::Orange, Level::Red), Ok(AlertState::Open));
        assert_eq!(AlertState::Acknowledged.raise(Level::Yellow, Level::Red), Ok(AlertState::Open));
        assert_eq!(AlertState::Open.raise(Level::Red, Level::Red), Err(AlertError::NotHigher));
        assert_eq!(AlertState::Open.raise(Level::Red, Level::Orange), Err(AlertError::NotHigher));
        assert_eq!(AlertState::Resolved.raise(Level::Orange, Level::Red), Err(AlertError::AlreadyResolved));
        assert_eq!(AlertState::Acknowledged.harden(), Ok(AlertState::Open));
        assert_eq!(AlertState::Resolved.harden(), Err(AlertError::AlreadyResolved));
    }

    #[test]
    fn the_ending_says_where_the_enterprise_stands() {
        let statuses: Vec<_> = Outcome::ALL.iter().map(|outcome| outcome.enterprise_status().as_str()).collect();
        assert_eq!(statuses, ["active", "moved_out", "active", "moved_out", "active", "deregistered"]);
        assert_eq!(Outcome::Respected.text(Language::Zh), "尊重企业选择，协助办理");
    }

    #[test]
    fn every_refusal_has_its_code_and_both_texts() {
        for error in [
            AlertError::AlreadyAcknowledged,
            AlertError::AlreadyResolved,
            AlertError::NoteMissing,
            AlertError::NotHigher,
        ] {
            assert!(error.code().chars().all(|c| c.is_ascii_lowercase() || c == '_'));
            assert_ne!(error.text(Language::Zh), error.text(Language::En));
            assert_eq!(error.to_string(), error.text(Language::En));
        }
    }
}
