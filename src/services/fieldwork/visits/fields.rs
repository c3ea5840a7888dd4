//! The fields of a visit as people send them, and the checks each passes on its way into the row.

use super::FullVisit;
use crate::{
    db::{people::users, values::JsonList},
    domain::{
        fieldwork::visit::{Channel, LeavingReason, RelocationIntent},
        ids::UserId,
        people::{actor::Identity, role::Permission, user::UserStatus},
        registry::{division::DivisionCode, enterprise::EnterpriseReference},
        wording::{RiskyPhrase, risky_phrases},
    },
    services::{Error, Invalid, Tx, command::command, error::Reason, patch::Patch},
};
use chrono::{Days, NaiveDate};
use serde::Deserialize;
use utoipa::ToSchema;

/// Most characters of a summary.
pub const SUMMARY_MAX: usize = 4000;
/// Most characters of the names of those met.
pub const MET_WITH_MAX: usize = 200;
/// Most requests of one visit.
pub const REQUESTS_MAX: usize = 20;
/// Most characters of one request.
pub const REQUEST_MAX: usize = 500;
/// Most visitors of one visit.
pub const VISITORS_MAX: usize = 20;
/// Most employees that are believed.
pub const EMPLOYEES_MAX: i64 = 10_000_000;
/// How far ahead a visit can be promised.
const PROMISED_WITHIN: Days = Days::new(5 * 366);

/// The fields of a visit.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VisitFields {
    /// Who was visited: id, or `uscc:CODE`.
    #[schema(value_type = Option<String>)]
    pub enterprise_id: Patch<EnterpriseReference>,
    /// The day of the visit; not in the future.
    #[schema(value_type = Option<NaiveDate>)]
    pub visited_on: Patch<NaiveDate>,
    /// The channel of the visit.
    #[schema(value_type = Option<Channel>)]
    pub channel: Patch<Channel>,
    /// Visit notes.
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub summary: Patch<String>,
    /// The visitors, active colleagues; the caller when not given.
    #[schema(value_type = Option<Vec<UserId>>, max_items = 20)]
    pub visitor_ids: Patch<Vec<UserId>>,
    /// The contact met.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub met_with: Patch<String>,
    /// The intent to move; left out or `null` when it was not asked.
    #[schema(value_type = Option<RelocationIntent>)]
    pub relocation_intent: Patch<RelocationIntent>,
    /// Its reasons for moving.
    #[schema(value_type = Option<Vec<LeavingReason>>)]
    pub reasons: Patch<Vec<LeavingReason>>,
    /// The destination: six digits of GB/T 2260, at least to the province.
    #[schema(value_type = Option<String>, example = "310115")]
    pub destination_division: Patch<String>,
    /// What it asked for.
    #[schema(value_type = Option<Vec<String>>, max_items = 20)]
    pub requests: Patch<Vec<String>>,
    /// The number of employees.
    #[schema(value_type = Option<i64>, minimum = 0)]
    pub employees: Patch<i64>,
    /// The day promised for the next visit; not in the past.
    #[schema(value_type = Option<NaiveDate>)]
    pub next_visit_on: Patch<NaiveDate>,
}

command! {
    VisitFields: "VisitEntry", "VisitChange" {
        required { enterprise_id, visited_on, channel, summary }
        once { enterprise_id }
        created {
            "enterprise_id": "uscc:91350100M000100Y43", "visited_on": "2026-11-20", "channel": "on_site",
            "summary": "租约明年三月到期，正在外区看房。", "relocation_intent": "considering",
            "reasons": ["rent_or_premises"], "requests": ["协助对接本区载体"], "employees": 120, "next_visit_on": "2026-12-04"
        }
        changed { "relocation_intent": "moving", "destination_division": "310115" }
    }
}

impl VisitFields {
    /// What every visit says; the rest is open.
    pub fn of(
        enterprise: impl Into<EnterpriseReference>,
        visited_on: NaiveDate,
        channel: Channel,
        summary: impl Into<String>,
    ) -> Self {
        Self {
            enterprise_id: Patch::Set(enterprise.into()),
            visited_on: Patch::Set(visited_on),
            channel: Patch::Set(channel),
            summary: Patch::Set(summary.into()),
            ..Self::default()
        }
    }
}

/// A phrase that promises or demands what the law forbids, and where it stands: a hint to the author, never a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caution {
    /// JSON pointer of the field.
    pub pointer: String,
    /// The phrase and what is wrong with it.
    pub phrase: RiskyPhrase,
}

/// The risky phrases in what was written about a visit.
pub fn cautions(visit: &FullVisit) -> Vec<Caution> {
    let requests = visit.row.requests.0.iter().enumerate().map(|(place, text)| (format!("/requests/{place}"), text));
    std::iter::once(("/summary".to_owned(), &visit.row.summary))
        .chain(requests)
        .flat_map(|(pointer, text)| {
            risky_phrases(text).into_iter().map(move |phrase| Caution { pointer: pointer.clone(), phrase })
        })
        .collect()
}

