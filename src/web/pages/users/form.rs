//! Adding and changing one account.

use super::{UserWords, password};
use crate::{
    db::{
        backend::DbConn,
        people::users::User,
        registry::organisations::{Organisation, OrganisationFilter},
    },
    domain::{
        ids::UserId,
        people::{
            role::{Permission, Role},
            user::UserStatus,
        },
        text::{EMAIL_MAX, USERNAME_MAX},
    },
    services::{
        Error, Tx,
        patch::Patch,
        people::{
            passwords,
            users::{self, Account, NAME_MAX, NewUser, UserFields},
        },
        registry::organisations,
    },
    texts::Language,
    web::{
        extract::Id,
        pages::{
            choice::{Choice, choices},
            field::{Field, Kind},
            fields::Fields,
            form::{Form, SentForm},
            format,
            gate::see_other,
            once::once_with,
            query::QueryParameters,
            reader::{Reader, page_with},
            shell::{Area, Shell},
            trouble::FormErrors,
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, post};
use askama::Template;

/// What is known of an account that there is.
struct AccountDetails {
    id: String,
    name: String,
    status: &'static str,
    role: &'static str,
    active: bool,
    own: bool,
    password: String,
    second_factor: bool,
    locked_until: Option<String>,
    made: String,
    changed: String,
}

#[derive(Template)]
#[template(path = "pages/users/form.html")]
struct FormPage {
    shell: Shell,
    t: UserWords,
    done: Option<String>,
    details: Option<AccountDetails>,
    version: i64,
    fields: Fields,
}

/// An account to be added.
#[get("/users/new")]
pub(crate) async fn blank(reader: Reader) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageAccounts)?;
    let usual = reader.app.context().settings.locale.language;
    show_new(&reader, &Form::filled([("language", usual.tag().to_owned())]), FormErrors::default()).await
}

/// Adds an account, and shows its one-time password in the answer. Sending the form again leads to the account: the
/// password is kept nowhere.
#[post("/users")]
pub(crate) async fn add(sent: SentForm) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    reader.require(Permission::ManageAccounts)?;
    let fields = UserFields { username: form.text("username").map(str::to_owned).into(), ..typed(&form) };
    let (secret, password) = reader.app.compute(passwords::one_time).await?;
    let new = NewUser::with_password(fields, password);
    let use_case = move |tx: &mut Tx<'_>| {
        let user = users::create(tx, new.clone())?;
        Ok((format!("/users/{}", user.id), user))
    };
    match once_with(&reader, &form, use_case).await {
        Ok((_, Some(user))) => password::show(&reader, &user, &secret, password::Occasion::Made).await,
        Ok((address, None)) => Ok(see_other(&address)),
        Err(problem) => show_new(&reader, &form, FormErrors::of(problem, reader.language())?).await,
    }
}

/// What the form says of an account that is made or changed. The own role is shown and not sent.
fn typed(form: &Form) -> UserFields {
    UserFields {
        display_name: Patch::Set(form.typed("display_name").to_owned()),
        email: form.text("email").map_or(Patch::Clear, |email| Patch::Set(email.to_owned())),
        language: form.text("language").and_then(Language::from_tag).into(),
        role: form.text("role").and_then(|role| role.parse().ok()).into(),
        organisation_id: form.text("organisation_id").and_then(|id| id.parse().ok()).into(),
        ..UserFields::default()
    }
}

/// One account.
#[get("/users/{id}")]
pub(crate) async fn show(reader: Reader, Id(id): Id<UserId>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageAccounts)?;
    let t = UserWords(reader.language());
    let done = match QueryParameters::of(&request).value("done") {
        Some("saved") => Some(t.done_saved()),
        Some("unlocked") => Some(t.done_unlocked()),
        Some("deactivated") => Some(t.done_deactivated()),
        Some("reactivated") => Some(t.done_reactivated()),
        _ => None,
    };
    show_one(&reader, id, None, done).await
}

/// Changes an account.
#[post("/users/{id}")]
pub(crate) async fn change(sent: SentForm, Id(id): Id<UserId>) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    reader.require(Permission::ManageAccounts)?;
    let version = form.version();
    let fields = typed(&form);
    match reader.write(move |tx| users::update(tx, id, version, fields.clone())).await {
        Ok(_) => Ok(see_other(&format!("/users/{id}?done=saved"))),
        Err(problem) => show_one(&reader, id, Some((Some(&form), problem)), None).await,
    }
}

/// The form of a new account, with what was typed and what is wrong with it.
async fn show_new(reader: &Reader, form: &Form, trouble: FormErrors) -> Result<HttpResponse, Problem> {
    let (places, shell) = reader.read_framed(Area::Users, |connection, _| places(connection)).await?;
    let fields = fields(reader, None, places).filled(form).troubled(trouble);
    render(shell, None, 0, fields, None)
}

