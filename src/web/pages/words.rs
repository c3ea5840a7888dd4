//! Texts that many pages share.

crate::texts::texts! {
    /// The common words of pages.
    Words {
        product() { zh: "税源清单与稳商留商", en: "Wellspring" }
        product_short() { zh: "稳商留商", en: "Wellspring" }
        skip() { zh: "跳到主要内容", en: "Skip to main content" }
        main_navigation() { zh: "主导航", en: "Main navigation" }
        bottom_navigation() { zh: "底部导航", en: "Bottom navigation" }
        position() { zh: "位置", en: "You are here" }
        back() { zh: "返回", en: "Back" }
        find_enterprise() { zh: "查找企业", en: "Find an enterprise" }
        find() { zh: "查找", en: "Find" }
        find_hint() { zh: "名称、首字母或代码", en: "Name, initials or code" }
        account() { zh: "我的账号", en: "My account" }
        sign_out() { zh: "退出登录", en: "Sign out" }
        dark() { zh: "显示：深色", en: "Display: dark" }
        light() { zh: "显示：浅色", en: "Display: light" }
        waiting() { zh: "条待确认", en: "to acknowledge" }
        overview() { zh: "总览", en: "Overview" }
        workbench() { zh: "工作台", en: "Workbench" }
        enterprises() { zh: "税源清单", en: "Enterprises" }
        alerts() { zh: "预警", en: "Alerts" }
        visits() { zh: "走访", en: "Visits" }
        log_visit() { zh: "登记走访", en: "Log a visit" }
        organisations() { zh: "单位", en: "Organisations" }
        mail_queue() { zh: "邮件队列", en: "Mail queue" }
        jobs() { zh: "后台任务", en: "Jobs" }
        calendar() { zh: "工作日历", en: "Calendar" }
        settings() { zh: "设置", en: "Settings" }
        users() { zh: "账号", en: "Accounts" }
        tokens() { zh: "接口令牌", en: "Tokens" }
        audit_log() { zh: "日志", en: "Logs" }
        imports() { zh: "导入记录", en: "Imports" }
        free_choice() { zh: "预警只用于及时服务，不影响企业办理迁移等任何手续。", en: "Alerts only help to serve enterprises in time. They delay no procedure of any enterprise, moving included." }
        logged_reads() { zh: "涉税信息依法保密，查看和导出都会留下记录。", en: "Tax data is confidential by law; reading and exporting it is recorded." }
        timeout_title() { zh: "即将自动退出", en: "You are about to be signed out" }
        timeout_text() { zh: "两分钟后将因无操作自动退出，填写的内容会保留在草稿里。", en: "You will be signed out for inactivity in two minutes. What you typed stays in the draft." }
        timeout_stay() { zh: "继续使用", en: "Stay signed in" }
        none() { zh: "—", en: "—" }
        save() { zh: "保存", en: "Save" }
        cancel() { zh: "取消", en: "Cancel" }
        edit() { zh: "编辑", en: "Edit" }
        all() { zh: "全部", en: "All" }
        search() { zh: "查询", en: "Search" }
        apply() { zh: "应用", en: "Apply" }
        reset() { zh: "重置", en: "Reset" }
        filters() { zh: "筛选", en: "Filters" }
        optional() { zh: "选填", en: "optional" }
        printed(person: &str, at: &str) { zh: "{person} 打印，内容截至 {at}", en: "Printed by {person}, as of {at}" }
        printed_tax_data(person: &str, at: &str) { zh: "{person} 打印，内容截至 {at}。涉税信息，请妥善保管", en: "Printed by {person}, as of {at}. Confidential tax data" }
        print() { zh: "打印", en: "Print" }
        show_data() { zh: "查看数据", en: "Show the data" }
        previous() { zh: "上一页", en: "Previous" }
        next() { zh: "下一页", en: "Next" }
        pages() { zh: "分页", en: "Pages" }
        drop_filter() { zh: "取消这个条件", en: "Drop this filter" }
        export() { zh: "导出", en: "Export" }
        page_number(number: impl std::fmt::Display) { zh: "第 {number} 页", en: "Page {number}" }
        fix_title(count: usize) { zh: "尚未保存，有 {count} 处需要修改", en: "Not saved: {count} to correct" }
        fix_hint() { zh: "您填写的内容已保留，修改后请再次提交。", en: "What you typed is kept. Correct it and send it again." }
        fix_prefix(count: usize) { zh: "有 {count} 处需要修改：", en: "{count} to correct: " }
        of_field(label: &str, text: &str) { zh: "{label}：{text}", en: "{label}: {text}" }
        not_done() { zh: "没有完成", en: "Not done" }
        stale() { zh: "在您填写时，他人修改了这条记录", en: "Somebody changed this while you were writing" }
        stale_text() { zh: "尚未保存。您填写的内容已保留；与现在的值不同之处已标出。核对后再次保存，即以您填写的为准。", en: "Not saved yet. What you typed is kept, and each field that differs shows its current value. Check them and save again to replace the current values." }
        meanwhile() { zh: "现在的值：", en: "Current value: " }
        sent_before() { zh: "这张表单已经提交过，内容与现在的不同，这一次没有保存。要另外新增一条，请再次提交。", en: "This form was sent before with other content; it was not saved this time. To add another record, send it again." }
        yes() { zh: "是", en: "yes" }
        no() { zh: "否", en: "no" }
        monday() { zh: "周一", en: "Monday" }
        tuesday() { zh: "周二", en: "Tuesday" }
        wednesday() { zh: "周三", en: "Wednesday" }
        thursday() { zh: "周四", en: "Thursday" }
        friday() { zh: "周五", en: "Friday" }
        saturday() { zh: "周六", en: "Saturday" }
        sunday() { zh: "周日", en: "Sunday" }
        today() { zh: "今天", en: "today" }
        days_ago(days: impl std::fmt::Display) { zh: "{days} 天前", en: "{days} days ago" }
        in_days(days: impl std::fmt::Display) { zh: "还有 {days} 天", en: "in {days} days" }
        minutes(count: impl std::fmt::Display) { zh: "{count} 分钟", en: "{count} min" }
        hours(count: impl std::fmt::Display) { zh: "{count} 小时", en: "{count} h" }
        hours_minutes(hours: impl std::fmt::Display, minutes: impl std::fmt::Display) { zh: "{hours} 小时 {minutes} 分", en: "{hours} h {minutes} min" }
        days(count: impl std::fmt::Display) { zh: "{count} 天", en: "{count} days" }
    }
}
