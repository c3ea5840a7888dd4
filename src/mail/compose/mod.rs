//! The content of messages: pure rendering of plain data into subject, text and HTML, in the reader's language.
//!
//! One layout (`letter.rs`) serves every kind of message, so the text version contains the same as the HTML version.

mod alert;
mod clean;
mod digest;
mod heads;
mod letter;
mod test_mail;

pub use alert::{AlertMail, AlertOccasion, TeamMember};
pub use clean::{cut, one_line};
pub use digest::{DigestEntry, DigestMail};
pub use heads::{HeadLine, HeadsMail};
pub use test_mail::TestMail;

/// A message ready for its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line without control or direction marks, at most 120 characters.
    pub subject: String,
    /// The whole message as plain text.
    pub text: String,
    /// The whole message as an HTML document with inline styles and nothing to load.
    pub html: String,
}

/// A template could not be written out.
#[derive(Debug, thiserror::Error)]
#[error("the mail could not be rendered")]
pub struct RenderError(#[from] askama::Error);
