//! The two databases behind one connection type: SQL types both know, transactions, locks, and the few query forms that
//! need the concrete one. Nothing above `db/` knows which database it talks to.

use super::locks;
use crate::settings::DatabaseUrl;
use chrono::{DateTime, Utc};
use diesel::{
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, HasSqlType, SqlType},
    sqlite::Sqlite,
};
use scheduled_thread_pool::ScheduledThreadPool;
use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    ops::{Deref, DerefMut},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

mod migrations;

pub use connection::{DbConn, MultiBackend};
pub use diesel::result::Error as QueryError;
pub use migrations::{is_migrated, migrate, migrate_with, unknown_migrations};

#[allow(missing_docs, unreachable_pub, reason = "the derive writes items without documentation")]
mod connection {
    /// A connection to either database.
    #[derive(diesel::MultiConnection)]
    pub enum DbConn {
        Pg(diesel::PgConnection),
        Sqlite(diesel::SqliteConnection),
    }
}

/// The SQL type of ids: `uuid` on PostgreSQL, 16 bytes on SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct UuidSql;

/// The SQL type of instants: `timestamptz` on PostgreSQL, microseconds since 1970 on SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Long"))]
pub struct TimestampSql;

macro_rules! known_to_both {
    ($($sql:ident),*) => {$(
        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                MultiBackend::lookup_sql_type::<$sql>(lookup)
            }
        }
    )*};
}
known_to_both!(UuidSql, TimestampSql);

/// A query fragment that both databases know but the connection enum does not (`ON CONFLICT`, `UNION`, `FILTER`), walked by
/// the concrete one.
#[derive(Debug, Clone, Copy)]
pub struct Both<Q>(pub Q);

impl<Q> QueryFragment<MultiBackend> for Both<Q>
where
    Q: QueryFragment<Pg> + QueryFragment<Sqlite>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(&self.0, pass)
    }
}
impl<Q> QueryId for Both<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<Q: Query> Query for Both<Q> {
    type SqlType = Q::SqlType;
}
impl<Q> RunQueryDsl<DbConn> for Both<Q> {}

/// How many rows a query has, as a query; the query's limit is the most that is counted.
#[derive(Debug, Clone, Copy)]
pub struct Counted<Q>(pub Q);

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        pass.push_sql("SELECT COUNT(*) FROM (");
        self.0.walk_ast(pass.reborrow())?;
        pass.push_sql(") counted");
        Ok(())
    }
}
impl<Q> QueryId for Counted<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<Q> Query for Counted<Q> {
    type SqlType = BigInt;
}
impl<Q> RunQueryDsl<DbConn> for Counted<Q> {}

/// One body, expanded once per concrete connection.
macro_rules! on_conn {
    ($connection:expr, |$concrete:ident| $body:expr) => {
        match $connection {
            $crate::db::backend::DbConn::Pg($concrete) => $body,
            $crate::db::backend::DbConn::Sqlite($concrete) => $body,
        }
    };
}
pub(crate) use on_conn;

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file.
    Sqlite(PathBuf),
    /// A libpq connection URL.
    Postgres(String),
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://***"),
        }
    }
}

impl Location {
    /// Where the settings say.
    pub fn of(url: &DatabaseUrl) -> Self {
        match url {
            DatabaseUrl::Sqlite(path) => Self::Sqlite(path.clone()),
            DatabaseUrl::Postgres(uri) => Self::Postgres(uri.expose().clone()),
        }
    }

    /// `postgresql` or `sqlite`, for logs and the settings check.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgresql",
        }
    }
}

/// What a connection is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Read,
    Write,
}

/// Opens the connections of a pool.
#[derive(Debug, Clone)]
pub struct Opener {
    location: Location,
    purpose: Purpose,
}

impl Opener {
    fn open(&self) -> Result<DbConn, OpenError> {
        match &self.location {
            Location::Postgres(url) => Ok(DbConn::Pg(PgConnection::establish(url)?)),
            Location::Sqlite(path) => {
                let mut connection = SqliteConnection::establish(&path.to_string_lossy())?;
                connection.batch_execute(SQLITE_PRAGMAS)?;
                if self.purpose == Purpose::Read {
                    connection.batch_execute("PRAGMA query_only = ON")?;
                }
                Ok(DbConn::Sqlite(connection))
            }
        }
    }
}

