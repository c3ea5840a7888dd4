//! A PostgreSQL cluster that ends with this process, however the process ends.
//!
//! A shell supervises it (`supervise.sh`): it reads from a pipe whose other end only this process has, and when the
//! pipe closes (exit, panic, abort, SIGKILL) it kills the server and removes its files.

use super::Unavailable;
use diesel::{Connection, PgConnection};
use std::{
    fs::{self, File},
    io::{self, Read, Seek},
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread::sleep,
    time::Duration,
};
use tempfile::TempDir;
use url::Url;

/// The superuser of the cluster. Nobody but the owner of its directory reaches the socket, so there is no password.
const USER: &str = "wellspring";
/// Names the socket's file; nothing listens on the network.
const PORT: u16 = 5432;
/// The longest path of a socket's directory: `sockaddr_un` has 108 bytes, and `/.s.PGSQL.5432` and a NUL follow it.
const SOCKET_DIRECTORY_LIMIT: usize = 93;
/// The least room in memory for a cluster; a run takes a tenth of it, and ten megabytes a thread.
const ROOM_KIB: u64 = 1024 * 1024;
/// How long a start may take: `POLLS` times `POLL`, one minute.
const POLLS: u32 = 2400;
const POLL: Duration = Duration::from_millis(25);
/// Accounts the server may run as when the tests run as root, which PostgreSQL refuses.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// A running cluster.
pub(crate) struct Cluster {
    directory: PathBuf,
    programs: PathBuf,
    /// Holds the writing end of the pipe.
    _supervisor: Child,
}

impl Cluster {
    /// Makes and starts a cluster with the newest PostgreSQL of this machine.
    pub(crate) fn start() -> Result<Self, Unavailable> {
        let programs = find_programs().ok_or_else(|| {
            Unavailable::because("no initdb in PATH, in /usr/lib/postgresql/*/bin or where pg_config points")
        })?;
        Self::start_with(programs.clone())
            .map_err(|why| Unavailable::because(format!("a cluster by {}: {why}", programs.display())))
    }

    fn start_with(programs: PathBuf) -> Result<Self, String> {
        let (directory, account) = make_directory()?;
        let mut output = tempfile::tempfile_in(directory.path()).map_err(|e| e.to_string())?;
        let mut supervisor = supervise(directory.path(), &programs, account, &output).map_err(|e| e.to_string())?;
        // From here on the supervisor removes it.
        let directory = directory.keep();
        let url = url(&directory);
        for _ in 0..POLLS {
            if PgConnection::establish(url.as_str()).is_ok() {
                return Ok(Self { directory, programs, _supervisor: supervisor });
            }
            if let Some(status) = supervisor.try_wait().map_err(|e| e.to_string())? {
                return Err(failure(status, &mut output));
            }
            sleep(POLL);
        }
        Err(format!("no answer within {} s", (POLL * POLLS).as_secs()))
    }

    /// The maintenance database.
    pub(crate) fn url(&self) -> Url {
        url(&self.directory)
    }

    /// What this server is, for a person.
    pub(crate) fn origin(&self) -> String {
        format!("throw-away cluster by {}", self.programs.display())
    }
}

fn url(directory: &Path) -> Url {
    let host = directory.to_string_lossy().replace('/', "%2F");
    Url::parse(&format!("postgres://{USER}@{host}:{PORT}/postgres")).expect("a path of plain characters")
}

/// User and group id.
type Account = (u32, u32);

