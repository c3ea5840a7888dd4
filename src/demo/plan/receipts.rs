//! What an enterprise pays into the treasury in one month: a pure function, so that the receipts need not be held in
//! memory.

use super::{
    calendar::MONTHS,
    dice::Dice,
    enterprises::{Enterprise, Payer},
    industries::TaxMix,
};
use crate::domain::{fen::Fen, month::Month, registry::tax_type::TaxType};

/// Shares of the district in thousandths, by tax; like the share of every district below the province, its own.
const DISTRICT_SHARES: [(TaxType, i64); 3] =
    [(TaxType::Vat, 250), (TaxType::CorporateIncome, 200), (TaxType::IndividualIncome, 200)];
/// The district's share of every other tax.
const OTHER_SHARE: i64 = 500;
/// Urban maintenance and construction tax, of the value-added tax (城市维护建设税法 art. 4: 7 % in a city).
const URBAN_MAINTENANCE: i64 = 70;
/// Advance payments of corporate income tax in January, April, July and October, each.
const CORPORATE_ADVANCE: i64 = 220;
/// What is left for the settlement in May.
const CORPORATE_SETTLEMENT: i64 = 120;
/// Of a thousand settlements, how many end in a refund.
const SETTLEMENT_REFUNDS: i64 = 140;
/// Of a thousand months, in how many input tax is refunded.
const INPUT_TAX_REFUNDS: i64 = 3;
/// Of a thousand months, in how many a large payer buys or sells land or buildings.
const ONE_OFFS: i64 = 5;
/// Thousandths of the usual value-added tax by month of the year: a strong December, paid in January, and a weak February.
const SEASON: [i64; 12] = [1180, 960, 880, 1010, 980, 990, 1040, 970, 960, 1010, 1000, 1020];
/// What is paid of the usual in the months before an enterprise leaves, the last one first.
const FADING: [i64; 6] = [350, 500, 620, 740, 850, 930];

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The tax.
    pub tax: TaxType,
    /// The tax period.
    pub period: String,
    /// The amount, negative for a refund.
    pub amount: Fen,
    /// The district's part of it.
    pub district: Fen,
}

/// What an enterprise paid in a treasury month, `last` being the last one of the district's receipts.
pub fn of(enterprise: &Enterprise, month: Month, last: Month) -> Vec<Receipt> {
    let (Some(payer), Some(trade)) = (&enterprise.payer, enterprise.trade()) else { return Vec::new() };
    let entered = Month::containing(enterprise.entered_on).is_some_and(|entered| month > entered);
    let left = enterprise.left_on.and_then(Month::containing);
    if !entered || left.is_some_and(|left| month > left) {
        return Vec::new();
    }
    let mut drawing = Drawing {
        yearly: level(payer, month, last) * payer.yearly_fen / 1000 * fading(left, month) / 1000,
        payer,
        mix: trade.mix,
        month,
        dice: Dice::numbered(payer.key, u64::from(month.ordinal().unsigned_abs())),
        receipts: Vec::new(),
    };
    drawing.draw();
    drawing.receipts
}

/// The level of a month in thousandths of that of the last twelve: on a line that makes their ratio to the year before the
/// payer's trend.
fn level(payer: &Payer, month: Month, last: Month) -> i64 {
    let back = i64::from((last.ordinal() - month.ordinal()).clamp(0, MONTHS));
    let year_ago = 1_000_000 / payer.trend.max(1);
    // The middle of the last twelve months is at 1000.
    1000 + (year_ago - 1000) * (2 * back - 11) / 24
}

/// What is paid of the usual before an enterprise leaves.
fn fading(left: Option<Month>, month: Month) -> i64 {
    let back = left.and_then(|left| usize::try_from(left.ordinal() - month.ordinal()).ok());
    back.and_then(|back| FADING.get(back)).copied().unwrap_or(1000)
}

struct Drawing<'p> {
    /// A year's recurring tax at this month's level, in fen.
    yearly: i64,
    payer: &'p Payer,
    mix: TaxMix,
    month: Month,
    dice: Dice,
    receipts: Vec<Receipt>,
}

