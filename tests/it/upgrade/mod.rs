//! A populated database of each earlier version is migrated by the program's own function and keeps what it holds;
//! every migration can be taken back.

mod answers;
pub mod contents;
mod migrations;
mod newer_schema;
mod reverts;

use crate::support::{
    both::both_databases,
    installation::Installation,
    old_database::{OldDatabase, OldDatabases},
};
use contents::{Contents, damage, read, rows};
use std::collections::BTreeSet;
use wellspring::db::backend::{self, DbConn};

/// Columns that a migration moves, drops or rewrites, as `table.column`, each with the test that shows what
/// became of its values.
const REWORKED: &[(&str, &str)] = &[
    ("changes.position", "changes_keep_their_places_and_digests"),
    ("changes.chain_hash", "changes_keep_their_places_and_digests"),
    ("changes.digest", "changes_keep_their_places_and_digests"),
];

/// Every row that was there is there still, and no other.
#[track_caller]
pub fn assert_kept(connection: &mut DbConn, before: &Contents) {
    let reworked: BTreeSet<&str> = REWORKED.iter().map(|(column, _)| *column).collect();
    for (name, table) in before {
        let kept_place = |place: &usize| !reworked.contains(format!("{name}.{}", table.columns[*place]).as_str());
        let places: Vec<usize> = (0..table.columns.len()).filter(kept_place).collect();
        if places.is_empty() {
            continue;
        }
        let there = contents::columns(connection, name);
        let columns: Vec<String> = places.iter().map(|place| table.columns[*place].clone()).collect();
        let gone: Vec<_> = columns.iter().filter(|column| !there.contains(column)).collect();
        assert!(gone.is_empty(), "{name} has lost {gone:?}; if that is meant, say in REWORKED what became of them");
        let expected: BTreeSet<Vec<_>> =
            table.rows.iter().map(|row| places.iter().map(|place| row[*place].clone()).collect()).collect();
        let found = rows(connection, name, &columns);
        let lost: Vec<_> = expected.difference(&found).take(3).collect();
        let new: Vec<_> = found.difference(&expected).take(3).collect();
        assert!(lost.is_empty() && new.is_empty(), "{name} {columns:?}: lost {lost:#?}, new {new:#?}");
    }
}

/// The database as it was, then migrated.
fn migrated(old: &OldDatabase) -> (DbConn, Contents) {
    let mut connection = old.connect();
    let before = read(&mut connection);
    backend::migrate(&mut connection).unwrap();
    (connection, before)
}

both_databases! {
    async fn each_old_database_is_what_its_name_says_and_every_table_has_rows(olds: OldDatabases) {
        for old in olds.0 {
            let mut connection = old.connect();
            let applied = contents::lines(
                &mut connection,
                "SELECT MAX(version) AS line FROM __diesel_schema_migrations",
                "SELECT MAX(version)::text AS line FROM __diesel_schema_migrations",
            );
            assert_eq!(applied, [old.version.replace('-', "")]);
            assert_eq!(damage(&mut connection), [""; 0], "{}", old.version);
            let before = read(&mut connection);
            assert!(before.len() >= 26, "{:?}", before.keys());
            for (name, table) in before {
                assert!(!table.rows.is_empty(), "{} has nothing in {name}", old.version);
            }
        }
    }

    async fn migrating_keeps_every_row_and_leaves_no_damage(olds: OldDatabases) {
        for old in olds.0 {
            let (mut connection, before) = migrated(&old);
            assert!(backend::is_migrated(&mut connection).unwrap());
            assert_eq!(damage(&mut connection), [""; 0], "{}", old.version);
            assert_kept(&mut connection, &before);
            assert_eq!(backend::migrate(&mut connection).unwrap(), [""; 0], "migrating again does nothing");
        }
    }

    async fn changes_keep_their_places_and_digests(olds: OldDatabases) {
        for old in olds.0 {
            let (mut connection, before) = migrated(&old);
            let changes = &before["changes"];
            let of = |row: &[Option<String>], column: &str| {
                let place = changes.columns.iter().position(|name| name == column).unwrap();
                row[place].clone()
            };
            let pick = |columns: &[&str]| -> BTreeSet<Vec<Option<String>>> {
                changes.rows.iter().map(|row| columns.iter().map(|column| of(row, column)).collect()).collect()
            };
            let names = |columns: &[&str]| columns.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
            let digests = rows(&mut connection, "changes", &names(&["id", "mac"]));
            assert_eq!(digests, pick(&["id", "digest"]), "{}", old.version);
            let mut places = pick(&["position", "id", "chain_hash"]);
            places.retain(|row| row[0].is_some());
            assert!(!places.is_empty());
            let seals = rows(&mut connection, "record_seals", &names(&["position", "record_id", "chain_hash"]));
            assert_eq!(seals, places, "{}", old.version);
        }
    }

    async fn migrating_leads_to_the_schema_of_a_new_database(olds: OldDatabases) {
        for old in olds.0 {
            let (mut connection, _) = migrated(&old);
            let fresh = crate::support::app::EmptyApp::new(old.backend).await.unwrap();
            let mut fresh = fresh.app.database().writer().unwrap();
            crate::migrations::assert_same("schema", &contents::schema(&mut connection), &contents::schema(&mut fresh));
        }
    }

    async fn the_built_program_migrates_and_finds_the_record_whole(olds: OldDatabases) {
        for old in olds.0 {
            let version = old.version.clone();
            let installation = Installation::over(old);
            let behind = installation.run(&["check"]).expect(1).out;
            assert!(behind.contains("run wellspring migrate"), "{version}: {behind}");
            let migrated = installation.run(&["migrate"]).expect(0).out;
            assert!(migrated.contains("Applied: "), "{version}: {migrated}");
            let checked = installation.run(&["check", "--audit"]).expect(0).out;
            assert!(checked.contains("0 wait for their place"), "{version}: {checked}");
        }
    }
}
