//! Deactivating an account: who takes over, and what follows.

use super::UserWords;
use crate::{
    db::users::User,
    domain::{ids::UserId, role::Permission, user::UserStatus},
    services::{
        Error,
        account_status::{self, Succession},
        users::{self, AccountError},
    },
    web::{
        extract::Id,
        pages::{
            choice::Choice,
            form::{Form, Sent},
            format,
            gate::see_other,
            reader::{Reader, page_with},
            shell::{Area, Shell},
            trouble::{Trouble, TroubleWords},
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get, post};
use askama::Template;

#[derive(Template)]
#[template(path = "pages/users/departure.html")]
struct DeparturePage {
    shell: Shell,
    t: UserWords,
    tw: TroubleWords,
    trouble: Trouble,
    id: UserId,
    name: String,
    teams: Option<String>,
    successors: Vec<Choice>,
    ticked: bool,
}

/// What follows from it, and the choice of who takes over.
#[get("/users/{id}/deactivate")]
pub(crate) async fn show(reader: Reader, Id(id): Id<UserId>) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageAccounts)?;
    show_form(&reader, id, &Form::default(), Trouble::default()).await
}

/// Deactivates the account.
#[post("/users/{id}/deactivate")]
pub(crate) async fn deactivate(sent: Sent, Id(id): Id<UserId>) -> Result<HttpResponse, Problem> {
    let Sent { reader, form } = sent;
    reader.require(Permission::ManageAccounts)?;
    let succession = Succession {
        successor: form.text("successor_id").and_then(|id| id.parse().ok()),
        leave_unassigned: form.has("leave_unassigned", "yes"),
    };
    match reader.write(move |tx| account_status::deactivate(tx, id, succession)).await {
        Ok(_) => Ok(see_other(&format!("/users/{id}?done=deactivated"))),
        Err(problem) => {
            let trouble = Trouble::of(problem, reader.language())?;
            show_form(&reader, id, &form, trouble).await
        }
    }
}

async fn show_form(reader: &Reader, id: UserId, form: &Form, trouble: Trouble) -> Result<HttpResponse, Problem> {
    let (user, teams, peers) = reader
        .read(move |connection, actor| {
            let user = users::find(connection, actor, id)?.user;
            if user.status == UserStatus::Deactivated {
                return Err(Error::conflict(AccountError::Deactivated));
            }
            let teams = account_status::running_teams(connection, actor, id)?;
            let peers = if teams > 0 { users::in_office(connection, actor, &[user.role])? } else { Vec::new() };
            Ok((user, teams, peers))
        })
        .await?;
    let shell = reader.shell(Area::Users).await?;
    let chosen = form.text("successor_id");
    let peers = peers.into_iter().filter(|peer| peer.id != id);
    let option = |peer: User| Choice::new(peer.id, format!("{}（{}）", peer.display_name, peer.username));
    let page = DeparturePage {
        t: UserWords(shell.language),
        tw: TroubleWords(shell.language),
        trouble: trouble.labelled([("successor_id", UserWords(shell.language).successor())]),
        id,
        name: user.display_name,
        teams: (teams > 0).then(|| format::count(i64::try_from(teams).unwrap_or(i64::MAX))),
        successors: peers.map(|peer| option(peer).wanted(chosen)).collect(),
        ticked: form.has("leave_unassigned", "yes"),
        shell,
    };
    page_with(page.trouble.status(), &page)
}
