//! What was said, done and reported about moves, each through its use case.

use super::Replay;
use crate::{
    db,
    demo::plan::{
        acts::{FiledSignal, IntentVisit, StoryAction},
        episodes::Step,
    },
    domain::{
        fieldwork::visit::Channel,
        ids::{AlertId, EnterpriseId},
        people::actor::Actor,
    },
    services::{
        Error, Tx, Version,
        fieldwork::{
            signals::{self, NewSignal},
            visits::{self, VisitFields},
        },
        patch::Patch,
        watch::{
            alerts::{self, Resolution},
            directives,
        },
    },
};
use chrono::{DateTime, Utc};

impl Replay<'_> {
    /// One step of an episode.
    pub(super) fn step(&mut self, at: DateTime<Utc>, step: &Step) -> Result<(), Error> {
        let enterprise = self.enterprise(step.enterprise)?;
        match &step.deed {
            StoryAction::Visit(told) => {
                let actor = self.person(told.by)?;
                self.act(&actor, at, |tx| visits::log(tx, visit(tx, enterprise, told)).map(drop))
            }
            StoryAction::Signal(reported) => {
                let actor = Actor::system(reported.source, "demo".to_owned());
                self.act(&actor, at, |tx| signals::report(tx, signal(tx, enterprise, reported)).map(drop))
            }
            StoryAction::Acknowledge { by } => {
                let actor = self.person(*by)?;
                self.act(&actor, at, |tx| {
                    let alert = alert_of(tx, enterprise)?;
                    alerts::acknowledge(tx, alert, Version::Any).map(drop)
                })
            }
            StoryAction::Direct { by, text } => {
                let actor = self.person(*by)?;
                self.act(&actor, at, |tx| {
                    let alert = alert_of(tx, enterprise)?;
                    directives::give(tx, alert, text).map(drop)
                })
            }
            StoryAction::Resolve { by, outcome, note } => {
                let actor = self.person(*by)?;
                let resolution = Resolution { outcome: *outcome, note: note.map(str::to_owned) };
                self.act(&actor, at, |tx| {
                    let alert = alert_of(tx, enterprise)?;
                    alerts::resolve(tx, alert, Version::Any, resolution).map(drop)
                })
            }
        }
    }
}

/// The unresolved alert that the steps before have led to.
fn alert_of(tx: &mut Tx<'_>, enterprise: EnterpriseId) -> Result<AlertId, Error> {
    let unresolved = db::watch::alerts::unresolved_of(tx.conn, &[enterprise])?;
    unresolved.first().map(|alert| alert.id).ok_or(Error::NotFound)
}

fn visit(tx: &Tx<'_>, enterprise: EnterpriseId, told: &IntentVisit) -> VisitFields {
    VisitFields {
        relocation_intent: Patch::Set(told.intent),
        reasons: Patch::Set(told.reasons.clone()),
        destination_division: told.destination_division.map(str::to_owned).into(),
        ..VisitFields::of(enterprise, tx.today, Channel::OnSite, told.summary.clone())
    }
}

fn signal(tx: &Tx<'_>, enterprise: EnterpriseId, reported: &FiledSignal) -> NewSignal {
    NewSignal {
        enterprise_id: enterprise.into(),
        kind: reported.kind,
        occurred_on: tx.today,
        source: Some(reported.source.to_owned()),
        reference: Some(reported.reference.clone()),
        detail: Some(reported.detail.to_owned()),
    }
}
