//! Where an enterprise stands and why, for people.

use super::{facts, risk_policies};
use crate::{
    db::{
        registry::enterprises::Enterprise,
        watch::standings::{self, Standing},
    },
    domain::watch::risk::{Amounts, Factor, RiskPolicy, hold_figures},
    services::{Error, Read, Subject, registry::enterprise_lookup::NamesEnterprise},
};
use std::sync::Arc;

/// Where an enterprise stands and why, if the actor may read it.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The enterprise.
    pub enterprise: Enterprise,
    /// Where it stands.
    pub standing: Standing,
    /// The factors behind it, the gravest first.
    pub factors: Vec<Factor>,
    /// The risk policy in force, by which it is explained.
    pub policy: Arc<RiskPolicy>,
    /// How the reader sees the amounts among the evidence.
    pub amounts: Amounts,
}

/// The risk of an enterprise with everything behind it.
pub fn explain(read: &mut Read<'_>, which: &impl NamesEnterprise) -> Result<Explained, Error> {
    let enterprise = which.find(read.conn, read.actor)?;
    let standing = standings::find(read.conn, enterprise.id)?.ok_or(Error::NotFound)?;
    let factors = facts::read_factors(&standing.risk_factors)?;
    let amounts = read.amounts_where(hold_figures(&factors), Subject::enterprise(enterprise.id, "risk"));
    let policy = risk_policies::in_force(read.conn, read.context)?;
    Ok(Explained { enterprise, standing, factors, policy, amounts })
}
