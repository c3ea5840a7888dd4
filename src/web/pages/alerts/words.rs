//! The texts of the pages about alerts.

use crate::{
    domain::watch::alert::{AlertState, Outcome},
    texts::Language,
    web::pages::format,
};

crate::texts::texts! {
    /// The words of the pages about alerts.
    AlertWords {
        level() { zh: "级别", en: "Level" }
        state() { zh: "状态", en: "State" }
        street() { zh: "街道", en: "Street office" }
        told_filter() { zh: "收件人", en: "Recipients" }
        without_recipient() { zh: "没有收件人", en: "Nobody was told" }
        with_recipient() { zh: "有收件人", en: "Somebody was told" }
        enterprise() { zh: "企业", en: "Enterprise" }
        main_factor() { zh: "主要风险因素", en: "Main factor" }
        opened() { zh: "发出时间", en: "Opened" }
        who() { zh: "确认人", en: "Acknowledged by" }
        waited() { zh: "等待", en: "Waiting" }
        late(age: &str) { zh: "超时，{age}", en: "Late: {age}" }
        found(total: impl std::fmt::Display) { zh: "共 {total} 条", en: "{total} alerts" }
        only_enterprise(name: &str) { zh: "只看：{name}", en: "Only: {name}" }
        only_outcome(name: &str) { zh: "结果：{name}", en: "Outcome: {name}" }
        only_period() { zh: "限定时段", en: "Limited to a period" }
        nothing() { zh: "没有符合条件的预警。", en: "No alert fits these filters." }
        nothing_hint() { zh: "企业出现外迁迹象时，预警会自动发出并出现在这里。", en: "An alert appears here as soon as an enterprise shows signs of moving." }
        caption() { zh: "预警，新的在前", en: "Alerts, latest first" }

        waiting_for(age: &str) { zh: "待确认，已等待 {age}。", en: "Not acknowledged yet, waiting for {age}." }
        waiting_late(age: &str) { zh: "待确认，已超时，已等待 {age}。", en: "Late: not acknowledged for {age}." }
        waiting_hint() { zh: "确认收到后由您跟进；企业办理任何手续都不受影响。", en: "Acknowledge it to follow it up yourself. No procedure of the enterprise is affected." }
        acknowledge() { zh: "确认收到", en: "Acknowledge" }
        acknowledged_by(name: &str, at: &str) { zh: "{name} 于 {at} 确认收到。", en: "Acknowledged by {name} on {at}." }
        resolved_by(name: &str, at: &str) { zh: "{name} 于 {at} 办结。", en: "Resolved by {name} on {at}." }
        resolved_by_system(at: &str) { zh: "所依据的记录已撤回，系统于 {at} 自动办结。", en: "The records it rested on were withdrawn; the system resolved it on {at}." }
        raised(at: &str) { zh: "{at} 起为这一级别", en: "at this level since {at}" }
        nobody_told() { zh: "这条预警没有收件人：企业没有专班，街道也没有可通知的总管家。", en: "Nobody could be mailed about this alert: the enterprise has no team, and its street office has no chief steward who can be mailed." }
        assign() { zh: "指派专班", en: "Assign a team" }

        key_facts() { zh: "要点", en: "Key facts" }
        tax() { zh: "近 12 个月入库（全口径）", en: "Tax of 12 months (all levels)" }
        destination() { zh: "去向", en: "Destination" }
        destination_unknown() { zh: "尚不清楚", en: "not known" }
        next_visit() { zh: "约定下次走访", en: "Next visit promised" }
        steward() { zh: "服务管家", en: "Steward" }
        unassigned() { zh: "未指派", en: "none" }
        story() { zh: "近期走访", en: "Recent visits" }
        story_none() { zh: "还没有走访记录。", en: "No visit is recorded yet." }
        story_note() { zh: "新的在前", en: "latest first" }
        met(name: &str) { zh: "接待人：{name}", en: "contact met: {name}" }
        reasons() { zh: "外迁原因", en: "Reasons for moving" }
        requests() { zh: "诉求", en: "Requests" }
        log_visit() { zh: "登记走访", en: "Log a visit" }
        evidence() { zh: "依据", en: "Evidence" }
        evidence_note(hard: usize, points: i32) { zh: "确凿因素 {hard} 项，另计 {points} 分", en: "hard factors: {hard}; points of the others: {points}" }
        evidence_caption() { zh: "本次预警的依据", en: "Evidence of this alert" }
        factor() { zh: "风险因素", en: "Factor" }
        finding() { zh: "依据", en: "Finding" }
        source() { zh: "来源", en: "Source" }
        hard() { zh: "确凿", en: "Hard" }
        points(points: i32) { zh: "计 {points} 分", en: "{points} points" }
        at_least(level: &str) { zh: "级别至少为{level}", en: "level {level} at least" }
        told() { zh: "通知了谁", en: "Who was told" }
        told_note() { zh: "送达：对方邮件服务器已接收", en: "delivered: accepted by the mail server" }
        told_none() { zh: "没有发过邮件。黄色预警只在系统内提示。", en: "No mail was sent. Yellow alerts are shown here only." }
        told_caption() { zh: "通知、送达与确认时间", en: "Mails: when they were delivered, and who acknowledged the alert" }
        recipient() { zh: "收件人", en: "Recipient" }
        recipient_settings() { zh: "系统备用邮箱", en: "fallback address" }
        mail() { zh: "邮件", en: "Mail" }
        sent() { zh: "发出", en: "Written" }
        delivered() { zh: "送达", en: "Delivered" }
        acknowledged_at() { zh: "确认收到", en: "Acknowledged" }
        directives() { zh: "批示", en: "Directives" }
        directive_note() { zh: "给专班，写明谁办、何时办", en: "to the team: who does what, by when" }
        directive_text() { zh: "批示内容", en: "Text of the directive" }
        directive_send() { zh: "发出批示", en: "Send" }
        directive_send_anyway() { zh: "仍按原文发出", en: "Send as it is" }
        directive_check() { zh: "发出前请核对措辞", en: "Check the wording before you send it" }
        directive_check_hint() { zh: "尚未发出，内容已保留。可以改写，也可以按原文发出，并一并记录。", en: "Not sent yet; your text is kept. Change it, or send it as it is; that is recorded." }
        directive_sent() { zh: "批示已发出，专班会收到邮件。", en: "The directive was sent. The team gets it by mail." }
        directive_kept() { zh: "原文照发，已记录提示", en: "sent as written; the hint is recorded" }
        outcome() { zh: "结果", en: "Outcome" }
        outcome_note() { zh: "填写结果后，预警随之办结", en: "resolves the alert" }
        outcome_missing() { zh: "请选择结果", en: "Choose an outcome" }
        note() { zh: "说明", en: "Note" }
        note_hint() { zh: "误报必须写明原因", en: "required for a false alarm" }
        resolve() { zh: "记录结果并办结", en: "Record and resolve" }
        respected_hint() { zh: "按清单协助企业办理税务、社保、员工子女转学等手续", en: "help with tax, social insurance, schools and the other formalities of a move" }
        false_alarm_hint() { zh: "须写明原因", en: "a reason is required" }
        history() { zh: "记录", en: "History" }
        colon() { zh: "：", en: ": " }

        first_come(name: &str, at: &str) { zh: "{name} 已于 {at} 确认收到并负责跟进，您无需再确认。", en: "{name} acknowledged it on {at} and follows it up; you need not." }
        already_resolved() { zh: "这条预警已经办结，没有再改动。结果见下。", en: "This alert is resolved already; nothing was changed. Its outcome is below." }
        changed_meanwhile() { zh: "您打开页面之后，这条预警有了变化（如新的依据或级别调整）。请查看下面的最新内容，再操作一次；您填写的内容已保留。", en: "The alert has changed since you opened this page (new evidence or another level). Read its current state below and try again; what you typed is kept." }
    }
}

/// The outcomes in the order in which they are offered: a move that was helped stands next to staying.
pub const OUTCOMES: [Outcome; 6] = [
    Outcome::Retained,
    Outcome::Respected,
    Outcome::MovedInPart,
    Outcome::Moved,
    Outcome::FalseAlarm,
    Outcome::ClosedDown,
];

impl AlertWords {
    /// What an outcome is called.
    pub(crate) fn of_outcome(self, outcome: Outcome) -> String {
        format::capital(outcome.text(self.0))
    }

    /// What a state is called.
    pub(crate) fn of_state(self, state: AlertState) -> String {
        format::capital(state.text(self.0))
    }

    pub(crate) const fn language(self) -> Language {
        self.0
    }
}
