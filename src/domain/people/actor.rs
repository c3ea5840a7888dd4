//! Who acts: a signed-in person, a service account or the product itself; and the rights that follow.

use crate::{
    domain::{
        ids::{OrganisationId, SessionId, TokenId, UserId},
        people::role::{Permission, Role, TokenScope},
        registry::organisation::OrganisationKind,
    },
    texts::Language,
};
use std::{fmt, str::FromStr};

/// A person, a service account or the product, reading or writing.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Person, service account or the product.
    pub identity: Identity,
    /// The name shown in timelines and logs.
    pub name: String,
    /// The language answers and errors are in.
    pub language: Language,
    /// Ties the log lines, changes and answers of one request together.
    pub request_id: String,
}

/// The kinds of actor.
#[derive(Debug, Clone)]
pub enum Identity {
    /// A signed-in person.
    Person {
        /// The account.
        user: UserId,
        /// The session the request came with; `None` on the command line.
        session: Option<SessionId>,
        /// The account's role.
        role: Role,
        /// Where the person works.
        organisation: OrganisationId,
        /// What that organisation is.
        organisation_kind: OrganisationKind,
    },
    /// A service account.
    Service {
        /// The token the request came with.
        token: TokenId,
        /// What it may do.
        scopes: Vec<TokenScope>,
        /// The street office it is limited to.
        street: Option<OrganisationId>,
    },
    /// The product itself: jobs and the command line of the machine.
    System,
}

/// How a record names who acted: `user:ID`, `token:ID` or `system`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorReference {
    /// A person.
    User(UserId),
    /// A service account, by its token.
    Token(TokenId),
    /// The product itself.
    System,
}

const USER: &str = "user:";
const TOKEN: &str = "token:";
const SYSTEM: &str = "system";

/// A text that names no actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no actor is named so")]
pub struct UnknownActor;

/// Which enterprises somebody sees; applied inside every query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of the district.
    District,
    /// Those of a street office, and those whose team the organisation leads or the person is on.
    Organisation(OrganisationId, UserId),
    /// Those of one street office, nothing else: a limited service account.
    Street(OrganisationId),
    /// None.
    Nothing,
}

impl Scope {
    /// Which enterprises a person sees.
    pub fn of_person(role: Role, organisation: OrganisationId, user: UserId) -> Self {
        match role {
            Role::Steward | Role::ChiefSteward => Self::Organisation(organisation, user),
            _ if role.may(Permission::ReadBusiness) => Self::District,
            _ => Self::Nothing,
        }
    }
}

impl Actor {
    /// The product itself, in Chinese unless it speaks to a person who reads otherwise.
    pub fn system(name: &str, request_id: String) -> Self {
        Self { identity: Identity::System, name: name.to_owned(), language: Language::default(), request_id }
    }

    /// Whether the actor may do it.
    pub fn may(&self, permission: Permission) -> bool {
        match &self.identity {
            Identity::Person { role, .. } => role.may(permission),
            Identity::Service { scopes, .. } => scopes.iter().any(|scope| scope.may(permission)),
            Identity::System => true,
        }
    }

    /// Whether amounts are shown as figures; otherwise as bands, in filters and sorting too.
    pub fn sees_figures(&self) -> bool {
        self.may(Permission::SeeFigures)
    }

    /// Which enterprises the actor sees.
    pub fn scope(&self) -> Scope {
        match &self.identity {
            Identity::Person { role, organisation, user, .. } => Scope::of_person(*role, *organisation, *user),
            Identity::Service { street: Some(street), .. } => Scope::Street(*street),
            Identity::Service { street: None, .. } | Identity::System => Scope::District,
        }
    }

    /// The account of a person.
    pub const fn user(&self) -> Option<UserId> {
        match &self.identity {
            Identity::Person { user, .. } => Some(*user),
            _ => None,
        }
    }

    /// Where a person works.
    pub const fn organisation(&self) -> Option<OrganisationId> {
        match &self.identity {
            Identity::Person { organisation, .. } => Some(*organisation),
            _ => None,
        }
    }

    /// How records name the actor.
    pub const fn reference(&self) -> ActorReference {
        match &self.identity {
            Identity::Person { user, .. } => ActorReference::User(*user),
            Identity::Service { token, .. } => ActorReference::Token(*token),
            Identity::System => ActorReference::System,
        }
    }
}

impl ActorReference {
    /// The person a record names; `None` for everybody else, and for a text that names nobody.
    pub fn user_in(text: &str) -> Option<UserId> {
        match text.parse() {
            Ok(Self::User(user)) => Some(user),
            Ok(Self::Token(_) | Self::System) | Err(UnknownActor) => None,
        }
    }
}

impl fmt::Display for ActorReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => write!(f, "{USER}{user}"),
            Self::Token(token) => write!(f, "{TOKEN}{token}"),
            Self::System => f.write_str(SYSTEM),
        }
    }
}

impl FromStr for ActorReference {
    type Err = UnknownActor;

    fn from_str(text: &str) -> Result<Self, UnknownActor> {
        if let Some(user) = text.strip_prefix(USER) {
            return user.parse().map(Self::User).map_err(|_| UnknownActor);
        }
        if let Some(token) = text.strip_prefix(TOKEN) {
            return token.parse().map(Self::Token).map_err(|_| UnknownActor);
        }
        if text == SYSTEM { Ok(Self::System) } else { Err(UnknownActor) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_reference_is_read_as_it_is_written() {
        let id = "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e";
        for text in [format!("user:{id}"), format!("token:{id}"), "system".to_owned()] {
            assert_eq!(text.parse::<ActorReference>().unwrap().to_string(), text);
        }
        for text in ["", "user:", "user:7", "token", "System", id] {
            assert_eq!(text.parse::<ActorReference>(), Err(UnknownActor), "{text}");
        }
        assert_eq!(ActorReference::user_in(&format!("user:{id}")), Some(id.parse().unwrap()));
        assert_eq!(ActorReference::user_in(&format!("token:{id}")), None);
    }
}
