//! Reading as a unit of work: what was read goes on record before the answer leaves. Amounts as figures and unmasked personal
//! data come from here only; the edge cannot ask whether somebody may see them without the read being noted.

use super::{Context, Error};
use crate::{
    db::{backend::DbConn, records::access_records::AccessRecord, values::AnyId},
    domain::{
        ids::{AccessId, EnterpriseId},
        people::{actor::Actor, role::Permission},
        records::{access::Accessed, change::Noun},
        watch::risk::Amounts,
    },
    secrets::record::RecordKeys,
    services::records::canonical_text,
};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// What is read: one thing, or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    noun: Noun,
    id: Option<Uuid>,
    enterprise: Option<EnterpriseId>,
    /// Which filters or field; neither figures nor personal data.
    detail: String,
}

impl Subject {
    /// A list of things, with what it was asked for.
    pub fn list(noun: Noun, detail: impl Into<String>) -> Self {
        Self { noun, id: None, enterprise: None, detail: detail.into() }
    }

    /// One thing that belongs to no enterprise.
    pub fn one(noun: Noun, id: impl Into<Uuid>, detail: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..Self::list(noun, detail) }
    }

    /// The same as a part of an enterprise.
    #[must_use]
    pub fn of(self, enterprise: EnterpriseId) -> Self {
        Self { enterprise: Some(enterprise), ..self }
    }

    /// An enterprise itself.
    pub fn enterprise(id: EnterpriseId, detail: impl Into<String>) -> Self {
        Self::one(Noun::Enterprise, id, detail).of(id)
    }
}

/// A read under way: all of it sees the database as it was at the first look.
pub struct Read<'c> {
    /// The connection the snapshot is open on.
    pub conn: &'c mut DbConn,
    /// Who reads.
    pub actor: &'c Actor,
    /// The instant of the read.
    pub now: DateTime<Utc>,
    /// The day of that instant in the district's time zone.
    pub today: NaiveDate,
    /// Policies, settings and keys.
    pub context: &'c Context,
    notes: Vec<AccessRecord>,
}

impl<'c> Read<'c> {
    /// Begins to note what is read on a snapshot that the caller has opened.
    pub fn new(conn: &'c mut DbConn, actor: &'c Actor, now: DateTime<Utc>, context: &'c Context) -> Self {
        let today = context.day_of(now);
        Self { conn, actor, now, today, context, notes: Vec::new() }
    }

    /// Refuses an actor without the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Error> {
        super::unit_of_work::require(self.actor, permission)
    }

    /// How the actor sees the amounts of the subject. Figures are noted as read.
    pub fn amounts(&mut self, subject: Subject) -> Amounts {
        self.amounts_where(true, subject)
    }

    /// The same for a subject that may hold no amount: what is not there was not read.
    pub fn amounts_where(&mut self, holds_amounts: bool, subject: Subject) -> Amounts {
        if !self.actor.sees_figures() {
            return Amounts::Bands;
        }
        if holds_amounts {
            self.note(Accessed::Figures, subject);
        }
        Amounts::Figures
    }

    /// Whether the actor sees the personal data of the subject unmasked, which is noted.
    pub fn unmasks(&mut self, subject: Subject) -> bool {
        let may = self.actor.may(Permission::WriteContacts);
        if may {
            self.note(Accessed::PersonalData, subject);
        }
        may
    }

    /// Notes what else goes on record when it is read: the logs, and a file that is taken away.
    pub fn note(&mut self, what: Accessed, subject: Subject) {
        self.notes.push(note(self.actor, self.now, what, subject, &self.context.record));
    }

    /// What was read, to be made durable before the answer leaves.
    pub fn into_notes(self) -> Vec<AccessRecord> {
        self.notes
    }
}

/// The record of a read, with its MAC.
pub(super) fn note(
    actor: &Actor,
    now: DateTime<Utc>,
    what: Accessed,
    subject: Subject,
    keys: &RecordKeys,
) -> AccessRecord {
    let mut record = AccessRecord {
        id: AccessId::new(),
        at: now.into(),
        actor: actor.reference().to_string(),
        actor_name: actor.name.clone(),
        request_id: actor.request_id.clone(),
        what: what.as_str().to_owned(),
        noun: subject.noun.as_str().to_owned(),
        noun_id: subject.id.map(AnyId),
        enterprise_id: subject.enterprise,
        detail: subject.detail,
        mac: None,
    };
    record.mac = Some(keys.mac(&canonical_text::access(&record)).to_vec());
    record
}
