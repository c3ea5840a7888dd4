//! The list of alerts: states as tabs, filters in the address, latest first.

use super::words::AlertWords;
use crate::{
    db::organisations::OrganisationFilter,
    domain::{
        alert::AlertState, ids::AlertId, level::Level, organisation::OrganisationKind, risk::Amounts, role::Permission,
    },
    services::{
        Context,
        alerts::{self, AlertQuery, FullAlert},
        directory::Directory,
        enterprises, organisations,
        paging::write_cursor,
    },
    web::{
        api::alerts::AlertListQuery,
        listing::{name_of, window},
        pages::{
            choice::{Choice, choices},
            format,
            onward::PageLinks,
            query::QueryParameters,
            reader::{Reader, page},
            shell::{Area, Shell},
            words::Words,
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};
use askama::Template;
use chrono::{DateTime, Utc};

/// Rows per page.
const PAGE_SIZE: i64 = 20;

/// A state as a tab.
struct Tab {
    href: String,
    name: String,
    current: bool,
}

/// A condition that no field of the form shows, and the way to be rid of it.
struct ActiveFilter {
    name: String,
    without: String,
}

struct AlertRow {
    id: AlertId,
    level: &'static str,
    level_name: &'static str,
    name: String,
    cause: String,
    street: String,
    opened: String,
    state: String,
    acknowledged_by: String,
    waited: Option<(String, bool)>,
    untold: bool,
}

#[derive(Template)]
#[template(path = "pages/alerts/list.html")]
struct ListPage {
    shell: Shell,
    t: AlertWords,
    tabs: Vec<Tab>,
    levels: Vec<Choice>,
    streets: Vec<Choice>,
    told: Vec<Choice>,
    kept: Vec<(String, String)>,
    held: Vec<ActiveFilter>,
    filtered: bool,
    found: String,
    rows: Vec<AlertRow>,
    onward: PageLinks,
}

/// The list.
#[get("/alerts")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadBusiness)?;
    let asked = QueryParameters::of(&request);
    let query: AlertListQuery = asked.filters()?;
    let name = name_of("alerts", &query);
    let context = reader.app.context();
    let window = window(context, &name, Some(PAGE_SIZE), query.cursor.as_deref(), Some(true))?;
    let query = AlertQuery::from(query);
    let known = query.clone();
    let (found, enterprise, streets, names) = reader
        .read(move |connection, actor| {
            let found = alerts::list(connection, actor, &known, &window)?;
            let enterprise = match &known.enterprise {
                Some(reference) => enterprises::named_by_filter(connection, actor, reference)?.map(|firm| firm.name),
                None => None,
            };
            let active = OrganisationFilter::active().of_kind(OrganisationKind::Street);
            let streets = organisations::all(connection, &active)?;
            let offices = found.items.iter().filter_map(|alert| alert.enterprise.street_id);
            let names = Directory::load(connection, actor, [], offices)?;
            Ok((found, enterprise, streets, names))
        })
        .await?;
    let shell = reader.shell(Area::Alerts).await?;
    let t = AlertWords(shell.language);
    let next = found.next.as_ref().map(|key| write_cursor(context, &name, key));
    let now = reader.app.now();
    let filter = &query.rest;
    page(&ListPage {
        tabs: tabs(&asked, filter.state, t, shell.w),
        levels: choices(&[Level::Red, Level::Orange, Level::Yellow], filter.level, shell.language),
        streets: streets
            .into_iter()
            .map(|street| Choice::new(street.id, street.name).chosen(filter.street_id == Some(street.id)))
            .collect(),
        told: [(true, t.without_recipient()), (false, t.with_recipient())]
            .map(|(untold, name)| Choice::new(untold, name).chosen(filter.without_recipient == Some(untold)))
            .into(),
        kept: asked.kept(&["level", "street_id", "without_recipient", "cursor", "page"]),
        held: held(&asked, &query, enterprise, t),
        filtered: filter.level.is_some() || filter.street_id.is_some() || filter.without_recipient.is_some(),
        found: t.found(format::count(found.total.unwrap_or_default())),
        rows: found.items.iter().map(|alert| AlertRow::of(alert, &names, context, now, shell.w, t)).collect(),
        onward: PageLinks::new(&asked, next.as_deref()),
        t,
        shell,
    })
}

fn tabs(asked: &QueryParameters, state: Option<AlertState>, t: AlertWords, w: Words) -> Vec<Tab> {
    let tab = |of: Option<AlertState>| Tab {
        href: asked.with(&[
            ("state", of.map(AlertState::as_str)),
            ("cursor", None),
            ("outcome", None),
            ("raised_from", None),
            ("resolved_from", None),
            ("resolved_before", None),
        ]),
        name: of.map_or_else(|| w.all(), |of| t.of_state(of)),
        current: state == of,
    };
    let states = [AlertState::Open, AlertState::Acknowledged, AlertState::Resolved].map(Some);
    [None].into_iter().chain(states).map(tab).collect()
}

fn held(asked: &QueryParameters, query: &AlertQuery, enterprise: Option<String>, t: AlertWords) -> Vec<ActiveFilter> {
    let without = |names: &[&str]| {
        let mut changes: Vec<(&str, Option<&str>)> = names.iter().map(|name| (*name, None)).collect();
        changes.push(("cursor", None));
        asked.with(&changes)
    };
    // An enterprise that the reader does not see is called as it was asked for, so that the filter can be taken off.
    let enterprise = enterprise.or_else(|| asked.value("enterprise_id").map(str::to_owned));
    let of_enterprise = enterprise.map(|name| (t.only_enterprise(&name), without(&["enterprise_id"])));
    let of_outcome = query.rest.outcome.map(|end| (t.only_outcome(&t.of_outcome(end)), without(&["outcome"])));
    let bounds = [query.rest.raised_from, query.rest.resolved_from, query.rest.resolved_before];
    let of_period = bounds
        .iter()
        .any(Option::is_some)
        .then(|| (t.only_period(), without(&["raised_from", "resolved_from", "resolved_before"])));
    let all = [of_enterprise, of_outcome, of_period].into_iter().flatten();
    all.map(|(name, without)| ActiveFilter { name, without }).collect()
}

impl AlertRow {
    fn of(
        alert: &FullAlert,
        names: &Directory,
        context: &Context,
        now: DateTime<Utc>,
        w: Words,
        t: AlertWords,
    ) -> Self {
        let language = t.language();
        let row = &alert.row;
        let cause = alert.factors.first().map(|factor| factor.headline(language, Amounts::Bands));
        let raised_at = row.raised_at.0;
        let waiting = row.state == AlertState::Open;
        let late = context.settings.alerts.answer_times().is_late(row.level, raised_at, now);
        let state = match row.outcome {
            Some(outcome) => t.of_outcome(outcome),
            None => t.of_state(row.state),
        };
        Self {
            id: row.id,
            level: row.level.as_str(),
            level_name: row.level.text(language),
            name: alert.enterprise.name.clone(),
            cause: cause.unwrap_or_default(),
            street: names.organisation(alert.enterprise.street_id).unwrap_or("—").to_owned(),
            opened: format::instant(context, row.opened_at.0),
            state,
            acknowledged_by: alert.acknowledged_by.clone().unwrap_or_else(|| w.none()),
            waited: waiting.then(|| (format::waited(w, raised_at, now), late)),
            untold: row.without_recipient && row.state.is_unresolved(),
        }
    }
}
