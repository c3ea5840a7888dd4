//! Facts for tests of what follows from them: visits, signals, receipts and teams, written and recorded as use cases do.

use super::app::TestApp;
use chrono::NaiveDate;
use diesel::prelude::*;
use wellspring::{
    db::{
        alerts::Alert,
        complete_months::{self, CompleteMonth},
        enterprises,
        mail_messages::MailMessage,
        schema::{alerts, mail_messages, monthly_taxes, signals, standings, team_members, teams, users, visits},
        standings::Standing,
        users::User,
        values::Timestamp,
        visits::Visit,
    },
    domain::{
        actor::{Actor, Identity},
        alert::Outcome,
        change::{Action, Noun},
        enterprise::EnterpriseStatus,
        fen::Fen,
        ids::{EnterpriseId, OrganisationId, SignalId, TeamId, UserId, VisitId},
        month::Month,
        organisation::OrganisationKind,
        risk::EvidenceKey,
        role::Role,
        signal::SignalKind,
        visit::{Channel, RelocationIntent},
    },
    services::{self, Error, Fields, Tx, Version, alerts::Resolution, patch::Patch, visits::VisitFields},
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

    /// Asks the database.
    pub fn ask<T>(&self, body: impl FnOnce(&mut wellspring::db::backend::DbConn) -> QueryResult<T>) -> T {
        body(&mut self.app.database().reader().unwrap()).unwrap()
    }

    pub fn team(&self, enterprise: EnterpriseId, people: TeamPeople) {
        self.act(|tx| {
            let id = TeamId::new();
            diesel::insert_into(teams::table)
                .values((
                    teams::id.eq(id),
                    teams::enterprise_id.eq(enterprise),
                    teams::leader_id.eq(people.leader),
                    teams::chief_steward_id.eq(people.chief_steward),
                    teams::steward_id.eq(people.steward),
                    teams::lead_organisation_id.eq(people.lead_organisation),
                    teams::since.eq(Timestamp(tx.now)),
                ))
                .execute(tx.conn)?;
            tx.record(Noun::Team, id.0, Action::Assigned, Some(enterprise), Fields::none());
            Ok(())
        });
    }

    /// Puts one more person on the active team.
    pub fn join_team(&self, enterprise: EnterpriseId, user: UserId) {
        self.act(|tx| {
            let active = teams::table.filter(teams::enterprise_id.eq(enterprise)).filter(teams::until.is_null());
            let team: TeamId = active.select(teams::id).get_result(tx.conn)?;
            diesel::insert_into(team_members::table)
                .values((team_members::team_id.eq(team), team_members::user_id.eq(user)))
                .execute(tx.conn)?;
            tx.record(Noun::Team, team.0, Action::Updated, Some(enterprise), Fields::none());
            Ok(())
        });
    }

    /// Ends the active team.
    pub fn team_ends(&self, enterprise: EnterpriseId) {
        self.act(|tx| {
            diesel::update(teams::table.filter(teams::enterprise_id.eq(enterprise)).filter(teams::until.is_null()))
                .set(teams::until.eq(Timestamp(tx.now)))
                .execute(tx.conn)?;
            tx.record(Noun::Team, enterprise.0, Action::Updated, Some(enterprise), Fields::none());
            Ok(())
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
        self.act(|tx| {
            let row = visits::table.filter(visits::id.eq(id));
            let visit: Visit = row.select(Visit::as_select()).get_result(tx.conn)?;
            let enterprise = visit.enterprise_id;
            visit.evidence_key().into_iter().for_each(|key| tx.retract(key));
            enterprises::lock(tx.conn, &[enterprise])?;
            diesel::update(row)
                .set((visits::withdrawn_at.eq(Timestamp(tx.now)), visits::withdrawal_reason.eq(reason)))
                .execute(tx.conn)?;
            tx.record(Noun::Visit, id.0, Action::Withdrawn, Some(enterprise), Fields::none());
            Ok(())
        });
    }

    /// Corrects what a visit says and of which day it is, as a person does.
    pub fn correct_visit(&self, id: VisitId, intent: Option<RelocationIntent>, day: NaiveDate) {
        let fields = VisitFields {
            visited_on: Patch::Set(day),
            relocation_intent: intent.map_or(Patch::Clear, Patch::Set),
            ..VisitFields::default()
        };
        self.act(|tx| services::visits::update(tx, id, Version::Any, fields.clone()));
    }

    /// A signal of today.
    pub fn signal(&self, enterprise: EnterpriseId, kind: SignalKind) -> SignalId {
        self.signal_on(enterprise, kind, self.app.today())
    }

    pub fn signal_on(&self, enterprise: EnterpriseId, kind: SignalKind, day: NaiveDate) -> SignalId {
        self.act(|tx| log_signal(tx, enterprise, kind, day))
    }

    pub fn withdraw_signal(&self, id: SignalId, reason: &str) {
        self.act(|tx| {
            let row = signals::table.filter(signals::id.eq(id));
            let enterprise: EnterpriseId = row.select(signals::enterprise_id.assume_not_null()).get_result(tx.conn)?;
            enterprises::lock(tx.conn, &[enterprise])?;
            diesel::update(row)
                .set((signals::withdrawn_at.eq(Timestamp(tx.now)), signals::withdrawal_reason.eq(reason)))
                .execute(tx.conn)?;
            tx.retract(EvidenceKey::Signal(id));
            tx.record(Noun::Signal, id.0, Action::Withdrawn, Some(enterprise), Fields::none());
            Ok(())
        });
    }

    /// What an enterprise paid in a month whose receipts are all here, without one-off taxes.
    pub fn tax(&self, enterprise: EnterpriseId, month: &str, yuan: i64) {
        let month: Month = month.parse().unwrap();
        self.act(|tx| {
            diesel::insert_into(monthly_taxes::table)
                .values((
                    monthly_taxes::enterprise_id.eq(enterprise),
                    monthly_taxes::month.eq(month.ordinal()),
                    monthly_taxes::amount_fen.eq(Fen(yuan * 100)),
                    monthly_taxes::recurring_fen.eq(Fen(yuan * 100)),
                ))
                .execute(tx.conn)?;
            let complete = CompleteMonth {
                month: month.ordinal(),
                source: "税务局".to_owned(),
                actor: tx.actor.reference(),
                created_at: tx.now.into(),
            };
            complete_months::insert(tx.conn, &[complete])?;
            tx.touch(enterprise);
            Ok(())
        });
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
            .write_now(&actor, |tx| services::alerts::resolve(tx, alert.id, services::Version::Any, resolution.clone()))
            .unwrap();
    }

    /// Sets the status as a person does.
    pub fn set_status(&self, enterprise: EnterpriseId, status: EnterpriseStatus) {
        self.act(|tx| {
            enterprises::set_status(tx.conn, enterprise, status)?;
            tx.record(Noun::Enterprise, enterprise.0, Action::Updated, Some(enterprise), Fields::none());
            Ok(())
        });
    }

    pub fn enterprise_version(&self, enterprise: EnterpriseId) -> i64 {
        use wellspring::db::schema::enterprises as rows;
        self.ask(|c| rows::table.find(enterprise).select(rows::version).get_result(c))
    }

    /// Changes an account behind the back of the product.
    pub fn change_user(&self, user: User) {
        self.act(|tx| {
            let row = users::table.filter(users::id.eq(user.id));
            diesel::update(row).set(&user).execute(tx.conn)?;
            Ok(())
        });
    }

    /// All mails in the outbox, in the order of writing.
    pub fn mails(&self) -> Vec<MailMessage> {
        self.ask(|c| mail_messages::table.order(mail_messages::id).select(MailMessage::as_select()).load(c))
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
    enterprises::lock(tx.conn, &[enterprise])?;
    let id = VisitId::new();
    diesel::insert_into(visits::table)
        .values((
            visits::id.eq(id),
            visits::enterprise_id.eq(enterprise),
            visits::visited_on.eq(day),
            visits::channel.eq(Channel::OnSite),
            visits::summary.eq("了解近况"),
            visits::relocation_intent.eq(intent),
            visits::reasons.eq("[]"),
            visits::requests.eq("[]"),
            visits::actor.eq("system"),
            visits::version.eq(1_i64),
            visits::created_at.eq(Timestamp(tx.now)),
            visits::updated_at.eq(Timestamp(tx.now)),
        ))
        .execute(tx.conn)?;
    tx.record(Noun::Visit, id.0, Action::Created, Some(enterprise), Fields::none());
    Ok(id)
}

/// Reports a signal within a use case.
pub fn log_signal(
    tx: &mut Tx<'_>,
    enterprise: EnterpriseId,
    kind: SignalKind,
    day: NaiveDate,
) -> Result<SignalId, Error> {
    enterprises::lock(tx.conn, &[enterprise])?;
    let id = SignalId::new();
    diesel::insert_into(signals::table)
        .values((
            signals::id.eq(id),
            signals::enterprise_id.eq(enterprise),
            signals::kind.eq(kind),
            signals::occurred_on.eq(day),
            signals::source.eq("登记机关"),
            signals::actor.eq("system"),
            signals::version.eq(1_i64),
            signals::created_at.eq(Timestamp(tx.now)),
            signals::updated_at.eq(Timestamp(tx.now)),
        ))
        .execute(tx.conn)?;
    tx.record(Noun::Signal, id.0, Action::Created, Some(enterprise), Fields::none());
    Ok(id)
}
