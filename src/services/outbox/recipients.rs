//! The recipients of an alert: the service team; else the chief stewards of the street office and of the organisation
//! that leads the team; else those the settings name. People who cannot be reached, or do not see the enterprise, are
//! left out. Who is absent is told all the same, and so is the deputy.

use crate::{
    db::{
        backend::DbConn,
        outbox::recipients::{self, TeamRow},
        people::{absences, users::User},
        registry::enterprises::{self, Enterprise},
    },
    domain::{
        ids::{EnterpriseId, OrganisationId, UserId},
        people::{role::Permission, user::UserStatus},
    },
    services::{Context, Error},
    settings::Recipient as Named,
    texts::{Language, texts},
};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Somebody who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The account; `None` for an address of the settings.
    pub user: Option<UserId>,
    /// The mail address.
    pub address: String,
    /// The name; empty for an address of the settings.
    pub name: String,
    /// What the mail is written in.
    pub language: Language,
    /// The name of the absent person the recipient stands in for.
    pub stands_in_for: Option<String>,
}

/// A part somebody has in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The district leader.
    Leader,
    /// The chief steward.
    ChiefSteward,
    /// The steward.
    Steward,
    /// Another member.
    Member,
}

/// Who is told of the alerts of one enterprise, and its team as a mail names it.
#[derive(Debug, Clone, Default)]
pub struct Audience {
    /// Who is told, each once; empty when there is nobody.
    pub recipients: Vec<Recipient>,
    /// Who is on the team, with or without an address.
    pub team: Vec<(Part, String)>,
    /// Name of the street office; empty when there is none.
    pub street_name: String,
}

impl Recipient {
    /// The person behind an account; `None` when nothing can or may be sent there.
    pub fn of(user: &User) -> Option<Self> {
        let reachable = user.status == UserStatus::Active && user.role.may(Permission::ReadBusiness);
        let address = user.email.clone().filter(|_| reachable)?;
        let (name, language) = (user.display_name.clone(), user.language);
        Some(Self { user: Some(user.id), address, name, language, stands_in_for: None })
    }

    /// An address without an account.
    pub fn at(address: String, name: String, language: Language) -> Self {
        Self { user: None, address, name, language, stands_in_for: None }
    }

    /// How a mail addresses the recipient; a deputy reads who is absent.
    pub fn salutation(&self) -> String {
        let name = if self.name.is_empty() { &self.address } else { &self.name };
        match &self.stands_in_for {
            Some(absent) => standing_in(self.language, name, absent),
            None => name.clone(),
        }
    }

    /// What tells this recipient from every other in the key of a notice.
    pub fn key(&self) -> String {
        key(self.user, &self.address)
    }
}

/// What tells a recipient from every other, by account and address.
pub fn key(user: Option<UserId>, address: &str) -> String {
    user.map_or_else(|| address.to_owned(), |user| user.to_string())
}

impl Part {
    /// The part in the reader's language.
    pub fn text(self, language: Language) -> String {
        match self {
            Self::Leader => leader(language),
            Self::ChiefSteward => chief_steward(language),
            Self::Steward => steward(language),
            Self::Member => member(language),
        }
    }
}

texts! {
    leader() { zh: "牵头领导", en: "Lead leader" }
    chief_steward() { zh: "总管家", en: "Chief steward" }
    steward() { zh: "服务管家", en: "Steward" }
    member() { zh: "成员", en: "Member" }
    standing_in(name: &str, absent: &str) { zh: "{name}（代{absent}接收）", en: "{name} (standing in for {absent})" }
}

/// The audience of each of these enterprises, by their ids.
pub fn of_enterprises(
    connection: &mut DbConn,
    context: &Context,
    today: NaiveDate,
    enterprises: &[&Enterprise],
) -> Result<BTreeMap<EnterpriseId, Audience>, Error> {
    let directory = Directory::load(connection, context, today, enterprises)?;
    Ok(enterprises.iter().map(|enterprise| (enterprise.id, directory.audience(enterprise))).collect())
}

