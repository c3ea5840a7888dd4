//! A factor: one rule that was met, with its threshold, its evidence and what it weighs. Its sentence for a person is
//! in `wording`.

use super::fading::Fading;
use super::{evidence::Evidence, evidence_key::EvidenceKey};
use crate::domain::codes::codes;
use crate::domain::watch::level::Level;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

codes! {
    /// The rules of the assessment. Records that a rule puts on a par count once, however many there are.
    pub enum RuleCode {
        /// Told in a visit: decided, or already moving.
        RelocationTold = "relocation_told", "走访获知外迁", "move told in a visit";
        /// File-transfer letter.
        FileTransferLetter = "file_transfer_letter", "收到调档函", "file-transfer letter";
        /// Address change to another district.
        AddressChangeFiling = "address_change_filing", "住所变更至区外", "address change to another district";
        /// Cross-province migration report.
        CrossProvinceMigration = "cross_province_migration", "跨省迁移报告", "cross-province migration";
        /// Competent tax authority changed.
        TaxAuthorityChanged = "tax_authority_changed", "主管税务机关变更", "tax authority changed";
        /// Registered address outside the district.
        RegisteredAddressOutside =
            "registered_address_outside", "注册地址已在区外", "registered address outside the district";
        /// Deregistration notice.
        DeregistrationNotice = "deregistration_notice", "注销公告", "deregistration notice";
        /// Told in a visit: considering a move.
        ConsideringTold = "considering_told", "走访获知考虑外迁", "considering a move told in a visit";
        /// Lease given up or space emptied.
        LeaseGivenUp = "lease_given_up", "退租或腾空", "lease given up";
        /// Rented area cut.
        AreaCut = "area_cut", "缩减租赁面积", "area cut";
        /// Lay-offs, wage arrears or a labour dispute.
        LabourTrouble = "labour_trouble", "裁员、欠薪或劳动争议", "lay-offs, wage arrears or labour dispute";
        /// Branch or subsidiary elsewhere.
        BranchElsewhere = "branch_elsewhere", "外地设立分支机构", "branch elsewhere";
        /// Legal representative or shareholder changed.
        OwnershipChanged = "ownership_changed", "法定代表人或股东变更", "representative or shareholder changed";
        /// Contact lost.
        ContactLost = "contact_lost", "联系不上", "contact lost";
        /// Recruiting or offices elsewhere.
        RecruitingElsewhere = "recruiting_elsewhere", "外地招聘或设点", "recruiting elsewhere";
        /// Head-count or insured staff down.
        InsuredDecline = "insured_decline", "员工或参保人数下降", "fewer employees or insured staff";
        /// Receipts down against the same months a year ago.
        TaxDecline = "tax_decline", "税收同比下降", "receipts down";
        /// No receipts after regular payment.
        NoReceipts = "no_receipts", "连续无入库", "no receipts";
        /// No visit for long.
        NoVisit = "no_visit", "久未走访", "no visit";
    }
}

impl RuleCode {
    /// Whether the rule alone means that a move has started.
    pub const fn is_hard(self) -> bool {
        matches!(
            self,
            Self::RelocationTold
                | Self::FileTransferLetter
                | Self::AddressChangeFiling
                | Self::CrossProvinceMigration
                | Self::TaxAuthorityChanged
                | Self::RegisteredAddressOutside
                | Self::DeregistrationNotice
        )
    }
}

/// From where on a rule is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "measure", rename_all = "snake_case")]
pub enum Threshold {
    /// One record, whenever it was.
    OneRecord,
    /// One record that is not older.
    OneRecordWithin {
        /// Days from the data date.
        days: u32,
    },
    /// A time without a visit.
    DaysWithoutVisit {
        /// Days since the last visit or the entry.
        days: u32,
    },
    /// A decline.
    Decline {
        /// At least this many percent.
        percent: u32,
    },
    /// A time without receipts after regular payment.
    MonthsWithoutReceipts {
        /// At least this many months in a row.
        months: u32,
        /// Receipts in at least this many …
        regular_at_least: u32,
        /// … of this many months before.
        regular_over_months: u32,
    },
}

/// One rule that was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Factor {
    /// The rule.
    pub rule: RuleCode,
    /// Whether it alone shows that a move has started.
    pub hard: bool,
    /// The least level it means by itself, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<Level>,
    /// The points it adds to the score, after fading; 0 for a factor with a floor.
    pub points: i32,
    /// The points before fading.
    pub full_points: i32,
    /// From where on the rule is met.
    pub threshold: Threshold,
    /// What it rests on, latest first; never empty.
    pub evidence: Vec<Evidence>,
}

impl Factor {
    /// A factor that means a level by itself; `None` without evidence.
    pub(super) fn with_floor(
        rule: RuleCode,
        floor: Level,
        threshold: Threshold,
        evidence: Vec<Evidence>,
    ) -> Option<Self> {
        let evidence = newest_first(evidence);
        let hard = rule.is_hard();
        (!evidence.is_empty()).then_some(Self {
            rule,
            hard,
            floor: Some(floor),
            points: 0,
            full_points: 0,
            threshold,
            evidence,
        })
    }

    /// A factor whose points fade with the age of its newest evidence; `None` when nothing is left of them.
    /// Evidence so old that it has no points of its own is left out.
    pub(super) fn fading(
        rule: RuleCode,
        full_points: i32,
        threshold: Threshold,
        mut evidence: Vec<Evidence>,
        fading: Fading,
    ) -> Option<Self> {
        evidence.retain(|item| fading.points(full_points, item.data_on) > 0);
        let evidence = newest_first(evidence);
        let points = fading.points(full_points, evidence.first()?.data_on);
        Some(Self { rule, hard: false, floor: None, points, full_points, threshold, evidence })
    }

    /// A factor that holds today as it did when it began, so that its points do not fade; `None` when the risk policy
    /// gives it no points.
    pub(super) fn lasting(rule: RuleCode, points: i32, threshold: Threshold, evidence: Evidence) -> Option<Self> {
        let evidence = vec![evidence];
        (points > 0).then_some(Self {
            rule,
            hard: false,
            floor: None,
            points,
            full_points: points,
            threshold,
            evidence,
        })
    }

    /// The same without exact figures, for readers who see bands.
    #[must_use]
    pub fn redacted(&self) -> Self {
        Self { evidence: self.evidence.iter().map(Evidence::redacted).collect(), ..self.clone() }
    }

    /// The day of the newest evidence.
    pub fn data_on(&self) -> Option<NaiveDate> {
        self.evidence.iter().map(|item| item.data_on).max()
    }

    /// The keys of its evidence.
    pub fn keys(&self) -> impl Iterator<Item = EvidenceKey> {
        self.evidence.iter().map(|item| item.key)
    }
}

/// Each piece of evidence once, latest first.
fn newest_first(mut evidence: Vec<Evidence>) -> Vec<Evidence> {
    evidence.sort_by_key(|item| (Reverse(item.data_on), item.key, item.signal, item.intent));
    evidence.dedup_by_key(|item| item.key);
    evidence
}

/// Whether there are exact figures among the evidence of factors, so that reading it goes on record.
pub fn hold_figures(factors: &[Factor]) -> bool {
    factors.iter().flat_map(|factor| &factor.evidence).any(|evidence| evidence.figures.is_some())
}
