//! Risky wording in plans and measures: phrases that promise or demand what fair-competition law forbids.
//!
//! Sources: 公平竞争审查条例 (State Council Order 783) art. 8–10, 优化营商环境条例 art. 19. A find is a warning beside the field and
//! never a refusal; the author decides.

use super::text::half_width;
use crate::texts::{Explain, Language};
use serde::{Deserialize, Serialize};

/// Most characters that may stand between the parts of one phrase: 承诺〔三年内〕不迁.
const GAP_MAX: usize = 12;

/// What is wrong with a phrase, and what to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WordingAdvice {
    /// A promise to stay is asked for or given.
    PromiseToStay,
    /// The move is forbidden, held up or made dependent on consent.
    MoveForbidden,
    /// Tax is given back.
    TaxReturned,
    /// Support depends on the tax paid.
    TiedToTax,
    /// Support depends on registering here.
    TiedToRegistration,
}

/// A phrase found in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct RiskyPhrase {
    /// The phrase as it stands in the text.
    pub phrase: String,
    /// Where it begins, in characters from 0.
    pub start: usize,
    /// What is wrong with it.
    pub advice: WordingAdvice,
}

mod say {
    crate::texts::texts! {
        promise_to_stay() {
            zh: "不得要求企业承诺不迁移。迁移是企业的自由选择，请改写为服务措施。",
            en: "An enterprise can't be asked to promise to stay: moving is its free choice. Describe the service instead.",
        }
        move_forbidden() {
            zh: "不得禁止、限制或拖延企业迁移，也不得要求审批。请改写为协助办理。",
            en: "A move can't be forbidden, restricted, delayed or made to wait for consent. Describe how the enterprise is helped with it.",
        }
        tax_returned() {
            zh: "不得以返还、先征后返等方式给予税收优惠。请改为引用已公布并通过公平竞争审查的政策。",
            en: "Tax can't be given back, in whatever form. Refer to a published policy that passed fair-competition review.",
        }
        tied_to_tax() {
            zh: "不得按纳税额、财力贡献等与税收挂钩的方式给予奖补。请改为引用已公布并通过公平竞争审查的政策。",
            en: "Support can't depend on tax paid or on the contribution to the budget. Refer to a published policy that passed fair-competition review.",
        }
        tied_to_registration() {
            zh: "不得以注册地迁入、在本地注册或纳税为条件。请删去该条件。",
            en: "Support can't depend on registering or paying tax here. Remove the condition.",
        }
    }
}

impl Explain for WordingAdvice {
    fn code(&self) -> &'static str {
        match self {
            Self::PromiseToStay => "promise_to_stay",
            Self::MoveForbidden => "move_forbidden",
            Self::TaxReturned => "tax_returned",
            Self::TiedToTax => "tied_to_tax",
            Self::TiedToRegistration => "tied_to_registration",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::PromiseToStay => say::promise_to_stay(language),
            Self::MoveForbidden => say::move_forbidden(language),
            Self::TaxReturned => say::tax_returned(language),
            Self::TiedToTax => say::tied_to_tax(language),
            Self::TiedToRegistration => say::tied_to_registration(language),
        }
    }
}

