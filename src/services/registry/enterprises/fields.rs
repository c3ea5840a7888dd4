//! The fields of an enterprise as people and systems send them, and the checks each passes on its way into the row.

use super::registrar::Registrar;
use crate::{
    db::registry::enterprises::Enterprise,
    domain::{
        ids::OrganisationId,
        lengths::{ADDRESS_MAX, ENTERPRISE_NAME_MAX, SOURCE_MAX, TAX_AUTHORITY_MAX},
        registry::{
            enterprise::{EnterpriseStatus, Tier},
            industry::{IndustryCode, IndustryEdition},
            presence::Presence,
        },
        search_key,
    },
    services::{Invalid, command::command, error::Reason, patch::Patch},
};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

/// The fields of an enterprise.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EnterpriseFields {
    /// Unified Social Credit Code (GB 32100-2015).
    #[schema(value_type = Option<String>, example = "91350100M000100Y43")]
    pub uscc: Patch<String>,
    /// Its name.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub name: Patch<String>,
    /// GB/T 4754 code: `I6510`, `6510`, `65` or `I`.
    #[schema(value_type = Option<String>, example = "I6510")]
    pub industry_code: Patch<String>,
    /// The edition the code belongs to; 2017 when not given.
    #[schema(value_type = Option<IndustryEdition>)]
    pub industry_edition: Patch<IndustryEdition>,
    /// Where it is registered.
    #[schema(value_type = Option<String>, max_length = 300)]
    pub registered_address: Patch<String>,
    /// Where it works.
    #[schema(value_type = Option<String>, max_length = 300)]
    pub operating_address: Patch<String>,
    /// The competent tax authority.
    #[schema(value_type = Option<String>, max_length = 100)]
    pub tax_authority: Patch<String>,
    /// Its street office.
    #[schema(value_type = Option<OrganisationId>)]
    pub street_id: Patch<OrganisationId>,
    /// Its presence class; derived from addresses and tax authority unless stated.
    #[schema(value_type = Option<Presence>)]
    pub presence: Patch<Presence>,
    /// Its tier; `normal` when not given.
    #[schema(value_type = Option<Tier>)]
    pub tier: Patch<Tier>,
    /// When it entered the district; not in the future.
    #[schema(value_type = Option<NaiveDate>)]
    pub entered_on: Patch<NaiveDate>,
    /// Its status; `active` when not given.
    #[schema(value_type = Option<EnterpriseStatus>)]
    pub status: Patch<EnterpriseStatus>,
    /// Where these facts come from.
    #[schema(value_type = Option<String>, max_length = 100)]
    pub source: Patch<String>,
    /// The day they were true; not in the future.
    #[schema(value_type = Option<NaiveDate>)]
    pub data_on: Patch<NaiveDate>,
}

command! {
    EnterpriseFields: "EnterpriseEntry", "EnterpriseChange" {
        required { uscc, name }
        once { uscc }
        created { "uscc": "91350100M000100Y43", "name": "星河科技有限公司", "industry_code": "I6510" }
        changed { "operating_address": "江南省临川市星河区星湖路 8 号", "tier": "key" }
    }
}

impl EnterpriseFields {
    /// Code and name are enough.
    pub fn named(uscc: impl Into<String>, name: impl Into<String>) -> Self {
        Self { uscc: Patch::Set(uscc.into()), name: Patch::Set(name.into()), ..Self::default() }
    }
}

