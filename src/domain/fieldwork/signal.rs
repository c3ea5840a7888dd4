//! The kinds of signal that a person or another system reports about an enterprise.
//!
//! What a kind weighs is in `risk::policy`; what follows from a signal is in `risk`.

use crate::domain::codes::codes;

codes! {
    /// What was seen or filed. The first six are hard: any one of them shows that a move has started.
    pub enum SignalKind {
        /// The new district asks for the registration file (调档函).
        FileTransferLetter = "file_transfer_letter", "收到调档函", "file-transfer letter received";
        /// A change of address to another district was filed.
        AddressChangeFiling = "address_change_filing", "申请住所变更至区外", "address change to another district filed";
        /// A cross-province migration report was made to the tax authority.
        CrossProvinceMigration = "cross_province_migration", "跨省迁移报告", "cross-province migration reported";
        /// Another tax authority is competent now.
        TaxAuthorityChanged = "tax_authority_changed", "主管税务机关变更", "competent tax authority changed";
        /// The registered address in a new import lies outside the district.
        RegisteredAddressOutside =
            "registered_address_outside", "注册地址已在区外", "registered address outside the district";
        /// Deregistration was announced.
        DeregistrationNotice = "deregistration_notice", "注销公告", "deregistration notice";
        /// Notice of the lease was given, or the space was emptied.
        LeaseGivenUp = "lease_given_up", "退租或腾空", "lease given up or space emptied";
        /// The rented area was cut.
        AreaCut = "area_cut", "缩减租赁面积", "rented area cut";
        /// Staff were laid off.
        LayOffs = "lay_offs", "裁员", "lay-offs";
        /// Wages are in arrears.
        WageArrears = "wage_arrears", "欠薪", "wage arrears";
        /// A labour dispute.
        LabourDispute = "labour_dispute", "劳动争议", "labour dispute";
        /// A branch or subsidiary was set up elsewhere.
        BranchElsewhere = "branch_elsewhere", "在外地设立分支机构或子公司", "branch or subsidiary set up elsewhere";
        /// The legal representative changed.
        RepresentativeChanged = "representative_changed", "法定代表人变更", "legal representative changed";
        /// A shareholder changed.
        ShareholderChanged = "shareholder_changed", "股东变更", "shareholder changed";
        /// Nobody can be reached.
        ContactLost = "contact_lost", "联系不上", "contact lost";
        /// It recruits, or takes offices, elsewhere.
        RecruitingElsewhere = "recruiting_elsewhere", "在外地招聘或设立办公点", "recruiting or offices elsewhere";
        /// Head-count or the number of socially insured fell.
        InsuredDecline = "insured_decline", "员工或参保人数下降", "fewer employees or insured staff";
    }
}

impl SignalKind {
    /// Whether any one signal of this kind means that a move has started.
    pub const fn is_hard(self) -> bool {
        matches!(
            self,
            Self::FileTransferLetter
                | Self::AddressChangeFiling
                | Self::CrossProvinceMigration
                | Self::TaxAuthorityChanged
                | Self::RegisteredAddressOutside
                | Self::DeregistrationNotice
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_six_kinds_are_hard() {
        assert_eq!(SignalKind::ALL.len(), 17);
        for (position, kind) in SignalKind::ALL.iter().enumerate() {
            assert_eq!(kind.is_hard(), position < 6, "{kind}");
        }
    }
}
