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
    db::fieldwork::signals::Signal,
    domain::{
        ids::{ContactId, UserId},
        people::role::Permission,
        records::change::Noun,
        registry::enterprise::{EnterpriseReference, EnterpriseStatus, Tier},
        watch::risk::Amounts,
    },
    services::{
        Error, Read, Subject,
        fieldwork::{
            signals::{self, SignalFilter},
            teams::{self, CurrentTeam},
            visits::{self, FullVisit, VisitFilter},
        },
        paging::{MOST_COUNTED, Window},
        records::timelines::{self, Event},
        registry::{
            contacts::{self, SeenContact},
            directory::Directory,
            enterprise_lookup,
            enterprises::{Described, Registrar},
            receipts::comparison::{self, Comparison},
        },
        watch::{
            alerts,
            risk::{Explained, explain},
        },
    },
    web::{
        extract::{Id, Ids},
        pages::{
            followed::{self, FollowedNotice},
            form::SentForm,
            format,
            query::QueryParameters,
            reader::{Reader, page},
            shell::{Area, Shell},
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get, post};
use askama::Template;

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
    contacts: Vec<SeenContact>,
    visits: Vec<FullVisit>,
    visit_count: i64,
    signals: Vec<Signal>,
    events: Vec<Event>,
    alert: Option<String>,
    names: Directory,
    may_edit: bool,
    may_assign: bool,
    amounts: Amounts,
}

impl Loaded {
    /// Everything on the page, one contact person in full where asked for. What goes on record is noted as reading each part by
    /// itself would.
    fn load(read: &mut Read<'_>, reference: &EnterpriseReference, in_full: Option<ContactId>) -> Result<Self, Error> {
        let (context, actor, today) = (read.context, read.actor, read.today);
        let enterprise = enterprise_lookup::find_readable(read, reference)?;
        let reference = EnterpriseReference::from(enterprise.id);
        let explained = explain(read, &enterprise)?;
        let (_, events) = timelines::of_enterprise(read, &enterprise, &Window::first(EVENTS))?;
        let amounts = read.amounts(Subject::enterprise(enterprise.id, "tax_year_fen"));
        read.amounts(Subject::list(Noun::Receipt, "receipts").of(enterprise.id));
        let mut contacts = contacts::all(read.conn, actor, &enterprise)?;
        if let Some(id) = in_full {
            let asked_for = contacts::unmask(read, &reference, id)?;
            contacts.iter_mut().filter(|one| one.contact.id == id).for_each(|one| *one = asked_for.clone());
        }
        let connection = &mut *read.conn;
        let registrar = Registrar::load(connection, actor, today)?;
        let may_edit = actor.may(Permission::WriteEnterprises) && registrar.may_keep_at(enterprise.street_id);
        let standing = explained.standing.clone();
        let described = Described::new(explained.enterprise.clone(), standing, &registrar, &explained.policy);
        let paid = comparison::of_enterprise(connection, actor, context, today, &enterprise)?;
        let team = teams::find(connection, actor, &enterprise)?;
        let counted = Window { count_up_to: Some(MOST_COUNTED), ..Window::first(VISITS) };
        let visits = visits::list(connection, actor, &VisitFilter::of(reference.clone()), &counted)?;
        let signals = signals::list(connection, actor, &SignalFilter::of(reference), &Window::first(SIGNALS))?.items;
        let alert = alerts::unresolved(connection, actor, &enterprise)?;
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
            alert: alert.map(|alert| format!("/alerts/{}", alert.id)),
            names,
            may_edit,
            may_assign,
            team,
            amounts,
        })
    }
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
    followed: Option<FollowedNotice>,
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
    answer(&reader, reference, Some(id)).await
}

async fn answer(
    reader: &Reader,
    reference: EnterpriseReference,
    in_full: Option<ContactId>,
) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let (loaded, shell) =
        reader.read_page(Area::Enterprises, move |read| Loaded::load(read, &reference, in_full)).await?;
    page(&shown(reader, shell, loaded)?)
}

fn shown(reader: &Reader, shell: Shell, loaded: Loaded) -> Result<EnterprisePage, Error> {
    let (language, t, actor) = (shell.language, PageWords(shell.language), &reader.actor);
    let (context, today) = (reader.app.context(), reader.app.today());
    let (amounts, figures) = (loaded.amounts, loaded.amounts.are_figures());
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
        risk: RiskPart::of(&loaded.explained, t, amounts)?,
        receipts: ReceiptsPart::of(&loaded.paid, t, figures)?,
        team: TeamPart::of(&loaded.team, &loaded.names, since, t),
        contacts: loaded.contacts.into_iter().map(ContactRow::of).collect(),
        events: loaded.events.iter().map(|event| EventRow::of(event, context)).collect(),
        visits: loaded.visits.iter().map(|visit| VisitRow::of(visit, &loaded.names, language)).collect(),
        visit_count: loaded.visit_count,
        signals: loaded.signals.into_iter().map(|signal| SignalRow::of(signal, actor, t)).collect(),
        alert: loaded.alert,
        followed: followed::notice(&QueryParameters::of(&reader.request), enterprise.id, language),
        may_edit: loaded.may_edit,
        may_assign: loaded.may_assign,
        may_visit: actor.may(Permission::LogVisits),
        may_report: actor.may(Permission::ReportSignals),
        keeps_contacts: actor.may(Permission::WriteContacts),
        shell,
    })
}
