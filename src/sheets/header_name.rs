//! The name of a column as files write it, `* 税 额（万元）`, split into the name and the unit.

use super::amount_unit::AmountUnit;
use crate::domain::text::{half_width, is_han};

/// Characters of a text out of the file that is repeated to a person.
pub(super) const SHOWN_CHARACTERS: usize = 60;

/// Remarks in brackets that change nothing about what a column holds.
const ANNOTATIONS: [&str; 10] = ["必填", "选填", "必录", "可空", "填写", "格式", "例如", "文本", "含退税", "负数"];
/// Units of money that are not supported, next to those that are.
const OTHER_UNITS: [&str; 7] = ["亿元", "千元", "百元", "百万元", "千万元", "十万元", "美元"];

/// A name in the forms in which it is compared: letters, digits and Han only, half-width, lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct HeaderName {
    /// With what stands in brackets, the unit left out.
    pub(super) whole: String,
    /// Without what stands in brackets.
    pub(super) outside: String,
    /// Whether all that stands in brackets are annotations.
    pub(super) is_only_annotated: bool,
    /// The unit of money, or the words of one that is not supported.
    pub(super) unit: Option<Result<AmountUnit, String>>,
}

impl HeaderName {
    /// Takes a name apart.
    pub(super) fn read(text: &str) -> Self {
        let mut name = Self { is_only_annotated: true, ..Self::default() };
        let text: String = text.chars().take(SHOWN_CHARACTERS * 4).map(unified).collect();
        for (index, piece) in text.split('(').enumerate() {
            let (inside, outside) = if index == 0 { ("", piece) } else { piece.split_once(')').unwrap_or((piece, "")) };
            if let Some(unit) = unit_of(&key(inside)) {
                name.unit = Some(unit);
            } else {
                name.whole.push_str(&key(inside));
                name.is_only_annotated &= inside.is_empty() || ANNOTATIONS.iter().any(|remark| inside.contains(remark));
            }
            name.take_outside(outside);
        }
        name
    }

    /// A unit may also follow the name after a mark: `税额/万元`, `税额：元`.
    fn take_outside(&mut self, outside: &str) {
        let (proper, unit) = match outside.trim_end().rsplit_once([':', '/', '-', '_', ',']) {
            Some((proper, unit)) if !proper.is_empty() => (proper, unit_of(&key(unit))),
            _ => (outside, None),
        };
        let proper = key(if unit.is_some() { proper } else { outside });
        self.unit = unit.or_else(|| self.unit.take());
        self.whole.push_str(&proper);
        self.outside.push_str(&proper);
    }

    /// The unit that a title states for the whole list: `单位：万元`, `金额单位：人民币元`.
    pub(super) fn stated_unit(title: &str) -> Option<Result<AmountUnit, String>> {
        let title: String = title.chars().map(unified).collect();
        let closed_up: String = title.chars().filter(|c| !c.is_whitespace()).collect();
        [title, closed_up].iter().find_map(|title| {
            title.split("单位").skip(1).find_map(|rest| {
                let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '为' | '(' | ')'));
                unit_of(rest.split(|c| !is_han(c)).next()?)
            })
        })
    }
}

/// Half-width, and every kind of bracket as a round one.
fn unified(c: char) -> char {
    match half_width(c) {
        '[' | '{' | '【' | '〔' | '「' => '(',
        ']' | '}' | '】' | '〕' | '」' => ')',
        '／' | '、' => '/',
        '—' | '－' => '-',
        other => other,
    }
}

fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn unit_of(key: &str) -> Option<Result<AmountUnit, String>> {
    let unit = key.trim_start_matches("金额").trim_start_matches("单位").trim_start_matches("人民币");
    match unit {
        "元" | "yuan" | "rmb" | "cny" => Some(Ok(AmountUnit::Yuan)),
        "万元" | "万" | "wan" => Some(Ok(AmountUnit::Wan)),
        other if OTHER_UNITS.contains(&other) => Some(Err(other.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_spaces_marks_and_units() {
        for (text, whole, unit) in [
            (" * 税　额\n（万元）", "税额", Some(Ok(AmountUnit::Wan))),
            ("金额（元）", "金额", Some(Ok(AmountUnit::Yuan))),
            ("金额【单位：人民币元】", "金额", Some(Ok(AmountUnit::Yuan))),
            ("税额/万元", "税额", Some(Ok(AmountUnit::Wan))),
            ("税额：元", "税额", Some(Ok(AmountUnit::Yuan))),
            ("Amount (Wan)", "amount", Some(Ok(AmountUnit::Wan))),
            ("税额(亿元)", "税额", Some(Err("亿元".to_owned()))),
            ("industry_code", "industrycode", None),
            ("ＵＳＣＣ", "uscc", None),
            ("税（费）种", "税费种", None),
        ] {
            let name = HeaderName::read(text);
            assert_eq!((name.whole.as_str(), name.unit), (whole, unit), "{text}");
        }
    }

    #[test]
    fn remarks_are_told_from_restrictions() {
        assert!(HeaderName::read("税额（必填）").is_only_annotated);
        let restricted = HeaderName::read("入库金额（区级）");
        assert!(!restricted.is_only_annotated);
        assert_eq!((restricted.whole.as_str(), restricted.outside.as_str()), ("入库金额区级", "入库金额"));
    }

    #[test]
    fn titles_state_units() {
        for (title, unit) in [
            ("单位：万元", Some(Ok(AmountUnit::Wan))),
            ("2026年10月  金额单位：人民币元（列至角分）", Some(Ok(AmountUnit::Yuan))),
            ("填报单位：元宝街道 单位:万元 2026年", Some(Ok(AmountUnit::Wan))),
            ("单 位 ： 万 元", Some(Ok(AmountUnit::Wan))),
            ("单位：元  制表日期：2026年", Some(Ok(AmountUnit::Yuan))),
            ("单位：亿元", Some(Err("亿元".to_owned()))),
            ("填报单位：元宝街道", None),
            ("单位名称", None),
        ] {
            assert_eq!(HeaderName::stated_unit(title), unit, "{title}");
        }
    }
}
