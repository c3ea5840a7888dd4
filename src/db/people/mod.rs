//! Rows and queries of accounts, credentials, sessions, tokens and absences.

pub mod absences;
pub mod credentials;
pub mod sessions;
pub mod tokens;
pub mod users;