/// Phrases in one or several parts; between two parts up to [`GAP_MAX`] characters may stand. `|` separates choices.
const PATTERNS: &[(WordingAdvice, &[&str])] = &[
    (WordingAdvice::PromiseToStay, &["承诺|保证|确保|约定", "不迁|不搬|不外迁|不转移|不变更注册|不变更税务|不离开"]),
    (WordingAdvice::PromiseToStay, &["留驻承诺|不迁承诺|不外迁承诺|稳定经营承诺书"]),
    (WordingAdvice::PromiseToStay, &["迁出|迁移|外迁|搬离", "退还|退回|追回|返还", "补贴|奖励|扶持|资金|补助"]),
    (
        WordingAdvice::MoveForbidden,
        &["不得|禁止|限制|不准|不允许|不予|严禁|阻止|暂停|暂缓|拖延|劝阻", "迁出|迁移|外迁|搬离|迁离|迁址|搬迁"],
    ),
    (WordingAdvice::MoveForbidden, &["迁出|迁移|外迁|搬离", "须经|需经|应经|须报|需报", "同意|审批|批准|审核|会签"]),
    (WordingAdvice::MoveForbidden, &["不予办理|暂缓办理|暂不办理|压后办理", "迁出|迁移|注销|变更"]),
    (WordingAdvice::TaxReturned, &["先征后返|先征后奖|即征即奖|列收列支|税收返还|返税|退税奖励|税收奖励|税收洼地"]),
    (WordingAdvice::TaxReturned, &["返还|奖返", "税收|税款|增值税|所得税|地方留成|区级留成"]),
    (WordingAdvice::TaxReturned, &["税收|税款|增值税|所得税|地方留成|区级留成", "返还|奖返|全额奖励"]),
    (WordingAdvice::TiedToTax, &["财力贡献|地方贡献|区级贡献|经济贡献奖|税收贡献奖|纳税贡献奖"]),
    (
        WordingAdvice::TiedToTax,
        &["按|按照|依据|根据", "纳税额|税收额|缴税额|纳税总额|纳税规模|税收贡献", "奖励|补贴|奖补|扶持|返"],
    ),
    (WordingAdvice::TiedToTax, &["与|同", "纳税|税收", "挂钩"]),
    (WordingAdvice::TiedToTax, &["纳税|税收", "达到|超过|不低于|满", "奖励|补贴|奖补|给予"]),
    (WordingAdvice::TiedToRegistration, &["以", "注册|迁入|落户|纳税", "为条件|为前提"]),
    (
        WordingAdvice::TiedToRegistration,
        &["须|需|必须|应当|应", "在本区|在本地|在我区|在辖区|在本街道", "注册|纳税|登记"],
    ),
    (
        WordingAdvice::TiedToRegistration,
        &["注册地|税务登记|税务关系|税收关系", "迁入|转入", "方可|才能|后给予|后享受|给予"],
    ),
];

/// Sentences that protect the move and only look as if they forbade it: 不得限制企业迁移.
const PROTECTIONS: &[&[&str]] = &[
    &[
        "不得限制|不得阻止|不得阻挠|不得拖延|不得暂缓|不得劝阻|不得干预|不限制|不阻止|不拖延|不劝阻|严禁限制|严禁阻止",
        "迁",
    ],
    &["不得以|不得采取|不得通过|不得设置", "限制|阻止|阻挠|拖延|劝阻|干预|障碍", "迁"],
];

/// Finds risky phrases, in the order of the text. Spaces and punctuation inside a phrase don't hide it.
pub fn risky_phrases(text: &str) -> Vec<RiskyPhrase> {
    let original: Vec<char> = text.chars().collect();
    let letters: Vec<Letter> = letters(&original);
    let mut found: Vec<Find> = PATTERNS.iter().flat_map(|(advice, parts)| finds(&letters, *advice, parts)).collect();
    let protected: Vec<Find> =
        PROTECTIONS.iter().flat_map(|parts| finds(&letters, WordingAdvice::MoveForbidden, parts)).collect();
    found.retain(|find| {
        find.advice != WordingAdvice::MoveForbidden
            || !protected.iter().any(|range| range.start <= find.end && find.start <= range.end)
    });
    found.sort_by_key(|find| (find.start, std::cmp::Reverse(find.end), find.advice));
    let mut phrases = Vec::new();
    let mut last: Option<Find> = None;
    for find in found {
        if last.is_some_and(|last| find.start <= last.end) {
            continue;
        }
        let phrase = original.iter().skip(find.start).take(find.end + 1 - find.start).collect();
        phrases.push(RiskyPhrase { phrase, start: find.start, advice: find.advice });
        last = Some(find);
    }
    phrases
}

/// A letter, digit or ideograph with its place in the original text, and whether a sentence ends before it.
#[derive(Debug, Clone, Copy)]
struct Letter {
    c: char,
    place: usize,
    sentence: usize,
}

#[derive(Debug, Clone, Copy)]
struct Find {
    start: usize,
    end: usize,
    advice: WordingAdvice,
}

fn letters(text: &[char]) -> Vec<Letter> {
    let mut sentence = 0;
    let mut letters = Vec::with_capacity(text.len());
    for (place, &c) in text.iter().enumerate() {
        if matches!(c, '。' | '；' | ';' | '!' | '！' | '?' | '？' | '\n') {
            sentence += 1;
        }
        let c = half_width(c).to_ascii_lowercase();
        if c.is_alphanumeric() {
            letters.push(Letter { c, place, sentence });
        }
    }
    letters
}

