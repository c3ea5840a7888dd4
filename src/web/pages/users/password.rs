//! A one-time password, in the answer to the form that made it: shown once, kept nowhere, in no address.

use super::UserWords;
use crate::{
    domain::ids::UserId,
    settings::Secret,
    web::{
        pages::{
            reader::{Reader, page},
            shell::{Area, Shell},
        },
        problem::Problem,
    },
};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/users/password.html")]
struct PasswordPage<'s> {
    shell: Shell,
    t: UserWords,
    title: String,
    id: UserId,
    name: &'s str,
    username: &'s str,
    secret: &'s str,
    factor_removed: bool,
}

/// Why there is a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    /// The account was made.
    Made,
    /// The password was reset.
    Reset {
        /// The second factor is gone too.
        factor_removed: bool,
    },
}

/// The page that shows it.
pub(super) async fn show(
    reader: &Reader,
    user: &crate::db::people::users::User,
    secret: &Secret<String>,
    occasion: Occasion,
) -> Result<HttpResponse, Problem> {
    let shell = reader.shell(Area::Users).await?;
    let t = UserWords(shell.language);
    page(&PasswordPage {
        t,
        title: if occasion == Occasion::Made { t.made_title() } else { t.reset_done() },
        id: user.id,
        name: &user.display_name,
        username: &user.username,
        secret: secret.expose(),
        factor_removed: matches!(occasion, Occasion::Reset { factor_removed: true }),
        shell,
    })
}
