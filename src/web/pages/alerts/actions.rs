//! What people do about an alert: acknowledge it, write a directive, resolve it. The second of two people is told what
//! happened.

use super::{
    show::{ConflictKind, Typed, render},
    words::AlertWords,
};
use crate::{
    domain::{ids::AlertId, people::role::Permission, watch::alert::Outcome, wording::risky_phrases},
    services::{
        Error, Tx,
        watch::{
            alerts::{self, Resolution},
            directives,
        },
    },
    web::{
        extract::Id,
        pages::{form::SentForm, gate::see_other, once::once, reader::Reader, trouble::FormErrors},
        problem::Problem,
    },
};
use actix_web::{HttpResponse, post};

/// Acknowledges the alert.
#[post("/alerts/{id}/acknowledge")]
pub(crate) async fn acknowledge(Id(id): Id<AlertId>, sent: SentForm) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    reader.require(Permission::AcknowledgeAlerts)?;
    let version = form.version();
    match reader.write(move |tx| alerts::acknowledge(tx, id, version)).await {
        Ok(_) => Ok(see_other(&address(id))),
        Err(problem) if is_own(&reader, id).await? => {
            tracing::debug!(error = %problem, "the same person acknowledged the alert before");
            Ok(see_other(&address(id)))
        }
        Err(problem) => again(&reader, id, problem, ConflictKind::Acknowledging, Typed::default()).await,
    }
}

/// Whether the reader has acknowledged the alert already, as a second click does.
async fn is_own(reader: &Reader, id: AlertId) -> Result<bool, Problem> {
    let alert = reader.read(move |connection, actor| alerts::find(connection, actor, id)).await?;
    Ok(alert.row.acknowledged_by.is_some() && alert.row.acknowledged_by == reader.actor.user())
}

/// Sends a directive to the team. Wording that promises or demands what the law forbids is shown first, and sent all the same
/// if the author keeps it. However often the form is sent, the team has one mail.
#[post("/alerts/{id}/directives")]
pub(crate) async fn direct(Id(id): Id<AlertId>, sent: SentForm) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    reader.require(Permission::GiveDirectives)?;
    let text = form.typed("text").to_owned();
    let plain = |text: &str| text.replace('\r', "");
    let shown: Vec<String> = form.all("shown").map(plain).collect();
    let cautions = risky_phrases(&text);
    if cautions.iter().any(|risky| !shown.contains(&plain(&risky.phrase))) {
        return render(&reader, id, Typed { directive: text, cautions, ..Typed::default() }).await;
    }
    let written = text.clone();
    let use_case = move |tx: &mut Tx<'_>| {
        directives::give(tx, id, &written)?;
        Ok(format!("{}?sent=directive", address(id)))
    };
    match once(&reader, &form, use_case).await {
        Ok(address) => Ok(see_other(&address)),
        Err(problem) => {
            let typed = Typed { directive: text, cautions, ..Typed::default() };
            again(&reader, id, problem, ConflictKind::Acting, typed).await
        }
    }
}

/// Ends the episode with an outcome.
#[post("/alerts/{id}/resolve")]
pub(crate) async fn resolve(Id(id): Id<AlertId>, sent: SentForm) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    reader.require(Permission::ResolveAlerts)?;
    let typed =
        Typed { outcome: form.typed("outcome").to_owned(), note: form.typed("note").to_owned(), ..Typed::default() };
    let Ok(outcome) = typed.outcome.parse::<Outcome>() else {
        let trouble = FormErrors::field("outcome", AlertWords(reader.language()).outcome_missing());
        return render(&reader, id, Typed { trouble, ..typed }).await;
    };
    let resolution = Resolution { outcome, note: Some(typed.note.clone()) };
    let version = form.version();
    match reader.write(move |tx| alerts::resolve(tx, id, version, resolution.clone())).await {
        Ok(_) => Ok(see_other(&address(id))),
        Err(problem) => again(&reader, id, problem, ConflictKind::Acting, typed).await,
    }
}

fn address(id: AlertId) -> String {
    format!("/alerts/{id}")
}

/// The page once more, with what was typed and why it was not done.
async fn again(
    reader: &Reader,
    id: AlertId,
    problem: Problem,
    overtaken: ConflictKind,
    typed: Typed,
) -> Result<HttpResponse, Problem> {
    let overtaken = matches!(problem, Problem::UseCase(Error::Conflict(_) | Error::Stale)).then_some(overtaken);
    let trouble = FormErrors::placed(problem, reader.language(), &[("/text", "text"), ("/note", "note")], "outcome")?;
    render(reader, id, Typed { trouble, overtaken, ..typed }).await
}
