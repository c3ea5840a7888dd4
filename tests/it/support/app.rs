//! The application under test: a fresh database, a clock that stands still until it is moved, mail into a directory.

use super::{caller::Caller, described, district::District, old_database::OldDatabase, postgres};
use actix_web::{
    body::MessageBody,
    dev::{Service, ServiceResponse},
    test,
    web::Bytes,
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::LocalBoxFuture;
use std::{collections::BTreeMap, fs, rc::Rc, sync::OnceLock};
use wellspring::{
    app::App,
    clock::{Clock, ClockHand},
    db::backend::{self, Database, Location},
    domain::watch::risk::RiskPolicy,
    secrets::key::MasterKey,
    services::Context,
    settings::{Settings, Sources},
    web::server,
};

/// One of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

type Serve = dyn Fn(actix_http::Request) -> LocalBoxFuture<'static, Answer>;

/// The application with a district of its own.
pub struct TestApp {
    pub app: App,
    pub district: District,
    clock: ClockHand,
    serve: Rc<Serve>,
    // Dropped last, in this order: the database goes when nobody uses it any more.
    _database: Option<postgres::TestDatabase>,
    pub directory: tempfile::TempDir,
}

/// The application on a database that holds nothing.
pub struct EmptyApp {
    pub app: App,
    clock: ClockHand,
    serve: Rc<Serve>,
    _database: Option<postgres::TestDatabase>,
    pub directory: tempfile::TempDir,
}

impl EmptyApp {
    /// On a fresh database; `None` where there is no such database.
    pub async fn new(backend: Backend) -> Option<Self> {
        Self::with_settings(backend, &[]).await
    }

    async fn with_settings(backend: Backend, settings: &[(&str, &str)]) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let (url, database) = match backend {
            Backend::Sqlite => {
                let path = directory.path().join("test.sqlite");
                fs::write(&path, migrated_file()).unwrap();
                (format!("sqlite:{}", path.display()), None)
            }
            Backend::Postgres => {
                let database = postgres::server_or_skip()?.fresh_database("it", migrate);
                (database.url.clone(), Some(database))
            }
        };
        Some(Self::on(directory, &url, database, settings).await)
    }

    /// On the database of an earlier version, migrated before, a minute after it was made.
    pub async fn over(old: OldDatabase) -> Self {
        let settings = load_settings(old.directory.path(), &old.url, &[]);
        let (app, clock) =
            assembled(settings, &MasterKey::from_bytes(old.key()), old.made_at() + TimeDelta::minutes(1));
        let serve = serving(&app).await;
        Self { app, clock, serve, _database: old.database, directory: old.directory }
    }

    /// On a PostgreSQL database that somebody else has made and keeps.
    pub async fn over_kept(url: &str) -> Self {
        Self::on(tempfile::tempdir().unwrap(), url, None, &[]).await
    }

    async fn on(
        directory: tempfile::TempDir,
        url: &str,
        database: Option<postgres::TestDatabase>,
        settings: &[(&str, &str)],
    ) -> Self {
        let settings = load_settings(directory.path(), url, settings);
        let (app, clock) = assembled(settings, &MasterKey::from_bytes([7; 32]), start());
        let serve = serving(&app).await;
        Self { app, clock, serve, _database: database, directory }
    }

    /// Lets time pass.
    pub fn advance(&self, duration: TimeDelta) {
        self.clock.advance(duration);
    }

    /// Somebody without credentials.
    pub fn anonymous(&self) -> Caller {
        Caller::new(Rc::clone(&self.serve), None)
    }

    /// Somebody with a token or session.
    pub fn bearer(&self, token: &str) -> Caller {
        Caller::new(Rc::clone(&self.serve), Some(token.to_owned()))
    }
}

/// A Friday morning in the district.
pub fn start() -> DateTime<Utc> {
    "2026-11-20T01:00:00Z".parse().unwrap()
}

