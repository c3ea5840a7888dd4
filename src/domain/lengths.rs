//! How long the texts may be that come in by more than one way: the API, pages, files and the command line all take the same.

/// Most characters of the name of an enterprise.
pub const ENTERPRISE_NAME_MAX: usize = 200;
/// Most characters of an address.
pub const ADDRESS_MAX: usize = 300;
/// Most characters of a tax authority's name.
pub const TAX_AUTHORITY_MAX: usize = 100;
/// Most characters of what says where data came from.
pub const SOURCE_MAX: usize = 100;
/// Most characters of a contact person's name, and of the position.
pub const CONTACT_NAME_MAX: usize = 100;
/// Most characters of the name of an organisation, of its place, and of another name of it.
pub const ORGANISATION_NAME_MAX: usize = 100;
/// Most characters of a tax period and of a budget level, as the source writes them.
pub const RECEIPT_TEXT_MAX: usize = 100;
/// Most characters of the reason for which something is withdrawn or resumed.
pub const REASON_MAX: usize = 500;
