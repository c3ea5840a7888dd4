//! One account: made and changed.

use super::{UserWords, password};
use crate::{
    db::{
        organisations::{Organisation, OrganisationFilter},
        users::User,
    },
    domain::{
        ids::{OrganisationId, UserId},
        role::{Permission, Role},
        user::UserStatus,
    },
    services::{
        error::Reason,
        organisations, passwords,
        patch::Patch,
        users::{self, Account, NewUser, UserChanges},
    },
    texts::Language,
    web::{
        extract::Id,
        pages::{
            choice::{Choice, choices},
            form::{Form, Sent},
            format,
            gate::see_other,
            query::Asked,
            reader::{Reader, page_with},
            shell::{Area, Shell},
            trouble::{Trouble, TroubleWords},
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post};
use askama::Template;

/// What is known of an account that there is.
struct Known {
    id: String,
    name: String,
    username: String,
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
    tw: TroubleWords,
    trouble: Trouble,
    done: Option<String>,
    known: Option<Known>,
    roles: Vec<Choice>,
    organisations: Vec<Choice>,
    languages: Vec<Choice>,
    form: Form,
}

impl FormPage {
    fn here(&self) -> String {
        self.known.as_ref().map_or_else(String::new, |known| format!("/users/{}", known.id))
    }

    fn is_own(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.own)
    }

    /// What a choice says before anything is chosen; an account that there is has chosen.
    fn empty(&self) -> String {
        self.known.as_ref().map_or_else(|| self.t.choose(), |_| String::new())
    }

    fn role_hint(&self) -> String {
        self.known.as_ref().map_or_else(String::new, |_| self.t.role_hint())
    }
}

/// An account to be made.
#[get("/users/new")]
pub(crate) async fn blank(reader: Reader) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageAccounts)?;
    show_form(&reader, None, Form::default(), Trouble::default(), None).await
}

/// Makes an account, and shows its one-time password in the answer.
#[post("/users")]
pub(crate) async fn add(sent: Sent) -> Result<HttpResponse, Problem> {
    let Sent { reader, form } = sent;
    reader.require(Permission::ManageAccounts)?;
    let language = reader.language();
    let mut trouble = Trouble::default();
    let role = form.text("role").and_then(|role| role.parse::<Role>().ok());
    let organisation = form.text("organisation_id").and_then(|id| id.parse::<OrganisationId>().ok());
    if role.is_none() {
        trouble.note("role", &Reason::Required, language);
    }
    if organisation.is_none() {
        trouble.note("organisation_id", &Reason::Required, language);
    }
    if let (Some(role), Some(organisation_id)) = (role, organisation) {
        let (secret, password) = reader.app.compute(passwords::one_time).await?;
        let new = NewUser {
            username: form.typed("username").to_owned(),
            display_name: form.typed("display_name").to_owned(),
            email: form.text("email").map(str::to_owned),
            language: form.text("language").and_then(Language::from_tag),
            role,
            organisation_id,
            password: Some(password),
        };
        match reader.write(move |tx| users::create(tx, new)).await {
            Ok(user) => return password::show(&reader, &user, &secret, password::Occasion::Made).await,
            Err(problem) => trouble = Trouble::of(problem, language)?,
        }
    }
    show_form(&reader, None, form, trouble, None).await
}

/// One account.
#[get("/users/{id}")]
pub(crate) async fn show(reader: Reader, Id(id): Id<UserId>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageAccounts)?;
    let t = UserWords(reader.language());
    let done = match Asked::of(&request).value("done") {
        Some("saved") => Some(t.done_saved()),
        Some("unlocked") => Some(t.done_unlocked()),
        Some("deactivated") => Some(t.done_deactivated()),
        Some("reactivated") => Some(t.done_reactivated()),
        _ => None,
    };
    show_one(&reader, id, None, Trouble::default(), done).await
}

/// Changes an account.
#[post("/users/{id}")]
pub(crate) async fn change(sent: Sent, Id(id): Id<UserId>) -> Result<HttpResponse, Problem> {
    let Sent { reader, form } = sent;
    reader.require(Permission::ManageAccounts)?;
    let version = form.version();
    let changes = UserChanges {
        display_name: Patch::Set(form.typed("display_name").to_owned()),
        email: form.text("email").map_or(Patch::Clear, |email| Patch::Set(email.to_owned())),
        language: form.text("language").and_then(Language::from_tag).into(),
        role: form.text("role").and_then(|role| role.parse().ok()).into(),
        organisation_id: form.text("organisation_id").and_then(|id| id.parse().ok()).into(),
    };
    match reader.write(move |tx| users::update(tx, id, changes, version)).await {
        Ok(_) => Ok(see_other(&format!("/users/{id}?done=saved"))),
        Err(problem) => {
            let trouble = Trouble::of(problem, reader.language())?;
            show_one(&reader, id, Some(form), trouble, None).await
        }
    }
}

/// The page of an account, with a form that came back or what it holds.
pub(super) async fn show_one(
    reader: &Reader,
    id: UserId,
    form: Option<Form>,
    trouble: Trouble,
    done: Option<String>,
) -> Result<HttpResponse, Problem> {
    let account = reader.read(move |connection, actor| users::find(connection, actor, id)).await?;
    let form = form.unwrap_or_else(|| filled(&account.user));
    show_form(reader, Some(account), form, trouble, done).await
}

async fn show_form(
    reader: &Reader,
    account: Option<Account>,
    form: Form,
    trouble: Trouble,
    done: Option<String>,
) -> Result<HttpResponse, Problem> {
    let places = reader.read(|connection, _| organisations::all(connection, &OrganisationFilter::active())).await?;
    let shell = reader.shell(Area::Users).await?;
    let language = shell.language;
    let place = form.text("organisation_id");
    let option = |row: Organisation| Choice::new(row.id, row.name).wanted(place);
    let spoken = form.text("language").or_else(|| Some(reader.app.context().settings.locale.language.tag()));
    let role = form.text("role").and_then(|role| role.parse().ok());
    let status = if trouble.is_any() { trouble.status() } else { StatusCode::OK };
    let page = FormPage {
        t: UserWords(language),
        tw: TroubleWords(language),
        trouble: labelled(trouble, UserWords(language)),
        done,
        known: account.map(|account| known(reader, account)),
        roles: choices(Role::ALL, role, language),
        organisations: places.into_iter().map(option).collect(),
        languages: [(Language::Zh, "中文"), (Language::En, "English")]
            .map(|(each, name)| Choice::new(each.tag(), name).wanted(spoken))
            .into(),
        form,
        shell,
    };
    page_with(status, &page)
}

fn labelled(trouble: Trouble, t: UserWords) -> Trouble {
    let labels = [
        ("username", t.username()),
        ("display_name", t.name()),
        ("role", t.role()),
        ("organisation_id", t.organisation()),
        ("email", t.email()),
        ("language", t.page_language()),
    ];
    trouble.labelled(labels)
}

fn known(reader: &Reader, account: Account) -> Known {
    let Account { user, credentials, .. } = account;
    let (language, context) = (reader.language(), reader.app.context());
    let t = UserWords(language);
    let locked_until = credentials.as_ref().and_then(|row| row.locked_until);
    Known {
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
        username: user.username,
    }
}

fn filled(user: &User) -> Form {
    Form::filled([
        ("version", user.version.to_string()),
        ("display_name", user.display_name.clone()),
        ("email", user.email.clone().unwrap_or_default()),
        ("language", user.language.tag().to_owned()),
        ("role", user.role.as_str().to_owned()),
        ("organisation_id", user.organisation_id.to_string()),
    ])
}
