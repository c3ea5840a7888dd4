//! A small district to test in: two street offices, a department, and somebody of every role.

use super::{app::TestApp, caller::Caller};
use chrono::TimeDelta;
use wellspring::{
    app::App,
    db::{
        backend,
        people::{
            sessions::{self, Session},
            tokens::ApiToken,
            users::User,
        },
        records::recorded::{Creatable, WriteProof},
        registry::organisations::Organisation,
    },
    domain::{
        ids::{OrganisationId, SessionId, TokenId, UserId},
        people::{
            role::{Role, TokenScope},
            user::UserStatus,
        },
        registry::organisation::{OrganisationKind, OrganisationStatus},
    },
    secrets::token::{Token, TokenKind},
    texts::Language,
};

/// The organisations of the district 星河区 in 江南省临川市.
pub struct District {
    pub id: OrganisationId,
    /// 星湖街道
    pub street: OrganisationId,
    /// 云台街道
    pub other_street: OrganisationId,
    /// 投资促进局
    pub department: OrganisationId,
}

impl District {
    /// Founds the district.
    pub fn found(app: &App) -> Self {
        let ids = [(); 4].map(|()| OrganisationId::new());
        let kinds = [
            (OrganisationKind::District, "星河区"),
            (OrganisationKind::Street, "星湖街道"),
            (OrganisationKind::Street, "云台街道"),
            (OrganisationKind::Department, "投资促进局"),
        ];
        write(app, |connection| {
            for (id, (kind, name)) in ids.iter().zip(kinds) {
                organisation(app, *id, kind, name).insert(connection, &PROOF).unwrap();
            }
        });
        Self { id: ids[0], street: ids[1], other_street: ids[2], department: ids[3] }
    }
}

fn organisation(app: &App, id: OrganisationId, kind: OrganisationKind, name: &str) -> Organisation {
    let is_district = kind == OrganisationKind::District;
    Organisation {
        id,
        kind,
        name: name.to_owned(),
        province: is_district.then(|| "江南省".to_owned()),
        city: is_district.then(|| "临川市".to_owned()),
        aliases: String::new(),
        status: OrganisationStatus::Active,
        merged_into_id: None,
        version: 1,
        created_at: app.now().into(),
        updated_at: app.now().into(),
    }
}

/// The district of a test is there before its record begins.
const PROOF: WriteProof = WriteProof::of_the_unit_of_work();

fn write(app: &App, body: impl FnOnce(&mut backend::DbConn)) {
    let mut connection = app.database().writer().unwrap();
    backend::transaction::<_, backend::QueryError>(&mut connection, |connection| {
        body(connection);
        Ok(())
    })
    .unwrap();
}

/// A person of the district, signed in.
pub struct Person {
    pub id: UserId,
    pub user: User,
    pub caller: Caller,
}

impl TestApp {
    /// Somebody of the role, signed in: stewards and chief stewards work at 星湖街道, everybody else for the district.
    pub fn person(&self, role: Role) -> Person {
        let at_street = matches!(role, Role::Steward | Role::ChiefSteward);
        self.person_at(role, if at_street { self.district.street } else { self.district.id })
    }

    /// Somebody of the role at an organisation, signed in.
    pub fn person_at(&self, role: Role, organisation: OrganisationId) -> Person {
        let id = UserId::new();
        let username = format!("{}.{}", role.as_str().replace('_', "."), &id.0.simple().to_string()[20..]);
        let user = User {
            id,
            display_name: format!("{}{}", role.text(Language::Zh), &username[username.len() - 3..]),
            email: Some(format!("{username}@xinghe.test")),
            username,
            language: Language::Zh,
            role,
            organisation_id: organisation,
            status: UserStatus::Active,
            version: 1,
            created_at: self.app.now().into(),
            updated_at: self.app.now().into(),
        };
        write(&self.app, |connection| {
            user.insert(connection, &PROOF).unwrap();
        });
        let caller = self.sign_in(id);
        Person { id, user, caller }
    }

    /// A session made without a password.
    pub fn sign_in(&self, user: UserId) -> Caller {
        let token = Token::generate(TokenKind::Session).unwrap();
        let now = self.app.now();
        let session = Session {
            id: SessionId::new(),
            user_id: user,
            token_hash: token.hash().as_bytes().to_vec(),
            created_at: now.into(),
            last_seen_at: now.into(),
            expires_at: (now + TimeDelta::hours(8)).into(),
            ended_at: None,
            remote_address: "127.0.0.1".to_owned(),
            user_agent: "test".to_owned(),
        };
        write(&self.app, |connection| {
            sessions::insert(connection, &session).unwrap();
        });
        self.bearer(token.expose())
    }

    /// A service account with scopes, limited to a street office or not.
    pub fn service(&self, scopes: &[TokenScope], street: Option<OrganisationId>) -> Caller {
        let token = Token::generate(TokenKind::Api).unwrap();
        let codes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        let row = ApiToken {
            id: TokenId::new(),
            name: "测试接口".to_owned(),
            prefix: token.display_prefix(),
            token_hash: token.hash().as_bytes().to_vec(),
            scopes: codes.join(" "),
            street_id: street,
            issued_by: None,
            created_at: self.app.now().into(),
            expires_at: (self.app.now() + TimeDelta::days(90)).into(),
            last_used_at: None,
            revoked_at: None,
        };
        write(&self.app, |connection| {
            row.insert(connection, &PROOF).unwrap();
        });
        self.bearer(token.expose())
    }
}
