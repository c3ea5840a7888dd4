//! An enterprise with its standing and the evidence of its presence class.

use super::Registrar;
use crate::{
    db::{
        backend::DbConn,
        registry::enterprises::{self, Enterprise},
        watch::standings::{self, Standing},
    },
    domain::{
        ids::EnterpriseId,
        people::actor::Actor,
        registry::{enterprise::EnterpriseReference, presence::PresenceEvidence},
        watch::risk::{Amounts, RiskPolicy},
    },
    services::{Context, Error, Read, Subject, watch::risk_policies},
};
use chrono::NaiveDate;

/// An enterprise as it is shown.
#[derive(Debug, Clone)]
pub struct Described {
    /// What people and systems have entered.
    pub enterprise: Enterprise,
    /// What follows from the facts.
    pub standing: Standing,
    /// What the addresses say about where it is, whatever class was stated.
    pub presence_evidence: Vec<PresenceEvidence>,
    /// Whether it has newly settled, by the risk policy's days.
    pub new_entry: bool,
}

impl Described {
    /// An enterprise with its standing, as a registrar and the policy in force see it.
    pub fn new(enterprise: Enterprise, standing: Standing, registrar: &Registrar, policy: &RiskPolicy) -> Self {
        let presence_evidence = registrar.presence(&enterprise).1;
        let new_entry = policy.visits.is_new(enterprise.entered_on, registrar.today);
        Self { enterprise, standing, presence_evidence, new_entry }
    }
}

/// An enterprise the actor may read, described, and how the actor sees its amounts.
pub fn show(read: &mut Read<'_>, reference: &EnterpriseReference) -> Result<(Described, Amounts), Error> {
    let enterprise = super::find(read.conn, read.actor, reference)?;
    shown(read, enterprise)
}

/// The same for the answer to who has just changed it: a token that only writes learns what it wrote.
pub fn show_changed(read: &mut Read<'_>, id: EnterpriseId) -> Result<(Described, Amounts), Error> {
    let enterprise = enterprises::find(read.conn, read.actor.scope(), &id.into())?.ok_or(Error::NotFound)?;
    shown(read, enterprise)
}

fn shown(read: &mut Read<'_>, enterprise: Enterprise) -> Result<(Described, Amounts), Error> {
    let amounts = read.amounts(Subject::enterprise(enterprise.id, "tax_year_fen"));
    Ok((describe(read.conn, read.actor, read.context, read.today, enterprise)?, amounts))
}

/// How an actor sees the amounts of an enterprise entered just now: nothing has been paid, so that nothing is read.
pub fn amounts_of_new(actor: &Actor) -> Amounts {
    if actor.sees_figures() { Amounts::Figures } else { Amounts::Bands }
}

/// Describes an enterprise that the actor may read.
pub fn describe(
    connection: &mut DbConn,
    actor: &Actor,
    context: &Context,
    today: NaiveDate,
    enterprise: Enterprise,
) -> Result<Described, Error> {
    let standing = standings::find(connection, enterprise.id)?.ok_or(Error::NotFound)?;
    let registrar = Registrar::load(connection, actor, today)?;
    let policy = risk_policies::in_force(connection, context)?;
    Ok(Described::new(enterprise, standing, &registrar, &policy))
}
