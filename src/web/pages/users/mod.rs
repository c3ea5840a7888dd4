//! Accounts, for the security administrator: the list, the form, and the actions on an account.

pub mod actions;
pub mod departure;
pub mod form;
pub mod list;
pub mod password;

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list::show)
        .service(list::export)
        .service(form::blank)
        .service(form::add)
        .service(form::show)
        .service(form::change);
    config.service(actions::reset_password).service(actions::unlock).service(actions::reactivate);
    config.service(departure::show).service(departure::deactivate);
}

crate::texts::texts! {
    /// The words of the pages.
    UserWords {
        lead() { zh: "一人一账号，一账号一角色。人员离开时停用账号，不删除，记录长期保留。", en: "One account per person, one role per account. Deactivate the account of a person who leaves; accounts are never deleted, and the record stays." }
        add() { zh: "新增账号", en: "Add an account" }
        q() { zh: "姓名或用户名", en: "Name or user name" }
        name() { zh: "姓名", en: "Name" }
        name_hint() { zh: "走访、预警和日志里显示的名字。", en: "What visits, alerts and logs show." }
        username() { zh: "用户名", en: "User name" }
        username_hint() { zh: "2 到 64 位小写字母、数字、汉字或 . _ -，建立后不能更改。", en: "2 to 64 small letters, digits, Chinese characters or . _ -; it cannot be changed later." }
        role() { zh: "角色", en: "Role" }
        role_hint() { zh: "更改角色会让此人立即退出登录。", en: "A change of role signs the person out at once." }
        own_role() { zh: "不能更改自己的角色，请由另一位安全管理员操作。", en: "You cannot change your own role; ask another security administrator." }
        organisation() { zh: "单位", en: "Organisation" }
        organisation_hint() { zh: "服务管家和总管家须属于街道或部门。", en: "Stewards and chief stewards belong to a street office or a department." }
        email() { zh: "电子邮箱", en: "E-mail" }
        email_hint() { zh: "预警邮件发到这里。", en: "Where alerts are mailed." }
        chinese() { zh: "中文", en: "Chinese" }
        english() { zh: "英文", en: "English" }
        page_language() { zh: "页面和邮件语言", en: "Language of pages and mails" }
        status() { zh: "状态", en: "State" }
        locked() { zh: "已锁定", en: "locked" }
        no_password() { zh: "无密码", en: "no password" }
        second_factor() { zh: "两步验证", en: "Second factor" }
        choose() { zh: "请选择", en: "Choose one" }
        create() { zh: "建立账号并生成一次性密码", en: "Add, with a one-time password" }
        found(count: impl std::fmt::Display) { zh: "共 {count} 个账号", en: "Accounts: {count}" }
        nothing() { zh: "没有符合条件的账号。", en: "No account fits these filters." }
        nothing_hint() { zh: "可以减少筛选条件，或新增一个账号。", en: "Try fewer filters, or add an account." }
        table() { zh: "账号列表", en: "Table of accounts" }
        own() { zh: "您自己", en: "you" }
        sign_in() { zh: "登录情况", en: "Sign-in" }
        password() { zh: "密码", en: "Password" }
        password_none() { zh: "还没有密码，不能登录", en: "none: the person cannot sign in" }
        password_once() { zh: "一次性密码，登录后须修改", en: "one-time, to be changed at sign-in" }
        password_set() { zh: "已设置", en: "set" }
        factor_on() { zh: "已开启", en: "on" }
        factor_off() { zh: "未开启", en: "off" }
        lock() { zh: "锁定", en: "Lock" }
        locked_until(at: &str) { zh: "登录失败过多，锁定至 {at}", en: "until {at}, after failed sign-ins" }
        not_locked() { zh: "没有锁定", en: "none" }
        unlock() { zh: "立即解锁", en: "Unlock now" }
        made() { zh: "建立时间", en: "Created" }
        changed() { zh: "最近修改", en: "Changed" }
        reset_title() { zh: "重置密码", en: "Reset the password" }
        reset_why() { zh: "生成新的一次性密码，只显示一次。此人会立即退出登录，登录后须自行修改密码。", en: "Creates a one-time password, shown once. The person is signed out at once and sets a new password at the next sign-in." }
        remove_factor() { zh: "同时取消两步验证", en: "Remove the second factor as well" }
        remove_factor_hint() { zh: "手机丢失或更换时使用。请先核实本人身份。", en: "For a lost or replaced phone. First make sure that you are talking to the account's owner." }
        reset() { zh: "生成一次性密码", en: "Create a one-time password" }
        leave_title() { zh: "停用账号", en: "Deactivate" }
        leave_why() { zh: "人员离开或换岗时停用：立即退出登录，不能再登录，走访和日志保留。", en: "For a person who leaves or changes work: signed out at once, can no longer sign in. Visits and logs stay." }
        leave() { zh: "停用账号", en: "Deactivate" }
        leave_of(name: &str) { zh: "停用“{name}”的账号", en: "Deactivate the account of {name}" }
        leave_teams(count: impl std::fmt::Display) { zh: "此人在 {count} 个服务专班中。请选择由谁接任；以后恢复账号时，专班不会自动转回。", en: "The person is on {count} service teams. Choose a successor. The teams do not come back when the account is reactivated." }
        leave_no_teams() { zh: "此人不在任何服务专班中，不需要安排接任。", en: "The person is on no service team; no successor is needed." }
        leave_undo() { zh: "以后可以恢复账号。", en: "The account can be reactivated later." }
        successor() { zh: "接任人", en: "Successor" }
        successor_hint() { zh: "角色相同的在用人员。", en: "Active people with the same role." }
        unassigned() { zh: "暂不安排接任", en: "Leave the places empty for now" }
        unassigned_hint() { zh: "专班中的位置先空着，由总管家另行指派。", en: "Chief stewards assign somebody later." }
        back_title() { zh: "恢复账号", en: "Reactivate" }
        back_why() { zh: "恢复后可用原来的密码登录；专班仍由接任人负责。", en: "The old password works again; the teams stay with the successors." }
        back() { zh: "恢复账号", en: "Reactivate" }
        done_saved() { zh: "已保存。", en: "Saved." }
        done_unlocked() { zh: "已解锁，可以登录了。", en: "Unlocked: the person can sign in again." }
        done_deactivated() { zh: "账号已停用，已退出登录。", en: "Deactivated and signed out." }
        done_reactivated() { zh: "账号已恢复。", en: "The account was reactivated." }
        made_title() { zh: "账号已建立", en: "The account was added" }
        reset_done() { zh: "密码已重置", en: "The password was reset" }
        once() { zh: "这个密码只显示这一次，离开此页后无法再看。请当面或电话告诉本人，不要用邮件或聊天工具发送。", en: "The password is shown only once; you cannot see it again after this page. Tell the person face to face or by phone. Do not send it by mail or chat." }
        one_time() { zh: "一次性密码", en: "One-time password" }
        copy_hint() { zh: "点一下即可全部选中，再复制。", en: "Click once to select all of it, then copy." }
        must_change() { zh: "首次登录后系统会要求修改密码。", en: "The person must change it at the first sign-in." }
        told() { zh: "已记下，返回账号", en: "Noted, back to the account" }
        factor_removed() { zh: "两步验证已取消。", en: "The second factor was removed." }
    }
}
