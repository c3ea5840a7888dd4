//! Saved addresses of the list of enterprises: the query part, parsed and normalised, so that the same question is
//! always written the same way.

use crate::{
    domain::people::actor::Actor,
    services::{
        Error, FieldError, Invalid,
        paging::MAX_LIMIT,
        registry::enterprises::{Column, EnterpriseQuery, list},
    },
    web::{extract::query, problem::Problem},
};

/// The parameter that names columns.
pub const COLUMNS: &str = "columns";
/// The parameter of the rows per page.
pub const SIZE: &str = "size";
/// What belongs to one look at the list and not to the question.
const PASSING: [&str; 7] = ["lang", "theme", "page", "cursor", "before", "limit", "include_total"];

/// A question to the list.
#[derive(Debug, Clone)]
pub struct ListAddress {
    /// Its filters and order.
    pub query: EnterpriseQuery,
    /// The query part of its address.
    pub written: String,
}

/// The columns that parameters name, whether each by itself or all in one.
pub fn columns<'v>(values: impl Iterator<Item = &'v str>) -> Vec<Column> {
    Column::chosen(values.flat_map(|codes| codes.split(',')))
}

/// The query part of an address, tidied: in one order, without what says nothing or belongs to one look only.
pub fn tidy(query: &str) -> String {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.trim_start_matches('?').as_bytes())
        .map(|(name, value)| (name.into_owned(), value.trim().to_owned()))
        .filter(|(name, value)| !value.is_empty() && !PASSING.contains(&name.as_str()))
        .collect();
    let (arrangement, mut filters): (Vec<_>, Vec<_>) =
        pairs.into_iter().partition(|(name, _)| name == COLUMNS || name == SIZE);
    // Sorted, since parameters in another order are the same question: saved views are compared by this text.
    filters.sort();
    let size = arrangement.iter().find(|(name, _)| name == SIZE).and_then(|(_, size)| size.parse::<i64>().ok());
    let size = size.filter(|size| (1..=MAX_LIMIT).contains(size));
    let chosen = columns(arrangement.iter().filter(|(name, _)| name == COLUMNS).map(|(_, codes)| codes.as_str()));
    let mut written = form_urlencoded::Serializer::new(String::new());
    written.extend_pairs(filters);
    if let Some(size) = size {
        written.append_pair(SIZE, &size.to_string());
    }
    // The default columns are not written: a view without columns shows the default of the day, also after the default
    // has changed.
    if chosen != Column::DEFAULT {
        written.append_pair(COLUMNS, &chosen.iter().map(|column| column.as_str()).collect::<Vec<_>>().join(","));
    }
    written.finish()
}

/// Understands the query part of an address as it would be asked by an actor; what is wrong is said of `/query`.
pub fn read(address: &str, actor: &Actor) -> Result<ListAddress, Problem> {
    let written = tidy(address);
    let query = understand(&written, actor).map_err(of_query)?;
    Ok(ListAddress { query, written })
}

fn understand(written: &str, actor: &Actor) -> Result<EnterpriseQuery, Problem> {
    // Columns and size belong to the page, not to the query of the API, which refuses parameters it does not know.
    let pairs = form_urlencoded::parse(written.as_bytes()).filter(|(name, _)| name != COLUMNS && name != SIZE);
    let filters = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let query = query::read::<EnterpriseQuery>(&filters)?;
    list::check(&query, actor)?;
    Ok(query)
}

fn of_query(problem: Problem) -> Problem {
    match problem {
        Problem::UseCase(Error::Invalid(Invalid(fields))) => {
            let fields = fields.into_iter().map(|field| FieldError { pointer: "/query".to_owned(), ..field });
            Problem::UseCase(Error::Invalid(Invalid(fields.collect())))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn the_same_question_is_written_the_same_way() {
        let one = tidy("?status=&risk_level=red&page=3&q=+%E6%98%9F+&columns=name&columns=score&size=50&lang=en");
        let other = tidy("q=%E6%98%9F&columns=score,name&size=50&risk_level=red&cursor=abc");
        assert_eq!(one, "q=%E6%98%9F&risk_level=red&size=50&columns=name%2Cscore");
        assert_eq!(one, other);
        assert_eq!(tidy("columns=purple&size=0&page=1"), "");
    }
}
