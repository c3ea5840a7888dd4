//! The enterprises: who they are, where they are, what they pay, and who of them leaves.
//!
//! About three in a hundred leave within the year: of firms listed in the USA 2.2–3.6 % a year changed the state of their
//! headquarters between 1997 and 2018 (mingze-gao.com), of Dutch firms 7.9 % moved any distance in 1995 (Pellenbarg and Kemper,
//! 1999). They are small: of 370 that left a large city whole, more than 90 % were small or medium and ten paid more than a
//! million yuan a year (蔡舒, 2014).

use super::{
    calendar::{Calendar, workday_from},
    credit_codes::CreditCodes,
    dice::Dice,
    industries::{TRADES, Trade},
    magnitude,
    names::EnterpriseNames,
    places::{self, STREETS},
};
use crate::domain::{
    ids::EnterpriseId,
    registry::{enterprise::Tier, presence::Presence, uscc::Uscc},
};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};

/// Of a thousand enterprises, how many only work here and pay elsewhere.
const TAXED_ELSEWHERE: usize = 65;
/// Of a thousand enterprises, how many leave within the year.
const LEAVING: usize = 30;
/// Of a thousand that leave, how many are not among the small.
const LEAVING_NOT_SMALL: i64 = 50;
/// Of a thousand small payers, how many came within the year.
const NEW: i64 = 85;
/// Of a thousand payers, how many are key tax sources.
const KEY: usize = 60;
/// Of a thousand payers, the ranks from which on a payer is small: about a million yuan a year.
const SMALL_FROM: usize = 340;
/// Of a thousand payers, the ranks from which on tax on sales is paid quarterly.
const QUARTERLY_FROM: usize = 460;

/// An enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enterprise {
    /// Its id.
    pub id: EnterpriseId,
    /// Its credit code.
    pub uscc: Uscc,
    /// Its name.
    pub name: String,
    /// The place of its trade in `TRADES`.
    pub trade: usize,
    /// The place of its street office in `STREETS`.
    pub street: usize,
    /// Where it is registered.
    pub registered_address: String,
    /// Where it works.
    pub operating_address: String,
    /// Its competent tax authority.
    pub tax_authority: &'static str,
    /// Its presence class.
    pub presence: Presence,
    /// Its tier.
    pub tier: Tier,
    /// When it entered the district.
    pub entered_on: NaiveDate,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// What it pays, if it pays here.
    pub payer: Option<Payer>,
    /// The day on which it left.
    pub left_on: Option<NaiveDate>,
}

/// What an enterprise pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payer {
    /// Its place among the payers by the year's tax, from 0.
    pub rank: usize,
    /// Whether it is small: about a million yuan a year at most.
    pub is_small: bool,
    /// Recurring tax of the last twelve months if it stays, in fen.
    pub yearly_fen: i64,
    /// The last twelve months in thousandths of the twelve before.
    pub trend: i64,
    /// Whether tax on sales is paid by the quarter.
    pub is_quarterly: bool,
    /// What its months are drawn with.
    pub key: u64,
}

impl Enterprise {
    /// Its trade.
    pub fn trade(&self) -> Option<&'static Trade> {
        TRADES.get(self.trade)
    }

    /// Whether it is here on the day.
    pub fn is_here(&self, day: NaiveDate) -> bool {
        self.left_on.is_none_or(|left| day < left)
    }
}

/// Draws the enterprises, in the order in which they were recorded.
pub fn draw(seed: u64, count: usize, calendar: &Calendar) -> Vec<Enterprise> {
    let payers = count - count * TAXED_ELSEWHERE / 1000;
    let amounts = magnitude::by_rank(payers);
    let mut drawing = Drawing {
        dice: Dice::named(seed, "enterprises"),
        names: EnterpriseNames::default(),
        codes: CreditCodes::default(),
        calendar,
        payers,
    };
    let mut enterprises: Vec<_> = amounts
        .iter()
        .enumerate()
        .map(|(rank, yearly_fen)| Some(drawing.payer(rank, *yearly_fen)))
        .chain(std::iter::repeat_with(|| None).take(count - payers))
        .collect::<Vec<_>>()
        .into_iter()
        .map(|payer| drawing.enterprise(payer))
        .collect();
    leave(&mut enterprises, seed, calendar);
    enterprises.sort_by_key(|enterprise| (enterprise.recorded_at, enterprise.id));
    enterprises
}

struct Drawing<'c> {
    dice: Dice,
    names: EnterpriseNames,
    codes: CreditCodes,
    calendar: &'c Calendar,
    payers: usize,
}

