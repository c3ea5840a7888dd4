//! The kinds of reads that are recorded: figures, personal data, the logs themselves, and exports.

use crate::domain::codes::codes;

codes! {
    /// What was read.
    pub enum Accessed {
        /// Amounts as figures.
        Figures = "figures", "金额", "figures";
        /// Unmasked personal data.
        PersonalData = "personal_data", "个人信息", "personal data";
        /// The change or access log.
        Logs = "logs", "日志", "logs";
        /// A file to take away.
        Export = "export", "导出", "export";
    }
}
