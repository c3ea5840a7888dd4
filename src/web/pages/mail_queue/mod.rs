//! The mail queue, for the administrator: envelope, state, attempts and error of each mail, never its subject or content.

pub mod list;
pub mod one;

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config.service(list::show).service(list::export).service(one::show).service(one::resend);
}

crate::texts::texts! {
    /// The words of the pages.
    MailWords {
        lead() { zh: "只显示信封、状态和错误，不显示主题和内容。", en: "Envelope, state and error. Subject and content are not shown here." }
        kind() { zh: "种类", en: "Kind" }
        state() { zh: "状态", en: "State" }
        to() { zh: "收件人", en: "To" }
        attempts() { zh: "尝试次数", en: "Attempts" }
        written() { zh: "写入时间", en: "Written" }
        sent() { zh: "发出时间", en: "Sent" }
        next_attempt() { zh: "下次尝试", en: "Next attempt" }
        error() { zh: "最近的错误", en: "Last error" }
        no_error() { zh: "无", en: "none" }
        cancelled() { zh: "取消原因", en: "Why cancelled" }
        attempts_title() { zh: "历次尝试", en: "Attempts" }
        attempts_none() { zh: "尚未尝试发送。", en: "No attempt was made yet." }
        attempts_before() { zh: "升级前的尝试没有逐次记录。", en: "Attempts before the upgrade were not recorded one by one." }
        began() { zh: "开始", en: "Began" }
        ended(at: &str) { zh: "{at} 结束", en: "ended {at}" }
        outcome() { zh: "结果", en: "Outcome" }
        under_way() { zh: "进行中或已中断，结果未知", en: "under way or broken off: outcome unknown" }
        answer() { zh: "答复", en: "Answer" }
        message_id() { zh: "邮件编号（Message-ID）", en: "Message-ID" }
        account() { zh: "收件账号", en: "Account" }
        no_account() { zh: "设置中的地址，不属于任何账号", en: "an address of the settings, not of an account" }
        tabs() { zh: "按状态", en: "By state" }
        found(count: impl std::fmt::Display) { zh: "共 {count} 封", en: "Mails: {count}" }
        nothing() { zh: "没有这样的邮件。", en: "There is no such mail." }
        nothing_unsent() { zh: "没有积压：所有邮件都已发出。", en: "No mail waits: all were sent." }
        table() { zh: "邮件列表", en: "Table of mails" }
        title() { zh: "一封邮件", en: "Mail" }
        oldest(waited: &str) { zh: "最早未发出的邮件已等了 {waited}。", en: "The oldest unsent mail has waited for {waited}." }
        see_unsent() { zh: "查看待发邮件", en: "Show unsent mails" }
        dead_strip(count: impl std::fmt::Display) { zh: "有 {count} 封邮件发送失败，需要处理：请先查看错误，改正收件地址或邮件服务器后再重发。", en: "Failed mails: {count}. Read the error, correct the address or the mail server, then send them again." }
        see_dead() { zh: "查看失败邮件", en: "Show failed mails" }
        resend() { zh: "重新发送", en: "Send again" }
        resend_hint() { zh: "内容和编号不变，收件人不会收到内容不同的两封；按收件账号现在的邮箱发送。所述事项已结束的，不再发出。", en: "The content and the Message-ID stay the same, so that nobody gets two different mails. It goes to the address the account has now; if what it says is over, it is cancelled instead." }
        dead_why() { zh: "这封邮件已不再自动重试。常见原因：地址不存在、被对方拒收，或邮件服务器长时间不可用。", en: "The system no longer retries this mail. Usual reasons: the address does not exist, the other side refuses the mail, or the mail server was unavailable for too long." }
        pending_why() { zh: "系统会自动重试，不需要人工处理。", en: "The system retries it; you need not do anything." }
        done_resent() { zh: "已放回队列，马上重新发送。", en: "It is back in the queue and will be sent at once." }
    }
}
