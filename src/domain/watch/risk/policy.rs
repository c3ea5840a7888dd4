//! The thresholds, points and floors of the assessment, and the system default of each.
//!
//! No national thresholds are published, so a district may change every one of them.

use crate::domain::{fieldwork::signal::SignalKind, registry::enterprise::Tier, watch::level::Level};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

/// The highest score there is.
pub const MAX_SCORE: i32 = 100;

/// Everything a district may set about the assessment. A stored risk policy that lacks a setting takes its
/// default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RiskPolicy {
    /// From score and floors to the level.
    pub levels: LevelPolicy,
    /// How soft points fade.
    pub fading: FadingPolicy,
    /// What visits, and the lack of them, weigh.
    pub visits: VisitPolicy,
    /// What receipts weigh.
    pub receipts: ReceiptPolicy,
    /// What reported soft signals weigh.
    pub signals: SignalPolicy,
}

/// From score and floors to the level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LevelPolicy {
    /// Lowest score of yellow.
    pub yellow_from: i32,
    /// Lowest score of orange.
    pub orange_from: i32,
    /// Lowest score of red.
    pub red_from: i32,
    /// The least level of an enterprise with any hard evidence.
    pub hard_floor: Level,
    /// The least level of an enterprise that told a visitor it is considering a move.
    pub considering_floor: Level,
    /// For how many days after the visit that floor holds.
    pub considering_days: u32,
}

/// How soft points fade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FadingPolicy {
    /// After how many days from the data date half of the points are left.
    pub half_life_days: NonZeroU32,
}

/// What the lack of visits weighs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VisitPolicy {
    /// Days without a visit that count.
    pub days: u32,
    /// Points for them.
    pub points: i32,
    /// The same for key and for new enterprises.
    pub key_or_new_days: u32,
    /// Points for key and for new enterprises.
    pub key_or_new_points: i32,
    /// For how many days after its entry an enterprise is new.
    pub new_for_days: u32,
}

/// What receipts weigh. One-off taxes never take part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReceiptPolicy {
    /// A decline of this many percent against the same months a year ago counts.
    pub decline_percent: u32,
    /// Points for it.
    pub decline_points: i32,
    /// A decline of this many percent counts more.
    pub deep_decline_percent: u32,
    /// Points for the deep decline, instead of those of the smaller one.
    pub deep_decline_points: i32,
    /// Months in a row without receipts that count after regular payment.
    pub empty_months: u32,
    /// Points for them.
    pub empty_points: i32,
    /// Over how many months before the first empty one payment must have been regular.
    pub regular_over_months: u32,
    /// In how many of those months at least there were receipts.
    pub regular_at_least: u32,
    /// So many days after its end a treasury month with receipts is taken to be all here, although no source has said so.
    pub arrived_after_days: u32,
}

/// What reported soft signals weigh, in points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignalPolicy {
    /// Notice of the lease given, or the space emptied.
    pub lease_given_up: i32,
    /// Rented area cut.
    pub area_cut: i32,
    /// Lay-offs, wage arrears or a labour dispute.
    pub labour_trouble: i32,
    /// A branch or subsidiary set up elsewhere.
    pub branch_elsewhere: i32,
    /// Legal representative or shareholder changed.
    pub ownership_changed: i32,
    /// Contact lost.
    pub contact_lost: i32,
    /// Recruiting or offices elsewhere.
    pub recruiting_elsewhere: i32,
    /// Head-count or insured staff down.
    pub insured_decline: i32,
    /// From which decline of head-count or insured staff on, in percent, that signal is to be reported.
    pub insured_decline_percent: u32,
}

impl RiskPolicy {
    /// The risk policy of a district that has set nothing.
    pub fn system_default() -> Self {
        Self::default()
    }

    /// Whether nothing was changed, so that the product can say "system default".
    pub fn is_system_default(&self) -> bool {
        *self == Self::system_default()
    }

    /// The points of a soft signal before they fade; hard signals have a floor instead, and 0 points.
    pub const fn soft_points(&self, kind: SignalKind) -> i32 {
        let points = &self.signals;
        match kind {
            SignalKind::LeaseGivenUp => points.lease_given_up,
            SignalKind::AreaCut => points.area_cut,
            SignalKind::LayOffs | SignalKind::WageArrears | SignalKind::LabourDispute => points.labour_trouble,
            SignalKind::BranchElsewhere => points.branch_elsewhere,
            SignalKind::RepresentativeChanged | SignalKind::ShareholderChanged => points.ownership_changed,
            SignalKind::ContactLost => points.contact_lost,
            SignalKind::RecruitingElsewhere => points.recruiting_elsewhere,
            SignalKind::InsuredDecline => points.insured_decline,
            SignalKind::FileTransferLetter
            | SignalKind::AddressChangeFiling
            | SignalKind::CrossProvinceMigration
            | SignalKind::TaxAuthorityChanged
            | SignalKind::RegisteredAddressOutside
            | SignalKind::DeregistrationNotice => 0,
        }
    }
}

