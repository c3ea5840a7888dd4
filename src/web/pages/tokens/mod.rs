//! Tokens of service accounts, for the security administrator: the list, issuing one, and revoking it.

pub mod issue;
pub mod list;
pub mod one;

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list::show)
        .service(list::export)
        .service(issue::blank)
        .service(issue::issue)
        .service(one::show)
        .service(one::revoke);
}

crate::texts::texts! {
    /// The words of the pages.
    TokenWords {
        lead() { zh: "供其他系统调用接口。权限按需给，到期自动失效，不用时吊销。", en: "For other systems that call the API. Give only the scopes they need; revoke tokens that are no longer used." }
        add() { zh: "签发令牌", en: "Issue a token" }
        name() { zh: "用途", en: "Purpose" }
        name_hint() { zh: "例如：市场监管局变更推送。日志里显示这个名字。", en: "For instance: changes from the market regulator. Logs show this name." }
        prefix() { zh: "开头几位", en: "Begins with" }
        scopes() { zh: "权限", en: "Scopes" }
        scopes_hint() { zh: "写入权限包含读回自己写入的企业。", en: "A write scope includes reading the enterprises that were written." }
        street() { zh: "限定街道", en: "Limited to" }
        whole() { zh: "全区", en: "The whole district" }
        street_hint() { zh: "限定后，只能读写这个街道的企业。", en: "A limited token reads and writes enterprises of this street office only." }
        expires() { zh: "有效期至", en: "Valid until" }
        expires_hint() { zh: "最长 366 天，到这一天结束时失效。", en: "366 days at most; the token expires at the end of this day." }
        state() { zh: "状态", en: "State" }
        active() { zh: "有效", en: "valid" }
        expired() { zh: "已到期", en: "expired" }
        revoked() { zh: "已吊销", en: "revoked" }
        issued_by() { zh: "签发人", en: "Issued by" }
        command_line() { zh: "命令行", en: "the command line" }
        issued_at() { zh: "签发时间", en: "Issued" }
        last_used() { zh: "最近使用", en: "Last used" }
        never() { zh: "从未使用", en: "never" }
        found(count: impl std::fmt::Display) { zh: "共 {count} 个令牌", en: "Tokens: {count}" }
        nothing() { zh: "还没有签发过令牌。", en: "No token was issued yet." }
        nothing_hint() { zh: "其他系统要调用接口时，在这里签发。", en: "Issue one here when another system is to call the API." }
        table() { zh: "令牌列表", en: "Table of tokens" }
        issue() { zh: "签发", en: "Issue" }
        issued() { zh: "令牌已签发", en: "The token was issued" }
        token() { zh: "令牌", en: "Token" }
        once() { zh: "令牌只显示这一次，离开此页后无法再看。请立即复制到调用方的密钥库，不要用邮件或聊天工具发送。", en: "The token is shown only once; you cannot see it again after this page. Copy it to the key store of the caller now. Do not send it by mail or chat." }
        copy_hint() { zh: "点一下即可全部选中，再复制。", en: "Click once to select all of it, then copy." }
        use_hint() { zh: "调用时放在请求头中：", en: "Callers send it in this header:" }
        told() { zh: "已保存，返回令牌", en: "Saved, back to the token" }
        revoke() { zh: "吊销令牌", en: "Revoke" }
        revoke_why() { zh: "立即失效，不能恢复。使用它的系统会马上无法调用接口；需要时另行签发。", en: "It stops working at once and cannot be restored. The system that uses it can no longer call the API; issue another token when needed." }
        sure() { zh: "我知道吊销后不能恢复", en: "I know that this cannot be undone" }
        sure_missing() { zh: "请先勾选确认。", en: "Tick the box first." }
        done_revoked() { zh: "令牌已吊销。", en: "The token was revoked." }
    }
}
