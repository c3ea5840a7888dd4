//! The known name that is nearest to a misspelt one.

/// The nearest of `known` within a third of the name's length in edits, if there is one.
pub(super) fn nearest(name: &str, known: impl Iterator<Item = String>) -> Option<String> {
    let limit = (name.chars().count() / 3).max(2);
    known
        .map(|candidate| (distance(name, &candidate), candidate))
        .filter(|(edits, _)| *edits <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance: characters to insert, delete or replace.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (above_left, left) in from.chars().enumerate() {
        let mut diagonal = above_left;
        let mut previous = above_left + 1;
        for (cell, right) in row.iter_mut().zip(std::iter::once(None).chain(to.chars().map(Some))) {
            let above = *cell;
            if let Some(right) = right {
                previous = (diagonal + usize::from(left != right)).min(above + 1).min(previous + 1);
                diagonal = above;
            }
            *cell = previous;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_edits() {
        for (from, to, edits) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("flaw", "lawn", 2),
            ("税源", "水源", 1),
        ] {
            assert_eq!(distance(from, to), edits, "{from} {to}");
        }
    }

    #[test]
    fn only_a_near_name_is_offered() {
        let known = || ["listen", "log_level", "time_zone"].map(str::to_owned).into_iter();
        assert_eq!(nearest("lisen", known()).as_deref(), Some("listen"));
        assert_eq!(nearest("timezone", known()).as_deref(), Some("time_zone"));
        assert_eq!(nearest("database", known()), None);
    }
}
