//! Accounts of people: the security administrator adds and changes them, colleagues read them. Leaving and coming back
//! is in `account_status`, passwords are in `passwords`.

use super::{
    passwords::{self, NewPassword},
    sessions,
};
use crate::{
    db::{
        backend::DbConn,
        people::{
            credentials::{self, Credentials},
            users::{self, User, UserFilter},
        },
        registry::organisations,
    },
    domain::{
        codes::codes,
        ids::{OrganisationId, UserId},
        people::{
            actor::Actor,
            role::{Permission, Role},
            user::UserStatus,
        },
        records::change::{Action, Noun},
        registry::organisation::{OrganisationKind, OrganisationStatus},
        text,
    },
    services::{
        Belongs, Context, Details, Error, Invalid, Tx, Version,
        command::command,
        error::Reason,
        outbox::unheard_alerts,
        paging::{Page, Window},
        patch::Patch,
        unit_of_work::require,
    },
    texts::{Explain, Language},
};
use serde::Deserialize;
use std::{collections::HashMap, mem};
use utoipa::ToSchema;

/// Longest displayed name in characters.
pub const NAME_MAX: usize = 50;

codes! {
    /// Why an account is not made or changed so.
    pub enum AccountError {
        /// Nobody changes the own role.
        OwnRole = "own_role", "不能更改自己的角色，请由另一位安全管理员操作。", "You cannot change your own role; ask another security administrator.";
        /// Nobody deactivates the own account.
        OwnAccount = "own_account", "不能停用自己的账号，请由另一位安全管理员操作。", "You cannot deactivate your own account; ask another security administrator.";
        /// Somebody must be left who keeps accounts.
        LastSecurityAdministrator = "last_security_administrator",
            "这是最后一位在用的安全管理员，请先设立另一位。",
            "This is the last security administrator in office; appoint another first.";
        /// Stewards work at a street office or a department.
        NotAtOffice = "organisation_kind", "服务管家和总管家须属于街道或部门。", "Stewards and chief stewards belong to a street office or a department.";
        /// The account is deactivated already.
        Deactivated = "already_deactivated", "该账号已经停用。", "The account is already deactivated.";
        /// The account is in use already.
        Active = "already_active", "该账号正在使用中。", "The account is already active.";
        /// The person is on service teams and nobody was named to take over.
        SuccessorRequired = "successor_required",
            "此人在服务专班中：请指定接任人，或确认暂不安排接任。",
            "The person is on service teams: name who takes over, or confirm that nobody does yet.";
        /// The successor must do the same work.
        SuccessorUnfit = "successor_unfit", "接任人须为角色相同的另一位在用人员。", "The successor must be another active person with the same role.";
        /// Taking over and leaving open contradict each other.
        SuccessorOrNobody = "successor_or_nobody", "已指定接任人时，不能同时暂不安排接任。", "Name a successor or leave the places empty, not both.";
    }
}

impl Explain for AccountError {
    fn code(&self) -> &'static str {
        self.as_str()
    }

    fn text(&self, language: Language) -> String {
        Self::text(*self, language).to_owned()
    }
}

/// The fields of an account.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UserFields {
    /// What the person signs in with: 2 to 64 small letters, digits, Chinese characters and `.` `_` `-`.
    #[schema(value_type = Option<String>)]
    pub username: Patch<String>,
    /// The displayed name.
    #[schema(value_type = Option<String>, max_length = 50)]
    pub display_name: Patch<String>,
    /// Where alerts are sent.
    #[schema(value_type = Option<String>)]
    pub email: Patch<String>,
    /// What pages and mails are in; the district's language when not given.
    #[schema(value_type = Option<Language>)]
    pub language: Patch<Language>,
    /// What the person may do.
    #[schema(value_type = Option<Role>)]
    pub role: Patch<Role>,
    /// Where the person works.
    #[schema(value_type = Option<OrganisationId>)]
    pub organisation_id: Patch<OrganisationId>,
    /// The first password, to be changed at the first sign-in.
    #[schema(value_type = Option<String>)]
    pub password: Patch<String>,
}

command! {
    UserFields: "UserEntry", "UserChange" {
        required { username, display_name, role, organisation_id }
        once { username, password }
        created {
            "username": "wang.fang", "display_name": "王芳", "email": "wang.fang@xinghe.test", "role": "steward",
            "organisation_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d00"
        }
        changed { "display_name": "王芳（星湖）", "email": null }
    }
}

/// An account to be added, its first password hashed.
#[derive(Clone)]
pub struct NewUser {
    fields: UserFields,
    password: Option<NewPassword>,
}

