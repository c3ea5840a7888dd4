//! An enterprise with its standing and the evidence of its presence class.

use super::Registrar;
use crate::{
    db::{
        backend::DbConn,
        enterprises::Enterprise,
        standings::{self, Standing},
    },
    domain::{actor::Actor, presence::PresenceEvidence, risk::Policy},
    services::{Context, Error},
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
    pub(super) fn new(enterprise: Enterprise, standing: Standing, registrar: &Registrar, policy: &Policy) -> Self {
        let presence_evidence = registrar.presence(&enterprise).1;
        let new_entry = policy.visits.is_new(enterprise.entered_on, registrar.today);
        Self { enterprise, standing, presence_evidence, new_entry }
    }
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
    Ok(Described::new(enterprise, standing, &registrar, &context.policy))
}
