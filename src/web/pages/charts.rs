//! Charts as SVG that is made here: no script, and no style but classes. Positions are whole numbers, so that what is drawn is
//! the same everywhere. A figure that is not known draws nothing; a legend and the figures as a table belong to the page.

use super::format;
use crate::{
    domain::{band::Band, fen::Fen},
    services::Error,
    texts::Language,
};
use askama::Template;
use std::fmt;

/// Width of a drawing, in its own units.
const WIDTH: i64 = 560;
/// Height of a drawing with its labels.
const HEIGHT: i64 = 236;
const TOP: i64 = 10;
const BASE: i64 = 214;
/// Widest column.
const COLUMN_MAX: i64 = 15;
const COLUMN_GAP: i64 = 2;

/// A position in tenths of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tenths(i64);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

/// A scale from bottom to top: how far it reaches, its lines and what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    low: i64,
    high: i64,
    lines: Vec<i64>,
    labels: Vec<(i64, String)>,
}

impl Axis {
    /// A scale for amounts, in ten thousand yuan, with at most four steps of a round size.
    pub fn figures(amounts: impl IntoIterator<Item = Fen>) -> Self {
        let (mut least, mut most) = (0, 0);
        for Fen(amount) in amounts {
            let amount = amount.clamp(-MOST_DRAWN, MOST_DRAWN);
            (least, most) = (amount.min(least), amount.max(most));
        }
        let steps = |amount: i64, step: i64| amount.unsigned_abs().div_ceil(step.unsigned_abs()).cast_signed();
        let fits = |step: &i64| steps(least, *step) + steps(most, *step) <= MOST_STEPS;
        let step = round_steps().find(fits).unwrap_or(MOST_DRAWN);
        let (below, above) = (steps(least, step), steps(most, step).max(1));
        let lines: Vec<i64> = (-below..=above).map(|number| number * step).collect();
        let label = |line: &i64| (*line, format::wan(Fen(*line)).trim_end_matches(".0").to_owned());
        Self { low: -below * step, high: above * step, labels: lines.iter().map(label).collect(), lines }
    }

    /// The scale for readers who see bands: one step for each band, and the step is labelled.
    pub fn bands(language: Language) -> Self {
        let bands = i64::from(Band::Over100M.index()) + 1;
        let label = |band: &Band| (top_of(*band) - 1, band.text(language).to_owned());
        Self {
            low: 0,
            high: 2 * bands,
            lines: (0..=bands).map(|line| 2 * line).collect(),
            labels: Band::ALL.iter().map(label).collect(),
        }
    }

    /// How wide the longest label is, with the room beside it.
    fn margin(&self) -> i64 {
        let width = |label: &str| label.chars().map(|c| if c.is_ascii() || c == '–' { 7 } else { 12 }).sum::<i64>();
        self.labels.iter().map(|(_, label)| width(label)).max().unwrap_or_default() + 12
    }

    fn height_of(&self, value: i64) -> Tenths {
        let span = i128::from(self.high) - i128::from(self.low);
        let room = i128::from(10 * (BASE - TOP));
        let above = i128::from(value.clamp(self.low, self.high)) - i128::from(self.low);
        let above = i64::try_from(above * room / span.max(1)).unwrap_or_default();
        Tenths(10 * BASE - above)
    }
}

/// The largest amount of a month there can be, in fen; nothing beyond it is drawn.
const MOST_DRAWN: i64 = 100_000_000_000_000_000;
/// Steps a scale has at most.
const MOST_STEPS: i64 = 4;

/// Round steps in fen, from a tenth of ten thousand yuan on, the smallest first.
fn round_steps() -> impl Iterator<Item = i64> {
    let powers = (0..12).map(|power| 100_000 * 10_i64.pow(power));
    powers.flat_map(|power| {
        let tenths: &[i64] = if power == 100_000 { &[10, 20, 50] } else { &[10, 15, 20, 25, 30, 40, 50, 60, 80] };
        tenths.iter().map(move |tenth| power / 10 * tenth)
    })
}

/// Where a column of a band ends on a scale of bands: at the top of the band, so that nobody reads more than the band.
pub fn top_of(band: Band) -> i64 {
    2 * (i64::from(band.index()) + 1)
}

/// The columns over one label.
#[derive(Debug, Clone)]
pub struct Group {
    /// What stands below.
    pub label: String,
    /// What it says when one points at it.
    pub tip: String,
    /// One value a series, in their order; `None` draws nothing.
    pub values: Vec<Option<i64>>,
}

