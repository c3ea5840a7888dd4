//! Absences: a person states from when to when, and who stands in. What is told to the absent person meanwhile is told to the deputy
//! as well. People state their own; the security administrator states anybody's.

use super::sessions::person;
use crate::{
    db::{
        backend::DbConn,
        people::{
            absences::{self, Absence},
            users::{self, User},
        },
    },
    domain::{
        codes::codes,
        ids::{AbsenceId, UserId},
        people::{
            actor::Actor,
            role::{Permission, Role},
            user::UserStatus,
        },
        records::change::Action,
    },
    services::{Error, Invalid, Tx, Version, command::command, error::Reason, patch::Patch, unit_of_work::require},
    texts::{Explain, Language},
};
use chrono::{Days, NaiveDate};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How far ahead an absence may begin or end.
pub const STATED_WITHIN: Days = Days::new(2 * 366);
/// Most absences of one person.
const MOST_ABSENCES: usize = 200;

codes! {
    /// Why an absence is not stated so.
    pub enum AbsenceError {
        /// The last day is before the first.
        Order = "dates_out_of_order", "结束日期不能早于开始日期。", "The last day must not be before the first.";
        /// The person is absent then already.
        Overlap = "absence_overlaps", "这段时间与已登记的离岗重叠，请先修改或删除已有的。", "It overlaps an absence stated before. Change or delete that one first.";
        /// Nobody stands in for themselves.
        Oneself = "own_deputy", "代理人不能是本人。", "Nobody stands in for themselves.";
        /// The deputy could not do what the person does.
        Unfit = "deputy_unfit", "代理人须为在用账号，且能看到离岗人所办的事项。", "The deputy must have an account in use that may see what the absent person works on.";
        /// Days that have passed are history.
        Over = "absence_over", "已经结束的离岗不能修改或删除。", "An absence that is over is not changed or deleted.";
    }
}

impl Explain for AbsenceError {
    fn code(&self) -> &'static str {
        self.as_str()
    }

    fn text(&self, language: Language) -> String {
        Self::text(*self, language).to_owned()
    }
}

/// Whose absences are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Those of the person who asks.
    Own,
    /// Somebody's, for who keeps the accounts.
    Of(UserId),
}

/// The fields of an absence.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AbsenceFields {
    /// The first day, today or later.
    #[schema(value_type = Option<NaiveDate>)]
    pub from_on: Patch<NaiveDate>,
    /// The last day.
    #[schema(value_type = Option<NaiveDate>)]
    pub until_on: Patch<NaiveDate>,
    /// Who stands in.
    #[schema(value_type = Option<UserId>)]
    pub deputy_id: Patch<UserId>,
}

command! {
    AbsenceFields: "AbsenceEntry", "AbsenceChange" {
        required { from_on, until_on, deputy_id }
        once {}
        created { "from_on": "2026-12-01", "until_on": "2026-12-05", "deputy_id": "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d71" }
        changed { "until_on": "2026-12-08" }
    }
}

/// Absences, latest first.
pub fn list(connection: &mut DbConn, actor: &Actor, whose: Whose) -> Result<Vec<Absence>, Error> {
    let user = user_of(actor, whose)?;
    users::find(connection, user)?.ok_or(Error::NotFound)?;
    Ok(absences::of(connection, user)?)
}

/// One absence.
pub fn find(connection: &mut DbConn, actor: &Actor, whose: Whose, id: AbsenceId) -> Result<Absence, Error> {
    absences::find(connection, user_of(actor, whose)?, id)?.ok_or(Error::NotFound)
}

/// What the deputies of absences are called.
pub fn deputy_names(connection: &mut DbConn, absences: &[Absence]) -> Result<BTreeMap<UserId, String>, Error> {
    let ids: Vec<UserId> = absences.iter().map(|one| one.deputy_id).collect();
    let people = users::with_ids(connection, &ids)?;
    Ok(people.into_iter().map(|user| (user.id, user.display_name)).collect())
}

/// Who may stand in for the person who asks, by organisation and name: what forms offer.
pub fn possible_deputies(connection: &mut DbConn, actor: &Actor) -> Result<Vec<User>, Error> {
    let user = users::find(connection, person(actor)?)?.ok_or(Error::NotFound)?;
    let found = users::active_with_roles(connection, Role::ALL)?;
    Ok(found.into_iter().filter(|deputy| deputy.id != user.id && fits(&user, deputy)).collect())
}

