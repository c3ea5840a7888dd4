//! The second sheet of every exported file: who took it, when, what was asked for, and that it is confidential.

use crate::{
    domain::people::actor::Actor,
    services::Context,
    texts::{Language, texts},
};
use chrono::{DateTime, Utc};

/// The name of the sheet.
pub fn sheet(language: Language) -> String {
    about(language)
}

/// The lines of the sheet: `counted` says what the rows are and how many, `filters` what narrowed them (label and value; the label
/// may be empty), `order` how they are sorted, where somebody chose it.
pub fn notes(
    actor: &Actor,
    context: &Context,
    now: DateTime<Utc>,
    counted: (String, i64),
    filters: &[(String, String)],
    order: Option<&str>,
) -> Vec<(String, String)> {
    let l = actor.language;
    let at = context.settings.locale.minute(now);
    let mut notes =
        vec![(exported_by(l), actor.name.clone()), (exported_at(l), at), (counted.0, counted.1.to_string())];
    if filters.is_empty() {
        notes.push((filter(l), no_filter(l)));
    }
    let said = |(label, value): &(String, String)| {
        let text = if label.is_empty() { value.clone() } else { part(l, label, value) };
        (filter(l), text)
    };
    notes.extend(filters.iter().map(said));
    notes.extend(order.map(|order| (sorted(l), order.to_owned())));
    notes.push((secrecy(l), secret(l)));
    notes
}

texts! {
    about() { zh: "说明", en: "About" }
    exported_by() { zh: "导出人", en: "Exported by" }
    exported_at() { zh: "导出时间", en: "Exported at" }
    filter() { zh: "筛选条件", en: "Filter" }
    no_filter() { zh: "不限条件", en: "none" }
    part(label: &str, value: &str) { zh: "{label}：{value}", en: "{label}: {value}" }
    sorted() { zh: "排序", en: "Order" }
    secrecy() { zh: "保密", en: "Confidential" }
    secret() { zh: "涉税信息依法保密，仅限工作使用；本次导出已留下记录。", en: "Tax data is confidential by law and for official use only; this export is recorded." }
}
