//! Rows and queries of enterprises, their contacts and receipts, organisations and imports.

pub mod complete_months;
pub mod contacts;
pub mod enterprise_list;
pub mod enterprise_search;
pub mod enterprises;
pub mod imports;
pub mod organisation_merges;
pub mod organisations;
pub mod successions;
pub mod tax_receipts;