impl NewUser {
    /// Checks and hashes the first password, if one is stated: tens of milliseconds, to be spent outside any transaction. It has to
    /// be changed at the first sign-in.
    pub fn prepare(context: &Context, mut fields: UserFields) -> Result<Self, Error> {
        let username = fields.username.clone().value().unwrap_or_default();
        let hashed = |text: String| passwords::choose(context, &username, &text, "/password");
        let password = mem::take(&mut fields.password).value().map(hashed).transpose()?;
        Ok(Self { fields, password: password.map(NewPassword::for_one_sign_in) })
    }

    /// An account with a password that was hashed before.
    pub const fn with_password(fields: UserFields, password: NewPassword) -> Self {
        Self { fields, password: Some(password) }
    }
}

/// An account and what it proves itself with.
#[derive(Clone)]
pub struct Account {
    /// The account.
    pub user: User,
    /// Its credentials; `None` without a password, or for a colleague, who does not see them.
    pub credentials: Option<Credentials>,
    /// Whether the reader manages accounts and so sees all of it.
    pub whole: bool,
}

/// Makes an account. Without a password nobody signs in until one is set.
pub fn create(tx: &mut Tx<'_>, NewUser { fields, password }: NewUser) -> Result<User, Error> {
    tx.require(Permission::ManageAccounts)?;
    unheard_alerts::look_again(tx)?;
    let mut invalid = Invalid::default();
    invalid.require(&fields);
    let UserFields { username, display_name, email, language, role, organisation_id, password: _ } = fields;
    let username = username.value().and_then(|text| invalid.take("/username", text::username(&text)));
    let display_name = display_name.value().and_then(|text| invalid.take("/display_name", text::line(&text, NAME_MAX)));
    let email = email.value().and_then(|text| invalid.take("/email", text::email_address(&text)));
    let place = role.value().zip(organisation_id.value());
    if let Some((role, organisation_id)) = place {
        check_organisation(tx.conn, &mut invalid, role, organisation_id)?;
    }
    if let Some(name) = &username
        && users::find_by_username(tx.conn, name)?.is_some()
    {
        invalid.note("/username", Reason::Taken);
    }
    let (Some(username), Some(display_name), Some((role, organisation_id))) = (username, display_name, place) else {
        return Err(Error::Invalid(invalid));
    };
    invalid.check()?;
    let user = User {
        id: UserId::new(),
        username,
        display_name,
        email,
        language: language.value().unwrap_or(tx.context.settings.locale.language),
        role,
        organisation_id,
        status: UserStatus::Active,
        version: 1,
        created_at: tx.now.into(),
        updated_at: tx.now.into(),
    };
    tx.create(&user).map_err(|error| match error.broken_unique() {
        Some(_) => Error::field("/username", Reason::Taken),
        None => error,
    })?;
    if let Some(password) = password {
        passwords::set(tx, user.id, password)?;
    }
    Ok(user)
}

/// Changes an account. A change of role ends the person's sessions.
pub fn update(tx: &mut Tx<'_>, id: UserId, version: Version, fields: UserFields) -> Result<User, Error> {
    tx.require(Permission::ManageAccounts)?;
    unheard_alerts::look_again(tx)?;
    let keepers = users::lock_with_security_administrators(tx.conn, id)?;
    let before = keepers.iter().find(|user| user.id == id).cloned().ok_or(Error::NotFound)?;
    version.check(before.version)?;
    let after = changed(tx, &before, fields)?;
    let role_changed = after.role != before.role;
    if role_changed {
        check_role_change(tx.actor, &before, &keepers)?;
    }
    if role_changed {
        sessions::end_all(tx, id, None)?;
    }
    Ok(tx.change(&before, after, Action::Updated)?.unwrap_or(before))
}

fn changed(tx: &mut Tx<'_>, before: &User, fields: UserFields) -> Result<User, Error> {
    let mut after = before.clone();
    let mut invalid = Invalid::default();
    invalid.refuse_stated_once(&fields);
    if let Some(name) = invalid.kept("/display_name", fields.display_name) {
        let name = invalid.take("/display_name", text::line(&name, NAME_MAX));
        after.display_name = name.unwrap_or_default();
    }
    fields.email.write(&mut after.email, |email| invalid.take("/email", text::email_address(&email)));
    after.language = invalid.kept("/language", fields.language).unwrap_or(after.language);
    after.role = invalid.kept("/role", fields.role).unwrap_or(after.role);
    after.organisation_id = invalid.kept("/organisation_id", fields.organisation_id).unwrap_or(after.organisation_id);
    if (after.role, after.organisation_id) != (before.role, before.organisation_id) {
        check_organisation(tx.conn, &mut invalid, after.role, after.organisation_id)?;
    }
    invalid.check()?;
    Ok(after)
}

