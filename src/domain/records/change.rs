//! What a recorded change is about, and who may read its fields.

use crate::{
    domain::{codes::codes, operation::deadline::DeadlineKind, people::actor::ActorReference},
    texts::Language,
};

codes! {
    /// What changed.
    pub enum Noun {
        /// An organisation.
        Organisation = "organisation", "单位", "organisation";
        /// An account.
        User = "user", "账号", "account";
        /// A session.
        Session = "session", "会话", "session";
        /// An API token.
        Token = "token", "令牌", "token";
        /// A saved view of the list of enterprises.
        SavedView = "saved_view", "视图", "saved view";
        /// An absence of a person.
        Absence = "absence", "离岗", "absence";
        /// A day of the work calendar.
        CalendarDay = "calendar_day", "日历日", "calendar day";
        /// An enterprise.
        Enterprise = "enterprise", "企业", "enterprise";
        /// A contact person.
        Contact = "contact", "联系人", "contact";
        /// A service team.
        Team = "team", "专班", "service team";
        /// A visit.
        Visit = "visit", "走访", "visit";
        /// A signal.
        Signal = "signal", "线索", "signal";
        /// Tax receipts, one change a batch.
        Receipt = "receipt", "入库税款", "tax receipts";
        /// An import of a file.
        Import = "import", "导入", "import";
        /// An alert.
        Alert = "alert", "预警", "alert";
        /// A directive on an alert.
        Directive = "directive", "批示", "directive";
        /// A mail.
        Mail = "mail_message", "邮件", "mail";
        /// The change and access logs; only ever read.
        AuditLog = "audit_log", "审计日志", "audit log";
        /// The chains that tie the records of each log together: verified, and resumed after a log was put back.
        AuditChain = "audit_chain", "审计链", "audit chain";
    }

    /// What happened to it.
    pub enum Action {
        /// It was made.
        Created = "created", "新建", "created";
        /// Fields of it were changed.
        Updated = "updated", "修改", "updated";
        /// It was taken out for good.
        Deleted = "deleted", "删除", "deleted";
        /// It was declared a mistake.
        Withdrawn = "withdrawn", "撤回", "withdrawn";
        /// It was assigned.
        Assigned = "assigned", "指派", "assigned";
        /// It was opened.
        Opened = "opened", "发出", "opened";
        /// Its level rose.
        Raised = "raised", "升级", "raised";
        /// More evidence joined it.
        Joined = "joined", "补充证据", "evidence joined";
        /// Evidence was withdrawn and its level fell.
        Lowered = "lowered", "降级", "lowered";
        /// What it promised or asked for was not done in time.
        Overdue = "overdue", "逾期", "overdue";
        /// Somebody took note of it.
        Acknowledged = "acknowledged", "确认收到", "acknowledged";
        /// It was closed with an outcome.
        Resolved = "resolved", "办结", "resolved";
        /// It was merged into another.
        Merged = "merged", "合并", "merged";
        /// It can no longer be used.
        Deactivated = "deactivated", "停用", "deactivated";
        /// It can be used again.
        Reactivated = "reactivated", "恢复", "reactivated";
        /// A new password was set.
        PasswordChanged = "password_changed", "改密", "password changed";
        /// A second factor was switched on or off.
        SecondFactorChanged = "second_factor_changed", "两步验证变更", "second factor changed";
        /// Somebody signed in.
        SignedIn = "signed_in", "登录", "signed in";
        /// Somebody signed out, or was signed out.
        SignedOut = "signed_out", "退出", "signed out";
        /// Somebody tried to sign in and was refused.
        SignInRefused = "sign_in_refused", "登录被拒", "sign-in refused";
        /// It was revoked.
        Revoked = "revoked", "吊销", "revoked";
        /// A file was taken over.
        Imported = "imported", "导入", "imported";
        /// A mail is sent once more.
        Resent = "resent", "重发", "resent";
        /// Its sealing went on after it had been put back.
        Resumed = "resumed", "恢复封存", "resumed";
    }

    /// Who may read a field of a change.
    pub enum FieldClass {
        /// Everybody who may read the noun.
        Public = "public", "公开", "public";
        /// People and systems that see figures.
        Amount = "amount", "金额", "amount";
        /// People who may read the noun; other systems learn only that it changed. What a person wrote.
        Text = "text", "文字", "text";
        /// Nobody through feeds; the auditor in the log.
        Personal = "personal", "个人信息", "personal";
    }
}

