//! A service team on the wire, and the results of a batch.

use crate::{
    domain::{
        ids::{EnterpriseId, OrganisationId, UserId},
        registry::enterprise::EnterpriseReference,
    },
    services::{
        Invalid,
        fieldwork::teams::{CurrentTeam, FullTeam, NewTeam, Outcome, batch::Assignment},
    },
    texts::Language,
    web::problem::{ProblemField, problem_fields},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A team for one enterprise of many.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "enterprise_id": "uscc:91350100M000100Y43", "steward_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e"
}))]
pub struct AssignmentEntry {
    /// The enterprise the team is to serve: id, or `uscc:CODE`.
    #[schema(value_type = String)]
    pub enterprise_id: EnterpriseReference,
    /// The district leader who heads it.
    pub leader_id: Option<UserId>,
    /// The organisation that leads it.
    pub lead_organisation_id: Option<OrganisationId>,
    /// The chief steward on it.
    pub chief_steward_id: Option<UserId>,
    /// The steward on it.
    pub steward_id: Option<UserId>,
    /// Other members.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub members: Vec<UserId>,
}

impl From<AssignmentEntry> for Assignment {
    fn from(entry: AssignmentEntry) -> Self {
        let team = NewTeam {
            leader_id: entry.leader_id,
            lead_organisation_id: entry.lead_organisation_id,
            chief_steward_id: entry.chief_steward_id,
            steward_id: entry.steward_id,
            members: entry.members,
        };
        Self { enterprise: entry.enterprise_id, team }
    }
}

/// Up to 1,000 assignments.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamBatch {
    /// The assignments.
    #[schema(value_type = Vec<AssignmentEntry>, max_items = 1000)]
    pub items: Vec<serde_json::Value>,
}

/// A service team; all but `enterprise_id` is empty where nobody was assigned yet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "enterprise_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6f", "leader_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d01",
    "lead_organisation_id": null, "chief_steward_id": null, "steward_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d04",
    "members": [], "since": "2026-11-20T02:10:00Z", "until": null
}))]
pub struct TeamView {
    /// The enterprise it serves.
    pub enterprise_id: EnterpriseId,
    /// The district leader who heads it.
    pub leader_id: Option<UserId>,
    /// The organisation that leads it.
    pub lead_organisation_id: Option<OrganisationId>,
    /// The chief steward on it.
    pub chief_steward_id: Option<UserId>,
    /// The steward on it.
    pub steward_id: Option<UserId>,
    /// Other members.
    pub members: Vec<UserId>,
    /// When it was assigned.
    pub since: Option<DateTime<Utc>>,
    /// When another team replaced it.
    pub until: Option<DateTime<Utc>>,
}

impl From<FullTeam> for TeamView {
    fn from(team: FullTeam) -> Self {
        Self {
            enterprise_id: team.row.enterprise_id,
            leader_id: team.row.leader_id,
            lead_organisation_id: team.row.lead_organisation_id,
            chief_steward_id: team.row.chief_steward_id,
            steward_id: team.row.steward_id,
            members: team.members,
            since: Some(team.row.since.0),
            until: team.row.until.map(|until| until.0),
        }
    }
}

impl From<CurrentTeam> for TeamView {
    fn from(current: CurrentTeam) -> Self {
        let nobody = Self {
            enterprise_id: current.enterprise_id,
            leader_id: None,
            lead_organisation_id: None,
            chief_steward_id: None,
            steward_id: None,
            members: Vec::new(),
            since: None,
            until: None,
        };
        current.team.map_or(nobody, Self::from)
    }
}

/// One answer for each item, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamBatchResults {
    /// The answers.
    pub items: Vec<TeamItem>,
}

/// The result of one item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"result": "assigned", "enterprise_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6f", "errors": []}))]
pub struct TeamItem {
    /// Whether it was assigned, was so already, or was refused.
    pub result: TeamResult,
    /// The enterprise, unless refused.
    pub enterprise_id: Option<EnterpriseId>,
    /// Why it was refused.
    pub errors: Vec<ProblemField>,
}

/// The result of an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TeamResult {
    /// The team serves the enterprise from now on.
    Assigned,
    /// It did already.
    Unchanged,
    /// It cannot be assigned.
    Refused,
}

impl TeamItem {
    /// The result of an item, in the caller's language.
    pub fn of(outcome: Outcome, language: Language) -> Self {
        let done =
            |result, team: &CurrentTeam| Self { result, enterprise_id: Some(team.enterprise_id), errors: Vec::new() };
        match outcome {
            Outcome::Assigned(team) => done(TeamResult::Assigned, &team),
            Outcome::Unchanged(team) => done(TeamResult::Unchanged, &team),
            Outcome::Refused(errors) => Self {
                result: TeamResult::Refused,
                enterprise_id: None,
                errors: problem_fields(&Invalid(errors), language),
            },
        }
    }
}
