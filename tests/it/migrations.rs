//! The two sets of migrations give the same database, and `schema/` describes both.

#![allow(clippy::panic, reason = "a test fails so")]

use crate::support::app::{Backend, TestApp};
use diesel::{QueryableByName, prelude::*, sql_query, sql_types::Text};
use std::{collections::BTreeSet, fs, path::Path};
use wellspring::db::backend::DbConn;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// What one database says of itself, a fact a line.
fn facts(app: &TestApp, sqlite: &str, postgres: &str) -> BTreeSet<String> {
    let mut connection = app.app.database().reader().unwrap();
    let text = if matches!(&*connection, DbConn::Sqlite(_)) { sqlite } else { postgres };
    let lines: Vec<Line> = sql_query(text).load(&mut *connection).unwrap();
    assert!(!lines.is_empty(), "nothing was read");
    lines.into_iter().map(|line| line.line).collect()
}

/// Every column as `table.column kind nullable`; the kinds are those that both databases have.
fn columns(app: &TestApp) -> BTreeSet<String> {
    facts(
        app,
        "SELECT m.name || '.' || c.name || ' ' || c.type || CASE WHEN c.\"notnull\" THEN '' ELSE ' null' END AS line
         FROM sqlite_master m, pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE 'enterprise_search%' AND m.name NOT LIKE 'sqlite_%'
           AND m.name <> '__diesel_schema_migrations' AND NOT (m.name = 'enterprises' AND c.name = 'seq')",
        "SELECT table_name || '.' || column_name || ' ' || CASE
             WHEN data_type IN ('uuid', 'bytea') THEN 'BLOB' WHEN data_type IN ('text', 'date') THEN 'TEXT'
             WHEN data_type IN ('bigint', 'integer', 'boolean', 'timestamp with time zone') THEN 'INTEGER'
             ELSE data_type END || CASE is_nullable WHEN 'YES' THEN ' null' ELSE '' END AS line
         FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name <> '__diesel_schema_migrations'
           AND table_name NOT IN (SELECT table_name FROM information_schema.views WHERE table_schema = current_schema())",
    )
}

/// Every column of a view, as `view.column`.
fn view_columns(app: &TestApp) -> BTreeSet<String> {
    facts(
        app,
        "SELECT m.name || '.' || c.name AS line FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'view'",
        "SELECT c.table_name || '.' || c.column_name AS line FROM information_schema.columns c
         JOIN information_schema.views v ON v.table_schema = c.table_schema AND v.table_name = c.table_name
         WHERE c.table_schema = current_schema()",
    )
}

/// Every set of columns that must be unique, as `table: columns where`; primary keys included.
fn unique_columns(app: &TestApp) -> BTreeSet<String> {
    facts(
        app,
        "SELECT m.name || ': ' || (SELECT group_concat(name, ', ') FROM (SELECT COALESCE(name, '') AS name FROM pragma_index_info(i.name) ORDER BY seqno))
             || CASE WHEN i.partial THEN ' where' ELSE '' END AS line
         FROM sqlite_master m, pragma_index_list(m.name) i
         WHERE m.type = 'table' AND i.\"unique\" AND m.name NOT LIKE 'enterprise_search%' AND m.name <> '__diesel_schema_migrations'",
        "SELECT t.relname || ': ' || (SELECT string_agg(COALESCE(a.attname, ''), ', ' ORDER BY k.place)
                 FROM unnest(i.indkey::int[]) WITH ORDINALITY AS k(number, place)
                 LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number AND k.number > 0)
             || CASE WHEN i.indpred IS NULL THEN '' ELSE ' where' END AS line
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
         WHERE i.indisunique AND t.relnamespace = current_schema()::regnamespace AND t.relname <> '__diesel_schema_migrations'",
    )
}

