//! A PostgreSQL for the tests and fresh databases on it: the server named by `WELLSPRING_TEST_POSTGRES_URL`, else a
//! throw-away cluster that lives as long as this process. What a database is filled with is the caller's affair.
//!
//! Made for `cargo test`, where one process runs all tests of a target. Under a runner with a process per test
//! every process makes a cluster of its own: correct, but slow unless a server is named.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test fails and explains itself so")]
#![allow(clippy::disallowed_methods, reason = "the environment of the tests is no setting of the product")]
#![allow(dead_code, reason = "two test targets share this file, and each leaves a part unused")]

mod cluster;

use cluster::Cluster;
use diesel::{Connection, PgConnection, RunQueryDsl, dsl::sql, sql_query, sql_types::Text};
use std::{
    fmt,
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};
use url::Url;
use uuid::Uuid;

/// Names a server on which the tests may create databases, as a URL; a socket's directory is written
/// `postgres://user@%2Frun%2Fpostgresql/postgres`. What a run leaves there, the next one drops.
const URL_VARIABLE: &str = "WELLSPRING_TEST_POSTGRES_URL";
/// `1` makes a run without PostgreSQL fail.
const REQUIRE_VARIABLE: &str = "WELLSPRING_REQUIRE_POSTGRES";
/// What the name of every database made here begins with; the run and a number follow.
const PREFIX: &str = "wellspring_test";
/// PostgreSQL cuts names at this many bytes.
const NAME_LIMIT: usize = 63;

static SERVER: OnceLock<Result<Server, Unavailable>> = OnceLock::new();

/// Why there is no PostgreSQL to test on, in one line.
#[derive(Debug)]
pub(crate) struct Unavailable {
    /// The reason, for a person.
    pub(crate) why: String,
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl Unavailable {
    /// Line breaks become spaces: the reason must fit the last line of a run.
    fn because(why: impl AsRef<str>) -> Self {
        Self { why: why.as_ref().split_whitespace().collect::<Vec<_>>().join(" ") }
    }
}

/// The server of this process, found or started at the first call.
pub(crate) fn server() -> Result<&'static Server, &'static Unavailable> {
    SERVER.get_or_init(Server::find).as_ref()
}

/// The server for one test. `None`, said on standard error, when there is none and none is required.
///
/// # Panics
/// When PostgreSQL is required and not there.
pub(crate) fn server_or_skip() -> Option<&'static Server> {
    match server() {
        Ok(server) => Some(server),
        Err(unavailable) if is_required() => panic!("PostgreSQL is required: {unavailable}"),
        Err(unavailable) => {
            eprintln!("skipped, no PostgreSQL: {unavailable}");
            None
        }
    }
}

