//! Enters the plan as if it had happened day by day: in the order of time, each act at its instant and by its actor.
//!
//! Acts that decide over alerts go through the use cases. Routine acts in large numbers are written and recorded as the
//! use cases would do it, and all enterprises are assessed at the end.

mod enterprises;
mod receipts;
mod steps;
mod timeline;

use self::timeline::{Event, Timeline};
use super::{
    Progress, Stage,
    plan::{Plan, contacts::Contact, staff::Person},
};
use crate::{
    db::{self, backend::DbConn, operation::demonstrations, values::JsonList},
    domain::{
        ids::{EnterpriseId, UserId},
        people::{
            actor::{Actor, Identity},
            role::Role,
            user::UserStatus,
        },
        records::{change::Action, record::RecordLog},
        registry::organisation::{OrganisationKind, OrganisationStatus},
    },
    services::{
        Context, Error, Tx,
        fieldwork::{teams::FullTeam, visits::FullVisit},
        records::audit,
        watch::follow_up,
    },
    texts::Language,
};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Steps between two reports of progress.
const STEPS_PER_REPORT: usize = 100;
/// Changes sealed at once.
const SEALED_AT_ONCE: usize = 2000;

/// A plan being entered.
pub(super) struct Replay<'r> {
    connection: &'r mut DbConn,
    context: &'r Context,
    plan: &'r Plan,
    actors: BTreeMap<UserId, Actor>,
}

impl<'r> Replay<'r> {
    /// Enters the plan into an empty database, inside a transaction the caller has opened.
    pub(super) fn new(connection: &'r mut DbConn, context: &'r Context, plan: &'r Plan) -> Self {
        let actors = plan.staff.people.iter().map(|person| (person.id, actor(person))).collect();
        Self { connection, context, plan, actors }
    }

    /// Enters everything.
    pub(super) fn run(mut self, progress: &mut Progress<'_>) -> Result<(), Error> {
        let timeline = Timeline::of(self.plan);
        let count = timeline.len();
        for (done, (at, event)) in timeline.into_iter().enumerate() {
            if done % STEPS_PER_REPORT == 0 {
                progress(Stage::History, done, count);
            }
            self.enter(at, event)?;
        }
        progress(Stage::History, count, count);
        Ok(())
    }

    fn enter(&mut self, at: DateTime<Utc>, event: Event<'_>) -> Result<(), Error> {
        match event {
            Event::Opening => self.open(at),
            Event::List => self.list(at),
            Event::Entry(place) => self.entry(at, place),
            Event::Receipts(month) => self.receipts(at, month),
            Event::Team(place) => self.team(at, place),
            Event::Contact(place, contact) => self.contact(at, place, contact),
            Event::Visit(place, visit) => self.visit(at, place, visit),
            Event::Step(step) => self.step(at, step),
            Event::Night => self.night(at),
        }
    }

    /// One use case at its instant, with all that follows from it.
    fn act<T>(
        &mut self,
        actor: &Actor,
        at: DateTime<Utc>,
        body: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut tx = Tx::new(self.connection, actor, at, self.context);
        let value = body(&mut tx)?;
        follow_up::finish(tx)?;
        Ok(value)
    }

    /// Routine at its instant: recorded, and assessed with everything else at the end.
    fn take_over<T>(
        &mut self,
        actor: &Actor,
        at: DateTime<Utc>,
        body: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut tx = Tx::new(self.connection, actor, at, self.context);
        let value = body(&mut tx)?;
        tx.finish_unassessed()?;
        Ok(value)
    }

    /// Somebody of the staff, as the record names them.
    fn person(&self, id: UserId) -> Result<Actor, Error> {
        self.actors.get(&id).cloned().ok_or(Error::NotFound)
    }

    /// The first of a role.
    fn one_with(&self, role: Role) -> Result<Actor, Error> {
        let person = self.plan.staff.with_role(role).next().ok_or(Error::NotFound)?;
        self.person(person.id)
    }

    /// Organisations and accounts, on the first day.
    fn open(&mut self, at: DateTime<Utc>) -> Result<(), Error> {
        let plan = self.plan;
        self.take_over(&system(), at, |tx| {
            for organisation in &plan.staff.organisations {
                let row = organisation_row(organisation, tx.now);
                tx.create(&row)?;
            }
            for person in &plan.staff.people {
                let row = user_row(person, tx.now);
                tx.create(&row)?;
            }
            Ok(())
        })
    }

    /// A chief steward says who serves an enterprise.
    fn team(&mut self, at: DateTime<Utc>, place: usize) -> Result<(), Error> {
        let plan = self.plan;
        let enterprise = self.enterprise(place)?;
        let Some(team) = plan.teams.get(place).and_then(Option::as_ref) else { return Ok(()) };
        let actor = self.person(team.chief_steward)?;
        self.take_over(&actor, at, |tx| {
            let row = db::fieldwork::teams::Team {
                id: team.id,
                enterprise_id: enterprise,
                leader_id: team.leader,
                lead_organisation_id: Some(team.lead_organisation),
                chief_steward_id: Some(team.chief_steward),
                steward_id: Some(team.steward),
                since: tx.now.into(),
                until: None,
            };
            let team = FullTeam { row, members: team.members.clone() };
            tx.replace(None, &team, Action::Assigned)
        })
    }

