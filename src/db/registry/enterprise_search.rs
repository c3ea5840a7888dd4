//! Search for enterprises by typed text: one condition, for the full-text index of either database.

use crate::{
    db::backend::{DbConn, MultiBackend},
    domain::search_key::{SearchQuery, SearchTerm},
};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Text},
};

/// The ways a text may be meant, each in the form its index is asked in; an empty text or range finds nothing.
#[derive(Debug, Default)]
struct Terms {
    full_text: String,
    initials: Range,
    codes: Range,
}

/// Keys from `from` up to and without `to`.
#[derive(Debug, Default)]
struct Range {
    from: String,
    to: String,
}

impl Range {
    /// All keys that begin with the prefix: `~` stands behind every letter and digit.
    fn of_prefix(prefix: &str) -> Self {
        Self { from: prefix.to_owned(), to: format!("{prefix}~") }
    }
}

/// The condition that an enterprise is found by the query.
pub fn found<QS: 'static>(
    connection: &DbConn,
    query: &SearchQuery,
) -> Box<dyn BoxableExpression<QS, MultiBackend, SqlType = Bool>> {
    match connection {
        DbConn::Pg(_) => on_postgres(terms(query, postgres_phrases, postgres_prefix)),
        DbConn::Sqlite(_) => on_sqlite(terms(query, sqlite_phrases, sqlite_prefix)),
    }
}

fn terms(query: &SearchQuery, phrases: fn(&[Vec<String>]) -> String, prefix: fn(&str) -> String) -> Terms {
    let mut terms = Terms::default();
    for alternative in &query.alternatives {
        match alternative {
            SearchTerm::Phrases(all) => terms.full_text = phrases(all),
            SearchTerm::Prefix(start) => terms.full_text = prefix(start),
            SearchTerm::Initials(start) => terms.initials = Range::of_prefix(start),
            SearchTerm::CodePrefix(start) => terms.codes = Range::of_prefix(start),
        }
    }
    terms
}

/// The planner knows how common each term is, and chooses between the index and a walk in order.
fn on_postgres<QS: 'static>(terms: Terms) -> Box<dyn BoxableExpression<QS, MultiBackend, SqlType = Bool>> {
    Box::new(
        sql::<Bool>("(to_tsvector('simple', enterprises.name_bigrams) @@ to_tsquery('simple', ")
            .bind::<Text, _>(terms.full_text)
            .sql(") OR (enterprises.name_initials >= ")
            .bind::<Text, _>(terms.initials.from)
            .sql(" AND enterprises.name_initials < ")
            .bind::<Text, _>(terms.initials.to)
            .sql(") OR (enterprises.uscc >= ")
            .bind::<Text, _>(terms.codes.from)
            .sql(" AND enterprises.uscc < ")
            .bind::<Text, _>(terms.codes.to)
            .sql("))"),
    )
}

/// Every arm reads an index alone and gives row numbers, in whose order the list then stands.
fn on_sqlite<QS: 'static>(mut terms: Terms) -> Box<dyn BoxableExpression<QS, MultiBackend, SqlType = Bool>> {
    if terms.full_text.is_empty() {
        // An empty phrase finds nothing; an empty text is a syntax error.
        "\"\"".clone_into(&mut terms.full_text);
    }
    Box::new(
        sql::<Bool>("enterprises.seq IN (SELECT rowid FROM enterprise_search WHERE enterprise_search MATCH ")
            .bind::<Text, _>(terms.full_text)
            .sql(" UNION ALL SELECT seq FROM enterprises WHERE name_initials >= ")
            .bind::<Text, _>(terms.initials.from)
            .sql(" AND name_initials < ")
            .bind::<Text, _>(terms.initials.to)
            .sql(" UNION ALL SELECT seq FROM enterprises WHERE uscc >= ")
            .bind::<Text, _>(terms.codes.from)
            .sql(" AND uscc < ")
            .bind::<Text, _>(terms.codes.to)
            .sql(")"),
    )
}

// Terms hold letters and digits only, so quoting them is enough.

fn postgres_phrases(phrases: &[Vec<String>]) -> String {
    let phrase = |tokens: &Vec<String>| {
        let quoted: Vec<String> = tokens.iter().map(|token| format!("'{token}'")).collect();
        format!("({})", quoted.join(" <-> "))
    };
    phrases.iter().map(phrase).collect::<Vec<_>>().join(" & ")
}

fn postgres_prefix(start: &str) -> String {
    format!("'{start}':*")
}

fn sqlite_phrases(phrases: &[Vec<String>]) -> String {
    phrases.iter().map(|tokens| format!("\"{}\"", tokens.join(" "))).collect::<Vec<_>>().join(" AND ")
}

fn sqlite_prefix(start: &str) -> String {
    format!("\"{start}\" *")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::search_key;

    #[test]
    fn both_databases_are_asked_for_phrases_in_their_own_words() {
        let query = search_key::query("星河科 有限");
        assert_eq!(terms(&query, sqlite_phrases, sqlite_prefix).full_text, "\"星河 河科\" AND \"有限\"");
        assert_eq!(terms(&query, postgres_phrases, postgres_prefix).full_text, "('星河' <-> '河科') & ('有限')");
    }

    #[test]
    fn a_single_character_is_a_prefix_and_letters_are_initials_too() {
        let star = terms(&search_key::query("星"), sqlite_phrases, sqlite_prefix);
        assert_eq!((star.full_text.as_str(), star.initials.from.as_str()), ("\"星\" *", ""));
        let letters = terms(&search_key::query("XH"), postgres_phrases, postgres_prefix);
        assert_eq!((letters.full_text.as_str(), letters.initials.to.as_str()), ("('xh')", "xh~"));
    }
}
