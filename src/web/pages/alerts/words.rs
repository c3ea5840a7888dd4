//! What the pages about alerts say, and how an alert's life is put into words there.

use crate::{
    domain::alert::{AlertState, Outcome},
    texts::Language,
};

crate::texts::catalogue! {
    /// The words of the pages about alerts.
    AlertWords {
        open() { zh: "待确认", en: "Waiting" }
        acknowledged() { zh: "已确认", en: "Taken" }
        resolved() { zh: "已办结", en: "Ended" }
        level() { zh: "级别", en: "Level" }
        state() { zh: "状态", en: "State" }
        street() { zh: "街道", en: "Street office" }
        told_filter() { zh: "收件人", en: "Recipients" }
        without_recipient() { zh: "没有收件人", en: "Nobody told" }
        with_recipient() { zh: "有收件人", en: "Somebody told" }
        enterprise() { zh: "企业", en: "Enterprise" }
        cause() { zh: "起因", en: "Cause" }
        opened() { zh: "发出时间", en: "Opened" }
        who() { zh: "确认人", en: "Taken by" }
        waited() { zh: "等待", en: "Waiting" }
        late(age: &str) { zh: "超时，{age}", en: "Late: {age}" }
        found(total: impl std::fmt::Display) { zh: "共 {total} 条", en: "{total} alerts" }
        only_enterprise(name: &str) { zh: "只看：{name}", en: "Only: {name}" }
        only_outcome(name: &str) { zh: "结果：{name}", en: "Outcome: {name}" }
        only_period() { zh: "限定时段", en: "Of a period" }
        drop_filter() { zh: "取消这个条件", en: "Drop this filter" }
        nothing() { zh: "没有符合条件的预警。", en: "No alert fits these filters." }
        nothing_hint() { zh: "企业出现搬迁迹象时，预警会自动发出并出现在这里。", en: "Alerts appear here by themselves as soon as an enterprise shows signs of moving." }
        caption() { zh: "预警，新的在前", en: "Alerts, the newest first" }
        table() { zh: "预警表格", en: "Table of alerts" }

        waiting_for(age: &str) { zh: "待确认，已等 {age}。", en: "Waits for somebody to take it, for {age} so far." }
        waiting_late(age: &str) { zh: "待确认，已超时，等了 {age}。", en: "Late: has waited {age} for somebody to take it." }
        waiting_hint() { zh: "确认表示由您跟进；企业办理任何手续都不受影响。", en: "Taking it means you see to it; no procedure of the firm is affected." }
        take() { zh: "确认收到", en: "Take it" }
        taken_by(name: &str, at: &str) { zh: "{name} 于 {at} 确认。", en: "Taken by {name} on {at}." }
        ended_by(name: &str, at: &str) { zh: "{name} 于 {at} 办结。", en: "Ended by {name} on {at}." }
        ended_itself(at: &str) { zh: "所依据的记录已撤回，系统于 {at} 自动办结。", en: "What it rested on was withdrawn; ended by the system on {at}." }
        raised(at: &str) { zh: "{at} 到达这一级别", en: "at this level since {at}" }
        nobody_told() { zh: "这条预警没有人能收到邮件：企业没有专班，街道也没有可通知的总管家。", en: "Nobody could be mailed about this alert: the firm has no team, and its street office no chief steward who can be reached." }
        assign() { zh: "去指派专班", en: "Assign a team" }

        key_facts() { zh: "要点", en: "Key facts" }
        tax() { zh: "近 12 个月入库（全口径）", en: "Tax of 12 months (all levels)" }
        destination() { zh: "去向", en: "Destination" }
        destination_unknown() { zh: "还不清楚", en: "not known" }
        next_visit() { zh: "约定下次走访", en: "Next visit promised" }
        steward() { zh: "服务管家", en: "Steward" }
        unassigned() { zh: "未指派", en: "none" }
        story() { zh: "经过", en: "Story" }
        story_none() { zh: "还没有走访记录。", en: "No visit is on record yet." }
        story_note() { zh: "最近的走访，新的在前", en: "the latest visits first" }
        met(name: &str) { zh: "面谈：{name}", en: "met {name}" }
        reasons() { zh: "原因", en: "Reasons" }
        requests() { zh: "诉求", en: "Requests" }
        log_visit() { zh: "记一次走访", en: "Log a visit" }
        evidence() { zh: "依据", en: "Evidence" }
        evidence_note(hard: usize, points: i32) { zh: "硬信号 {hard} 项，另计 {points} 分", en: "{hard} hard, other signals {points} points" }
        evidence_caption() { zh: "本次预警的依据", en: "What this alert rests on" }
        signal() { zh: "信号", en: "Signal" }
        finding() { zh: "依据", en: "Finding" }
        source() { zh: "来源", en: "Source" }
        hard() { zh: "硬信号", en: "Hard" }
        points(points: i32) { zh: "计 {points} 分", en: "{points} points" }
        at_least(level: &str) { zh: "等级至少为{level}", en: "means at least {level}" }
        told() { zh: "通知了谁", en: "Who was told" }
        told_note() { zh: "送达：对方邮件服务器已接收", en: "delivered: accepted by the mail server" }
        told_none() { zh: "没有发过邮件。黄色预警只在系统内提示。", en: "No mail was sent. Yellow alerts are shown here only." }
        told_caption() { zh: "通知、送达与确认时间", en: "Mails, their delivery and who took the alert" }
        recipient() { zh: "收件人", en: "Recipient" }
        recipient_settings() { zh: "系统备用邮箱", en: "fallback address" }
        mail() { zh: "邮件", en: "Mail" }
        sent() { zh: "发出", en: "Written" }
        delivered() { zh: "送达", en: "Delivered" }
        confirmed() { zh: "确认", en: "Taken" }
        directives() { zh: "批示", en: "Directives" }
        directive_note() { zh: "给专班，写明谁办、何时办", en: "to the team: who does what, by when" }
        directive_text() { zh: "批示内容", en: "Text of the directive" }
        directive_send() { zh: "发出批示", en: "Send" }
        directive_send_anyway() { zh: "仍按原文发出", en: "Send as it is" }
        directive_check() { zh: "发出前请看一眼措辞", en: "Look at the wording before you send it" }
        directive_check_hint() { zh: "还没有发出，内容都在。可以改写，也可以保留原文发出，会一并记录。", en: "Not sent yet, your text is kept. Change it, or send it as it is; that is recorded." }
        directive_sent() { zh: "批示已发出，专班会收到邮件。", en: "The directive is on its way to the team." }
        directive_kept() { zh: "原文照发，已记录提示", en: "sent as written; the hint is on record" }
        outcome() { zh: "结果", en: "Outcome" }
        outcome_note() { zh: "有结果时填，预警随之办结", en: "ends the alert" }
        outcome_missing() { zh: "请选择结果", en: "Choose an outcome" }
        note() { zh: "说明", en: "Note" }
        note_hint() { zh: "误报必须写明原因", en: "a false alarm has to say why" }
        resolve() { zh: "记录结果并办结", en: "Record and end" }
        respected_hint() { zh: "按清单帮企业办税务、社保、员工子女转学等手续", en: "help with taxes, social insurance, schools and what else a move takes" }
        false_alarm_hint() { zh: "需写明原因", en: "say why" }
        history() { zh: "记录", en: "History" }
        colon() { zh: "：", en: ": " }

        first_come(name: &str, at: &str) { zh: "{name} 已在 {at} 确认，由他跟进，您不用再确认。", en: "{name} took it on {at} and sees to it; you need not." }
        already_ended() { zh: "这条预警已经办结，没有再改动。结果见下。", en: "This alert has ended; nothing was changed. Its outcome is below." }
        changed_meanwhile() { zh: "您打开页面之后，这条预警有了变化（如新的依据或级别调整）。请看过下面的最新内容，再操作一次；您填的内容都在。", en: "The alert has changed since you opened this page, by new evidence or another level. Read what is new below and do it once more; what you typed is still there." }

        retained() { zh: "留在本区", en: "Stays in the district" }
        respected() { zh: "尊重企业选择，协助办理", en: "Choice respected, move assisted" }
        moved_in_part() { zh: "部分迁出", en: "Moved in part" }
        moved() { zh: "已迁出", en: "Moved" }
        false_alarm() { zh: "误报", en: "False alarm" }
        closed_down() { zh: "已注销或停业", en: "Deregistered or closed" }
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
        match outcome {
            Outcome::Retained => self.retained(),
            Outcome::Respected => self.respected(),
            Outcome::MovedInPart => self.moved_in_part(),
            Outcome::Moved => self.moved(),
            Outcome::FalseAlarm => self.false_alarm(),
            Outcome::ClosedDown => self.closed_down(),
        }
    }

    /// What a state is called.
    pub(crate) fn of_state(self, state: AlertState) -> String {
        match state {
            AlertState::Open => self.open(),
            AlertState::Acknowledged => self.acknowledged(),
            AlertState::Resolved => self.resolved(),
        }
    }

    /// The language.
    pub(crate) const fn language(self) -> Language {
        self.0
    }
}
