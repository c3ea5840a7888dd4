//! Visits: logging one, changing and withdrawing it, and the lists of them.

pub mod companions;
pub mod fields;

pub use crate::db::fieldwork::visits::{FullVisit, VisitFilter};
pub use companions::companions;
pub use fields::{Caution, VisitFields, cautions};

use crate::{
    db::{
        backend::DbConn,
        fieldwork::visits::{self, Visit},
    },
    domain::{
        ids::VisitId,
        lengths::REASON_MAX,
        people::{
            actor::{Actor, Identity},
            role::{Permission, Role},
        },
        phone::mask_name,
        records::change::{Action, Noun},
        wording::WordingAdvice,
    },
    services::{
        Details, Error, Invalid, Read, Subject, Tx, Version,
        error::Reason,
        paging::{Page, Window},
        patch::Patch,
        registry::enterprise_lookup,
        unit_of_work::require,
    },
    texts::{Explain, Language, texts},
};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Why a visit is not changed although the actor may log visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitRefusal {
    /// Somebody else recorded it.
    NotTheAuthor,
}

impl Explain for VisitRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotTheAuthor => "not_the_author",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::NotTheAuthor => not_the_author(language),
        }
    }
}

texts! {
    not_the_author() {
        zh: "只有记录人本人、总管家或区领导可以修改或撤回。",
        en: "Only the person who recorded it, a chief steward or a district leader may change or withdraw it.",
    }
}

/// Logs a visit.
pub fn log(tx: &mut Tx<'_>, mut fields: VisitFields) -> Result<FullVisit, Error> {
    tx.require(Permission::LogVisits)?;
    let mut invalid = Invalid::default();
    invalid.require(&fields);
    let Patch::Set(enterprise) = &fields.enterprise_id else { return Err(Error::Invalid(invalid)) };
    let enterprise = enterprise_lookup::find_for_update(tx, enterprise)?;
    if fields.visitor_ids.is_keep() {
        fields.visitor_ids = Patch::Set(tx.actor.user().into_iter().collect());
    }
    let row = Visit::blank(enterprise.id, tx.today, tx.actor.reference().to_string(), tx.now);
    let mut visit = FullVisit { row, visitor_ids: Vec::new() };
    fields::apply(tx, &mut visit, fields, &mut invalid)?;
    invalid.check()?;
    tx.create_as(&visit, Action::Created, caution_details(&visit))?;
    Ok(visit)
}

/// Changes a visit that has the version.
pub fn update(tx: &mut Tx<'_>, id: VisitId, version: Version, fields: VisitFields) -> Result<FullVisit, Error> {
    let before = find_for_update(tx, id)?;
    version.check(before.row.version)?;
    let mut after = before.clone();
    let mut invalid = Invalid::default();
    invalid.refuse_stated_once(&fields);
    fields::apply(tx, &mut after, fields, &mut invalid)?;
    invalid.check()?;
    retract_what_changed(tx, &before.row, &after.row);
    let new_cautions = cautions(&before) != cautions(&after);
    let details = if new_cautions { caution_details(&after) } else { Details::none() };
    Ok(tx.change_with(&before, after, Action::Updated, details)?.unwrap_or(before))
}

/// What the visit said before does not hold any more if it says something else now. A more serious word of the same day
/// says all that the one before did.
fn retract_what_changed(tx: &mut Tx<'_>, before: &Visit, after: &Visit) {
    let holds = before.visited_on == after.visited_on && before.relocation_intent <= after.relocation_intent;
    if !holds {
        retract(tx, before);
    }
}

fn retract(tx: &mut Tx<'_>, visit: &Visit) {
    if let Some(key) = visit.evidence_key() {
        tx.retract(key);
    }
}

/// Declares a visit a mistake: it stays, with the reason, and no longer counts.
pub fn withdraw(tx: &mut Tx<'_>, id: VisitId, reason: &str) -> Result<FullVisit, Error> {
    let before = find_for_update(tx, id)?;
    let mut invalid = Invalid::default();
    let reason = invalid.paragraph("/reason", reason, REASON_MAX);
    invalid.check()?;
    let mut after = before.clone();
    after.row.withdrawn_at = Some(tx.now.into());
    after.row.withdrawal_reason = reason;
    retract(tx, &before.row);
    Ok(tx.change(&before, after, Action::Withdrawn)?.unwrap_or(before))
}