/// States an absence.
pub fn state(tx: &mut Tx<'_>, whose: Whose, fields: AbsenceFields) -> Result<Absence, Error> {
    let user = locked(tx, whose)?;
    let mut invalid = Invalid::default();
    invalid.require(&fields);
    let stated = (fields.from_on, fields.until_on, fields.deputy_id);
    let (Patch::Set(from_on), Patch::Set(until_on), Patch::Set(deputy_id)) = stated else {
        return Err(Error::Invalid(invalid));
    };
    let absence = Absence {
        id: AbsenceId::new(),
        user_id: user.id,
        from_on,
        until_on,
        deputy_id,
        version: 1,
        created_at: tx.now.into(),
        updated_at: tx.now.into(),
    };
    if from_on < tx.today {
        invalid.note("/from_on", Reason::InThePast);
    }
    check(tx, &user, &absence, invalid)?;
    if absences::of(tx.conn, user.id)?.len() >= MOST_ABSENCES {
        return Err(Error::conflict(Reason::TooMany));
    }
    tx.create(&absence)?;
    Ok(absence)
}

/// Changes an absence that has the version and is not over.
pub fn update(
    tx: &mut Tx<'_>,
    whose: Whose,
    id: AbsenceId,
    version: Version,
    fields: AbsenceFields,
) -> Result<Absence, Error> {
    let user = locked(tx, whose)?;
    let before = changeable(tx, user.id, id, version)?;
    let mut after = before.clone();
    let mut invalid = Invalid::default();
    after.from_on = invalid.kept("/from_on", fields.from_on).unwrap_or(after.from_on);
    after.until_on = invalid.kept("/until_on", fields.until_on).unwrap_or(after.until_on);
    after.deputy_id = invalid.kept("/deputy_id", fields.deputy_id).unwrap_or(after.deputy_id);
    if after.from_on != before.from_on && after.from_on < tx.today {
        invalid.note("/from_on", Reason::InThePast);
    }
    check(tx, &user, &after, invalid)?;
    Ok(tx.change(&before, after, Action::Updated)?.unwrap_or(before))
}

/// Deletes an absence that has the version and is not over; the record keeps that there was one.
pub fn delete(tx: &mut Tx<'_>, whose: Whose, id: AbsenceId, version: Version) -> Result<(), Error> {
    let user = locked(tx, whose)?;
    let absence = changeable(tx, user.id, id, version)?;
    tx.delete(&absence)
}

/// Whose absences an actor may work on.
fn user_of(actor: &Actor, whose: Whose) -> Result<UserId, Error> {
    match whose {
        Whose::Own => person(actor),
        Whose::Of(user) => {
            require(actor, Permission::ManageAccounts)?;
            Ok(user)
        }
    }
}

/// The person, locked, so that two absences stated at once are compared one after the other.
fn locked(tx: &mut Tx<'_>, whose: Whose) -> Result<User, Error> {
    let user = user_of(tx.actor, whose)?;
    users::lock(tx.conn, user)?.ok_or(Error::NotFound)
}

fn changeable(tx: &mut Tx<'_>, user: UserId, id: AbsenceId, version: Version) -> Result<Absence, Error> {
    let absence = absences::find(tx.conn, user, id)?.ok_or(Error::NotFound)?;
    version.check(absence.version)?;
    if absence.until_on < tx.today {
        return Err(Error::conflict(AbsenceError::Over));
    }
    Ok(absence)
}

/// The dates in order and in reach, no other absence then, a deputy who can stand in.
fn check(tx: &mut Tx<'_>, user: &User, absence: &Absence, mut invalid: Invalid) -> Result<(), Error> {
    let latest = tx.today.checked_add_days(STATED_WITHIN).unwrap_or(NaiveDate::MAX);
    if absence.until_on < absence.from_on {
        invalid.note("/until_on", AbsenceError::Order);
    } else if absence.until_on < tx.today {
        invalid.note("/until_on", Reason::InThePast);
    } else if absence.until_on > latest {
        invalid.note("/until_on", Reason::OutOfRange);
    }
    let overlaps = |other: &Absence| {
        other.id != absence.id && other.from_on <= absence.until_on && absence.from_on <= other.until_on
    };
    if absences::of(tx.conn, user.id)?.iter().any(overlaps) {
        invalid.note("/from_on", AbsenceError::Overlap);
    }
    if absence.deputy_id == user.id {
        invalid.note("/deputy_id", AbsenceError::Oneself);
    } else {
        match users::find(tx.conn, absence.deputy_id)? {
            None => invalid.note("/deputy_id", Reason::UnknownReference),
            Some(deputy) if !fits(user, &deputy) => invalid.note("/deputy_id", AbsenceError::Unfit),
            Some(_) => {}
        }
    }
    invalid.check()
}

/// Whether a deputy can do what a person does. A steward's enterprises are seen by colleagues of the office and by those who see the
/// whole district. The three administrators exclude each other, so each has a deputy of the same role.
fn fits(user: &User, deputy: &User) -> bool {
    let is_of_office = |user: &User| matches!(user.role, Role::Steward | Role::ChiefSteward);
    let does_the_same = if user.role.may(Permission::ReadBusiness) {
        let sees_as_much =
            !is_of_office(deputy) || (is_of_office(user) && user.organisation_id == deputy.organisation_id);
        deputy.role.may(Permission::ReadBusiness) && sees_as_much
    } else {
        deputy.role == user.role
    };
    deputy.status == UserStatus::Active && does_the_same
}
