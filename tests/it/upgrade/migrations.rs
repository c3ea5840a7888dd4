//! The migrations as files, applied and taken back one at a time.

use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use std::path::Path;
use wellspring::db::backend::DbConn;

fn files(backend: &str) -> FileBasedMigrations {
    FileBasedMigrations::from_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(backend)).unwrap()
}

/// Runs the same on the concrete connection, with the migrations of its kind.
macro_rules! with_files {
    ($connection:expr, |$concrete:ident, $files:ident| $body:expr) => {
        match $connection {
            DbConn::Pg($concrete) => {
                let $files = files("postgres");
                $body
            }
            DbConn::Sqlite($concrete) => {
                let $files = files("sqlite");
                $body
            }
        }
    };
}

/// Applies the next migration and gives its version; `None` when there is none left.
pub fn apply_next(connection: &mut DbConn) -> Option<String> {
    with_files!(connection, |concrete, files| {
        let next = next(concrete.pending_migrations(files).unwrap())?;
        Some(concrete.run_migration(&next).unwrap().to_string())
    })
}

fn next<DB: diesel::backend::Backend>(pending: Vec<Box<dyn Migration<DB>>>) -> Option<Box<dyn Migration<DB>>> {
    pending.into_iter().next()
}

/// Takes the newest migration back and gives its version, or why that is refused.
pub fn try_revert_last(connection: &mut DbConn) -> Result<String, String> {
    with_files!(connection, |concrete, files| {
        concrete.revert_last_migration(files).map(|version| version.to_string()).map_err(|error| error.to_string())
    })
}

/// Takes the newest migration back and gives its version.
pub fn revert_last(connection: &mut DbConn) -> String {
    try_revert_last(connection).unwrap()
}

/// The versions of all migrations, the oldest first.
pub fn versions(connection: &mut DbConn) -> Vec<String> {
    fn of<DB: diesel::backend::Backend>(files: &impl MigrationSource<DB>) -> Vec<String> {
        let mut versions: Vec<_> =
            files.migrations().unwrap().iter().map(|one| one.name().version().to_string()).collect();
        versions.sort();
        versions
    }
    match connection {
        DbConn::Pg(_) => of::<diesel::pg::Pg>(&files("postgres")),
        DbConn::Sqlite(_) => of::<diesel::sqlite::Sqlite>(&files("sqlite")),
    }
}
