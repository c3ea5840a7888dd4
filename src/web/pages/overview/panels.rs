//! The panels of the overview: counts as a reader sees them, each with the way to the list behind it.

use super::words::OverviewWords;
use crate::{
    domain::{
        band::Band,
        registry::{division::Province, industry::Section},
        watch::{
            alert::{AnswerTimes, Outcome},
            level::Level,
        },
    },
    services::{
        Context,
        desks::overview::{MonthLine, Overview, StreetLine, Sum},
    },
    web::pages::{
        alerts::words::{AlertWords, OUTCOMES},
        format,
        words::Words,
    },
};
use chrono::{DateTime, SecondsFormat, Utc};

/// The levels at risk, most serious first.
const LEVELS: [Level; 3] = [Level::Red, Level::Orange, Level::Yellow];
/// Rows of a panel with bars.
const BARS: usize = 8;

/// An address with filters.
fn address(path: &str, filters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(filters).finish();
    format!("{path}?{query}")
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A key figure.
pub struct Stat {
    /// The level; empty for the whole.
    pub level: &'static str,
    /// What it is.
    pub label: String,
    /// The figure.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// What else is to be said.
    pub note: String,
    /// The list behind it.
    pub href: String,
}

/// Tax at risk by level, and the whole: amounts for readers who see figures, numbers of enterprises for all others.
pub fn stats(found: &Overview, figures: bool, t: OverviewWords) -> Vec<Stat> {
    let all = found.all();
    let of_level = LEVELS.into_iter().map(|level| {
        let sum = found.levels.get(&level).copied().unwrap_or_default();
        let share = share(sum.tax.0, all.tax.0);
        let label = t.at_level(level.text(t.language()));
        let href = address("/enterprises", &[("risk_level", level.as_str())]);
        stat(level.as_str(), label, sum, figures, href, Some(share), t)
    });
    let whole = stat("", t.whole(), all, figures, "/enterprises".to_owned(), None, t);
    of_level.chain([whole]).collect()
}

fn stat(
    level: &'static str,
    label: String,
    sum: Sum,
    figures: bool,
    href: String,
    share: Option<String>,
    t: OverviewWords,
) -> Stat {
    let count = format::count(sum.count);
    if !figures {
        let note = t.enterprises_large(&format::count(sum.large));
        return Stat { level, label, value: count, unit: t.enterprises_unit(), note, href };
    }
    let (value, unit) = parted(&sum.tax.format_short(t.language()));
    let note = match share {
        Some(share) => t.enterprises_share(&count, &share),
        None => t.enterprises_year(&count),
    };
    Stat { level, label, value, unit, note, href }
}

/// An amount and its unit.
fn parted(amount: &str) -> (String, String) {
    let is_figure = |one: char| one.is_ascii_digit() || matches!(one, '.' | ',' | '-');
    let (value, unit) = amount.split_at(amount.find(|one| !is_figure(one)).unwrap_or(amount.len()));
    (value.to_owned(), unit.trim().to_owned())
}

/// A part in percent with one decimal.
fn share(part: i64, whole: i64) -> String {
    let tenths = if whole > 0 { i128::from(part) * 1000 / i128::from(whole) } else { 0 };
    format!("{}.{}", tenths / 10, (tenths % 10).abs())
}

/// An alert that waits.
pub struct WaitingRow {
    /// Its page.
    pub href: String,
    /// Its level.
    pub level: &'static str,
    /// The level's name.
    pub level_name: &'static str,
    /// The enterprise.
    pub name: String,
    /// The most serious rule it rests on.
    pub cause: &'static str,
    /// What the enterprise pays.
    pub tax: String,
    /// Who has to acknowledge it.
    pub waiting_for: Option<String>,
    /// How long it has waited.
    pub age: String,
    /// Whether that is too long.
    pub late: bool,
}

/// The alerts that have waited longest.
pub fn waiting(
    found: &Overview,
    figures: bool,
    times: AnswerTimes,
    now: DateTime<Utc>,
    w: Words,
    t: OverviewWords,
) -> Vec<WaitingRow> {
    let language = t.language();
    let row = |one: &crate::services::desks::overview::Waiting| {
        let (level, raised_at) = (one.row.level, one.row.raised_at.0);
        let office = found.directory.organisation(one.row.street).filter(|_| !one.row.without_recipient);
        WaitingRow {
            href: format!("/alerts/{}", one.row.id),
            level: level.as_str(),
            level_name: level.text(language),
            name: one.row.name.clone(),
            cause: one.factor.as_ref().map_or("—", |factor| factor.rule.text(language)),
            tax: if figures { format::wan(one.row.tax) } else { Band::of(one.row.tax).text(language).to_owned() },
            waiting_for: found.directory.person(one.person).or(office).map(str::to_owned),
            age: format::waited(w, raised_at, now),
            late: times.is_late(level, raised_at, now),
        }
    };
    found.waiting.iter().map(row).collect()
}

/// Within what time an alert is answered in time, in words.
pub fn in_time_rule(times: AnswerTimes, t: OverviewWords) -> String {
    let [red, orange, yellow] = [times.red, times.orange, times.yellow].map(|time| time.num_hours());
    let rule = t.in_time_rule(red, orange, yellow);
    if times == AnswerTimes::SYSTEM_DEFAULT { t.by_default(&rule) } else { rule }
}

/// A month of the trend.
pub struct MonthRow {
    /// The month.
    pub month: String,
    /// What the axis says.
    pub label: String,
    /// Enterprises with an alert at its end.
    pub at_risk: i64,
    /// The same, as written.
    pub at_risk_text: String,
    /// Those that stayed.
    pub stayed: i64,
    /// Those that moved, helped or not, wholly or in part.
    pub moved: i64,
    /// What a pointer is told.
    pub title: String,
    /// Each outcome: how often, and the list behind it unless there is nothing.
    pub outcomes: Vec<(String, Option<String>)>,
}

impl MonthRow {
    /// A month as it is shown.
    pub fn of(line: &MonthLine, t: OverviewWords) -> Self {
        let count = |outcome| line.outcomes.get(&outcome).copied().unwrap_or_default();
        let (from, before) = (instant(line.from), instant(line.before));
        let list = |outcome: Outcome| {
            let filters = [("outcome", outcome.as_str()), ("resolved_from", &from), ("resolved_before", &before)];
            (count(outcome) > 0).then(|| address("/alerts", &filters))
        };
        let stayed = count(Outcome::Retained);
        let moved = count(Outcome::Moved) + count(Outcome::Respected) + count(Outcome::MovedInPart);
        let month = line.month.to_string();
        Self {
            label: t.on_axis(line.month),
            at_risk: line.at_risk,
            at_risk_text: format::count(line.at_risk),
            stayed,
            moved,
            title: t.point(&month, &format::count(line.at_risk), &format::count(stayed), &format::count(moved)),
            outcomes: OUTCOMES.map(|outcome| (format::count(count(outcome)), list(outcome))).into(),
            month,
        }
    }
}

/// The trend in a sentence.
pub fn trend_summary(months: &[MonthRow], t: OverviewWords) -> String {
    let (Some(first), Some(last)) = (months.first(), months.last()) else { return String::new() };
    t.trend_text(&first.at_risk_text, &last.at_risk_text, &format::count(last.stayed), &format::count(last.moved))
}

/// A number with the list behind it, unless that is empty.
pub struct Number {
    /// The number.
    pub text: String,
    /// The list.
    pub href: Option<String>,
}

impl Number {
    fn of(count: i64, href: impl FnOnce() -> String) -> Self {
        Self { text: format::count(count), href: (count > 0).then(href) }
    }
}

/// A street office.
pub struct StreetRow {
    /// Its name.
    pub name: String,
    /// Its enterprises.
    pub enterprises: Number,
    /// Visits made.
    pub visits: Number,
    /// Enterprises visited.
    pub visited: String,
    /// Their share in percent, for the bar.
    pub coverage: i64,
    /// Alerts raised.
    pub alerts: Number,
    /// Those answered in time.
    pub in_time: String,
    /// Their share of those that had to be answered; a dash when there were none.
    pub rate: String,
}

/// The street offices, and all of them together.
pub fn streets(found: &Overview, context: &Context, t: OverviewWords) -> (Vec<StreetRow>, StreetRow) {
    let since = found.streets_since.to_string();
    let from = instant(context.start_of(found.streets_since));
    let row = |id: Option<String>, line: &StreetLine| {
        let mine = |path: &str, more: &[(&str, &str)]| {
            let street = id.as_deref().map(|id| ("street_id", id));
            address(path, &street.into_iter().chain(more.iter().copied()).collect::<Vec<_>>())
        };
        StreetRow {
            name: line.name.clone(),
            enterprises: Number::of(line.enterprises, || mine("/enterprises", &[])),
            visits: Number::of(line.visits, || mine("/visits", &[("from", &since), ("withdrawn", "false")])),
            visited: format::count(line.visited),
            coverage: percent(line.visited, line.enterprises).unwrap_or_default(),
            alerts: Number::of(line.alerts, || mine("/alerts", &[("raised_from", &from)])),
            in_time: format::count(line.in_time),
            rate: percent(line.in_time, line.due).map_or_else(|| "—".to_owned(), |rate| format!("{rate}%")),
        }
    };
    let start = StreetLine { name: t.district(), ..StreetLine::default() };
    let all = found.streets.iter().fold(start, |all, (_, line)| all.with(line));
    (found.streets.iter().map(|(id, line)| row(Some(id.to_string()), line)).collect(), row(None, &all))
}

/// A part in whole percent; none of nothing.
fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| part * 100 / whole)
}

