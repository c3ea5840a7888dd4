//! One mail: its envelope and state, and sending it again.

use super::MailWords;
use crate::{
    db::outbox::{delivery_attempts::DeliveryAttempt, mail_messages::Envelope},
    domain::{ids::DeliveryId, outbox::delivery::DeliveryState, people::role::Permission},
    services::{Context, outbox::mail_messages, registry::directory::Directory},
    texts::Language,
    web::{
        extract::Id,
        pages::{
            form::SentForm,
            format,
            gate::see_other,
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

#[derive(Template)]
#[template(path = "pages/mail_queue/one.html")]
struct MailPage {
    shell: Shell,
    t: MailWords,
    trouble: FormErrors,
    done: Option<String>,
    mail: Envelope,
    kind: &'static str,
    state: &'static str,
    account: Option<String>,
    written: String,
    next_attempt: String,
    sent: Option<String>,
    cancelled: Option<&'static str>,
    attempts: Vec<AttemptRow>,
}

/// One attempt.
struct AttemptRow {
    began: String,
    ended: Option<String>,
    outcome: Option<&'static str>,
    answered_by: String,
    answer: String,
}

impl AttemptRow {
    fn of(attempt: DeliveryAttempt, context: &Context, language: Language) -> Self {
        Self {
            began: format::instant(context, attempt.started_at.0),
            ended: attempt.ended_at.map(|at| format::instant(context, at.0)),
            outcome: attempt.outcome.map(|outcome| outcome.text(language)),
            answered_by: attempt.answered_by.unwrap_or_default(),
            answer: attempt.answer.unwrap_or_default(),
        }
    }
}

impl MailPage {
    fn is_dead(&self) -> bool {
        self.mail.state == DeliveryState::Dead
    }

    fn is_pending(&self) -> bool {
        self.mail.state == DeliveryState::Pending
    }

    /// Whether it was tried when attempts were not recorded one by one.
    fn was_tried_before(&self) -> bool {
        self.attempts.is_empty() && self.mail.attempts > 0
    }
}

/// One mail.
#[get("/mail-queue/{id}")]
pub(crate) async fn show(
    reader: Reader,
    Id(id): Id<DeliveryId>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let resent = QueryParameters::of(&request).value("done") == Some("resent");
    show_one(&reader, id, FormErrors::default(), resent).await
}

/// Sends it again.
#[post("/mail-queue/{id}/resend")]
pub(crate) async fn resend(sent: SentForm, Id(id): Id<DeliveryId>) -> Result<HttpResponse, Problem> {
    let reader = sent.reader;
    reader.require(Permission::ManageMail)?;
    match reader.write(move |tx| mail_messages::resend(tx, id)).await {
        Ok(_) => Ok(see_other(&format!("/mail-queue/{id}?done=resent"))),
        Err(problem) => {
            let trouble = FormErrors::of(problem, reader.language())?;
            show_one(&reader, id, trouble, false).await
        }
    }
}

async fn show_one(reader: &Reader, id: DeliveryId, trouble: FormErrors, resent: bool) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageMail)?;
    let ((mail, attempts, names), shell) = reader
        .read_framed(Area::MailQueue, move |connection, actor| {
            let (mail, attempts) = mail_messages::show(connection, actor, id)?;
            let names = Directory::load(connection, actor, mail.recipient_id, [])?;
            Ok((mail, attempts, names))
        })
        .await?;
    let (t, context) = (MailWords(shell.language), reader.app.context());
    let page = MailPage {
        t,
        trouble,
        done: resent.then(|| t.done_resent()),
        kind: mail.kind.text(shell.language),
        state: mail.state.text(shell.language),
        account: names.person(mail.recipient_id).map(str::to_owned),
        written: format::instant(context, mail.created_at.0),
        next_attempt: format::instant(context, mail.next_attempt_at.0),
        sent: mail.sent_at.map(|at| format::instant(context, at.0)),
        cancelled: mail.cancel_reason.map(|reason| reason.text(shell.language)),
        attempts: attempts.into_iter().map(|one| AttemptRow::of(one, context, shell.language)).collect(),
        mail,
        shell,
    };
    page_with(page.trouble.status(), &page)
}