/// Every index that was given a name, as `name on table: columns where`; the full-text index is each database's own.
fn indexes(app: &TestApp) -> BTreeSet<String> {
    facts(
        app,
        "SELECT i.name || ' on ' || m.name || ': ' || (SELECT group_concat(name, ', ') FROM (SELECT COALESCE(name, '') AS name FROM pragma_index_info(i.name) ORDER BY seqno))
             || CASE WHEN i.partial THEN ' where' ELSE '' END AS line
         FROM sqlite_master m, pragma_index_list(m.name) i
         WHERE m.type = 'table' AND i.origin = 'c' AND m.name NOT LIKE 'enterprise_search%'",
        "SELECT x.relname || ' on ' || t.relname || ': ' || (SELECT string_agg(COALESCE(a.attname, ''), ', ' ORDER BY k.place)
                 FROM unnest(i.indkey::int[]) WITH ORDINALITY AS k(number, place)
                 LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number AND k.number > 0)
             || CASE WHEN i.indpred IS NULL THEN '' ELSE ' where' END AS line
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
         WHERE t.relnamespace = current_schema()::regnamespace AND x.relname <> 'enterprises_search'
           AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.oid)",
    )
}

/// Every reference, as `table.column -> table`.
fn references(app: &TestApp) -> BTreeSet<String> {
    facts(
        app,
        "SELECT m.name || '.' || f.\"from\" || ' -> ' || f.\"table\" AS line
         FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
        "SELECT t.relname || '.' || a.attname || ' -> ' || c.confrelid::regclass::text AS line
         FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
         WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace",
    )
}

/// Every check in force, as `table: the columns it is about`; the databases spell the conditions differently.
fn checks_in_force(app: &TestApp) -> BTreeSet<String> {
    let found = facts(
        app,
        "SELECT name || ': ' || sql AS line FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%CHECK (%'",
        "SELECT c.conname || ' ' || t.relname || ': ' || (
             SELECT string_agg(a.attname, ' ' ORDER BY a.attname) FROM pg_attribute a
             WHERE a.attrelid = t.oid AND a.attnum = ANY (c.conkey)) AS line
         FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
         WHERE c.contype = 'c' AND t.relnamespace = current_schema()::regnamespace",
    );
    let is_sqlite = matches!(&*app.app.database().reader().unwrap(), DbConn::Sqlite(_));
    let mut checks: Vec<String> = if is_sqlite {
        found.iter().flat_map(|table| checked_columns(table)).collect()
    } else {
        found.iter().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect()
    };
    checks.sort();
    // Two checks on the same columns are two.
    checks
        .iter()
        .enumerate()
        .map(|(place, check)| format!("{check} #{}", checks[..place].iter().filter(|other| *other == check).count()))
        .collect()
}

/// Of `table: CREATE TABLE …`, each check as `table: its columns`.
fn checked_columns(line: &str) -> Vec<String> {
    let (table, sql) = line.split_once(": ").unwrap();
    let columns: BTreeSet<String> =
        declared_columns().into_iter().filter(|(of, _, _)| of == table).map(|(_, column, _)| column).collect();
    let words = |check: &str| {
        let unquoted: String = check.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
        let words =
            unquoted.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect::<BTreeSet<_>>();
        words.intersection(&columns).cloned().collect::<Vec<_>>().join(" ")
    };
    sql.split("CHECK (").skip(1).map(|check| format!("{table}: {}", words(&up_to_closing(check)))).collect()
}

/// Two sets of facts are the same; `what` names both, in their order.
#[track_caller]
pub fn assert_same(what: &str, first: &BTreeSet<String>, second: &BTreeSet<String>) {
    let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| one.difference(other).cloned().collect::<Vec<_>>();
    let (left, right) = (only(first, second), only(second, first));
    assert!(left.is_empty() && right.is_empty(), "{what}: only the first {left:#?}, only the second {right:#?}");
}

#[actix_web::test]
async fn both_databases_are_built_alike() {
    let sqlite = TestApp::new(Backend::Sqlite).await.unwrap();
    let Some(postgres) = TestApp::new(Backend::Postgres).await else { return };
    assert_same("columns of SQLite, of PostgreSQL", &columns(&sqlite), &columns(&postgres));
    assert_same("columns of views of SQLite, of PostgreSQL", &view_columns(&sqlite), &view_columns(&postgres));
    assert_same("unique columns of SQLite, of PostgreSQL", &unique_columns(&sqlite), &unique_columns(&postgres));
    assert_same("indexes of SQLite, of PostgreSQL", &indexes(&sqlite), &indexes(&postgres));
    assert_same("references of SQLite, of PostgreSQL", &references(&sqlite), &references(&postgres));
    assert_same("checks of SQLite, of PostgreSQL", &checks_in_force(&sqlite), &checks_in_force(&postgres));
}

