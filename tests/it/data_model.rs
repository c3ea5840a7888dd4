//! The pictures in `docs/data-model.md` are those of a migrated database: every table, every key, every reference, and no more.

use crate::{
    migrations::{assert_same, declared_columns},
    support::app::{Backend, EmptyApp},
    upgrade::contents::{lines, tables},
};
use std::{collections::BTreeSet, env, fmt::Write, fs, path::Path};
use wellspring::db::backend::DbConn;

/// `1` writes the pictures of today into the document.
const UPDATE: &str = "WELLSPRING_UPDATE_GOLDEN";

const DOCUMENT: &str = "docs/data-model.md";

/// Which tables one picture shows together.
const WINGS: &[(&str, &str)] = &[
    ("people", "absences credentials organisations saved_views sessions tokens users"),
    ("registry", "contacts enterprise_viewers enterprises team_members teams"),
    ("records", "complete_months imports monthly_taxes signals tax_receipts visit_visitors visits"),
    ("watch", "alert_evidence alerts calendar_days deadlines directives standings"),
    ("outbox", "deliveries delivery_attempts delivery_subjects mail_messages"),
    (
        "ledger",
        "access_records changes idempotency_keys job_leases job_status record_heads record_seals unsealed_records",
    ),
];

/// A reference of one table to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Reference {
    from: String,
    column: String,
    to: String,
    is_optional: bool,
    is_only: bool,
}

/// What a migrated database says of its tables.
struct Model {
    /// Table and column.
    primary: BTreeSet<(String, String)>,
    /// Table and column, where no two rows have the same.
    unique: BTreeSet<(String, String)>,
    references: Vec<Reference>,
    /// Table and what must be unique in it, beyond single columns.
    rules: BTreeSet<(String, String)>,
}

impl Model {
    fn read(connection: &mut DbConn) -> Self {
        let mut ask = |sqlite: &str| -> Vec<Vec<String>> {
            let lines = lines(connection, sqlite, "SELECT 'the pictures are those of SQLite' AS line");
            assert!(!lines.is_empty(), "nothing was read: {sqlite}");
            lines.iter().map(|line| line.split('|').map(str::to_owned).collect()).collect()
        };
        // The rows of `enterprises` have a number for the full-text index, which the program does not know.
        let primary = ask("SELECT m.name || '|' || c.name AS line FROM sqlite_schema m, pragma_table_info(m.name) c
             WHERE m.type = 'table' AND CASE m.name WHEN 'enterprises' THEN c.name = 'id' ELSE c.pk > 0 END");
        let rules = ask("SELECT m.name || '|' || i.partial || '|' || (SELECT group_concat(name, ', ') FROM
                 (SELECT COALESCE(name, '(expression)') AS name FROM pragma_index_info(i.name) ORDER BY seqno))
                 || '|' || COALESCE(x.sql, '') AS line
             FROM sqlite_schema m, pragma_index_list(m.name) i LEFT JOIN sqlite_schema x ON x.name = i.name
             WHERE m.type = 'table' AND i.\"unique\" AND i.origin <> 'pk'");
        let references = ask("SELECT m.name || '|' || f.\"from\" || '|' || f.\"table\" || '|' || c.\"notnull\" AS line
             FROM sqlite_schema m, pragma_foreign_key_list(m.name) f
             JOIN pragma_table_info(m.name) c ON c.name = f.\"from\" WHERE m.type = 'table'");
        let pairs = |rows: Vec<Vec<String>>| rows.into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
        let primary: BTreeSet<(String, String)> = pairs(primary);
        let is_plain = |row: &&Vec<String>| row[1] == "0" && !row[2].contains([',', '(']);
        let unique: BTreeSet<_> = rules.iter().filter(is_plain).map(|row| (row[0].clone(), row[2].clone())).collect();
        let is_only = |table: &str, column: &str| {
            let key: Vec<_> = primary.iter().filter(|(of, _)| of == table).collect();
            let pair = (table.to_owned(), column.to_owned());
            key == [&pair] || unique.contains(&pair)
        };
        let mut references: Vec<Reference> = references
            .iter()
            .map(|row| Reference {
                from: row[0].clone(),
                column: row[1].clone(),
                to: row[2].clone(),
                is_optional: row[3] == "0",
                is_only: is_only(&row[0], &row[1]),
            })
            .collect();
        references.sort();
        let rules = rules.iter().filter(|row| !is_plain(row)).map(|row| (row[0].clone(), rule(row))).collect();
        Self { primary, unique, references, rules }
    }

    /// The tables of one wing with their keys and references, and what must be unique.
    fn wing(&self, tables: &[&str]) -> String {
        let mut text = String::from("```mermaid\nerDiagram\n");
        for table in tables {
            writeln!(text, "    {table} {{\n{}    }}", self.keys(table)).unwrap();
        }
        for reference in self.references.iter().filter(|reference| tables.contains(&reference.from.as_str())) {
            writeln!(text, "    {}", reference.line()).unwrap();
        }
        text += "```\n";
        for (number, (_, rule)) in self.rules.iter().filter(|(of, _)| tables.contains(&of.as_str())).enumerate() {
            writeln!(text, "{}- {rule}", if number == 0 { "\nUnique:\n\n" } else { "" }).unwrap();
        }
        text
    }

