//! What a comparison of the tables with the record found.

use crate::{
    db::{records::declarations, values::Timestamp},
    domain::{
        ids::EnterpriseId,
        month::Month,
        records::change::{FieldClass, Noun},
    },
    texts::{Language, texts},
};
use serde_json::Value;
use uuid::Uuid;

/// Differences that are kept, at most; the others are counted.
pub const MOST_DIFFERENCES: usize = 100;

/// Something that is not as it was recorded, or not as it follows from the facts.
#[derive(Debug, Clone, PartialEq)]
pub enum Difference {
    /// A field holds something else than was recorded last.
    Field {
        /// The noun.
        noun: Noun,
        /// Whose field it is.
        id: Uuid,
        /// The field.
        field: &'static str,
        /// What was recorded and what is stored, of a field that everybody may read.
        values: Option<(Value, Value)>,
    },
    /// A row is gone without a record.
    Gone {
        /// The noun.
        noun: Noun,
        /// What is gone.
        id: Uuid,
    },
    /// A row is there without a record of its making.
    Added {
        /// The noun.
        noun: Noun,
        /// What was added.
        id: Uuid,
    },
    /// A row is there although it was recorded as deleted.
    Returned {
        /// The noun.
        noun: Noun,
        /// What is there.
        id: Uuid,
    },
    /// A row that this program cannot read, such as one with a code that it does not know.
    Unreadable {
        /// The noun.
        noun: Noun,
        /// The row.
        id: Uuid,
    },
    /// The rows of a batch are not those that were recorded.
    Batch {
        /// The noun.
        noun: Noun,
        /// The batch.
        id: Uuid,
        /// When it was recorded.
        at: Timestamp,
        /// How many rows were recorded.
        recorded: u64,
        /// How many rows are there.
        stored: u64,
    },
    /// The receipts that a batch superseded are not those that were recorded.
    Superseded {
        /// The batch; `None` when no batch superseded anything then.
        id: Option<Uuid>,
        /// When.
        at: Timestamp,
    },
    /// That a source has sent everything of a month is recorded and not stored, or the other way round.
    CompleteMonth {
        /// The source.
        source: String,
        /// The month, as people write it.
        month: String,
        /// Whether it is stored.
        is_stored: bool,
    },
    /// The standing of an enterprise is not what follows from its facts.
    Standing {
        /// The enterprise.
        enterprise: EnterpriseId,
        /// What of it differs; nothing when there is no standing at all.
        parts: Vec<StandingPart>,
    },
    /// The facts of an enterprise cannot be assessed, such as one with a code that this program does not know.
    Unassessable {
        /// The enterprise.
        enterprise: EnterpriseId,
    },
    /// The monthly sum of an enterprise is not that of its receipts.
    MonthlySum {
        /// The enterprise.
        enterprise: EnterpriseId,
        /// The month; `None` when it is none.
        month: Option<Month>,
    },
}

/// A part of a standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandingPart {
    /// Level, score and factors.
    Risk,
    /// The last visit and the next one.
    Visits,
    /// The sums of tax.
    Tax,
}

/// What a comparison of the tables with the record found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StateReport {
    /// Rows that were compared.
    pub compared: u64,
    /// Differences, the first ones found.
    pub differences: Vec<Difference>,
    /// Differences beyond those.
    pub further: u64,
    /// How many batches of each noun were recorded without a digest: their rows could not be compared.
    pub without_digest: Vec<(Noun, u64)>,
}

impl StateReport {
    pub(super) fn found(&mut self, difference: Difference) {
        if self.differences.len() < MOST_DIFFERENCES {
            self.differences.push(difference);
        } else {
            self.further += 1;
        }
    }
}

impl Difference {
    /// A field that differs. Values are told of public fields alone.
    pub(super) fn field(noun: Noun, id: Uuid, field: &'static str, recorded: Value, stored: Value) -> Self {
        let class = declarations::declaration(noun).class_of(field);
        let values = (class == FieldClass::Public).then_some((recorded, stored));
        Self::Field { noun, id, field, values }
    }

