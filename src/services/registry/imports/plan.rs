//! The plan of a tax-source list: each row compared with the registry, nothing written.

use super::{
    Origin, row_error,
    street_names::{StreetError, StreetNames},
};
use crate::{
    db::{
        backend::DbConn,
        registry::{
            enterprises::{self, Enterprise},
            imports,
        },
    },
    domain::{
        ids::{EnterpriseId, ImportId, OrganisationId},
        lengths::CONTACT_NAME_MAX,
        registry::{address::DistrictNames, industry::IndustryCode, uscc::Uscc},
    },
    services::{
        Error, FieldError, Invalid, Tx,
        patch::Patch,
        registry::enterprises::{EnterpriseFields, Registrar, departure, fields, new_row},
    },
    sheets::{Field, RowError, enterprises::EnterpriseLine},
    texts::Language,
};
use std::collections::HashMap;

/// What a list would do.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Enterprises to be entered.
    pub(super) created: Vec<Enterprise>,
    /// Enterprises to be changed: before and after.
    pub(super) changed: Vec<(Enterprise, Enterprise)>,
    /// Rows that say what is known.
    pub(super) unchanged: usize,
    /// Rows older than what is known.
    pub(super) outdated: usize,
    /// Hard signals that follow: addresses and tax authorities that left the district.
    pub(super) departures: usize,
    /// The names by which those were told.
    pub(super) names: DistrictNames,
    /// Contact persons the rows name, with the enterprises they belong to.
    pub(super) contacts: Vec<NamedContact>,
    /// What is wrong with rows.
    pub(super) errors: Vec<RowError>,
}

/// A contact person as a row names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedContact {
    pub(super) enterprise: EnterpriseId,
    /// The person's name.
    pub(super) name: String,
    /// The phone number.
    pub(super) phone: Option<String>,
}

/// Compares rows with the registry.
pub(super) struct Planner<'a> {
    origin: &'a Origin,
    import: ImportId,
    registrar: Registrar,
    streets: StreetNames,
    known: HashMap<Uscc, Enterprise>,
}

impl<'a> Planner<'a> {
    /// Loads what the rows are compared with, and locks it.
    pub(super) fn load(
        tx: &mut Tx<'_>,
        origin: &'a Origin,
        import: ImportId,
        lines: &[EnterpriseLine],
    ) -> Result<Self, Error> {
        let registrar = Registrar::load(tx.conn, tx.actor, tx.today)?;
        let streets = StreetNames::load(tx.conn)?;
        let known = known(tx.conn, lines)?;
        Ok(Self { origin, import, registrar, streets, known })
    }

    /// What the rows would do. `progress` gets the rows done.
    pub(super) fn plan(mut self, tx: &Tx<'_>, lines: &[EnterpriseLine], mut progress: impl FnMut(usize)) -> Plan {
        let mut plan = Plan { names: self.registrar.names.clone(), ..Plan::default() };
        for (done, line) in lines.iter().enumerate() {
            match self.compare(tx, line, &mut plan) {
                Ok(()) => {}
                Err(errors) => plan.errors.extend(errors),
            }
            if done % 500 == 0 {
                progress(done);
            }
        }
        progress(lines.len());
        plan
    }

    fn compare(&mut self, tx: &Tx<'_>, line: &EnterpriseLine, plan: &mut Plan) -> Result<(), Vec<RowError>> {
        let before = self.known.remove(&line.uscc);
        if before.as_ref().is_some_and(|before| !self.registrar.may_keep_at(before.street_id)) {
            return Err(vec![row_error(line.row, Field::Uscc.text(Language::Zh), &StreetError::OutOfScope)]);
        }
        if before.as_ref().and_then(|before| before.data_on).is_some_and(|known| known > self.origin.data_on) {
            plan.outdated += 1;
            return Ok(());
        }
        let after = self.after(tx, line, before.as_ref())?;
        if let Some(contact) = contact(line, after.id) {
            plan.contacts.push(contact);
        }
        match before {
            None => plan.created.push(self.stamped(after)),
            Some(before) if before == after => plan.unchanged += 1,
            Some(before) => {
                plan.departures += departure::signals_of(&before, &after, &self.registrar.names).len();
                plan.changed.push((before, self.stamped(after)));
            }
        }
        Ok(())
    }