/// Writes fields into a row, as far as they can be accepted, and notes why others cannot. `at` stands before each pointer.
pub(in crate::services) fn apply(
    row: &mut Enterprise,
    fields: EnterpriseFields,
    registrar: &Registrar,
    invalid: &mut Invalid,
    at: &str,
) {
    let pointer = |field: &str| format!("{at}/{field}");
    let name = invalid.kept(&pointer("name"), fields.name);
    if let Some(name) = name.and_then(|name| invalid.line(&pointer("name"), &name, ENTERPRISE_NAME_MAX)) {
        // The keys that a name is found by take a while, and most names of a list are known.
        if name != row.name {
            rename(row, name);
        }
    }
    apply_industry(row, fields.industry_code, fields.industry_edition, invalid, at);
    fields
        .registered_address
        .write(&mut row.registered_address, |text| invalid.line(&pointer("registered_address"), &text, ADDRESS_MAX));
    fields
        .operating_address
        .write(&mut row.operating_address, |text| invalid.line(&pointer("operating_address"), &text, ADDRESS_MAX));
    fields
        .tax_authority
        .write(&mut row.tax_authority, |text| invalid.line(&pointer("tax_authority"), &text, TAX_AUTHORITY_MAX));
    fields.source.write(&mut row.source, |text| invalid.line(&pointer("source"), &text, SOURCE_MAX));
    fields.entered_on.write(&mut row.entered_on, |day| invalid.past_day(&pointer("entered_on"), day, registrar.today));
    fields.data_on.write(&mut row.data_on, |day| invalid.past_day(&pointer("data_on"), day, registrar.today));
    row.tier = invalid.kept(&pointer("tier"), fields.tier).unwrap_or(row.tier);
    row.status = invalid.kept(&pointer("status"), fields.status).unwrap_or(row.status);
    apply_street(row, fields.street_id, registrar, invalid, &pointer("street_id"));
    apply_presence(row, fields.presence, registrar);
}

/// Sets the name and all it is found and sorted by.
fn rename(row: &mut Enterprise, name: String) {
    row.name_bigrams = search_key::bigrams(&name);
    row.name_initials = search_key::initials(&name);
    row.name_key = search_key::sort_key(&name);
    row.name = name;
}

/// Code and edition belong together: a new edition alone means that the known code is parsed again.
fn apply_industry(
    row: &mut Enterprise,
    code: Patch<String>,
    edition: Patch<IndustryEdition>,
    invalid: &mut Invalid,
    at: &str,
) {
    if code.is_keep() && edition.is_keep() {
        return;
    }
    let text = match code {
        Patch::Keep => row.industry_code.clone(),
        Patch::Clear => None,
        Patch::Set(text) => Some(text),
    };
    let known = row.industry_edition.as_deref().and_then(|edition| edition.parse().ok());
    let edition = match edition {
        Patch::Set(edition) => edition,
        Patch::Keep => known.unwrap_or_default(),
        Patch::Clear => IndustryEdition::default(),
    };
    let code = text.and_then(|text| invalid.take(&format!("{at}/industry_code"), IndustryCode::parse(&text, edition)));
    set_industry(row, code.as_ref());
}

/// Sets the industry with its section and division.
fn set_industry(row: &mut Enterprise, code: Option<&IndustryCode>) {
    row.industry_edition = code.map(|code| code.edition().as_str().to_owned());
    row.industry_code = code.map(ToString::to_string);
    row.industry_section = code.map(|code| code.section_letter().to_string());
    row.industry_division = code.and_then(IndustryCode::division).map(|division| format!("{:02}", division.number()));
}

fn apply_street(
    row: &mut Enterprise,
    field: Patch<OrganisationId>,
    registrar: &Registrar,
    invalid: &mut Invalid,
    pointer: &str,
) {
    let street = match field {
        Patch::Keep => return,
        Patch::Clear => None,
        Patch::Set(street) => Some(street),
    };
    if registrar.may_keep_at(street) {
        row.street_id = street;
    } else {
        invalid.note(pointer, Reason::UnknownReference);
    }
}

/// A stated class stands; any other follows from what is known.
fn apply_presence(row: &mut Enterprise, field: Patch<Presence>, registrar: &Registrar) {
    match field {
        Patch::Set(presence) => {
            row.presence = presence;
            row.presence_stated = true;
        }
        Patch::Clear => row.presence_stated = false,
        Patch::Keep => {}
    }
    if !row.presence_stated {
        row.presence = registrar.presence(row).0;
    }
}