/// The visit with the id, if the actor may read it. Who keeps contact persons sees in full who was met, which is noted.
pub fn show(read: &mut Read<'_>, id: VisitId) -> Result<FullVisit, Error> {
    read.require(Permission::ReadBusiness)?;
    let row = visits::find(read.conn, read.actor.scope(), id)?.ok_or(Error::NotFound)?;
    let subject = Subject::one(Noun::Visit, id, "met_with").of(row.enterprise_id);
    let in_full = row.met_with.is_none() || read.unmasks(subject);
    let visit = with_visitors(read.conn, row)?;
    Ok(if in_full { visit } else { masked(visit) })
}

/// The visit with the id, if the actor may change it as it stands.
pub fn show_to_change(read: &mut Read<'_>, id: VisitId) -> Result<FullVisit, Error> {
    read.require(Permission::LogVisits)?;
    let visit = show(read, id)?;
    check_changeable(read.actor, &visit.row)?;
    Ok(visit)
}

/// The visit with the id as everybody sees it, if the actor may withdraw it as it stands.
pub fn find_to_withdraw(connection: &mut DbConn, actor: &Actor, id: VisitId) -> Result<FullVisit, Error> {
    require(actor, Permission::LogVisits)?;
    let row = visits::find(connection, actor.scope(), id)?.ok_or(Error::NotFound)?;
    check_changeable(actor, &row)?;
    Ok(masked(with_visitors(connection, row)?))
}

/// The visit as everybody sees it: of who was met, the first character.
pub fn masked(mut visit: FullVisit) -> FullVisit {
    visit.row.met_with = visit.row.met_with.as_deref().map(mask_name);
    visit
}

/// Where a visit stands in a list: its day, then its id.
pub type Mark = (NaiveDate, VisitId);

/// The visits of a list, latest first, each as everybody sees it. One that asks for an enterprise the actor does not see is empty.
pub fn list(
    connection: &mut DbConn,
    actor: &Actor,
    filter: &VisitFilter,
    window: &Window<Mark>,
) -> Result<Page<FullVisit, Mark>, Error> {
    require(actor, Permission::ReadBusiness)?;
    let rows = visits::list(connection, actor.scope(), filter, &window.part())?;
    let total = window.total(rows.len(), |most| visits::count(connection, actor.scope(), filter, most))?;
    Ok(Page::cut(visits::with_visitors(connection, rows)?, window, total, mark).map(masked))
}

/// Where a visit stands in a list.
pub fn mark(visit: &FullVisit) -> Mark {
    (visit.row.visited_on, visit.row.id)
}

/// Whether the actor may change or withdraw the visit as it stands.
pub fn may_change(actor: &Actor, visit: &FullVisit) -> bool {
    actor.may(Permission::LogVisits) && check_changeable(actor, &visit.row).is_ok()
}

fn check_changeable(actor: &Actor, row: &Visit) -> Result<(), Error> {
    if !may_correct(actor, &row.actor) {
        return Err(Error::refused(VisitRefusal::NotTheAuthor));
    }
    if row.withdrawn_at.is_some() {
        return Err(Error::conflict(Reason::AlreadyWithdrawn));
    }
    Ok(())
}

/// The visit, its enterprise locked, if the actor may change it.
fn find_for_update(tx: &mut Tx<'_>, id: VisitId) -> Result<FullVisit, Error> {
    tx.require(Permission::LogVisits)?;
    let scope = tx.actor.scope();
    let found = visits::find(tx.conn, scope, id)?.ok_or(Error::NotFound)?;
    enterprise_lookup::find_for_update(tx, &found.enterprise_id.into())?;
    let row = visits::find(tx.conn, scope, id)?.ok_or(Error::NotFound)?;
    check_changeable(tx.actor, &row)?;
    with_visitors(tx.conn, row)
}

/// Whether an actor may change or withdraw a record of another: the person who recorded it may, and those who answer
/// for stewards.
pub fn may_correct(actor: &Actor, author: &str) -> bool {
    match &actor.identity {
        Identity::Person { role: Role::ChiefSteward | Role::Leader, .. } | Identity::System => true,
        Identity::Person { .. } | Identity::Service { .. } => author.parse() == Ok(actor.reference()),
    }
}

fn with_visitors(connection: &mut DbConn, row: Visit) -> Result<FullVisit, Error> {
    let visitor_ids = visits::visitors(connection, &[row.id])?.remove(&row.id).unwrap_or_default();
    Ok(FullVisit { row, visitor_ids })
}

/// What kinds of risky wording the author kept.
fn caution_details(visit: &FullVisit) -> Details {
    let advice: BTreeSet<WordingAdvice> = cautions(visit).iter().map(|caution| caution.phrase.advice).collect();
    if advice.is_empty() { Details::none() } else { Details::none().with("cautions", (), advice) }
}
