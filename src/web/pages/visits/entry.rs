//! Parsing the form of a visit; errors are noted, and the use case notes the rest.

use super::words::VisitWords;
use crate::{
    db::registry::contacts::Contact,
    domain::{
        codes::codes,
        fieldwork::visit::{Channel, LeavingReason, RelocationIntent},
        ids::{ContactId, EnterpriseId, UserId},
        registry::enterprise::EnterpriseReference,
    },
    services::{
        Error, Invalid, Tx,
        fieldwork::visits::{self, FullVisit, NewVisit, VisitFields},
        patch::Patch,
        registry::contacts::{self, ContactFields},
    },
    texts::{Explain, Language},
    web::pages::form::Form,
};
use chrono::{Days, Months, NaiveDate};

codes! {
    /// What a form leaves open or says in no known way.
    pub enum EntryError {
        /// None of the choices about moving.
        NoIntent = "intent_required", "请选择企业的外迁意向；没有询问时，请选“未询问”。", "Choose the intent to move, or “Not asked”.";
        /// None of the channels.
        NoChannel = "channel_required", "请选择走访方式。", "Choose how the visit was made.";
        /// Something that is no day.
        NoDay = "day_form", "请填写日期，例如 2026-11-20。", "Enter a date such as 2026-11-20.";
        /// Something that is no whole number.
        NoNumber = "number_form", "请填写整数，例如 86。", "Enter a whole number such as 86.";
        /// A text without which a visit says nothing.
        NoSummary = "summary_required", "请填写走访情况，一两句即可。", "Write the visit notes; a sentence or two is enough.";
    }
}

impl Explain for EntryError {
    fn code(&self) -> &'static str {
        self.as_str()
    }

    fn text(&self, language: Language) -> String {
        Self::text(*self, language).to_owned()
    }
}

/// The days people promise most: code and day.
pub(super) fn usual_days(today: NaiveDate) -> [(&'static str, NaiveDate); 3] {
    let months = |count| today.checked_add_months(Months::new(count)).unwrap_or(today);
    [("two_weeks", today + Days::new(14)), ("month", months(1)), ("three_months", months(3))]
}

/// The choice of a day that is none of the usual ones.
pub(super) const ANOTHER_DAY: &str = "date";
/// The choice “not asked”.
pub(super) const NOT_ASKED: &str = "not_asked";

/// The field with the visitors; for a new visit, besides the person who logs it.
pub(super) const WITH: &str = "with";

/// What was filled in.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    visited_on: NaiveDate,
    channel: Channel,
    intent: Option<RelocationIntent>,
    reasons: Vec<LeavingReason>,
    destination: Option<String>,
    summary: String,
    requests: Vec<String>,
    employees: Option<i64>,
    next_visit_on: Option<NaiveDate>,
    met_with: Option<String>,
    visitors: Vec<UserId>,
}

impl Entry {
    /// Reads a form.
    pub(super) fn read(form: &Form, t: VisitWords, today: NaiveDate, invalid: &mut Invalid) -> Self {
        let intent = match form.typed("intent") {
            NOT_ASKED => None,
            code => noted(code.parse().ok(), "/relocation_intent", EntryError::NoIntent, invalid),
        };
        let matters = intent.is_some_and(|intent| intent != RelocationIntent::None);
        let lease = form.text("lease").map(|note| t.lease_line(note));
        let summary: Vec<&str> = form.text("summary").into_iter().chain(lease.as_deref()).collect();
        if summary.is_empty() {
            invalid.note("/summary", EntryError::NoSummary);
        }
        let day = form.text("date").and_then(|day| day.parse().ok());
        let channel = form.typed("channel").parse().ok();
        Self {
            visited_on: noted(day, "/visited_on", EntryError::NoDay, invalid).unwrap_or(today),
            channel: noted(channel, "/channel", EntryError::NoChannel, invalid).unwrap_or(Channel::OnSite),
            intent,
            reasons: form.all("reason").filter(|_| matters).filter_map(|code| code.parse().ok()).collect(),
            destination: form.text("division").or_else(|| form.text("province")).filter(|_| matters).map(str::to_owned),
            summary: summary.join("\n"),
            requests: lines(form.typed("requests")),
            employees: form.text("employees").and_then(|count| {
                noted(count.replace([',', '，'], "").parse().ok(), "/employees", EntryError::NoNumber, invalid)
            }),
            next_visit_on: next_visit(form, today, invalid),
            met_with: form.text("met_with").map(str::to_owned),
            visitors: visitors(form),
        }
    }

    /// The visit to be logged.
    fn new_visit(self, enterprise: EnterpriseId, author: Option<UserId>, met_with: Option<String>) -> NewVisit {
        let mut visit = NewVisit::new(enterprise, self.visited_on, self.channel, filled(self.summary));
        visit.met_with = met_with;
        visit.visitor_ids = Some(author.into_iter().chain(self.visitors).collect());
        visit.relocation_intent = self.intent;
        visit.reasons = self.reasons;
        visit.destination_division = self.destination;
        visit.requests = self.requests;
        visit.employees = self.employees;
        visit.next_visit_on = self.next_visit_on;
        visit
    }