#[actix_web::test]
async fn the_schema_in_code_is_that_of_the_databases() {
    let sqlite = TestApp::new(Backend::Sqlite).await.unwrap();
    assert_same("columns of SQLite, of schema.rs", &columns(&sqlite), &columns_in_code());
}

/// The columns `schema/` declares, in the words of `columns`.
fn columns_in_code() -> BTreeSet<String> {
    let described = |(table, column, kind): (String, String, String)| {
        let inner = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
        let stored = match inner.unwrap_or(&kind) {
            "UuidSql" | "Binary" => "BLOB",
            "Text" | "Date" => "TEXT",
            "TimestampSql" | "Bool" | "Integer" | "BigInt" => "INTEGER",
            other => panic!("{table}.{column}: {other} is known to neither database here"),
        };
        format!("{table}.{column} {stored}{}", if inner.is_some() { " null" } else { "" })
    };
    declared_columns().into_iter().map(described).collect()
}

/// Table, name and type of every column that `schema/` declares.
pub fn declared_columns() -> Vec<(String, String, String)> {
    let mut table = String::new();
    let mut columns = Vec::new();
    let parts = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db/schema")).unwrap();
    let text: String = parts.map(|part| fs::read_to_string(part.unwrap().path()).unwrap()).collect();
    for line in text.lines().map(str::trim) {
        if let Some((name, kind)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
            columns.push((table.clone(), name.to_owned(), kind.to_owned()));
        } else if let Some((name, _)) = line.strip_suffix(") {").and_then(|line| line.split_once(" (")) {
            name.clone_into(&mut table);
        }
    }
    columns
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn migrations(backend: &str) -> BTreeSet<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(backend);
    fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Every condition on a table, as `table: CHECK (…)`, without what the databases spell differently.
fn checks(backend: &str, name: &str) -> BTreeSet<String> {
    let text = read(&format!("migrations/{backend}/{name}/up.sql"));
    let mut checks = BTreeSet::new();
    for table in text.split("CREATE TABLE ").skip(1) {
        let body = table.split(";\n").next().unwrap();
        let table = body.split_whitespace().next().unwrap();
        for check in body.split("CHECK (").skip(1) {
            checks.insert(format!("{table}: {}", up_to_closing(check).replace("octet_length", "length")));
        }
    }
    checks
}

fn up_to_closing(text: &str) -> String {
    let mut depth = 1;
    let inside = |c: &char| {
        depth += i32::from(*c == '(') - i32::from(*c == ')');
        depth > 0
    };
    text.chars().take_while(inside).collect()
}

#[test]
fn migrations_come_in_pairs_with_the_same_conditions() {
    let (sqlite, postgres) = (migrations("sqlite"), migrations("postgres"));
    assert_eq!(sqlite, postgres);
    for name in sqlite {
        assert_same(
            &format!("checks of {name}, SQLite and PostgreSQL"),
            &checks("sqlite", &name),
            &checks("postgres", &name),
        );
    }
}

/// The last migration whose checks have no names.
const LAST_WITHOUT_NAMES: &str = "2026-11-26-000006_codes_without_checks";

#[test]
fn checks_have_names_by_which_both_databases_can_drop_them() {
    for backend in ["sqlite", "postgres"] {
        for name in migrations(backend).iter().filter(|name| name.as_str() > LAST_WITHOUT_NAMES) {
            let text = read(&format!("migrations/{backend}/{name}/up.sql"));
            for before in text.split("CHECK (").collect::<Vec<_>>().split_last().unwrap().1 {
                let words: Vec<&str> = before.split_whitespace().rev().take(2).collect();
                let shown: String = before.chars().rev().take(80).collect::<Vec<_>>().into_iter().rev().collect();
                assert!(
                    words.len() == 2 && words[1] == "CONSTRAINT",
                    "{backend} {name}: a check without a name after …{shown}"
                );
            }
        }
    }
}
