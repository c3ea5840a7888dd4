//! Alerts, their deliveries and directives as they are sent.

use crate::{
    db::outbox::deliveries::AlertDelivery,
    domain::{
        ids::{AlertId, DeliveryId, DirectiveId, EnterpriseId, OrganisationId, UserId},
        outbox::delivery::{CancelReason, DeliveryKind, DeliveryState},
        watch::{
            alert::{AlertState, Outcome},
            level::Level,
            risk::Amounts,
        },
        wording::RiskyPhrase,
    },
    services::watch::{alerts::FullAlert, directives::FullDirective},
    texts::{Explain, Language},
    web::api::factors::{self, FactorView},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// An alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d71", "enterprise_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e",
    "enterprise_name": "星河科技有限公司", "street_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d60", "level": "red", "state": "open",
    "opened_at": "2026-11-20T01:00:00Z", "raised_at": "2026-11-20T01:00:00Z", "acknowledged_at": null,
    "acknowledged_by": null, "resolved_at": null, "resolved_by": null, "outcome": null, "outcome_note": null,
    "escalation_step": 0, "without_recipient": false, "factors": [{
        "rule": "relocation_told", "hard": true, "floor": "red", "points": 0, "full_points": 0,
        "threshold": {"measure": "one_record"},
        "evidence": [{
            "kind": "visit", "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d70", "data_on": "2026-11-20",
            "key": "visit:01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d70:moving:2026-11-20", "intent": "moving"
        }],
        "text": "2026-11-20 走访中企业表示：正在外迁（标准：出现一次即计；级别至少为红）。"
    }], "version": 1
}))]
pub struct AlertView {
    /// Id.
    pub id: AlertId,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Its name.
    pub enterprise_name: String,
    /// Its street office.
    pub street_id: Option<OrganisationId>,
    /// Level: yellow, orange or red.
    pub level: Level,
    /// Its standing.
    pub state: AlertState,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When it reached its level.
    pub raised_at: DateTime<Utc>,
    /// When somebody acknowledged it.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Who.
    pub acknowledged_by: Option<PersonView>,
    /// When it was resolved.
    pub resolved_at: Option<DateTime<Utc>>,
    /// Who resolved it; absent when all its evidence was withdrawn.
    pub resolved_by: Option<PersonView>,
    /// Its outcome.
    pub outcome: Option<Outcome>,
    /// The note on the outcome.
    pub outcome_note: Option<String>,
    /// The escalation step it has reached.
    pub escalation_step: i32,
    /// The alert has no recipient: a person has to be added to the team.
    pub without_recipient: bool,
    /// The factors it rests on, most serious first; without figures in lists.
    pub factors: Vec<FactorView>,
    /// Who was mailed and how far the mails have got; left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mails: Option<Vec<DeliveryView>>,
    /// Increases with each change.
    pub version: i64,
}

/// A colleague.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonView {
    /// The account.
    pub id: UserId,
    /// The name.
    pub name: String,
}

/// One mail about an alert.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryView {
    /// Id of the mail.
    pub id: DeliveryId,
    /// Why it is sent.
    pub kind: DeliveryKind,
    /// The account it is for; absent for an address of the settings.
    pub recipient_id: Option<UserId>,
    /// The recipient's name; empty for an address of the settings.
    pub recipient_name: String,
    /// Its state.
    pub state: DeliveryState,
    /// Why it was taken out of the queue; absent unless it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<CancelReason>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When the mail server accepted it.
    pub sent_at: Option<DateTime<Utc>>,
}

impl AlertView {
    /// An alert in a list: without figures and mails.
    pub fn listed(alert: FullAlert, language: Language) -> Self {
        Self::of(alert, language, Amounts::Bands)
    }

    /// An alert for a reader who sees amounts in this way.
    pub fn of(alert: FullAlert, language: Language, amounts: Amounts) -> Self {
        let FullAlert { row, enterprise, factors, acknowledged_by, resolved_by } = alert;
        let person =
            |id: Option<UserId>, name: Option<String>| id.map(|id| PersonView { id, name: name.unwrap_or_default() });
        Self {
            id: row.id,
            enterprise_id: row.enterprise_id,
            enterprise_name: enterprise.name,
            street_id: enterprise.street_id,
            level: row.level,
            state: row.state,
            opened_at: row.opened_at.0,
            raised_at: row.raised_at.0,
            acknowledged_at: row.acknowledged_at.map(|at| at.0),
            acknowledged_by: person(row.acknowledged_by, acknowledged_by),
            resolved_at: row.resolved_at.map(|at| at.0),
            resolved_by: person(row.resolved_by, resolved_by),
            outcome: row.outcome,
            outcome_note: row.outcome_note,
            escalation_step: row.escalation_step,
            without_recipient: row.without_recipient,
            factors: factors::views(&factors, language, amounts),
            mails: None,
            version: row.version,
        }
    }

    /// The same with the mails about it.
    #[must_use]
    pub fn with_mails(self, deliveries: Vec<AlertDelivery>) -> Self {
        Self { mails: Some(deliveries.into_iter().map(DeliveryView::from).collect()), ..self }
    }
}

impl From<AlertDelivery> for DeliveryView {
    fn from(row: AlertDelivery) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            recipient_id: row.recipient_id,
            recipient_name: row.to_name,
            state: row.state,
            cancel_reason: row.cancel_reason,
            created_at: row.created_at.0,
            sent_at: row.sent_at.map(|at| at.0),
        }
    }
}

/// A directive on an alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d72", "alert_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d71",
    "author": {"id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d61", "name": "李区长"},
    "text": "请今日上门，了解企业用房需要。", "cautions": [], "created_at": "2026-11-20T02:10:00Z"
}))]
pub struct DirectiveView {
    /// Id.
    pub id: DirectiveId,
    /// The alert.
    pub alert_id: AlertId,
    /// The leader.
    pub author: PersonView,
    /// What is to be done.
    pub text: String,
    /// Risky wording in the text; a hint, not a refusal.
    pub cautions: Vec<DirectiveCaution>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// A phrase that promises or demands what the law forbids.
#[derive(Debug, Serialize, ToSchema)]
pub struct DirectiveCaution {
    /// The phrase as it stands in the text.
    pub phrase: String,
    /// Where it begins, in characters from 0.
    pub start: usize,
    /// Stable code of what is wrong.
    pub code: &'static str,
    /// What is wrong and what to write instead.
    pub detail: String,
}

impl DirectiveView {
    /// A directive for a reader of this language.
    pub fn of(directive: FullDirective, language: Language) -> Self {
        let caution = |phrase: RiskyPhrase| DirectiveCaution {
            phrase: phrase.phrase,
            start: phrase.start,
            code: phrase.advice.code(),
            detail: phrase.advice.text(language),
        };
        Self {
            cautions: directive.cautions().into_iter().map(caution).collect(),
            id: directive.row.id,
            alert_id: directive.row.alert_id,
            author: PersonView { id: directive.row.author_id, name: directive.author_name },
            text: directive.row.text,
            created_at: directive.row.created_at.0,
        }
    }
}
