//! The built program as a process of its own, over the database of a test.

use super::app::TestApp;
use std::{
    fs::File,
    io::{BufRead, BufReader},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};
use wellspring::db::backend::Location;

/// A server at work; killed when dropped.
pub struct Program {
    child: Child,
}

impl Program {
    /// The program over the database of a test.
    fn over(app: &TestApp) -> Command {
        let database = match app.app.database().location() {
            Location::Sqlite(path) => format!("sqlite:{}", path.display()),
            Location::Postgres(url) => url.clone(),
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_wellspring"));
        command
            .env("WELLSPRING_DATA_DIR", app.directory.path())
            .env("WELLSPRING_DATABASE_URL", database)
            // The key of the application under test: thirty-two bytes of 7.
            .env("WELLSPRING_SECRET_KEY", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
        command
    }

    /// Runs a command to its end, in English; its exit code and what it printed.
    pub fn run(app: &TestApp, arguments: &[&str]) -> (i32, String) {
        let output = Self::over(app).env("LC_ALL", "en_US.UTF-8").args(arguments).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    }

    /// Starts `serve` and waits until it is ready.
    pub fn serve(app: &TestApp, settings: &[(&str, &str)]) -> Self {
        let log = File::options().create(true).append(true).open(app.directory.path().join("log")).unwrap();
        let mut child = Self::over(app)
            .arg("serve")
            .env("WELLSPRING_LISTEN", "127.0.0.1:0")
            .env("WELLSPRING_MAIL_FROM", "Wellspring <alerts@wellspring.test>")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let log = || std::fs::read_to_string(app.directory.path().join("log")).unwrap();
        assert!(line.contains("http://127.0.0.1:"), "{line}{}", log());
        Self { child }
    }

    /// SIGKILL: no time for a last word.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and how the program ended within `patience`.
    pub fn terminate(mut self, patience: Duration) -> ExitStatus {
        let told = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(told.success());
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "still running after {patience:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
