//! The built program, run as people run it: its own data directory, its own database, an empty environment.

use super::{
    app::{self, Backend},
    old_database::OldDatabase,
    postgres,
};
use diesel::connection::SimpleConnection;
use serde_json::Value;
use std::{
    fs::{File, Permissions},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use wellspring::db::backend::DbConn;

/// A data directory and a database for the program.
pub struct Installation {
    pub directory: tempfile::TempDir,
    variables: Vec<(String, String)>,
    _database: Option<postgres::TestDatabase>,
}

/// A file of a data directory, with its path in there.
pub struct DataFile {
    path: PathBuf,
    permissions: Permissions,
    content: Vec<u8>,
}

/// What a run of the program left.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The same run, if it ended with the code.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }
}

impl Installation {
    /// On a fresh database; `None` where there is no such database.
    pub async fn new(backend: Backend) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let mut variables = variables(&directory);
        let database = match backend {
            Backend::Sqlite => None,
            Backend::Postgres => {
                let database = postgres::server_or_skip()?.fresh_database("program", app::migrate);
                variables.push(("WELLSPRING_DATABASE_URL".to_owned(), database.url.clone()));
                Some(database)
            }
        };
        Some(Self { directory, variables, _database: database })
    }

    /// Over the database of an earlier version, with its key.
    pub fn over(old: OldDatabase) -> Self {
        let mut variables = variables(&old.directory);
        variables.push(("WELLSPRING_DATABASE_URL".to_owned(), old.url));
        variables.push(("WELLSPRING_SECRET_KEY".to_owned(), old.key_text));
        Self { directory: old.directory, variables, _database: old.database }
    }

    /// The same installation with one more variable, or another value for one.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// The database, unless it is the file in the data directory.
    pub fn database_url(&self) -> Option<&str> {
        self.variables.iter().rev().find(|(name, _)| name == "WELLSPRING_DATABASE_URL").map(|(_, url)| url.as_str())
    }

    /// Goes past the product, as somebody with the database's password would.
    pub fn execute(&self, sql: &str) {
        let file = self.data("wellspring.sqlite");
        let url = self.database_url().map_or_else(|| format!("sqlite:{}", file.display()), str::to_owned);
        let done = match &mut wellspring::db::backend::connect(&app::location(&url)).unwrap() {
            DbConn::Pg(pg) => pg.batch_execute(sql),
            DbConn::Sqlite(sqlite) => sqlite.batch_execute(sql),
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// A file of the data directory.
    pub fn data(&self, name: &str) -> PathBuf {
        self.directory.path().join("data").join(name)
    }

    /// The files of the data directory, which nobody serves.
    pub fn read_data(&self) -> Vec<DataFile> {
        let mut files = Vec::new();
        collect(&self.data(""), Path::new(""), &mut files);
        files
    }

    /// Writes such files into the data directory.
    pub fn write_data(&self, files: &[DataFile]) {
        for file in files {
            let path = self.data("").join(&file.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &file.content).unwrap();
            std::fs::set_permissions(&path, file.permissions.clone()).unwrap();
        }
    }

    /// Writes a file beside the data directory and gives its path.
    pub fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wellspring"));
        command.env_clear().envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.current_dir(self.directory.path()).args(arguments);
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "")
    }

    /// Runs a command with something on its standard input.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that reads nothing may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Makes the district 星河区 with the street offices 星湖街道 and 云台街道.
    pub fn found_district(&self) {
        self.run(&["migrate"]).expect(0);
        let district = [
            "organisation",
            "add",
            "--kind",
            "district",
            "--name",
            "星河区",
            "--province",
            "江南省",
            "--city",
            "临川市",
        ];
        self.run(&district).expect(0);
        for street in ["星湖街道", "云台街道"] {
            self.run(&["organisation", "add", "--kind", "street", "--name", street]).expect(0);
        }
    }

    /// Makes an account with the password [`PASSWORD`].
    pub fn add_user(&self, username: &str, role: &str, organisation: &str) {
        let email = format!("{username}@xinghe.test");
        let line = [
            "user",
            "add",
            "--username",
            username,
            "--role",
            role,
            "--organisation",
            organisation,
            "--email",
            &email,
            "--password-stdin",
        ];
        self.run_with(&line, PASSWORD).expect(0);
    }

    /// Starts the server and waits until it says that it is ready.
    pub fn serve(&self) -> Served {
        let log = File::create(self.directory.path().join("serve.log")).unwrap();
        let mut child = self.command(&["serve"]).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base = line.find("http://").map(|at| line[at..].trim().to_owned());
        let served = Served { child, base: base.clone().unwrap_or_default() };
        let log = || std::fs::read_to_string(self.directory.path().join("serve.log")).unwrap_or_default();
        assert!(base.is_some(), "{line}{}", log());
        served
    }
}

/// Adds the files below a folder of the data directory.
fn collect(data: &Path, folder: &Path, files: &mut Vec<DataFile>) {
    for entry in std::fs::read_dir(data.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = folder.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            collect(data, &path, files);
        } else {
            let content = std::fs::read(entry.path()).unwrap();
            files.push(DataFile { path, permissions: entry.metadata().unwrap().permissions(), content });
        }
    }
}

fn variables(directory: &tempfile::TempDir) -> Vec<(String, String)> {
    vec![
        ("LC_ALL".to_owned(), "en_US.UTF-8".to_owned()),
        ("WELLSPRING_DATA_DIR".to_owned(), directory.path().join("data").display().to_string()),
        ("WELLSPRING_LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
    ]
}

/// A password that every profile accepts.
pub const PASSWORD: &str = "Quiet-River-2026-stone";

/// The server at work; killed when dropped.
pub struct Served {
    child: Child,
    pub base: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    /// Somebody with a token or session.
    pub fn client(&self, token: &str) -> Client {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        Client { agent, base: self.base.clone(), token: token.to_owned() }
    }

    /// Somebody who signs in with [`PASSWORD`].
    pub fn sign_in(&self, username: &str) -> Client {
        let credentials = serde_json::json!({ "username": username, "password": PASSWORD });
        let (status, answer) = self.client("").post("/api/v1/session", credentials);
        assert_eq!(status, 201, "{answer}");
        self.client(answer["token"].as_str().unwrap())
    }
}

/// Somebody who calls the server over HTTP.
pub struct Client {
    agent: ureq::Agent,
    base: String,
    token: String,
}

type Received = Result<ureq::http::Response<ureq::Body>, ureq::Error>;

impl Client {
    pub fn get(&self, path: &str) -> (u16, Value) {
        let request = self.agent.get(format!("{}{path}", self.base));
        answer(request.header("authorization", format!("Bearer {}", self.token)).call())
    }

    pub fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let request = self.agent.post(format!("{}{path}", self.base));
        answer(request.header("authorization", format!("Bearer {}", self.token)).send_json(body))
    }

    /// Sends a change of what was read with `GET`.
    pub fn put(&self, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}{path}", self.base);
        let bearer = format!("Bearer {}", self.token);
        let read = self.agent.get(&url).header("authorization", &bearer).call().unwrap();
        let tag = read.headers().get("etag").map_or("*", |tag| tag.to_str().unwrap()).to_owned();
        let request = self.agent.put(&url).header("authorization", &bearer).header("if-match", tag);
        answer(request.send_json(body))
    }
}

fn answer(received: Received) -> (u16, Value) {
    let mut response = received.unwrap();
    let text = response.body_mut().read_to_string().unwrap();
    (response.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// Waits, some seconds at most, until there is something.
#[track_caller]
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{what} did not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}