impl Drawing<'_> {
    fn draw(&mut self) {
        let opens_quarter = self.month.month() % 3 == 1;
        if !self.payer.is_quarterly || opens_quarter {
            self.tax_on_sales();
        }
        if opens_quarter {
            self.corporate_advance();
            self.pay(TaxType::Stamp, self.quarter(), self.yearly / 1000 * 8 / 4);
        }
        if self.month.month() == 5 {
            self.corporate_settlement();
        }
        if !self.payer.is_small || (opens_quarter && !self.payer.is_quarterly) {
            let months = if self.payer.is_small { 3 } else { 1 };
            let amount = self.around(self.yearly / 12 * months / 1000 * self.mix.individual_income, 60);
            self.pay(TaxType::IndividualIncome, self.previous_month(), amount);
        }
        if matches!(self.month.month(), 4 | 10) && !self.payer.is_quarterly {
            let half = self.yearly / 2 / 1000 * self.mix.property;
            self.pay(TaxType::RealEstate, self.half_year(), half * 4 / 5);
            self.pay(TaxType::LandUse, self.half_year(), half / 5);
        }
        if !self.payer.is_small {
            self.one_off();
        }
    }

    /// Value-added tax and what is levied on it; or a refund of input tax.
    fn tax_on_sales(&mut self) {
        let (months, period) = if self.payer.is_quarterly { (3, self.quarter()) } else { (1, self.previous_month()) };
        let season = usize::try_from(self.month.month() - 1).ok().and_then(|place| SEASON.get(place)).copied();
        let usual = self.yearly / 12 * months / 1000 * self.mix.vat / 1000 * season.unwrap_or(1000);
        let paid = self.around(usual, 110);
        self.pay(TaxType::Vat, period.clone(), paid);
        self.pay(TaxType::UrbanMaintenance, period, paid / 1000 * URBAN_MAINTENANCE);
        if !self.payer.is_quarterly && self.dice.per_mille(INPUT_TAX_REFUNDS) {
            let refund = paid / 100 * self.dice.number(15..=80);
            self.pay(TaxType::Vat, self.previous_month().replace('-', "年") + "月留抵退税", -refund);
        }
    }

    fn corporate_advance(&mut self) {
        let amount = self.around(self.yearly / 1000 * self.mix.corporate_income / 1000 * CORPORATE_ADVANCE, 80);
        self.pay(TaxType::CorporateIncome, self.quarter(), amount);
    }

    /// The settlement of last year's corporate income tax: the rest, or a refund of what was advanced too much.
    fn corporate_settlement(&mut self) {
        let rest = self.around(self.yearly / 1000 * self.mix.corporate_income / 1000 * CORPORATE_SETTLEMENT, 300);
        let amount = if self.dice.per_mille(SETTLEMENT_REFUNDS) { -rest / 2 } else { rest };
        self.pay(TaxType::CorporateIncome, format!("{}年汇算清缴", self.month.year() - 1), amount);
    }

    /// A purchase of a building, or a settled sale of land.
    fn one_off(&mut self) {
        if !self.dice.per_mille(ONE_OFFS) {
            return;
        }
        let amount = self.yearly / 100 * self.dice.number(2..=15);
        let sells = self.mix.property >= 100;
        self.pay(if sells { TaxType::LandAppreciation } else { TaxType::Deed }, self.previous_month(), amount);
    }

    /// An amount some thousandths off the usual; more so for the small.
    fn around(&mut self, usual: i64, spread: i64) -> i64 {
        let spread = if self.payer.is_small { spread * 3 / 2 } else { spread };
        usual / 1000 * self.dice.middling(1000 - spread..=1000 + spread)
    }

    /// Adds a receipt with its odd cents; amounts below ten yuan are not collected.
    fn pay(&mut self, tax: TaxType, period: String, amount: i64) {
        if amount.abs() < 1000 {
            return;
        }
        let amount = amount + self.dice.number(0..=99) * amount.signum();
        let share = DISTRICT_SHARES.iter().find(|(known, _)| *known == tax).map_or(OTHER_SHARE, |(_, share)| *share);
        self.receipts.push(Receipt { tax, period, amount: Fen(amount), district: Fen(amount * share / 1000) });
    }

    fn previous_month(&self) -> String {
        self.month.plus(-1).to_string()
    }

    /// The quarter before the month.
    fn quarter(&self) -> String {
        format!("{}/{}", self.month.plus(-3), self.month.plus(-1))
    }

    /// The half-year before the month.
    fn half_year(&self) -> String {
        format!("{}/{}", self.month.plus(-6), self.month.plus(-1))
    }
}
