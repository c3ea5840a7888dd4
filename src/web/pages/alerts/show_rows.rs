//! The parts of the page of one alert: its facts, visits, evidence, mails and directives as a reader sees them.

use super::words::AlertWords;
use crate::{
    db::{outbox::deliveries::AlertDelivery, watch::alerts::Alert},
    domain::{
        band::Band,
        fieldwork::visit::LeavingReason,
        ids::{EnterpriseId, VisitId},
        outbox::delivery::DeliveryState,
        registry::division::DivisionCode,
        watch::risk::{Amounts, Evidence, EvidenceKind, Factor},
    },
    services::{
        Context,
        fieldwork::visits::FullVisit,
        registry::directory::Directory,
        watch::{directives::FullDirective, dossier::Dossier},
    },
    texts::{Explain, Language},
    web::pages::format,
};

/// How much evidence of one factor is linked to.
const SOURCES: usize = 3;

/// One of the key facts.
pub struct Fact {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The key facts: what the enterprise is worth, where it would go, who serves it.
pub fn facts(found: &Dossier, amounts: Amounts, t: AlertWords) -> Vec<Fact> {
    let language = t.language();
    let tax = found.standing.tax_12_months_fen;
    let tax = if amounts.are_figures() { tax.format_short(language) } else { Band::of(tax).text(language).to_owned() };
    let named = found.visits.iter().find_map(|visit| visit.row.destination_division.as_deref());
    let steward = found.team.as_ref().and_then(|team| found.directory.person(team.row.steward_id));
    let street = found.directory.organisation(found.alert.enterprise.street_id);
    [
        (t.tax(), tax),
        (t.destination(), named.map_or_else(|| t.destination_unknown(), |code| place(code, language))),
        (t.next_visit(), format::day(found.standing.next_visit_on)),
        (t.steward(), steward.map_or_else(|| t.unassigned(), str::to_owned)),
        (t.street(), street.unwrap_or("—").to_owned()),
    ]
    .map(|(name, value)| Fact { name, value })
    .into()
}

/// A place by its code: the province is known by name.
fn place(code: &str, language: Language) -> String {
    let division = DivisionCode::parse(code).ok();
    let province = division.as_ref().and_then(DivisionCode::province);
    province.map_or_else(|| code.to_owned(), |province| province.name(language).to_owned())
}

/// A visit of the story.
pub struct StoryVisit {
    /// The visit.
    pub id: VisitId,
    /// Its day.
    pub day: String,
    /// The channel of the visit.
    pub channel: &'static str,
    /// The visitors.
    pub visitors: String,
    /// The contact met, masked.
    pub met: Option<String>,
    /// The intent to move.
    pub intent: Option<&'static str>,
    /// Why.
    pub reasons: String,
    /// What it asked for.
    pub requests: String,
    /// Visit notes.
    pub summary: String,
}

impl StoryVisit {
    /// A visit as it is told here.
    pub fn of(visit: &FullVisit, directory: &Directory, language: Language) -> Self {
        let between = language.list_separator();
        let row = &visit.row;
        let visitors = visit.visitor_ids.iter().filter_map(|id| directory.person(Some(*id)));
        let reason = |reason: &LeavingReason| reason.text(language);
        Self {
            id: row.id,
            day: row.visited_on.to_string(),
            channel: row.channel.text(language),
            visitors: visitors.collect::<Vec<_>>().join(between),
            met: row.met_with.clone(),
            intent: row.relocation_intent.map(|intent| intent.text(language)),
            reasons: row.reasons.0.iter().map(reason).collect::<Vec<_>>().join(between),
            requests: row.requests.0.join(between),
            summary: row.summary.clone(),
        }
    }
}

/// Where a piece of evidence is found.
pub struct Source {
    /// The page of the record.
    pub href: String,
    /// What kind of record it is.
    pub name: &'static str,
    /// The day of the data.
    pub day: String,
}

/// One factor the alert rests on.
pub struct EvidenceRow {
    /// Whether it alone means that a move has started.
    pub hard: bool,
    /// The rule.
    pub rule: &'static str,
    /// What was found.
    pub finding: String,
    /// What it weighs.
    pub weight: String,
    /// Its records, latest first.
    pub sources: Vec<Source>,
}

impl EvidenceRow {
    /// A factor for a reader who sees amounts in this way.
    pub fn of(factor: &Factor, alert: &Alert, amounts: Amounts, t: AlertWords) -> Self {
        let language = t.language();
        let source = |evidence: &Evidence| Source {
            href: address(evidence, alert.enterprise_id),
            name: evidence.kind.text(language),
            day: evidence.data_on.to_string(),
        };
        Self {
            hard: factor.hard,
            rule: factor.rule.text(language),
            finding: factor.headline(language, amounts),
            weight: match factor.floor {
                Some(floor) => t.at_least(floor.text(language)),
                None => t.points(factor.points),
            },
            sources: factor.evidence.iter().take(SOURCES).map(source).collect(),
        }
    }
}

fn address(evidence: &Evidence, enterprise: EnterpriseId) -> String {
    match (evidence.kind, evidence.id) {
        (EvidenceKind::Visit, Some(id)) => format!("/visits/{id}"),
        _ => format!("/enterprises/{enterprise}"),
    }
}

/// One mail about the alert.
pub struct DeliveryRow {
    /// The recipient.
    pub name: String,
    /// Why it is sent.
    pub kind: &'static str,
    /// When it was written.
    pub written: String,
    /// When it was delivered.
    pub delivered: Option<String>,
    /// Its state.
    pub state: &'static str,
    /// Why it was taken out of the queue.
    pub cancelled: Option<&'static str>,
    /// Whether it will not arrive.
    pub dead: bool,
    /// When the recipient acknowledged the alert.
    pub acknowledged_at: Option<String>,
}

impl DeliveryRow {
    /// A mail as readers of the alert see it.
    pub fn of(mail: &AlertDelivery, alert: &Alert, context: &Context, t: AlertWords) -> Self {
        let by_recipient = mail.recipient_id.is_some() && mail.recipient_id == alert.acknowledged_by;
        let acknowledged_at = alert.acknowledged_at.filter(|_| by_recipient);
        Self {
            name: if mail.to_name.is_empty() { t.recipient_settings() } else { mail.to_name.clone() },
            kind: mail.kind.text(t.language()),
            written: format::instant(context, mail.created_at.0),
            delivered: mail.sent_at.map(|at| format::instant(context, at.0)),
            state: mail.state.text(t.language()),
            cancelled: mail.cancel_reason.map(|reason| reason.text(t.language())),
            dead: mail.state == DeliveryState::Dead,
            acknowledged_at: acknowledged_at.map(|at| format::instant(context, at.0)),
        }
    }
}

/// One directive.
pub struct DirectiveRow {
    /// Who wrote it.
    pub author: String,
    /// When.
    pub at: String,
    /// What is to be done.
    pub text: String,
    /// Wording that was sent as it stands: the phrase, and what is wrong with it.
    pub cautions: Vec<(String, String)>,
}

impl DirectiveRow {
    /// A directive with what is to be said about its wording.
    pub fn of(directive: &FullDirective, context: &Context, language: Language) -> Self {
        let cautions = directive.cautions().into_iter().map(|risky| (risky.phrase, risky.advice.text(language)));
        Self {
            author: directive.author_name.clone(),
            at: format::instant(context, directive.row.created_at.0),
            text: directive.row.text.clone(),
            cautions: cautions.collect(),
        }
    }
}
