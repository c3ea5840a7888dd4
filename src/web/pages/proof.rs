//! What proves that a form came from one of our pages (CSRF), and what names a person's drafts.

use crate::{
    app::App,
    domain::people::actor::{Actor, Identity},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The field that proves where a form came from.
pub const TOKEN: &str = "csrf";

/// What every form of a session sends along. It can be made only with the key, and holds for the session alone.
pub fn token(app: &App, actor: &Actor) -> String {
    let Identity::Person { session: Some(session), .. } = &actor.identity else { return String::new() };
    keyed(app, b"form", session.0.as_bytes())
}

/// Names the drafts of a person in a browser, so that nobody else who uses it sees them.
pub fn drafts_of(app: &App, actor: &Actor) -> String {
    actor.user().map(|user| keyed(app, b"drafts", user.0.as_bytes())).unwrap_or_default()
}

fn keyed(app: &App, purpose: &[u8], of: &[u8]) -> String {
    let tag = app.context().cursor_key.authenticate(&[purpose, of]);
    URL_SAFE_NO_PAD.encode(tag.iter().copied().take(16).collect::<Vec<u8>>())
}