    /// A sentence that says what differs. `time` writes an instant as people of the district read it.
    pub fn text(&self, language: Language, time: impl Fn(Timestamp) -> String) -> String {
        let id = |id: &Uuid| id.to_string();
        match self {
            Self::Field { noun, id: of, field, values } => {
                let label = declarations::declaration(*noun).field(field).map_or(*field, |field| field.text(language));
                let noun = noun.text(language);
                match values {
                    Some((recorded, stored)) => {
                        let (recorded, stored) = (shown(language, recorded), shown(language, stored));
                        field_differs(language, noun, &id(of), label, &recorded, &stored)
                    }
                    None => hidden_differs(language, noun, &id(of), label),
                }
            }
            Self::Gone { noun, id: of } => gone(language, noun.text(language), &id(of)),
            Self::Added { noun, id: of } => added(language, noun.text(language), &id(of)),
            Self::Returned { noun, id: of } => returned(language, noun.text(language), &id(of)),
            Self::Unreadable { noun, id: of } => unreadable(language, noun.text(language), &id(of)),
            Self::Batch { noun, id: of, at, recorded, stored } => {
                batch_differs(language, noun.text(language), &id(of), &time(*at), *recorded, *stored)
            }
            Self::Superseded { id: Some(of), at } => superseded_differs(language, &id(of), &time(*at)),
            Self::Superseded { id: None, at } => superseded_by_nobody(language, &time(*at)),
            Self::CompleteMonth { source, month, is_stored: true } => completed_by_nobody(language, source, month),
            Self::CompleteMonth { source, month, is_stored: false } => completed_no_more(language, source, month),
            Self::Standing { enterprise, parts } if parts.is_empty() => no_standing(language, &id(&enterprise.0)),
            Self::Standing { enterprise, parts } => {
                let parts: Vec<String> = parts.iter().map(|part| part.text(language)).collect();
                standing_differs(language, &id(&enterprise.0), &parts.join(and(language)))
            }
            Self::Unassessable { enterprise } => unassessable(language, &id(&enterprise.0)),
            Self::MonthlySum { enterprise, month: Some(month) } => {
                sum_differs(language, &id(&enterprise.0), &month.to_string())
            }
            Self::MonthlySum { enterprise, month: None } => sum_of_no_month(language, &id(&enterprise.0)),
        }
    }
}

impl StandingPart {
    fn text(self, language: Language) -> String {
        match self {
            Self::Risk => part_risk(language),
            Self::Visits => part_visits(language),
            Self::Tax => part_tax(language),
        }
    }
}

impl StateReport {
    /// A sentence for each noun of which batches could not be compared.
    pub fn not_comparable(&self, language: Language) -> Vec<String> {
        self.without_digest.iter().map(|(noun, count)| old_batches(language, noun.text(language), *count)).collect()
    }
}

