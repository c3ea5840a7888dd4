//! Use cases: check authority, call the domain, write rows, record what changed. Plain functions over a transaction or a
//! connection; none of them is async, opens a transaction or speaks HTTP.

pub mod context;
pub mod enterprises;
pub mod error;
pub mod paging;
pub mod patch;
pub mod sessions;
pub mod unit_of_work;

pub use context::Context;
pub use error::{Error, FieldError, Invalid};
pub use unit_of_work::{Fields, Tx};