/// Every place where the parts follow one another within a sentence.
fn finds(letters: &[Letter], advice: WordingAdvice, parts: &[&str]) -> Vec<Find> {
    (0..letters.len())
        .filter_map(|from| {
            let rest = letters.get(from..)?;
            let length = match_parts(rest, parts)?;
            let (first, last) = (rest.first()?, rest.get(length.checked_sub(1)?)?);
            (first.sentence == last.sentence).then_some(Find { start: first.place, end: last.place, advice })
        })
        .collect()
}

/// How many letters the parts take when the first one stands right at the start.
fn match_parts(letters: &[Letter], parts: &[&str]) -> Option<usize> {
    let (part, others) = parts.split_first()?;
    let length = match_choice(letters, part)?;
    if others.is_empty() {
        return Some(length);
    }
    let behind = letters.get(length..)?;
    (0..=GAP_MAX).find_map(|gap| Some(length + gap + match_parts(behind.get(gap..)?, others)?))
}

/// The length of the longest choice that stands at the start.
fn match_choice(letters: &[Letter], choices: &str) -> Option<usize> {
    let stands = |choice: &&str| {
        let matched = letters.iter().zip(choice.chars()).take_while(|(letter, c)| letter.c == *c).count();
        matched == choice.chars().count()
    };
    choices.split('|').filter(stands).map(|choice| choice.chars().count()).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn advice(text: &str) -> Vec<WordingAdvice> {
        risky_phrases(text).into_iter().map(|found| found.advice).collect()
    }

    #[test]
    fn the_phrases_of_the_rule() {
        use WordingAdvice::{MoveForbidden, PromiseToStay, TaxReturned, TiedToRegistration, TiedToTax};
        for (text, expected) in [
            ("企业承诺三年内不迁", PromiseToStay),
            ("承诺五年之内注册地不外迁", PromiseToStay),
            ("签订不迁承诺书", PromiseToStay),
            ("该企业不得迁出", MoveForbidden),
            ("不得在三年内迁出本区", MoveForbidden),
            ("迁出须经街道同意", MoveForbidden),
            ("可享受先征后返", TaxReturned),
            ("给予税收返还", TaxReturned),
            ("将增值税的一半返还企业", TaxReturned),
            ("按财力贡献给予支持", TiedToTax),
            ("按纳税额奖励", TiedToTax),
            ("按上一年度纳税额的5%给予奖励", TiedToTax),
            ("与税收挂钩", TiedToTax),
            ("以注册地迁入为条件", TiedToRegistration),
            ("必须在本区注册", TiedToRegistration),
        ] {
            assert_eq!(advice(text), [expected], "{text}");
        }
    }

    #[test]
    fn spaces_and_punctuation_hide_nothing() {
        assert_eq!(advice("先 征-后、返"), [WordingAdvice::TaxReturned]);
        assert_eq!(advice("承 诺：三年内，不 迁"), [WordingAdvice::PromiseToStay]);
    }

    #[test]
    fn finds_name_the_place() {
        let found = risky_phrases("😀建议：税收 返还。另：不得迁出");
        assert_eq!(
            found,
            [
                RiskyPhrase { phrase: "税收 返还".to_owned(), start: 4, advice: WordingAdvice::TaxReturned },
                RiskyPhrase { phrase: "不得迁出".to_owned(), start: 12, advice: WordingAdvice::MoveForbidden },
            ]
        );
    }

    #[test]
    fn good_plans_are_left_alone() {
        for text in [
            "",
            "协助企业办理迁出手续，提供材料清单",
            "帮助对接园区厂房，协调扩租",
            "尊重企业选择，协助办理",
            "承诺两个工作日内答复。企业不迁也会继续走访",
            "引用已公布的人才政策",
            "不得限制企业自由迁移",
            "不得以任何方式阻止企业迁出",
            "协调解决停车难问题，跟进注册地变更咨询",
        ] {
            assert_eq!(advice(text), [], "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_find_stands_where_it_says(text in "[承诺不迁得出先征后返税收还按纳额奖励以为条件，。 ]{0,60}") {
            for found in risky_phrases(&text) {
                let at: String = text.chars().skip(found.start).take(found.phrase.chars().count()).collect();
                prop_assert_eq!(at, found.phrase);
            }
        }
    }
}
