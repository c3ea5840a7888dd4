//! Entries of the audit log as they are sent, and the state of the chain.

use crate::domain::text::hex;
use crate::{
    db::records::{access_records::AccessRecord, changes::Change},
    domain::{
        ids::{AccessId, ChangeId, EnterpriseId},
        records::{change::FieldClass, record::RecordLog},
    },
    services::records::{
        audit::{LogNote, LogState, VerificationNote},
        recorded_fields::{self, RecordedField},
    },
    texts::Explain,
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// One entry of the log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AuditEntry {
    /// Something was changed.
    Change(ChangeEntry),
    /// Something was read.
    Access(AccessEntry),
}

/// A change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "kind": "change", "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "at": "2026-11-20T02:10:00Z", "noun": "visit",
    "noun_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6f", "action": "created",
    "enterprise_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d71", "actor": "user:01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d70",
    "actor_name": "王芳", "request_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d72",
    "fields": [{"name": "channel", "class": "public", "hidden": false, "before": null, "after": "on_site"}],
    "position": 1042, "chain_hash": "9b1c2e7d40f3a8b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d"
}))]
pub struct ChangeEntry {
    /// Its id.
    pub id: ChangeId,
    /// When.
    pub at: DateTime<Utc>,
    /// What changed.
    pub noun: String,
    /// Which one.
    pub noun_id: Uuid,
    /// What was done.
    pub action: String,
    /// The enterprise it belongs to.
    pub enterprise_id: Option<EnterpriseId>,
    /// Who did it: `user:ID`, `token:ID` or `system`.
    pub actor: String,
    /// The actor's name then.
    pub actor_name: String,
    /// The request it came with.
    pub request_id: String,
    /// What changed.
    pub fields: Vec<AuditField>,
    /// Its place in the chain; `null` for the moment until it is sealed.
    pub position: Option<i64>,
    /// Ties it to all changes before it, in hex digits.
    pub chain_hash: Option<String>,
}

/// One field of a change. Amounts are hidden: the auditor reads who changed them and when.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditField {
    /// Its name.
    pub name: String,
    /// Who else may read it.
    pub class: FieldClass,
    /// Whether its values are not shown here.
    pub hidden: bool,
    /// What it was.
    pub before: Value,
    /// What it became.
    pub after: Value,
}

impl AuditField {
    fn of(field: RecordedField) -> Self {
        let hidden = field.class == FieldClass::Amount;
        let shown = |value: Value| if hidden { Value::Null } else { value };
        Self { name: field.name, class: field.class, hidden, before: shown(field.before), after: shown(field.after) }
    }
}

impl AuditEntry {
    /// A change, its amounts hidden: who reads the logs sees no figures.
    pub fn change(change: Change) -> Self {
        let fields = recorded_fields::all(&change);
        Self::Change(ChangeEntry {
            id: change.id,
            at: change.at.0,
            noun: change.noun,
            noun_id: change.noun_id.0,
            action: change.action,
            enterprise_id: change.enterprise_id,
            actor: change.actor,
            actor_name: change.actor_name,
            request_id: change.request_id,
            fields: fields.into_iter().map(AuditField::of).collect(),
            position: change.position,
            chain_hash: change.chain_hash.as_deref().map(hex),
        })
    }

    /// A read.
    pub fn access(record: AccessRecord) -> Self {
        Self::Access(AccessEntry {
            id: record.id,
            at: record.at.0,
            what: record.what,
            noun: record.noun,
            noun_id: record.noun_id.map(|id| id.0),
            enterprise_id: record.enterprise_id,
            actor: record.actor,
            actor_name: record.actor_name,
            request_id: record.request_id,
            detail: record.detail,
        })
    }
}

/// A read of figures, unmasked personal data, exports or the logs themselves.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "kind": "access", "id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "at": "2026-11-20T02:10:00Z", "what": "figures",
    "noun": "enterprise", "noun_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d71",
    "enterprise_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d71", "actor": "user:01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d70",
    "actor_name": "王芳", "request_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d72", "detail": "tax_year_fen"
}))]
pub struct AccessEntry {
    /// Its id.
    pub id: AccessId,
    /// When.
    pub at: DateTime<Utc>,
    /// `figures`, `personal_data`, `logs` or `export`.
    pub what: String,
    /// What was read.
    pub noun: String,
    /// Which one; `null` for a list.
    pub noun_id: Option<Uuid>,
    /// The enterprise it belongs to.
    pub enterprise_id: Option<EnterpriseId>,
    /// Who read it: `user:ID`, `token:ID` or `system`.
    pub actor: String,
    /// The actor's name then.
    pub actor_name: String,
    /// The request it came with.
    pub request_id: String,
    /// Filters of a list, or which field.
    pub detail: String,
}

