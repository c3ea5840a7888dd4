//! How pages look for a reader: the language and the colours chosen, kept in cookies of their own.

use crate::app::App;
use crate::{
    texts::Language,
    web::middleware::{authenticate::comes_by_tls, problems::accepted_language},
};
use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
    web::Data,
};

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The class of the page, and the value of the cookie.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn of(name: &str) -> Option<Self> {
        [Self::Light, Self::Dark].into_iter().find(|theme| theme.name() == name)
    }
}

/// What was chosen, as far as anything was.
#[derive(Debug, Clone, Copy)]
pub struct Display {
    /// The language chosen here; otherwise the account's.
    pub language: Option<Language>,
    /// The colours.
    pub theme: Theme,
}

const LANGUAGE: &str = "wellspring-language";
const THEME: &str = "wellspring-theme";
/// A year.
const KEPT_DAYS: i64 = 365;

impl Display {
    /// What the address asks for, else what was chosen before.
    pub fn of(request: &HttpRequest) -> Self {
        let cookie = |name| request.cookie(name).map(|cookie| cookie.value().to_owned());
        Self {
            language: asked(request, "lang").or_else(|| cookie(LANGUAGE)).and_then(|tag| Language::from_tag(&tag)),
            theme: asked(request, "theme")
                .or_else(|| cookie(THEME))
                .and_then(|name| Theme::of(&name))
                .unwrap_or_default(),
        }
    }

    /// The language for somebody whose account says nothing.
    pub fn language_or_accepted(self, request: &HttpRequest) -> Language {
        self.language.or_else(|| accepted_language(request)).unwrap_or_default()
    }

    /// Cookies that keep what the address asked for.
    pub fn cookies(self, request: &HttpRequest) -> Vec<Cookie<'static>> {
        let secure = request.app_data::<Data<App>>().is_some_and(|app| comes_by_tls(app));
        let kept = |name: &'static str, value: &'static str| {
            let cookie = Cookie::build(name, value).path("/").http_only(true).secure(secure).same_site(SameSite::Lax);
            cookie.max_age(Duration::days(KEPT_DAYS)).finish()
        };
        let language =
            self.language.filter(|_| asked(request, "lang").is_some()).map(|language| kept(LANGUAGE, language.tag()));
        let theme = asked(request, "theme").map(|_| kept(THEME, self.theme.name()));
        language.into_iter().chain(theme).collect()
    }
}

fn asked(request: &HttpRequest, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(request.query_string().as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
