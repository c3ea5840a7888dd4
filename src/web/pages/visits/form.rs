//! The form of a visit: its choices, and what was typed.

use super::{
    entry::{ANOTHER_DAY, WITH, lines, usual_days},
    words::VisitWords,
};
use crate::{
    db::{people::users::User, registry::enterprises::Enterprise},
    domain::{
        fieldwork::visit::{Channel, LeavingReason, RelocationIntent},
        ids::{UserId, VisitId},
        registry::{division::Province, enterprise::EnterpriseReference},
        watch::level::Level,
    },
    services::{
        Error, Read,
        fieldwork::visits::{self, FullVisit, VisitFilter},
        paging::Window,
        registry::{
            contacts::{self, SeenContact},
            enterprises,
        },
    },
    web::pages::{
        choice::Choice,
        form::Form,
        format,
        once::KEY,
        reader::Reader,
        shell::{Area, Shell},
        trouble::FormErrors,
    },
};
use askama::Template;
use chrono::NaiveDate;

/// The enterprise that was visited, as the form shows it.
pub(super) struct Firm {
    pub(super) id: String,
    pub(super) name: String,
    level: &'static str,
    level_name: &'static str,
    last_visit: Option<(String, String)>,
    promised: Option<String>,
    employees: Option<(String, String)>,
    contacts: Vec<SeenContact>,
    companions: Vec<User>,
}

/// A visit that is being changed.
pub(super) struct Edited {
    pub(super) id: VisitId,
    /// The version that is changed.
    pub(super) version: i64,
}

/// Something that is said above the form, with a way on.
pub(super) struct Notice {
    /// What happened.
    pub(super) title: String,
    /// What to do.
    pub(super) text: String,
    /// Where more is to be seen.
    pub(super) href: String,
    /// What is to be seen there.
    pub(super) link: String,
}

#[derive(Template)]
#[template(path = "pages/visits/form.html")]
pub(super) struct FormPage {
    shell: Shell,
    t: VisitWords,
    home: String,
    action: String,
    f: Form,
    trouble: FormErrors,
    notice: Option<Notice>,
    firm: Firm,
    edited: Option<Edited>,
    key: String,
    today: NaiveDate,
    contacts: Vec<Choice>,
    companions: Vec<Choice>,
    channels: Vec<Choice>,
    intents: Vec<Choice>,
    reasons: Vec<Choice>,
    provinces: Vec<Choice>,
    days: Vec<Choice>,
}

impl Firm {
    /// The enterprise of a reference, with what its visitors need to know. `already` made the visit that is changed.
    pub(super) fn load(read: &mut Read<'_>, reference: EnterpriseReference, already: &[UserId]) -> Result<Self, Error> {
        let (actor, today) = (read.actor, read.today);
        let enterprise = enterprises::find(read.conn, actor, &reference)?;
        let contacts = contacts::all(read.conn, actor, &reference)?;
        let companions = visits::companions(read.conn, actor, &reference, already)?;
        let filter = VisitFilter { withdrawn: Some(false), ..VisitFilter::of(reference) };
        let before = visits::list(read.conn, actor, &filter, &Window::first(10))?.items;
        let described = enterprises::describe(read.conn, actor, read.context, today, enterprise)?;
        let (language, words) = (actor.language, crate::web::pages::words::Words(actor.language));
        let Enterprise { id, name, .. } = described.enterprise;
        let standing = described.standing;
        let counted = before.iter().find_map(|visit| Some((visit.row.employees?, visit.row.visited_on)));
        Ok(Self {
            id: id.to_string(),
            name,
            level: standing.risk_level.as_str(),
            level_name: Level::text(standing.risk_level, language),
            last_visit: standing.last_visit_on.map(|day| (day.to_string(), format::ago(words, day, today))),
            promised: standing.next_visit_on.map(|day| day.to_string()),
            employees: counted.map(|(count, day)| (format::count(count.into()), day.to_string())),
            contacts,
            companions,
        })
    }
}