impl LevelPolicy {
    /// The level of a score, floors apart.
    pub const fn of_score(&self, score: i32) -> Level {
        if score >= self.red_from {
            Level::Red
        } else if score >= self.orange_from {
            Level::Orange
        } else if score >= self.yellow_from {
            Level::Yellow
        } else {
            Level::None
        }
    }
}

impl Default for LevelPolicy {
    fn default() -> Self {
        Self {
            yellow_from: 25,
            orange_from: 50,
            red_from: 75,
            hard_floor: Level::Red,
            considering_floor: Level::Orange,
            considering_days: 180,
        }
    }
}

impl Default for FadingPolicy {
    fn default() -> Self {
        Self { half_life_days: NonZeroU32::MIN.saturating_add(89) }
    }
}

impl VisitPolicy {
    /// Whether an enterprise is a new entry: it entered within the risk policy's days. Not new if its entry is unknown.
    pub fn is_new(&self, entered_on: Option<NaiveDate>, today: NaiveDate) -> bool {
        entered_on.is_some_and(|day| {
            let days = today.signed_duration_since(day).num_days();
            (0..=i64::from(self.new_for_days)).contains(&days)
        })
    }

    /// The days without a visit that count for an enterprise, and their points: sooner and more for key and for new ones.
    pub fn silence(&self, tier: Tier, entered_on: Option<NaiveDate>, today: NaiveDate) -> (u32, i32) {
        if tier == Tier::Key || self.is_new(entered_on, today) {
            (self.key_or_new_days, self.key_or_new_points)
        } else {
            (self.days, self.points)
        }
    }
}

impl Default for VisitPolicy {
    fn default() -> Self {
        Self { days: 90, points: 5, key_or_new_days: 30, key_or_new_points: 10, new_for_days: 365 }
    }
}

impl Default for ReceiptPolicy {
    fn default() -> Self {
        Self {
            decline_percent: 30,
            decline_points: 15,
            deep_decline_percent: 50,
            deep_decline_points: 30,
            empty_months: 2,
            empty_points: 20,
            regular_over_months: 6,
            regular_at_least: 5,
            arrived_after_days: 45,
        }
    }
}

impl Default for SignalPolicy {
    fn default() -> Self {
        Self {
            lease_given_up: 40,
            area_cut: 15,
            labour_trouble: 15,
            branch_elsewhere: 20,
            ownership_changed: 10,
            contact_lost: 20,
            recruiting_elsewhere: 15,
            insured_decline: 15,
            insured_decline_percent: 20,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn levels_begin_at_their_thresholds() {
        let levels = RiskPolicy::system_default().levels;
        let of = |score| levels.of_score(score);
        assert_eq!([of(0), of(24), of(25)], [Level::None, Level::None, Level::Yellow]);
        assert_eq!([of(49), of(50)], [Level::Yellow, Level::Orange]);
        assert_eq!([of(74), of(75), of(100)], [Level::Orange, Level::Red, Level::Red]);
    }

    #[test]
    fn a_stored_policy_takes_the_default_where_it_is_silent() {
        let stored: RiskPolicy = serde_json::from_str(r#"{"fading":{"half_life_days":30}}"#).unwrap();
        assert_eq!(stored.fading.half_life_days.get(), 30);
        assert_eq!(stored.signals, SignalPolicy::default());
        assert!(!stored.is_system_default());
        assert!(serde_json::from_str::<RiskPolicy>("{}").unwrap().is_system_default());
        assert_eq!(RiskPolicy::system_default().fading.half_life_days.get(), 90);
    }

    #[test]
    fn nonsense_in_a_stored_policy_is_refused() {
        assert!(serde_json::from_str::<RiskPolicy>(r#"{"fading":{"half_life_days":0}}"#).is_err());
        assert!(serde_json::from_str::<RiskPolicy>(r#"{"levels":{"pink_from":3}}"#).is_err());
    }

    #[test]
    fn soft_signals_have_points_and_hard_ones_none() {
        let policy = RiskPolicy::system_default();
        let points: Vec<_> = SignalKind::ALL.iter().map(|&kind| policy.soft_points(kind)).collect();
        assert_eq!(points, [0, 0, 0, 0, 0, 0, 40, 15, 15, 15, 15, 20, 10, 10, 20, 15, 15]);
    }
}
