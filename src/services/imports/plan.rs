//! The plan of a tax-source list: each row compared with the registry, nothing written.

use super::{
    Origin, row_error,
    street_names::{StreetError, StreetNames},
};
use crate::{
    db::{backend::DbConn, enterprises::Enterprise, imports},
    domain::{
        address::DistrictNames,
        ids::{EnterpriseId, ImportId},
        phone::contains_identity_card,
        uscc::Uscc,
    },
    services::{
        Error, Tx,
        enterprises::{
            Registrar, blank, departure,
            fields::{rename, set_industry},
        },
        error::Reason,
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
                Err(error) => plan.errors.push(error),
            }
            if done % 500 == 0 {
                progress(done);
            }
        }
        progress(lines.len());
        plan
    }

    fn compare(&mut self, tx: &Tx<'_>, line: &EnterpriseLine, plan: &mut Plan) -> Result<(), RowError> {
        refuse_identity_cards(line)?;
        let before = self.known.remove(&line.uscc);
        if before.as_ref().is_some_and(|before| !self.registrar.may_keep_at(before.street_id)) {
            return Err(row_error(line.row, Field::Uscc.text(Language::Zh), &StreetError::OutOfScope));
        }
        if before.as_ref().and_then(|before| before.data_on).is_some_and(|known| known > self.origin.data_on) {
            plan.outdated += 1;
            return Ok(());
        }
        let mut after = before.clone().unwrap_or_else(|| self.blank(tx, line));
        self.apply(line, &mut after)?;
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

    fn blank(&self, tx: &Tx<'_>, line: &EnterpriseLine) -> Enterprise {
        Enterprise { street_id: self.registrar.default_street(), ..blank(tx, line.uscc.clone()) }
    }

    fn stamped(&self, row: Enterprise) -> Enterprise {
        Enterprise {
            source: Some(self.origin.source.clone()),
            data_on: Some(self.origin.data_on),
            import_id: Some(self.import),
            ..row
        }
    }

    /// Writes what a row says into an enterprise; what it leaves empty stays.
    fn apply(&self, line: &EnterpriseLine, row: &mut Enterprise) -> Result<(), RowError> {
        if line.name != row.name {
            rename(row, line.name.clone());
        }
        if line.industry.is_some() {
            set_industry(row, line.industry.as_ref());
        }
        for (given, kept) in [
            (&line.registered_address, &mut row.registered_address),
            (&line.operating_address, &mut row.operating_address),
            (&line.tax_authority, &mut row.tax_authority),
        ] {
            if given.is_some() {
                kept.clone_from(given);
            }
        }
        row.entered_on = line.entered_on.or(row.entered_on);
        row.tier = line.tier.unwrap_or(row.tier);
        if let Some(name) = &line.street_name {
            row.street_id = Some(
                self.street(name)
                    .map_err(|reason| row_error(line.row, Field::StreetName.text(Language::Zh), &reason))?,
            );
        }
        if let Some(presence) = line.presence {
            row.presence = presence;
            row.presence_stated = true;
        }
        if !row.presence_stated {
            row.presence = self.registrar.presence(row).0;
        }
        Ok(())
    }

    fn street(&self, name: &str) -> Result<crate::domain::ids::OrganisationId, StreetError> {
        let street = self.streets.find(name)?;
        if self.registrar.may_keep_at(Some(street)) { Ok(street) } else { Err(StreetError::OutOfScope) }
    }
}

fn known(connection: &mut DbConn, lines: &[EnterpriseLine]) -> Result<HashMap<Uscc, Enterprise>, Error> {
    let codes: Vec<Uscc> = lines.iter().map(|line| line.uscc.clone()).collect();
    let ids = imports::ids_of(connection, &codes)?.into_iter().map(|(_, id)| id).collect();
    let rows = imports::lock(connection, ids)?;
    Ok(rows.into_iter().map(|row| (row.uscc.clone(), row)).collect())
}

fn contact(line: &EnterpriseLine, enterprise: EnterpriseId) -> Option<NamedContact> {
    let name =
        line.contact_name.clone().or_else(|| line.contact_phone.is_some().then(|| UNNAMED_CONTACT.to_owned()))?;
    Some(NamedContact { enterprise, name, phone: line.contact_phone.clone() })
}

/// What a phone number without a name is kept under.
const UNNAMED_CONTACT: &str = "企业联系人";

fn refuse_identity_cards(line: &EnterpriseLine) -> Result<(), RowError> {
    let texts = [
        (Field::Name, Some(&line.name)),
        (Field::RegisteredAddress, line.registered_address.as_ref()),
        (Field::OperatingAddress, line.operating_address.as_ref()),
        (Field::TaxAuthority, line.tax_authority.as_ref()),
        (Field::ContactName, line.contact_name.as_ref()),
    ];
    let found = texts.into_iter().find(|(_, text)| text.is_some_and(|text| contains_identity_card(text)));
    match found {
        Some((field, _)) => Err(row_error(line.row, field.text(Language::Zh), &Reason::IdentityCard)),
        None => Ok(()),
    }
}
