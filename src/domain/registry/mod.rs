//! Values and rules of enterprises and organisations: codes, addresses, divisions, industries, tax types, presence.

pub mod address;
pub mod complete_month;
pub mod division;
pub mod enterprise;
pub mod industry;
mod industry_divisions;
pub mod organisation;
pub mod organisation_code;
pub mod presence;
pub mod tax_type;
pub mod uscc;
