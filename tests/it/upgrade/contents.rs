//! Every row of every table of a database, and the texts of its schema: what is compared before and after a
//! migration.

use diesel::{
    QueryableByName,
    connection::SimpleConnection,
    prelude::*,
    sql_query,
    sql_types::{Nullable, Text},
};
use std::collections::{BTreeMap, BTreeSet};
use wellspring::db::backend::DbConn;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Nullable<Text>)]
    line: Option<String>,
}

/// The rows of one table, each value as text; `None` for NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<String>,
    pub rows: BTreeSet<Vec<Option<String>>>,
}

impl Table {
    /// The rows with these columns alone, in this order.
    pub fn pick(&self, columns: &[&str]) -> BTreeSet<Vec<Option<String>>> {
        let place = |column: &&str| self.columns.iter().position(|name| name == column).unwrap();
        let places: Vec<usize> = columns.iter().map(place).collect();
        self.rows.iter().map(|row| places.iter().map(|place| row[*place].clone()).collect()).collect()
    }
}

pub type Contents = BTreeMap<String, Table>;

/// What a query of one text column answers, NULL left out.
pub fn lines(connection: &mut DbConn, sqlite: &str, postgres: &str) -> Vec<String> {
    let query = if matches!(connection, DbConn::Sqlite(_)) { sqlite } else { postgres };
    let lines: Vec<Line> = sql_query(query).load(connection).unwrap_or_else(|error| panic!("{query}: {error}"));
    lines.into_iter().filter_map(|line| line.line).collect()
}

/// Runs statements, which may be refused.
pub fn try_execute(connection: &mut DbConn, sql: &str) -> QueryResult<()> {
    match connection {
        DbConn::Pg(pg) => pg.batch_execute(sql),
        DbConn::Sqlite(sqlite) => sqlite.batch_execute(sql),
    }
}

/// Runs statements.
pub fn execute(connection: &mut DbConn, sql: &str) {
    try_execute(connection, sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The product's tables. Those of the full-text index follow from `enterprises`.
pub fn tables(connection: &mut DbConn) -> Vec<String> {
    lines(
        connection,
        "SELECT name AS line FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'enterprise_search%'
             AND name NOT LIKE 'sqlite_%' AND name <> '__diesel_schema_migrations' ORDER BY name",
        "SELECT table_name::text AS line FROM information_schema.tables
         WHERE table_schema = current_schema() AND table_name <> '__diesel_schema_migrations' ORDER BY 1",
    )
}

/// The columns of a table, in order.
pub fn columns(connection: &mut DbConn, table: &str) -> Vec<String> {
    lines(
        connection,
        &format!("SELECT name AS line FROM pragma_table_info('{table}') ORDER BY cid"),
        &format!(
            "SELECT column_name::text AS line FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = '{table}' ORDER BY ordinal_position"
        ),
    )
}

/// Everything the tables hold.
pub fn read(connection: &mut DbConn) -> Contents {
    let mut contents = Contents::new();
    for table in tables(connection) {
        let columns = columns(connection, &table);
        let rows = rows(connection, &table, &columns);
        contents.insert(table, Table { columns, rows });
    }
    contents
}

/// The rows of a table, as far as these columns go.
pub fn rows(connection: &mut DbConn, table: &str, columns: &[String]) -> BTreeSet<Vec<Option<String>>> {
    let listed = |form: &str| columns.iter().map(|column| form.replace('?', column)).collect::<Vec<_>>().join(", ");
    let found = lines(
        connection,
        &format!(
            "SELECT json_array({}) AS line FROM {table}",
            listed("CASE WHEN \"?\" IS NOT NULL THEN quote(\"?\") END")
        ),
        &format!("SELECT json_build_array({})::text AS line FROM {table}", listed("\"?\"::text")),
    );
    let count = found.len();
    let rows: BTreeSet<_> = found.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), count, "{table} has rows that cannot be told apart by {columns:?}");
    rows
}

/// What the database says of its own structure, a line each, without the order in which columns were added.
pub fn schema(connection: &mut DbConn) -> BTreeSet<String> {
    let found = lines(
        connection,
        "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') AS line FROM sqlite_schema
         WHERE name NOT LIKE 'sqlite_%' AND name <> '__diesel_schema_migrations'",
        "SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
             || COALESCE(' ' || column_default, '') || COALESCE(' ' || collation_name, '') AS line
         FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name <> '__diesel_schema_migrations'
         UNION ALL
         SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
         FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
             AND conrelid::regclass::text <> '__diesel_schema_migrations'
         UNION ALL
         SELECT indexdef FROM pg_indexes
         WHERE schemaname = current_schema() AND tablename <> '__diesel_schema_migrations'
         UNION ALL
         SELECT 'trigger ' || tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal
         UNION ALL
         SELECT 'function ' || oid::regprocedure FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
         UNION ALL
         SELECT 'type ' || typname FROM pg_type WHERE typnamespace = current_schema()::regnamespace AND typtype = 'e'",
    );
    found.iter().map(|line| spaced_alike(line)).collect()
}

/// A text whose blanks are where every other writer of the same would have them.
fn spaced_alike(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.replace(" ,", ",").replace(" )", ")").replace("( ", "(")
}

/// What SQLite finds wrong with a file; PostgreSQL checks every row as it is written.
pub fn damage(connection: &mut DbConn) -> Vec<String> {
    let postgres = "SELECT conname::text AS line FROM pg_constraint
        WHERE connamespace = current_schema()::regnamespace AND NOT convalidated";
    let mut found = lines(
        connection,
        "SELECT integrity_check AS line FROM pragma_integrity_check WHERE integrity_check <> 'ok'
         UNION ALL
         SELECT \"table\" || ' ' || COALESCE(rowid, '') || ' has no ' || parent FROM pragma_foreign_key_check",
        postgres,
    );
    if tables(connection).iter().any(|table| table == "enterprises") && matches!(connection, DbConn::Sqlite(_)) {
        let check = "INSERT INTO enterprise_search (enterprise_search, rank) VALUES ('integrity-check', 1)";
        found.extend(sql_query(check).execute(connection).err().map(|error| error.to_string()));
    }
    found
}