/// A value as it is recorded: texts as they are, nothing as a dash.
fn shown(language: Language, value: &Value) -> String {
    match value {
        Value::Null => nothing(language),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

const fn and(language: Language) -> &'static str {
    match language {
        Language::Zh => "、",
        Language::En => ", ",
    }
}

texts! {
    nothing() { zh: "—", en: "—" }
    field_differs(noun: &str, id: &str, label: &str, recorded: &str, stored: &str) {
        zh: "{noun} {id}：{label}记录为 {recorded}，数据库中为 {stored}",
        en: "{noun} {id}: {label} was recorded as {recorded}, but {stored} is stored",
    }
    hidden_differs(noun: &str, id: &str, label: &str) {
        zh: "{noun} {id}：{label}与记录不符",
        en: "{noun} {id}: {label} is not what was recorded",
    }
    gone(noun: &str, id: &str) {
        zh: "{noun} {id}：有记录，数据库中却没有，也没有删除的记录",
        en: "{noun} {id}: it is on record but not stored, and its deletion is not on record",
    }
    added(noun: &str, id: &str) {
        zh: "{noun} {id}：在数据库中，却没有新建的记录",
        en: "{noun} {id}: it is stored, but its creation is not on record",
    }
    returned(noun: &str, id: &str) {
        zh: "{noun} {id}：记录为已删除，却仍在数据库中",
        en: "{noun} {id}: it was recorded as deleted, but it is stored",
    }
    unreadable(noun: &str, id: &str) {
        zh: "{noun} {id}：数据库中的内容无法识别",
        en: "{noun} {id}: what is stored cannot be read",
    }
    batch_differs(noun: &str, id: &str, at: &str, recorded: u64, stored: u64) {
        zh: "{noun}，{at} 的批次 {id}：数据库中的各行（{stored} 行）不是当时记录的各行（{recorded} 行）",
        en: "{noun}, batch {id} of {at}: the rows stored ({stored}) are not those that were recorded ({recorded})",
    }
    superseded_differs(id: &str, at: &str) {
        zh: "入库税款，{at} 的批次 {id}：被它替代的各笔与记录不符",
        en: "tax receipts, batch {id} of {at}: the receipts it superseded are not those that were recorded",
    }
    superseded_by_nobody(at: &str) {
        zh: "入库税款：有的各笔标为 {at} 被替代，当时却没有替代的记录",
        en: "tax receipts: some are marked as superseded on {at}, but no batch of then is on record",
    }
    completed_by_nobody(source: &str, month: &str) {
        zh: "入库税款：“{source}”的 {month} 在数据库中为完整月份，却没有这样的记录",
        en: "tax receipts: {month} of \"{source}\" is stored as complete, which is not on record",
    }
    completed_no_more(source: &str, month: &str) {
        zh: "入库税款：“{source}”的 {month} 记录为完整月份，数据库中却没有",
        en: "tax receipts: {month} of \"{source}\" was recorded as complete, but is not stored so",
    }
    no_standing(id: &str) {
        zh: "企业 {id}：没有评估结果",
        en: "enterprise {id}: it has no standing",
    }
    standing_differs(id: &str, parts: &str) {
        zh: "企业 {id}：按事实重新评估，{parts}与数据库中的不符",
        en: "enterprise {id}: an assessment of the facts gives something else than is stored for {parts}",
    }
    unassessable(id: &str) {
        zh: "企业 {id}：事实无法识别，不能重新评估",
        en: "enterprise {id}: its facts cannot be read, so it cannot be assessed",
    }
    sum_differs(id: &str, month: &str) {
        zh: "企业 {id}：{month} 的税款合计与各笔入库税款不符",
        en: "enterprise {id}: the sum of {month} is not that of its tax receipts",
    }
    sum_of_no_month(id: &str) {
        zh: "企业 {id}：有一项税款合计不属于任何月份",
        en: "enterprise {id}: a sum of tax is of no month",
    }
    part_risk() { zh: "风险", en: "its risk" }
    part_visits() { zh: "走访日期", en: "the days of its visits" }
    part_tax() { zh: "税款合计", en: "its sums of tax" }
    old_batches(noun: &str, count: u64) {
        zh: "{noun}：{count} 个批次由旧版本记录，没有校验值，各行无法比对",
        en: "{noun}: an older version recorded {count} batches without a digest; their rows cannot be compared",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_told_of_public_fields_alone() {
        let text = |noun, field, language| {
            let values = (json!("geheim-1"), json!("geheim-2"));
            Difference::field(noun, Uuid::nil(), field, values.0, values.1).text(language, |_| String::new())
        };
        for language in [Language::Zh, Language::En] {
            assert!(text(Noun::User, "role", language).contains("geheim-2"));
            for (noun, field) in [(Noun::Contact, "phone"), (Noun::Visit, "summary"), (Noun::Visit, "no_such_field")] {
                assert!(!text(noun, field, language).contains("geheim"), "{noun} {field}");
            }
        }
    }

    #[test]
    fn only_the_first_differences_are_kept_and_all_are_counted() {
        let mut report = StateReport::default();
        for _ in 0..MOST_DIFFERENCES + 3 {
            report.found(Difference::Gone { noun: Noun::Visit, id: Uuid::nil() });
        }
        assert_eq!((report.differences.len(), report.further), (MOST_DIFFERENCES, 3));
    }
}
