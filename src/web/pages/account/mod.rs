//! The account page: profile, sessions and tokens. Password and second factor have pages of their own.

mod absences;
mod password;
mod qr;
mod second_factor;
mod sessions;
mod user_agent;
pub mod words;

use super::{
    form::{Form, SentForm},
    format,
    gate::see_other,
    query::QueryParameters,
    reader::{Reader, page_with},
    shell::{Area, Shell},
    trouble::FormErrors,
};
use crate::{
    db::people::{absences::Absence, sessions::Session, tokens::ApiToken},
    domain::{
        ids::{SessionId, TokenId},
        people::{
            actor::Identity,
            role::{Permission, TokenScope},
        },
    },
    services::{
        Context,
        paging::{Page, Window},
        patch::Patch,
        people::{
            absences::{self as own_absences, Whose},
            me::{self, OwnFields, Profile},
            sessions as open_sessions, tokens,
        },
    },
    texts::Language,
    web::problem::Problem,
};
use actix_web::{HttpRequest, HttpResponse, get, post, web::ServiceConfig};
use askama::Template;
use chrono::{DateTime, Utc};
use words::AccountWords;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config.service(show).service(change);
    absences::configure(config);
    password::configure(config);
    second_factor::configure(config);
    sessions::configure(config);
}

struct SessionRow {
    id: String,
    program: String,
    user_agent: String,
    address: String,
    opened: String,
    seen: String,
    until: String,
    current: bool,
}

struct TokenRow {
    id: String,
    name: String,
    prefix: String,
    scopes: Vec<&'static str>,
    used: Option<String>,
    until: String,
    state: String,
    is_open: bool,
}

#[derive(Template)]
#[template(path = "pages/account/show.html")]
struct AccountPage {
    shell: Shell,
    t: AccountWords,
    done: Option<String>,
    trouble: FormErrors,
    username: String,
    name: String,
    role: &'static str,
    place: String,
    version: i64,
    email: String,
    english: bool,
    second_factor: bool,
    password_until: Option<String>,
    absent_until: Option<String>,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
    keeps_tokens: bool,
}

impl AccountPage {
    /// Whether other devices are signed in.
    fn others(&self) -> bool {
        self.sessions.iter().any(|session| !session.current)
    }
}

/// Everything the page shows.
struct AccountData {
    profile: Profile,
    absences: Vec<Absence>,
    sessions: Page<Session, SessionId>,
    tokens: Page<ApiToken, TokenId>,
}

/// The account.
#[get("/account")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let done = QueryParameters::of(&request).value("done").and_then(|code| AccountWords(reader.language()).done(code));
    account(&reader, done, None, FormErrors::default()).await
}

/// Changes language and mail address.
#[post("/account")]
pub(crate) async fn change(sent: SentForm) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    let language = form.text("language").and_then(Language::from_tag);
    let version = form.version();
    let changes = OwnFields {
        language: language.map_or(Patch::Keep, Patch::Set),
        email: form.text("email").map_or(Patch::Clear, |email| Patch::Set(email.to_owned())),
    };
    match reader.write(move |tx| me::update(tx, version, changes.clone())).await {
        Ok(()) => Ok(see_other(&match language {
            Some(language) => format!("/account?lang={}&done=profile", language.tag()),
            None => "/account?done=profile".to_owned(),
        })),
        Err(problem) => {
            let trouble = FormErrors::of(problem, reader.language())?;
            account(&reader, None, Some(form), trouble).await
        }
    }
}

async fn account(
    reader: &Reader,
    done: Option<String>,
    typed: Option<Form>,
    trouble: FormErrors,
) -> Result<HttpResponse, Problem> {
    let (app, now) = (reader.app.clone(), reader.app.now());
    let (data, shell) = reader
        .read_framed(Area::Account, move |connection, actor| {
            let context = app.context();
            Ok(AccountData {
                profile: me::profile(connection, context, actor, now)?,
                absences: own_absences::list(connection, actor, Whose::Own)?,
                sessions: open_sessions::list_own(connection, context, actor, &first_page(), now)?,
                tokens: tokens::list_own(connection, actor, &first_page())?,
            })
        })
        .await?;
    let (t, context) = (AccountWords(shell.language), reader.app.context());
    let AccountData { profile, absences, sessions, tokens } = data;
    let today = reader.app.today();
    let absent_now = absences.iter().find(|one| (one.from_on..=one.until_on).contains(&today));
    let current = match reader.actor.identity {
        Identity::Person { session, .. } => session,
        _ => None,
    };
    let typed_email = typed.as_ref().map(|form| form.typed("email").to_owned());
    let typed_language = typed.as_ref().and_then(|form| form.text("language")).and_then(Language::from_tag);
    let sessions: Vec<SessionRow> =
        sessions.items.into_iter().map(|session| SessionRow::of(session, current, context, t)).collect();
    page_with(
        trouble.status(),
        &AccountPage {
            t,
            done,
            trouble,
            name: profile.user.display_name,
            username: profile.user.username,
            role: profile.user.role.text(shell.language),
            place: profile.organisation.name,
            version: profile.user.version,
            email: typed_email.or(profile.user.email).unwrap_or_default(),
            english: typed_language.unwrap_or(profile.user.language) == Language::En,
            second_factor: profile.second_factor,
            password_until: profile.password_expires_at.map(|at| context.day_of(at).to_string()),
            absent_until: absent_now.map(|one| one.until_on.to_string()),
            sessions,
            tokens: tokens.items.into_iter().map(|token| TokenRow::of(token, context, t, now)).collect(),
            keeps_tokens: reader.actor.may(Permission::ManageAccounts),
            shell,
        },
    )
}

/// More than anybody has; a person with more ends them all at once.
const fn first_page<K>() -> Window<K> {
    Window::first(50)
}

impl SessionRow {
    fn of(session: Session, current: Option<SessionId>, context: &Context, t: AccountWords) -> Self {
        Self {
            id: session.id.to_string(),
            program: user_agent::program(&session.user_agent).unwrap_or_else(|| t.unknown_program()),
            user_agent: session.user_agent,
            address: session.remote_address,
            opened: format::instant(context, session.created_at.0),
            seen: format::instant(context, session.last_seen_at.0),
            until: format::instant(context, session.expires_at.0),
            current: current == Some(session.id),
        }
    }
}

impl TokenRow {
    fn of(token: ApiToken, context: &Context, t: AccountWords, now: DateTime<Utc>) -> Self {
        let scopes = token.scopes.split(' ').filter_map(|scope| scope.parse::<TokenScope>().ok());
        let is_open = token.revoked_at.is_none() && now < token.expires_at.0;
        Self {
            id: token.id.to_string(),
            scopes: scopes.map(|scope| scope.text(t.0)).collect(),
            used: token.last_used_at.map(|at| format::instant(context, at.0)),
            until: context.day_of(token.expires_at.0).to_string(),
            state: match token.revoked_at {
                Some(_) => t.token_revoked(),
                None if is_open => t.token_open(),
                None => t.token_expired(),
            },
            is_open,
            name: token.name,
            prefix: token.prefix,
        }
    }
}
