//! Use cases: check authority, call the domain, write rows, record what changed. Plain functions over a transaction or a
//! connection; none of them is async, opens a transaction or speaks HTTP.

pub mod command;
pub mod context;
pub mod desks;
pub mod error;
pub mod fieldwork;
pub mod operation;
pub mod outbox;
pub mod paging;
pub mod patch;
pub mod people;
pub mod reading;
pub mod records;
pub mod registry;
pub mod unit_of_work;
pub mod version;
pub mod watch;

pub use context::Context;
pub use error::{Error, FieldError, Invalid};
pub use reading::{Read, Subject};
pub use unit_of_work::{Belongs, Details, Tx};
pub use version::Version;