    /// A contact that the steward adds.
    fn contact(&mut self, at: DateTime<Utc>, place: usize, contact: Contact) -> Result<(), Error> {
        let enterprise = self.enterprise(place)?;
        let Some(team) = self.plan.teams.get(place).and_then(Option::as_ref) else { return Ok(()) };
        let actor = self.person(team.steward)?;
        self.take_over(&actor, at, |tx| {
            let is_first = db::registry::contacts::of_enterprise(tx.conn, enterprise)?.is_empty();
            let row = db::registry::contacts::Contact {
                id: contact.id,
                enterprise_id: enterprise,
                name: contact.name,
                position: Some(contact.position.to_owned()),
                phone: Some(contact.phone),
                email: None,
                is_primary: is_first,
                version: 1,
                created_at: tx.now.into(),
                updated_at: tx.now.into(),
            };
            tx.create(&row)
        })
    }

    /// An ordinary visit.
    fn visit(&mut self, at: DateTime<Utc>, place: usize, visit: super::plan::visits::Visit) -> Result<(), Error> {
        let enterprise = self.enterprise(place)?;
        let actor = self.person(visit.visitor)?;
        self.take_over(&actor, at, |tx| {
            tx.create(&FullVisit { visitor_ids: vec![visit.visitor], row: visit_row(tx, enterprise, visit) })
        })
    }

    /// The nightly assessment of everybody.
    fn night(&mut self, at: DateTime<Utc>) -> Result<(), Error> {
        let everybody = self.plan.enterprises.iter().filter(|enterprise| enterprise.recorded_at < at);
        let everybody: BTreeSet<EnterpriseId> = everybody.map(|enterprise| enterprise.id).collect();
        self.act(&system(), at, |tx| follow_up::reassess(tx, &everybody))
    }

    fn enterprise(&self, place: usize) -> Result<EnterpriseId, Error> {
        self.plan.enterprises.get(place).map(|enterprise| enterprise.id).ok_or(Error::NotFound)
    }
}

/// Assesses everybody as of now, counts the mails written so far as sent, and gives every change its place in the chain.
pub(super) fn finish(
    connection: &mut DbConn,
    context: &Context,
    plan: &Plan,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    let everybody: Vec<EnterpriseId> = plan.enterprises.iter().map(|enterprise| enterprise.id).collect();
    let actor = system();
    for (done, ids) in everybody.chunks(500).enumerate() {
        progress(Stage::Assessment, done * 500, everybody.len());
        let mut tx = Tx::new(connection, &actor, plan.calendar.now, context);
        follow_up::reassess(&mut tx, &ids.iter().copied().collect())?;
        follow_up::finish(tx)?;
    }
    progress(Stage::Assessment, everybody.len(), everybody.len());
    demonstrations::mark_deliveries_sent(connection)?;
    let waiting = db::records::record_seals::count_waiting(connection, RecordLog::Changes)?;
    let waiting = usize::try_from(waiting).unwrap_or_default();
    let mut sealed = 0;
    while sealed < waiting {
        progress(Stage::Seal, sealed, waiting);
        sealed += audit::seal(connection, &context.record, &[], plan.calendar.now, SEALED_AT_ONCE)?.sealed.max(1);
    }
    progress(Stage::Seal, waiting, waiting);
    Ok(())
}

/// The product itself, setting up the district or assessing it at night.
pub(super) fn system() -> Actor {
    Actor::system("演示辖区", "demo".to_owned())
}

fn actor(person: &Person) -> Actor {
    Actor {
        identity: Identity::Person {
            user: person.id,
            session: None,
            role: person.role,
            organisation: person.organisation.id,
            organisation_kind: person.organisation.kind,
        },
        name: person.display_name.clone(),
        language: Language::Zh,
        request_id: "demo".to_owned(),
    }
}

fn organisation_row(
    organisation: &super::plan::staff::Organisation,
    now: DateTime<Utc>,
) -> db::registry::organisations::Organisation {
    let is_district = organisation.kind == OrganisationKind::District;
    db::registry::organisations::Organisation {
        id: organisation.id,
        kind: organisation.kind,
        name: organisation.name.to_owned(),
        province: is_district.then(|| super::plan::places::PROVINCE.to_owned()),
        city: is_district.then(|| super::plan::places::CITY.to_owned()),
        aliases: String::new(),
        status: OrganisationStatus::Active,
        merged_into_id: None,
        version: 1,
        created_at: now.into(),
        updated_at: now.into(),
    }
}

fn user_row(person: &Person, now: DateTime<Utc>) -> db::people::users::User {
    db::people::users::User {
        id: person.id,
        username: person.username.clone(),
        display_name: person.display_name.clone(),
        email: Some(person.email.clone()),
        language: person.language,
        role: person.role,
        organisation_id: person.organisation.id,
        status: UserStatus::Active,
        version: 1,
        created_at: now.into(),
        updated_at: now.into(),
    }
}

fn visit_row(tx: &Tx<'_>, enterprise: EnterpriseId, visit: super::plan::visits::Visit) -> db::fieldwork::visits::Visit {
    db::fieldwork::visits::Visit {
        id: visit.id,
        channel: visit.channel,
        met_with: visit.met_with,
        summary: visit.summary,
        relocation_intent: visit.intent,
        requests: JsonList(visit.requests.into_iter().map(str::to_owned).collect()),
        employees: visit.employees,
        next_visit_on: visit.next_visit_on,
        ..db::fieldwork::visits::Visit::blank(enterprise, visit.visited_on, tx.actor.reference().to_string(), tx.now)
    }
}
