//! Accounts on the wire.

use crate::{
    db::people::credentials::Credentials,
    domain::{
        ids::{OrganisationId, UserId},
        people::{role::Role, user::UserStatus},
    },
    services::people::users::Account,
    texts::Language,
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// An account; only the security administrator sees the last fields.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "username": "wang.fang", "display_name": "王芳", "role": "steward",
    "organisation_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d00", "status": "active", "version": 1,
    "account": {
        "email": "wang.fang@xinghe.test", "language": "zh-CN", "has_password": true, "password_change_required": false,
        "second_factor": true, "locked_until": null, "created_at": "2026-11-20T01:00:00Z", "updated_at": "2026-11-20T01:00:00Z"
    }
}))]
pub struct UserView {
    /// Its id.
    pub id: UserId,
    /// What the person signs in with.
    pub username: String,
    /// The displayed name.
    pub display_name: String,
    /// What the person may do.
    pub role: Role,
    /// Where the person works.
    pub organisation_id: OrganisationId,
    /// Whether it can be used.
    pub status: UserStatus,
    /// What `If-Match` compares.
    pub version: i64,
    /// What only the security administrator sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<KeptView>,
}

/// What only the security administrator sees.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptView {
    /// Where alerts are sent.
    pub email: Option<String>,
    /// What pages and mails are in.
    pub language: Language,
    /// Whether anybody can sign in with it.
    pub has_password: bool,
    /// Whether the person must choose a new password first.
    pub password_change_required: bool,
    /// Whether signing in asks for a code.
    pub second_factor: bool,
    /// Until when it is locked after failed sign-ins.
    pub locked_until: Option<DateTime<Utc>>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

impl From<Account> for UserView {
    fn from(account: Account) -> Self {
        let Account { user, credentials, whole } = account;
        let row = credentials.as_ref();
        let shows = |has: fn(&Credentials) -> bool| row.is_some_and(has);
        let kept = whole.then(|| KeptView {
            email: user.email,
            language: user.language,
            has_password: row.is_some(),
            password_change_required: shows(|row| row.password_change_required),
            second_factor: shows(|row| row.totp_confirmed_at.is_some()),
            locked_until: row.and_then(|row| row.locked_until).map(|until| until.0),
            created_at: user.created_at.0,
            updated_at: user.updated_at.0,
        });
        Self {
            id: user.id,
            username: user.username,
            display_name: user.display_name,
            role: user.role,
            organisation_id: user.organisation_id,
            status: user.status,
            version: user.version,
            account: kept,
        }
    }
}
