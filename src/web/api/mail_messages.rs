//! `/mail-messages`: the mail queue for administrators. Envelope, state, attempts and error, never the content.

use crate::{
    db::outbox::{
        delivery_attempts::DeliveryAttempt,
        mail_messages::{Envelope, EnvelopeFilter},
    },
    domain::{
        ids::{DeliveryId, UserId},
        outbox::delivery::{AttemptOutcome, CancelReason, DeliveryKind, DeliveryState},
        people::role::Permission,
    },
    services::outbox::mail_messages,
    web::{
        extract::{Caller, Id, NoBody, Query},
        listing::{self, List, PageQuery, name_of},
        openapi::Routes,
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Adds the routes.
pub fn configure(config: &mut impl Routes) {
    config.service(index).service(show).service(resend);
}

/// A mail in the outbox.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d73", "kind": "alert_opened",
    "recipient_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d61", "to_address": "zhang.san@xinghe.test", "to_name": "张三",
    "message_id": "<01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d73@wellspring.test>", "state": "dead", "attempts": 1,
    "next_attempt_at": "2026-11-20T01:00:00Z", "last_error": "550 5.1.1 no such user",
    "created_at": "2026-11-20T01:00:00Z", "sent_at": null, "attempt_log": [{
        "started_at": "2026-11-20T01:00:00Z", "ended_at": "2026-11-20T01:00:01Z", "outcome": "failed",
        "answered_by": "mail.xinghe.test:587", "answer": "550 5.1.1 no such user"
    }]
}))]
pub struct MailView {
    /// Id.
    pub id: DeliveryId,
    /// Why it is sent.
    pub kind: DeliveryKind,
    /// The account it is for; absent for an address of the settings.
    pub recipient_id: Option<UserId>,
    /// The recipient's address.
    pub to_address: String,
    /// The recipient's name; may be empty.
    pub to_name: String,
    /// Its Message-ID, the same at every attempt.
    pub message_id: String,
    /// Its state.
    pub state: DeliveryState,
    /// Why it was taken out of the queue; absent unless it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<CancelReason>,
    /// Attempts that count against it since it was written or sent again: one that did not reach the mail server does not.
    pub attempts: i32,
    /// When the next attempt is due.
    pub next_attempt_at: DateTime<Utc>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When the mail server accepted it.
    pub sent_at: Option<DateTime<Utc>>,
    /// Every attempt, first to last; left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt_log: Option<Vec<AttemptView>>,
}

/// An attempt to send a mail.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttemptView {
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; null while it is under way, or when its worker died: what the mail server made of it is then unknown.
    pub ended_at: Option<DateTime<Utc>>,
    /// How it ended.
    pub outcome: Option<AttemptOutcome>,
    /// Host and port of the mail server, or the directory of files.
    pub answered_by: Option<String>,
    /// What the mail server said, or what went wrong.
    pub answer: Option<String>,
}

impl From<DeliveryAttempt> for AttemptView {
    fn from(row: DeliveryAttempt) -> Self {
        Self {
            started_at: row.started_at.0,
            ended_at: row.ended_at.map(|at| at.0),
            outcome: row.outcome,
            answered_by: row.answered_by,
            answer: row.answer,
        }
    }
}

impl MailView {
    fn with_attempts(self, attempts: Vec<DeliveryAttempt>) -> Self {
        Self { attempt_log: Some(attempts.into_iter().map(AttemptView::from).collect()), ..self }
    }
}

impl From<Envelope> for MailView {
    fn from(row: Envelope) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            recipient_id: row.recipient_id,
            to_address: row.to_address,
            to_name: row.to_name,
            message_id: row.message_id,
            state: row.state,
            cancel_reason: row.cancel_reason,
            attempts: row.attempts,
            next_attempt_at: row.next_attempt_at.0,
            last_error: row.last_error,
            created_at: row.created_at.0,
            sent_at: row.sent_at.map(|at| at.0),
            attempt_log: None,
        }
    }
}

/// Filters and page.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MailListQuery {
    /// Mails in this state.
    pub state: Option<DeliveryState>,
    /// Mails sent for this reason.
    pub kind: Option<DeliveryKind>,
    /// Rows per page, capped at 200.
    #[serde(skip_serializing)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    #[serde(skip_serializing)]
    pub cursor: Option<String>,
    /// Whether to count all rows.
    #[serde(skip_serializing)]
    pub include_total: Option<bool>,
}

/// The outbox, the newest mail first.
#[utoipa::path(
    tag = "mail-messages",
    operation_id = "list_mail_messages",
    params(MailListQuery, PageQuery),
    responses((status = 200, description = "A page", body = List<MailView>))
)]
#[get("/mail-messages")]
pub(crate) async fn index(caller: Caller, Query(asked): Query<MailListQuery>) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ManageMail)?;
    let list_name = name_of("mail-messages", &asked);
    let context = caller.app.context();
    let window = listing::window(context, &list_name, asked.limit, asked.cursor.as_deref(), asked.include_total)?;
    let filter = EnvelopeFilter { state: asked.state, kind: asked.kind, oldest_first: false };
    let page = caller
        .read(move |connection, actor| mail_messages::list(connection, actor, &filter, &window))
        .await?
        .map(MailView::from);
    Ok(listing::respond(context, &list_name, &caller.request, page))
}

/// One mail with its attempts.
#[utoipa::path(
    tag = "mail-messages",
    operation_id = "get_mail_message",
    responses((status = 200, description = "The mail", body = MailView))
)]
#[get("/mail-messages/{id}")]
pub(crate) async fn show(caller: Caller, Id(id): Id<DeliveryId>) -> Result<HttpResponse, Problem> {
    let (mail, attempts) = caller.read(move |connection, actor| mail_messages::show(connection, actor, id)).await?;
    Ok(HttpResponse::Ok().json(MailView::from(mail).with_attempts(attempts)))
}

/// Sends a failed mail again, with the same Message-ID.
#[utoipa::path(
    tag = "mail-messages",
    operation_id = "resend_mail_message",
    responses(
        (status = 200, description = "It waits to be sent", body = MailView),
        (status = 409, description = "It has not failed for good"),
    )
)]
#[post("/mail-messages/{id}/resend")]
pub(crate) async fn resend(caller: Caller, Id(id): Id<DeliveryId>, _: NoBody) -> Result<HttpResponse, Problem> {
    caller.require(Permission::ManageMail)?;
    let mail = caller.write(move |tx| mail_messages::resend(tx, id)).await?;
    Ok(HttpResponse::Ok().json(MailView::from(mail)))
}
