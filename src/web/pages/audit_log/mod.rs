//! The change and access logs and the state of their chain, for the auditor. Reading them is recorded too.

pub mod chain;
pub mod list;
pub mod row;
pub mod values;

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config.service(list::show).service(chain::show);
}

crate::texts::texts! {
    /// The words of the pages.
    AuditWords {
        lead() { zh: "谁在什么时候改了什么、看了什么。记录只增不改，您的查阅也会记录。", en: "Who changed and who read what, and when. Records are only added; your reading is recorded too." }
        changes() { zh: "变更", en: "Changes" }
        accesses() { zh: "查阅", en: "Reads" }
        logs() { zh: "两种日志", en: "The two logs" }
        noun() { zh: "对象", en: "Object" }
        from() { zh: "起始日期", en: "From" }
        to() { zh: "截止日期", en: "To" }
        actor() { zh: "操作人", en: "Who" }
        actor_hint() { zh: "点击记录里的姓名即可筛选", en: "or click a name below" }
        enterprise() { zh: "企业代码或编号", en: "Credit code or id of the enterprise" }
        only(what: &str) { zh: "只看 {what}", en: "Only {what}" }
        clear() { zh: "取消", en: "remove" }
        nothing() { zh: "没有符合条件的记录。", en: "No record fits these filters." }
        nothing_hint() { zh: "可以放宽日期，或取消部分条件。", en: "Try a longer period, or fewer filters." }
        shown(count: usize) { zh: "本页 {count} 条，最新在前", en: "{count} on this page, latest first" }
        fields(count: usize) { zh: "{count} 项内容", en: "{count} fields" }
        field() { zh: "字段", en: "Field" }
        before() { zh: "之前", en: "Before" }
        after() { zh: "之后", en: "After" }
        hidden() { zh: "金额，不显示", en: "an amount, not shown" }
        personal() { zh: "个人信息", en: "personal" }
        history() { zh: "这个对象的记录", en: "All of this object" }
        of_enterprise() { zh: "该企业的记录", en: "All of this enterprise" }
        request() { zh: "请求编号", en: "Request" }
        object() { zh: "对象编号", en: "Id" }
        position() { zh: "链上位置", en: "Position in the chain" }
        waits() { zh: "等待入链", en: "not in the chain yet" }
        read(actor: &str, what: &str, noun: &str) { zh: "{actor}查阅了{noun}（{what}）", en: "{actor} read {noun} ({what})" }
        detail() { zh: "条件", en: "Filters or field" }
        more() { zh: "详情", en: "Details" }
        yes() { zh: "是", en: "yes" }
        no() { zh: "否", en: "no" }
        empty() { zh: "（空）", en: "(empty)" }
        none() { zh: "（无）", en: "(none)" }
        comma() { zh: "、", en: ", " }
        chain() { zh: "记录链状态", en: "State of the chain" }
    }
}
