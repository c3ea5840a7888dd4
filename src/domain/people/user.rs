//! Accounts of people.

use crate::domain::codes::codes;

codes! {
    /// Whether an account can be used.
    pub enum UserStatus {
        /// It can.
        Active = "active", "在用", "active";
        /// The person has left or changed work; the record stays.
        Deactivated = "deactivated", "已停用", "deactivated";
    }
}
