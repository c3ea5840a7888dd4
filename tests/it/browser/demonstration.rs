//! The demonstration district, served, with its people's passwords.

use crate::support::{
    app::Backend,
    installation::{Installation, Served},
};
use serde_json::Value;

/// A demonstration district in a data directory of its own.
pub struct Demonstration {
    pub served: Served,
    pub installation: Installation,
    credentials: Value,
}

impl Demonstration {
    pub async fn new() -> Self {
        let installation = Installation::new(Backend::Sqlite).await.unwrap();
        installation.run(&["demo", "--enterprises", "150", "--seed", "7", "--no-serve"]).expect(0);
        let credentials = std::fs::read(installation.data("demo-credentials.json")).unwrap();
        let credentials = serde_json::from_slice(&credentials).unwrap();
        Self { served: installation.serve(), installation, credentials }
    }

    /// User name and password of the first person of a role.
    pub fn credentials(&self, role: &str) -> (String, String) {
        let users = self.credentials["users"].as_array().unwrap();
        let user = users.iter().find(|user| user["role"] == role).unwrap();
        (user["username"].as_str().unwrap().to_owned(), user["password"].as_str().unwrap().to_owned())
    }

    /// Every mail written so far.
    pub fn mails(&self) -> Vec<String> {
        let Ok(files) = std::fs::read_dir(self.installation.data("mail")) else { return Vec::new() };
        files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap_or_default()).collect()
    }
}
