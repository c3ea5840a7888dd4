//! The organisations of a district.

use crate::domain::codes::codes;

codes! {
    /// What an organisation is.
    pub enum OrganisationKind {
        /// The district itself; there is one.
        District = "district", "区", "district";
        /// A street office.
        Street = "street", "街道", "street office";
        /// A department of the district.
        Department = "department", "部门", "department";
    }

    /// Whether an organisation still works under its own name.
    pub enum OrganisationStatus {
        /// It does.
        Active = "active", "在用", "active";
        /// It went into another; its history stays.
        Merged = "merged", "已合并", "merged";
    }
}
