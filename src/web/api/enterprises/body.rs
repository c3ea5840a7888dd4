//! What is sent to enter or change an enterprise.

use crate::{
    domain::{
        ids::OrganisationId,
        registry::{
            enterprise::{EnterpriseStatus, Tier},
            industry::IndustryEdition,
            presence::Presence,
        },
    },
    services::{
        patch::Patch,
        registry::enterprises::{EnterpriseFields, NewEnterprise},
    },
};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

/// Declares a body with the fields every enterprise has besides code and name.
macro_rules! bodies {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$meta])*
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
            /// GB/T 4754 code: `I6510`, `6510`, `65` or `I`.
            #[serde(default)]
            #[schema(value_type = Option<String>, example = "I6510")]
            pub industry_code: Patch<String>,
            /// The edition the code belongs to; 2017 when not given.
            #[serde(default)]
            #[schema(value_type = Option<IndustryEdition>)]
            pub industry_edition: Patch<IndustryEdition>,
            /// Where it is registered.
            #[serde(default)]
            #[schema(value_type = Option<String>, max_length = 300)]
            pub registered_address: Patch<String>,
            /// Where it works.
            #[serde(default)]
            #[schema(value_type = Option<String>, max_length = 300)]
            pub operating_address: Patch<String>,
            /// The competent tax authority.
            #[serde(default)]
            #[schema(value_type = Option<String>, max_length = 100)]
            pub tax_authority: Patch<String>,
            /// Its street office.
            #[serde(default)]
            #[schema(value_type = Option<OrganisationId>)]
            pub street_id: Patch<OrganisationId>,
            /// Its presence class; derived from addresses and tax authority unless stated.
            #[serde(default)]
            #[schema(value_type = Option<Presence>)]
            pub presence: Patch<Presence>,
            /// Its tier; `normal` when not given.
            #[serde(default)]
            #[schema(value_type = Option<Tier>)]
            pub tier: Patch<Tier>,
            /// When it entered the district; not in the future.
            #[serde(default)]
            #[schema(value_type = Option<NaiveDate>)]
            pub entered_on: Patch<NaiveDate>,
            /// Its status; `active` when not given.
            #[serde(default)]
            #[schema(value_type = Option<EnterpriseStatus>)]
            pub status: Patch<EnterpriseStatus>,
            /// Where these facts come from.
            #[serde(default)]
            #[schema(value_type = Option<String>, max_length = 100)]
            pub source: Patch<String>,
            /// The day they were true; not in the future.
            #[serde(default)]
            #[schema(value_type = Option<NaiveDate>)]
            pub data_on: Patch<NaiveDate>,
        }

        impl $name {
            fn fields(self, name: Patch<String>) -> EnterpriseFields {
                EnterpriseFields {
                    name,
                    industry_code: self.industry_code,
                    industry_edition: self.industry_edition,
                    registered_address: self.registered_address,
                    operating_address: self.operating_address,
                    tax_authority: self.tax_authority,
                    street_id: self.street_id,
                    presence: self.presence,
                    tier: self.tier,
                    entered_on: self.entered_on,
                    status: self.status,
                    source: self.source,
                    data_on: self.data_on,
                }
            }
        }
    )*};
}

bodies! {
    /// An enterprise to be added.
    #[derive(Debug, Clone, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    #[schema(example = json!({"uscc": "91350100M000100Y43", "name": "星河科技有限公司", "industry_code": "I6510"}))]
    pub struct EnterpriseEntry {
        /// Unified Social Credit Code (GB 32100-2015).
        #[schema(example = "91350100M000100Y43")]
        uscc: String,
        /// Its name.
        #[schema(max_length = 200)]
        name: String,
    }

    /// Fields to change; what is left out stays, `null` empties.
    #[derive(Debug, Clone, Default, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    #[schema(example = json!({"operating_address": "江南省临川市星河区星湖路 8 号", "tier": "key"}))]
    pub struct EnterpriseChange {
        /// Its name.
        #[serde(default)]
        #[schema(value_type = Option<String>, max_length = 200)]
        name: Patch<String>,
    }
}

impl From<EnterpriseEntry> for NewEnterprise {
    fn from(mut entry: EnterpriseEntry) -> Self {
        let (uscc, name) = (std::mem::take(&mut entry.uscc), std::mem::take(&mut entry.name));
        Self { uscc, fields: entry.fields(Patch::Set(name)) }
    }
}

impl From<EnterpriseChange> for EnterpriseFields {
    fn from(mut change: EnterpriseChange) -> Self {
        let name = std::mem::take(&mut change.name);
        change.fields(name)
    }
}