/// A row with a bar.
pub struct BarRow {
    /// What is counted.
    pub name: String,
    /// How often, in percent of the most frequent.
    pub percent: i64,
    /// How often.
    pub count: String,
    /// The list behind it.
    pub href: String,
}

fn bars(counts: impl Iterator<Item = (String, i64, String)>) -> Vec<BarRow> {
    let counts: Vec<_> = counts.take(BARS).collect();
    let most = counts.iter().map(|(_, count, _)| *count).max().unwrap_or_default();
    let row = |(name, count, href): (String, i64, String)| {
        let percent = percent(count, most).unwrap_or_default();
        BarRow { name, percent, count: format::count(count), href }
    };
    counts.into_iter().map(row).collect()
}

/// Why enterprises leave or think of leaving.
pub fn reasons(found: &Overview, t: OverviewWords) -> Vec<BarRow> {
    let since = found.since.to_string();
    bars(found.reasons.iter().map(|(reason, count)| {
        let filters = [("reason", reason.as_str()), ("from", &since), ("withdrawn", "false")];
        (reason.text(t.language()).to_owned(), *count, address("/visits", &filters))
    }))
}

/// Where they would go.
pub fn destinations(found: &Overview, t: OverviewWords) -> Vec<BarRow> {
    let since = found.since.to_string();
    bars(found.destinations.iter().map(|(code, count)| {
        let province = Province::all().find(|province| province.code() == code);
        let name = province.map_or(code.as_str(), |province| province.name(t.language()));
        let filters = [("destination_province", code.as_str()), ("from", &since), ("withdrawn", "false")];
        (name.to_owned(), *count, address("/visits", &filters))
    }))
}