    /// The columns that are keys, one a line.
    fn keys(&self, table: &str) -> String {
        let mut text = String::new();
        for (_, column, kind) in declared_columns().into_iter().filter(|(of, _, _)| of == table) {
            let pair = (table.to_owned(), column.clone());
            let is_foreign = self.references.iter().any(|one| one.from == table && one.column == column);
            let is_primary = self.primary.contains(&pair);
            let is_unique = !is_primary && self.unique.contains(&pair);
            let marks = [("PK", is_primary), ("FK", is_foreign), ("UK", is_unique)];
            let marks: Vec<&str> = marks.into_iter().filter(|(_, is_so)| *is_so).map(|(mark, _)| mark).collect();
            if !marks.is_empty() {
                writeln!(text, "        {} {column} {}", word(&kind), marks.join(", ")).unwrap();
            }
        }
        text
    }

    /// Each picture with its name.
    fn pictures(&self) -> Vec<(&'static str, String)> {
        let wing = |(name, tables): &(&'static str, &str)| {
            let tables: Vec<&str> = tables.split(' ').collect();
            (*name, self.wing(&tables))
        };
        WINGS.iter().map(wing).collect()
    }
}

impl Reference {
    /// A crow's foot: how many rows of the one a row of the other may have.
    fn line(&self) -> String {
        let one = if self.is_optional { "|o" } else { "||" };
        let many = if self.is_only { "o|" } else { "o{" };
        format!("{} {one}--{many} {} : {}", self.to, self.from, self.column)
    }
}

/// What must be unique, from a row of table, whether only some rows count, columns, and text of the index.
fn rule(row: &[String]) -> String {
    let condition = row[3].rsplit_once(" WHERE ").map(|(_, condition)| condition);
    assert_eq!(row[1] == "1", condition.is_some(), "{row:?}");
    let condition = condition.map(|condition| format!(", where `{condition}`")).unwrap_or_default();
    format!("`{}`: `{}`{condition}", row[0], row[2])
}

/// What a column of a type of `schema/` holds.
fn word(kind: &str) -> &'static str {
    let inner = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>')).unwrap_or(kind);
    match inner {
        "UuidSql" => "uuid",
        "TimestampSql" => "instant",
        "Text" => "text",
        "Date" => "day",
        "Integer" | "BigInt" => "integer",
        "Binary" => "bytes",
        "Bool" => "boolean",
        other => panic!("{other} has no word"),
    }
}

/// Where a picture begins and ends in a document.
fn place(document: &str, name: &str) -> std::ops::Range<usize> {
    let (begin, end) = (format!("<!-- begin {name} -->\n"), format!("<!-- end {name} -->\n"));
    let found = |mark: &str| document.find(mark).unwrap_or_else(|| panic!("{DOCUMENT} lacks the line {mark}"));
    found(&begin) + begin.len()..found(&end)
}

/// The lines of a text; the same line twice is two.
fn numbered(text: &str) -> BTreeSet<String> {
    let lines: Vec<&str> = text.lines().collect();
    let number = |place: usize| lines[..place].iter().filter(|line| **line == lines[place]).count();
    lines.iter().enumerate().map(|(place, line)| format!("{line} #{}", number(place))).collect()
}

#[actix_web::test]
async fn the_pictures_show_the_tables_there_are() {
    let app = EmptyApp::new(Backend::Sqlite).await.unwrap();
    let model = Model::read(&mut app.app.database().reader().unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(DOCUMENT);
    let mut document = fs::read_to_string(&path).unwrap();
    if env::var(UPDATE).is_ok_and(|value| value == "1") {
        for (name, picture) in model.pictures() {
            document.replace_range(place(&document, name), &picture);
        }
        fs::write(&path, &document).unwrap();
    }
    for (name, picture) in model.pictures() {
        let drawn = &document[place(&document, name)];
        // Told apart first by what lacks, then by its order.
        let what = format!("{DOCUMENT}, {name} ({UPDATE}=1 draws it again); first what is drawn, then what is there");
        assert_same(&what, &numbered(drawn), &numbered(&picture));
        assert_eq!(drawn, picture, "{what}");
    }
    let drawn = document.matches("erDiagram").count();
    assert_eq!(drawn, WINGS.len(), "{DOCUMENT} has a picture that nothing compares");
}

#[actix_web::test]
async fn every_table_stands_in_one_wing() {
    let app = EmptyApp::new(Backend::Sqlite).await.unwrap();
    let tables: BTreeSet<String> = tables(&mut app.app.database().reader().unwrap()).into_iter().collect();
    let mut placed = BTreeSet::new();
    for table in WINGS.iter().flat_map(|(_, tables)| tables.split(' ')) {
        assert!(placed.insert(table.to_owned()), "{table} stands in two wings");
    }
    assert_same("tables: in the database, and in WINGS of this test", &tables, &placed);
}