/// Everybody who may be told of one of some enterprises.
struct Directory {
    teams: BTreeMap<EnterpriseId, TeamRow>,
    members: BTreeMap<EnterpriseId, Vec<UserId>>,
    people: BTreeMap<UserId, User>,
    heads: BTreeMap<OrganisationId, Vec<Recipient>>,
    offices: BTreeMap<OrganisationId, String>,
    fallback: Vec<Recipient>,
    /// Today's deputies by who is absent, each with the name of the absent person.
    deputies: BTreeMap<UserId, (String, User)>,
    /// Which of the enterprises each deputy and each account of the settings sees. All others are found by what makes them see it.
    seen: BTreeMap<UserId, BTreeSet<EnterpriseId>>,
}

impl Directory {
    fn load(
        connection: &mut DbConn,
        context: &Context,
        today: NaiveDate,
        enterprises: &[&Enterprise],
    ) -> Result<Self, Error> {
        let ids: Vec<EnterpriseId> = enterprises.iter().map(|enterprise| enterprise.id).collect();
        let teams: BTreeMap<EnterpriseId, TeamRow> =
            recipients::teams(connection, &ids)?.into_iter().map(|team| (team.enterprise_id, team)).collect();
        let mut members: BTreeMap<EnterpriseId, Vec<UserId>> = BTreeMap::new();
        for (enterprise, user) in recipients::members(connection, &ids)? {
            members.entry(enterprise).or_default().push(user);
        }
        let on_teams: BTreeSet<UserId> =
            teams.values().flat_map(parts).map(|(_, user)| user).chain(members.values().flatten().copied()).collect();
        let on_teams: Vec<UserId> = on_teams.into_iter().collect();
        let people = recipients::people(connection, &on_teams)?.into_iter().map(|user| (user.id, user)).collect();
        let streets = enterprises.iter().filter_map(|enterprise| enterprise.street_id);
        let leading = teams.values().filter_map(|team| team.lead_organisation_id);
        let organisations: BTreeSet<OrganisationId> = streets.chain(leading).collect();
        let organisations: Vec<OrganisationId> = organisations.into_iter().collect();
        let mut heads: BTreeMap<OrganisationId, Vec<Recipient>> = BTreeMap::new();
        for user in recipients::chief_stewards(connection, &organisations)? {
            heads.entry(user.organisation_id).or_default().extend(Recipient::of(&user));
        }
        let offices = recipients::organisation_names(connection, &organisations)?.into_iter().collect();
        let named = named(connection, context)?;
        let deputies = deputies(connection, today)?;
        let mut seen = BTreeMap::new();
        for user in named.iter().chain(deputies.values().map(|(_, deputy)| deputy)) {
            seen.insert(user.id, enterprises::ids_within(connection, user.scope(), &ids)?);
        }
        let fallback = fallback(context, &named);
        Ok(Self { teams, members, people, heads, offices, fallback, deputies, seen })
    }

    fn audience(&self, enterprise: &Enterprise) -> Audience {
        let on_team = self.on_team(enterprise.id);
        let reachable: Vec<Recipient> = on_team.iter().filter_map(|(_, user)| Recipient::of(user)).collect();
        let sees = |one: &&Recipient| one.user.is_none_or(|user| self.sees(user, enterprise.id));
        let fallback = self.fallback.iter().filter(sees).cloned().collect();
        let candidates = [reachable, self.heads_around(enterprise), fallback];
        let recipients = candidates.into_iter().find(|some| !some.is_empty()).unwrap_or_default();
        Audience {
            recipients: each_once(self.with_deputies(enterprise, recipients)),
            team: on_team.into_iter().map(|(part, user)| (part, user.display_name.clone())).collect(),
            street_name: enterprise.street_id.and_then(|street| self.offices.get(&street)).cloned().unwrap_or_default(),
        }
    }

