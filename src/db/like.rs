//! Search for a part of a text in small tables; names of enterprises have an index of their own.

use super::backend::MultiBackend;
use diesel::{
    dsl::sql,
    expression::SqlLiteral,
    prelude::*,
    sql_types::{Bool, Text},
};

/// Rows of `table` in which one of the columns contains the text, whatever its case. The columns are names written in the
/// program.
pub(super) fn contains<QS: 'static>(
    columns: [&'static str; 2],
    text: &str,
) -> Box<dyn BoxableExpression<QS, MultiBackend, SqlType = Bool>>
where
    SqlLiteral<Bool>: SelectableExpression<QS>,
{
    let [first, second] = columns;
    let pattern = pattern(text);
    Box::new(
        sql::<Bool>("(lower(")
            .sql(first)
            .sql(") LIKE ")
            .bind::<Text, _>(pattern.clone())
            .sql(" ESCAPE '!' OR lower(")
            .sql(second)
            .sql(") LIKE ")
            .bind::<Text, _>(pattern)
            .sql(" ESCAPE '!')"),
    )
}

/// The text between wildcards, its own wildcards taken literally.
fn pattern(text: &str) -> String {
    let escaped = text.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_taken_literally() {
        assert_eq!(pattern("100%_Li!"), "%100!%!_li!!%");
    }
}
