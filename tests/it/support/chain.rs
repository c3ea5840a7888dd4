//! The sealer's work, done when a test wants it.

use super::app::TestApp;
use wellspring::services::audit;

impl TestApp {
    /// Gives every recorded change its place in the chain; returns how many got one.
    pub async fn seal(&self) -> usize {
        let app = self.app.clone();
        self.app.maintain(move |connection| audit::seal(connection, &app.context().chain, 10_000)).await.unwrap()
    }
}
