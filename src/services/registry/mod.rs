//! What the office keeps a list of: enterprises with their contacts and receipts, organisations, and the imports that bring them.

pub mod complete_months;
pub mod contacts;
pub mod directory;
pub mod enterprise_lookup;
pub mod enterprises;
pub mod imports;
pub mod organisation_merges;
pub mod organisations;
pub mod receipts;
pub mod successions;
