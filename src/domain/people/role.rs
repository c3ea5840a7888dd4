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

codes! {
    /// One thing somebody may be allowed to do.
    pub enum Permission {
        /// Read enterprises and what belongs to them, within the own scope.
        ReadBusiness = "read_business", "查阅企业信息", "read enterprises and what belongs to them";
        /// Create and change enterprises.
        WriteEnterprises = "write_enterprises", "录入和修改企业", "create and change enterprises";
        /// Keep the contact persons of an enterprise and see their data unmasked.
        WriteContacts = "write_contacts", "维护企业联系人并查看完整信息", "keep contact persons and see their data unmasked";
        /// Say who serves an enterprise.
        AssignTeams = "assign_teams", "指定专班", "assign service teams";
        /// Log visits and withdraw them.
        LogVisits = "log_visits", "登记和撤回走访", "log and withdraw visits";
        /// Report signals and withdraw them.
        ReportSignals = "report_signals", "上报和撤回线索", "report and withdraw signals";
        /// Write tax receipts.
        WriteReceipts = "write_receipts", "写入税款", "write tax receipts";
        /// Acknowledge alerts.
        AcknowledgeAlerts = "acknowledge_alerts", "确认收到预警", "acknowledge alerts";
        /// Close alerts with an outcome.
        ResolveAlerts = "resolve_alerts", "办结预警", "close alerts with an outcome";
        /// Give directives on alerts.
        GiveDirectives = "give_directives", "批示预警", "give directives on alerts";
        /// Keep organisations.
        ManageOrganisations = "manage_organisations", "维护单位", "keep organisations";
        /// Keep the work calendar.
        ManageCalendar = "manage_calendar", "维护工作日历", "keep the work calendar";
        /// See the mail queue and send again.
        ManageMail = "manage_mail", "查看和重发邮件", "see the mail queue and send again";
        /// See how the background jobs are doing.
        SeeJobs = "see_jobs", "查看后台任务", "see the background jobs";
        /// Keep accounts and tokens.
        ManageAccounts = "manage_accounts", "维护账号和令牌", "keep accounts and tokens";
        /// See who works here: names, roles and organisations of accounts.
        ReadColleagues = "read_colleagues", "查看同事名录", "see colleagues with role and organisation";
        /// Read the change and access logs.
        ReadLogs = "read_logs", "查阅日志", "read the change and access logs";
        /// Read the feed of changes.
        ReadChangeFeed = "read_change_feed", "读取变更流", "read the change feed";
        /// See amounts as figures in whatever may be read **(system default)**; everybody else sees bands.
        SeeFigures = "see_figures", "查看具体金额", "see amounts as figures instead of bands";
    }
}

/// One permission: whether each role has it, then whether each scope of a service account has it, both in the order of their
/// declaration.
type Line = (Permission, [bool; Role::ALL.len()], [bool; TokenScope::ALL.len()]);

/// Who may do what.
#[rustfmt::skip]
const TABLE: [Line; Permission::ALL.len()] = {
    use Permission as P;
    const X: bool = true;
    const O: bool = false;
    [
        //                           steward
        //                           |  chief steward
        //                           |  |  finance
        //                           |  |  |  leader
        //                           |  |  |  |  supervisor
        //                           |  |  |  |  |  administrator
        //                           |  |  |  |  |  |  security administrator
        //                           |  |  |  |  |  |  |  auditor
        //                           |  |  |  |  |  |  |  |    enterprises:write
        //                           |  |  |  |  |  |  |  |    |  receipts:write
        //                           |  |  |  |  |  |  |  |    |  |  signals:write
        //                           |  |  |  |  |  |  |  |    |  |  |  read
        //                           |  |  |  |  |  |  |  |    |  |  |  |  figures:read
        //                           |  |  |  |  |  |  |  |    |  |  |  |  |  changes:read
        (P::ReadBusiness,           [X, X, X, X, X, O, O, O], [O, O, O, X, O, O]),
        (P::WriteEnterprises,       [O, X, X, O, O, O, O, O], [X, O, O, O, O, O]),
        (P::WriteContacts,          [X, X, O, X, O, O, O, O], [O, O, O, O, O, O]),
        (P::AssignTeams,            [O, X, O, X, O, O, O, O], [O, O, O, O, O, O]),
        (P::LogVisits,              [X, X, O, X, O, O, O, O], [O, O, O, O, O, O]),
        (P::ReportSignals,          [X, X, X, X, O, O, O, O], [O, O, X, O, O, O]),
        (P::WriteReceipts,          [O, O, X, O, O, O, O, O], [O, X, O, O, O, O]),
        (P::AcknowledgeAlerts,      [X, X, O, X, O, O, O, O], [O, O, O, O, O, O]),
        (P::ResolveAlerts,          [O, X, O, X, O, O, O, O], [O, O, O, O, O, O]),
        (P::GiveDirectives,         [O, O, O, X, O, O, O, O], [O, O, O, O, O, O]),
        (P::ManageOrganisations,    [O, O, O, O, O, X, O, O], [O, O, O, O, O, O]),
        (P::ManageCalendar,         [O, O, O, O, O, X, O, O], [O, O, O, O, O, O]),
        (P::ManageMail,             [O, O, O, O, O, X, O, O], [O, O, O, O, O, O]),
        (P::SeeJobs,                [O, O, O, O, O, X, O, O], [O, O, O, O, O, O]),
        (P::ManageAccounts,         [O, O, O, O, O, O, X, O], [O, O, O, O, O, O]),
        (P::ReadColleagues,         [X, X, X, X, X, X, X, O], [O, O, O, X, O, O]),
        (P::ReadLogs,               [O, O, O, O, O, O, O, X], [O, O, O, O, O, O]),
        (P::ReadChangeFeed,         [O, O, O, O, O, O, O, O], [O, O, O, O, O, X]),
        (P::SeeFigures,             [O, O, X, X, O, O, O, O], [O, O, O, O, X, O]),
    ]
};

fn line(permission: Permission) -> Option<&'static Line> {
    TABLE.iter().find(|(one, ..)| *one == permission)
}

impl Role {
    /// Whether the role includes the permission.
    pub fn may(self, permission: Permission) -> bool {
        line(permission).is_some_and(|(_, roles, _)| roles.get(self as usize) == Some(&true))
    }
}

impl TokenScope {
    /// Whether the scope includes the permission.
    pub fn may(self, permission: Permission) -> bool {
        line(permission).is_some_and(|(_, _, scopes)| scopes.get(self as usize) == Some(&true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_has_one_line() {
        let lines: Vec<Permission> = TABLE.iter().map(|(permission, ..)| *permission).collect();
        assert_eq!(lines, Permission::ALL);
    }

    #[test]
    fn administrators_hold_no_business_data() {
        for role in [Role::Administrator, Role::SecurityAdministrator, Role::Auditor] {
            assert!(!role.may(Permission::ReadBusiness));
            assert!(!role.may(Permission::SeeFigures));
        }
    }

    #[test]
    fn logs_are_the_auditors_alone() {
        for &role in Role::ALL {
            assert_eq!(role.may(Permission::ReadLogs), role == Role::Auditor);
        }
    }
}
