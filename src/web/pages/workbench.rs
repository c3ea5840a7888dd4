//! The workbench of a steward: assigned enterprises by urgency, open alerts, overdue visits.

use super::{
    form::SentForm,
    format,
    gate::see_other,
    query::QueryParameters,
    reader::{Reader, page_with},
    shell::{Area, Shell},
    words::Words,
};
use crate::{
    domain::{
        band::Band,
        fieldwork::visit_duty::NextVisit,
        ids::AlertId,
        people::{
            actor::{Actor, Identity},
            role::{Permission, Role},
        },
        registry::enterprise::Tier,
        watch::{
            alert::{AlertState, AnswerTimes},
            risk::{Amounts, Factor, RuleCode},
        },
    },
    services::{
        Error,
        desks::workbench::{self, AssignedEnterprise, OpenAlert},
        watch::alerts,
    },
    texts::Language,
    web::problem::{Edge, Problem},
};
use actix_web::{HttpRequest, HttpResponse, ResponseError, get, http::StatusCode, post, web::ServiceConfig};
use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

crate::texts::texts! {
    /// The words of the page.
    BenchWords {
        tally() { zh: "今日事项", en: "For today" }
        tally_alerts() { zh: "预警待确认", en: "alerts to acknowledge" }
        tally_overdue() { zh: "走访已逾期", en: "visits overdue" }
        tally_week() { zh: "本周应走访", en: "visits due this week" }
        my_alerts() { zh: "我的预警", en: "My alerts" }
        all_alerts() { zh: "全部预警", en: "All alerts" }
        no_alerts() { zh: "没有待确认的预警。", en: "No alert waits for you to acknowledge it." }
        more_alerts(count: usize) { zh: "还有 {count} 条待确认，在预警页查看", en: "{count} more to acknowledge on the alerts page" }
        late(age: &str) { zh: "超时，{age}", en: "late: {age}" }
        waited() { zh: "已等待", en: "waiting for" }
        acknowledge() { zh: "确认收到", en: "Acknowledge" }
        acknowledge_of(name: &str) { zh: "确认收到：{name}", en: "Acknowledge: {name}" }
        no_team() { zh: "尚无专班", en: "no team yet" }
        evidence() { zh: "查看依据", en: "Evidence" }
        evidence_of(name: &str) { zh: "查看依据：{name}", en: "Evidence: {name}" }
        log_visit_of(name: &str) { zh: "登记走访：{name}", en: "Log a visit: {name}" }
        acknowledged(name: &str) { zh: "已确认收到“{name}”的预警。请尽快联系企业，了解情况和需要。", en: "You acknowledged the alert about {name}. Contact the enterprise soon and ask what it needs." }
        refused_stale() { zh: "这条预警刚有变化，没有确认。请查看下面的最新情况再确认。", en: "The alert has just changed and was not acknowledged. Look at its current state below, then acknowledge it." }
        mine() { zh: "我的企业", en: "My enterprises" }
        mine_note(count: impl std::fmt::Display) { zh: "{count} 户，最需要走访的在前", en: "{count}, most urgent first" }
        nobody() { zh: "您还没有服务的企业。", en: "You serve no enterprise yet." }
        nobody_steward() { zh: "总管家把您编入企业的专班后，企业会出现在这里。本单位的企业可在税源清单中查看，也可先走访。", en: "Enterprises appear here once your chief steward assigns you to their teams. You can already read and visit the enterprises of your street office." }
        nobody_chief() { zh: "在企业的专班中担任总管家或管家后，企业会出现在这里。可在税源清单中为本单位的企业组建专班。", en: "Enterprises appear here once you are chief steward or steward on their teams. Assign teams from the list of enterprises." }
        open_list() { zh: "打开税源清单", en: "Open the list of enterprises" }
        shown_of(shown: usize, total: usize) { zh: "这里是最需要走访的 {shown} 户，共 {total} 户。", en: "The {shown} most urgent of {total}." }
        all_mine() { zh: "在税源清单中查看", en: "See the list of enterprises" }
        yearly_tax() { zh: "年税", en: "yearly tax" }
        duty(days: u32) { zh: "每 {days} 天走访一次", en: "a visit every {days} days" }
        duty_key(days: u32) { zh: "重点税源，每 {days} 天走访一次", en: "Key tax source, a visit every {days} days" }
        duty_new(days: u32) { zh: "新入驻，每 {days} 天走访一次", en: "New entry, a visit every {days} days" }
        overdue(days: i64) { zh: "走访逾期 {days} 天", en: "visit {days} days overdue" }
        promise_missed(day: NaiveDate, days: i64) { zh: "约定 {day}，逾期 {days} 天", en: "promised for {day}, {days} days overdue" }
        promised_today() { zh: "约定今天走访", en: "promised for today" }
        promised_tomorrow() { zh: "约定明天走访", en: "promised for tomorrow" }
        promised_after_tomorrow() { zh: "约定后天走访", en: "promised in two days" }
        promised_on(day: NaiveDate) { zh: "约定 {day} 走访", en: "promised for {day}" }
        due_today() { zh: "今天应走访", en: "visit due today" }
        due_in(days: i64) { zh: "{days} 天内应走访", en: "visit due within {days} days" }
        visited_today() { zh: "今天已走访", en: "visited today" }
        visited(days: i64) { zh: "{days} 天前走访", en: "visited {days} days ago" }
        never_visited() { zh: "从未走访", en: "never visited" }
    }
}

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config.service(show).service(acknowledge);
}

