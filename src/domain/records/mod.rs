//! What is recorded: kinds of changes and of reads, and the records themselves.

pub mod access;
pub mod change;
pub mod record;