    /// Recipients, and after them those who stand in for the absent among them. A deputy who is absent too has a deputy as well.
    fn with_deputies(&self, enterprise: &Enterprise, recipients: Vec<Recipient>) -> Vec<Recipient> {
        let mut told: BTreeSet<UserId> = recipients.iter().filter_map(|one| one.user).collect();
        let mut waiting: Vec<UserId> = told.iter().copied().collect();
        let mut all = recipients;
        while let Some(absent) = waiting.pop() {
            let Some((absent, deputy)) = self.deputies.get(&absent) else { continue };
            if told.insert(deputy.id) {
                waiting.push(deputy.id);
                let recipient = Recipient::of(deputy).filter(|_| self.sees(deputy.id, enterprise.id));
                let stands_in_for = Some(absent.clone());
                all.extend(recipient.map(|recipient| Recipient { stands_in_for, ..recipient }));
            }
        }
        all
    }

    /// Whether a deputy or an account of the settings sees an enterprise: a mail tells nobody what the pages would not show.
    fn sees(&self, user: UserId, enterprise: EnterpriseId) -> bool {
        self.seen.get(&user).is_some_and(|seen| seen.contains(&enterprise))
    }

    /// The people on a team, each with the first of their parts.
    fn on_team(&self, enterprise: EnterpriseId) -> Vec<(Part, &User)> {
        let named = self.teams.get(&enterprise).into_iter().flat_map(parts);
        let members = self.members.get(&enterprise).into_iter().flatten().map(|user| (Part::Member, *user));
        let mut seen = BTreeSet::new();
        named
            .chain(members)
            .filter(|(_, user)| seen.insert(*user))
            .filter_map(|(part, user)| Some((part, self.people.get(&user)?)))
            .collect()
    }

    fn heads_around(&self, enterprise: &Enterprise) -> Vec<Recipient> {
        let leading = self.teams.get(&enterprise.id).and_then(|team| team.lead_organisation_id);
        let organisations = enterprise.street_id.into_iter().chain(leading);
        organisations.filter_map(|organisation| self.heads.get(&organisation)).flatten().cloned().collect()
    }
}

fn parts(team: &TeamRow) -> impl Iterator<Item = (Part, UserId)> + use<> {
    [(Part::Leader, team.leader_id), (Part::ChiefSteward, team.chief_steward_id), (Part::Steward, team.steward_id)]
        .into_iter()
        .filter_map(|(part, user)| Some((part, user?)))
}

/// Who stands in on a day, by who is absent, with the name of the absent person.
fn deputies(connection: &mut DbConn, today: NaiveDate) -> Result<BTreeMap<UserId, (String, User)>, Error> {
    let absences = absences::on(connection, today)?;
    let ids: Vec<UserId> = absences.iter().flat_map(|(absent, deputy)| [*absent, *deputy]).collect();
    let people: BTreeMap<UserId, User> =
        recipients::people(connection, &ids)?.into_iter().map(|user| (user.id, user)).collect();
    let deputy = |(absent, deputy): (UserId, UserId)| {
        let name = people.get(&absent)?.display_name.clone();
        Some((absent, (name, people.get(&deputy)?.clone())))
    };
    Ok(absences.into_iter().filter_map(deputy).collect())
}

/// The accounts the settings name.
fn named(connection: &mut DbConn, context: &Context) -> Result<Vec<User>, Error> {
    let named = &context.settings.alerts.fallback_recipients;
    let usernames: Vec<String> = named
        .iter()
        .filter_map(|one| match one {
            Named::Username(name) => Some(name.clone()),
            Named::Address(_) => None,
        })
        .collect();
    Ok(recipients::by_usernames(connection, &usernames)?)
}

/// Those the settings name, in their order.
fn fallback(context: &Context, people: &[User]) -> Vec<Recipient> {
    let recipient = |one: &Named| match one {
        Named::Username(name) => people.iter().find(|user| user.username == *name).and_then(Recipient::of),
        Named::Address(address) => {
            Some(Recipient::at(address.clone(), String::new(), context.settings.locale.language))
        }
    };
    context.settings.alerts.fallback_recipients.iter().filter_map(recipient).collect()
}

/// One mail for an address, whichever ways it was found.
fn each_once(mut recipients: Vec<Recipient>) -> Vec<Recipient> {
    let mut seen = BTreeSet::new();
    recipients.retain(|recipient| seen.insert(recipient.address.to_lowercase()));
    recipients
}
