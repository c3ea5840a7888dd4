//! Rows and queries of the record: changes, reads, seals, heads, and what is recorded of each row.

pub mod access_records;
pub mod changes;
pub mod declarations;
pub mod read_journal;
pub mod record_heads;
pub mod record_privileges;
pub mod record_seals;
pub mod recorded;