/// Columns side by side, one a series.
#[derive(Debug, Clone)]
pub struct Columns {
    /// Makes ids of the page unique.
    pub id: &'static str,
    /// What it shows.
    pub title: String,
    /// What is to be seen in it, for who cannot see it.
    pub description: String,
    /// The scale.
    pub axis: Axis,
    /// The class of each series.
    pub series: Vec<&'static str>,
    /// What stands along the base.
    pub groups: Vec<Group>,
}

struct Line {
    y: Tenths,
    is_base: bool,
}

struct Label {
    y: Tenths,
    text: String,
}

struct Column {
    class: &'static str,
    x: Tenths,
    from: Tenths,
    to: Tenths,
    width: i64,
}

struct Drawn {
    label: String,
    tip: String,
    middle: Tenths,
    columns: Vec<Column>,
}

#[derive(Template)]
#[template(path = "pages/charts/columns.html")]
struct ColumnsDrawing<'c> {
    chart: &'c Columns,
    width: i64,
    height: i64,
    left: i64,
    foot: i64,
    lines: Vec<Line>,
    labels: Vec<Label>,
    groups: Vec<Drawn>,
}

impl Columns {
    /// The drawing.
    pub fn svg(&self) -> Result<String, Error> {
        let left = self.axis.margin();
        let count = i64::try_from(self.groups.len()).unwrap_or(1).max(1);
        let room = 10 * (WIDTH - left) / count;
        let many = i64::try_from(self.series.len()).unwrap_or(1).max(1);
        let width = ((room / 10 - 4 - COLUMN_GAP * (many - 1)) / many).clamp(2, COLUMN_MAX);
        let all = 10 * (many * width + (many - 1) * COLUMN_GAP);
        let line = |&at: &i64| Line { y: self.axis.height_of(at), is_base: at == 0 };
        let label =
            |(at, text): &(i64, String)| Label { y: Tenths(self.axis.height_of(*at).0 + 40), text: text.clone() };
        let groups = (0..).zip(&self.groups).map(|(place, group): (i64, &Group)| {
            let middle = 10 * left + place * room + room / 2;
            let mut columns = Vec::new();
            for (number, (value, class)) in (0..).zip(group.values.iter().zip(&self.series)) {
                let x = Tenths(middle - all / 2 + number * 10 * (width + COLUMN_GAP));
                columns.extend(value.and_then(|value| self.column(value, class, x, width)));
            }
            Drawn { label: group.label.clone(), tip: group.tip.clone(), middle: Tenths(middle), columns }
        });
        let drawing = ColumnsDrawing {
            chart: self,
            width: WIDTH,
            height: HEIGHT,
            left,
            foot: HEIGHT - 5,
            lines: self.axis.lines.iter().map(line).collect(),
            labels: self.axis.labels.iter().map(label).collect(),
            groups: groups.collect(),
        };
        drawing.render().map_err(Error::internal)
    }

    /// A column from the base; nothing is no column, and the least thing is to be seen.
    fn column(&self, value: i64, class: &'static str, x: Tenths, width: i64) -> Option<Column> {
        let from = self.axis.height_of(0);
        let to = match self.axis.height_of(value) {
            Tenths(to) if value > 0 => Tenths(to.min(from.0 - 10)),
            Tenths(to) if value < 0 => Tenths(to.max(from.0 + 10)),
            Tenths(_) => return None,
        };
        Some(Column { class, x, from, to, width })
    }
}

/// A scale of points from 0 to 100 in coloured parts, with a pin where one stands.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/charts/scale.html")]
pub struct Scale {
    /// What it shows, for who cannot see it.
    pub title: String,
    /// From where on which class is drawn, and its label; from 0 upwards.
    pub parts: Vec<(i32, &'static str, String)>,
    /// Where one stands.
    pub at: i32,
    /// What stands above the pin.
    pub label: String,
}

struct Part {
    class: &'static str,
    x: Tenths,
    width: Tenths,
    label: String,
}

impl Scale {
    fn drawn(&self) -> Vec<Part> {
        let ends = self.parts.iter().skip(1).map(|(from, ..)| *from).chain([100]);
        let part = |((from, class, label), end): (&(i32, &'static str, String), i32)| {
            let gap = if *from == 0 { 0 } else { 2 };
            let (from, end) = (i64::from((*from).clamp(0, 100)), i64::from(end.clamp(0, 100)));
            Part {
                class,
                x: Tenths(10 * from + gap),
                width: Tenths((10 * (end - from) - gap).max(0)),
                label: label.clone(),
            }
        };
        self.parts.iter().zip(ends).map(part).collect()
    }

    /// The label of the pin stays on the drawing.
    const fn anchor(&self) -> &'static str {
        match self.at {
            ..=7 => "start",
            93.. => "end",
            _ => "middle",
        }
    }

