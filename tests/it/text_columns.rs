//! What stands in each column of text: a code of a closed list, a form that the program reads again, or words. A
//! new column must be given its place here, and a list of codes its columns in `db/values.rs`.

use crate::{
    migrations::declared_columns,
    support::{
        both::{apply, both_databases},
        old_database::OldDatabases,
    },
    upgrade::contents::{columns, execute, lines, try_execute},
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use wellspring::{
    db::{
        backend::{self, DbConn},
        values::STORED_CODES,
    },
    sheets::List,
};

/// Columns that hold codes of a list which the floor of the database does not know.
const CODES_OF_OTHERS: &[(&str, &str)] = &[("imports", "kind")];

/// Codes that a column refuses though its list has them.
const REFUSED: &[(&str, &str, &str)] = &[("alerts", "level", "none")];

/// Columns that hold a form the program reads again, and the golden file of the form in
/// `tests/fixtures/stored_forms/`.
pub const FORMS: &[(&str, &str, &str)] = &[
    ("access_records", "actor", "actors"),
    ("access_records", "detail", "verification_notes"),
    ("alert_evidence", "evidence_key", "evidence_keys"),
    ("alerts", "factors", "factors"),
    ("changes", "actor", "actors"),
    ("changes", "fields", "recorded_fields"),
    ("complete_months", "actor", "actors"),
    ("credentials", "password_hash", "password_hashes"),
    ("deliveries", "notice_key", "notice_keys"),
    ("deliveries", "thread", "message_ids"),
    ("enterprises", "industry_code", "industry_codes"),
    ("enterprises", "industry_division", "industry_codes"),
    ("enterprises", "industry_section", "industry_codes"),
    ("enterprises", "name_bigrams", "search_keys"),
    ("enterprises", "name_initials", "search_keys"),
    ("enterprises", "name_key", "search_keys"),
    ("enterprises", "uscc", "credit_codes"),
    ("idempotency_keys", "actor", "actors"),
    ("idempotency_keys", "headers", "idempotency_headers"),
    ("imports", "actor", "actors"),
    ("job_leases", "job", "job_notes"),
    ("job_leases", "note", "job_notes"),
    ("mail_messages", "message_id", "message_ids"),
    ("organisations", "aliases", "aliases"),
    ("saved_views", "query", "saved_views"),
    ("signals", "actor", "actors"),
    ("signals", "uscc", "credit_codes"),
    ("standings", "risk_factors", "factors"),
    ("tax_receipts", "actor", "actors"),
    ("tokens", "scopes", "token_scopes"),
    ("visits", "actor", "actors"),
    ("visits", "reasons", "visit_lists"),
    ("visits", "requests", "visit_lists"),
];

/// Columns of words: names, addresses and texts that the program stores and shows as they are.
const WORDS: &[(&str, &str)] = &[
    ("access_records", "actor_name request_id"),
    ("alerts", "outcome_note"),
    ("calendar_days", "name source"),
    ("changes", "actor_name request_id"),
    ("complete_months", "source"),
    ("contacts", "name position phone email"),
    ("deliveries", "to_address to_name last_error"),
    ("delivery_attempts", "answered_by answer"),
    ("directives", "text"),
    ("enterprises", "name registered_address operating_address tax_authority source"),
    ("idempotency_keys", "key"),
    ("imports", "file_name source legal_basis"),
    ("mail_messages", "subject body_text body_html"),
    ("organisations", "name province city"),
    ("saved_views", "name"),
    ("sessions", "remote_address user_agent"),
    ("signals", "source reference detail withdrawal_reason"),
    ("tax_receipts", "source period budget_level"),
    ("tokens", "name prefix"),
    ("users", "username display_name email"),
    ("visits", "met_with summary destination_division withdrawal_reason"),
];

/// Rows of tables that came after the newest old database, so that there is one that can take their codes: `INSERT`
/// statements, in which `{id}` is a new id, `{now}` an instant and `{hash}` 32 bytes of the database.
const ROWS_OF_NEW_TABLES: &[&str] = &[
    "INSERT INTO unsealed_records (log, record_id) VALUES ('changes', {id})",
    "INSERT INTO job_status (job, node, began_at, ended_at, failures, last_error, last_error_at)
     VALUES ('sealer', {id}, {now}, {now}, 1, 'internal', {now})",
    "INSERT INTO record_heads (log, position, chain_hash, keyed_from, at, mac)
     VALUES ('changes', 0, {hash}, 1, {now}, {hash})",
    "INSERT INTO calendar_days (id, day, kind, name, source, created_at, updated_at)
     VALUES ({id}, '2027-01-01', 'holiday', '', 'notice', {now}, {now})",
    "INSERT INTO delivery_attempts (id, delivery_id, worker_id, started_at, ended_at, outcome)
     SELECT {id}, id, {id}, {now}, {now}, 'accepted' FROM deliveries LIMIT 1",
    "INSERT INTO deadlines (noun, noun_id, kind, round, step, due_at, done_at, outcome)
     VALUES ('visit', {id}, 'promised_visit', 1, 1, {now}, {now}, 'acted')",
];

/// Every column of codes with all its codes.
fn code_columns() -> BTreeMap<(&'static str, &'static str), Vec<&'static str>> {
    let mut columns = BTreeMap::new();
    for list in STORED_CODES {
        for column in list.columns {
            assert!(columns.insert(*column, (list.codes)()).is_none(), "{column:?} holds the codes of two lists");
        }
    }
    for column in CODES_OF_OTHERS {
        assert!(columns.insert(*column, List::ALL.iter().map(|list| list.as_str()).collect()).is_none());
    }
    columns
}

