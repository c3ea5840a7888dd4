//! The roles of people, the scopes of service accounts, and what each of them may do and see.

use crate::domain::codes::codes;

codes! {
    /// What a person does here. One role an account, so the three administrators exclude each other and everybody else.
    pub enum Role {
        /// Street-office or department staff who visit enterprises.
        Steward = "steward", "服务管家", "steward";
        /// Head of a street office or lead department.
        ChiefSteward = "chief_steward", "总管家", "chief steward";
        /// Imports receipts and reads figures of the whole district.
        Finance = "finance", "财税专员", "finance officer";
        /// District leader.
        Leader = "leader", "区领导", "district leader";
        /// Reads everything, changes nothing.
        Supervisor = "supervisor", "督查", "supervisor";
        /// Organisations, settings and the mail queue; no business data.
        Administrator = "administrator", "系统管理员", "administrator";
        /// Accounts, roles and tokens; no business data.
        SecurityAdministrator = "security_administrator", "安全管理员", "security administrator";
        /// The change and access logs, and nothing else.
        Auditor = "auditor", "审计管理员", "auditor";
    }

    /// What a service account may do. A write scope reads nothing: the answer to a write carries what was written. Figures are read
    /// with `read` beside `figures:read`.
    pub enum TokenScope {
        /// Create and change enterprises.
        EnterprisesWrite = "enterprises:write", "写入企业", "write enterprises";
        /// Write tax receipts.
        ReceiptsWrite = "receipts:write", "写入税款", "write receipts";
        /// Report signals.
        SignalsWrite = "signals:write", "写入线索", "write signals";
        /// Read business data, amounts as bands.
        Read = "read", "读取", "read";
        /// See amounts as figures in whatever may be read.
        FiguresRead = "figures:read", "读取金额", "read figures";
        /// Read the change feed.
        ChangesRead = "changes:read", "读取变更", "read changes";
    }
}

/// One thing somebody may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Read enterprises and what belongs to them, within the own scope.
    ReadBusiness,
    /// Create and change enterprises.
    WriteEnterprises,
    /// Keep the contact persons of an enterprise and see their data unmasked.
    WriteContacts,
    /// Say who serves an enterprise.
    AssignTeams,
    /// Log visits and withdraw them.
    LogVisits,
    /// Report signals and withdraw them.
    ReportSignals,
    /// Write tax receipts.
    WriteReceipts,
    /// Acknowledge alerts.
    AcknowledgeAlerts,
    /// Close alerts with an outcome.
    ResolveAlerts,
    /// Give directives on alerts.
    GiveDirectives,
    /// Keep organisations.
    ManageOrganisations,
    /// See the mail queue and send again.
    ManageMail,
    /// Keep accounts and tokens.
    ManageAccounts,
    /// See who works here: names, roles and organisations of accounts.
    ReadColleagues,
    /// Read the change and access logs.
    ReadLogs,
    /// Read the feed of changes.
    ReadChangeFeed,
}

impl Role {
    /// Whether the role includes the permission: the table of roles, line by line.
    pub const fn may(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::Steward => matches!(
                permission,
                P::ReadBusiness
                    | P::ReadColleagues
                    | P::LogVisits
                    | P::WriteContacts
                    | P::ReportSignals
                    | P::AcknowledgeAlerts
            ),
            Self::ChiefSteward => matches!(
                permission,
                P::ReadBusiness
                    | P::ReadColleagues
                    | P::LogVisits
                    | P::WriteContacts
                    | P::ReportSignals
                    | P::AcknowledgeAlerts
                    | P::ResolveAlerts
                    | P::AssignTeams
                    | P::WriteEnterprises
            ),
            Self::Finance => matches!(
                permission,
                P::ReadBusiness | P::ReadColleagues | P::WriteEnterprises | P::WriteReceipts | P::ReportSignals
            ),
            Self::Leader => matches!(
                permission,
                P::ReadBusiness
                    | P::ReadColleagues
                    | P::LogVisits
                    | P::WriteContacts
                    | P::ReportSignals
                    | P::AcknowledgeAlerts
                    | P::ResolveAlerts
                    | P::AssignTeams
                    | P::GiveDirectives
            ),
            Self::Supervisor => matches!(permission, P::ReadBusiness | P::ReadColleagues),
            Self::Administrator => matches!(permission, P::ManageOrganisations | P::ManageMail | P::ReadColleagues),
            Self::SecurityAdministrator => matches!(permission, P::ManageAccounts | P::ReadColleagues),
            Self::Auditor => matches!(permission, P::ReadLogs),
        }
    }

    /// Whether amounts are shown as figures **(system default)**; everybody else sees bands.
    pub const fn sees_figures(self) -> bool {
        matches!(self, Self::Finance | Self::Leader)
    }
}

impl TokenScope {
    /// Whether the scope includes the permission.
    pub const fn may(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::EnterprisesWrite => matches!(permission, P::WriteEnterprises),
            Self::ReceiptsWrite => matches!(permission, P::WriteReceipts),
            Self::SignalsWrite => matches!(permission, P::ReportSignals),
            Self::Read => matches!(permission, P::ReadBusiness | P::ReadColleagues),
            Self::FiguresRead => false,
            Self::ChangesRead => matches!(permission, P::ReadChangeFeed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administrators_hold_no_business_data() {
        for role in [Role::Administrator, Role::SecurityAdministrator, Role::Auditor] {
            assert!(!role.may(Permission::ReadBusiness));
            assert!(!role.sees_figures());
        }
    }

    #[test]
    fn logs_are_the_auditors_alone() {
        for &role in Role::ALL {
            assert_eq!(role.may(Permission::ReadLogs), role == Role::Auditor);
        }
    }
}