/// Whether a run without PostgreSQL fails: it was demanded, or a server was named.
pub(crate) fn is_required() -> bool {
    variable(REQUIRE_VARIABLE).is_some_and(|value| value == "1") || variable(URL_VARIABLE).is_some()
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A PostgreSQL server on which databases may be created.
pub(crate) struct Server {
    maintenance: Url,
    origin: String,
    version: String,
    run: String,
    next: AtomicU32,
    template: OnceLock<String>,
    /// Open while this process lives: by it other runs see whose databases are still in use.
    _presence: Mutex<PgConnection>,
    _cluster: Option<Cluster>,
}

impl Server {
    fn find() -> Result<Self, Unavailable> {
        if let Some(text) = variable(URL_VARIABLE) {
            let url = Url::parse(&text).map_err(|e| Unavailable::because(format!("{URL_VARIABLE}: {e}")))?;
            return Self::open(url, format!("the server of {URL_VARIABLE}"), None);
        }
        let cluster = Cluster::start()?;
        Self::open(cluster.url(), cluster.origin(), Some(cluster))
    }

    fn open(maintenance: Url, origin: String, cluster: Option<Cluster>) -> Result<Self, Unavailable> {
        let random = Uuid::now_v7().simple().to_string().split_off(20);
        let run = format!("{PREFIX}_{random}");
        let mut present = maintenance.clone();
        present.query_pairs_mut().append_pair("application_name", &run);
        let (presence, version) = PgConnection::establish(present.as_str())
            .map_err(|e| e.to_string())
            .and_then(|mut conn| {
                drop_abandoned(&mut conn).map_err(|e| e.to_string())?;
                let version = sql::<Text>("SHOW server_version").get_result(&mut conn).map_err(|e| e.to_string())?;
                Ok((conn, version))
            })
            .map_err(|e| Unavailable::because(format!("{origin}: {e}")))?;
        Ok(Self {
            maintenance,
            origin,
            version,
            run,
            next: AtomicU32::new(1),
            template: OnceLock::new(),
            _presence: Mutex::new(presence),
            _cluster: cluster,
        })
    }

    /// Version and origin of the server, for a person.
    pub(crate) fn description(&self) -> String {
        format!("PostgreSQL {} ({})", self.version, self.origin)
    }

    /// A database that equals what the first caller's `prepare` left in the database whose URL it was given;
    /// later calls copy that one and leave their `prepare` uncalled.
    ///
    /// # Panics
    /// When the server refuses. A `prepare` that fails panics; the next caller's is tried then.
    pub(crate) fn fresh_database(&'static self, name_hint: &str, prepare: impl FnOnce(&str)) -> TestDatabase {
        let template = self.template.get_or_init(|| {
            let name = format!("{}_template", self.run);
            self.admin(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            self.admin(&format!("CREATE DATABASE {name} TEMPLATE template0"));
            prepare(&self.url_of(&name));
            name
        });
        self.create(name_hint, template)
    }

    /// A database with nothing in it.
    ///
    /// # Panics
    /// When the server refuses.
    pub(crate) fn empty_database(&'static self, name_hint: &str) -> TestDatabase {
        self.create(name_hint, "template0")
    }

    fn create(&'static self, name_hint: &str, template: &str) -> TestDatabase {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let hint = name_hint.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
        let name: String = format!("{}_{number}_", self.run).chars().chain(hint).take(NAME_LIMIT).collect();
        // Without syncing, copying the files takes half the time of writing every page to the log. Older servers know no other way.
        let strategy = if self.major_version() >= 15 { " STRATEGY file_copy" } else { "" };
        self.admin(&format!("CREATE DATABASE {name} TEMPLATE {template}{strategy}"));
        TestDatabase { url: self.url_of(&name), name, server: self }
    }

    fn major_version(&self) -> u32 {
        self.version.split(|c: char| !c.is_ascii_digit()).next().and_then(|major| major.parse().ok()).unwrap_or(0)
    }

    fn url_of(&self, database: &str) -> String {
        let mut url = self.maintenance.clone();
        url.set_path(database);
        url.into()
    }

    /// A connection per statement, so that tests on many threads don't wait for each other.
    fn admin(&self, statement: &str) {
        let done = PgConnection::establish(self.maintenance.as_str())
            .map_err(|e| e.to_string())
            .and_then(|mut conn| sql_query(statement).execute(&mut conn).map_err(|e| e.to_string()));
        if let Err(error) = done {
            // A second panic while a failed test unwinds would abort the process and hide the first.
            assert!(std::thread::panicking(), "{statement}: {error}");
            eprintln!("{statement}: {error}");
        }
    }
}

/// Drops what earlier runs left on a shared server: databases whose run has no connection any more.
fn drop_abandoned(conn: &mut PgConnection) -> diesel::QueryResult<()> {
    let abandoned: Vec<String> = sql::<Text>(&format!(
        "SELECT datname::text FROM pg_database
         WHERE datname ~ '^{PREFIX}_[0-9a-f]{{12}}_' AND NOT EXISTS (
             SELECT FROM pg_stat_activity WHERE application_name = substr(datname, 1, {}))",
        PREFIX.len() + 13
    ))
    .load(conn)?;
    for name in abandoned {
        // Another run may be sweeping too, or the database belongs to another role.
        if let Err(error) = sql_query(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).execute(conn) {
            eprintln!("left in place: {name}: {error}");
        }
    }
    Ok(())
}

/// A database of one test, dropped with this value even if a client is still connected.
pub(crate) struct TestDatabase {
    /// Where to connect, as `postgres://…`; the host of a throw-away cluster is a socket's directory (`%2Ftmp%2F…`).
    pub(crate) url: String,
    name: String,
    server: &'static Server,
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        self.server.admin(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}
