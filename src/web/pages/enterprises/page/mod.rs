//! The page of one enterprise: on one screen its basic data, what it pays, its risk with the evidence, its team, and
//! what happened.

pub mod facts;
pub mod people;
pub mod receipts;
pub mod records;
pub mod risk;
pub mod words;

use self::{
    facts::{Fact, facts},
    people::{ContactRow, TeamPart},
    receipts::ReceiptsPart,
    records::{SignalRow, VisitRow},
    risk::RiskPart,
    words::PageWords,
};
use super::timeline::EventRow;
use crate::{
    db::{backend::DbConn, contacts::Contact, signals::Signal},
    domain::{
        access::Accessed,
        actor::Actor,
        alert::AlertState,
        change::Noun,
        enterprise::{EnterpriseReference, EnterpriseStatus, Tier},
        ids::{ContactId, UserId},
        risk::Amounts,
        role::Permission,
    },
    services::{
        Context, Error, alerts, contacts,
        directory::Directory,
        enterprises::{self, Described, Registrar},
        paging::Window,
        receipts::comparison::{self, Comparison},
        risk::{Explained, explain},
        signals::{self, SignalQuery},
        teams::{self, CurrentTeam},
        timelines::{self, Event},
        visits::{self, FullVisit, VisitQuery},
    },
    web::{
        api::factors::{amounts, hold_figures},
        extract::{Id, Ids},
        pages::{
            form::SentForm,
            format,
            reader::{Reader, page},
            shell::{Area, Shell},
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get, post};
use askama::Template;
use chrono::NaiveDate;
use futures_util::future::try_join_all;

/// Visits on the page.
const VISITS: i64 = 5;
/// Signals on the page.
const SIGNALS: i64 = 50;
/// Events on the page.
const EVENTS: i64 = 6;

/// All that is shown, as it is stored.
struct Loaded {
    described: Described,
    explained: Explained,
    paid: Comparison,
    team: CurrentTeam,
    contacts: Vec<Contact>,
    visits: Vec<FullVisit>,
    visit_count: i64,
    signals: Vec<Signal>,
    events: Vec<Event>,
    alert: Option<String>,
    names: Directory,
    may_edit: bool,
    may_assign: bool,
}

impl Loaded {
    fn load(
        connection: &mut DbConn,
        actor: &Actor,
        context: &Context,
        today: NaiveDate,
        reference: &EnterpriseReference,
    ) -> Result<Self, Error> {
        let enterprise = enterprises::find(connection, actor, reference)?;
        let reference = enterprise.id.into();
        let registrar = Registrar::load(connection, actor, today)?;
        let may_edit = actor.may(Permission::WriteEnterprises) && registrar.may_keep_at(enterprise.street_id);
        let described = enterprises::describe(connection, actor, context, today, enterprise)?;
        let explained = explain(connection, actor, &reference)?;
        let paid = comparison::of_enterprise(connection, actor, context, today, &reference)?;
        let team = teams::find(connection, actor, &reference)?;
        let contacts = contacts::all(connection, actor, &reference)?;
        let filter = VisitQuery { enterprise: Some(reference.clone()), ..VisitQuery::default() };
        let visits = visits::list(connection, actor, filter, &first(VISITS))?;
        let filter = SignalQuery { enterprise: Some(reference.clone()), ..SignalQuery::default() };
        let signals = signals::list(connection, actor, filter, &first(SIGNALS))?.items;
        let (_, events) = timelines::of_enterprise(connection, actor, &reference, &first(EVENTS))?;
        let query = alerts::AlertQuery { enterprise: Some(reference), ..alerts::AlertQuery::default() };
        let newest = alerts::list(connection, actor, &query, &first(1))?.items.pop();
        let alert = newest.filter(|alert| alert.row.state != AlertState::Resolved);
        let row = team.team.as_ref().map(|team| &team.row);
        let may_assign =
            actor.may(Permission::AssignTeams) && teams::may_assign(actor, &described.enterprise, team.team.as_ref());
        let served: Vec<Option<UserId>> =
            row.map(|row| vec![row.leader_id, row.chief_steward_id, row.steward_id]).unwrap_or_default();
        let members = team.team.iter().flat_map(|team| &team.members).copied();
        let visitors = visits.items.iter().flat_map(|visit| &visit.visitor_ids).copied();
        let people = served.into_iter().flatten().chain(members).chain(visitors);
        let lead = row.and_then(|row| row.lead_organisation_id);
        let names = Directory::load(connection, actor, people, described.enterprise.street_id.into_iter().chain(lead))?;
        Ok(Self {
            described,
            explained,
            paid,
            contacts,
            visit_count: visits.total.unwrap_or_default(),
            visits: visits.items,
            signals,
            events: events.items,
            alert: alert.map(|alert| format!("/alerts/{}", alert.row.id)),
            names,
            may_edit,
            may_assign,
            team,
        })
    }
}

const fn first<K>(limit: i64) -> Window<K> {
    Window { limit, after: None, include_total: true }
}

#[derive(Template)]
#[template(path = "pages/enterprises/page.html")]
#[allow(clippy::struct_excessive_bools, reason = "what the reader may do, each for itself")]
struct EnterprisePage {
    shell: Shell,
    t: PageWords,
    here: String,
    id: String,
    name: String,
    street: Option<(String, String)>,
    presence: &'static str,
    status: Option<&'static str>,
    key: bool,
    new_entry: bool,
    facts: Vec<Fact>,
    risk: RiskPart,
    receipts: ReceiptsPart,
    team: TeamPart,
    contacts: Vec<ContactRow>,
    events: Vec<EventRow>,
    visits: Vec<VisitRow>,
    visit_count: i64,
    signals: Vec<SignalRow>,
    alert: Option<String>,
    may_edit: bool,
    may_assign: bool,
    may_visit: bool,
    may_report: bool,
    keeps_contacts: bool,
}

/// The page of an enterprise.
#[get("/enterprises/{id}")]
pub(crate) async fn show(reader: Reader, Id(reference): Id<EnterpriseReference>) -> Result<HttpResponse, Problem> {
    answer(&reader, reference, None).await
}

/// The page with one contact person in full; the reading is recorded before it leaves.
#[post("/enterprises/{id}/contacts/{contact_id}/unmask")]
pub(crate) async fn unmask(
    SentForm { reader, .. }: SentForm,
    Ids(reference, id): Ids<EnterpriseReference, ContactId>,
) -> Result<HttpResponse, Problem> {
    let named = reference.clone();
    let contact = reader.read(move |connection, actor| contacts::unmask(connection, actor, &named, id)).await?;
    let (id, enterprise) = (contact.id.0, contact.enterprise_id);
    reader.record_access(Accessed::PersonalData, Noun::Contact, Some(id), Some(enterprise), "name phone email").await?;
    answer(&reader, reference, Some(contact.id)).await
}

async fn answer(
    reader: &Reader,
    reference: EnterpriseReference,
    open: Option<ContactId>,
) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let (app, today) = (reader.app.clone(), reader.app.today());
    let loaded =
        reader.read(move |connection, actor| Loaded::load(connection, actor, app.context(), today, &reference)).await?;
    let amounts = amounts(reader.actor.sees_figures());
    record_reading(reader, &loaded, amounts).await?;
    let shell = reader.shell(Area::Enterprises).await?;
    page(&shown(reader, shell, loaded, amounts, open)?)
}

/// Records the figures that are about to be shown, as reading each of them by itself would.
async fn record_reading(reader: &Reader, loaded: &Loaded, amounts: Amounts) -> Result<(), Problem> {
    if amounts == Amounts::Bands {
        return Ok(());
    }
    let id = loaded.described.enterprise.id;
    let whole = Some(id.0);
    let read = [
        Some((Noun::Enterprise, whole, "tax_year_fen")),
        Some((Noun::Receipt, None, "receipts")),
        hold_figures(&loaded.explained.factors).then_some((Noun::Enterprise, whole, "risk")),
        loaded.events.iter().any(Event::shows_figures).then_some((Noun::Enterprise, whole, "timeline")),
    ];
    let records = read.into_iter().flatten();
    let records = records.map(|(noun, of, detail)| reader.record_access(Accessed::Figures, noun, of, Some(id), detail));
    try_join_all(records).await?;
    Ok(())
}

fn shown(
    reader: &Reader,
    shell: Shell,
    loaded: Loaded,
    amounts: Amounts,
    open: Option<ContactId>,
) -> Result<EnterprisePage, Error> {
    let (language, t, actor) = (shell.language, PageWords(shell.language), &reader.actor);
    let (context, today) = (reader.app.context(), reader.app.today());
    let figures = amounts == Amounts::Figures;
    let Described { enterprise, new_entry, .. } = &loaded.described;
    let facts = facts(&loaded.described, &loaded.paid, &loaded.names, (t, shell.w), figures, today);
    let since = loaded.team.team.as_ref().map(|team| format::instant(context, team.row.since.0));
    let since = since.map(|since| since.chars().take(10).collect());
    let street_name = loaded.names.organisation(enterprise.street_id);
    let street = enterprise.street_id.zip(street_name);
    Ok(EnterprisePage {
        t,
        here: format!("/enterprises/{}", enterprise.id),
        id: enterprise.id.to_string(),
        name: enterprise.name.clone(),
        street: street.map(|(id, name)| (format!("/enterprises?street_id={id}"), name.to_owned())),
        presence: enterprise.presence.text(language),
        status: (enterprise.status != EnterpriseStatus::Active).then(|| enterprise.status.text(language)),
        key: enterprise.tier == Tier::Key,
        new_entry: *new_entry,
        facts,
        risk: RiskPart::of(&loaded.explained, &context.policy, t, amounts)?,
        receipts: ReceiptsPart::of(&loaded.paid, t, figures)?,
        team: TeamPart::of(&loaded.team, &loaded.names, since, t),
        contacts: loaded.contacts.into_iter().map(|contact| ContactRow::of(contact, open)).collect(),
        events: loaded.events.iter().map(|event| EventRow::of(event, context)).collect(),
        visits: loaded.visits.iter().map(|visit| VisitRow::of(visit, &loaded.names, language)).collect(),
        visit_count: loaded.visit_count,
        signals: loaded.signals.into_iter().map(|signal| SignalRow::of(signal, actor, t)).collect(),
        alert: loaded.alert,
        may_edit: loaded.may_edit,
        may_assign: loaded.may_assign,
        may_visit: actor.may(Permission::LogVisits),
        may_report: actor.may(Permission::ReportSignals),
        keeps_contacts: actor.may(Permission::WriteContacts),
        shell,
    })
}
