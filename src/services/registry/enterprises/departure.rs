//! Hard signals that follow from a change of an enterprise by another system or a file.

use crate::{
    db::registry::enterprises::Enterprise,
    domain::{
        fieldwork::signal::SignalKind,
        registry::address::{AddressVerdict, DistrictNames, address_lies_in, tax_authority_lies_in},
    },
    services::{Error, Tx, fieldwork::signals},
};

/// The hard signals in a change: a registered address that lies outside the district now, a tax authority that was the
/// district's and is another's now.
pub fn signals_of(before: &Enterprise, after: &Enterprise, names: &DistrictNames) -> Vec<SignalKind> {
    let mut kinds = Vec::new();
    let address = |row: &Enterprise| row.registered_address.as_deref().map(|text| address_lies_in(text, names));
    if is_outside(address(after)) && !is_outside(address(before)) {
        kinds.push(SignalKind::RegisteredAddressOutside);
    }
    let authority = |row: &Enterprise| row.tax_authority.as_deref().map(|text| tax_authority_lies_in(text, names));
    if is_outside(authority(after)) && authority(before) == Some(AddressVerdict::Inside) {
        kinds.push(SignalKind::TaxAuthorityChanged);
    }
    kinds
}

fn is_outside(verdict: Option<AddressVerdict>) -> bool {
    verdict == Some(AddressVerdict::Outside)
}

/// Raises the hard signals of a change that is written already; `source` says who reported it.
pub fn raise(
    tx: &mut Tx<'_>,
    before: &Enterprise,
    after: &Enterprise,
    names: &DistrictNames,
    source: &str,
) -> Result<(), Error> {
    for kind in signals_of(before, after, names) {
        let occurred_on = after.data_on.unwrap_or(tx.today);
        let detail = match kind {
            SignalKind::TaxAuthorityChanged => after.tax_authority.as_deref(),
            _ => after.registered_address.as_deref(),
        };
        // One version changes once, so the reference is used once.
        let reference = format!("{} {} {}", after.uscc.as_str(), kind.as_str(), after.version);
        signals::raise_from_import(tx, kind, after.id, occurred_on, source, &reference, detail)?;
    }
    Ok(())
}
