//! The texts of the overview.

use crate::{domain::month::Month, texts::Language};

crate::texts::texts! {
    /// The words of the overview.
    OverviewWords {
        as_of() { zh: "数据截至", en: "Data as of" }
        every_minute() { zh: "每分钟刷新", en: "refreshed every minute" }
        tax_until(month: &str) { zh: "税款入库至 {month}", en: "tax received up to {month}" }
        big_screen() { zh: "大屏", en: "Big screen" }
        at_risk() { zh: "有风险的税源", en: "Tax at risk" }
        at_level(level: &str) { zh: "{level}色风险税源", en: "At risk: {level}" }
        whole() { zh: "全部税源", en: "All enterprises" }
        enterprises_unit() { zh: "户", en: "enterprises" }
        enterprises_share(count: &str, share: &str) { zh: "{count} 户，占全部入库 {share}%", en: "{count} enterprises, {share}% of all tax" }
        enterprises_year(count: &str) { zh: "{count} 户，近 12 个月入库", en: "{count} enterprises, tax of 12 months" }
        enterprises_large(count: &str) { zh: "其中年税 1000 万元以上 {count} 户", en: "{count} of them pay 10 million yuan a year or more" }
        waiting() { zh: "待确认的预警", en: "Alerts to acknowledge" }
        waiting_all(count: String) { zh: "共 {count} 条，级别高、等待久的在前", en: "{count} in all; highest level and longest wait first" }
        waiting_none() { zh: "没有待确认的预警。", en: "No alert is open." }
        waiting_none_hint() { zh: "企业出现外迁迹象时，预警会在这里等待确认。", en: "An alert appears here as soon as an enterprise shows signs of moving." }
        level() { zh: "级别", en: "Level" }
        enterprise() { zh: "企业", en: "Enterprise" }
        main_factor() { zh: "主要风险因素", en: "Main factor" }
        tax_unit() { zh: "万元", en: "10,000 yuan" }
        tax() { zh: "年入库", en: "Tax a year" }
        waiting_for() { zh: "待谁确认", en: "Waiting for" }
        waited() { zh: "已等待", en: "Waiting" }
        late(age: &str) { zh: "超时，{age}", en: "Late: {age}" }
        unassigned() { zh: "未指派", en: "nobody yet" }
        trend() { zh: "近 12 个月", en: "Last 12 months" }
        trend_title() { zh: "近 12 个月有预警的企业与办结的预警", en: "Enterprises with alerts and alerts resolved, 12 months" }
        trend_at_risk() { zh: "月末有预警的企业（户）", en: "Enterprises with an alert at the end of the month" }
        trend_ended() { zh: "当月办结（户）", en: "Resolved in the month (enterprises)" }
        line_at_risk() { zh: "有预警的企业", en: "With an alert" }
        bar_stayed() { zh: "留在本区", en: "Stayed" }
        bar_moved() { zh: "迁出（含协助办理）", en: "Moved out (assisted or not)" }
        trend_text(first: &str, last: &str, stayed: &str, moved: &str) { zh: "月末有预警的企业由 {first} 户变为 {last} 户；本月办结后留在本区 {stayed} 户，迁出 {moved} 户。", en: "Enterprises with an alert went from {first} to {last}. Resolved this month: {stayed} stayed, {moved} moved out." }
        point(month: &str, at_risk: &str, stayed: &str, moved: &str) { zh: "{month}：有预警 {at_risk} 户，留在本区 {stayed} 户，迁出 {moved} 户", en: "{month}: {at_risk} with an alert, {stayed} stayed, {moved} moved out" }
        month() { zh: "月份", en: "Month" }
        month_short(number: u32, name: &str) { zh: "{number}月", en: "{name}" }
        figures_caption() { zh: "近 12 个月有预警的企业与办结结果，户", en: "Enterprises with alerts and outcomes, 12 months" }
        streets() { zh: "各街道服务情况", en: "Street offices" }
        streets_note() { zh: "近 30 天，按设立先后排列", en: "30 days, in the order they were set up" }
        streets_part(part: usize, parts: usize) { zh: "近 30 天，第 {part}/{parts} 屏", en: "30 days, part {part} of {parts}" }
        streets_caption() { zh: "各街道近 30 天走访与预警确认", en: "Visits and alerts acknowledged in 30 days, by street office" }
        street() { zh: "街道", en: "Street office" }
        enterprises() { zh: "企业", en: "Enterprises" }
        visits() { zh: "走访", en: "Visits" }
        visited() { zh: "走访企业", en: "Visited" }
        visited_bar() { zh: "走访覆盖比例图", en: "Share visited, as a bar" }
        coverage() { zh: "覆盖", en: "Share" }
        alerts() { zh: "预警", en: "Alerts" }
        in_time() { zh: "按时确认", en: "In time" }
        in_time_rate() { zh: "按时率", en: "Rate" }
        district() { zh: "合计", en: "All" }
        in_time_rule(red: i64, orange: i64, yellow: i64) { zh: "按时：红色 {red} 小时、橙色 {orange} 小时、黄色 {yellow} 小时内确认收到", en: "In time: acknowledged within {red} h (red), {orange} h (orange), {yellow} h (yellow)" }
        by_default(rule: &str) { zh: "{rule}（系统默认）", en: "{rule}; system default" }
        reasons() { zh: "外迁原因", en: "Reasons for moving" }
        reasons_note() { zh: "近 12 个月，次", en: "12 months, visits" }
        reasons_caption() { zh: "走访中提到的外迁原因，近 12 个月，次，可多选", en: "Reasons for moving named in visits of 12 months; a visit may name several" }
        destinations() { zh: "去向", en: "Destinations" }
        destinations_caption() { zh: "走访中提到的去向，近 12 个月，次", en: "Destinations named in visits of 12 months" }
        nothing_named() { zh: "近 12 个月的走访没有提到。", en: "No visit of the last 12 months named any." }
        sections() { zh: "有风险的行业", en: "Industries at risk" }
        sections_note() { zh: "户", en: "enterprises" }
        sections_caption() { zh: "各行业有风险的企业，按级别，户", en: "Enterprises at risk by industry and level" }
        sections_bar() { zh: "级别比例图", en: "Levels, as a bar" }
        section() { zh: "行业", en: "Industry" }
        sections_none() { zh: "没有有风险的企业。", en: "No enterprise is at risk." }
    }
}

impl OverviewWords {
    pub(crate) const fn language(self) -> Language {
        self.0
    }

    /// A month on an axis.
    pub(crate) fn on_axis(self, month: Month) -> String {
        self.month_short(month.month(), &month.first_day().format("%b").to_string())
    }
}