impl TestApp {
    /// On a fresh database; `None` where there is no such database.
    pub async fn new(backend: Backend) -> Option<Self> {
        Self::with_settings(backend, &[]).await
    }

    /// With settings of its own, by their variables.
    pub async fn with_settings(backend: Backend, settings: &[(&str, &str)]) -> Option<Self> {
        Some(Self::founded(EmptyApp::with_settings(backend, settings).await?))
    }

    /// On a PostgreSQL database that somebody else has made and keeps.
    pub async fn over(url: &str) -> Self {
        Self::founded(EmptyApp::over_kept(url).await)
    }

    fn founded(empty: EmptyApp) -> Self {
        let EmptyApp { app, clock, serve, _database, directory } = empty;
        let district = District::found(&app);
        Self { app, district, clock, serve, _database, directory }
    }

    /// Lets time pass.
    pub fn advance(&self, duration: TimeDelta) {
        self.clock.advance(duration);
    }

    /// Sets the time.
    pub fn set_time(&self, instant: DateTime<Utc>) {
        self.clock.set(instant);
    }

    /// Somebody without credentials.
    pub fn anonymous(&self) -> Caller {
        Caller::new(Rc::clone(&self.serve), None)
    }

    /// Somebody with a token or session.
    pub fn bearer(&self, token: &str) -> Caller {
        Caller::new(Rc::clone(&self.serve), Some(token.to_owned()))
    }
}

fn assembled(settings: Settings, key: &MasterKey, now: DateTime<Utc>) -> (App, ClockHand) {
    let (clock, hand) = Clock::manual(now);
    let context = Context::new(settings, RiskPolicy::system_default(), key);
    let pools = Database::open(Location::of(&context.settings.database.url), 4).unwrap();
    (App::new(context, pools, clock), hand)
}

/// A SQLite file that was migrated once: copying it takes a tenth of the time.
fn migrated_file() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("template.sqlite");
        // Closing the last connection moves what is in the log into the file.
        backend::migrate(&mut backend::connect(&Location::Sqlite(path.clone())).unwrap()).unwrap();
        fs::read(path).unwrap()
    })
}

pub fn migrate(url: &str) {
    let location = location(url);
    let pools = Database::open(location, 1).unwrap();
    backend::migrate(&mut pools.writer().unwrap()).unwrap();
}

/// Where a URL leads.
pub fn location(url: &str) -> Location {
    match url.strip_prefix("sqlite:") {
        Some(path) => Location::Sqlite(path.into()),
        None => Location::Postgres(url.to_owned()),
    }
}

fn load_settings(directory: &std::path::Path, url: &str, more: &[(&str, &str)]) -> Settings {
    let mut variables = BTreeMap::from([
        ("WELLSPRING_DATA_DIR".to_owned(), directory.display().to_string()),
        ("WELLSPRING_DATABASE_URL".to_owned(), url.to_owned()),
        ("WELLSPRING_PUBLIC_BASE_URL".to_owned(), "https://wellspring.test".to_owned()),
        ("WELLSPRING_MAIL_FROM".to_owned(), "Wellspring <alerts@wellspring.test>".to_owned()),
    ]);
    variables.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    Settings::load(&Sources { variables, ..Sources::default() }).unwrap()
}

async fn serving(app: &App) -> Rc<Serve> {
    let shared = server::Shared::new(app, || described::document().clone());
    let service = Rc::new(test::init_service(server::application(app.clone(), &shared)).await);
    Rc::new(move |request| {
        let service = Rc::clone(&service);
        Box::pin(async move { read(service.call(request).await.unwrap()).await })
    })
}

async fn read<B: MessageBody>(response: ServiceResponse<B>) -> Answer {
    let status = response.status().as_u16();
    let text = |value: &actix_web::http::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    Answer { status, headers, body: test::read_body(response).await }
}

impl Answer {
    /// The answer, if it has the status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The codes of the fields that were not accepted, by pointer.
    #[track_caller]
    pub fn refused_fields(&self) -> BTreeMap<String, String> {
        let json = self.json();
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
    }
}