impl FormPage {
    /// The form with what was typed, or what it begins with.
    pub(super) fn new(reader: &Reader, mut shell: Shell, firm: Firm, f: Form, edited: Option<Edited>) -> Self {
        let (language, t, today) = (shell.language, VisitWords(shell.language), reader.app.today());
        let action = match &edited {
            Some(edited) => format!("/visits/{}/edit", edited.id),
            None => format!("/visits/new?enterprise={}", firm.id),
        };
        let home = match &edited {
            Some(edited) => format!("/visits/{}", edited.id),
            None => Area::first_of(&reader.actor).href().to_owned(),
        };
        // A form that came back is at an address that only takes forms.
        let other = if language.tag() == "en" { "zh-CN" } else { "en" };
        shell.other_language = format!("{action}{}lang={other}", if action.contains('?') { '&' } else { '?' });
        let of = |field: &str, choice: Choice| {
            let chosen = f.has(field, &choice.value);
            choice.chosen(chosen)
        };
        let intent = |&intent: &RelocationIntent| {
            let (name, note) = t.intent_card(intent);
            of("intent", Choice::new(intent, name).note(note))
        };
        let reason =
            |&reason: &LeavingReason| of("reason", Choice::new(reason, format::capital(reason.text(language))));
        let province = |province: &Province| {
            of("province", Choice::new(format!("{}0000", province.code()), province.name(language)))
        };
        let contact = |SeenContact { contact, .. }: &SeenContact| {
            let position = contact.position.clone().unwrap_or_default();
            of("contact", Choice::new(contact.id, contact.name.clone()).note(position))
        };
        let name_of = |code: &str| match code {
            "two_weeks" => t.two_weeks(),
            "month" => t.month(),
            _ => t.three_months(),
        };
        let days = usual_days(today);
        let day = |(code, day): &(&str, NaiveDate)| {
            of("next", Choice::new(code, name_of(code)).note(day.format("%m-%d").to_string()))
        };
        // The person who logs a visit made it; a visit that is changed names its visitors.
        let me = reader.actor.user().filter(|_| edited.is_none());
        let companion = |user: &User| {
            let note = if reader.actor.user() == Some(user.id) { t.me() } else { String::new() };
            of(WITH, Choice::new(user.id, user.display_name.clone()).note(note))
        };
        Self {
            companions: firm.companions.iter().filter(|user| me != Some(user.id)).map(companion).collect(),
            contacts: firm.contacts.iter().map(contact).collect(),
            channels: Channel::ALL
                .iter()
                .map(|&channel| of("channel", Choice::new(channel, t.channel_name(channel))))
                .collect(),
            intents: RelocationIntent::ALL.iter().map(intent).collect(),
            reasons: LeavingReason::ALL.iter().map(reason).collect(),
            provinces: Province::all().map(province).collect(),
            days: days.iter().map(day).collect(),
            key: f.text(KEY).map_or_else(|| shell.key.clone(), str::to_owned),
            trouble: FormErrors::default(),
            notice: None,
            shell,
            t,
            home,
            action,
            f,
            firm,
            edited,
            today,
        }
    }

    /// The same, refused.
    pub(super) fn refused(self, trouble: FormErrors) -> Self {
        Self { trouble, ..self }
    }

    /// The same with something said above it.
    pub(super) fn with_notice(self, notice: Notice) -> Self {
        Self { notice: Some(notice), ..self }
    }

    /// Whether anything was typed into what is folded.
    fn more_is_open(&self) -> bool {
        ["employees", "lease", "requests"].iter().any(|field| self.f.text(field).is_some())
            || ["headcount", "requests"].iter().any(|id| self.trouble.with(id).is_some())
    }

    /// Whether it matters who went along: somebody did, the visit says so already, or what it says is refused.
    fn goes_along(&self) -> bool {
        self.edited.is_some()
            || self.companions.iter().any(|choice| choice.chosen)
            || self.trouble.with("with").is_some()
    }

    /// Whether a contact person is being added.
    fn adds_contact(&self) -> bool {
        let typed = ["new_contact_name", "new_contact_position", "new_contact_phone"];
        typed.iter().any(|field| self.f.text(field).is_some())
    }
}

/// What a new visit begins with.
pub(super) fn blank(today: NaiveDate) -> Form {
    Form::filled([
        ("date", today.to_string()),
        ("channel", Channel::OnSite.as_str().to_owned()),
        ("next", "none".to_owned()),
    ])
}

/// What a visit says, as the form shows it.
pub(super) fn filled(visit: &FullVisit) -> Form {
    let row = &visit.row;
    let mut fields = vec![
        ("version", row.version.to_string()),
        ("date", row.visited_on.to_string()),
        ("channel", row.channel.as_str().to_owned()),
        ("intent", row.relocation_intent.map_or(super::entry::NOT_ASKED, RelocationIntent::as_str).to_owned()),
        ("summary", row.summary.clone()),
        ("met_with", row.met_with.clone().unwrap_or_default()),
        ("employees", row.employees.map(|count| count.to_string()).unwrap_or_default()),
        ("requests", lines(&row.requests.0.join("\n")).join("\n")),
        ("next", if row.next_visit_on.is_some() { ANOTHER_DAY } else { "none" }.to_owned()),
        ("next_date", row.next_visit_on.map(|day| day.to_string()).unwrap_or_default()),
    ];
    fields.extend(visit.visitor_ids.iter().map(|id| (WITH, id.to_string())));
    fields.extend(row.reasons.0.iter().map(|reason| ("reason", reason.as_str().to_owned())));
    if let Some(code) = &row.destination_division {
        let field = if code.ends_with("0000") { "province" } else { "division" };
        fields.push((field, code.clone()));
    }
    Form::filled(fields)
}
