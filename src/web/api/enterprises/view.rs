//! An enterprise on the wire.

use crate::{
    domain::{
        band::Band,
        fen::Fen,
        ids::{EnterpriseId, OrganisationId},
        registry::{
            enterprise::{EnterpriseStatus, Tier},
            presence::{Presence, PresenceEvidence},
            uscc::Uscc,
        },
        watch::{level::Level, risk::Amounts},
    },
    services::registry::enterprises::Described,
    texts::{Explain, Language},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// An enterprise, and where it stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "uscc": "91350100M000100Y43", "name": "星河科技有限公司",
    "industry_code": "I6510", "industry_edition": "gb_2017",
    "registered_address": "江南省临川市星河区星湖路 8 号", "operating_address": null,
    "tax_authority": "国家税务总局临川市星河区税务局", "street_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d00",
    "presence": "local", "presence_stated": false,
    "presence_evidence": ["registered_here", "taxed_here", "operation_assumed"],
    "tier": "normal", "entered_on": "2024-03-01", "new_entry": false, "status": "active",
    "source": "市场监管局", "data_on": "2026-10-31", "risk_level": "none", "risk_score": 0,
    "last_visit_on": "2026-10-12", "next_visit_on": null,
    "tax_year": 2026, "tax_year_fen": null, "tax_year_band": "1m_5m", "warnings": [], "version": 1,
    "created_at": "2026-11-20T01:00:00Z", "updated_at": "2026-11-20T01:00:00Z"
}))]
pub struct EnterpriseView {
    /// Its id.
    pub id: EnterpriseId,
    /// Its credit code.
    pub uscc: Uscc,
    /// Its name.
    pub name: String,
    /// GB/T 4754 code, letter and digits.
    pub industry_code: Option<String>,
    /// The edition of the code.
    pub industry_edition: Option<String>,
    /// Where it is registered.
    pub registered_address: Option<String>,
    /// Where it works.
    pub operating_address: Option<String>,
    /// The competent tax authority.
    pub tax_authority: Option<String>,
    /// Its street office.
    pub street_id: Option<OrganisationId>,
    /// Presence class.
    pub presence: Presence,
    /// Whether somebody stated the class.
    pub presence_stated: bool,
    /// What is known about where it is.
    pub presence_evidence: Vec<PresenceEvidence>,
    /// Its tier.
    pub tier: Tier,
    /// When it entered the district.
    pub entered_on: Option<NaiveDate>,
    /// Whether it is a new entry.
    pub new_entry: bool,
    /// Its status.
    pub status: EnterpriseStatus,
    /// Where the facts come from.
    pub source: Option<String>,
    /// The day they were true.
    pub data_on: Option<NaiveDate>,
    /// Risk level.
    pub risk_level: Level,
    /// Risk score, 0 to 100.
    pub risk_score: i32,
    /// The last visit.
    pub last_visit_on: Option<NaiveDate>,
    /// The next visit promised at that visit.
    pub next_visit_on: Option<NaiveDate>,
    /// The calendar year of the sum.
    pub tax_year: i32,
    /// All-level tax of the year; `null` for callers who see bands.
    pub tax_year_fen: Option<Fen>,
    /// Its band.
    pub tax_year_band: Band,
    /// What is odd about it, without being wrong.
    pub warnings: Vec<Warning>,
    /// Increases with each edit.
    pub version: i64,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it was edited last.
    pub updated_at: DateTime<Utc>,
}

/// Something odd that is no error.
#[derive(Debug, Serialize, ToSchema)]
pub struct Warning {
    /// Stable code, never translated.
    pub code: &'static str,
    /// What is odd, in the caller's language.
    pub detail: String,
}

impl EnterpriseView {
    /// The view for somebody who sees figures or bands.
    pub fn of(described: Described, amounts: Amounts, language: Language) -> Self {
        let Described { enterprise, standing, presence_evidence, new_entry } = described;
        let warnings = warnings(&enterprise.uscc, language);
        Self {
            id: enterprise.id,
            uscc: enterprise.uscc,
            name: enterprise.name,
            industry_code: enterprise.industry_code,
            industry_edition: enterprise.industry_edition,
            registered_address: enterprise.registered_address,
            operating_address: enterprise.operating_address,
            tax_authority: enterprise.tax_authority,
            street_id: enterprise.street_id,
            presence: enterprise.presence,
            presence_stated: enterprise.presence_stated,
            presence_evidence,
            tier: enterprise.tier,
            entered_on: enterprise.entered_on,
            new_entry,
            status: enterprise.status,
            source: enterprise.source,
            data_on: enterprise.data_on,
            risk_level: standing.risk_level,
            risk_score: standing.risk_score,
            last_visit_on: standing.last_visit_on,
            next_visit_on: standing.next_visit_on,
            tax_year: standing.tax_year,
            tax_year_fen: amounts.are_figures().then_some(standing.tax_year_fen),
            tax_year_band: Band::of(standing.tax_year_fen),
            warnings,
            version: enterprise.version,
            created_at: enterprise.created_at.0,
            updated_at: enterprise.updated_at.0,
        }
    }
}

/// What is odd about a code.
pub fn warnings(uscc: &Uscc, language: Language) -> Vec<Warning> {
    let odd = uscc.organisation_code_warning();
    odd.iter().map(|odd| Warning { code: odd.code(), detail: odd.text(language) }).collect()
}
