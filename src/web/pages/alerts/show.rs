//! The page of one alert.

use super::{
    show_rows::{DeliveryRow, DirectiveRow, EvidenceRow, Fact, StoryVisit, facts},
    words::{AlertWords, OUTCOMES},
};
use crate::{
    domain::{
        ids::{AlertId, EnterpriseId},
        people::role::Permission,
        watch::alert::{AlertState, Outcome},
        wording::RiskyPhrase,
    },
    services::{
        Context,
        watch::{alerts::FullAlert, dossier},
    },
    texts::Explain,
    web::{
        extract::Id,
        pages::{
            choice::Choice,
            format,
            query::QueryParameters,
            reader::{Reader, page_with},
            shell::{Area, Shell},
            trouble::FormErrors,
            words::Words,
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};
use askama::Template;
use chrono::{DateTime, Utc};

/// Why what was sent was not done although nothing was wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictKind {
    /// The alert was to be acknowledged.
    Acknowledging,
    /// Anything else was to be done.
    Acting,
}

/// What was typed into the forms of the page, and what is said about it.
#[derive(Debug, Default)]
pub struct Typed {
    /// The directive.
    pub directive: String,
    /// Wording in it to think about before it is sent.
    pub cautions: Vec<RiskyPhrase>,
    /// The outcome chosen.
    pub outcome: String,
    /// The note on it.
    pub note: String,
    /// What is wrong.
    pub trouble: FormErrors,
    /// Somebody was first, or changed the alert.
    pub overtaken: Option<ConflictKind>,
    /// A directive was sent just now.
    pub sent: bool,
}

/// Where an alert stands, in one line.
struct Strip {
    text: String,
    late: bool,
}

#[derive(Template)]
#[template(path = "pages/alerts/show.html")]
#[allow(clippy::struct_excessive_bools, reason = "one for each thing the reader may do")]
struct AlertPage {
    shell: Shell,
    t: AlertWords,
    id: AlertId,
    enterprise_id: EnterpriseId,
    version: i64,
    name: String,
    headline: String,
    level: &'static str,
    level_name: &'static str,
    raised: String,
    strip: Strip,
    note: Option<String>,
    untold: bool,
    may_acknowledge: bool,
    may_assign: bool,
    may_visit: bool,
    may_direct: bool,
    may_resolve: bool,
    facts: Vec<Fact>,
    story: Vec<StoryVisit>,
    weight: String,
    evidence: Vec<EvidenceRow>,
    told: Vec<DeliveryRow>,
    directives: Vec<DirectiveRow>,
    history: Vec<(String, String)>,
    outcomes: Vec<Choice>,
    typed: Typed,
    cautions: Vec<(String, String)>,
}

/// The page.
#[get("/alerts/{id}")]
pub(crate) async fn show(reader: Reader, Id(id): Id<AlertId>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let sent = QueryParameters::of(&request).value("sent") == Some("directive");
    render(&reader, id, Typed { sent, ..Typed::default() }).await
}

/// The page with what was typed into its forms.
pub async fn render(reader: &Reader, id: AlertId, mut typed: Typed) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let (found, shell) = reader.read_page(Area::Alerts, move |read| dossier::open(read, id)).await?;
    let (context, now, language, w) = (reader.app.context(), reader.app.now(), shell.language, shell.w);
    let t = AlertWords(language);
    let amounts = found.amounts;
    let (row, running) = (&found.alert.row, found.alert.row.state.is_unresolved());
    let may = |permission| reader.actor.may(permission);
    let headline = found.alert.factors.first().map(|factor| factor.headline(language, amounts));
    let cautions = typed.cautions.iter().map(|risky| (risky.phrase.clone(), risky.advice.text(language))).collect();
    if let Some(overtaken) = typed.overtaken {
        typed.trouble.text = Some(overtaken.text(&found.alert, context, t));
    }
    page_with(
        typed.trouble.status(),
        &AlertPage {
            id,
            enterprise_id: row.enterprise_id,
            version: row.version,
            name: found.alert.enterprise.name.clone(),
            headline: headline.unwrap_or_default(),
            level: row.level.as_str(),
            level_name: row.level.text(language),
            raised: t.raised(&format::instant(context, row.raised_at.0)),
            strip: strip(&found.alert, context, now, w, t),
            note: row.outcome_note.clone(),
            untold: row.without_recipient && running,
            may_acknowledge: row.state == AlertState::Open && may(Permission::AcknowledgeAlerts),
            may_assign: may(Permission::AssignTeams),
            may_visit: may(Permission::LogVisits),
            may_direct: running && may(Permission::GiveDirectives),
            may_resolve: running && may(Permission::ResolveAlerts),
            facts: facts(&found, amounts, t),
            story: found.visits.iter().map(|visit| StoryVisit::of(visit, &found.directory, language)).collect(),
            weight: t.evidence_note(
                found.alert.factors.iter().filter(|factor| factor.hard).count(),
                found.alert.factors.iter().map(|factor| factor.points).sum(),
            ),
            evidence: found.alert.factors.iter().map(|one| EvidenceRow::of(one, row, amounts, t)).collect(),
            told: found.deliveries.iter().map(|mail| DeliveryRow::of(mail, row, context, t)).collect(),
            directives: found.directives.iter().map(|one| DirectiveRow::of(one, context, language)).collect(),
            history: found
                .history
                .iter()
                .map(|event| (format::instant(context, event.change.at.0), event.text.clone()))
                .collect(),
            outcomes: OUTCOMES
                .into_iter()
                .map(|outcome| {
                    let note = match outcome {
                        Outcome::Respected => t.respected_hint(),
                        Outcome::FalseAlarm => t.false_alarm_hint(),
                        _ => String::new(),
                    };
                    Choice::new(outcome, t.of_outcome(outcome)).note(note).wanted(Some(&typed.outcome))
                })
                .collect(),
            cautions,
            typed,
            t,
            shell,
        },
    )
}