    fn stamped(&self, row: Enterprise) -> Enterprise {
        Enterprise {
            source: Some(self.origin.source.clone()),
            data_on: Some(self.origin.data_on),
            import_id: Some(self.import),
            ..row
        }
    }

    /// The enterprise with what a row says of it, by the same rules as over the API; what the row leaves empty stays.
    fn after(
        &self,
        tx: &Tx<'_>,
        line: &EnterpriseLine,
        before: Option<&Enterprise>,
    ) -> Result<Enterprise, Vec<RowError>> {
        let mut invalid = Invalid::default();
        let fields = self.fields(line).map_err(|error| vec![error])?;
        let after = match before {
            None => new_row(tx, &self.registrar, line.uscc.clone(), fields, &mut invalid, ""),
            Some(before) => {
                let mut after = before.clone();
                fields::apply(&mut after, fields, &self.registrar, &mut invalid, "");
                after
            }
        };
        if let Some(name) = &line.contact_name {
            invalid.line("/contact_name", name, CONTACT_NAME_MAX);
        }
        if invalid.0.is_empty() { Ok(after) } else { Err(row_errors(line.row, &invalid)) }
    }

    fn fields(&self, line: &EnterpriseLine) -> Result<EnterpriseFields, RowError> {
        let column = || Field::StreetName.text(Language::Zh);
        let street = line.street_name.as_deref().map(|name| self.street(name)).transpose();
        Ok(EnterpriseFields {
            name: Patch::Set(line.name.clone()),
            industry_code: line.industry.as_ref().map(ToString::to_string).into(),
            industry_edition: line.industry.as_ref().map(IndustryCode::edition).into(),
            registered_address: line.registered_address.clone().into(),
            operating_address: line.operating_address.clone().into(),
            tax_authority: line.tax_authority.clone().into(),
            street_id: street.map_err(|reason| row_error(line.row, column(), &reason))?.into(),
            presence: line.presence.into(),
            tier: line.tier.into(),
            entered_on: line.entered_on.into(),
            ..EnterpriseFields::default()
        })
    }

    fn street(&self, name: &str) -> Result<OrganisationId, StreetError> {
        let street = self.streets.find(name)?;
        if self.registrar.may_keep_at(Some(street)) { Ok(street) } else { Err(StreetError::OutOfScope) }
    }
}

fn known(connection: &mut DbConn, lines: &[EnterpriseLine]) -> Result<HashMap<Uscc, Enterprise>, Error> {
    let codes: Vec<Uscc> = lines.iter().map(|line| line.uscc.clone()).collect();
    let ids: Vec<EnterpriseId> = imports::ids_of(connection, &codes)?.into_iter().map(|(_, id)| id).collect();
    let rows = enterprises::lock(connection, &ids)?;
    Ok(rows.into_iter().map(|row| (row.uscc.clone(), row)).collect())
}

fn contact(line: &EnterpriseLine, enterprise: EnterpriseId) -> Option<NamedContact> {
    let name =
        line.contact_name.clone().or_else(|| line.contact_phone.is_some().then(|| UNNAMED_CONTACT.to_owned()))?;
    Some(NamedContact { enterprise, name, phone: line.contact_phone.clone() })
}

/// What a phone number without a name is kept under.
const UNNAMED_CONTACT: &str = "企业联系人";

/// What is wrong with the fields of a row, by the columns they come from.
fn row_errors(row: u32, invalid: &Invalid) -> Vec<RowError> {
    let error = |wrong: &FieldError| row_error(row, column(&wrong.pointer).text(Language::Zh), wrong.reason.as_ref());
    invalid.0.iter().map(error).collect()
}

fn column(pointer: &str) -> Field {
    match pointer.trim_start_matches('/') {
        "name" => Field::Name,
        "industry_code" => Field::IndustryCode,
        "registered_address" => Field::RegisteredAddress,
        "operating_address" => Field::OperatingAddress,
        "tax_authority" => Field::TaxAuthority,
        "street_id" => Field::StreetName,
        "presence" => Field::Presence,
        "tier" => Field::Tier,
        "entered_on" => Field::EnteredOn,
        "contact_name" => Field::ContactName,
        _ => Field::Uscc,
    }
}
