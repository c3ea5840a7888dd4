//! Deactivating an account: the successor, and what follows.

use super::UserWords;
use crate::{
    db::people::users::User,
    domain::{
        ids::UserId,
        people::{role::Permission, user::UserStatus},
    },
    services::{
        Error,
        people::{
            account_status::{self, Succession},
            users::{self, AccountError},
        },
    },
    web::{
        extract::Id,
        pages::{
            choice::Choice,
            field::{Field, Kind},
            fields::Fields,
            form::{Form, SentForm},
            format,
            gate::see_other,
            reader::{Reader, page_with},
            shell::{Area, Shell},
            trouble::FormErrors,
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get, post};
use askama::Template;
use std::iter;

#[derive(Template)]
#[template(path = "pages/users/departure.html")]
struct DeparturePage {
    shell: Shell,
    t: UserWords,
    id: UserId,
    name: String,
    teams: Option<String>,
    fields: Fields,
}

/// What follows from it, and the choice of who takes over.
#[get("/users/{id}/deactivate")]
pub(crate) async fn show(reader: Reader, Id(id): Id<UserId>) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageAccounts)?;
    show_form(&reader, id, &Form::default(), FormErrors::default()).await
}

/// Deactivates the account.
#[post("/users/{id}/deactivate")]
pub(crate) async fn deactivate(sent: SentForm, Id(id): Id<UserId>) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    reader.require(Permission::ManageAccounts)?;
    let succession = Succession {
        successor: form.text("successor_id").and_then(|id| id.parse().ok()),
        leave_unassigned: form.has("leave_unassigned", "yes"),
    };
    match reader.write(move |tx| account_status::deactivate(tx, id, succession)).await {
        Ok(_) => Ok(see_other(&format!("/users/{id}?done=deactivated"))),
        Err(problem) => {
            let trouble = FormErrors::of(problem, reader.language())?;
            show_form(&reader, id, &form, trouble).await
        }
    }
}

async fn show_form(reader: &Reader, id: UserId, form: &Form, trouble: FormErrors) -> Result<HttpResponse, Problem> {
    let ((user, teams, peers), shell) = reader
        .read_framed(Area::Users, move |connection, actor| {
            let user = users::find(connection, actor, id)?.user;
            if user.status == UserStatus::Deactivated {
                return Err(Error::conflict(AccountError::Deactivated));
            }
            let teams = account_status::running_teams(connection, actor, id)?;
            let peers = if teams > 0 { users::in_office(connection, actor, &[user.role])? } else { Vec::new() };
            Ok((user, teams, peers))
        })
        .await?;
    let peers = peers.into_iter().filter(|peer| peer.id != id);
    let option = |peer: User| Choice::new(peer.id, format!("{} · {}", peer.display_name, peer.username));
    let t = UserWords(shell.language);
    let mut fields = Vec::new();
    if teams > 0 {
        let successors = iter::once(Choice::new("", t.choose())).chain(peers.map(option)).collect();
        fields
            .push(Field::choice("successor_id", t.successor(), successors).required().wide().hint(t.successor_hint()));
        fields.push(Field::tick("leave_unassigned", t.unassigned()).hint(t.unassigned_hint()));
    }
    let page = DeparturePage {
        t,
        id,
        name: user.display_name,
        teams: (teams > 0).then(|| format::count(i64::try_from(teams).unwrap_or(i64::MAX))),
        fields: Fields::new(fields).filled(form).troubled(trouble),
        shell,
    };
    page_with(page.fields.trouble.status(), &page)
}