struct AlertCard {
    id: String,
    version: i64,
    enterprise_id: String,
    name: String,
    level: &'static str,
    level_name: &'static str,
    why: String,
    waited: String,
    late: bool,
    has_team: bool,
}

struct Card {
    id: String,
    name: String,
    level: &'static str,
    level_name: &'static str,
    why: String,
    due: String,
    late: bool,
    last_visit: String,
    band: &'static str,
}

/// The result of a form, above everything else.
enum Banner {
    Done(String),
    Refused(String),
}

#[derive(Template)]
#[template(path = "pages/workbench.html")]
struct BenchPage {
    shell: Shell,
    t: BenchWords,
    today: NaiveDate,
    weekday: String,
    banner: Option<Banner>,
    alerts: Vec<AlertCard>,
    alerts_total: usize,
    overdue: usize,
    due_this_week: usize,
    cards: Vec<Card>,
    total: usize,
    all_mine: String,
    is_chief: bool,
    logs_visits: bool,
}

/// The workbench.
#[get("/workbench")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    require_bench(&reader)?;
    let asked = QueryParameters::of(&request);
    let done = asked.value("acknowledged").and_then(|id| id.parse::<AlertId>().ok());
    let banner = match done {
        Some(id) => acknowledged(&reader, id).await?,
        None => None,
    };
    bench(&reader, StatusCode::OK, banner).await
}

/// Takes an alert, then shows the workbench again.
#[post("/workbench/acknowledge")]
pub(crate) async fn acknowledge(sent: SentForm) -> Result<HttpResponse, Problem> {
    let SentForm { reader, form } = sent;
    require_bench(&reader)?;
    let id: AlertId = form.typed("alert").parse().map_err(|_| Problem::Edge(Edge::Bad))?;
    let version = form.version();
    let taken = reader.write(move |tx| alerts::acknowledge(tx, id, version)).await;
    let Err(problem) = taken else { return Ok(see_other(&format!("/workbench?acknowledged={id}"))) };
    let language = reader.language();
    let words = match &problem {
        Problem::UseCase(Error::Stale) => BenchWords(language).refused_stale(),
        Problem::UseCase(Error::Conflict(reason)) => reason.text(language),
        _ => return Err(problem),
    };
    bench(&reader, problem.status_code(), Some(Banner::Refused(words))).await
}

/// Refuses those who keep no enterprises.
fn require_bench(reader: &Reader) -> Result<(), Problem> {
    if Area::Workbench.is_for(&reader.actor) { Ok(()) } else { Err(Error::Forbidden(Permission::LogVisits).into()) }
}

/// The banner for an alert that the reader has just acknowledged.
async fn acknowledged(reader: &Reader, id: AlertId) -> Result<Option<Banner>, Problem> {
    let alert = match reader.read(move |connection, actor| alerts::find(connection, actor, id)).await {
        Ok(alert) => alert,
        Err(Problem::UseCase(Error::NotFound)) => return Ok(None),
        Err(problem) => return Err(problem),
    };
    let own = alert.row.state == AlertState::Acknowledged && alert.row.acknowledged_by == reader.actor.user();
    Ok(own.then(|| Banner::Done(BenchWords(reader.language()).acknowledged(&alert.enterprise.name))))
}

