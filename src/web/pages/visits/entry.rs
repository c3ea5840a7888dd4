//! Parsing the form of a visit; errors are noted, and the use case notes the rest.

use super::words::VisitWords;
use crate::{
    db::registry::contacts::Contact,
    domain::{
        codes::codes,
        fieldwork::visit::{Channel, RelocationIntent},
        ids::{ContactId, EnterpriseId, UserId},
        registry::enterprise::EnterpriseReference,
    },
    services::{
        Error, Invalid, Tx,
        fieldwork::visits::{self, FullVisit, VisitFields},
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

/// What was filled in; nothing is said of the enterprise.
pub(super) fn read(form: &Form, t: VisitWords, today: NaiveDate, invalid: &mut Invalid) -> VisitFields {
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
    let destination = form.text("division").or_else(|| form.text("province")).map(str::to_owned);
    let employees = form.text("employees").and_then(|count| {
        noted(count.replace([',', '，'], "").parse().ok(), "/employees", EntryError::NoNumber, invalid)
    });
    let reasons = Patch::Set(form.all("reason").filter_map(|code| code.parse().ok()).collect());
    VisitFields {
        enterprise_id: Patch::Keep,
        visited_on: Patch::Set(noted(day, "/visited_on", EntryError::NoDay, invalid).unwrap_or(today)),
        channel: Patch::Set(noted(channel, "/channel", EntryError::NoChannel, invalid).unwrap_or(Channel::OnSite)),
        visitor_ids: Patch::Set(visitors(form)),
        met_with: filled_in(form.text("met_with").map(str::to_owned)),
        summary: Patch::Set(filled(summary.join("\n"))),
        relocation_intent: filled_in(intent),
        // What was not asked for says nothing: reasons and destination belong to an intent to move.
        reasons: if matters { reasons } else { Patch::Keep },
        destination_division: if matters { filled_in(destination) } else { Patch::Keep },
        requests: Patch::Set(lines(form.typed("requests"))),
        employees: filled_in(employees),
        next_visit_on: filled_in(next_visit(form, today, invalid)),
    }
}

/// What was filled in over a visit that is there.
pub(super) fn read_over(
    before: &FullVisit,
    form: &Form,
    t: VisitWords,
    today: NaiveDate,
    invalid: &mut Invalid,
) -> VisitFields {
    let mut fields = read(form, t, today, invalid);
    let row = &before.row;
    // Another answer about moving: what was named before no longer stands.
    if fields.reasons.is_keep() && fields.relocation_intent.value() != row.relocation_intent {
        (fields.reasons, fields.destination_division) = (Patch::Clear, Patch::Clear);
    }
    // The form shows requests line by line; one of several lines is not taken apart by being shown.
    if fields.requests == Patch::Set(lines(&row.requests.0.join("\n"))) {
        fields.requests = Patch::Keep;
    }
    fields
}

fn filled_in<T>(value: Option<T>) -> Patch<T> {
    value.map_or(Patch::Clear, Patch::Set)
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
    let mut fields = read(form, t, tx.today, &mut invalid);
    let reference = EnterpriseReference::Id(enterprise);
    let chosen: Vec<ContactId> = form.all("contact").filter_map(|id| id.parse().ok()).collect();
    let mut met: Vec<String> = contacts::met(tx, enterprise, &chosen)?.iter().map(named).collect();
    if let Some(contact) = new_contact(form) {
        match contacts::create(tx, &reference, contact) {
            Ok(contact) => met.push(named(&contact)),
            Err(Error::Invalid(wrong)) => within_contact(wrong, &mut invalid),
            Err(error) => return Err(error),
        }
    }
    fields.enterprise_id = Patch::Set(reference);
    fields.met_with = (!met.is_empty()).then(|| met.join("、")).into();
    fields.visitor_ids = Patch::Set(tx.actor.user().into_iter().chain(visitors(form)).collect());
    match visits::log(tx, fields) {
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
