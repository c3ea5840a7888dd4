//! Facts for tests of what follows from them: visits, signals, receipts and teams, made through the services.

use super::{
    app::TestApp,
    mails::{self, Mail},
    some::some,
};
use chrono::NaiveDate;
use diesel::prelude::*;
use wellspring::{
    db::{
        backend,
        people::users::{self, User},
        records::recorded::{Creatable, Period},
        registry::{enterprises::Enterprise, organisations},
        schema::{alerts, standings, users as accounts},
        watch::{alerts::Alert, standings::Standing},
    },
    domain::{
        fen::Fen,
        fieldwork::{
            signal::SignalKind,
            visit::{Channel, RelocationIntent},
        },
        ids::{EnterpriseId, OrganisationId, SignalId, UserId, VisitId},
        people::{
            actor::{Actor, Identity},
            role::Role,
            user::UserStatus,
        },
        records::change::{Action, Noun},
        registry::{enterprise::EnterpriseStatus, organisation::OrganisationKind},
        watch::alert::Outcome,
    },
    services::{
        self, Details, Error, Tx, Version,
        fieldwork::{
            signals::{NewSignal, Reported},
            teams::NewTeam,
            visits::VisitFields,
        },
        patch::Patch,
        registry::receipts::batch::ReceiptEntry,
        watch::alerts::Resolution,
    },
    texts::Language,
};

/// The people of a team, all optional.
#[derive(Debug, Clone, Copy, Default)]
pub struct TeamPeople {
    pub leader: Option<UserId>,
    pub chief_steward: Option<UserId>,
    pub steward: Option<UserId>,
    pub lead_organisation: Option<OrganisationId>,
}

pub fn system() -> Actor {
    Actor::system("系统", "facts".to_owned())
}