/// The page of an account, with what was typed and refused or with what it holds; a refusal may be of something else than
/// its form.
pub(super) async fn show_one(
    reader: &Reader,
    id: UserId,
    refused: Option<(Option<&Form>, Problem)>,
    done: Option<String>,
) -> Result<HttpResponse, Problem> {
    let ((account, places), shell) = reader
        .read_framed(Area::Users, move |connection, actor| {
            Ok((users::find(connection, actor, id)?, places(connection)?))
        })
        .await?;
    let (fields, now) = (fields(reader, Some(&account.user), places), filled(&account.user));
    let (fields, version) = match refused {
        Some((typed, problem)) => {
            let fields = fields.refused(typed.unwrap_or(&now), problem, Some(&now), reader.language())?;
            let version = typed.filter(|_| !fields.trouble.stale).map_or(account.user.version, Form::version_read);
            (fields, version)
        }
        None => (fields.filled(&now), account.user.version),
    };
    render(shell, Some(details(reader, account)), version, fields, done)
}

fn render(
    shell: Shell,
    details: Option<AccountDetails>,
    version: i64,
    fields: Fields,
    done: Option<String>,
) -> Result<HttpResponse, Problem> {
    page_with(
        fields.trouble.status(),
        &FormPage { t: UserWords(shell.language), done, details, version, fields, shell },
    )
}

/// Where an account can be.
fn places(connection: &mut DbConn) -> Result<Vec<Organisation>, Error> {
    organisations::all(connection, &OrganisationFilter::active())
}

/// The fields of an account; who keeps the accounts does not change the own role.
fn fields(reader: &Reader, user: Option<&User>, places: Vec<Organisation>) -> Fields {
    let (language, t) = (reader.language(), UserWords(reader.language()));
    let unchosen = || user.is_none().then(|| Choice::new("", t.choose())).into_iter();
    let places = unchosen().chain(places.into_iter().map(|row| Choice::new(row.id, row.name)));
    let languages = [(Language::Zh, t.chinese()), (Language::En, t.english())];
    let roles = unchosen().chain(choices(Role::ALL, None, language)).collect();
    let role = Field::choice("role", t.role(), roles).required();
    Fields::new(vec![
        match user {
            Some(user) => Field::shown("username", t.username(), &user.username),
            None => Field::line("username", t.username(), USERNAME_MAX).required().hint(t.username_hint()),
        },
        Field::line("display_name", t.name(), NAME_MAX).required().hint(t.name_hint()),
        match user {
            Some(user) if reader.actor.user() == Some(user.id) => {
                Field::shown("role", t.role(), user.role.text(language)).hint(t.own_role())
            }
            Some(_) => role.hint(t.role_hint()),
            None => role,
        },
        Field::choice("organisation_id", t.organisation(), places.collect()).required().hint(t.organisation_hint()),
        Field::typed("email", t.email(), "email", EMAIL_MAX).hint(t.email_hint()),
        Field::choice(
            "language",
            t.page_language(),
            languages.map(|(each, name)| Choice::new(each.tag(), name)).into(),
        )
        .required(),
    ])
}

fn details(reader: &Reader, account: Account) -> AccountDetails {
    let Account { user, credentials, .. } = account;
    let (language, context) = (reader.language(), reader.app.context());
    let t = UserWords(language);
    let locked_until = credentials.as_ref().and_then(|row| row.locked_until);
    AccountDetails {
        id: user.id.to_string(),
        status: user.status.text(language),
        role: user.role.text(language),
        active: user.status == UserStatus::Active,
        own: reader.actor.user() == Some(user.id),
        password: match &credentials {
            None => t.password_none(),
            Some(row) if row.password_change_required => t.password_once(),
            Some(_) => t.password_set(),
        },
        second_factor: credentials.as_ref().is_some_and(|row| row.totp_confirmed_at.is_some()),
        locked_until: locked_until
            .filter(|until| until.0 > reader.app.now())
            .map(|until| format::instant(context, until.0)),
        made: format::instant(context, user.created_at.0),
        changed: format::instant(context, user.updated_at.0),
        name: user.display_name,
    }
}

fn filled(user: &User) -> Form {
    Form::filled([
        ("display_name", user.display_name.clone()),
        ("email", user.email.clone().unwrap_or_default()),
        ("language", user.language.tag().to_owned()),
        ("role", user.role.as_str().to_owned()),
        ("organisation_id", user.organisation_id.to_string()),
    ])
}