    /// What changes in a visit; what was left as it stood is not touched.
    pub(super) fn changes(self, before: &FullVisit) -> VisitFields {
        let row = &before.row;
        let matters = self.intent.is_some_and(|intent| intent != RelocationIntent::None);
        let asked_again = matters || self.intent != row.relocation_intent;
        let destination = optional(self.destination, row.destination_division.as_ref());
        VisitFields {
            visited_on: changed(self.visited_on, &row.visited_on),
            channel: changed(self.channel, &row.channel),
            visitor_ids: changed(self.visitors, &before.visitor_ids),
            met_with: optional(self.met_with, row.met_with.as_ref()),
            summary: changed(filled(self.summary), &row.summary),
            relocation_intent: optional(self.intent, row.relocation_intent.as_ref()),
            reasons: if asked_again { Patch::Set(self.reasons) } else { Patch::Keep },
            destination_division: if asked_again { destination } else { Patch::Keep },
            requests: if self.requests == lines(&row.requests.0.join("\n")) {
                Patch::Keep
            } else {
                Patch::Set(self.requests)
            },
            employees: optional(self.employees, row.employees.map(i64::from).as_ref()),
            next_visit_on: optional(self.next_visit_on, row.next_visit_on.as_ref()),
        }
    }
}

/// A summary that was refused as missing is not refused once more as empty.
fn filled(summary: String) -> String {
    if summary.is_empty() { "—".to_owned() } else { summary }
}

fn noted<T>(value: Option<T>, pointer: &str, reason: EntryError, invalid: &mut Invalid) -> Option<T> {
    if value.is_none() {
        invalid.note(pointer, reason);
    }
    value
}

fn changed<T: PartialEq>(value: T, before: &T) -> Patch<T> {
    if value == *before { Patch::Keep } else { Patch::Set(value) }
}

fn optional<T: PartialEq>(value: Option<T>, before: Option<&T>) -> Patch<T> {
    match value {
        value if value.as_ref() == before => Patch::Keep,
        None => Patch::Clear,
        Some(value) => Patch::Set(value),
    }
}

/// Lines that say something.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Those who made the visit, in the order of ids.
fn visitors(form: &Form) -> Vec<UserId> {
    let mut visitors: Vec<UserId> = form.all(WITH).filter_map(|id| id.parse().ok()).collect();
    visitors.sort_unstable();
    visitors.dedup();
    visitors
}

fn next_visit(form: &Form, today: NaiveDate, invalid: &mut Invalid) -> Option<NaiveDate> {
    let chosen = form.typed("next");
    if chosen == ANOTHER_DAY {
        let day = form.text("next_date").and_then(|day| day.parse().ok());
        return noted(day, "/next_visit_on", EntryError::NoDay, invalid);
    }
    usual_days(today).into_iter().find(|(code, _)| *code == chosen).map(|(_, day)| day)
}

/// Logs what a form says, with the contact person added in place; all that is wrong is said at once and nothing is kept then.
pub(super) fn log(tx: &mut Tx<'_>, enterprise: EnterpriseId, form: &Form, t: VisitWords) -> Result<FullVisit, Error> {
    let mut invalid = Invalid::default();
    let entry = Entry::read(form, t, tx.today, &mut invalid);
    let reference = EnterpriseReference::Id(enterprise);
    let chosen: Vec<ContactId> = form.all("contact").filter_map(|id| id.parse().ok()).collect();
    let mut met: Vec<String> = contacts::met(tx, enterprise, &chosen)?.iter().map(named).collect();
    if let Some(fields) = new_contact(form) {
        match contacts::create(tx, &reference, fields) {
            Ok(contact) => met.push(named(&contact)),
            Err(Error::Invalid(wrong)) => within_contact(wrong, &mut invalid),
            Err(error) => return Err(error),
        }
    }
    let met_with = (!met.is_empty()).then(|| met.join("、"));
    match visits::log(tx, entry.new_visit(enterprise, tx.actor.user(), met_with)) {
        Ok(visit) => invalid.check().map(|()| visit),
        Err(Error::Invalid(wrong)) => {
            invalid.0.extend(wrong.0);
            Err(Error::Invalid(invalid))
        }
        Err(error) => Err(error),
    }
}

/// The contact met as a visit names it: 赵敏（财务总监）.
fn named(contact: &Contact) -> String {
    match &contact.position {
        Some(position) => format!("{}（{position}）", contact.name),
        None => contact.name.clone(),
    }
}

/// The contact person to be added, when anything was typed there.
fn new_contact(form: &Form) -> Option<ContactFields> {
    let [name, position, phone] =
        ["new_contact_name", "new_contact_position", "new_contact_phone"].map(|field| form.text(field));
    name.or(position).or(phone)?;
    let patch = |value: Option<&str>| Patch::from(value.map(str::to_owned));
    Some(ContactFields {
        name: patch(name),
        position: patch(position),
        phone: patch(phone),
        ..ContactFields::default()
    })
}

fn within_contact(wrong: Invalid, invalid: &mut Invalid) {
    invalid.0.extend(wrong.0.into_iter().map(|mut field| {
        field.pointer = format!("/contact{}", field.pointer);
        field
    }));
}
