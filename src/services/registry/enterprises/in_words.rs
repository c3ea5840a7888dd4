//! The filters of the list of enterprises in words, for a printed or exported list and for filters that no field of a
//! form shows.

use super::EnterpriseQuery;
use crate::{
    domain::{
        fen::{FEN_PER_WAN, Fen},
        registry::industry::{IndustryDivision, IndustryEdition, Section},
    },
    services::registry::directory::Directory,
    texts::{Language, texts},
};

/// One filter in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterText {
    /// The name of its parameter.
    pub parameter: &'static str,
    /// What it is about.
    pub label: String,
    /// What it asks for.
    pub value: String,
}

/// The filters in words, in the order of the form.
pub fn filters(query: &EnterpriseQuery, names: &Directory, language: Language) -> Vec<FilterText> {
    let l = language;
    let yuan = |amount: Fen| wan(l, &in_wan(amount));
    let all = [
        ("q", search(l), query.q.clone()),
        ("street_id", street(l), query.street_id.map(|id| named(names.organisation(Some(id)), l))),
        ("industry_code", industry(l), query.industry_code.as_deref().map(|code| industry_name(code, l))),
        ("presence", presence(l), query.presence.map(|code| code.text(l).to_owned())),
        ("risk_level", risk(l), query.risk_level.map(|code| code.text(l).to_owned())),
        ("tax_year_band", tax(l), query.tax_year_band.map(|code| code.text(l).to_owned())),
        ("tax_year_min_fen", tax_min(l), query.tax_year_min_fen.map(yuan)),
        ("tax_year_max_fen", tax_max(l), query.tax_year_max_fen.map(yuan)),
        ("tier", tier(l), query.tier.map(|code| code.text(l).to_owned())),
        ("status", status(l), query.status.map(|code| code.text(l).to_owned())),
        ("new_entry", new_entry(l), query.new_entry.map(|new| if new { yes(l) } else { no(l) })),
        ("steward_id", steward(l), query.steward_id.map(|id| named(names.person(Some(id)), l))),
    ];
    let said = |(parameter, label, value): (&'static str, String, Option<String>)| {
        Some(FilterText { parameter, label, value: value?.trim().to_owned() }).filter(|said| !said.value.is_empty())
    };
    all.into_iter().filter_map(said).collect()
}

/// An amount in 万 of yuan, to the fen: `1.99` for 19,900 yuan.
fn in_wan(amount: Fen) -> String {
    let (whole, rest) = (amount.0 / FEN_PER_WAN, (amount.0 % FEN_PER_WAN).abs());
    let decimals = format!("{rest:06}");
    let sign = if amount.0 < 0 && whole == 0 { "-" } else { "" };
    let written = format!("{sign}{whole}.{}", decimals.trim_end_matches('0'));
    written.trim_end_matches('.').to_owned()
}

fn named(name: Option<&str>, language: Language) -> String {
    name.map_or_else(|| unknown(language), str::to_owned)
}

/// The name of a section or division, or the code where there is none.
fn industry_name(code: &str, language: Language) -> String {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let division =
        digits.parse().ok().and_then(|number| IndustryDivision::with_number(number, IndustryEdition::default()));
    let section = || Section::with_letter(code.chars().next()?);
    let name = division.map(|found| found.name(language)).or_else(|| Some(section()?.name(language)));
    name.map_or_else(|| code.to_owned(), |name| format!("{code} {name}"))
}

texts! {
    search() { zh: "查找", en: "Search" }
    street() { zh: "街道", en: "Street office" }
    industry() { zh: "行业", en: "Industry" }
    presence() { zh: "纳税经营情况", en: "Tax and operating presence" }
    risk() { zh: "风险", en: "Risk" }
    tax() { zh: "本年入库", en: "Tax of the year" }
    tax_min() { zh: "本年入库不少于", en: "Tax of the year at least" }
    tax_max() { zh: "本年入库不多于", en: "Tax of the year at most" }
    wan(amount: &str) { zh: "{amount} 万元", en: "{amount} × 10,000 yuan" }
    tier() { zh: "企业类别", en: "Tier" }
    status() { zh: "状态", en: "Status" }
    new_entry() { zh: "新入驻", en: "New entry" }
    steward() { zh: "服务管家", en: "Steward" }
    yes() { zh: "是", en: "yes" }
    no() { zh: "否", en: "no" }
    unknown() { zh: "未知", en: "unknown" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_said_exactly() {
        let cases =
            [(1_990_000, "1.99"), (500_000, "0.5"), (30_000_000, "30"), (1, "0.000001"), (-500_000, "-0.5"), (0, "0")];
        for (fen, said) in cases {
            assert_eq!(in_wan(Fen(fen)), said);
        }
    }
}
