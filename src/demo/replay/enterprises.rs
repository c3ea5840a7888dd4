//! The list of the first day, and the enterprises that came later.

use super::Replay;
use crate::{
    db::registry::enterprises::Enterprise,
    demo::plan::enterprises as plan,
    domain::{
        ids::ImportId,
        people::role::Role,
        registry::{
            industry::{IndustryCode, IndustryEdition},
            presence::Presence,
        },
        search_key,
    },
    services::{Details, Error, Tx, registry::enterprises},
};
use chrono::{DateTime, Utc};

/// The source of the lists.
const SOURCE: &str = "税务部门税源清单";

impl Replay<'_> {
    /// Everybody who was here when the product came into use, as one batch.
    pub(super) fn list(&mut self, at: DateTime<Utc>) -> Result<(), Error> {
        let plan = self.plan;
        let finance = self.one_with(Role::Finance)?;
        let id = ImportId(plan.ids("list")(at));
        let street_ids = self.streets();
        self.take_over(&finance, at, |tx| {
            let listed = plan.enterprises.iter().filter(|enterprise| enterprise.recorded_at == at);
            let rows: Vec<Enterprise> = listed.map(|enterprise| row(tx, enterprise, &street_ids)).collect();
            enterprises::insert_batch(tx, id.0, &rows, Details::none().with("source", (), SOURCE))
        })
    }

    /// One that came afterwards.
    pub(super) fn entry(&mut self, at: DateTime<Utc>, place: usize) -> Result<(), Error> {
        let plan = self.plan;
        let Some(enterprise) = plan.enterprises.get(place) else { return Ok(()) };
        let finance = self.one_with(Role::Finance)?;
        let street_ids = self.streets();
        self.take_over(&finance, at, |tx| {
            let row = row(tx, enterprise, &street_ids);
            enterprises::insert(tx, std::slice::from_ref(&row))
        })
    }

    fn streets(&self) -> Vec<crate::domain::ids::OrganisationId> {
        self.plan.staff.streets().map(|street| street.id).collect()
    }
}

fn row(tx: &Tx<'_>, planned: &plan::Enterprise, streets: &[crate::domain::ids::OrganisationId]) -> Enterprise {
    let industry = planned.trade().and_then(|trade| IndustryCode::parse(trade.industry, IndustryEdition::Gb2017).ok());
    let division = industry.as_ref().and_then(IndustryCode::division);
    Enterprise {
        id: planned.id,
        name: planned.name.clone(),
        name_bigrams: search_key::bigrams(&planned.name),
        name_initials: search_key::initials(&planned.name),
        name_key: search_key::sort_key(&planned.name),
        industry_edition: industry.as_ref().map(|code| code.edition().as_str().to_owned()),
        industry_section: industry.as_ref().map(|code| code.section_letter().to_string()),
        industry_division: division.map(|division| format!("{:02}", division.number())),
        industry_code: industry.map(String::from),
        registered_address: Some(planned.registered_address.clone()),
        operating_address: Some(planned.operating_address.clone()),
        tax_authority: Some(planned.tax_authority.to_owned()),
        street_id: streets.get(planned.street).copied(),
        presence: planned.presence,
        presence_stated: planned.presence == Presence::Unreachable,
        tier: planned.tier,
        entered_on: Some(planned.entered_on),
        source: Some(SOURCE.to_owned()),
        data_on: Some(tx.today),
        ..enterprises::blank(tx, planned.uscc.clone())
    }
}