/// What happened, as a person says it: who did what to what. `reference` and `name` are the actor as recorded; alerts
/// move by themselves, so their sentence names the system, and the actor as the one whose record it followed.
pub fn sentence(language: Language, reference: &str, name: &str, noun: Noun, action: Action) -> String {
    let moves_by_itself = matches!(action, Action::Opened | Action::Raised | Action::Joined | Action::Lowered);
    let moved_by_system = action == Action::Overdue || (noun == Noun::Alert && moves_by_itself);
    let acted_itself = reference.parse() == Ok(ActorReference::System);
    let actor = &match (moved_by_system, acted_itself) {
        (true, true) => say::system(language, name),
        (true, false) => say::system_following(language, name),
        (false, _) => name.to_owned(),
    };
    let is_promise = (noun, action) == (Noun::Visit, Action::Overdue);
    let noun = if is_promise { DeadlineKind::PromisedVisit.text(language) } else { noun.text(language) };
    let done = action.text(language);
    match action {
        Action::Joined => say::joined(language, actor, noun),
        Action::Overdue => say::overdue(language, actor, noun),
        Action::Assigned => say::assigned(language, actor, noun),
        Action::SignedIn | Action::SignedOut | Action::SignInRefused => say::alone(language, actor, done),
        Action::PasswordChanged | Action::SecondFactorChanged => say::of_noun(language, actor, noun, done),
        _ => say::plain(language, actor, noun, done),
    }
}

mod say {
    crate::texts::texts! {
        system(name: &str) { zh: "系统（{name}）", en: "the system ({name})" }
        system_following(name: &str) { zh: "系统（依据{name}的记录）", en: "the system (following a record by {name})" }
        plain(actor: &str, noun: &str, done: &str) { zh: "{actor}{done}了{noun}", en: "{noun} {done} by {actor}" }
        of_noun(actor: &str, noun: &str, done: &str) { zh: "{actor}：{noun}{done}", en: "{noun}: {done} by {actor}" }
        alone(actor: &str, done: &str) { zh: "{actor}{done}", en: "{actor}: {done}" }
        joined(actor: &str, noun: &str) { zh: "{actor}为{noun}补充了证据", en: "evidence joined to the {noun} by {actor}" }
        overdue(actor: &str, noun: &str) { zh: "{actor}：{noun}已逾期", en: "{noun} overdue, noted by {actor}" }
        assigned(actor: &str, noun: &str) { zh: "{actor}指派了{noun}", en: "{noun} assigned by {actor}" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_names_who_and_what() {
        for &noun in Noun::ALL {
            for &action in Action::ALL {
                for language in [Language::Zh, Language::En] {
                    let sentence = sentence(language, "user:1", "王芳", noun, action);
                    assert!(sentence.contains("王芳"), "{sentence}");
                }
            }
        }
        let of = |language, name, noun, action| sentence(language, "user:1", name, noun, action);
        assert_eq!(of(Language::Zh, "王芳", Noun::Visit, Action::Withdrawn), "王芳撤回了走访");
        assert_eq!(of(Language::En, "Wang Fang", Noun::Visit, Action::Created), "visit created by Wang Fang");
    }

    #[test]
    fn an_alert_that_moves_by_itself_is_an_act_of_the_system() {
        let of = |reference, name, action| sentence(Language::Zh, reference, name, Noun::Alert, action);
        assert_eq!(of("user:1", "王芳", Action::Opened), "系统（依据王芳的记录）发出了预警");
        assert_eq!(of("system", "夜间评估", Action::Joined), "系统（夜间评估）为预警补充了证据");
        assert_eq!(of("user:1", "王芳", Action::Acknowledged), "王芳确认收到了预警");
        let english = sentence(Language::En, "user:1", "Wang Fang", Noun::Alert, Action::Raised);
        assert_eq!(english, "alert raised by the system (following a record by Wang Fang)");
    }

    #[test]
    fn what_is_overdue_is_an_act_of_the_system() {
        let of = |language, name| sentence(language, "system", name, Noun::Visit, Action::Overdue);
        let chinese = of(Language::Zh, "依据王芳 2026-11-18 的走访");
        assert_eq!(chinese, "系统（依据王芳 2026-11-18 的走访）：约定走访已逾期");
        let english = of(Language::En, "on the visit of Wang Fang, 2026-11-18");
        assert_eq!(english, "promised visit overdue, noted by the system (on the visit of Wang Fang, 2026-11-18)");
    }
}