/// Writes fields into a visit, as far as they can be accepted, and notes why others cannot.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    visit: &mut FullVisit,
    fields: VisitFields,
    invalid: &mut Invalid,
) -> Result<(), Error> {
    if let Some(visitors) = invalid.kept("/visitor_ids", fields.visitor_ids) {
        visit.visitor_ids = visitors_of(tx, visitors, &visit.visitor_ids, invalid)?;
    }
    let row = &mut visit.row;
    row.channel = invalid.kept("/channel", fields.channel).unwrap_or(row.channel);
    if let Some(day) = invalid.kept("/visited_on", fields.visited_on) {
        row.visited_on = visited_on(day, tx.today, invalid);
    }
    if let Some(summary) = invalid.kept("/summary", fields.summary) {
        row.summary = invalid.paragraph("/summary", &summary, SUMMARY_MAX).unwrap_or_default();
    }
    fields.met_with.write(&mut row.met_with, |text| invalid.line("/met_with", &text, MET_WITH_MAX));
    fields.relocation_intent.write(&mut row.relocation_intent, Some);
    fields.destination_division.write(&mut row.destination_division, |text| {
        invalid.take("/destination_division", DivisionCode::parse(&text)).map(String::from)
    });
    fields.employees.write(&mut row.employees, |number| employees(number, invalid));
    let is_person = !matches!(tx.actor.identity, Identity::System);
    // A promise that stands is not made again: its day may have passed.
    let promised = row.next_visit_on;
    fields.next_visit_on.write(&mut row.next_visit_on, |day| {
        if promised == Some(day) {
            return promised;
        }
        let earliest = if is_person { row.visited_on.max(tx.today) } else { row.visited_on };
        Some(next_visit_on(day, earliest, invalid))
    });
    set_list(&mut row.reasons, fields.reasons, distinct);
    set_list(&mut row.requests, fields.requests, |texts| requests(&texts, invalid));
    Ok(())
}

fn set_list<T, U>(target: &mut JsonList<U>, field: Patch<T>, checked: impl FnOnce(T) -> Vec<U>) {
    match field {
        Patch::Keep => {}
        Patch::Clear => target.0.clear(),
        Patch::Set(values) => target.0 = checked(values),
    }
}

fn visited_on(day: NaiveDate, today: NaiveDate, invalid: &mut Invalid) -> NaiveDate {
    invalid.past_day("/visited_on", day, today).unwrap_or(day)
}

fn next_visit_on(day: NaiveDate, earliest: NaiveDate, invalid: &mut Invalid) -> NaiveDate {
    let latest = earliest.checked_add_days(PROMISED_WITHIN);
    if day < earliest {
        invalid.note("/next_visit_on", Reason::InThePast);
    } else if latest.is_none_or(|latest| day > latest) {
        invalid.note("/next_visit_on", Reason::OutOfRange);
    }
    day
}

fn employees(number: i64, invalid: &mut Invalid) -> Option<i32> {
    let number = i32::try_from(number).ok().filter(|number| (0..=EMPLOYEES_MAX).contains(&i64::from(*number)));
    if number.is_none() {
        invalid.note("/employees", Reason::OutOfRange);
    }
    number
}

fn distinct(mut reasons: Vec<LeavingReason>) -> Vec<LeavingReason> {
    reasons.sort_unstable();
    reasons.dedup();
    reasons
}

fn requests(texts: &[String], invalid: &mut Invalid) -> Vec<String> {
    if texts.len() > REQUESTS_MAX {
        invalid.note("/requests", Reason::TooMany);
        return Vec::new();
    }
    let texts = texts.iter().enumerate();
    texts.filter_map(|(place, text)| invalid.paragraph(&format!("/requests/{place}"), text, REQUEST_MAX)).collect()
}

/// Visitors are people of the district with active accounts who may see business data. A visitor of `before` stays,
/// whatever became of the account.
fn visitors_of(
    tx: &mut Tx<'_>,
    mut ids: Vec<UserId>,
    before: &[UserId],
    invalid: &mut Invalid,
) -> Result<Vec<UserId>, Error> {
    if ids.is_empty() {
        invalid.note("/visitor_ids", Reason::Required);
    }
    if ids.len() > VISITORS_MAX {
        invalid.note("/visitor_ids", Reason::TooMany);
        return Ok(Vec::new());
    }
    let known = users::with_ids(tx.conn, &ids)?;
    let may_visit = |id: &UserId| {
        let user = known.iter().find(|user| user.id == *id);
        before.contains(id)
            || user.is_some_and(|user| user.status == UserStatus::Active && user.role.may(Permission::ReadBusiness))
    };
    for (place, _) in ids.iter().enumerate().filter(|(_, id)| !may_visit(id)) {
        invalid.note(format!("/visitor_ids/{place}"), Reason::UnknownReference);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}
