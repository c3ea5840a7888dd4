//! The trend as shapes of an SVG: a line above, bars below, twelve months across. No words and no figures: the template has those.

use super::panels::MonthRow;

/// The left end of the axes.
pub const LEFT: i64 = 34;
/// Width of a month.
const STEP: i64 = 41;
/// Where the line's axis ends and begins, from the top.
const LINE: (i64, i64) = (22, 128);
/// The same of the bars.
const BARS: (i64, i64) = (168, 236);
/// Half of the width of a month.
const HALF: i64 = 20;

/// A line of the grid.
pub struct Tick {
    /// Its place from the top.
    pub y: String,
    /// Where its label stands.
    pub label_y: String,
    /// What it stands for.
    pub value: i64,
    /// Whether it is the axis.
    pub base: bool,
}

/// One month.
pub struct Point {
    /// The middle from the left.
    pub x: i64,
    /// The bar of those that stayed; none for none.
    pub stayed: Option<String>,
    /// The bar of those that moved.
    pub moved: Option<String>,
    /// What the axis says.
    pub label: String,
    /// What a pointer is told.
    pub title: String,
}

/// The trend.
pub struct Trend {
    /// The lines of the grid.
    pub ticks: Vec<Tick>,
    /// The line.
    pub line: String,
    /// Where the line ends: from the left, from the top, where its label begins and stands, what it says.
    pub end: Option<(i64, String, i64, String, String)>,
    /// The months.
    pub points: Vec<Point>,
}

impl Trend {
    /// The shapes of some months.
    pub fn of(months: &[MonthRow]) -> Self {
        let top = nice(months.iter().map(|month| month.at_risk).max().unwrap_or_default());
        let most = nice(months.iter().map(|month| month.stayed.max(month.moved)).max().unwrap_or_default());
        let middles = (0_i64..).map(|place| LEFT + HALF + place * STEP);
        let places: Vec<(i64, &MonthRow)> = middles.zip(months).collect();
        let line = places.iter().map(|(x, month)| format!("{x} {}", height(month.at_risk, top, LINE)));
        let line: Vec<String> = line.collect();
        let end = places.last().map(|(x, month)| {
            let tenths = tenths(month.at_risk, top, LINE);
            (*x, shown(tenths), x + 8, shown(tenths + 40), month.at_risk_text.clone())
        });
        let point = |(x, month): &(i64, &MonthRow)| Point {
            x: *x,
            stayed: bar(x - 12, month.stayed, most),
            moved: bar(x + 1, month.moved, most),
            label: month.label.clone(),
            title: month.title.clone(),
        };
        let ticks = [(LINE, top), (BARS, most)].into_iter().flat_map(|(axis, top)| {
            [0, top / 2, top].map(|value| {
                let y = tenths(value, top, axis);
                Tick { y: shown(y), label_y: shown(y + 40), value, base: value == 0 }
            })
        });
        Self {
            ticks: ticks.collect(),
            line: format!("M{}", line.join("L")),
            end,
            points: places.iter().map(point).collect(),
        }
    }
}

/// A bar; nothing for nothing.
fn bar(left: i64, value: i64, top: i64) -> Option<String> {
    (value > 0).then(|| format!("M{left} {}V{}h11V{}Z", BARS.1, height(value, top, BARS), BARS.1))
}

/// The place of a value in tenths from the top.
const fn tenths(value: i64, top: i64, (above, below): (i64, i64)) -> i64 {
    below * 10 - (below - above) * 10 * value / if top > 0 { top } else { 1 }
}

fn height(value: i64, top: i64, axis: (i64, i64)) -> String {
    shown(tenths(value, top, axis))
}

fn shown(tenths: i64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The end of an axis: an even round number not below a value.
fn nice(value: i64) -> i64 {
    let decades = (0..17_u32).map(|power| 10_i64.pow(power));
    let ends = decades.flat_map(|decade| [2, 4, 6, 8, 10].map(|digit| digit * decade));
    ends.into_iter().find(|end| *end >= value).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::{LINE, height, nice};

    #[test]
    fn axes_end_at_even_round_numbers() {
        assert_eq!([0, 1, 3, 11, 40, 181, 999].map(nice), [2, 2, 4, 20, 40, 200, 1000]);
    }

    #[test]
    fn the_largest_value_reaches_the_top() {
        assert_eq!([0, 100, 200].map(|value| height(value, 200, LINE)), ["128.0", "75.0", "22.0"]);
    }
}
