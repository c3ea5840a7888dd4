//! The queue as a list. Unsent mails come oldest first, all others latest first.

use super::MailWords;
use crate::{
    db::outbox::mail_messages::{Envelope, EnvelopeFilter},
    domain::{
        ids::DeliveryId,
        outbox::delivery::{DeliveryKind, DeliveryState},
        people::role::Permission,
        records::change::Noun,
    },
    services::{
        Error, Read,
        outbox::mail_messages::{self, Depth},
        paging::Window,
    },
    web::{
        api::mail_messages::MailListQuery,
        pages::{
            format,
            lists::{self, Cell, Column, Filter, Frame, List, Loaded, Look, Piece, Seen, Strip, Tab},
            reader::Reader,
            shell::Area,
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};

struct MailQueue;

/// The queue.
#[get("/mail-queue")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    lists::show::<MailQueue>(&reader, &request).await
}

/// The queue as a file.
#[get("/mail-queue/export")]
pub(crate) async fn export(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    lists::export::<MailQueue>(&reader, &request).await
}

impl List for MailQueue {
    const PATH: &'static str = "/mail-queue";
    const NOUN: Noun = Noun::Mail;
    const AREA: Area = Area::MailQueue;
    const PERMISSION: Permission = Permission::ManageMail;
    const SIZE: i64 = 50;
    type Query = MailListQuery;
    type Mark = DeliveryId;
    type Row = Envelope;
    type Known = Depth;

    fn load(read: &mut Read<'_>, query: &MailListQuery, window: &Window<DeliveryId>) -> Result<Loaded<Self>, Error> {
        let oldest_first = matches!(query.state, Some(DeliveryState::Pending | DeliveryState::Sending));
        let filter = EnvelopeFilter { state: query.state, kind: query.kind, oldest_first };
        let page = mail_messages::list(read.conn, read.actor, &filter, window)?;
        Ok((page, mail_messages::depth(read.conn, read.actor)?))
    }

    fn columns<'p>(seen: &Seen<'p, Self>) -> Vec<Column<'p, Envelope>> {
        let (t, context) = (MailWords(seen.language()), seen.context);
        let to = move |mail: &Envelope| {
            let unnamed = mail.to_name.is_empty();
            let name = if unnamed { mail.to_address.clone() } else { mail.to_name.clone() };
            let address = (!unnamed).then(|| Piece::Muted(mail.to_address.clone()));
            Cell::of(Piece::Link(format!("/mail-queue/{}", mail.id), name)).and(address)
        };
        let state = move |mail: &Envelope| {
            let why = mail.cancel_reason.map(|reason| Piece::Muted(reason.text(t.0).to_owned()));
            Cell::of(Piece::DeliveryState(mail.state.as_str(), mail.state.text(t.0))).and(why)
        };
        let written = move |mail: &Envelope| Cell::of(Piece::Time(format::instant(context, mail.created_at.0)));
        let sent = move |mail: &Envelope| match mail.sent_at {
            Some(at) => Cell::of(Piece::Time(format::instant(context, at.0))),
            None if mail.state == DeliveryState::Pending => {
                let at = format::instant(context, mail.next_attempt_at.0);
                Cell::of(Piece::Muted(format!("{} {at}", t.next_attempt())))
            }
            None => Cell::nothing(),
        };
        let error = move |mail: &Envelope| {
            let error = mail.last_error.clone();
            error.map_or_else(Cell::nothing, |error| Cell::of(Piece::Titled(error.clone(), error)))
        };
        vec![
            Column::new(t.to(), to).look(Look::Cut),
            Column::new(t.state(), state),
            Column::new(t.kind(), move |mail: &Envelope| Cell::text(mail.kind.text(t.0))),
            Column::new(t.attempts(), move |mail: &Envelope| Cell::number(mail.attempts.into())).look(Look::Number),
            Column::new(t.written(), written).look(Look::Code),
            Column::new(t.sent(), sent).look(Look::Code),
            Column::new(t.error(), error).look(Look::Cut),
        ]
    }

    fn frame(seen: &Seen<'_, Self>) -> Frame {
        let t = MailWords(seen.language());
        Frame {
            title: seen.w.mail_queue(),
            lead: t.lead(),
            strips: strips(seen, t),
            tabs_label: t.tabs(),
            tabs: tabs(seen),
            filters: vec![Filter::code("kind", t.kind(), DeliveryKind::ALL, seen.query.kind, seen.language())],
            found: seen.found(|total| t.found(total)),
            caption: t.table(),
            nothing: t.nothing(),
            ..Frame::default()
        }
    }
}

fn waiting(seen: &Seen<'_, MailQueue>, state: DeliveryState) -> Option<String> {
    let unsent = seen.known.unsent.iter().find(|(known, _)| *known == state);
    unsent.map(|(_, count)| format::count(*count))
}

fn strips(seen: &Seen<'_, MailQueue>, t: MailWords) -> Vec<Strip> {
    let way = |state: DeliveryState, name: String| {
        let elsewhere = seen.query.state.is_none();
        elsewhere.then(|| (format!("/mail-queue?state={state}"), name, String::new())).into_iter().collect()
    };
    let dead = waiting(seen, DeliveryState::Dead).map(|count| Strip {
        class: "strip strip--red",
        icon: "warn",
        text: t.dead_strip(count),
        ways: way(DeliveryState::Dead, t.see_dead()),
    });
    let oldest = seen.known.oldest.map(|at| Strip {
        class: "strip",
        icon: "",
        text: t.oldest(&format::waited(seen.w, at, seen.now)),
        ways: way(DeliveryState::Pending, t.see_unsent()),
    });
    let calm = dead.is_none() && oldest.is_none();
    let calm = calm.then(|| Strip { class: "notice", icon: "check", text: t.nothing_unsent(), ways: Vec::new() });
    [dead, oldest, calm].into_iter().flatten().collect()
}

fn tabs(seen: &Seen<'_, MailQueue>) -> Vec<Tab> {
    let tab = |state: Option<DeliveryState>| {
        let name = state.map_or_else(|| seen.w.all(), |state| state.text(seen.language()).to_owned());
        let tab = seen.tab(name, ("state", state.map(DeliveryState::as_str)), seen.query.state == state, &[]);
        Tab { count: state.and_then(|state| waiting(seen, state)).unwrap_or_default(), ..tab }
    };
    let shown = [
        DeliveryState::Dead,
        DeliveryState::Pending,
        DeliveryState::Sending,
        DeliveryState::Sent,
        DeliveryState::Cancelled,
    ];
    [None].into_iter().chain(shown.map(Some)).map(tab).collect()
}
