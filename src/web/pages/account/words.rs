//! The words of the account's pages.

crate::texts::texts! {
    /// The words of the account's pages.
    AccountWords {
        profile() { zh: "资料", en: "Profile" }
        username() { zh: "用户名", en: "User name" }
        name() { zh: "姓名", en: "Name" }
        role() { zh: "角色", en: "Role" }
        place() { zh: "单位", en: "Organisation" }
        kept_by() { zh: "姓名、角色和单位由安全管理员维护。", en: "The security administrator maintains name, role and organisation." }
        language() { zh: "页面和邮件的语言", en: "Language of pages and mails" }
        email() { zh: "接收预警的邮箱", en: "Mail address for alerts" }
        email_hint() { zh: "留空则收不到预警邮件。", en: "Without an address you get no alert mails." }
        save_profile() { zh: "保存资料", en: "Save the profile" }
        sign_in() { zh: "登录与安全", en: "Sign-in and security" }
        password() { zh: "密码", en: "Password" }
        password_until(day: &str) { zh: "有效期至 {day}", en: "Valid until {day}" }
        password_kept() { zh: "无需定期更换", en: "Does not expire" }
        change_password() { zh: "修改密码", en: "Change the password" }
        second_factor() { zh: "两步验证", en: "Second factor" }
        second_factor_on() { zh: "已启用", en: "On" }
        second_factor_off() { zh: "未启用", en: "Off" }
        manage() { zh: "设置", en: "Set up" }
        absence() { zh: "离岗与代理", en: "Absence and deputy" }
        absences() { zh: "离岗登记", en: "Absences" }
        present() { zh: "现在在岗", en: "You are at work now" }
        absent_until(day: &str) { zh: "离岗至 {day}", en: "Absent until {day}" }
        absence_about() { zh: "离岗期间，发给您的预警邮件也会发给代理人；办理时限照常计算，不等您回来。", en: "While you are absent, alert mails to you go to your deputy as well. Deadlines go on and do not wait for you." }
        absence_state() { zh: "登记离岗", en: "State an absence" }
        absence_from() { zh: "开始日期", en: "First day" }
        absence_until() { zh: "结束日期", en: "Last day" }
        absence_deputy() { zh: "代理人", en: "Deputy" }
        absence_deputy_hint() { zh: "代理人只会收到自己也能查看的企业的预警。", en: "The deputy gets alerts only of enterprises that the deputy may see." }
        absence_choose() { zh: "请选择", en: "Choose one" }
        absence_none() { zh: "没有登记过离岗。", en: "You have stated no absence." }
        absence_days(from: &str, until: &str) { zh: "{from} 至 {until}", en: "{from} to {until}" }
        absence_to() { zh: "至", en: "to" }
        absence_by(name: &str) { zh: "代理人 {name}", en: "deputy {name}" }
        absence_now() { zh: "离岗中", en: "absent now" }
        absence_ahead() { zh: "未开始", en: "to come" }
        absence_over() { zh: "已结束", en: "over" }
        absence_delete() { zh: "删除", en: "Delete" }
        absence_delete_of(days: &str) { zh: "删除离岗 {days}", en: "Delete the absence {days}" }
        no_deputy() { zh: "现在没有可以代理您的人。", en: "Nobody can stand in for you now." }
        done_absence() { zh: "离岗已登记。", en: "The absence was stated." }
        done_absence_deleted() { zh: "离岗登记已删除。", en: "The absence was deleted." }
        sessions() { zh: "登录的设备", en: "Devices signed in" }
        sessions_hint() { zh: "如有不认识的设备，请退出该设备并修改密码。", en: "If you do not know one of them, sign it out and change the password." }
        this_device() { zh: "本机", en: "this device" }
        opened(at: &str) { zh: "登录 {at}", en: "signed in {at}" }
        seen(at: &str) { zh: "最近使用 {at}", en: "last used {at}" }
        ends(at: &str) { zh: "最迟 {at} 自动退出", en: "ends {at} at the latest" }
        from(address: &str) { zh: "地址 {address}", en: "from {address}" }
        unknown_program() { zh: "其他程序", en: "Another program" }
        end_session() { zh: "退出", en: "Sign out" }
        end_session_of(program: &str, at: &str) { zh: "退出 {program}，登录于 {at}", en: "Sign out {program}, signed in {at}" }
        end_others() { zh: "退出其他全部设备", en: "Sign out all other devices" }
        tokens() { zh: "我签发的接口令牌", en: "Tokens I issued" }
        token_hint() { zh: "令牌供其他系统访问数据。不再需要的请吊销。", en: "Other systems use tokens to read and write data. Revoke tokens that are no longer needed." }
        no_tokens() { zh: "还没有签发过令牌。", en: "You have issued no token yet." }
        issue_token() { zh: "到“接口令牌”签发", en: "Issue one under Tokens" }
        token_until(day: &str) { zh: "有效期至 {day}", en: "valid until {day}" }
        token_used(at: &str) { zh: "最近使用 {at}", en: "last used {at}" }
        token_unused() { zh: "从未使用", en: "never used" }
        token_open() { zh: "有效", en: "valid" }
        token_revoked() { zh: "已吊销", en: "revoked" }
        token_expired() { zh: "已到期", en: "expired" }
        revoke() { zh: "吊销", en: "Revoke" }
        revoke_of(name: &str) { zh: "吊销 {name}", en: "Revoke {name}" }
        revoke_warning() { zh: "吊销后，使用它的系统立即不能访问，且不能恢复。", en: "The system that uses it loses access at once, and this cannot be undone." }
        revoke_for_good() { zh: "确定吊销", en: "Revoke" }
        done_profile() { zh: "资料已保存。", en: "The profile was saved." }
        done_password() { zh: "密码已修改，其他设备已全部退出。", en: "The password was changed, and all other devices were signed out." }
        done_second_factor_on() { zh: "两步验证已启用。下次登录时需要验证码。", en: "The second factor is on. The next sign-in asks for a code." }
        done_second_factor_off() { zh: "两步验证已关闭。", en: "The second factor is off." }
        done_session() { zh: "该设备已退出。", en: "The device was signed out." }
        done_sessions() { zh: "其他设备已全部退出。", en: "All other devices were signed out." }
        done_token() { zh: "令牌已吊销。", en: "The token was revoked." }
        secret_fields() { zh: "出于安全，密码需要重新填写。", en: "For security, enter the passwords again." }
        password_required() { zh: "您的密码是一次性的，或已经到期。请先设置新密码，然后继续使用。", en: "Your password was valid for one sign-in, or has expired. Set a new one to continue." }
        current_password() { zh: "当前密码", en: "Current password" }
        new_password() { zh: "新密码", en: "New password" }
        repeated() { zh: "再输入一次新密码", en: "The new password once more" }
        repeated_differs() { zh: "两次输入的新密码不一致，请重新输入。", en: "The two new passwords differ. Enter them again." }
        rules() { zh: "对新密码的要求", en: "Rules for the new password" }
        rule_length(min: usize, max: usize) { zh: "{min} 到 {max} 个字符，可以用中文和空格", en: "{min} to {max} characters; spaces and any script are allowed" }
        rule_kinds(min: usize) { zh: "大写字母、小写字母、数字、其他字符中至少 {min} 类", en: "at least {min} of these kinds: capitals, small letters, digits, others" }
        rule_username() { zh: "不含用户名", en: "without your user name" }
        rule_common() { zh: "不是常见密码，不是键盘顺序或重复", en: "no common password, keyboard pattern or repetition" }
        rule_differs() { zh: "与当前密码不同", en: "different from the current password" }
        rule_age(days: u32) { zh: "每 {days} 天更换一次", en: "to be changed every {days} days" }
        sessions_end() { zh: "修改后，其他设备会全部退出。", en: "Changing it signs out all other devices." }
        save_password() { zh: "修改密码", en: "Change the password" }
        factor_about() { zh: "启用后，登录时除密码外还要输入验证器应用显示的六位验证码。即使密码泄露，他人也无法登录。", en: "Once it is on, signing in needs the password and the six digits that an authenticator app shows. A stolen password alone is not enough." }
        factor_apps() { zh: "可用任何支持 TOTP 的验证器应用。它不需要联网，也不会连接其他网站。", en: "Any authenticator app that supports TOTP works. It needs no network." }
        factor_begin() { zh: "开始启用", en: "Begin" }
        factor_scan() { zh: "用验证器应用扫描二维码", en: "Scan the QR code with the authenticator app" }
        factor_qr() { zh: "两步验证的二维码", en: "QR code of the second factor" }
        factor_type() { zh: "不能扫描？手工输入密钥", en: "Cannot scan? Enter the secret" }
        factor_secret() { zh: "密钥（确认后不再显示）", en: "Secret (not shown again after confirmation)" }
        factor_code() { zh: "输入应用显示的六位验证码", en: "Enter the six digits the app shows" }
        factor_code_label() { zh: "验证码", en: "Code" }
        factor_confirm() { zh: "确认启用", en: "Switch on" }
        factor_again() { zh: "重新开始", en: "Start again" }
        factor_again_hint() { zh: "应用里没有这个账号？重新开始会给出新的二维码。", en: "Not in the app yet? Starting again gives a new QR code." }
        factor_lost() { zh: "手机丢失时，请安全管理员重置密码并关闭两步验证。", en: "If you lose the phone, the security administrator resets the password and switches the second factor off." }
        factor_is_on() { zh: "两步验证已启用：登录时要输入验证码。", en: "The second factor is on: signing in asks for a code." }
        factor_off_title() { zh: "关闭两步验证", en: "Switch off" }
        factor_off_hint() { zh: "关闭后只凭密码即可登录。更换手机时，先关闭再重新启用。", en: "After that you sign in with the password alone. For a new phone, switch it off and on again." }
        factor_off() { zh: "关闭两步验证", en: "Switch the second factor off" }
    }
}

impl AccountWords {
    /// What was done, by the code in the address.
    pub(super) fn done(self, code: &str) -> Option<String> {
        Some(match code {
            "profile" => self.done_profile(),
            "password" => self.done_password(),
            "second-factor-on" => self.done_second_factor_on(),
            "second-factor-off" => self.done_second_factor_off(),
            "session" => self.done_session(),
            "sessions" => self.done_sessions(),
            "token" => self.done_token(),
            "absence" => self.done_absence(),
            "absence-deleted" => self.done_absence_deleted(),
            _ => return None,
        })
    }
}
