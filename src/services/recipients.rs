//! The recipients of an alert: the service team; else the chief stewards of the street office and of the organisation
//! that leads the team; else those the settings name. People who cannot be reached, or may not see enterprises, are
//! left out.

use super::{Context, Error};
use crate::{
    db::{
        backend::DbConn,
        enterprises::Enterprise,
        recipients::{self, TeamRow},
        users::User,
    },
    domain::{
        ids::{EnterpriseId, OrganisationId, UserId},
        role::Permission,
        user::UserStatus,
    },
    settings::Recipient as Named,
    texts::{Language, texts},
};
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
        Some(Self { user: Some(user.id), address, name: user.display_name.clone(), language: user.language })
    }

    /// An address without an account.
    pub fn at(address: String, name: String, language: Language) -> Self {
        Self { user: None, address, name, language }
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
}

/// The audience of each of these enterprises, by their ids.
pub fn of_enterprises(
    connection: &mut DbConn,
    context: &Context,
    enterprises: &[&Enterprise],
) -> Result<BTreeMap<EnterpriseId, Audience>, Error> {
    let directory = Directory::load(connection, context, enterprises)?;
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
}

impl Directory {
    fn load(connection: &mut DbConn, context: &Context, enterprises: &[&Enterprise]) -> Result<Self, Error> {
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
        let fallback = fallback(connection, context)?;
        Ok(Self { teams, members, people, heads, offices, fallback })
    }

    fn audience(&self, enterprise: &Enterprise) -> Audience {
        let on_team = self.on_team(enterprise.id);
        let reachable: Vec<Recipient> = on_team.iter().filter_map(|(_, user)| Recipient::of(user)).collect();
        let candidates = [reachable, self.heads_around(enterprise), self.fallback.clone()];
        let recipients = candidates.into_iter().find(|some| !some.is_empty()).unwrap_or_default();
        Audience {
            recipients: each_once(recipients),
            team: on_team.into_iter().map(|(part, user)| (part, user.display_name.clone())).collect(),
            street_name: enterprise.street_id.and_then(|street| self.offices.get(&street)).cloned().unwrap_or_default(),
        }
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

/// Those the settings name, in their order.
fn fallback(connection: &mut DbConn, context: &Context) -> Result<Vec<Recipient>, Error> {
    let named = &context.settings.alerts.fallback_recipients;
    let usernames: Vec<String> = named
        .iter()
        .filter_map(|one| match one {
            Named::Username(name) => Some(name.clone()),
            Named::Address(_) => None,
        })
        .collect();
    let people = recipients::by_usernames(connection, &usernames)?;
    let recipient = |one: &Named| match one {
        Named::Username(name) => people.iter().find(|user| user.username == *name).and_then(Recipient::of),
        Named::Address(address) => {
            Some(Recipient::at(address.clone(), String::new(), context.settings.locale.language))
        }
    };
    Ok(named.iter().filter_map(recipient).collect())
}

/// One mail for an address, whichever ways it was found.
fn each_once(mut recipients: Vec<Recipient>) -> Vec<Recipient> {
    let mut seen = BTreeSet::new();
    recipients.retain(|recipient| seen.insert(recipient.address.to_lowercase()));
    recipients
}
