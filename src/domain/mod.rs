//! Values and rules, pure: nothing here reads a clock, a file, a database or a network.

pub mod band;
pub mod codes;
pub mod date;
pub mod fen;
pub mod fieldwork;
pub mod ids;
pub mod lengths;
pub mod month;
pub mod operation;
pub mod outbox;
pub mod people;
pub mod phone;
pub mod records;
pub mod registry;
pub mod search_key;
pub mod text;
pub mod watch;
pub mod wording;