/// An acknowledged visit survives a power cut: `synchronous` is FULL. The page cache stays small, since the system keeps the
/// file in memory anyway.
const SQLITE_PRAGMAS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;";

/// Why no connection could be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database refused or is not there.
    #[error("{0}")]
    Connection(#[from] ConnectionError),
    /// It answered, but not as expected.
    #[error("{0}")]
    Query(#[from] diesel::result::Error),
    /// All connections are in use and none came back in time.
    #[error("{0}")]
    Pool(#[from] diesel::r2d2::PoolError),
    /// The migrations could not be read or applied.
    #[error("{0}")]
    Migration(String),
}

/// How long a connection to a server counts as good after it answered. A shorter time costs a round trip a request; a longer one
/// fails more requests when the server has gone.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// A connection as its pool holds it.
pub struct PoolEntry {
    connection: DbConn,
    /// When it answered a test; `None` when there is reason to test it again.
    good_since: Option<Instant>,
}

impl diesel::r2d2::ManageConnection for Opener {
    type Connection = PoolEntry;
    type Error = OpenError;

    fn connect(&self) -> Result<PoolEntry, OpenError> {
        Ok(PoolEntry { connection: self.open()?, good_since: Some(Instant::now()) })
    }

    fn is_valid(&self, entry: &mut PoolEntry) -> Result<(), OpenError> {
        if entry.good_since.is_some_and(|since| since.elapsed() < GOOD_FOR) {
            return Ok(());
        }
        if let DbConn::Pg(pg) = &mut entry.connection {
            pg.batch_execute("SELECT 1")?;
        }
        entry.good_since = Some(Instant::now());
        Ok(())
    }

    fn has_broken(&self, entry: &mut PoolEntry) -> bool {
        let open_transaction = match &mut entry.connection {
            DbConn::Pg(pg) => in_transaction(pg),
            DbConn::Sqlite(sqlite) => in_transaction(sqlite),
        };
        open_transaction || std::thread::panicking()
    }
}

fn in_transaction<C: Connection<TransactionManager = AnsiTransactionManager>>(connection: &mut C) -> bool {
    let status = AnsiTransactionManager::transaction_manager_status_mut(connection);
    !matches!(status.transaction_depth(), Ok(None))
}

/// A connection that goes back to its pool when dropped.
pub struct Pooled(diesel::r2d2::PooledConnection<Opener>);

impl Pooled {
    /// Runs work on it. After a failure it is tested before the next one uses it.
    pub fn run<T, E>(mut self, work: impl FnOnce(&mut DbConn) -> Result<T, E>) -> Result<T, E> {
        let result = work(&mut self.0.connection);
        if result.is_err() {
            self.0.good_since = None;
        }
        result
    }
}

impl Deref for Pooled {
    type Target = DbConn;

    fn deref(&self) -> &DbConn {
        &self.0.connection
    }
}

impl DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut DbConn {
        &mut self.0.connection
    }
}

type Pool = diesel::r2d2::Pool<Opener>;

/// The pools over one database. SQLite has many readers and one writer; PostgreSQL has one pool for both.
#[derive(Debug, Clone)]
pub struct Database {
    location: Location,
    readers: Pool,
    writers: Pool,
    max_writers: usize,
}

impl Database {
    /// Opens the pools; connections beyond the first are made when they are needed.
    pub fn open(location: Location, pool_size: u32) -> Result<Self, OpenError> {
        let opener = |purpose| Opener { location: location.clone(), purpose };
        // A SQLite file is created by the writer, so that goes first.
        let (writers, readers, max_writers) = match &location {
            Location::Sqlite(_) => {
                let threads = threads(1);
                let writers = pool(opener(Purpose::Write), 1, threads.clone())?;
                (writers, pool(opener(Purpose::Read), pool_size, threads)?, 1)
            }
            Location::Postgres(_) => {
                let shared = pool(opener(Purpose::Write), pool_size.max(2), threads(CONNECTING_AT_ONCE))?;
                (shared.clone(), shared, pool_size.saturating_sub(1).max(1) as usize)
            }
        };
        Ok(Self { location, readers, writers, max_writers })
    }

    /// Where the database is.
    pub const fn location(&self) -> &Location {
        &self.location
    }

    /// How many connections are in use.
    pub fn pools_in_use(&self) -> Vec<PoolUse> {
        match self.location {
            Location::Sqlite(_) => {
                vec![PoolUse::of("readers", &self.readers), PoolUse::of("writers", &self.writers)]
            }
            Location::Postgres(_) => vec![PoolUse::of("shared", &self.writers)],
        }
    }

    /// How many transactions may write at once.
    pub const fn max_writers(&self) -> usize {
        self.max_writers
    }

    /// A connection to read with.
    pub fn reader(&self) -> Result<Pooled, OpenError> {
        Ok(Pooled(self.readers.get()?))
    }

    /// A connection to write with.
    pub fn writer(&self) -> Result<Pooled, OpenError> {
        Ok(Pooled(self.writers.get()?))
    }
}

/// How many connections of a pool there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    /// `readers`, `writers`, or `shared` where one pool serves both.
    pub name: &'static str,
    /// Open and waiting for work.
    pub idle: u32,
    /// At work.
    pub in_use: u32,
}