async fn bench(reader: &Reader, status: StatusCode, banner: Option<Banner>) -> Result<HttpResponse, Problem> {
    let (app, now, today) = (reader.app.clone(), reader.app.now(), reader.app.today());
    let (found, shell) = reader
        .read_framed(Area::Workbench, move |connection, actor| {
            workbench::of_own(connection, actor, app.context(), today)
        })
        .await?;
    let (t, w, actor) = (BenchWords(shell.language), shell.w, &reader.actor);
    let times = reader.app.context().settings.alerts.answer_times();
    page_with(
        status,
        &BenchPage {
            t,
            today,
            weekday: format::weekday(shell.w, today),
            banner,
            alerts: found.alerts.iter().map(|alert| AlertCard::of(alert, w, times, now)).collect(),
            alerts_total: found.alerts_total,
            overdue: found.overdue,
            due_this_week: found.due_this_week,
            cards: found.enterprises.iter().map(|assigned| Card::of(assigned, t, today)).collect(),
            total: found.enterprises_total,
            all_mine: all_mine(actor),
            is_chief: matches!(actor.identity, Identity::Person { role: Role::ChiefSteward, .. }),
            logs_visits: actor.may(Permission::LogVisits),
            shell,
        },
    )
}

/// The list of a person's enterprises. The head of an office serves most of them as chief steward, for which no filter
/// exists.
fn all_mine(actor: &Actor) -> String {
    match (&actor.identity, actor.user()) {
        (Identity::Person { role: Role::Steward, .. }, Some(user)) => format!("/enterprises?steward_id={user}"),
        _ => "/enterprises".to_owned(),
    }
}

/// The most serious factor in one line, without figures: a list of alerts shows none.
fn why(factors: &[Factor], language: Language) -> Option<String> {
    Some(factors.first()?.headline(language, Amounts::Bands))
}

impl AlertCard {
    fn of(
        OpenAlert { row, enterprise, factors, has_team }: &OpenAlert,
        w: Words,
        times: AnswerTimes,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id: row.id.to_string(),
            version: row.version,
            enterprise_id: row.enterprise_id.to_string(),
            name: enterprise.name.clone(),
            level: row.level.as_str(),
            level_name: row.level.text(w.0),
            why: why(factors, w.0).unwrap_or_default(),
            waited: format::waited(w, row.raised_at.0, now),
            late: times.is_late(row.level, row.raised_at.0, now),
            has_team: *has_team,
        }
    }
}

impl Card {
    fn of(assigned: &AssignedEnterprise, t: BenchWords, today: NaiveDate) -> Self {
        let AssignedEnterprise { enterprise, standing, factors, next_visit, duty_days, new_entry } = assigned;
        let duty = match enterprise.tier {
            Tier::Key => t.duty_key(*duty_days),
            Tier::Normal if *new_entry => t.duty_new(*duty_days),
            Tier::Normal => t.duty(*duty_days),
        };
        Self {
            id: enterprise.id.to_string(),
            name: enterprise.name.clone(),
            level: standing.risk_level.as_str(),
            level_name: standing.risk_level.text(t.0),
            why: match factors.first() {
                // The days since the last visit stand beside it.
                Some(Factor { rule: RuleCode::NoVisit, .. }) => duty,
                _ => why(factors, t.0).unwrap_or(duty),
            },
            due: due(t, *next_visit, today),
            late: next_visit.on < today,
            last_visit: match standing.last_visit_on.map(|day| (today - day).num_days()) {
                None => t.never_visited(),
                Some(0) => t.visited_today(),
                Some(days) => t.visited(days),
            },
            band: Band::of(standing.tax_12_months_fen).text(t.0),
        }
    }
}

/// When the next visit is due, in words.
fn due(t: BenchWords, next: NextVisit, today: NaiveDate) -> String {
    match (next.days_left(today), next.promised) {
        (left, true) if left < 0 => t.promise_missed(next.on, -left),
        (left, false) if left < 0 => t.overdue(-left),
        (0, true) => t.promised_today(),
        (1, true) => t.promised_tomorrow(),
        (2, true) => t.promised_after_tomorrow(),
        (_, true) => t.promised_on(next.on),
        (0, false) => t.due_today(),
        (left, false) => t.due_in(left),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_next_visit_in_words() {
        let today: NaiveDate = "2026-11-20".parse().unwrap();
        let due_text =
            |on: &str, promised| due(BenchWords(Language::Zh), NextVisit { on: on.parse().unwrap(), promised }, today);
        assert_eq!(due_text("2026-11-17", false), "走访逾期 3 天");
        assert_eq!(due_text("2026-11-17", true), "约定 2026-11-17，逾期 3 天");
        assert_eq!([due_text("2026-11-20", false), due_text("2026-11-20", true)], ["今天应走访", "约定今天走访"]);
        assert_eq!([due_text("2026-11-21", true), due_text("2026-11-22", true)], ["约定明天走访", "约定后天走访"]);
        assert_eq!(
            [due_text("2026-12-04", true), due_text("2026-12-04", false)],
            ["约定 2026-12-04 走访", "14 天内应走访"]
        );
    }
}
