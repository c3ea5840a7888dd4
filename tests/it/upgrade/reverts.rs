//! Every `down.sql` runs: it leads back to the schema before its migration, and leaves what was stored then.

use super::{
    assert_kept,
    contents::{damage, execute, read, schema},
    migrated,
    migrations::{apply_next, revert_last, try_revert_last, versions},
};
use crate::{
    migrations::assert_same,
    support::{
        app::{Backend, location},
        both::{apply, both_databases},
        old_database::OldDatabases,
        postgres,
    },
};
use wellspring::db::backend::{self, DbConn};

/// A database with nothing in it, not even the table of migrations.
struct Nothing {
    connection: Option<DbConn>,
    _database: Option<postgres::TestDatabase>,
    _directory: tempfile::TempDir,
}

impl Nothing {
    async fn new(backend: Backend) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let (url, database) = match backend {
            Backend::Sqlite => (format!("sqlite:{}", directory.path().join("nothing.sqlite").display()), None),
            Backend::Postgres => {
                let database = postgres::server_or_skip()?.empty_database("nothing");
                (database.url.clone(), Some(database))
            }
        };
        let connection = backend::connect(&location(&url)).unwrap();
        Some(Self { connection: Some(connection), _database: database, _directory: directory })
    }
}

#[apply(both_databases)]
async fn each_migration_is_taken_back_to_the_schema_before_it(nothing: Nothing) {
    let mut connection = nothing.connection.unwrap();
    let mut before = vec![schema(&mut connection)];
    assert!(before[0].is_empty(), "{:?}", before[0]);
    let mut applied = Vec::new();
    while let Some(version) = apply_next(&mut connection) {
        applied.push(version);
        before.push(schema(&mut connection));
    }
    assert_eq!(applied, versions(&mut connection));
    let newest = before.pop().unwrap();
    while let Some(version) = applied.pop() {
        assert_eq!(revert_last(&mut connection), version);
        assert_same(&format!("taking back {version}"), &schema(&mut connection), &before.pop().unwrap());
        assert_eq!(damage(&mut connection), [""; 0], "{version}");
    }
    assert!(schema(&mut connection).is_empty(), "nothing is left");
    backend::migrate(&mut connection).unwrap();
    assert_same("migrating again", &schema(&mut connection), &newest);
}

#[apply(both_databases)]
async fn taking_back_what_came_later_keeps_an_old_database_as_it_was(olds: OldDatabases) {
    for old in olds.0 {
        let mut connection = old.connect();
        let schema_before = schema(&mut connection);
        let (mut connection, before) = migrated(&old);
        let mut taken_back = 0;
        while schema(&mut connection) != schema_before {
            assert!(taken_back < versions(&mut connection).len(), "no way back to {}", old.version);
            revert_last(&mut connection);
            taken_back += 1;
        }
        assert!(taken_back > 0);
        assert_eq!(damage(&mut connection), [""; 0]);
        assert_eq!(read(&mut connection), before);
        backend::migrate(&mut connection).unwrap();
        assert_kept(&mut connection, &before);
    }
}

#[apply(both_databases)]
async fn checks_do_not_come_back_over_a_code_they_refuse(olds: OldDatabases) {
    let old = olds.0.into_iter().next().unwrap();
    let (mut connection, _) = migrated(&old);
    while revert_last(&mut connection) != CODES_WITHOUT_CHECKS {}
    apply_next(&mut connection).unwrap();
    let unchecked = schema(&mut connection);
    execute(&mut connection, "UPDATE users SET role = 'building_steward' WHERE role = 'supervisor'");
    let refused = try_revert_last(&mut connection).unwrap_err();
    assert!(refused.to_lowercase().contains("check"), "{refused}");
    let mut connection = old.connect();
    assert_same("a refused way back", &schema(&mut connection), &unchecked);
    execute(&mut connection, "UPDATE users SET role = 'supervisor' WHERE role = 'building_steward'");
    assert_eq!(revert_last(&mut connection), CODES_WITHOUT_CHECKS);
}

/// The migration that dropped the checks on codes.
const CODES_WITHOUT_CHECKS: &str = "20261126000006";
