//! The demonstration district, served, with its people's passwords.

use super::screen::{Screen, Size};
use crate::support::{
    app::Backend,
    installation::{Client, DataFile, Installation, Served},
};
use serde_json::{Value, json};
use std::sync::OnceLock;

/// How pages are looked at: at each size in each language.
pub const WAYS: [(Size, &str); 4] =
    [(Size::Phone, "zh"), (Size::Desktop, "en"), (Size::Phone, "en"), (Size::Desktop, "zh")];

/// A demonstration district in a data directory of its own.
pub struct Demonstration {
    pub served: Served,
    pub installation: Installation,
    credentials: Value,
}

impl Demonstration {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// With settings of its own, by their variables.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        // Made once, in a directory that goes again; each walk starts from the same files.
        static FILES: OnceLock<Vec<DataFile>> = OnceLock::new();
        let mut installation = Installation::new(Backend::Sqlite).await.unwrap();
        let maker = Installation::new(Backend::Sqlite).await.unwrap();
        let files = FILES.get_or_init(|| {
            maker.run(&["demo", "--enterprises", "150", "--seed", "7", "--no-serve"]).expect(0);
            maker.read_data()
        });
        installation.write_data(files);
        let credentials = std::fs::read(installation.data("demo-credentials.json")).unwrap();
        let credentials = serde_json::from_slice(&credentials).unwrap();
        for (name, value) in settings {
            installation.set(name, value);
        }
        Self { served: installation.serve(), installation, credentials }
    }

    /// User name and password of the first person of a role.
    pub fn credentials(&self, role: &str) -> (String, String) {
        let users = self.credentials["users"].as_array().unwrap();
        let user = users.iter().find(|user| user["role"] == role).unwrap();
        (user["username"].as_str().unwrap().to_owned(), user["password"].as_str().unwrap().to_owned())
    }

    /// Signs the first person of a role in, who then is at a page.
    pub async fn enter(&self, screen: &Screen, role: &str, at: &str) {
        let (username, password) = self.credentials(role);
        screen.sign_in(&username, &password).await;
        screen.until_at(at).await;
    }

    /// The first person of a role as a program.
    pub fn client(&self, role: &str) -> Client {
        let (username, password) = self.credentials(role);
        let entry = json!({"username": username, "password": password});
        let (status, answer) = self.served.client("").post("/api/v1/session", entry);
        assert_eq!(status, 201, "{answer}");
        self.served.client(answer["token"].as_str().unwrap())
    }

    /// One browser for the day of a role, walked in each way.
    pub async fn walked(&self, day: impl AsyncFn(&Screen, Size, &'static str)) {
        let Some(screen) = Screen::open(&self.served.base, Size::Desktop, "zh").await else { return };
        for (size, language) in WAYS {
            screen.change(size, language).await;
            day(&screen, size, language).await;
        }
        screen.close().await;
    }

    /// Every mail written so far.
    pub fn mails(&self) -> Vec<String> {
        let Ok(files) = std::fs::read_dir(self.installation.data("mail")) else { return Vec::new() };
        files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap_or_default()).collect()
    }
}
