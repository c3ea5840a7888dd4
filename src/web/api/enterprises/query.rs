//! The query parameters of the list of enterprises.

use crate::{
    domain::{
        band::Band,
        fen::Fen,
        ids::{OrganisationId, UserId},
        registry::{
            enterprise::{EnterpriseStatus, Tier},
            presence::Presence,
        },
        watch::level::Level,
    },
    services::registry::enterprises::list::{EnterpriseQuery, EnterpriseSort},
};
use serde::Deserialize;
use utoipa::IntoParams;

/// A query with the filters and the order of the list, and what it has besides.
macro_rules! with_filters {
    ($(#[$meta:meta])* pub struct $name:ident { $($own:tt)* }) => {
        $(#[$meta])*
        #[derive(Debug, Default, Deserialize, IntoParams)]
        #[serde(default, deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub struct $name {
            /// Part of the name, pinyin initials, or the beginning of the code.
            #[param(example = "星河")]
            pub q: Option<String>,
            /// Its street office.
            pub street_id: Option<OrganisationId>,
            /// Section letter or two-digit division of GB/T 4754-2017.
            #[param(example = "65")]
            pub industry_code: Option<String>,
            /// Presence class.
            pub presence: Option<Presence>,
            /// Its tier.
            pub tier: Option<Tier>,
            /// Whether it is a new entry.
            pub new_entry: Option<bool>,
            /// Risk level.
            pub risk_level: Option<Level>,
            /// Its status.
            pub status: Option<EnterpriseStatus>,
            /// The steward of its team.
            pub steward_id: Option<UserId>,
            /// Least tax of the year in fen; only for callers who see figures.
            #[param(value_type = Option<i64>)]
            pub tax_year_min_fen: Option<Fen>,
            /// Most tax of the year in fen; only for callers who see figures.
            #[param(value_type = Option<i64>)]
            pub tax_year_max_fen: Option<Fen>,
            /// Band of the tax of the year.
            pub tax_year_band: Option<Band>,
            /// Order; the order of entry when not given.
            #[param(inline)]
            pub sort: Option<EnterpriseSort>,
            $($own)*
        }

        impl $name {
            /// What is asked for, apart from which part of it or how it is shown.
            pub fn filters(&self) -> EnterpriseQuery {
                EnterpriseQuery {
                    q: self.q.clone(),
                    street_id: self.street_id,
                    industry_code: self.industry_code.clone(),
                    presence: self.presence,
                    tier: self.tier,
                    new_entry: self.new_entry,
                    risk_level: self.risk_level,
                    status: self.status,
                    steward_id: self.steward_id,
                    tax_year_min_fen: self.tax_year_min_fen,
                    tax_year_max_fen: self.tax_year_max_fen,
                    tax_year_band: self.tax_year_band,
                    sort: self.sort,
                }
            }
        }
    };
}

with_filters! {
    /// Filters, order and page.
    pub struct EnterpriseListQuery {
        /// Rows per page, capped at 200.
        #[param(example = 50)]
        pub limit: Option<i64>,
        /// `next_cursor` of the page before.
        pub cursor: Option<String>,
        /// Whether to count all rows.
        pub include_total: Option<bool>,
    }
}

with_filters! {
    /// Filters, order and columns.
    pub struct EnterpriseExportQuery {
        /// Codes of the columns, separated by commas; the usual ones when not given. The name is always there.
        #[param(example = "uscc,risk,tax_year")]
        pub columns: Option<String>,
    }
}

/// Which part of the list is asked for.
#[derive(Debug)]
pub struct Paging {
    /// Rows per page, if said.
    pub limit: Option<i64>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// Whether to count all rows.
    pub include_total: Option<bool>,
}

impl EnterpriseListQuery {
    /// What is asked for, apart from which part of it.
    pub fn split(self) -> (EnterpriseQuery, Paging) {
        let query = self.filters();
        (query, Paging { limit: self.limit, cursor: self.cursor, include_total: self.include_total })
    }
}
