//! The kinds and the states of a mail in the outbox.

use crate::domain::codes::codes;

codes! {
    /// Why a mail is sent.
    pub enum MailKind {
        /// An alert was opened.
        AlertOpened = "alert_opened", "预警", "alert";
        /// An alert rose to a higher level, or has its first hard evidence.
        AlertRaised = "alert_raised", "预警升级", "alert raised";
        /// What an earlier mail said was withdrawn.
        Correction = "correction", "更正", "correction";
        /// A leader's directive on an alert.
        Directive = "directive", "批示", "directive";
        /// The alerts of one import, together.
        Digest = "digest", "预警汇总", "digest";
        /// The heads of the record, for the auditor to keep.
        RecordHeads = "record_heads", "记录链首", "heads of the record";
        /// A trial of the mail settings.
        Test = "test", "测试", "test";
    }

    /// The state of a mail.
    pub enum MailState {
        /// Waits for its next attempt.
        Pending = "pending", "待发送", "pending";
        /// A worker has it.
        Sending = "sending", "发送中", "sending";
        /// The mail server accepted it.
        Sent = "sent", "已发送", "sent";
        /// It was refused for good or given up; a person has to look.
        Dead = "dead", "发送失败", "failed";
        /// It was taken out of the queue, because the account it is for was deactivated.
        Cancelled = "cancelled", "已取消", "cancelled";
    }
}
