//! Figures, days and instants as administrations write them.

use super::words::Words;
use crate::{
    domain::fen::{FEN_PER_WAN, Fen},
    services::Context,
};
use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};

/// A whole number with thousands separators.
pub fn count(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if number < 0 { format!("−{grouped}") } else { grouped }
}

/// An amount in ten thousand yuan (万元) with one decimal and thousands separators, the unit left to the header.
pub fn wan(amount: Fen) -> String {
    let tenth = FEN_PER_WAN / 10;
    let half = tenth / 2;
    let tenths = (amount.0.unsigned_abs() + half.unsigned_abs()) / tenth.unsigned_abs();
    let whole = count(i64::try_from(tenths / 10).unwrap_or(i64::MAX));
    let sign = if amount.0 < 0 && tenths > 0 { "−" } else { "" };
    format!("{sign}{whole}.{}", tenths % 10)
}

/// A name that stands alone, such as a heading or a choice, with a capital first letter.
pub fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A day, or a dash.
pub fn day(day: Option<NaiveDate>) -> String {
    day.map_or_else(|| "—".to_owned(), |day| day.to_string())
}

/// The day of the week.
pub fn weekday(w: Words, day: NaiveDate) -> String {
    match day.weekday() {
        Weekday::Mon => w.monday(),
        Weekday::Tue => w.tuesday(),
        Weekday::Wed => w.wednesday(),
        Weekday::Thu => w.thursday(),
        Weekday::Fri => w.friday(),
        Weekday::Sat => w.saturday(),
        Weekday::Sun => w.sunday(),
    }
}

/// An instant in the district's time, to the minute.
pub fn instant(context: &Context, at: DateTime<Utc>) -> String {
    context.settings.locale.minute(at)
}

/// How long ago a day was.
pub fn ago(w: Words, day: NaiveDate, today: NaiveDate) -> String {
    match (today - day).num_days() {
        0 => w.today(),
        days => w.days_ago(days),
    }
}

/// How long something has waited.
pub fn waited(w: Words, since: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let minutes = (now - since).num_minutes().max(0);
    match (minutes / 1440, minutes / 60, minutes % 60) {
        (0, 0, minutes) => w.minutes(minutes),
        (0, hours, 0) => w.hours(hours),
        (0, hours, minutes) => w.hours_minutes(hours, minutes),
        (days, _, _) => w.days(days),
    }
}

#[cfg(test)]
mod tests {
    use super::{count, wan};
    use crate::domain::fen::Fen;

    #[test]
    fn figures_are_grouped() {
        assert_eq!([0, 7, 999, 1000, 1_234_567, -1000].map(count), ["0", "7", "999", "1,000", "1,234,567", "−1,000"]);
    }

    #[test]
    fn amounts_are_in_ten_thousand_yuan() {
        let shown = [0, 49_999, 50_000, 3_363_900_000, -1_000_000, -10].map(|fen| wan(Fen(fen)));
        assert_eq!(shown, ["0.0", "0.0", "0.1", "3,363.9", "−1.0", "0.0"]);
    }
}