impl PoolUse {
    fn of(name: &'static str, pool: &Pool) -> Self {
        let state = pool.state();
        Self { name, idle: state.idle_connections, in_use: state.connections - state.idle_connections }
    }
}

/// Connections to a server that are opened at once; a file is there at once, so one thread opens it for both pools.
const CONNECTING_AT_ONCE: usize = 3;

/// The threads that open connections: each costs memory of its own.
fn threads(count: usize) -> Arc<ScheduledThreadPool> {
    Arc::new(ScheduledThreadPool::builder().num_threads(count).thread_name_pattern("connections-{}").build())
}

fn pool(opener: Opener, size: u32, threads: Arc<ScheduledThreadPool>) -> Result<Pool, OpenError> {
    Ok(diesel::r2d2::Pool::builder()
        .thread_pool(threads)
        .max_size(size)
        .min_idle(Some(1))
        .connection_timeout(Duration::from_secs(10))
        .test_on_check_out(matches!(opener.location, Location::Postgres(_)))
        .error_handler(Box::new(diesel::r2d2::LoggingErrorHandler))
        .build(opener)?)
}

/// Runs one transaction: IMMEDIATE on SQLite, READ COMMITTED on PostgreSQL. Rolled back when `body` fails.
pub fn transaction<T, E: From<diesel::result::Error>>(
    connection: &mut DbConn,
    body: impl FnOnce(&mut DbConn) -> Result<T, E>,
) -> Result<T, E> {
    match connection {
        DbConn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")?,
        DbConn::Pg(pg) => AnsiTransactionManager::begin_transaction(pg)?,
    }
    locks::begin();
    ended(connection, body)
}

/// Runs reads that all see the database as it was at the first of them.
pub fn snapshot<T, E: From<diesel::result::Error>>(
    connection: &mut DbConn,
    body: impl FnOnce(&mut DbConn) -> Result<T, E>,
) -> Result<T, E> {
    match connection {
        DbConn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN DEFERRED")?,
        DbConn::Pg(pg) => {
            let begin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
            AnsiTransactionManager::begin_transaction_sql(pg, begin)?;
        }
    }
    ended(connection, body)
}

/// Runs what belongs into the transaction that was begun, and ends it.
fn ended<T, E: From<diesel::result::Error>>(
    connection: &mut DbConn,
    body: impl FnOnce(&mut DbConn) -> Result<T, E>,
) -> Result<T, E> {
    match body(connection) {
        Ok(value) => {
            <DbConn as Connection>::TransactionManager::commit_transaction(connection)?;
            Ok(value)
        }
        Err(error) => {
            // A rollback that fails leaves a connection that `has_broken` drops from the pool.
            if let Err(rollback) = <DbConn as Connection>::TransactionManager::rollback_transaction(connection) {
                tracing::warn!(error = %rollback, "rollback failed");
            }
            Err(error)
        }
    }
}

/// The rows that belong to some of these: of none there are none, and the database is not asked.
pub(super) fn of_any<I: Clone, T>(ids: &[I], load: impl FnOnce(Vec<I>) -> QueryResult<Vec<T>>) -> QueryResult<Vec<T>> {
    if ids.is_empty() { Ok(Vec::new()) } else { load(ids.to_vec()) }
}

/// The values of each key, in the order of the rows.
pub(super) fn by_key<K: Eq + Hash, V>(rows: Vec<(K, V)>) -> HashMap<K, Vec<V>> {
    let mut values: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in rows {
        values.entry(key).or_default().push(value);
    }
    values
}

