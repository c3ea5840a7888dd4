//! The two append-only logs that make up the record.

use crate::domain::codes::codes;

codes! {
    /// One of the two logs. Each has a chain of its own.
    pub enum RecordLog {
        /// What was changed.
        Changes = "changes", "变更", "changes";
        /// What was read.
        Accesses = "accesses", "查阅", "reads";
    }
}