/// A directory for the cluster, and the account that owns it when that is not the one of this process.
fn make_directory() -> Result<(TempDir, Option<Account>), String> {
    let parent = [named_directory(), in_memory(), Some(std::env::temp_dir())]
        .into_iter()
        .flatten()
        .find(|path| is_plain(path) && is_open_to_all(path))
        .unwrap_or_else(|| PathBuf::from("/tmp"));
    let directory =
        tempfile::Builder::new().prefix("wellspring-").tempdir_in(parent).map_err(|e| format!("no directory: {e}"))?;
    let owner = fs::metadata(directory.path()).map_err(|e| e.to_string())?.uid();
    if owner != 0 {
        return Ok((directory, None));
    }
    let account = UNPRIVILEGED.iter().find_map(|name| account(name)).ok_or_else(|| {
        format!("PostgreSQL refuses to run as root, and there is no account {}", UNPRIVILEGED.join(" or "))
    })?;
    chown(directory.path(), Some(account.0), Some(account.1)).map_err(|e| format!("no directory: {e}"))?;
    Ok((directory, Some(account)))
}

/// The directory that `TMPDIR` names, if it does.
fn named_directory() -> Option<PathBuf> {
    std::env::var_os("TMPDIR").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// A file system in memory with plenty of room. Every test makes and drops a database of some 500 files, which takes a
/// third of the time there.
fn in_memory() -> Option<PathBuf> {
    let path = Path::new("/dev/shm");
    let answer = output_of(Command::new("df").arg("-Pk").arg(path))?;
    let fields: Vec<&str> = answer.lines().nth(1)?.split_whitespace().collect();
    let (file_system, free_kib) = (fields.first()?, fields.get(3)?.parse::<u64>().ok()?);
    (*file_system == "tmpfs" && free_kib >= ROOM_KIB).then(|| path.to_path_buf())
}

/// Whether the path is short enough for a socket and needs no escaping in a URL.
fn is_plain(path: &Path) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
    path.is_absolute()
        && path.to_str().is_some_and(|text| text.len() + 20 <= SOCKET_DIRECTORY_LIMIT && text.chars().all(plain))
}

/// Whether every account gets through to what lies in `path`.
fn is_open_to_all(path: &Path) -> bool {
    path.ancestors().all(|part| fs::metadata(part).is_ok_and(|meta| meta.permissions().mode() & 0o001 != 0))
}

fn account(name: &str) -> Option<Account> {
    Some((id("-u", name)?, id("-g", name)?)).filter(|(user, _)| *user != 0)
}

fn id(option: &str, name: &str) -> Option<u32> {
    output_of(Command::new("id").args([option, name]))?.parse().ok()
}

/// Runs the supervisor in a process group of its own: what ctrl-C or a test runner sends to ours must not reach it.
fn supervise(directory: &Path, programs: &Path, account: Option<Account>, output: &File) -> io::Result<Child> {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", include_str!("supervise.sh"), "supervise.sh"])
        .args([directory, programs])
        .args([&PORT.to_string(), USER])
        .current_dir(directory)
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(output.try_clone()?)
        .stderr(output.try_clone()?)
        .process_group(0);
    if let Some((user, group)) = account {
        shell.uid(user).gid(group);
    }
    shell.spawn()
}

fn failure(status: ExitStatus, output: &mut File) -> String {
    let mut said = String::new();
    let read = output.rewind().and_then(|()| output.read_to_string(&mut said));
    match read {
        Ok(_) => format!("{status}: {said}"),
        Err(error) => format!("{status}: its output is unreadable: {error}"),
    }
}

/// The directory of the first `initdb` with its `postgres`: in PATH, of the highest version Debian has, or where
/// `pg_config` points.
fn find_programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).filter_map(|directory| {
        // A link leads to the directory where `postgres` is too.
        fs::canonicalize(directory.join("initdb")).ok()?.parent().map(Path::to_path_buf)
    });
    in_path
        .chain(debian_directories())
        .chain(output_of(Command::new("pg_config").arg("--bindir")).map(PathBuf::from))
        .find(|directory| directory.join("initdb").is_file() && directory.join("postgres").is_file())
}

/// `/usr/lib/postgresql/<version>/bin`, highest version first.
fn debian_directories() -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by(|a, b| b.cmp(a));
    versions.into_iter().map(|(_, directory)| directory).collect()
}

/// What a program prints, trimmed; `None` when it is missing or fails.
fn output_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
