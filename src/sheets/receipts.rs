//! Lines of a list of taxes paid into the treasury (入库税款).

use super::columns::Header;
use super::row_error::RowProblem;
use super::row_reader::RowReader;
use super::rows::{self, Outcome, Parsed};
use super::{List, SheetError, Table, period};
use super::{amount_unit::AmountUnit, fields::Field};
use crate::domain::fen::{Fen, FenError};
use crate::domain::lengths::{ENTERPRISE_NAME_MAX, RECEIPT_TEXT_MAX};
use crate::domain::month::Month;
use crate::domain::registry::tax_type::{TaxItem, TaxType};
use crate::domain::registry::uscc::Uscc;
use chrono::NaiveDate;
use std::collections::HashMap;

/// What an import of receipts depends on.
#[derive(Debug, Clone, Copy)]
pub struct ReceiptOptions {
    /// Today; no treasury month may be later than the present one.
    pub today: NaiveDate,
    /// The unit of the amounts as the caller declares it; `None` leaves it to the file, which must then state it.
    pub unit: Option<AmountUnit>,
}

/// A good row of a list of receipts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptLine {
    /// 1-based row in the file.
    pub row: u32,
    /// The taxpayer's Unified Social Credit Code.
    pub uscc: Uscc,
    /// The taxpayer's name.
    pub name: Option<String>,
    /// Month in which the treasury received the tax.
    pub treasury_month: Month,
    /// Tax type.
    pub tax_type: TaxType,
    /// Paid after an audit, late, or as a fine on the tax: one-off whatever the tax.
    pub arrears: bool,
    /// Tax period: `2026-10`, `2026-07/2026-09`, or as the file writes it.
    pub period: Option<String>,
    /// All-level amount; negative for a refund.
    pub amount: Fen,
    /// The part the district retains, when the file carries it.
    pub district_amount: Option<Fen>,
    /// Budget level.
    pub budget_level: Option<String>,
    /// From 1, in the order of the file, among lines of the same enterprise, tax type, treasury month, period and budget
    /// level.
    pub ordinal: u32,
}

/// Reads the rows. `progress` gets the rows done and their number, from time to time and at the end.
pub fn rows(
    table: &Table,
    options: &ReceiptOptions,
    mut progress: impl FnMut(usize, usize),
) -> Result<Parsed<ReceiptLine>, SheetError> {
    let header = Header::find(table, List::Receipts)?;
    let unit = header.unit(options.unit)?;
    let mut totals = Totals::default();
    let mut parsed =
        rows::each(table, List::Receipts, &header, &mut progress, |row| line(row, unit, options.today, &mut totals));
    number_equals(&mut parsed.lines);
    Ok(parsed)
}

/// Reads every cell before it gives up, so that all errors of a row are noted.
fn line(row: &mut RowReader<'_>, unit: AmountUnit, today: NaiveDate, totals: &mut Totals) -> Outcome<ReceiptLine> {
    let item = row.required(Field::TaxType, |row| row.parsed(Field::TaxType, TaxType::parse_name));
    if item == Some(TaxItem::NotATax) {
        return Outcome::NotATax;
    }
    let uscc = row.code();
    let name = row.text(Field::Name, ENTERPRISE_NAME_MAX);
    let treasury_month = row.required(Field::TreasuryMonth, |row| treasury_month(row, today));
    let period = period::read(row);
    let amount = row.required(Field::Amount, |row| amount(row, Field::Amount, unit, &mut totals.amount));
    let district_amount = amount_of_district(row, unit, totals);
    let budget_level = row.text(Field::BudgetLevel, RECEIPT_TEXT_MAX);
    match (uscc, treasury_month, item, amount) {
        (Some(uscc), Some(treasury_month), Some(TaxItem::Tax { tax, arrears }), Some(amount)) => {
            Outcome::Line(ReceiptLine {
                row: row.number(),
                uscc,
                name,
                treasury_month,
                tax_type: tax,
                arrears,
                period,
                amount,
                district_amount,
                budget_level,
                ordinal: 1,
            })
        }
        _ => Outcome::Bad,
    }
}

