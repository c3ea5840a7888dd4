//! What adding and changing enterprises is checked against: the district's names, its street offices, and the actor's
//! scope.

use crate::{
    db::{
        backend::DbConn,
        registry::{
            enterprises::Enterprise,
            organisations::{self, Organisation, OrganisationFilter},
        },
    },
    domain::{
        ids::OrganisationId,
        people::actor::{Actor, Scope},
        registry::{
            address::{AddressVerdict, DistrictNames, address_lies_in, tax_authority_lies_in},
            organisation::OrganisationKind,
            presence::{self, Presence, PresenceEvidence, PresenceFacts},
        },
    },
    services::Error,
};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// What fields are checked against; loaded once a use case.
#[derive(Debug, Clone)]
pub struct Registrar {
    /// The day of the use case.
    pub today: NaiveDate,
    /// The names by which addresses name the district; empty while there is no district, and then no address is told.
    pub names: DistrictNames,
    streets: BTreeSet<OrganisationId>,
    own_street: Option<OrganisationId>,
}

impl Registrar {
    /// Loads what an actor's entries are checked against.
    pub fn load(connection: &mut DbConn, actor: &Actor, today: NaiveDate) -> Result<Self, Error> {
        let (mut streets, mut names) = (BTreeSet::new(), DistrictNames::default());
        for organisation in organisations::all(connection, &OrganisationFilter::active())? {
            match organisation.kind {
                OrganisationKind::Street => drop(streets.insert(organisation.id)),
                OrganisationKind::District => names = district_names(organisation),
                OrganisationKind::Department => {}
            }
        }
        Ok(Self { today, names, streets, own_street: own_street(actor) })
    }

    /// Whether the actor may keep an enterprise at a street office, or at none.
    pub fn may_keep_at(&self, street: Option<OrganisationId>) -> bool {
        let exists = street.is_none_or(|street| self.streets.contains(&street));
        exists && (self.own_street.is_none() || street == self.own_street)
    }

    /// The street office of something new when nothing is said: the actor's own.
    pub const fn default_street(&self) -> Option<OrganisationId> {
        self.own_street
    }

    /// The presence class that follows from addresses and tax authority, with its evidence. An enterprise on the
    /// district's list counts as taxed here where the addresses support no class.
    pub fn presence(&self, row: &Enterprise) -> (Presence, Vec<PresenceEvidence>) {
        let lies = |address: &Option<String>| {
            address.as_deref().and_then(|address| is_here(address_lies_in(address, &self.names)))
        };
        let authority = row.tax_authority.as_deref();
        let facts = PresenceFacts {
            registered_here: lies(&row.registered_address),
            taxed_here: authority.and_then(|name| is_here(tax_authority_lies_in(name, &self.names))),
            operates_here: lies(&row.operating_address),
            contact_lost: false,
        };
        let verdict = presence::derive(&facts);
        match verdict.presence {
            Some(presence) => (presence, verdict.evidence),
            None => listed_here(facts, verdict.evidence),
        }
    }
}

fn listed_here(facts: PresenceFacts, mut evidence: Vec<PresenceEvidence>) -> (Presence, Vec<PresenceEvidence>) {
    evidence.push(PresenceEvidence::ListedHere);
    let presence = if facts.operates_here == Some(false) { Presence::OperatesElsewhere } else { Presence::Local };
    (presence, evidence)
}

const fn is_here(verdict: AddressVerdict) -> Option<bool> {
    match verdict {
        AddressVerdict::Inside => Some(true),
        AddressVerdict::Outside => Some(false),
        AddressVerdict::Unknown => None,
    }
}

/// The one street office an actor is limited to. The head of a department is limited to the department, which keeps none.
pub fn own_street(actor: &Actor) -> Option<OrganisationId> {
    match actor.scope() {
        Scope::Organisation(organisation, _) => Some(organisation),
        Scope::Street(street) => Some(street),
        Scope::District | Scope::Nothing => None,
    }
}

fn district_names(district: Organisation) -> DistrictNames {
    let aliases = district.aliases.split([',', '，', '、']).map(str::trim).filter(|alias| !alias.is_empty());
    DistrictNames {
        province: district.province.unwrap_or_default(),
        city: district.city.unwrap_or_default(),
        aliases: aliases.map(str::to_owned).collect(),
        district: district.name,
    }
}