/// The state of the alert in one line.
fn strip(alert: &FullAlert, context: &Context, now: DateTime<Utc>, w: Words, t: AlertWords) -> Strip {
    let row = &alert.row;
    let at = |at: Option<crate::db::values::Timestamp>| at.map(|at| format::instant(context, at.0)).unwrap_or_default();
    let times = context.settings.alerts.answer_times();
    let late = row.state == AlertState::Open && times.is_late(row.level, row.raised_at.0, now);
    let text = match row.state {
        AlertState::Open => {
            let age = format::waited(w, row.raised_at.0, now);
            if late { t.waiting_late(&age) } else { t.waiting_for(&age) }
        }
        AlertState::Acknowledged => {
            t.acknowledged_by(alert.acknowledged_by.as_deref().unwrap_or_default(), &at(row.acknowledged_at))
        }
        AlertState::Resolved => {
            let outcome = row.outcome.map(|outcome| t.of_outcome(outcome)).unwrap_or_default();
            let resolved = match &alert.resolved_by {
                Some(name) => t.resolved_by(name, &at(row.resolved_at)),
                None => t.resolved_by_system(&at(row.resolved_at)),
            };
            return Strip { text: format!("{outcome} · {resolved}"), late: false };
        }
    };
    Strip { text, late }
}

impl ConflictKind {
    /// What happened meanwhile, from how the alert stands now.
    fn text(self, alert: &FullAlert, context: &Context, t: AlertWords) -> String {
        let at = alert.row.acknowledged_at.map(|at| format::instant(context, at.0)).unwrap_or_default();
        match (self, alert.row.state) {
            (_, AlertState::Resolved) => t.already_resolved(),
            (Self::Acknowledging, AlertState::Acknowledged) => {
                t.first_come(alert.acknowledged_by.as_deref().unwrap_or_default(), &at)
            }
            (Self::Acknowledging, AlertState::Open) | (Self::Acting, _) => t.changed_meanwhile(),
        }
    }
}