impl TestApp {
    /// Does something as the product itself, with all that follows from it.
    pub fn act<T>(&self, body: impl Fn(&mut Tx<'_>) -> Result<T, Error>) -> T {
        self.app.write_now(&system(), body).unwrap().0
    }

    /// Writes facts that nobody assesses before the next night.
    pub fn act_unassessed(&self, body: impl FnOnce(&mut Tx<'_>) -> Result<(), Error>) {
        let (actor, now) = (system(), self.app.now());
        let mut connection = self.app.database().writer().unwrap();
        backend::transaction(&mut connection, |connection| {
            let mut tx = Tx::new(connection, &actor, now, self.app.context());
            body(&mut tx)?;
            tx.finish_unassessed()
        })
        .unwrap();
    }

    /// Asks the database.
    pub fn ask<T>(&self, body: impl FnOnce(&mut wellspring::db::backend::DbConn) -> QueryResult<T>) -> T {
        self.app.store_reads_now().unwrap();
        body(&mut self.app.database().reader().unwrap()).unwrap()
    }

    /// Assigns a team, as a leader does.
    pub fn team(&self, enterprise: EnterpriseId, people: TeamPeople) {
        let team = NewTeam {
            leader_id: people.leader,
            lead_organisation_id: people.lead_organisation,
            chief_steward_id: people.chief_steward,
            steward_id: people.steward,
            members: Vec::new(),
        };
        self.act(|tx| services::fieldwork::teams::assign(tx, enterprise, team.clone()));
    }

    /// Puts one more person on the active team.
    pub fn join_team(&self, enterprise: EnterpriseId, user: UserId) {
        self.act(|tx| {
            let current = services::fieldwork::teams::find(tx.conn, &system(), &enterprise)?;
            let team = current.team.ok_or(Error::NotFound)?;
            let members = team.members.iter().copied().chain([user]).collect();
            let team = NewTeam {
                leader_id: team.row.leader_id,
                lead_organisation_id: team.row.lead_organisation_id,
                chief_steward_id: team.row.chief_steward_id,
                steward_id: team.row.steward_id,
                members,
            };
            services::fieldwork::teams::assign(tx, enterprise, team)
        });
    }

    /// Ends the active team and opens no other, which no use case does but the departure of its last member.
    pub fn team_ends(&self, enterprise: EnterpriseId) {
        self.act(|tx| {
            let current = services::fieldwork::teams::find(tx.conn, &system(), &enterprise)?;
            let team = current.team.ok_or(Error::NotFound)?;
            let now = tx.now.into();
            tx.unrecorded(|connection, proof| team.end(connection, now, proof))?;
            tx.record_event(Noun::Team, team.row.id.0, Action::Updated, enterprise, Details::none())
        });
    }

    /// A visit of today.
    pub fn visit(&self, enterprise: EnterpriseId, intent: RelocationIntent) -> VisitId {
        self.visit_on(enterprise, intent, self.app.today())
    }

    pub fn visit_on(&self, enterprise: EnterpriseId, intent: RelocationIntent, day: NaiveDate) -> VisitId {
        self.act(|tx| log_visit(tx, enterprise, intent, day))
    }

    pub fn withdraw_visit(&self, id: VisitId, reason: &str) {
        self.act(|tx| services::fieldwork::visits::withdraw(tx, id, reason));
    }

    /// Corrects what a visit says and of which day it is, as a person does.
    pub fn correct_visit(&self, id: VisitId, intent: Option<RelocationIntent>, day: NaiveDate) {
        let fields = VisitFields {
            visited_on: Patch::Set(day),
            relocation_intent: intent.map_or(Patch::Clear, Patch::Set),
            ..VisitFields::default()
        };
        self.act(|tx| services::fieldwork::visits::update(tx, id, Version::Any, fields.clone()));
    }

    /// A signal of today.
    pub fn signal(&self, enterprise: EnterpriseId, kind: SignalKind) -> SignalId {
        self.signal_on(enterprise, kind, self.app.today())
    }

    pub fn signal_on(&self, enterprise: EnterpriseId, kind: SignalKind, day: NaiveDate) -> SignalId {
        self.act(|tx| log_signal(tx, enterprise, kind, day))
    }

    pub fn withdraw_signal(&self, id: SignalId, reason: &str) {
        self.act(|tx| services::fieldwork::signals::withdraw(tx, id, reason));
    }

    /// What an enterprise paid in a month whose receipts are all here, without one-off taxes.
    pub fn tax(&self, enterprise: EnterpriseId, month: &str, yuan: i64) {
        let receipt = ReceiptEntry {
            enterprise_id: enterprise.to_string(),
            tax_type: "vat".to_owned(),
            arrears: false,
            treasury_month: month.to_owned(),
            period: None,
            budget_level: None,
            ordinal: 1,
            amount_fen: Fen(yuan * 100),
            district_fen: None,
        };
        let outcomes = self.act(|tx| {
            services::registry::receipts::batch::upsert(tx, "税务局", vec![Ok(receipt.clone())], &[month.to_owned()])
        });
        assert!(some(&outcomes).all(|outcome| outcome.invalid.0.is_empty()), "{outcomes:?}");
    }

    /// Ends an episode as a leader does.
    pub fn resolve(&self, alert: &Alert, outcome: Outcome) {
        let leader = self.person(Role::Leader);
        let actor = Actor {
            identity: Identity::Person {
                user: leader.id,
                session: None,
                role: Role::Leader,
                organisation: self.district.id,
                organisation_kind: OrganisationKind::District,
            },
            name: leader.user.display_name,
            language: leader.user.language,
            request_id: "facts".to_owned(),
        };
        let resolution = Resolution { outcome, note: Some("已与企业核实".to_owned()) };
        self.app
            .write_now(&actor, |tx| {
                services::watch::alerts::resolve(tx, alert.id, services::Version::Any, resolution.clone())
            })
            .unwrap();
    }

    /// Sets the status as a person does.
    pub fn set_status(&self, enterprise: EnterpriseId, status: EnterpriseStatus) {
        self.act(|tx| {
            let before = services::registry::enterprises::find_for_update(tx, &enterprise.into())?;
            tx.change(&before, Enterprise { status, ..before.clone() }, Action::Updated)
        });
    }

    pub fn enterprise_version(&self, enterprise: EnterpriseId) -> i64 {
        use wellspring::db::schema::enterprises as rows;
        self.ask(|c| rows::table.find(enterprise).select(rows::version).get_result(c))
    }

    /// Changes an account behind the back of the product.
    pub fn change_user(&self, user: User) {
        self.act(|tx| {
            let row = accounts::table.filter(accounts::id.eq(user.id));
            diesel::update(row).set(&user).execute(tx.conn)?;
            Ok(())
        });
    }

    /// All mails in the outbox, in the order of writing.
    pub fn mails(&self) -> Vec<Mail> {
        self.ask(|c| Ok(mails::all(c)))
    }

    /// All alerts, in the order of opening.
    pub fn alerts(&self) -> Vec<Alert> {
        self.ask(|c| alerts::table.order(alerts::id).select(Alert::as_select()).load(c))
    }

    /// The one alert there is.
    #[track_caller]
    pub fn only_alert(&self) -> Alert {
        let alerts = self.alerts();
        assert_eq!(alerts.len(), 1, "{alerts:#?}");
        alerts.into_iter().next().unwrap()
    }

    pub fn standing(&self, enterprise: EnterpriseId) -> Standing {
        self.ask(|c| standings::table.find(enterprise).select(Standing::as_select()).get_result(c))
    }

    pub fn status(&self, enterprise: EnterpriseId) -> EnterpriseStatus {
        use wellspring::db::schema::enterprises as rows;
        self.ask(|c| rows::table.find(enterprise).select(rows::status).get_result(c))
    }
}

/// Logs a visit within a use case.
pub fn log_visit(
    tx: &mut Tx<'_>,
    enterprise: EnterpriseId,
    intent: RelocationIntent,
    day: NaiveDate,
) -> Result<VisitId, Error> {
    let visitor = visitor(tx)?;
    let new = VisitFields {
        visitor_ids: Patch::Set(vec![visitor]),
        relocation_intent: Patch::Set(intent),
        ..VisitFields::of(enterprise, day, Channel::OnSite, "了解近况")
    };
    Ok(services::fieldwork::visits::log(tx, new)?.row.id)
}

/// Somebody who visits and is told of no alert.
pub fn visitor(tx: &mut Tx<'_>) -> Result<UserId, Error> {
    if let Some(user) = users::find_by_username(tx.conn, "facts.visitor")? {
        return Ok(user.id);
    }
    let district = organisations::district(tx.conn)?.ok_or(Error::NotFound)?;
    let user = User {
        id: UserId::new(),
        username: "facts.visitor".to_owned(),
        display_name: "走访人".to_owned(),
        email: None,
        language: Language::Zh,
        role: Role::Supervisor,
        organisation_id: district.id,
        status: UserStatus::Active,
        version: 1,
        created_at: tx.now.into(),
        updated_at: tx.now.into(),
    };
    tx.unrecorded(|connection, proof| user.insert(connection, proof))?;
    Ok(user.id)
}

/// Reports a signal within a use case.
pub fn log_signal(
    tx: &mut Tx<'_>,
    enterprise: EnterpriseId,
    kind: SignalKind,
    day: NaiveDate,
) -> Result<SignalId, Error> {
    let new = NewSignal {
        enterprise_id: enterprise.into(),
        kind,
        occurred_on: day,
        source: Some("登记机关".to_owned()),
        reference: None,
        detail: None,
    };
    match services::fieldwork::signals::report(tx, new)? {
        Reported::New(signal) | Reported::Known(signal) => Ok(signal.id),
    }
}