/// Where the record stands. The fields beside `logs` speak of the log of changes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "position": 1042, "chain_hash": "9b1c2e7d40f3a8b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d", "unsealed": 0,
    "logs": [
        {"log": "changes", "position": 1042,
            "chain_hash": "9b1c2e7d40f3a8b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d", "unsealed": 0, "refused": 0,
            "keyed_from": 901, "trouble": null, "last_sent": {"at": "2026-11-20T02:00:00Z", "position": 1040,
                "chain_hash": "0a1b2c3d4e5f60718293a4b5c6d7e8f99b1c2e7d40f3a8b5c6d7e8f90a1b2c3d"}},
        {"log": "accesses", "position": 310,
            "chain_hash": "4e5f60718293a4b5c6d7e8f90a1b2c3d9b1c2e7d40f3a8b5c6d7e8f90a1b2c3d", "unsealed": 2, "refused": 0,
            "keyed_from": 1, "trouble": null, "last_sent": null}
    ],
    "last_verification": {"at": "2026-11-20T01:00:00Z", "checked": 1040, "whole": true,
        "chain_hash": "0a1b2c3d4e5f60718293a4b5c6d7e8f99b1c2e7d40f3a8b5c6d7e8f90a1b2c3d",
        "logs": [
            {"log": "changes", "checked": 1040, "whole": true,
                "chain_hash": "0a1b2c3d4e5f60718293a4b5c6d7e8f99b1c2e7d40f3a8b5c6d7e8f90a1b2c3d"},
            {"log": "accesses", "checked": 308, "whole": true,
                "chain_hash": "5f60718293a4b5c6d7e8f90a1b2c3d9b1c2e7d40f3a8b5c6d7e8f90a1b2c3d4e"}
        ]}
}))]
pub struct ChainView {
    /// The last place given among the changes; 0 for none.
    pub position: i64,
    /// The hash there: printed or mailed, it shows later whether the end was cut off.
    pub chain_hash: Option<String>,
    /// How many changes wait for a place.
    pub unsealed: i64,
    /// Each log.
    pub logs: Vec<LogStateView>,
    /// When the record was verified last, and how far it held.
    pub last_verification: Option<VerificationView>,
}

/// Where one log stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogStateView {
    /// Which log.
    #[schema(inline)]
    pub log: RecordLog,
    /// The last place given; 0 for none.
    pub position: i64,
    /// The hash there.
    pub chain_hash: Option<String>,
    /// How many records wait for a place.
    pub unsealed: i64,
    /// How many of those that wait longest get none, because they were not recorded with the key or were altered since.
    pub refused: usize,
    /// The first place whose record had to be authenticated with the key when it was recorded; those before it were made by an
    /// older version. `null` while nothing was sealed, or when the head is missing.
    pub keyed_from: Option<i64>,
    /// Why nothing more is sealed: `head_missing`, `head_forged`, `seals_missing`, `seals_beyond_head`, `last_seal_replaced` or
    /// `rolled_back`; `null` when sealing goes on.
    pub trouble: Option<&'static str>,
    /// The last head that went out to the auditors: if more records than those after it were cut off, nobody could prove it.
    pub last_sent: Option<HeadView>,
}

/// How far a log reached.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeadView {
    /// When.
    pub at: DateTime<Utc>,
    /// The last place then.
    pub position: i64,
    /// The hash there.
    pub chain_hash: String,
}

/// A verification of the record.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationView {
    /// When.
    pub at: DateTime<Utc>,
    /// How many places held among the changes.
    pub checked: i64,
    /// Whether all of both logs held.
    pub whole: bool,
    /// The hash at the last place that held among the changes.
    pub chain_hash: String,
    /// Each log; verifications by an older version looked at the changes alone.
    pub logs: Vec<LogNoteView>,
}

/// How far one log held.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogNoteView {
    /// Which log.
    #[schema(inline)]
    pub log: RecordLog,
    /// How many places held.
    pub checked: i64,
    /// Whether all of it held.
    pub whole: bool,
    /// The hash at the last place that held.
    pub chain_hash: String,
}

impl ChainView {
    /// Where the record stands and how far it held last.
    pub fn of(states: &[LogState], last: Option<(DateTime<Utc>, VerificationNote)>) -> Self {
        let changes = states.iter().find(|state| state.log == RecordLog::Changes);
        Self {
            position: changes.map_or(0, |state| state.position),
            chain_hash: changes.and_then(|state| state.hash.as_deref()).map(hex),
            unsealed: changes.map_or(0, |state| state.waiting),
            logs: states.iter().map(LogStateView::of).collect(),
            last_verification: last.map(|(at, note)| VerificationView::of(at, note)),
        }
    }
}

impl LogStateView {
    fn of(state: &LogState) -> Self {
        Self {
            log: state.log,
            position: state.position,
            chain_hash: state.hash.as_deref().map(hex),
            unsealed: state.waiting,
            refused: state.refused,
            keyed_from: state.keyed_from,
            trouble: state.trouble.as_ref().map(Explain::code),
            last_sent: state.last_sent.map(|head| HeadView {
                at: head.at,
                position: head.position,
                chain_hash: hex(&head.hash),
            }),
        }
    }
}

impl VerificationView {
    fn of(at: DateTime<Utc>, note: VerificationNote) -> Self {
        let changes = note.of_log(RecordLog::Changes);
        Self {
            at,
            checked: changes.map_or(0, |log| log.checked),
            whole: note.whole,
            chain_hash: changes.map(|log| log.hash.clone()).unwrap_or_default(),
            logs: note.logs.into_iter().map(LogNoteView::of).collect(),
        }
    }
}

impl LogNoteView {
    fn of(note: LogNote) -> Self {
        Self { log: note.log, checked: note.checked, whole: note.whole, chain_hash: note.hash }
    }
}
