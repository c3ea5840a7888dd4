//! The migrations of both databases: which are missing, which are unknown, and applying them.

use super::{DbConn, OpenError, transaction};
use diesel::{backend::Backend, migration::MigrationSource, prelude::*, sql_types::Text};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::collections::BTreeSet;

const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Applies the migrations that are missing and returns their names. Two nodes that start at once wait for each other.
pub fn migrate(connection: &mut DbConn) -> Result<Vec<String>, OpenError> {
    migrate_with(connection, "", |_| Ok(()))
}

/// The same, with something that is done in the transaction of one migration, right after it: either both happen or neither.
pub fn migrate_with<E: From<OpenError>>(
    connection: &mut DbConn,
    version: &str,
    mut then: impl FnMut(&mut DbConn) -> Result<(), E>,
) -> Result<Vec<String>, E> {
    if let DbConn::Pg(pg) = connection {
        diesel::sql_query("SELECT pg_advisory_lock(7733911)").execute(pg).map_err(OpenError::from)?;
    }
    let applied = apply(connection, version, &mut then);
    if let DbConn::Pg(pg) = connection {
        diesel::sql_query("SELECT pg_advisory_unlock(7733911)").execute(pg).map_err(OpenError::from)?;
    }
    applied
}

fn apply<E: From<OpenError>>(
    connection: &mut DbConn,
    version: &str,
    then: &mut impl FnMut(&mut DbConn) -> Result<(), E>,
) -> Result<Vec<String>, E> {
    let pending = pending(connection)?;
    for name in &pending {
        if name == version {
            let together = |connection: &mut DbConn| {
                apply_one(connection, name)?;
                then(connection).map_err(Stopped::By)
            };
            transaction(connection, together).map_err(|stopped| match stopped {
                Stopped::Migration(error) => error.into(),
                Stopped::By(error) => error,
            })?;
        } else {
            apply_one(connection, name)?;
        }
    }
    Ok(pending)
}

/// Why a migration and what was to follow it did not happen.
enum Stopped<E> {
    Migration(OpenError),
    By(E),
}

impl<E> From<OpenError> for Stopped<E> {
    fn from(error: OpenError) -> Self {
        Self::Migration(error)
    }
}

impl<E> From<diesel::result::Error> for Stopped<E> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Migration(error.into())
    }
}

fn apply_one(connection: &mut DbConn, version: &str) -> Result<(), OpenError> {
    let applied = match connection {
        DbConn::Pg(pg) => run(pg, &POSTGRES_MIGRATIONS, version),
        DbConn::Sqlite(sqlite) => run(sqlite, &SQLITE_MIGRATIONS, version),
    };
    applied.map_err(|error| OpenError::Migration(error.to_string()))
}

fn run<DB: Backend>(
    connection: &mut impl MigrationHarness<DB>,
    known: &impl MigrationSource<DB>,
    version: &str,
) -> diesel::migration::Result<()> {
    // Makes the table in which applied migrations are noted, if it is not there.
    connection.applied_migrations()?;
    for migration in known.migrations()?.iter().filter(|one| one.name().version().to_string() == version) {
        connection.run_migration(migration)?;
    }
    Ok(())
}

/// The migrations that are missing, oldest first.
fn pending(connection: &mut DbConn) -> Result<Vec<String>, OpenError> {
    let applied = applied(connection)?;
    Ok(known(connection)?.into_iter().filter(|name| !applied.contains(name)).collect())
}

/// The migrations this program knows.
fn known(connection: &DbConn) -> Result<BTreeSet<String>, OpenError> {
    fn names<DB: Backend>(source: &impl MigrationSource<DB>) -> diesel::migration::Result<BTreeSet<String>> {
        Ok(source.migrations()?.iter().map(|one| one.name().version().to_string()).collect())
    }
    let names = match connection {
        DbConn::Pg(_) => names::<diesel::pg::Pg>(&POSTGRES_MIGRATIONS),
        DbConn::Sqlite(_) => names::<diesel::sqlite::Sqlite>(&SQLITE_MIGRATIONS),
    };
    names.map_err(|error| OpenError::Migration(error.to_string()))
}

/// The migrations that have been applied. Only reads: a role that may make no tables can ask too.
fn applied(connection: &mut DbConn) -> Result<BTreeSet<String>, OpenError> {
    #[derive(QueryableByName)]
    struct Applied {
        #[diesel(sql_type = Text)]
        version: String,
    }
    let table = match connection {
        DbConn::Pg(_) => "SELECT 'x' AS version WHERE to_regclass('__diesel_schema_migrations') IS NOT NULL",
        DbConn::Sqlite(_) => "SELECT name AS version FROM sqlite_master WHERE name = '__diesel_schema_migrations'",
    };
    if diesel::sql_query(table).load::<Applied>(connection)?.is_empty() {
        return Ok(BTreeSet::new());
    }
    let versions = diesel::sql_query("SELECT version FROM __diesel_schema_migrations").load::<Applied>(connection)?;
    Ok(versions.into_iter().map(|row| row.version).collect())
}

/// Whether every migration this program knows has been applied.
pub fn is_migrated(connection: &mut DbConn) -> Result<bool, OpenError> {
    Ok(pending(connection)?.is_empty())
}

/// Migrations that were applied by a newer program and are not known to this one, oldest first.
pub fn unknown_migrations(connection: &mut DbConn) -> Result<Vec<String>, OpenError> {
    let known = known(connection)?;
    Ok(applied(connection)?.into_iter().filter(|name| !known.contains(name)).collect())
}
