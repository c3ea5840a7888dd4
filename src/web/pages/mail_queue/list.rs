//! The queue as a list. Unsent mails come oldest first, all others latest first.

use super::MailWords;
use crate::{
    db::mail_messages::{Envelope, EnvelopeFilter},
    domain::{
        mail::{MailKind, MailState},
        role::Permission,
    },
    services::{Context, mail_messages, paging::write_cursor},
    web::{
        api::mail_messages::MailListQuery,
        listing::{name_of, window},
        pages::{
            choice::{Choice, choices},
            format,
            onward::PageLinks,
            query::QueryParameters,
            reader::{Reader, page},
            shell::{Area, Shell},
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};
use askama::Template;

/// One of the states as a tab.
struct Tab {
    href: String,
    name: String,
    count: Option<String>,
    current: bool,
}

struct MailRow {
    id: String,
    to_name: String,
    to_address: String,
    kind: &'static str,
    state: MailState,
    state_name: &'static str,
    attempts: i32,
    written: String,
    next_attempt: Option<String>,
    sent: Option<String>,
    error: Option<String>,
}

impl MailRow {
    fn of(mail: Envelope, context: &Context, t: MailWords) -> Self {
        Self {
            id: mail.id.to_string(),
            kind: mail.kind.text(t.0),
            state: mail.state,
            state_name: mail.state.text(t.0),
            attempts: mail.attempts,
            written: format::instant(context, mail.created_at.0),
            next_attempt: (mail.state == MailState::Pending).then(|| format::instant(context, mail.next_attempt_at.0)),
            sent: mail.sent_at.map(|at| format::instant(context, at.0)),
            error: mail.last_error,
            to_name: mail.to_name,
            to_address: mail.to_address,
        }
    }
}

#[derive(Template)]
#[template(path = "pages/mail_queue/list.html")]
struct ListPage {
    shell: Shell,
    t: MailWords,
    tabs: Vec<Tab>,
    kinds: Vec<Choice>,
    state: Option<MailState>,
    oldest: Option<String>,
    dead: Option<String>,
    found: String,
    rows: Vec<MailRow>,
    onward: PageLinks,
}

/// The queue.
#[get("/mail-queue")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ManageMail)?;
    let asked = QueryParameters::of(&request);
    let query = asked.filters::<MailListQuery>()?;
    let name = name_of("mail queue", &query);
    let context = reader.app.context();
    let window = window(context, &name, query.limit, query.cursor.as_deref(), Some(true))?;
    let oldest_first = matches!(query.state, Some(MailState::Pending | MailState::Sending));
    let filter = EnvelopeFilter { state: query.state, kind: query.kind, oldest_first };
    let now = reader.app.now();
    let (found, depth) = reader
        .read(move |connection, actor| {
            let found = mail_messages::list(connection, actor, &filter, &window)?;
            Ok((found, mail_messages::depth(connection, actor)?))
        })
        .await?;
    let shell = reader.shell(Area::MailQueue).await?;
    let t = MailWords(shell.language);
    let next = found.next.as_ref().map(|mark| write_cursor(context, &name, mark));
    let count = |state| depth.unsent.iter().find(|(known, _)| *known == state).map(|(_, count)| format::count(*count));
    let tab = |state: Option<MailState>| Tab {
        href: asked.with(&[("cursor", None), ("state", state.map(MailState::as_str))]),
        name: state.map_or_else(|| shell.w.all(), |state| state.text(shell.language).to_owned()),
        count: state.and_then(count),
        current: state == query.state,
    };
    let shown = [MailState::Dead, MailState::Pending, MailState::Sending, MailState::Sent].map(Some);
    page(&ListPage {
        t,
        tabs: [None].into_iter().chain(shown).map(tab).collect(),
        kinds: choices(MailKind::ALL, query.kind, shell.language),
        state: query.state,
        oldest: depth.oldest.map(|at| t.oldest(&format::waited(shell.w, at, now))),
        dead: count(MailState::Dead).map(|count| t.dead_strip(count)),
        found: t.found(format::count(found.total.unwrap_or_default())),
        rows: found.items.into_iter().map(|mail| MailRow::of(mail, context, t)).collect(),
        onward: PageLinks::new(&asked, next.as_deref()),
        shell,
    })
}