/// An industry with enterprises at risk.
pub struct SectionRow {
    /// Its name.
    pub name: String,
    /// Its enterprises.
    pub href: String,
    /// Each level: code, number with its list, and where its part of the bar begins and how long it is, in percent.
    pub levels: Vec<(&'static str, Number, i64, i64)>,
}

/// Industries by enterprises at risk.
pub fn sections(found: &Overview, t: OverviewWords) -> Vec<SectionRow> {
    let most = found.sections.iter().map(|(_, levels)| levels.values().sum::<i64>()).max().unwrap_or_default();
    let row = |(letter, levels): &(String, std::collections::BTreeMap<Level, i64>)| {
        let mut start = 0;
        let part = |level: Level| {
            let count = levels.get(&level).copied().unwrap_or_default();
            let width = percent(count, most).unwrap_or_default();
            let filters = [("industry_code", letter.as_str()), ("risk_level", level.as_str())];
            let number = Number::of(count, || address("/enterprises", &filters));
            start += width;
            (level.as_str(), number, start - width, width)
        };
        let section = letter.chars().next().and_then(Section::with_letter);
        SectionRow {
            name: section.map_or_else(|| letter.clone(), |section| section.name(t.language()).to_owned()),
            href: address("/enterprises", &[("industry_code", letter), ("sort", "-risk")]),
            levels: LEVELS.map(part).into(),
        }
    };
    found.sections.iter().take(BARS).map(row).collect()
}

/// What the outcomes are called, in the order in which they are shown.
pub fn outcome_names(t: OverviewWords) -> Vec<String> {
    OUTCOMES.map(|outcome| AlertWords(t.language()).of_outcome(outcome)).into()
}

#[cfg(test)]
mod tests {
    use super::{parted, percent, share};

    #[test]
    fn amounts_stand_apart_from_their_units() {
        assert_eq!(parted("1.86亿元"), ("1.86".to_owned(), "亿元".to_owned()));
        assert_eq!(parted("-12.3 million yuan"), ("-12.3".to_owned(), "million yuan".to_owned()));
    }

    #[test]
    fn shares_have_one_decimal_and_nothing_has_none() {
        assert_eq!(
            (share(48, 1000), share(1, 3), share(5, 0)),
            ("4.8".to_owned(), "33.3".to_owned(), "0.0".to_owned())
        );
        assert_eq!((percent(2, 3), percent(0, 5), percent(0, 0)), (Some(66), Some(0), None));
    }
}