impl Drawing<'_> {
    fn payer(&mut self, rank: usize, average_fen: i64) -> Payer {
        let is_head = rank < magnitude::head_of(self.payers);
        let trend = match self.dice.number(1..=1000) {
            _ if is_head => self.dice.middling(930..=1130),
            1..=8 => self.dice.number(330..=480),
            9..=30 => self.dice.number(580..=690),
            _ => self.dice.middling(860..=1200),
        };
        Payer {
            rank,
            is_small: rank * 1000 >= self.payers * SMALL_FROM,
            yearly_fen: average_fen / 1000 * self.dice.number(960..=1040),
            trend,
            is_quarterly: rank * 1000 >= self.payers * QUARTERLY_FROM,
            key: self.dice.key(),
        }
    }

    fn enterprise(&mut self, payer: Option<Payer>) -> Enterprise {
        let is_head = payer.as_ref().is_some_and(|payer| payer.rank < magnitude::head_of(self.payers));
        let is_key = payer.as_ref().is_some_and(|payer| payer.rank * 1000 < self.payers * KEY);
        let is_small = payer.as_ref().is_none_or(|payer| payer.is_small);
        let weights = TRADES.iter().map(|trade| if is_head { trade.head_weight } else { trade.weight });
        let trade = self.dice.weighted(weights);
        let street = self.dice.weighted(STREETS.iter().map(|street| street.weight));
        let presence = self.presence(payer.is_some(), is_small);
        let (registered_address, operating_address) = self.addresses(street, presence);
        let entered_on = self.entry(is_small);
        let recorded_at = self.recorded(entered_on);
        let is_recent = entered_on.year() >= 2015;
        Enterprise {
            id: EnterpriseId(self.dice.id_at(recorded_at)),
            uscc: self.codes.draw(is_recent, &mut self.dice),
            name: TRADES.get(trade).map(|trade| self.names.draw(trade, is_head, &mut self.dice)).unwrap_or_default(),
            trade,
            street,
            registered_address,
            operating_address,
            tax_authority: match payer {
                Some(_) => places::TAX_AUTHORITY,
                None => places::authority_elsewhere(&mut self.dice),
            },
            presence,
            tier: if is_key { Tier::Key } else { Tier::Normal },
            entered_on,
            recorded_at,
            payer,
            left_on: None,
        }
    }

    fn presence(&mut self, pays_here: bool, is_small: bool) -> Presence {
        match self.dice.number(1..=100) {
            _ if !pays_here => Presence::TaxedElsewhere,
            1..=12 => Presence::OperatesElsewhere,
            13..=15 if is_small => Presence::Unreachable,
            _ => Presence::Local,
        }
    }

    /// Where it is registered and where it works.
    fn addresses(&mut self, street: usize, presence: Presence) -> (String, String) {
        let here = STREETS.get(street).map(|street| places::address_in(street, &mut self.dice)).unwrap_or_default();
        match presence {
            Presence::Local | Presence::Unreachable => (here.clone(), here),
            Presence::OperatesElsewhere => (here, places::address_elsewhere(&mut self.dice)),
            Presence::TaxedElsewhere => (places::address_elsewhere(&mut self.dice), here),
        }
    }

    fn entry(&mut self, is_small: bool) -> NaiveDate {
        let days = if is_small && self.dice.per_mille(NEW) {
            self.dice.number(20..=350)
        } else {
            400 + self.dice.number(0..=90) * self.dice.number(1..=90)
        };
        workday_from(self.calendar.today - Days::new(days.unsigned_abs()))
    }

    /// The list of the first day has everybody who was here; who came afterwards was recorded within days.
    fn recorded(&mut self, entered_on: NaiveDate) -> DateTime<Utc> {
        let opened_on = self.calendar.opened_on;
        if entered_on <= opened_on {
            return self.calendar.at(opened_on, 600);
        }
        let days = self.dice.number(1..=12).unsigned_abs();
        let day = workday_from(entered_on + Days::new(days)).min(self.calendar.days_ago(1));
        self.calendar.office_hour(day, &mut self.dice)
    }
}

/// Decides who leaves and when: easily moving trades more often, and mostly the small.
fn leave(enterprises: &mut [Enterprise], seed: u64, calendar: &Calendar) {
    let mut dice = Dice::named(seed, "leaving");
    let opened_on = calendar.opened_on;
    for _ in 0..(enterprises.len() * LEAVING / 1000) {
        let may_be_large = dice.per_mille(LEAVING_NOT_SMALL);
        let weights = enterprises.iter().map(|enterprise| match &enterprise.payer {
            Some(payer)
                if payer.is_small != may_be_large
                    && enterprise.tier == Tier::Normal
                    && enterprise.left_on.is_none()
                    && enterprise.entered_on < opened_on =>
            {
                mobility(enterprise)
            }
            _ => 0,
        });
        let weights: Vec<u32> = weights.collect();
        let place = dice.weighted(weights.iter().copied());
        let left_on = calendar.days_ago(dice.number(3..=340).unsigned_abs());
        if let Some(enterprise) =
            enterprises.get_mut(place).filter(|_| weights.get(place).is_some_and(|weight| *weight > 0))
        {
            enterprise.left_on = Some(left_on);
        }
    }
}

/// How easily an enterprise leaves: as its trade does, twice as easily when it works elsewhere already.
fn mobility(enterprise: &Enterprise) -> u32 {
    let trade = enterprise.trade().map_or(0, |trade| trade.mobility);
    if enterprise.presence == Presence::OperatesElsewhere { trade * 2 } else { trade }
}