/// Waits until no other transaction holds the name, and holds it until this one ends. SQLite has one writer and needs no names.
pub fn lock_name(connection: &mut DbConn, name: &str) -> QueryResult<()> {
    if let DbConn::Pg(pg) = connection {
        let lock = diesel::sql_query("SELECT pg_advisory_xact_lock(7733912, hashtext($1))");
        lock.bind::<diesel::sql_types::Text, _>(name).execute(pg)?;
    }
    Ok(())
}

/// One connection to write with, outside any pool: fails at once where a pool would wait.
pub fn connect(location: &Location) -> Result<DbConn, OpenError> {
    Opener { location: location.clone(), purpose: Purpose::Write }.open()
}

/// The version of the database software, such as `15.8`.
pub fn version(connection: &mut DbConn) -> QueryResult<String> {
    use diesel::{dsl::sql, sql_types::Text};
    match connection {
        DbConn::Pg(pg) => sql::<Text>("SHOW server_version").get_result(pg),
        DbConn::Sqlite(sqlite) => sql::<Text>("SELECT sqlite_version()").get_result(sqlite),
    }
}

/// The database's own clock: what leases of several nodes are measured by.
pub fn now(connection: &mut DbConn) -> QueryResult<DateTime<Utc>> {
    let microseconds = match connection {
        DbConn::Pg(pg) => diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(
            "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT",
        ))
        .get_result::<i64>(pg)?,
        DbConn::Sqlite(sqlite) => diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(
            "CAST(unixepoch('now', 'subsec') * 1000000 AS INTEGER)",
        ))
        .get_result::<i64>(sqlite)?,
    };
    DateTime::<Utc>::from_timestamp_micros(microseconds)
        .ok_or_else(|| diesel::result::Error::DeserializationError("the clock is out of range".into()))
}

/// Which constraint a failed write broke: its name on PostgreSQL, the columns (`users.username`) on SQLite. `None` for any
/// other error.
pub fn broken_unique(error: &diesel::result::Error) -> Option<String> {
    use diesel::result::{DatabaseErrorKind, Error};
    let Error::DatabaseError(DatabaseErrorKind::UniqueViolation, information) = error else { return None };
    Some(match information.constraint_name() {
        Some(name) => name.to_owned(),
        None => information.message().trim_start_matches("UNIQUE constraint failed: ").to_owned(),
    })
}

/// Whether the transaction failed because another one was in the way, and may succeed when it runs again from its beginning.
pub fn is_transient(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};
    match error {
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        Error::DatabaseError(_, information) => IN_THE_WAY.iter().any(|text| information.message().contains(text)),
        _ => false,
    }
}

/// How the databases say that another transaction is in the way. Diesel does not hand on the code of a deadlock (40P01), so it is
/// known by its message, which PostgreSQL writes in the language of the server (`lc_messages`).
const IN_THE_WAY: [&str; 5] =
    ["deadlock detected", "检测到死锁", "偵測到死結", "database is locked", "database table is locked"];

/// Whether the connection was lost: what the transaction did is rolled back, unless it was lost while committing.
pub const fn is_lost(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};
    matches!(
        error,
        Error::BrokenTransactionManager
            | Error::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::result::{DatabaseErrorKind, Error};

    fn failed(kind: DatabaseErrorKind, message: &str) -> Error {
        Error::DatabaseError(kind, Box::new(message.to_owned()))
    }

    #[test]
    fn who_is_in_the_way_is_known_in_the_language_of_the_server() {
        for message in ["deadlock detected", "检测到死锁", "database is locked"] {
            assert!(is_transient(&failed(DatabaseErrorKind::Unknown, message)), "{message}");
        }
        assert!(is_transient(&failed(DatabaseErrorKind::SerializationFailure, "无法串行访问")));
        assert!(!is_transient(&failed(DatabaseErrorKind::Unknown, "no such table: enterprises")));
        assert!(!is_transient(&failed(
            DatabaseErrorKind::ClosedConnection,
            "server closed the connection unexpectedly"
        )));
        assert!(!is_transient(&Error::NotFound));
    }

    #[test]
    fn a_lost_connection_is_no_fault_of_the_request() {
        assert!(is_lost(&failed(DatabaseErrorKind::ClosedConnection, "server closed the connection unexpectedly")));
        assert!(!is_lost(&failed(DatabaseErrorKind::UniqueViolation, "users_username_key")));
        assert!(!is_lost(&Error::NotFound));
    }
}
