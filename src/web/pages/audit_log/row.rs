//! One entry of a log as a person reads it.

use super::{AuditWords, values::shown};
use crate::{
    domain::records::{
        access::Accessed,
        change::{Action, FieldClass, Noun, sentence},
    },
    services::{Context, records::recorded_fields},
    web::{
        api::audit_log::view::{AccessEntry, AuditEntry, AuditField, ChangeEntry},
        pages::{lists::links::PLACE, query::QueryParameters},
    },
};
use chrono::{DateTime, Utc};

/// One field before and after.
pub(super) struct FieldRow {
    pub(super) name: String,
    pub(super) code: String,
    pub(super) personal: bool,
    pub(super) hidden: bool,
    pub(super) before: String,
    pub(super) after: String,
}

/// One entry.
pub(super) struct LogRow {
    pub(super) at: String,
    pub(super) at_utc: String,
    pub(super) sentence: String,
    pub(super) actor: String,
    pub(super) actor_href: String,
    pub(super) fields: Vec<FieldRow>,
    pub(super) detail: Option<String>,
    pub(super) noun_id: Option<String>,
    pub(super) history: Option<String>,
    pub(super) of_enterprise: Option<String>,
    pub(super) request_id: String,
    pub(super) position: Option<String>,
    pub(super) chain_hash: Option<String>,
    pub(super) is_change: bool,
}

impl LogRow {
    /// An entry as the API shows it, with ways to what belongs together.
    pub(super) fn of(entry: AuditEntry, asked: &QueryParameters, context: &Context, t: AuditWords) -> Self {
        match entry {
            AuditEntry::Change(change) => Self::change(change, asked, context, t),
            AuditEntry::Access(access) => Self::access(access, asked, context, t),
        }
    }

    fn change(entry: ChangeEntry, asked: &QueryParameters, context: &Context, t: AuditWords) -> Self {
        let said = match (entry.noun.parse::<Noun>(), entry.action.parse::<Action>()) {
            (Ok(noun), Ok(action)) => sentence(t.0, &entry.actor, &entry.actor_name, noun, action),
            _ => format!("{} {} {}", entry.actor_name, entry.action, entry.noun),
        };
        Self {
            at: to_the_second(context, entry.at),
            at_utc: entry.at.to_rfc3339(),
            sentence: said,
            actor: entry.actor_name,
            actor_href: only(asked, "actor", &entry.actor),
            fields: entry.fields.into_iter().map(|field| FieldRow::of(&entry.noun, field, t)).collect(),
            detail: None,
            noun_id: Some(entry.noun_id.to_string()),
            history: Some(only(asked, "noun_id", &entry.noun_id.to_string())),
            of_enterprise: entry.enterprise_id.map(|id| only(asked, "enterprise_id", &id.to_string())),
            request_id: entry.request_id,
            position: entry.position.map(|position| position.to_string()),
            chain_hash: entry.chain_hash,
            is_change: true,
        }
    }

    fn access(entry: AccessEntry, asked: &QueryParameters, context: &Context, t: AuditWords) -> Self {
        let what = entry.what.parse::<Accessed>().map_or(entry.what.as_str(), |known| known.text(t.0)).to_owned();
        let noun = entry.noun.parse::<Noun>().map_or(entry.noun.as_str(), |known| known.text(t.0)).to_owned();
        Self {
            at: to_the_second(context, entry.at),
            at_utc: entry.at.to_rfc3339(),
            sentence: t.read(&entry.actor_name, &what, &noun),
            actor: entry.actor_name,
            actor_href: only(asked, "actor", &entry.actor),
            fields: Vec::new(),
            detail: Some(entry.detail).filter(|detail| !detail.is_empty()),
            history: entry.noun_id.map(|id| only(asked, "noun_id", &id.to_string())),
            noun_id: entry.noun_id.map(|id| id.to_string()),
            of_enterprise: entry.enterprise_id.map(|id| only(asked, "enterprise_id", &id.to_string())),
            request_id: entry.request_id,
            position: None,
            chain_hash: None,
            is_change: false,
        }
    }
}

impl FieldRow {
    fn of(noun: &str, field: AuditField, t: AuditWords) -> Self {
        Self {
            name: recorded_fields::label(noun, &field.name, t.0),
            code: field.name,
            personal: field.class == FieldClass::Personal,
            hidden: field.hidden,
            before: shown(&field.before, t),
            after: shown(&field.after, t),
        }
    }
}

/// The log narrowed to one value more.
fn only(asked: &QueryParameters, name: &str, value: &str) -> String {
    asked.without(&PLACE).with(&[(name, Some(value))])
}

/// An instant in the district's time, to the second: what happened first matters here.
pub(super) fn to_the_second(context: &Context, at: DateTime<Utc>) -> String {
    at.with_timezone(&context.settings.locale.time_zone).format("%Y-%m-%d %H:%M:%S").to_string()
}
