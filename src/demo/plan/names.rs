//! Names of enterprises and people. Both are put together from parts; any likeness is chance.

use super::{
    dice::Dice,
    industries::Trade,
    places::{CITY, DISTRICT, PROVINCE},
};
use std::collections::BTreeSet;

/// First characters of an enterprise's own name.
const FIRST: &[char] = &[
    '云', '启', '恒', '瑞', '德', '华', '鼎', '盛', '嘉', '和', '信', '泰', '安', '博', '锐', '海', '润', '明', '远',
    '卓', '宏', '金', '佳', '诚', '百', '汇', '天', '正', '东', '新', '宇', '辰', '腾', '浩', '泽', '睿', '智', '同',
    '创', '亿', '联', '众', '银', '晨', '旭', '康', '锦', '凯', '立', '捷', '南', '星', '澜', '青', '弘', '尚', '优',
    '长', '景', '禾',
];
/// Second characters.
const SECOND: &[char] = &[
    '达', '越', '图', '源', '川', '通', '成', '方', '航', '飞', '慧', '科', '力', '邦', '诺', '森', '屹', '朗', '晟',
    '程', '拓', '维', '普', '特', '美', '乐', '丰', '隆', '祥', '瑾', '珩', '益', '盈', '升', '高', '峰', '林', '洋',
    '泉', '山', '岳', '石', '木', '格', '尔', '思', '言', '行', '致', '卓', '凡', '奇', '数', '象', '迅', '驰', '展',
    '翔', '悦', '享',
];

const SURNAMES: &[(&str, &str)] = &[
    ("王", "wang"),
    ("李", "li"),
    ("张", "zhang"),
    ("刘", "liu"),
    ("陈", "chen"),
    ("杨", "yang"),
    ("赵", "zhao"),
    ("黄", "huang"),
    ("周", "zhou"),
    ("吴", "wu"),
    ("徐", "xu"),
    ("孙", "sun"),
    ("胡", "hu"),
    ("朱", "zhu"),
    ("高", "gao"),
    ("林", "lin"),
    ("何", "he"),
    ("郭", "guo"),
    ("马", "ma"),
    ("罗", "luo"),
    ("梁", "liang"),
    ("宋", "song"),
    ("郑", "zheng"),
    ("谢", "xie"),
    ("韩", "han"),
    ("唐", "tang"),
    ("冯", "feng"),
    ("于", "yu"),
    ("董", "dong"),
    ("萧", "xiao"),
    ("程", "cheng"),
    ("沈", "shen"),
];
const GIVEN: &[(&str, &str)] = &[
    ("建国", "jianguo"),
    ("志强", "zhiqiang"),
    ("晓燕", "xiaoyan"),
    ("丽华", "lihua"),
    ("文博", "wenbo"),
    ("雅琴", "yaqin"),
    ("海涛", "haitao"),
    ("静", "jing"),
    ("敏", "min"),
    ("伟", "wei"),
    ("芳", "fang"),
    ("磊", "lei"),
    ("洋", "yang"),
    ("思远", "siyuan"),
    ("雨桐", "yutong"),
    ("子轩", "zixuan"),
    ("明杰", "mingjie"),
    ("佳慧", "jiahui"),
    ("俊峰", "junfeng"),
    ("婷", "ting"),
    ("国栋", "guodong"),
    ("春梅", "chunmei"),
    ("永刚", "yonggang"),
    ("晨", "chen"),
    ("欣怡", "xinyi"),
    ("浩然", "haoran"),
    ("秀英", "xiuying"),
    ("立新", "lixin"),
    ("嘉宁", "jianing"),
    ("慧敏", "huimin"),
    ("凯", "kai"),
    ("宇航", "yuhang"),
    ("淑珍", "shuzhen"),
    ("振华", "zhenhua"),
    ("岚", "lan"),
    ("学文", "xuewen"),
];
/// The contacts that visitors meet.
const POSITIONS: &[&str] =
    &["总经理", "副总经理", "财务总监", "财务经理", "办公室主任", "行政经理", "法定代表人", "人事经理"];

/// A person's name in characters and in Latin letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PersonName {
    /// In characters.
    pub written: String,
    /// As one word of lower-case letters.
    pub latin: String,
}

/// Draws a person's name.
pub(super) fn person(dice: &mut Dice) -> PersonName {
    let ((surname, surname_latin), (given, given_latin)) = (dice.pick(SURNAMES), dice.pick(GIVEN));
    PersonName { written: format!("{surname}{given}"), latin: format!("{surname_latin}{given_latin}") }
}

/// What somebody is at an enterprise.
pub(super) fn position(dice: &mut Dice) -> &'static str {
    dice.pick(POSITIONS)
}

/// Somebody who speaks for an enterprise: surname and position.
pub(super) fn spokesperson(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(SURNAMES).0, position(dice))
}

/// Draws names of enterprises, no name twice.
#[derive(Debug, Default)]
pub(super) struct EnterpriseNames {
    given: BTreeSet<String>,
}

impl EnterpriseNames {
    /// A name for an enterprise of the trade; large ones are groups and joint-stock companies more often.
    pub(super) fn draw(&mut self, trade: &Trade, is_large: bool, dice: &mut Dice) -> String {
        loop {
            let name = one_name(trade, is_large, dice);
            if self.given.insert(name.clone()) {
                return name;
            }
        }
    }
}

fn one_name(trade: &Trade, is_large: bool, dice: &mut Dice) -> String {
    let own: String = [dice.pick(FIRST), dice.pick(SECOND)].iter().collect();
    let own = if dice.per_mille(120) { format!("{own}{}", dice.pick(SECOND)) } else { own };
    let word = dice.pick(trade.words);
    let place = match dice.number(1..=100) {
        1..=48 => CITY.trim_end_matches('市').to_owned(),
        49..=68 => PROVINCE.trim_end_matches('省').to_owned(),
        69..=80 => format!("{CITY}{DISTRICT}"),
        _ => CITY.to_owned(),
    };
    if dice.per_mille(80) {
        return format!("{own}{word}（{}）有限公司", CITY.trim_end_matches('市'));
    }
    let form = match (is_large, dice.number(1..=100)) {
        (true, 1..=25) => "集团有限公司",
        (true, 26..=50) | (false, 1..=4) => "股份有限公司",
        (false, 5..=8) => "合伙企业（有限合伙）",
        _ => "有限公司",
    };
    format!("{place}{own}{word}{form}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::demo::plan::industries::TRADES;

    #[test]
    fn no_enterprise_name_comes_twice() {
        let (mut names, mut dice) = (EnterpriseNames::default(), Dice::named(1, "names"));
        let drawn: BTreeSet<String> = (0..5000).map(|n| names.draw(&TRADES[n % 44], n < 100, &mut dice)).collect();
        assert_eq!(drawn.len(), 5000);
        assert!(drawn.iter().all(|name| (8..=30).contains(&name.chars().count())));
    }

    #[test]
    fn a_person_can_be_written_both_ways() {
        let name = person(&mut Dice::named(1, "people"));
        assert!(name.latin.chars().all(|c| c.is_ascii_lowercase()));
        assert!((2..=3).contains(&name.written.chars().count()));
    }
}
