//! What an enterprise paid on its page: months beside the months of the year before, as figures or as bands.

use super::words::{PageWords, month_name};
use crate::{
    domain::{
        band::{Band, DeclineBand},
        fen::Fen,
    },
    services::{
        Error,
        registry::receipts::comparison::{Comparison, Sums, change_bp},
    },
    web::pages::{
        charts::{Axis, Columns, Group, top_of},
        format,
    },
};

/// What was paid, as it is shown.
pub struct ReceiptsPart {
    /// The heading.
    pub title: String,
    /// The later year.
    pub year: i32,
    /// The year before.
    pub before: i32,
    /// The last month whose receipts are all here.
    pub through: Option<String>,
    /// The drawing; `None` when nothing is known of the two years.
    pub chart: Option<String>,
    /// One row a month.
    pub rows: Vec<MonthRow>,
    /// Sums: what they are of, the sum, the year before, and the change.
    pub sums: Vec<SumRow>,
    /// Whether figures are shown.
    pub figures: bool,
}

/// A month of both years.
pub struct MonthRow {
    /// The month.
    pub month: String,
    /// Of the later year.
    pub now: String,
    /// Of the year before.
    pub before: String,
    /// The change in percent; empty for readers who see bands.
    pub change: String,
}

/// The sum of some months.
pub struct SumRow {
    /// Of which months.
    pub name: String,
    /// The sum.
    pub now: String,
    /// That of the year before, in words.
    pub before: String,
    /// The change, in figures or in words; `None` where there is nothing to be said.
    pub change: Option<String>,
}

/// How a reader sees amounts.
#[derive(Clone, Copy)]
struct Eyes {
    figures: bool,
    t: PageWords,
}

impl Eyes {
    fn amount(self, amount: Fen) -> String {
        if self.figures { format::wan(amount) } else { Band::of(amount).text(self.t.0).to_owned() }
    }

    fn known(self, amount: Option<Fen>) -> String {
        amount.map_or_else(|| "—".to_owned(), |amount| self.amount(amount))
    }

    /// How high its column is.
    fn height(self, amount: Fen) -> i64 {
        if self.figures { amount.0 } else { top_of(Band::of(amount)) }
    }

    fn change(self, bp: Option<i64>) -> Option<String> {
        let bp = bp?;
        if self.figures {
            return Some(format!("{}%", percent(bp)));
        }
        DeclineBand::of_basis_points(-bp).map(|band| band.text(self.t.0).to_owned())
    }

    fn sum(self, name: String, sums: Option<Sums>) -> Option<SumRow> {
        let sums = sums?;
        let now = self.amount(sums.now);
        Some(SumRow {
            name,
            now: if self.figures { self.t.wan(&now) } else { now },
            before: self.t.year_before(&self.amount(sums.year_ago)),
            change: self.change(sums.change_bp()),
        })
    }
}

/// A change with its sign and one decimal.
fn percent(bp: i64) -> String {
    let tenths = (bp.unsigned_abs() + 5) / 10;
    let sign = match bp {
        _ if tenths == 0 => "",
        ..0 => "−",
        _ => "+",
    };
    format!("{sign}{}.{}", tenths / 10, tenths % 10)
}

impl ReceiptsPart {
    /// What was paid, for readers who see figures or bands.
    pub fn of(paid: &Comparison, t: PageWords, figures: bool) -> Result<Self, Error> {
        let eyes = Eyes { figures, t };
        let (year, before) = (paid.year, paid.year - 1);
        let pairs: Vec<(u32, Option<Fen>, Option<Fen>)> =
            (1..=12).map(|month| (month, paid.paid(0, month), paid.paid(-1, month))).collect();
        let known = pairs.iter().any(|(_, now, before)| now.is_some() || before.is_some());
        let to_date = paid.through.map_or_else(String::new, |through| match through.month() {
            1 => t.january(),
            month => t.to_date(month),
        });
        let three = eyes.sum(t.last_three(), paid.last_three_months());
        let sums: Vec<SumRow> = eyes.sum(to_date, paid.year_to_date()).into_iter().chain(three).collect();
        let title = if figures { t.receipts_wan() } else { t.receipts_bands() };
        let chart = known.then(|| chart(eyes, paid, &pairs, &sums)).transpose()?;
        let row = |(month, now, before): &(u32, Option<Fen>, Option<Fen>)| MonthRow {
            month: month_name(t.0, *month),
            now: eyes.known(*now),
            before: eyes.known(*before),
            change: now.zip(*before).and_then(|(now, before)| change_bp(now, before)).map_or("—".to_owned(), percent),
        };
        let rows = pairs.iter().map(row).collect();
        let through = paid.through.map(|month| month.to_string());
        Ok(Self { title, year, before, through, chart, rows, sums: if known { sums } else { Vec::new() }, figures })
    }
}

fn chart(
    eyes: Eyes,
    paid: &Comparison,
    pairs: &[(u32, Option<Fen>, Option<Fen>)],
    sums: &[SumRow],
) -> Result<String, Error> {
    let (t, year, before) = (eyes.t, paid.year, paid.year - 1);
    let amounts = pairs.iter().flat_map(|(_, now, before)| [*now, *before]).flatten();
    let axis = if eyes.figures { Axis::figures(amounts) } else { Axis::bands(t.0) };
    let group = |(month, now, ago): &(u32, Option<Fen>, Option<Fen>)| {
        let label = month_name(t.0, *month);
        let tip = t.tip(&label, year, &eyes.known(*now), before, &eyes.known(*ago));
        Group { label, tip, values: [*ago, *now].map(|amount| amount.map(|amount| eyes.height(amount))).to_vec() }
    };
    let said = sums.iter().map(|sum| {
        let change = sum.change.as_ref().map(|change| format!(" {change}")).unwrap_or_default();
        format!("{} {} {}{change}", sum.name, sum.now, sum.before)
    });
    let mut description = said.collect::<Vec<_>>().join("; ");
    if !eyes.figures {
        description = format!("{description} {}", t.bands_described());
    }
    let groups = pairs.iter().map(group).collect();
    Columns { id: "rc", title: t.chart_title(year, before), description, axis, series: vec!["c2", "c1"], groups }.svg()
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn changes_carry_their_sign() {
        assert_eq!([-3_640, 746, 0, 4, -4, 10_000].map(percent), ["−36.4", "+7.5", "0.0", "0.0", "0.0", "+100.0"]);
    }
}
