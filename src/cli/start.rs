//! From settings to a running product: data directory, lock, key, database, migrations. Each step that fails says which setting
//! to look at.

use super::failure::Failure;
use crate::{
    app::App,
    clock::Clock,
    db::backend::{self, Database, DbConn, Location, OpenError},
    domain::{records::record::RecordLog, watch::risk::RiskPolicy},
    secrets::{key::MasterKey, record::RecordKeys},
    services::{
        Context, Error,
        records::audit::{self, Adopted},
    },
    settings::Settings,
    texts::{Explain, Language, texts},
};
use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// Makes the data directory if there is none, readable by nobody else.
pub(super) fn data_directory(language: Language, settings: &Settings) -> Result<(), Failure> {
    let path = &settings.server.data_dir;
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|error| Failure::failed(no_data_directory(language, &path.display().to_string(), &error.to_string())))
}

/// The one process over a SQLite file; freed when it is dropped or the process dies.
#[derive(Debug)]
pub(super) struct Lock {
    _file: Option<File>,
}

/// Keeps every other server away from the same SQLite file. PostgreSQL may have several.
pub(super) fn lock(language: Language, settings: &Settings) -> Result<Lock, Failure> {
    let Location::Sqlite(database) = Location::of(&settings.database.url) else { return Ok(Lock { _file: None }) };
    let path = lock_path(&database);
    let unusable = |error: &io::Error| {
        Failure::failed(database_unusable(language, &path.display().to_string(), &error.to_string()))
    };
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(|e| unusable(&e))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { _file: Some(file) }),
        Err(TryLockError::WouldBlock) => Err(Failure::failed(in_use(language, &database.display().to_string()))),
        Err(TryLockError::Error(error)) => Err(unusable(&error)),
    }
}

fn lock_path(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

/// The product over a database that has every table: what commands other than `serve` work with.
pub(super) fn app(language: Language, settings: Settings) -> Result<App, Failure> {
    data_directory(language, &settings)?;
    let key = MasterKey::obtain(&settings.key_source()).map_err(|error| Failure::failed(error.text(language)))?;
    let mut connection = connect(language, &settings)?;
    refuse_newer(language, &mut connection)?;
    if !backend::is_migrated(&mut connection).map_err(|error| unreachable(language, &settings, &error))? {
        return Err(Failure::failed(not_migrated(language)));
    }
    assembled(language, settings, &key)
}

/// The product ready to serve: makes what is missing.
pub(super) fn server(language: Language, settings: Settings) -> Result<(App, Lock), Failure> {
    data_directory(language, &settings)?;
    let key = MasterKey::obtain(&settings.key_source()).map_err(|error| Failure::failed(error.text(language)))?;
    let lock = lock(language, &settings)?;
    let mut connection = connect(language, &settings)?;
    for adopted in migrate(language, &settings, &mut connection)?.adopted {
        let (log, sealed, keyed_from) = (adopted.log, adopted.sealed, adopted.keyed_from);
        tracing::info!(%log, sealed, keyed_from, "records of before are taken over");
    }
    drop(connection);
    Ok((assembled(language, settings, &key)?, lock))
}

fn assembled(language: Language, settings: Settings, key: &MasterKey) -> Result<App, Failure> {
    let location = Location::of(&settings.database.url);
    let database = Database::open(location, settings.database.pool_size)
        .map_err(|error| unreachable(language, &settings, &error))?;
    let context = Context::new(settings, RiskPolicy::system_default(), key);
    refuse_other_key(language, &context, &database)?;
    Ok(App::new(context, database, Clock::system()))
}

/// With another key the chain of changes would break and second factors could not be read.
fn refuse_other_key(language: Language, context: &Context, database: &Database) -> Result<(), Failure> {
    let failed = |error: Error| Failure::of(language, &error);
    let mut connection = database.reader().map_err(|error| failed(error.into()))?;
    if audit::is_own_key(&mut connection, &context.record).map_err(failed)? {
        return Ok(());
    }
    Err(Failure::failed(other_key(language)))
}

/// One connection, at once or not at all.
pub(super) fn connect(language: Language, settings: &Settings) -> Result<DbConn, Failure> {
    let location = Location::of(&settings.database.url);
    if let Location::Sqlite(path) = &location
        && let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty())
        && !fs::exists(parent).unwrap_or_default()
    {
        let reason = no_directory(language, &parent.display().to_string());
        return Err(Failure::failed(database_unusable(language, &path.display().to_string(), &reason)));
    }
    backend::connect(&location).map_err(|error| unreachable(language, settings, &error))
}

/// What was missing in a database.
#[derive(Debug, Default)]
pub(super) struct Migrated {
    /// The names of the migrations that were applied.
    pub(super) applied: Vec<String>,
    /// The records of an older version that were taken over.
    pub(super) adopted: Vec<Adopted>,
}

/// The migration from which on records are keyed.
const KEYED_RECORD: &str = "20261126000007";