    /// The drawing.
    pub fn svg(&self) -> Result<String, Error> {
        self.render().map_err(Error::internal)
    }
}

/// How far a bar of 100 units reaches for a part of a whole.
pub fn share(part: i64, whole: i64) -> i64 {
    if whole <= 0 { 0 } else { (part.saturating_mul(100) / whole).clamp(0, 100) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::domain::fen::FEN_PER_WAN;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.labels.iter().map(|(_, label)| label.as_str()).collect()
    }

    fn wan(tenths: i64) -> Fen {
        Fen(tenths * FEN_PER_WAN / 10)
    }

    #[test]
    fn steps_are_round_and_few() {
        for (least, most, expected) in [
            (0, 4_183, &["0", "150", "300", "450"][..]),
            (0, 0, &["0", "0.1"]),
            (0, 3, &["0", "0.1", "0.2", "0.3"]),
            (0, 100_000, &["0", "2,500", "5,000", "7,500", "10,000"]),
            (-120, 900, &["−30", "0", "30", "60", "90"]),
            (-5, 0, &["−0.6", "−0.4", "−0.2", "0", "0.2"]),
        ] {
            assert_eq!(labels(&Axis::figures([wan(least), wan(most)])), expected, "{least} to {most}");
        }
        let widest = Axis::figures([Fen(i64::MIN), Fen(i64::MAX)]);
        assert!(widest.lines.len() <= 6, "{widest:?}");
    }

    #[test]
    fn columns_reach_from_the_base_to_their_value() {
        let axis = Axis::figures([wan(4_500)]);
        assert_eq!(axis.height_of(0).to_string(), "214.0");
        assert_eq!(axis.height_of(wan(4_500).0).to_string(), "10.0");
        assert_eq!(axis.height_of(wan(2_250).0).to_string(), "112.0");
    }

    fn chart(axis: Axis, values: Vec<Option<i64>>) -> String {
        let groups = vec![Group { label: "1月".to_owned(), tip: "<1月>".to_owned(), values }];
        let (title, description) = ("各月".to_owned(), "说明".to_owned());
        Columns { id: "rc", title, description, axis, series: vec!["c2", "c1"], groups }.svg().unwrap()
    }

    #[test]
    fn what_is_not_known_draws_nothing() {
        let svg = chart(Axis::figures([wan(100)]), vec![Some(wan(100).0), None]);
        assert_eq!(svg.matches("class=\"c2\"").count(), 1);
        assert!(!svg.contains("class=\"c1\"") && svg.contains("&#60;1月&#62;"), "{svg}");
        assert!(!chart(Axis::figures([]), vec![Some(0), Some(0)]).contains("class=\"c2\""));
    }

    #[test]
    fn refunds_hang_below_the_base() {
        let svg = chart(Axis::figures([wan(100), wan(-100)]), vec![Some(wan(-100).0), Some(wan(100).0)]);
        assert!(svg.contains("V214.0h15V112.0Z") && svg.contains("V10.0h15V112.0Z"), "{svg}");
    }

    #[test]
    fn amounts_of_a_band_are_drawn_alike() {
        let of = |amount: i64| chart(Axis::bands(Language::Zh), vec![None, Some(top_of(Band::of(wan(amount))))]);
        assert_eq!(of(1_010), of(4_990));
        assert_ne!(of(1_010), of(5_010));
        assert_eq!(labels(&Axis::bands(Language::Zh)).len(), Band::ALL.len());
        assert!(of(1_010).contains("100万–500万元"));
    }

    #[test]
    fn the_pin_stands_where_the_score_is() {
        let part = |from: i32, class| (from, class, from.to_string());
        let parts = vec![part(0, "c-none"), part(25, "c-yellow"), part(75, "c-red")];
        let scale = Scale { title: "得分 66".to_owned(), parts, at: 66, label: "得分 66".to_owned() };
        let svg = scale.svg().unwrap();
        assert!(svg.contains("x=\"66%\"") && svg.contains("x=\"25.2%\"") && svg.contains("width=\"49.8%\""), "{svg}");
        assert_eq!((Scale { at: 0, ..scale.clone() }.anchor(), Scale { at: 100, ..scale }.anchor()), ("start", "end"));
    }

    #[test]
    fn shares_stay_on_the_bar() {
        assert_eq!([share(1, 4), share(5, 4), share(-1, 4), share(1, 0)], [25, 100, 0, 0]);
    }
}
