//! Who may sign in to the demonstration district: new passwords, a token, and the file that keeps both for the owner of
//! the data directory. They do not follow from the seed: anybody who knows the seed could otherwise sign in to a
//! district on a network.

use super::{Error, Progress, Stage};
use crate::{
    app::App,
    db::{
        backend::{self, DbConn},
        keyset::{Part, Place},
        people::users::{self, User, UserFilter},
    },
    domain::people::{
        actor::Actor,
        password,
        role::{Role, TokenScope},
    },
    secrets::random,
    services::{
        self, Context, Tx,
        people::{
            passwords::{self, NewPassword},
            tokens::{self, NewToken},
        },
        watch::follow_up,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
};

/// The file in the data directory.
const FILE_NAME: &str = "demo-credentials.json";
/// How long the token holds.
const TOKEN_DAYS: i64 = 365;
/// More people than a district has.
const PEOPLE: i64 = 1000;

/// Who may sign in, and how.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credentials {
    /// Where the district is served.
    pub base_url: String,
    /// The people.
    pub users: Vec<Login>,
    /// A token with every scope.
    pub service_token: String,
}

/// A person who may sign in.
#[derive(Clone, Serialize, Deserialize)]
pub struct Login {
    /// What the person signs in with.
    pub username: String,
    /// The password.
    pub password: String,
    /// The role.
    pub role: Role,
}

/// A password for somebody, and its hash.
pub(super) struct FreshPassword {
    username: String,
    text: String,
    hashed: NewPassword,
}

/// Where the file is.
pub fn path(context: &Context) -> PathBuf {
    context.settings.server.data_dir.join(FILE_NAME)
}

/// Makes a password for everybody, on all processors: each takes tens of milliseconds.
pub(super) fn passwords(
    context: &Context,
    usernames: &[&str],
    progress: &mut Progress<'_>,
) -> Result<Vec<FreshPassword>, services::Error> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut made = Vec::with_capacity(usernames.len());
    for group in usernames.chunks(workers) {
        progress(Stage::Passwords, made.len(), usernames.len());
        let fresh: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> = group.iter().map(|name| scope.spawn(move || fresh(context, name))).collect();
            workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Err(unfinished()))).collect()
        });
        for password in fresh {
            made.push(password?);
        }
    }
    progress(Stage::Passwords, made.len(), usernames.len());
    Ok(made)
}

fn fresh(context: &Context, username: &str) -> Result<FreshPassword, services::Error> {
    let bytes = random::bytes().map_err(services::Error::internal)?;
    let text = password::generate(&bytes);
    let hashed = passwords::choose(context, username, &text, "/password")?;
    Ok(FreshPassword { username: username.to_owned(), text, hashed })
}

fn unfinished() -> services::Error {
    services::Error::Internal("a password could not be made".to_owned())
}

/// Gives everybody the password and issues a token.
pub(super) fn enter(
    connection: &mut DbConn,
    context: &Context,
    now: DateTime<Utc>,
    fresh: Vec<FreshPassword>,
) -> Result<Credentials, services::Error> {
    let actor = Actor::system("演示数据", "demo".to_owned());
    let mut tx = Tx::new(connection, &actor, now, context);
    let mut people = Vec::with_capacity(fresh.len());
    for one in &fresh {
        people.push(users::find_by_username(tx.conn, &one.username)?.ok_or(services::Error::NotFound)?);
    }
    let logins = people.iter().zip(&fresh).map(|(user, one)| Login {
        username: one.username.clone(),
        password: one.text.clone(),
        role: user.role,
    });
    let logins = logins.collect();
    // Accounts are locked in the order of their ids (`db/locks.rs`).
    let mut resets: Vec<_> = people.iter().map(|user| user.id).zip(fresh.into_iter().map(|one| one.hashed)).collect();
    resets.sort_by_key(|(id, _)| *id);
    for (id, hashed) in resets {
        passwords::reset(&mut tx, id, hashed, true)?;
    }
    let new = NewToken {
        name: "演示数据接口".to_owned(),
        scopes: TokenScope::ALL.to_vec(),
        street_id: None,
        expires_at: Some(now + TimeDelta::days(TOKEN_DAYS)),
    };
    let (_, token) = tokens::issue(&mut tx, new)?;
    follow_up::finish(tx)?;
    let base_url = context.settings.server.public_base_url.to_string();
    Ok(Credentials { base_url, users: logins, service_token: token.expose().to_owned() })
}

/// The credentials of a district that was created before: from the file, or new ones if the file is gone.
pub(super) fn find(app: &App, progress: &mut Progress<'_>) -> Result<Credentials, Error> {
    let context = app.context();
    let credentials = match read(&path(context))? {
        Some(known) => Credentials { base_url: context.settings.server.public_base_url.to_string(), ..known },
        None => renew(app, progress)?,
    };
    write(context, &credentials)?;
    Ok(credentials)
}

fn renew(app: &App, progress: &mut Progress<'_>) -> Result<Credentials, services::Error> {
    let everybody = everybody(app)?;
    let usernames: Vec<&str> = everybody.iter().map(|user| user.username.as_str()).collect();
    let fresh = passwords(app.context(), &usernames, progress)?;
    let mut connection = app.database().writer()?;
    backend::transaction(&mut connection, |connection| enter(connection, app.context(), app.now(), fresh))
}

fn everybody(app: &App) -> Result<Vec<User>, services::Error> {
    let mut connection = app.database().reader()?;
    Ok(users::list(&mut connection, &UserFilter::default(), &Part { place: Place::First, limit: PEOPLE })?)
}

/// The names of those who may sign in.
pub(super) fn names(app: &App, credentials: &Credentials) -> Result<Vec<String>, services::Error> {
    let mut known: BTreeMap<String, String> =
        everybody(app)?.into_iter().map(|user| (user.username, user.display_name)).collect();
    Ok(credentials.users.iter().map(|login| known.remove(&login.username).unwrap_or_default()).collect())
}

fn read(path: &Path) -> Result<Option<Credentials>, Error> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| unusable(path, &error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(path, &error)),
    }
}

/// Writes the file, readable by nobody but its owner, whole or not at all.
pub(super) fn write(context: &Context, credentials: &Credentials) -> Result<(), Error> {
    let path = path(context);
    let text = serde_json::to_string_pretty(credentials).map_err(|error| unusable(&path, &error))?;
    let draft = path.with_extension("json.new");
    let written = private(&draft).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, &path)
    });
    written.map_err(|error| unusable(&path, &error))
}

fn private(path: &Path) -> io::Result<fs::File> {
    if let Err(error) = fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error);
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn unusable(path: &Path, error: &impl ToString) -> Error {
    Error::File { path: path.to_owned(), reason: error.to_string() }
}