/// Applies what is missing; refuses a database that a newer program has changed. The records of an older version are taken over
/// in the transaction of the migration that needs it, with the key: either both happen or neither.
pub(super) fn migrate(language: Language, settings: &Settings, connection: &mut DbConn) -> Result<Migrated, Failure> {
    refuse_newer(language, connection)?;
    let mut adopted = Vec::new();
    let adopt = |connection: &mut DbConn| {
        adopted = adopt(language, settings, connection)?;
        Ok(())
    };
    let applied = backend::migrate_with(connection, KEYED_RECORD, adopt).map_err(|stopped| match stopped {
        Stopped::Database(error) => unreachable(language, settings, &error),
        Stopped::Adoption(failure) => failure,
    })?;
    Ok(Migrated { applied, adopted })
}

/// Why a database could not be brought up to date.
enum Stopped {
    Database(OpenError),
    Adoption(Failure),
}

impl From<OpenError> for Stopped {
    fn from(error: OpenError) -> Self {
        Self::Database(error)
    }
}

/// Takes over the records of an older version, if there are any. Needs the key they were sealed with.
fn adopt(language: Language, settings: &Settings, connection: &mut DbConn) -> Result<Vec<Adopted>, Stopped> {
    let failed = |error: Error| Stopped::Adoption(Failure::of(language, &error));
    let mut must_adopt = false;
    for &log in RecordLog::ALL {
        must_adopt |= audit::must_adopt(connection, log).map_err(failed)?;
    }
    if !must_adopt {
        return Ok(Vec::new());
    }
    let key = MasterKey::obtain(&settings.key_source());
    let key = key.map_err(|error| Stopped::Adoption(Failure::failed(error.text(language))))?;
    let keys = RecordKeys::new(&key);
    if !audit::is_own_key(connection, &keys).map_err(failed)? {
        return Err(Stopped::Adoption(Failure::failed(other_key(language))));
    }
    audit::adopt(connection, &keys, Clock::system().now()).map_err(failed)
}

fn refuse_newer(language: Language, connection: &mut DbConn) -> Result<(), Failure> {
    let unknown = backend::unknown_migrations(connection)
        .map_err(|error| Failure::failed(database_failed(language, &error.to_string())))?;
    match unknown.last() {
        Some(newest) => Err(Failure::failed(newer_schema(language, newest))),
        None => Ok(()),
    }
}

/// The database as a person knows it: a file, or a host.
fn unreachable(language: Language, settings: &Settings, error: &OpenError) -> Failure {
    let reason = error.to_string();
    // libpq adds advice in English behind the first line.
    let reason = reason.lines().next().unwrap_or_default().trim();
    Failure::failed(match Location::of(&settings.database.url) {
        Location::Sqlite(path) => database_unusable(language, &path.display().to_string(), reason),
        Location::Postgres(_) => postgres_unreachable(language, reason),
    })
}

texts! {
    no_data_directory(path: &str, reason: &str) {
        zh: "无法创建数据目录 {path}：{reason}。请检查设置项 data_dir 和目录权限。",
        en: "The data directory {path} cannot be created: {reason}. Check the setting data_dir and its permissions.",
    }
    in_use(path: &str) {
        zh: "另一个 Wellspring 服务正在使用数据库 {path}。SQLite 数据库只能由一个服务使用：请先停止它，或用设置项 data_dir 另选目录。",
        en: "Another Wellspring server is using the database {path}. One server at a time may use SQLite: stop the other, or choose another directory with the setting data_dir.",
    }
    database_unusable(path: &str, reason: &str) {
        zh: "无法使用 SQLite 数据库 {path}：{reason}。请检查设置项 database_url 和 data_dir，以及目录权限和剩余空间。",
        en: "The SQLite database {path} cannot be used: {reason}. Check the settings database_url and data_dir, permissions and free space.",
    }
    no_directory(path: &str) { zh: "目录 {path} 不存在", en: "there is no directory {path}" }
    postgres_unreachable(reason: &str) {
        zh: "无法连接 PostgreSQL：{reason}。请检查设置项 database_url、网络，以及服务器是否在运行。",
        en: "PostgreSQL cannot be reached: {reason}. Check the setting database_url, the network, and that the server is running.",
    }
    database_failed(reason: &str) { zh: "数据库出错：{reason}", en: "The database failed: {reason}" }
    newer_schema(version: &str) {
        zh: "数据库已由更新版本的 Wellspring 升级（{version}），本程序无法使用。请换用该版本的程序。",
        en: "A newer Wellspring has changed the database ({version}), so this program cannot use it. Run that version.",
    }
    other_key() {
        zh: "密钥与数据库不符：变更记录是用另一把密钥签的。请恢复原来的密钥（数据目录中的 secret.key，或设置项 secret_key、secret_key_file）。",
        en: "The key does not match this database: its record was sealed with another key. Restore the old key (secret.key in the data directory, or the setting secret_key or secret_key_file).",
    }
    not_migrated() {
        zh: "数据库还没有建好或不是最新。请先运行 wellspring migrate。",
        en: "The database is not set up or not up to date. Run wellspring migrate first.",
    }
}
