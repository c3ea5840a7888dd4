//! Accounts and how they sign in: persons, absences, passwords, second factor, sessions, tokens.

pub mod absences;
pub mod account_status;
pub mod me;
pub mod password_proof;
pub mod passwords;
pub mod second_factor;
pub mod sessions;
pub mod sign_in;
pub mod tokens;
pub mod users;
