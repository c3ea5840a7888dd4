//! The organisations of the district and the forty people who work there.

use super::{
    calendar::Calendar,
    dice::Dice,
    names,
    places::{DISTRICT, STREETS},
};
use crate::{
    domain::{
        ids::{OrganisationId, UserId},
        people::role::Role,
        registry::organisation::OrganisationKind,
    },
    texts::Language,
};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// The mail domain of the district; nothing under `.test` can be delivered (RFC 2606).
const MAIL_DOMAIN: &str = "xinghe.test";
/// Streets with a second steward.
const LARGE_STREETS: usize = 5;
/// Minutes after midnight at which the product came into use on its first day.
const OPENED_AT: i64 = 480;

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// What it is.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: &'static str,
}

/// Somebody who works for the district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub id: UserId,
    /// What the person signs in with.
    pub username: String,
    /// The name.
    pub display_name: String,
    /// Where mails go.
    pub email: String,
    /// What the person reads.
    pub language: Language,
    /// The role.
    pub role: Role,
    /// Where the person works.
    pub organisation: Organisation,
}

/// All who work for the district, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// When the product came into use and all this was set up.
    pub since: DateTime<Utc>,
    /// The district first, then the street offices in their order, then the departments.
    pub organisations: Vec<Organisation>,
    /// Everybody.
    pub people: Vec<Person>,
}

/// The departments, with who works there.
const DEPARTMENTS: [(&str, &[Role]); 6] = [
    ("区政府办公室", &[Role::Leader, Role::Leader, Role::Leader, Role::Supervisor]),
    ("投资促进局", &[Role::ChiefSteward, Role::Steward]),
    ("财政局", &[Role::Finance, Role::Finance]),
    ("数据局", &[Role::Administrator, Role::SecurityAdministrator]),
    ("审计局", &[Role::Auditor]),
    ("市场监督管理局", &[]),
];

impl Staff {
    /// Draws the people.
    pub fn draw(seed: u64, calendar: &Calendar) -> Self {
        let mut dice = Dice::named(seed, "staff");
        let since = calendar.at(calendar.opened_on, OPENED_AT);
        let mut organisation = |kind, name| Organisation { id: OrganisationId(dice.id_at(since)), kind, name };
        let district = organisation(OrganisationKind::District, DISTRICT);
        let streets = STREETS.each_ref().map(|street| organisation(OrganisationKind::Street, street.name));
        let departments = DEPARTMENTS.map(|(name, _)| organisation(OrganisationKind::Department, name));
        let mut people = People { dice: &mut dice, since, taken: BTreeSet::new(), hired: Vec::new() };
        for (place, street) in streets.iter().enumerate() {
            let stewards = if place < LARGE_STREETS { 2 } else { 1 };
            people.hire(Role::ChiefSteward, street);
            for _ in 0..stewards {
                people.hire(Role::Steward, street);
            }
        }
        for (department, (_, roles)) in departments.iter().zip(DEPARTMENTS) {
            for role in roles {
                people.hire(*role, department);
            }
        }
        let people = people.hired;
        let organisations = std::iter::once(district).chain(streets).chain(departments).collect();
        Self { since, organisations, people }
    }

    /// The street offices, in the order of `STREETS`.
    pub fn streets(&self) -> impl Iterator<Item = &Organisation> {
        self.organisations.iter().filter(|organisation| organisation.kind == OrganisationKind::Street)
    }

    /// The people of a role.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(move |person| person.role == role)
    }

    /// The people of a role in an organisation.
    pub fn at(&self, organisation: OrganisationId, role: Role) -> impl Iterator<Item = &Person> {
        self.with_role(role).filter(move |person| person.organisation.id == organisation)
    }

    /// Somebody by the account.
    pub fn person(&self, id: UserId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }
}

struct People<'d> {
    dice: &'d mut Dice,
    since: DateTime<Utc>,
    taken: BTreeSet<String>,
    hired: Vec<Person>,
}

impl People<'_> {
    fn hire(&mut self, role: Role, organisation: &Organisation) {
        let name = loop {
            let name = names::person(self.dice);
            if self.taken.insert(name.latin.clone()) {
                break name;
            }
        };
        // One leader, one chief steward and one steward read English.
        let reads_english = matches!(self.hired.len(), 1 | 3) || (role == Role::Leader && self.is_first(role));
        self.hired.push(Person {
            id: UserId(self.dice.id_at(self.since)),
            email: format!("{}@{MAIL_DOMAIN}", name.latin),
            username: name.latin,
            display_name: name.written,
            language: if reads_english { Language::En } else { Language::Zh },
            role,
            organisation: organisation.clone(),
        });
    }

    fn is_first(&self, role: Role) -> bool {
        self.hired.iter().all(|person| person.role != role)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use chrono_tz::Tz;

    fn staff(seed: u64) -> Staff {
        Staff::draw(seed, &Calendar::new("2026-11-20T01:00:00Z".parse().unwrap(), Tz::Asia__Shanghai))
    }

    #[test]
    fn forty_people_of_every_role_in_twelve_streets() {
        let staff = staff(1);
        assert_eq!((staff.people.len(), staff.streets().count()), (40, 12));
        assert!(Role::ALL.iter().all(|role| staff.with_role(*role).count() > 0));
        for street in staff.streets() {
            assert_eq!(staff.at(street.id, Role::ChiefSteward).count(), 1);
            assert!(staff.at(street.id, Role::Steward).count() > 0);
        }
        assert!(staff.people.iter().all(|person| person.email.rsplit_once('.').is_some_and(|(_, end)| end == "test")));
        assert_eq!(staff.people.iter().filter(|person| person.language == Language::En).count(), 3);
    }

    #[test]
    fn the_seed_decides_who() {
        assert_eq!(staff(7), staff(7));
        assert_ne!(staff(7), staff(8));
    }
}
