//! The change and access logs and the state of their chain, for the auditor. Reading them is recorded too.

pub mod chain;
pub mod fields;
pub mod list;
pub mod row;

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config.service(list::show).service(chain::show);
}

crate::texts::catalogue! {
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
        chain_lead() { zh: "每条变更都带有前一条的校验值，改动、插入或删除任何一条都能被发现。密钥不在数据库里。", en: "Each change carries a hash of the one before it, so that altering, adding or removing any of them is found. The key is not in the database." }
        sealed() { zh: "已入链", en: "In the chain" }
        sealed_unit() { zh: "条变更", en: "changes" }
        unsealed() { zh: "等待入链", en: "Not in the chain yet" }
        unsealed_ok() { zh: "入链正常", en: "Sealing is up to date" }
        unsealed_many() { zh: "积压较多：请管理员查看服务日志", en: "Many changes wait to be sealed: ask the administrator to look at the service log" }
        verified() { zh: "最近一次核验", en: "Last verification" }
        verified_never() { zh: "从未核验", en: "never" }
        verified_whole(count: &str) { zh: "完整：{count} 条全部相符", en: "Intact: all {count} match" }
        verified_broken(count: &str) { zh: "发现问题：只有前 {count} 条相符", en: "Broken: only the first {count} match" }
        broken_strip() { zh: "最近一次核验发现记录被改动。请保全数据库和备份，并向上级报告。", en: "The last verification found that the record was altered. Keep the database and its backups safe, and report it." }
        head_hash() { zh: "链首校验值", en: "Hash at the end of the chain" }
        head_hint() { zh: "抄录或打印保存，以后可以证明末尾没有被截断。", en: "Keep it on paper: it proves later that the end was not cut off." }
        how() { zh: "如何核验", en: "How to verify" }
        how_text() { zh: "核验要从头读完全部记录，不在页面上进行。请管理员在服务器上运行下面的命令，结果会记入日志并显示在这里：", en: "A verification reads the record from its beginning, so it does not run on a page. The administrator runs this command on the server; the result is logged and shown here:" }
    }
}