fn treasury_month(row: &mut RowReader<'_>, today: NaiveDate) -> Option<Month> {
    let month = row.month(Field::TreasuryMonth)?;
    if month.first_day() > today {
        row.note(Field::TreasuryMonth, RowProblem::FutureMonth(month));
        return None;
    }
    Some(month)
}

/// Sums of a file, which must stay within what can be stored.
#[derive(Default)]
struct Totals {
    amount: Fen,
    district_amount: Fen,
}

fn amount_of_district(row: &mut RowReader<'_>, unit: AmountUnit, totals: &mut Totals) -> Option<Fen> {
    amount(row, Field::DistrictAmount, unit, &mut totals.district_amount)
}

fn amount(row: &mut RowReader<'_>, field: Field, unit: AmountUnit, total: &mut Fen) -> Option<Fen> {
    row.parsed(field, |text| {
        let amount = match unit {
            AmountUnit::Yuan => Fen::parse_yuan(text)?,
            AmountUnit::Wan => Fen::parse_wan(text)?,
        };
        *total = total.checked_add(amount.within_receipt()?).ok_or(FenError::Overflow)?;
        Ok::<_, FenError>(amount)
    })
}

/// Numbers the lines that nothing but their place in the file tells apart.
fn number_equals(lines: &mut [ReceiptLine]) {
    let mut counts = HashMap::new();
    for line in lines {
        let key =
            (line.uscc.clone(), line.tax_type, line.treasury_month, line.period.clone(), line.budget_level.clone());
        let count = counts.entry(key).or_insert(0_u32);
        *count += 1;
        line.ordinal = *count;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::fixtures::{table, today};
    use super::super::{Cell, Row};
    use super::*;
    use crate::texts::Explain;

    const HEADER: &str = "纳税人识别号|纳税人名称|入库日期|征收项目|所属期起|所属期止|实缴金额|区级|预算级次";

    fn parse(lines: &[&str], unit: Option<AmountUnit>) -> Result<Parsed<ReceiptLine>, SheetError> {
        rows(&table(List::Receipts, lines), &ReceiptOptions { today: today(), unit }, |_, _| ())
    }

    fn parsed(lines: &[&str]) -> Parsed<ReceiptLine> {
        parse(lines, Some(AmountUnit::Yuan)).unwrap()
    }

    fn codes(parsed: &Parsed<ReceiptLine>) -> Vec<(u32, &str)> {
        parsed.errors.iter().map(|error| (error.row, error.code())).collect()
    }

    #[test]
    fn a_full_row_becomes_a_line() {
        let parsed = parsed(&[HEADER, "{1}|甲公司|2026.10.15|增值税|2026-07-01|2026-09-30|￥1,234.56|617.28|区级"]);
        assert_eq!(parsed.errors, []);
        let line = &parsed.lines[0];
        assert_eq!(
            (line.treasury_month.to_string().as_str(), line.tax_type, line.arrears),
            ("2026-10", TaxType::Vat, false)
        );
        assert_eq!((line.amount, line.district_amount), (Fen(123_456), Some(Fen(61_728))));
        assert_eq!(line.period.as_deref(), Some("2026-07/2026-09"));
        assert_eq!(line.budget_level.as_deref(), Some("区级"));
        assert_eq!(line.ordinal, 1);
    }

    #[test]
    fn refunds_are_kept_and_charges_are_counted_apart() {
        let parsed = parsed(&[
            "税号|入库期|税种|税额",
            "{1}|202610|增值税|-500",
            "{1}|202610|教育费附加|15",
            "wrong|bad|地方教育附加|x",
            "|||增值税小计|",
            "{2}|202610|契税查补|(20.5)",
            "合计|||-520.5",
        ]);
        assert_eq!(parsed.errors, []);
        assert_eq!(parsed.lines.iter().map(|line| line.amount.0).collect::<Vec<_>>(), [-50_000, -2_050]);
        assert!(parsed.lines[1].arrears);
        assert_eq!((parsed.skipped.not_taxes, parsed.skipped.totals), (2, 2));
    }

    #[test]
    fn every_error_of_a_row_is_reported() {
        let parsed = parsed(&[
            "税号|入库月份|税种|金额|区级留成",
            "bad|2026-13|花税|1.234|x",
            "{1}|2026-12|增值税||",
            "{1}|2026-11|增值税|99999999999999999999|",
        ]);
        assert!(parsed.lines.is_empty());
        assert_eq!(
            codes(&parsed),
            [
                (2, "tax_type_unknown"),
                (2, "uscc_length"),
                (2, "month_no_such_month"),
                (2, "amount_too_many_decimals"),
                (2, "amount_not_a_number"),
                (3, "month_in_future"),
                (3, "value_missing"),
                (4, "amount_out_of_range"),
            ]
        );
    }

    #[test]
    fn sums_beyond_what_can_be_stored_are_refused() {
        let row = "{1}|2026-11|增值税|10000000000000";
        let lines: Vec<&str> =
            std::iter::once("税号|入库月份|税种|金额").chain(std::iter::repeat_n(row, 9_300)).collect();
        let parsed = parsed(&lines);
        assert_eq!(parsed.lines.len(), 9_223);
        assert_eq!(codes(&parsed)[0], (9_225, "amount_out_of_range"));
    }

    #[test]
    fn equal_lines_are_numbered_in_the_order_of_the_file() {
        let parsed = parsed(&[
            "税号|入库月份|税种|金额|所属期|预算级次",
            "{1}|2026-10|增值税|1|2026-09|区级",
            "{1}|2026-10|增值税|1|202609|区级",
            "{1}|2026-10|增值税|1|2026-09|中央",
            "{2}|2026-10|增值税|1|2026-09|区级",
            "{1}|2026-10|增值税|2|2026年9月|区级",
        ]);
        assert_eq!(parsed.lines.iter().map(|line| line.ordinal).collect::<Vec<_>>(), [1, 2, 1, 1, 3]);
    }

    #[test]
    fn units_are_declared_or_stated_and_never_guessed() {
        let header = |amount: &str| format!("税号|入库月份|税种|{amount}");
        let row = "{1}|2026-10|增值税|1.5";
        let amount =
            |lines: &[&str], unit| parse(lines, unit).map(|parsed| parsed.lines[0].amount.0).map_err(|e| e.code());
        assert_eq!(amount(&[&header("税额"), row], None), Err("unit_unknown"));
        assert_eq!(amount(&[&header("税额"), row], Some(AmountUnit::Wan)), Ok(1_500_000));
        assert_eq!(amount(&[&header("税额（万元）"), row], None), Ok(1_500_000));
        assert_eq!(amount(&[&header("税额（元）"), row], None), Ok(150));
        assert_eq!(amount(&[&header("税额（元）"), row], Some(AmountUnit::Wan)), Err("unit_conflict"));
        assert_eq!(amount(&["清单|单位：万元||", &header("税额"), row], None), Ok(1_500_000));
        assert_eq!(amount(&["清单|单位：万元||", &header("税额(元)"), row], None), Err("unit_conflict"));
        assert_eq!(amount(&[&header("税额（亿元）"), row], Some(AmountUnit::Yuan)), Err("unit_unsupported"));
        assert_eq!(amount(&[&header("入库金额（中央级）"), row], Some(AmountUnit::Yuan)), Err("columns_missing"));
    }

    #[test]
    fn months_stored_as_decimals_are_not_guessed() {
        let header = ["税号", "入库月份", "税种", "金额"].map(Cell::text).to_vec();
        let with = |month: Cell| {
            let amount = Cell::Number("1234.56".into());
            let cells = vec![Cell::text(super::super::fixtures::uscc(1)), month, Cell::text("增值税"), amount];
            let rows_of = vec![Row { number: 1, cells: header.clone() }, Row { number: 2, cells }];
            let table = Table { sheet: None, epoch_1904: false, rows: rows_of };
            rows(&table, &ReceiptOptions { today: today(), unit: Some(AmountUnit::Yuan) }, |_, _| ()).unwrap()
        };
        assert_eq!(codes(&with(Cell::Number("2026.1".into()))), [(2, "month_ambiguous")]);
        for month in [Cell::Number("202610".into()), Cell::Number("46310".into()), Cell::Date(today())] {
            assert_eq!(with(month).lines[0].amount, Fen(123_456));
        }
    }
}
