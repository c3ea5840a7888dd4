//! The frame of every page: top bar, navigation, number of open alerts, and data for the page's script.

use super::{
    display::{Display, Theme},
    words::Words,
};
use crate::{
    db::backend::DbConn,
    domain::people::{
        actor::{Actor, Identity},
        role::{Permission, Role},
    },
    services::{
        Error,
        people::me::Profile,
        watch::alerts::{self, MOST_WAITING},
    },
    texts::Language,
    web::{assets, extract::Caller},
};
use actix_web::HttpRequest;
use uuid::Uuid;

/// A part of the pages with an entry in the navigation, or a page that stands for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// What a leader sees first.
    Overview,
    /// What a steward sees first.
    Workbench,
    /// The registry.
    Enterprises,
    /// Alerts.
    Alerts,
    /// Visits.
    Visits,
    /// A visit being logged.
    NewVisit,
    /// Organisations of the district.
    Organisations,
    /// The mail queue.
    MailQueue,
    /// The background jobs.
    Jobs,
    /// Settings in force.
    Settings,
    /// The work calendar.
    Calendar,
    /// Accounts.
    Users,
    /// Tokens of service accounts.
    Tokens,
    /// Change and access logs.
    AuditLog,
    /// Imports so far.
    Imports,
    /// The own account.
    Account,
}

/// An entry of the navigation.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where it leads.
    pub href: &'static str,
    /// Its name.
    pub name: String,
    /// Its icon, in the bar for thumbs.
    pub icon: &'static str,
    /// Whether one is there.
    pub current: bool,
    /// How many wait there, of very many only that there are more.
    pub count: Option<String>,
}

/// The frame of a page.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The language of the page.
    pub language: Language,
    /// Its common words.
    pub w: Words,
    /// Its colours.
    pub theme: Theme,
    /// Who is signed in: name and role; `None` at the door.
    pub person: Option<String>,
    /// What a sheet of paper says about itself: who printed it and how old its data is; `None` at the door.
    pub printed: Option<String>,
    /// Where the person works.
    pub place: String,
    /// The navigation of wide pages.
    pub navigation: Vec<Entry>,
    /// The navigation of phones, five at most.
    pub thumbs: Vec<Entry>,
    /// Where else a phone's menu leads.
    pub more: Vec<Entry>,
    /// Whether the person looks for enterprises.
    pub finds: bool,
    /// This page in the other language.
    pub other_language: String,
    /// This page in the other colours.
    pub other_theme: String,
    /// What every form must send along.
    pub csrf: String,
    /// What this page's forms that make something send along, so that sending twice makes one.
    pub key: String,
    /// Whose drafts a browser keeps; says nothing about the person.
    pub drafts: String,
    /// Seconds without a request after which the session ends.
    pub idle_seconds: i64,
    /// Part of the address of style, script and icons.
    pub assets: &'static str,
    /// Whether the page is for a wall: no bars, and it refreshes itself.
    pub big_screen: bool,
}

impl Area {
    const NAVIGATION: [Self; 14] = [
        Self::Workbench,
        Self::Overview,
        Self::Enterprises,
        Self::Alerts,
        Self::Visits,
        Self::Imports,
        Self::Organisations,
        Self::MailQueue,
        Self::Jobs,
        Self::Calendar,
        Self::Settings,
        Self::Users,
        Self::Tokens,
        Self::AuditLog,
    ];

    /// Where it is.
    pub const fn href(self) -> &'static str {
        match self {
            Self::Overview => "/overview",
            Self::Workbench => "/workbench",
            Self::Enterprises => "/enterprises",
            Self::Alerts => "/alerts",
            Self::Visits => "/visits",
            Self::NewVisit => "/visits/new",
            Self::Organisations => "/organisations",
            Self::MailQueue => "/mail-queue",
            Self::Jobs => "/jobs",
            Self::Settings => "/settings",
            Self::Calendar => "/calendar",
            Self::Users => "/users",
            Self::Tokens => "/tokens",
            Self::AuditLog => "/audit-log",
            Self::Imports => "/imports",
            Self::Account => "/account",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Overview | Self::Workbench => "home",
            Self::Enterprises | Self::Organisations => "firm",
            Self::NewVisit | Self::Visits => "pen",
            Self::Alerts => "bell",
            Self::MailQueue => "mail",
            Self::Jobs => "turn",
            Self::Settings => "gear",
            Self::Calendar => "calendar",
            Self::Tokens => "lock",
            Self::AuditLog | Self::Imports => "log",
            Self::Users | Self::Account => "user",
        }
    }

    fn name(self, words: Words) -> String {
        match self {
            Self::Overview => words.overview(),
            Self::Workbench => words.workbench(),
            Self::Enterprises => words.enterprises(),
            Self::Alerts => words.alerts(),
            Self::Visits => words.visits(),
            Self::NewVisit => words.log_visit(),
            Self::Organisations => words.organisations(),
            Self::MailQueue => words.mail_queue(),
            Self::Jobs => words.jobs(),
            Self::Settings => words.settings(),
            Self::Calendar => words.calendar(),
            Self::Users => words.users(),
            Self::Tokens => words.tokens(),
            Self::AuditLog => words.audit_log(),
            Self::Imports => words.imports(),
            Self::Account => words.account(),
        }
    }

    /// Whether the page exists for the person.
    pub fn is_for(self, actor: &Actor) -> bool {
        let Identity::Person { role, .. } = actor.identity else { return false };
        match self {
            Self::Workbench => matches!(role, Role::Steward | Role::ChiefSteward),
            Self::Overview => matches!(role, Role::ChiefSteward | Role::Leader | Role::Finance | Role::Supervisor),
            Self::Enterprises | Self::Alerts | Self::Visits => role.may(Permission::ReadBusiness),
            Self::NewVisit => role.may(Permission::LogVisits),
            Self::Imports => role.may(Permission::WriteReceipts),
            Self::Organisations => role.may(Permission::ManageOrganisations),
            Self::MailQueue => role.may(Permission::ManageMail),
            Self::Jobs => role.may(Permission::SeeJobs),
            Self::Settings => role == Role::Administrator,
            Self::Calendar => role.may(Permission::ManageCalendar),
            Self::Users | Self::Tokens => role.may(Permission::ManageAccounts),
            Self::AuditLog => role.may(Permission::ReadLogs),
            Self::Account => true,
        }
    }

    /// Where somebody begins.
    pub fn first_of(actor: &Actor) -> Self {
        let overview = matches!(actor.identity, Identity::Person { role: Role::ChiefSteward, .. });
        let mut order = overview.then_some(Self::Overview).into_iter().chain(Self::NAVIGATION);
        order.find(|area| area.is_for(actor)).unwrap_or(Self::Account)
    }
}

