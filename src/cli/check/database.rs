//! Whether the database can be used: its kind and version, and whether its tables are those of this program.

use super::Finding;
use crate::{
    cli::start,
    db::backend::{self, DbConn, Location, OpenError},
    settings::Settings,
    texts::{Language, texts},
};

/// Connects and asks. A SQLite file that does not exist yet is not made.
pub(super) fn examine(language: Language, settings: &Settings) -> Finding {
    let location = Location::of(&settings.database.url);
    if let Location::Sqlite(path) = &location
        && !path.exists()
    {
        return Ok(made_at_start(language, &path.display().to_string()));
    }
    let mut connection = start::connect(language, settings).map_err(|failure| failure.text().to_owned())?;
    let version = backend::version(&mut connection).map_err(|error| error.to_string())?;
    let name = match location {
        Location::Sqlite(path) => format!("SQLite {version}, {}", path.display()),
        Location::Postgres(_) => format!("PostgreSQL {version}"),
    };
    match state(&mut connection).map_err(|error| error.to_string())? {
        State::Current => Ok(current(language, &name)),
        State::Behind => Err(behind(language, &name)),
        State::Newer(version) => Err(newer(language, &name, &version)),
    }
}

enum State {
    Current,
    Behind,
    Newer(String),
}

fn state(connection: &mut DbConn) -> Result<State, OpenError> {
    if let Some(newest) = backend::unknown_migrations(connection)?.pop() {
        return Ok(State::Newer(newest));
    }
    Ok(if backend::is_migrated(connection)? { State::Current } else { State::Behind })
}

texts! {
    made_at_start(path: &str) { zh: "SQLite，{path}（首次启动时建立）", en: "SQLite, {path} (created at the first start)" }
    current(name: &str) { zh: "{name}，结构已是最新", en: "{name}, up to date" }
    behind(name: &str) {
        zh: "{name}，结构不是最新；请运行 wellspring migrate，或直接启动服务",
        en: "{name}, not up to date; run wellspring migrate, or start the server",
    }
    newer(name: &str, version: &str) {
        zh: "{name}，已由更新版本的 Wellspring 升级（{version}）；请换用该版本",
        en: "{name}, changed by a newer Wellspring ({version}); run that version",
    }
}
