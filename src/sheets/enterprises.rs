//! Lines of a tax-source list (税源清单).

use super::columns::Header;
use super::fields::Field;
use super::row_error::RowProblem;
use super::row_reader::RowReader;
use super::rows::{self, Outcome, Parsed};
use super::{List, SheetError, Table};
use crate::domain::lengths::{
    ADDRESS_MAX, CONTACT_NAME_MAX, ENTERPRISE_NAME_MAX, ORGANISATION_NAME_MAX, TAX_AUTHORITY_MAX,
};
use crate::domain::phone::phone;
use crate::domain::registry::enterprise::Tier;
use crate::domain::registry::industry::{IndustryCode, IndustryEdition};
use crate::domain::registry::presence::Presence;
use crate::domain::registry::uscc::Uscc;
use crate::texts::Language;
use chrono::NaiveDate;
use std::collections::HashMap;

/// What an import of a tax-source list depends on.
#[derive(Debug, Clone, Copy)]
pub struct EnterpriseOptions {
    /// Today; no date may be later.
    pub today: NaiveDate,
    /// The edition of GB/T 4754 that the industry codes belong to.
    pub industry_edition: IndustryEdition,
}

/// A good row of a tax-source list. What the file leaves empty, or has no column for, is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterpriseLine {
    /// 1-based row in the file.
    pub row: u32,
    /// Unified Social Credit Code, once in a file.
    pub uscc: Uscc,
    /// Name.
    pub name: String,
    /// Industry code, GB/T 4754.
    pub industry: Option<IndustryCode>,
    /// Registered address.
    pub registered_address: Option<String>,
    /// Operating address.
    pub operating_address: Option<String>,
    /// Name of the street office, not yet looked up.
    pub street_name: Option<String>,
    /// Competent tax authority.
    pub tax_authority: Option<String>,
    /// Date of entry into the district, today at the latest.
    pub entered_on: Option<NaiveDate>,
    /// Its tier.
    pub tier: Option<Tier>,
    /// Presence class as the file gives it.
    pub presence: Option<Presence>,
    /// Contact person.
    pub contact_name: Option<String>,
    /// The contact's phone number.
    pub contact_phone: Option<String>,
}

/// Reads the rows. `progress` gets the rows done and their number, from time to time and at the end.
pub fn rows(
    table: &Table,
    options: &EnterpriseOptions,
    mut progress: impl FnMut(usize, usize),
) -> Result<Parsed<EnterpriseLine>, SheetError> {
    let header = Header::find(table, List::Enterprises)?;
    let mut seen = HashMap::new();
    Ok(rows::each(table, List::Enterprises, &header, &mut progress, |row| match line(row, *options, &mut seen) {
        Some(line) => Outcome::Line(line),
        None => Outcome::Bad,
    }))
}

/// Reads every cell before it gives up, so that all errors of a row are noted.
fn line(row: &mut RowReader<'_>, options: EnterpriseOptions, seen: &mut HashMap<Uscc, u32>) -> Option<EnterpriseLine> {
    let uscc = row.code();
    if let Some(code) = &uscc {
        match seen.get(code) {
            Some(&other_row) => row.note(row.code_field(), RowProblem::Duplicate { other_row }),
            None => {
                seen.insert(code.clone(), row.number());
            }
        }
    }
    let name = row.required(Field::Name, |row| row.text(Field::Name, ENTERPRISE_NAME_MAX));
    let industry = industry(row, options.industry_edition);
    let registered_address = row.text(Field::RegisteredAddress, ADDRESS_MAX);
    let operating_address = row.text(Field::OperatingAddress, ADDRESS_MAX);
    let street_name = row.text(Field::StreetName, ORGANISATION_NAME_MAX);
    let tax_authority = row.text(Field::TaxAuthority, TAX_AUTHORITY_MAX);
    let entered_on = row.date(Field::EnteredOn, options.today);
    let tier = row.choice(Field::Tier, tier, tiers);
    let presence = row.choice(Field::Presence, presence, presences);
    let contact_name = row.text(Field::ContactName, CONTACT_NAME_MAX);
    let contact_phone = row.parsed(Field::ContactPhone, phone);
    Some(EnterpriseLine {
        row: row.number(),
        uscc: uscc?,
        name: name?,
        industry,
        registered_address,
        operating_address,
        street_name,
        tax_authority,
        entered_on,
        tier,
        presence,
        contact_name,
        contact_phone,
    })
}

/// A code of three digits stored as a number may have lost a zero in front: 111 is a group of coal mining or the class 0111.
fn industry(row: &mut RowReader<'_>, edition: IndustryEdition) -> Option<IndustryCode> {
    if row.is_number_of_digits(Field::IndustryCode, 3) {
        row.note(Field::IndustryCode, RowProblem::LeadingZeroLost);
        return None;
    }
    row.parsed(Field::IndustryCode, |text| IndustryCode::parse(text, edition))
}