#[test]
fn every_column_of_text_has_its_place() {
    let declared: BTreeSet<String> = declared_columns()
        .into_iter()
        .filter(|(_, _, kind)| matches!(kind.as_str(), "Text" | "Nullable<Text>"))
        .map(|(table, column, _)| format!("{table}.{column}"))
        .collect();
    assert!(declared.len() > 80, "{declared:?}");
    let codes = code_columns().into_keys().map(|(table, column)| format!("{table}.{column}"));
    let forms = FORMS.iter().map(|(table, column, _)| format!("{table}.{column}"));
    let words =
        WORDS.iter().flat_map(|(table, columns)| columns.split(' ').map(move |column| format!("{table}.{column}")));
    let mut placed = BTreeSet::new();
    for column in codes.chain(forms).chain(words) {
        assert!(placed.insert(column.clone()), "{column} has two places");
    }
    crate::migrations::assert_same("declared, and given a place here", &declared, &placed);
}

#[test]
fn every_code_is_read_as_it_is_written() {
    for list in STORED_CODES {
        let codes = (list.codes)();
        assert!(!codes.is_empty() && !list.columns.is_empty(), "{}", list.name);
        for code in codes {
            assert!((list.knows)(code), "{} {code}", list.name);
        }
        assert!(!(list.knows)("no such code"), "{}", list.name);
    }
}

#[apply(both_databases)]
async fn every_code_can_be_stored_in_its_columns(olds: OldDatabases) {
    let old = olds.0.into_iter().next_back().unwrap();
    let mut connection = old.connect();
    backend::migrate(&mut connection).unwrap();
    for row in ROWS_OF_NEW_TABLES {
        let (id, now, hash) = literals(&connection);
        execute(&mut connection, &row.replace("{id}", &id).replace("{now}", now).replace("{hash}", hash));
    }
    for ((table, column), codes) in code_columns() {
        for code in codes {
            let is_stored = any_row_takes(&mut connection, table, column, code);
            let is_refused = REFUSED.contains(&(table, column, code));
            assert_ne!(is_stored, is_refused, "{table}.{column} = {code}: no row takes it, or one that should not");
        }
    }
}

#[apply(both_databases)]
async fn no_check_lists_the_codes_of_a_column(olds: OldDatabases) {
    let old = olds.0.into_iter().next_back().unwrap();
    let mut connection = old.connect();
    let listing = |connection: &mut DbConn| {
        let checks = lines(
            connection,
            "SELECT name || ': ' || sql AS line FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%CHECK%'",
            "SELECT conrelid::regclass || ': ' || pg_get_constraintdef(oid) AS line
             FROM pg_constraint WHERE contype = 'c'",
        );
        let lists = |check: &&String| {
            let check = check.replace("= ANY (ARRAY[", "IN (");
            code_columns().keys().any(|(table, column)| {
                check.starts_with(&format!("{table}: ")) && check.contains(&format!("({column} IN ("))
            })
        };
        checks.iter().filter(lists).count()
    };
    assert!(listing(&mut connection) > 0, "the old database has such checks");
    backend::migrate(&mut connection).unwrap();
    assert_eq!(listing(&mut connection), 0);
}

/// A new id, an instant and a hash, as the database writes them.
fn literals(connection: &DbConn) -> (String, &'static str, &'static str) {
    let id = Uuid::now_v7();
    match connection {
        DbConn::Sqlite(_) => (format!("X'{}'", id.simple()), "1795000000000000", "zeroblob(32)"),
        DbConn::Pg(_) => (format!("'{id}'"), "'2026-11-18T12:00:00Z'", "decode(repeat('00', 32), 'hex')"),
    }
}

/// Whether a row there is takes the code; the row is left as it was.
fn any_row_takes(connection: &mut DbConn, table: &str, column: &str, code: &str) -> bool {
    let named = columns(connection, table);
    let key = ["id", "record_id"].into_iter().find(|key| named.iter().any(|name| name == key)).unwrap_or(&named[0]);
    let count = format!("SELECT CAST(COUNT(*) AS TEXT) AS line FROM {table}");
    let rows: usize = lines(connection, &count, &count)[0].parse().unwrap();
    assert!(rows > 0, "{table} is empty");
    (0..rows).any(|row| {
        let place = format!("{key} = (SELECT {key} FROM {table} ORDER BY {key} LIMIT 1 OFFSET {row})");
        execute(connection, "BEGIN");
        let update = format!("UPDATE {table} SET {column} = '{code}' WHERE {place}");
        let is_taken = try_execute(connection, &update).is_ok();
        if is_taken {
            let read = format!("SELECT {column} AS line FROM {table} WHERE {place}");
            assert_eq!(lines(connection, &read, &read), [code]);
        }
        execute(connection, "ROLLBACK");
        is_taken
    })
}
