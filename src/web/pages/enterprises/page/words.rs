//! The words of the page of an enterprise.

use crate::texts::Language;

crate::texts::texts! {
    /// The words of the page of an enterprise.
    PageWords {
        log_visit() { zh: "登记走访", en: "Log a visit" }
        see_alert() { zh: "查看预警", en: "See the alert" }
        facts() { zh: "基本情况", en: "Basic data" }
        uscc() { zh: "统一社会信用代码", en: "Credit code" }
        industry() { zh: "行业", en: "Industry" }
        registered() { zh: "注册地址", en: "Registered address" }
        operating() { zh: "经营地址", en: "Operating address" }
        authority() { zh: "主管税务机关", en: "Tax authority" }
        street() { zh: "所属街道", en: "Street office" }
        entered() { zh: "入驻日期", en: "Entered the district" }
        status() { zh: "状态", en: "Status" }
        presence_evidence() { zh: "纳税经营情况依据", en: "Evidence of tax and operating presence" }
        stated() { zh: "（纳税经营情况为人工指定）", en: " (the class was set by hand)" }
        tax_year(year: i32) { zh: "{year} 年入库（全口径）", en: "Tax of {year}, all levels" }
        district_part() { zh: "其中区级留成", en: "District's share" }
        wan(amount: &str) { zh: "{amount} 万元", en: "CNY {amount} × 10,000" }
        last_visit() { zh: "最近走访", en: "Last visit" }
        next_visit() { zh: "约定下次走访", en: "Next visit promised" }
        never() { zh: "从未走访", en: "never" }
        source() { zh: "数据来源", en: "Source of the data" }
        as_of(source: &str, day: impl std::fmt::Display) { zh: "{source}，{day}", en: "{source}, {day}" }
        key() { zh: "重点税源", en: "key tax source" }
        new_entry() { zh: "新入驻", en: "new entry" }
        risk() { zh: "风险及依据", en: "Risk and evidence" }
        assessed(day: impl std::fmt::Display) { zh: "评估于 {day}", en: "Assessed on {day}" }
        default_thresholds() { zh: "阈值为系统默认", en: "system-default thresholds" }
        own_thresholds() { zh: "阈值由本区设定", en: "thresholds set by the district" }
        one_hard(level: &str) { zh: "有 1 项确凿风险因素，按规则不低于{level}色", en: "One hard factor: by rule not lower than {level}" }
        many_hard(count: usize, level: &str) { zh: "有 {count} 项确凿风险因素，按规则不低于{level}色", en: "{count} hard factors: by rule not lower than {level}" }
        considering(level: &str) { zh: "企业表示正在考虑外迁，按规则不低于{level}色", en: "The enterprise considers a move: by rule not lower than {level}" }
        and_the_rest(score: i32) { zh: "；其余因素合计 {score} 分。", en: "; the other factors make {score} points." }
        by_score(score: i32, level: &str, from: i32) { zh: "各项因素合计 {score} 分，达到{level}色（{from} 分起）。", en: "All factors make {score} points, which is {level} (from {from})." }
        below(score: i32, from: i32) { zh: "各项因素合计 {score} 分，未到黄色（{from} 分起）。", en: "All factors make {score} points, below yellow (from {from})." }
        no_factor() { zh: "没有发现外迁迹象。", en: "No sign of a move was found." }
        gone(status: &str) { zh: "企业{status}，不再评估风险。", en: "The enterprise is {status}; its risk is no longer assessed." }
        score(score: i32) { zh: "得分 {score}", en: "Score {score}" }
        scale(score: i32, yellow: i32, orange: i32, red: i32) { zh: "得分 {score}，满分 100；{yellow} 起黄色，{orange} 起橙色，{red} 起红色", en: "Score {score} of 100; yellow from {yellow}, orange from {orange}, red from {red}" }
        factors() { zh: "风险因素、依据、数据日期与得分", en: "Factors with evidence, data date and points" }
        factor() { zh: "风险因素", en: "Factor" }
        evidence() { zh: "依据", en: "Evidence" }
        data_on() { zh: "数据日期", en: "Data as of" }
        points() { zh: "得分", en: "Points" }
        of_points(full: i32) { zh: "满分 {full}", en: "of {full}" }
        threshold(text: &str) { zh: "标准：{text}", en: "Threshold: {text}" }
        on_record(kind: &str, day: impl std::fmt::Display) { zh: "{day} {kind}", en: "{kind} of {day}" }
        floor(level: &str) { zh: "至少{level}", en: "{level} at least" }
        fades(days: u32) { zh: "得分随数据变旧而衰减，{days} 天减半；确凿因素不衰减。已排除一次性税款。", en: "Points fade with the age of the data, by half in {days} days; hard factors do not fade. One-off taxes are left out." }
        receipts_wan() { zh: "各月入库税款（万元）", en: "Tax received by month (CNY 10,000)" }
        receipts_bands() { zh: "各月入库税款（按档）", en: "Tax received by month (as bands)" }
        receipts_note() { zh: "全口径，按入库月，含一次性税款", en: "All levels, by treasury month, one-off taxes included" }
        through(month: impl std::fmt::Display) { zh: "数据到 {month}", en: "complete to {month}" }
        no_receipts() { zh: "这两年没有入库记录。", en: "No receipts in these two years." }
        no_receipts_hint() { zh: "导入入库税款后，这里显示各月与上年同期的对比。", en: "Once receipts are imported, each month is shown beside the same month of the year before." }
        year(year: i32) { zh: "{year} 年", en: "{year}" }
        chart_title(now: i32, before: i32) { zh: "{now} 年与 {before} 年各月入库税款", en: "Tax received by month, {now} and {before}" }
        bands_described() { zh: "柱高表示所在档次的上限。", en: "A column ends at the top of its band." }
        figures_table() { zh: "各月入库税款，万元", en: "Tax received by month, CNY 10,000" }
        bands_table() { zh: "各月入库税款，按档", en: "Tax received by month, as bands" }
        month() { zh: "入库月", en: "Month" }
        year_wan(year: i32) { zh: "{year} 年（万元）", en: "{year} (10,000)" }
        change() { zh: "同比（%）", en: "Change (%)" }
        tip(month: &str, year: i32, now: &str, before_year: i32, before: &str) { zh: "{month}：{year} 年 {now}，{before_year} 年 {before}", en: "{month}: {now} in {year}, {before} in {before_year}" }
        to_date(month: u32) { zh: "1–{month} 月", en: "Year to date ({month} mo.)" }
        january() { zh: "1 月", en: "January" }
        last_three() { zh: "近 3 个月", en: "Last 3 months" }
        year_before(amount: &str) { zh: "上年同期 {amount}", en: "year before {amount}" }
        team() { zh: "专班", en: "Service team" }
        assign() { zh: "调整专班", en: "Change the team" }
        assign_first() { zh: "组建专班", en: "Assign a team" }
        no_team() { zh: "还没有专班。", en: "No service team yet." }
        since(day: impl std::fmt::Display) { zh: "自 {day}", en: "since {day}" }
        teams_so_far() { zh: "历任专班", en: "Teams so far" }
        leader() { zh: "牵头领导", en: "Lead leader" }
        lead_organisation() { zh: "牵头单位", en: "Lead organisation" }
        chief_steward() { zh: "总管家", en: "Chief steward" }
        steward() { zh: "服务管家", en: "Steward" }
        members() { zh: "成员", en: "Members" }
        contacts() { zh: "联系人", en: "Contacts" }
        add() { zh: "添加", en: "Add" }
        no_contacts() { zh: "还没有联系人。", en: "No contacts yet." }
        no_contacts_hint() { zh: "走访时可登记一位联系人。", en: "Add one on the next visit." }
        primary() { zh: "首选", en: "primary" }
        show() { zh: "显示", en: "Show" }
        show_contact(name: &str) { zh: "显示{name}的联系方式", en: "Show the data of {name}" }
        edit_contact(name: &str) { zh: "编辑联系人{name}", en: "Edit {name}" }
        shown() { zh: "已显示，本次查看已记入访问日志。", en: "Shown; this read is recorded." }
        shows_are_logged() { zh: "显示号码会记入访问日志。", en: "Showing a number is recorded." }
        timeline() { zh: "时间线", en: "Timeline" }
        all_events() { zh: "全部", en: "All" }
        no_events() { zh: "还没有记录。", en: "No events yet." }
        visits() { zh: "走访", en: "Visits" }
        all_visits(count: i64) { zh: "全部 {count} 次", en: "All {count}" }
        no_visits() { zh: "还没有走访记录。", en: "No visits yet." }
        visit_day() { zh: "日期", en: "Date" }
        channel() { zh: "方式", en: "How" }
        visitors() { zh: "走访人", en: "Visitors" }
        met_with() { zh: "接待人", en: "Contact met" }
        intent() { zh: "外迁意向", en: "Intent to move" }
        reasons() { zh: "外迁原因", en: "Reasons for moving" }
        summary() { zh: "走访情况", en: "Visit notes" }
        not_asked() { zh: "未询问", en: "not asked" }
        withdrawn() { zh: "已撤回", en: "withdrawn" }
        signals() { zh: "线索", en: "Signals" }
        report() { zh: "上报线索", en: "Report a signal" }
        no_signals() { zh: "没有线索。", en: "No signals." }
        kind() { zh: "线索", en: "Signal" }
        hard() { zh: "确凿", en: "hard" }
        occurred() { zh: "发生日期", en: "Happened on" }
        signal_source() { zh: "来源", en: "Source" }
        detail() { zh: "情况", en: "Details" }
        withdraw() { zh: "撤回", en: "Withdraw" }
        withdraw_signal(what: &str) { zh: "撤回线索：{what}", en: "Withdraw the signal: {what}" }
        action() { zh: "操作", en: "Action" }
    }
}

/// A month of the year, as short as a chart needs it.
pub fn month_name(language: Language, month: u32) -> String {
    const ENGLISH: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let place = usize::try_from(month).unwrap_or_default().saturating_sub(1);
    match language {
        Language::Zh => format!("{month}月"),
        Language::En => ENGLISH.get(place).copied().unwrap_or_default().to_owned(),
    }
}
