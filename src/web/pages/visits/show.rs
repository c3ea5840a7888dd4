//! One visit, and its withdrawal.

use super::words::VisitWords;
use crate::{
    db::watch::standings::Standing,
    domain::{
        ids::VisitId,
        people::{actor::ActorReference, role::Permission},
        registry::division::{DivisionCode, DivisionLevel},
    },
    services::{
        fieldwork::visits::{self, FullVisit, cautions},
        registry::{directory::Directory, enterprises},
    },
    texts::{Explain, Language},
    web::{
        extract::Id,
        pages::{
            followed::{self, FollowedNotice},
            form::SentForm,
            format,
            gate::see_other,
            query::QueryParameters,
            reader::{Reader, page, page_with},
            shell::{Area, Shell},
            trouble::FormErrors,
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, post};
use askama::Template;

struct CautionRow {
    phrase: String,
    advice: String,
}

#[derive(Template)]
#[template(path = "pages/visits/show.html")]
struct ShowPage {
    shell: Shell,
    t: VisitWords,
    id: VisitId,
    enterprise_id: String,
    enterprise: String,
    level: &'static str,
    level_name: &'static str,
    day: String,
    channel: &'static str,
    visitors: String,
    met_with: Option<String>,
    intent: Option<&'static str>,
    reasons: Vec<&'static str>,
    destination: Option<String>,
    summary: Vec<String>,
    requests: Vec<String>,
    employees: Option<String>,
    next: Option<String>,
    recorded: String,
    changed: Option<String>,
    withdrawn: Option<String>,
    withdrawal_reason: String,
    cautions: Vec<CautionRow>,
    may_change: bool,
    may_log: bool,
    logged: Option<String>,
    saved: bool,
    followed: Option<FollowedNotice>,
}

/// One visit; a read of the contact met is recorded before the page leaves.
#[get("/visits/{id}")]
pub(crate) async fn show(reader: Reader, Id(id): Id<VisitId>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let ((visit, described, directory), shell) = reader
        .read_page(Area::Visits, move |read| {
            let visit = visits::show(read, id)?;
            let (connection, actor) = (&mut *read.conn, read.actor);
            let enterprise = enterprises::find(connection, actor, &visit.row.enterprise_id.into())?;
            let described = enterprises::describe(connection, actor, read.context, read.today, enterprise)?;
            let people = visit.visitor_ids.iter().copied().chain(ActorReference::user_in(&visit.row.actor));
            let directory = Directory::load(connection, actor, people, [])?;
            Ok((visit, described, directory))
        })
        .await?;
    let asked = QueryParameters::of(&request);
    let may_change = visits::may_change(&reader.actor, &visit);
    let mut shown = ShowPage::of(visit, shell, &reader, &directory);
    shown.may_change = may_change;
    shown.logged = asked.value("logged").map(str::to_owned);
    shown.saved = asked.value("saved").is_some();
    shown.followed = followed::notice(&asked, described.enterprise.id, shown.shell.language);
    shown.enterprise = described.enterprise.name;
    let Standing { risk_level, .. } = described.standing;
    (shown.level, shown.level_name) = (risk_level.as_str(), risk_level.text(shown.shell.language));
    page(&shown)
}

impl ShowPage {
    fn of(visit: FullVisit, shell: Shell, reader: &Reader, directory: &Directory) -> Self {
        let (language, t, context) = (shell.language, VisitWords(shell.language), reader.app.context());
        let said = cautions(&visit).into_iter().map(|caution| CautionRow {
            advice: caution.phrase.advice.text(language),
            phrase: t.phrase(&caution.phrase.phrase),
        });
        let cautions = said.collect();
        let visitors: Vec<&str> = visit.visitor_ids.iter().filter_map(|id| directory.person(Some(*id))).collect();
        let row = visit.row;
        let recorder = ActorReference::user_in(&row.actor).and_then(|id| directory.person(Some(id)));
        let recorder = recorder.map_or_else(|| t.by_system(), str::to_owned);
        Self {
            id: row.id,
            enterprise_id: row.enterprise_id.to_string(),
            enterprise: String::new(),
            level: "none",
            level_name: "",
            day: row.visited_on.to_string(),
            channel: row.channel.text(language),
            visitors: visitors.join(language.list_separator()),
            met_with: row.met_with,
            intent: row.relocation_intent.map(|intent| intent.text(language)),
            reasons: row.reasons.0.iter().map(|reason| reason.text(language)).collect(),
            destination: row.destination_division.as_deref().map(|code| place(code, language)),
            summary: row.summary.lines().map(str::to_owned).collect(),
            requests: row.requests.0,
            employees: row.employees.map(|count| t.people(&format::count(count.into()))),
            next: row.next_visit_on.map(|day| day.to_string()),
            recorded: t.recorded(&recorder, &format::instant(context, row.created_at.0)),
            changed: (row.updated_at.0 > row.created_at.0)
                .then(|| t.changed(&format::instant(context, row.updated_at.0))),
            withdrawn: row.withdrawn_at.map(|at| t.withdrawn_on(&format::instant(context, at.0))),
            withdrawal_reason: row.withdrawal_reason.unwrap_or_default(),
            cautions,
            may_change: false,
            may_log: reader.actor.may(Permission::LogVisits),
            logged: None,
            followed: None,
            saved: false,
            shell,
            t,
        }
    }
}

/// The province behind a division code, with the code where it says more.
fn place(code: &str, language: Language) -> String {
    match DivisionCode::parse(code) {
        Ok(division) => {
            let province = division.province().map_or(code, |province| province.name(language));
            if division.level() == DivisionLevel::Province { province.to_owned() } else { format!("{province} {code}") }
        }
        Err(_) => code.to_owned(),
    }
}

#[derive(Template)]
#[template(path = "pages/visits/withdraw.html")]
struct WithdrawPage {
    shell: Shell,
    t: VisitWords,
    id: VisitId,
    day: String,
    enterprise: String,
    reason: String,
    trouble: FormErrors,
}

impl WithdrawPage {
    async fn new(reader: &Reader, id: VisitId) -> Result<Self, Problem> {
        reader.require(Permission::LogVisits)?;
        let ((visit, enterprise), shell) = reader
            .read_framed(Area::Visits, move |connection, actor| {
                let visit = visits::find_to_withdraw(connection, actor, id)?;
                let enterprise = enterprises::find(connection, actor, &visit.row.enterprise_id.into())?;
                Ok((visit, enterprise))
            })
            .await?;
        Ok(Self {
            t: VisitWords(shell.language),
            shell,
            id,
            day: visit.row.visited_on.to_string(),
            enterprise: enterprise.name,
            reason: String::new(),
            trouble: FormErrors::default(),
        })
    }
}

/// Asks why, and says what cannot be undone.
#[get("/visits/{id}/withdraw")]
pub(crate) async fn ask(reader: Reader, Id(id): Id<VisitId>) -> Result<HttpResponse, Problem> {
    page(&WithdrawPage::new(&reader, id).await?)
}

/// Withdraws a visit.
#[post("/visits/{id}/withdraw")]
pub(crate) async fn withdraw(sent: SentForm, Id(id): Id<VisitId>) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    let reason = form.typed("reason").to_owned();
    match reader.write_followed(move |tx| visits::withdraw(tx, id, &reason)).await {
        Ok((_, followed)) => Ok(see_other(&followed::address(&format!("/visits/{id}"), &followed, &reader.actor))),
        Err(problem) => {
            let trouble = FormErrors::of(problem, reader.language())?;
            let again = WithdrawPage::new(&reader, id).await?;
            let reason = form.typed("reason").to_owned();
            page_with(trouble.status(), &WithdrawPage { reason, trouble, ..again })
        }
    }
}