/// Alerts that wait for somebody to take them, as far as the actor sees alerts.
pub fn count_waiting(connection: &mut DbConn, actor: &Actor) -> Result<Option<i64>, Error> {
    if !actor.may(Permission::ReadBusiness) {
        return Ok(None);
    }
    alerts::count_waiting(connection, actor).map(Some)
}

impl Shell {
    /// The frame for a signed-in person.
    pub fn of(caller: &Caller, display: Display, area: Area, profile: &Profile, waiting: Option<i64>) -> Self {
        let actor = &caller.actor;
        let mut shell = Self::at_the_door(&caller.request, display);
        shell.language = actor.language;
        shell.w = Words(actor.language);
        let role = profile.user.role.text(actor.language);
        let person = format!("{} · {role}", profile.user.display_name);
        let at = super::format::instant(caller.app.context(), caller.app.now());
        let holds_tax_data = actor.may(Permission::ReadBusiness);
        shell.printed =
            Some(if holds_tax_data { shell.w.printed_tax_data(&person, &at) } else { shell.w.printed(&person, &at) });
        shell.person = Some(person);
        shell.place.clone_from(&profile.organisation.name);
        let count = |entry: Area| {
            let waiting = waiting.filter(|count| entry == Area::Alerts && *count > 0);
            waiting.map(|count| if count < MOST_WAITING { count.to_string() } else { format!("{}+", MOST_WAITING - 1) })
        };
        let entry = |entry: Area| Entry {
            href: entry.href(),
            name: entry.name(shell.w),
            icon: entry.icon(),
            current: entry == area,
            count: count(entry),
        };
        shell.navigation = Area::NAVIGATION.into_iter().filter(|area| area.is_for(actor)).map(entry).collect();
        let first = Area::first_of(actor);
        let thumbs = [first, Area::Enterprises, Area::NewVisit, Area::Alerts];
        let mut thumbs: Vec<Area> = thumbs.into_iter().filter(|area| area.is_for(actor)).collect();
        thumbs.extend(
            Area::NAVIGATION.into_iter().filter(|area| area.is_for(actor) && !actor.may(Permission::ReadBusiness)),
        );
        thumbs.dedup();
        thumbs.truncate(4);
        thumbs.push(Area::Account);
        let elsewhere = |area: &Area| area.is_for(actor) && !thumbs.contains(area);
        shell.more = Area::NAVIGATION.into_iter().filter(elsewhere).map(entry).collect();
        shell.thumbs = thumbs.into_iter().map(entry).collect();
        shell.finds = actor.may(Permission::ReadBusiness);
        shell.csrf = super::proof::token(&caller.app, actor);
        shell.drafts = super::proof::drafts_of(&caller.app, actor);
        shell.idle_seconds = caller.app.context().settings.security.session_idle.num_seconds();
        shell
    }

    /// The frame for somebody who is not signed in.
    pub fn at_the_door(request: &HttpRequest, display: Display) -> Self {
        let language = display.language_or_accepted(request);
        let other = match language {
            Language::Zh => Language::En,
            Language::En => Language::Zh,
        };
        let other_theme = match display.theme {
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::Light,
        };
        Self {
            language,
            w: Words(language),
            theme: display.theme,
            person: None,
            printed: None,
            place: String::new(),
            navigation: Vec::new(),
            thumbs: Vec::new(),
            more: Vec::new(),
            finds: false,
            other_language: here_with(request, "lang", other.tag()),
            other_theme: here_with(request, "theme", other_theme.name()),
            csrf: String::new(),
            key: Uuid::now_v7().to_string(),
            drafts: String::new(),
            idle_seconds: 0,
            assets: &assets::VERSION,
            big_screen: false,
        }
    }

    /// The same for a wall.
    #[must_use]
    pub fn for_a_wall(mut self) -> Self {
        self.big_screen = true;
        self
    }

    /// The class of the page.
    pub fn class(&self) -> &'static str {
        match (self.big_screen, self.theme) {
            (true, _) => "big-screen",
            (false, Theme::Dark) => "dark",
            (false, Theme::Light) => "light",
        }
    }
}

/// This address with one parameter set.
pub fn here_with(request: &HttpRequest, name: &str, value: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let pairs = form_urlencoded::parse(request.query_string().as_bytes());
    query.extend_pairs(pairs.filter(|(key, _)| key != name));
    query.append_pair(name, value);
    let path = if request.method().is_safe() { request.path() } else { "/" };
    format!("{path}?{}", query.finish())
}