/// Reads the tier, or the answer to whether an enterprise is a key one.
fn tier(key: &str) -> Option<Tier> {
    match key {
        "重点" | "重点企业" | "重点税源" | "重点税源企业" | "key" | "是" | "yes" => Some(Tier::Key),
        "一般" | "一般企业" | "普通" | "普通企业" | "normal" | "否" | "no" => Some(Tier::Normal),
        _ => None,
    }
}

fn tiers() -> (String, String) {
    let names = |language| Tier::ALL.iter().map(move |tier| tier.text(language)).collect::<Vec<_>>();
    (names(Language::Zh).join("、"), names(Language::En).join(", "))
}

fn presence(key: &str) -> Option<Presence> {
    match key {
        "失联" | "空壳" => Some(Presence::Unreachable),
        _ => Presence::ALL
            .iter()
            .copied()
            .find(|presence| key == presence.as_str() || key == presence.text(Language::Zh)),
    }
}

fn presences() -> (String, String) {
    let names: Vec<_> = Presence::ALL.iter().map(|class| class.text(Language::Zh)).collect();
    let codes: Vec<_> = Presence::ALL.iter().map(|class| class.as_str()).collect();
    (names.join("、"), codes.join(", "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::fixtures::{table, today, uscc};
    use super::super::{Cell, Row};
    use super::*;
    use crate::texts::Explain;

    const HEADER: &str =
        "序号|统一社会信用代码|企业名称|行业代码|注册地址|所属街道|主管税务机关|入驻日期|是否重点|在地情况|联系电话";

    fn parse(table: &Table) -> Parsed<EnterpriseLine> {
        let options = EnterpriseOptions { today: today(), industry_edition: IndustryEdition::Gb2017 };
        rows(table, &options, |_, _| ()).unwrap()
    }

    fn parsed(lines: &[&str]) -> Parsed<EnterpriseLine> {
        parse(&table(List::Enterprises, lines))
    }

    fn errors(parsed: &Parsed<EnterpriseLine>) -> Vec<(u32, &str, &str)> {
        parsed.errors.iter().map(|error| (error.row, error.column.as_str(), error.code())).collect()
    }

    #[test]
    fn a_full_row_becomes_a_line() {
        let parsed = parsed(&[
            HEADER,
            "1|{1}|星河科技|6510|某区甲路1号|城关街道|第一税务所|2026年3月1日|是|在地纳税异地经营|138 0000 1234",
        ]);
        assert_eq!(parsed.errors, []);
        let line = &parsed.lines[0];
        assert_eq!((line.row, line.uscc.as_str(), line.name.as_str()), (2, uscc(1).as_str(), "星河科技"));
        assert_eq!(line.industry, IndustryCode::parse("I6510", IndustryEdition::Gb2017).ok());
        assert_eq!(line.registered_address.as_deref(), Some("某区甲路1号"));
        assert_eq!(line.operating_address, None);
        assert_eq!(line.entered_on, NaiveDate::from_ymd_opt(2026, 3, 1));
        assert_eq!((line.tier, line.presence), (Some(Tier::Key), Some(Presence::OperatesElsewhere)));
        assert_eq!(line.contact_phone.as_deref(), Some("138 0000 1234"));
        assert_eq!(parsed.ignored_columns, ["序号"]);
    }

    #[test]
    fn texts_are_as_long_as_elsewhere() {
        let row = |authority: usize, contact: usize| {
            let (authority, contact) = ("所".repeat(authority), "人".repeat(contact));
            let line = format!("{}|甲|{authority}|{contact}", uscc(1));
            parsed(&["税号|名称|主管税务机关|联系人", &line])
        };
        assert_eq!(errors(&row(TAX_AUTHORITY_MAX, CONTACT_NAME_MAX)), []);
        let too_long = row(TAX_AUTHORITY_MAX + 1, CONTACT_NAME_MAX + 1);
        assert_eq!(errors(&too_long).iter().map(|error| error.1).collect::<Vec<_>>(), ["主管税务机关", "联系人"]);
    }

    #[test]
    fn what_is_no_data_is_passed_over_and_rows_keep_their_numbers() {
        let parsed = parsed(&[
            "某区税源清单||",
            "填报单位：城关街道||",
            "",
            "统一社会信用代码|企业名称|备注",
            "{1}|甲公司|",
            "",
            "小 计|1户|",
            "统一社会信用代码|企业名称|备注",
            "||只有备注",
            "{2}|乙公司|",
            "合计：|2|",
            "制表人：某某|审核人：某某|",
        ]);
        assert_eq!(parsed.errors, []);
        assert_eq!(parsed.header_row, 4);
        assert_eq!(parsed.lines.iter().map(|line| line.row).collect::<Vec<_>>(), [5, 10]);
        let skipped = parsed.skipped;
        assert_eq!((skipped.titles, skipped.blank, skipped.repeated_headers), (2, 2, 1));
        assert_eq!((skipped.totals, skipped.footers, parsed.data_rows), (2, 1, 2));
    }

    #[test]
    fn every_error_of_a_row_is_reported() {
        let parsed = parsed(&[
            HEADER,
            "1|12345||9999|||\u{202e}所|2027-01-01|也许|月球|无",
            "2|{1}|甲\u{200f}公司||||||||",
            "3|{1}|乙||||||||",
            "4||丙||||||||",
        ]);
        assert!(parsed.lines.is_empty());
        let expected = [
            (2, "统一社会信用代码", "uscc_length"),
            (2, "企业名称", "value_missing"),
            (2, "行业代码", "industry_division"),
            (2, "主管税务机关", "text_direction_character"),
            (2, "入驻日期", "date_in_future"),
            (2, "是否重点", "not_a_choice"),
            (2, "在地情况", "not_a_choice"),
            (2, "联系电话", "phone_format"),
            (3, "企业名称", "text_direction_character"),
            (4, "统一社会信用代码", "duplicate_code"),
            (5, "统一社会信用代码", "value_missing"),
        ];
        let found = errors(&parsed);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!((found.0, found.1), (expected.0, expected.1));
        }
        assert_eq!(parsed.errors[9].problem, RowProblem::Duplicate { other_row: 3 });
        assert_eq!(parsed.errors[9].problem.text(Language::Zh), "与第 3 行的代码重复。请只保留一行。");
        assert!(
            parsed.errors[9].to_string().starts_with("Row 4, \"统一社会信用代码\": The code is the same as in row 3.")
        );
    }

    #[test]
    fn codes_are_read_from_either_column_and_must_agree() {
        let parsed = parsed(&[
            "统一社会信用代码|纳税人识别号|名称",
            "{1}|{1}|甲",
            "|{2}|乙",
            "{3}|{4}|丙",
            "=\"{5}\"||丁",
            "'{6}||戊",
            "９.11101E+17||己",
            "110108600037341||庚",
        ]);
        assert_eq!(parsed.lines.iter().map(|line| line.row).collect::<Vec<_>>(), [2, 3, 5, 6]);
        assert_eq!(
            errors(&parsed),
            [
                (4, "纳税人识别号", "codes_differ"),
                (7, "统一社会信用代码", "digits_lost"),
                (8, "统一社会信用代码", "legacy_taxpayer_id")
            ]
        );
    }

    fn cells(cells: Vec<Cell>) -> Table {
        let header = vec![Cell::text("税号"), Cell::text("名称"), Cell::text("入驻时间"), Cell::text("行业代码")];
        let rows = vec![Row { number: 1, cells: header }, Row { number: 2, cells }];
        Table { sheet: None, epoch_1904: false, rows }
    }

    fn number(text: &str) -> Cell {
        Cell::Number(text.into())
    }

    #[test]
    fn numbers_that_lost_digits_are_not_believed() {
        let parsed =
            parse(&cells(vec![number("911101085513850000"), Cell::text("甲"), number("46348.5"), number("111")]));
        assert_eq!(errors(&parsed), [(2, "税号", "digits_lost"), (2, "行业代码", "leading_zero_lost")]);
        let good = parse(&cells(vec![Cell::text(uscc(1)), number("361"), number("46348.5"), number("6510")]));
        assert_eq!(good.lines[0].entered_on, Some(today()));
        assert_eq!(good.lines[0].name, "361");
        let broken = parse(&cells(vec![Cell::text(uscc(1)), Cell::Error]));
        assert_eq!(errors(&broken), [(2, "名称", "error_value")]);
    }

    #[test]
    fn line_breaks_inside_a_cell_are_closed() {
        let name = Cell::text("星河科技\n有限公司 (Galaxy\r\nTech)");
        let parsed = parse(&cells(vec![Cell::text(uscc(1)), name]));
        assert_eq!(parsed.lines[0].name, "星河科技有限公司 (Galaxy Tech)");
    }

    #[test]
    fn formulas_and_emoji_are_only_text() {
        let parsed = parsed(&["税号|名称", "{1}|=1+1", "{2}|@SUM(A1)", "{3}|🌊水源"]);
        assert_eq!(
            parsed.lines.iter().map(|line| line.name.as_str()).collect::<Vec<_>>(),
            ["=1+1", "@SUM(A1)", "🌊水源"]
        );
    }

    #[test]
    fn progress_ends_with_all_rows() {
        let lines: Vec<String> =
            std::iter::once("税号|名称".to_owned()).chain((0..1200).map(|n| format!("{}|甲", uscc(n)))).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let options = EnterpriseOptions { today: today(), industry_edition: IndustryEdition::Gb2017 };
        let mut calls = Vec::new();
        let parsed =
            rows(&table(List::Enterprises, &lines), &options, |done, total| calls.push((done, total))).unwrap();
        assert_eq!(parsed.lines.len(), 1200);
        assert_eq!(calls, [(0, 1200), (500, 1200), (1000, 1200), (1200, 1200)]);
    }
}
