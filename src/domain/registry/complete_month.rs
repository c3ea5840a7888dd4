//! Which treasury months are complete, given what each source says of itself. Only in a complete month does an
//! enterprise without receipts count as having paid nothing.

use crate::domain::month::Month;
use std::collections::{BTreeMap, BTreeSet};

/// Months over which it shows which sources send every month.
const LOOKED_BACK: i32 = 6;
/// Months of a year.
const YEAR: i32 = 12;

/// The months of which sources have said that they have sent everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declared(BTreeMap<Month, BTreeSet<String>>);

impl FromIterator<(Month, String)> for Declared {
    fn from_iter<I: IntoIterator<Item = (Month, String)>>(said: I) -> Self {
        let mut months: BTreeMap<Month, BTreeSet<String>> = BTreeMap::new();
        for (month, source) in said {
            months.entry(month).or_default().insert(source);
        }
        Self(months)
    }
}

impl Declared {
    /// Whether no source has said anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The months that are complete for the district: a source has sent everything, and no other is awaited.
    pub fn complete(&self) -> BTreeSet<Month> {
        self.0.keys().copied().filter(|month| self.awaited(*month).is_empty()).collect()
    }

    /// The sources without which a month is not complete for the district, even if all others have sent everything:
    /// those that send nearly every month, and those that had something to send for the same month a year ago. So the
    /// file of one tax or one street office makes no enterprise look unpaid while the main file is missing, and no
    /// month waits for it.
    pub fn awaited(&self, month: Month) -> BTreeSet<&str> {
        let year_ago = self.sources(month.plus(-YEAR));
        let here = self.sources(month);
        self.regular(month)
            .chain(year_ago.iter().map(String::as_str))
            .filter(|source| !here.contains(*source))
            .collect()
    }

    /// The sources that were complete for more than half of the months before of which any source was.
    fn regular(&self, month: Month) -> impl Iterator<Item = &str> {
        let mut months = 0;
        let mut sent: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, sources) in self.0.range(month.plus(-LOOKED_BACK)..month) {
            months += 1;
            for source in sources {
                *sent.entry(source).or_default() += 1;
            }
        }
        sent.into_iter().filter(move |(_, sent)| sent * 2 > months).map(|(source, _)| source)
    }

    fn sources(&self, month: Month) -> &BTreeSet<String> {
        const NONE: &BTreeSet<String> = &BTreeSet::new();
        self.0.get(&month).unwrap_or(NONE)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    /// Each source with the months it has sent.
    fn declared(said: &[(&str, &[&str])]) -> Declared {
        said.iter().flat_map(|(source, months)| months.iter().map(|one| (month(one), (*source).to_owned()))).collect()
    }

    fn complete(said: &[(&str, &[&str])]) -> Vec<String> {
        declared(said).complete().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_month_nobody_spoke_of_is_not_complete() {
        assert!(declared(&[]).is_empty() && declared(&[]).complete().is_empty());
        assert_eq!(complete(&[("tax", &["2026-07", "2026-09"])]), ["2026-07", "2026-09"]);
    }

    #[test]
    fn a_small_file_does_not_stand_for_the_main_one() {
        let said = [("tax", &["2026-07", "2026-08"][..]), ("street", &["2026-09"])];
        assert_eq!(complete(&said), ["2026-07", "2026-08"]);
        assert_eq!(declared(&said).awaited(month("2026-09")), BTreeSet::from(["tax"]));
        assert_eq!(complete(&[("tax", &["2026-08"]), ("street", &["2026-09"])]), ["2026-08"]);
    }

    #[test]
    fn a_source_that_sends_every_month_is_awaited_until_it_has_long_been_silent() {
        let before = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"];
        let all = [
            "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09",
            "2026-10",
        ];
        let said = complete(&[("tax", &before), ("street", &all)]);
        assert_eq!(said, ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-10"]);
    }

    #[test]
    fn a_source_that_sends_now_and_then_is_not_awaited_in_every_month() {
        let months = ["2026-02", "2026-03", "2026-04", "2026-05", "2026-06"];
        assert_eq!(complete(&[("tax", &months), ("property", &["2026-04"])]), months);
    }

    #[test]
    fn what_came_for_the_month_a_year_ago_is_awaited() {
        let said = [("tax", &["2025-10", "2026-08", "2026-09", "2026-10"][..]), ("property", &["2025-10"])];
        assert_eq!(complete(&said), ["2025-10", "2026-08", "2026-09"]);
        let said = [("tax", &["2025-10", "2026-09", "2026-10"][..]), ("property", &["2025-10", "2026-10"])];
        assert_eq!(complete(&said), ["2025-10", "2026-09", "2026-10"]);
    }
}
