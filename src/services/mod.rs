//! Use cases: check authority, call the domain, write rows, record what changed. Plain functions over a transaction or a
//! connection; none of them is async, opens a transaction or speaks HTTP.

pub mod account_status;
pub mod alerts;
pub mod audit;
pub mod audit_log;
pub mod backlog;
pub mod change_feed;
pub mod complete_months;
pub mod contacts;
pub mod context;
pub mod corrections;
pub mod directives;
pub mod enterprises;
pub mod error;
pub mod facts;
pub mod imports;
pub mod mail_messages;
pub mod me;
pub mod notices;
pub mod organisation_merges;
pub mod organisations;
pub mod paging;
pub mod password_proof;
pub mod passwords;
pub mod patch;
pub mod receipts;
pub mod recipients;
pub mod recorded_fields;
pub mod risk;
pub mod second_factor;
pub mod sessions;
pub mod sign_in;
pub mod signals;
pub mod successions;
pub mod teams;
pub mod timelines;
pub mod tokens;
pub mod unheard_alerts;
pub mod unit_of_work;
pub mod users;
pub mod version;
pub mod visits;

pub use context::Context;
pub use error::{Error, FieldError, Invalid};
pub use unit_of_work::{Fields, Tx};
pub use version::Version;