fn check_role_change(actor: &Actor, before: &User, keepers: &[User]) -> Result<(), Error> {
    if actor.user() == Some(before.id) {
        return Err(Error::refused(AccountError::OwnRole));
    }
    check_keeper_remains(before, keepers)
}

/// Refuses to take the last security administrator in office away.
pub(in crate::services) fn check_keeper_remains(leaving: &User, keepers: &[User]) -> Result<(), Error> {
    let in_office = |user: &&User| user.role == Role::SecurityAdministrator && user.status == UserStatus::Active;
    let is_last = in_office(&leaving) && !keepers.iter().filter(in_office).any(|user| user.id != leaving.id);
    if is_last { Err(Error::conflict(AccountError::LastSecurityAdministrator)) } else { Ok(()) }
}

/// The organisation must be in use, and fit the role.
fn check_organisation(
    connection: &mut DbConn,
    invalid: &mut Invalid,
    role: Role,
    id: OrganisationId,
) -> Result<(), Error> {
    match organisations::find(connection, id)? {
        Some(organisation) if organisation.status == OrganisationStatus::Active => {
            let at_office = organisation.kind != OrganisationKind::District;
            if matches!(role, Role::Steward | Role::ChiefSteward) && !at_office {
                invalid.note("/organisation_id", AccountError::NotAtOffice);
            }
        }
        _ => invalid.note("/organisation_id", Reason::UnknownReference),
    }
    Ok(())
}

/// Ends the lock that follows failed sign-ins.
pub fn unlock(tx: &mut Tx<'_>, id: UserId) -> Result<User, Error> {
    tx.require(Permission::ManageAccounts)?;
    let user = users::lock(tx.conn, id)?.ok_or(Error::NotFound)?;
    let Some(mut row) = credentials::find(tx.conn, id)? else { return Ok(user) };
    if row.locked_until.is_some() || row.failed_attempts > 0 {
        let details = Details::none().with("locked_until", row.locked_until, ());
        row.locked_until = None;
        row.failed_attempts = 0;
        credentials::update(tx.conn, &row)?;
        tx.record_event(Noun::User, id.0, Action::Updated, Belongs::District, details)?;
    }
    Ok(user)
}

/// One account. Who does not keep the accounts sees active colleagues only.
pub fn find(connection: &mut DbConn, actor: &Actor, id: UserId) -> Result<Account, Error> {
    require(actor, Permission::ReadColleagues)?;
    let user = users::find(connection, id)?.ok_or(Error::NotFound)?;
    if actor.may(Permission::ManageAccounts) {
        let credentials = credentials::find(connection, id)?;
        return Ok(Account { user, credentials, whole: true });
    }
    match user.status {
        UserStatus::Active => Ok(Account { user, credentials: None, whole: false }),
        UserStatus::Deactivated => Err(Error::NotFound),
    }
}

/// Everybody in office whose role may do something, by organisation and name: what forms offer.
pub fn who_may(connection: &mut DbConn, actor: &Actor, permission: Permission) -> Result<Vec<User>, Error> {
    let roles: Vec<Role> = Role::ALL.iter().copied().filter(|role| role.may(permission)).collect();
    in_office(connection, actor, &roles)
}

/// Everybody in office with one of the roles, by organisation and name.
pub fn in_office(connection: &mut DbConn, actor: &Actor, roles: &[Role]) -> Result<Vec<User>, Error> {
    require(actor, Permission::ReadColleagues)?;
    Ok(users::active_with_roles(connection, roles)?)
}

/// Accounts in the order of creation. Who does not keep the accounts sees active colleagues only.
pub fn list(
    connection: &mut DbConn,
    actor: &Actor,
    mut filter: UserFilter,
    window: &Window<UserId>,
) -> Result<Page<Account, UserId>, Error> {
    require(actor, Permission::ReadColleagues)?;
    let whole = actor.may(Permission::ManageAccounts);
    if !whole {
        if filter.status == Some(UserStatus::Deactivated) {
            return Err(Error::Forbidden(Permission::ManageAccounts));
        }
        filter.status = Some(UserStatus::Active);
    }
    let rows = users::list(connection, &filter, &window.part())?;
    let total = window.total(rows.len(), |_| users::count(connection, &filter))?;
    let page = Page::cut(rows, window, total, |user| user.id);
    let ids: Vec<UserId> = page.items.iter().map(|user| user.id).collect();
    let known = if whole { credentials::of(connection, &ids)? } else { Vec::new() };
    let mut known: HashMap<UserId, Credentials> = known.into_iter().map(|row| (row.user_id, row)).collect();
    Ok(page.map(|user| Account { credentials: known.remove(&user.id), user, whole }))
}
