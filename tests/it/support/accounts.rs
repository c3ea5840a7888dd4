//! Passwords of test people, and what the record says.

use super::{
    app::{Answer, TestApp},
    caller::Caller,
    district::Person,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use std::sync::OnceLock;
use totp_rs::{Algorithm, Builder};
use wellspring::{
    db::{
        backend,
        people::{
            credentials::{self, Credentials},
            users,
        },
        schema::changes,
    },
    domain::{ids::UserId, people::role::Role},
    secrets::password_hash,
};

/// The password of everybody who has one.
pub const PASSWORD: &str = "Teich-Ufer-82";

/// The code an authenticator app shows at an instant for a secret in base32.
pub fn totp_code(secret: &str, at: DateTime<Utc>) -> String {
    let generator = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_secret(totp_rs::Secret::try_from_base32(secret).unwrap())
        .build_noncompliant();
    generator.generate(u64::try_from(at.timestamp()).unwrap()).to_string()
}

impl TestApp {
    /// Somebody of the role who has a password, and a session besides.
    pub fn person_with_password(&self, role: Role) -> Person {
        let person = self.person(role);
        self.give_password(person.id);
        person
    }

    /// Gives somebody the password.
    pub fn give_password(&self, user: UserId) {
        static HASH: OnceLock<String> = OnceLock::new();
        let row = Credentials {
            user_id: user,
            password_hash: HASH.get_or_init(|| password_hash::hash(PASSWORD).unwrap()).clone(),
            password_changed_at: self.app.now().into(),
            password_change_required: false,
            failed_attempts: 0,
            locked_until: None,
            totp_seed: None,
            totp_confirmed_at: None,
            totp_last_step: None,
        };
        let mut connection = self.app.database().writer().unwrap();
        backend::transaction::<_, backend::QueryError>(&mut connection, |c| credentials::insert(c, &row)).unwrap();
    }

    /// Tries to sign in.
    pub async fn try_sign_in(&self, username: &str, password: &str) -> Answer {
        let body = json!({ "username": username, "password": password });
        self.anonymous().post("/api/v1/session", body).await
    }

    /// Signs in.
    pub async fn signed_in(&self, username: &str, password: &str) -> Caller {
        let answer = self.try_sign_in(username, password).await.expect(201).json();
        self.bearer(answer["token"].as_str().unwrap())
    }

    /// Noun, action and fields of everything recorded, in order.
    pub fn recorded(&self) -> Vec<(String, String, Value)> {
        let mut connection = self.app.database().reader().unwrap();
        let rows: Vec<(String, String, String)> = changes::table
            .order(changes::id)
            .select((changes::noun, changes::action, changes::fields))
            .load(&mut *connection)
            .unwrap();
        let parsed =
            |(noun, action, fields): (String, String, String)| (noun, action, serde_json::from_str(&fields).unwrap());
        rows.into_iter().map(parsed).collect()
    }

    /// How often an action was recorded.
    pub fn times_recorded(&self, action: &str) -> usize {
        self.recorded().iter().filter(|(_, recorded, _)| recorded == action).count()
    }

    /// An account as it is stored.
    pub fn stored_user(&self, id: UserId) -> users::User {
        let mut connection = self.app.database().reader().unwrap();
        users::find(&mut connection, id).unwrap().unwrap()
    }
}
