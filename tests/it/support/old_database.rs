//! The populated databases of earlier versions (`tests/fixtures/databases/`), opened as a test's own copy.

use super::{
    app::{self, Backend},
    postgres,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection, connection::SimpleConnection};
use serde_json::Value;
use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};
use wellspring::db::backend::{self, DbConn};

/// One of them.
pub struct OldDatabase {
    /// The newest migration it has.
    pub version: String,
    pub backend: Backend,
    /// What the program that made it answered.
    pub facts: Value,
    /// Its master key in base64.
    pub key_text: String,
    pub url: String,
    pub database: Option<postgres::TestDatabase>,
    pub directory: tempfile::TempDir,
}

/// All of them on one kind of database, the oldest first.
pub struct OldDatabases(pub Vec<OldDatabase>);

impl OldDatabases {
    /// A copy of each; `None` where there is no such database.
    pub async fn new(backend: Backend) -> Option<Self> {
        let places = places();
        assert!(!places.is_empty(), "no database of an earlier version");
        places.iter().map(|place| OldDatabase::open(place, backend)).collect::<Option<_>>().map(Self)
    }
}

/// The directories of the fixtures, the oldest first.
fn places() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/databases");
    let mut places: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    places.retain(|place| place.is_dir());
    places.sort();
    places
}

impl OldDatabase {
    fn open(place: &Path, backend: Backend) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let (name, url, database) = match backend {
            Backend::Sqlite => {
                let path = directory.path().join("old.sqlite");
                fs::write(&path, unpacked(&place.join("wellspring.sqlite.zip"))).unwrap();
                ("sqlite.json", format!("sqlite:{}", path.display()), None)
            }
            Backend::Postgres => {
                let database = postgres::server_or_skip()?.empty_database("old");
                let dump = String::from_utf8(unpacked(&place.join("postgres.sql.zip"))).unwrap();
                PgConnection::establish(&database.url).unwrap().batch_execute(&dump).unwrap();
                ("postgres.json", database.url.clone(), Some(database))
            }
        };
        let read = |name: &str| fs::read_to_string(place.join(name)).unwrap();
        Some(Self {
            version: place.file_name().unwrap().to_str().unwrap().to_owned(),
            backend,
            facts: serde_json::from_str(&read(name)).unwrap(),
            key_text: read("secret.key").trim().to_owned(),
            url,
            database,
            directory,
        })
    }

    /// A connection such as the program migrates with.
    pub fn connect(&self) -> DbConn {
        backend::connect(&app::location(&self.url)).unwrap()
    }

    /// Its master key.
    pub fn key(&self) -> [u8; 32] {
        STANDARD.decode(&self.key_text).unwrap().try_into().unwrap()
    }

    /// When it was made.
    pub fn made_at(&self) -> DateTime<Utc> {
        self.facts["made_at"].as_str().unwrap().parse().unwrap()
    }
}

/// The one file of an archive.
fn unpacked(path: &Path) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut content = Vec::new();
    archive.by_index(0).unwrap().read_to_end(&mut content).unwrap();
    content
}
