//! Page numbers below a long list.

use super::query::QueryParameters;

/// A way to another page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A page by number.
    Page {
        /// Its number, from 1.
        number: i64,
        /// Where it is.
        href: String,
        /// Whether one is there.
        current: bool,
    },
    /// Pages left out.
    Gap,
}

/// The pages of a list.
#[derive(Debug, Clone)]
pub struct Pager {
    /// The page before.
    pub previous: Option<String>,
    /// The numbers.
    pub steps: Vec<Step>,
    /// The page after.
    pub next: Option<String>,
}

impl Pager {
    /// The ways from a page of a list with so many rows. The next page continues where this one ended, however far that is.
    pub fn new(asked: &QueryParameters, total: i64, size: i64, next_cursor: Option<&str>) -> Self {
        let (current, last) = (asked.page_number(), (total + size - 1) / size.max(1));
        let href = |number: i64| {
            let number = (number > 1).then(|| number.to_string());
            asked.with(&[("cursor", None), ("page", number.as_deref())])
        };
        let near = [1, current - 1, current, current + 1, last];
        let mut shown: Vec<i64> = near.into_iter().filter(|number| (1..=last.max(current)).contains(number)).collect();
        shown.dedup();
        let mut steps = Vec::new();
        let mut before = 0;
        for number in shown {
            if number > before + 1 {
                steps.push(Step::Gap);
            }
            steps.push(Step::Page { number, href: href(number), current: number == current });
            before = number;
        }
        let following = (current + 1).to_string();
        Self {
            previous: (current > 1).then(|| href(current - 1)),
            steps,
            next: next_cursor.map(|cursor| asked.with(&[("cursor", Some(cursor)), ("page", Some(&following))])),
        }
    }
}
