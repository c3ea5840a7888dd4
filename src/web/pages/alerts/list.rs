//! The list of alerts: states as tabs, filters in the address, latest first.

use super::words::AlertWords;
use crate::{
    db::registry::organisations::{Organisation, OrganisationFilter},
    domain::{
        ids::AlertId,
        people::role::Permission,
        records::change::Noun,
        registry::organisation::OrganisationKind,
        watch::{alert::AlertState, level::Level, risk::Amounts},
    },
    services::{
        Error, Read,
        paging::Window,
        registry::{directory::Directory, enterprises, organisations},
        watch::alerts::{self, AlertFilter, FullAlert},
    },
    web::{
        pages::{
            choice::Choice,
            format,
            lists::{self, Cell, Column, Filter, Frame, List, Loaded, Look, Narrowed, Piece, Seen, Tab},
            reader::Reader,
            shell::Area,
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};

/// What belongs to the tab of one state.
const OF_A_STATE: [&str; 4] = ["outcome", "raised_from", "resolved_from", "resolved_before"];

struct AlertList;

/// What the list shows besides alerts.
struct Known {
    enterprise: Option<String>,
    streets: Vec<Organisation>,
    names: Directory,
}

/// The list.
#[get("/alerts")]
pub(crate) async fn show(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    lists::show::<AlertList>(&reader, &request).await
}

/// The list as a file.
#[get("/alerts/export")]
pub(crate) async fn export(reader: Reader, request: HttpRequest) -> Result<HttpResponse, Problem> {
    lists::export::<AlertList>(&reader, &request).await
}

impl List for AlertList {
    const PATH: &'static str = "/alerts";
    const NOUN: Noun = Noun::Alert;
    const AREA: Area = Area::Alerts;
    const PERMISSION: Permission = Permission::ReadBusiness;
    const HEAD: usize = 1;
    type Query = AlertFilter;
    type Mark = AlertId;
    type Row = FullAlert;
    type Known = Known;

    fn load(read: &mut Read<'_>, query: &AlertFilter, window: &Window<AlertId>) -> Result<Loaded<Self>, Error> {
        let page = alerts::list(read.conn, read.actor, query, window)?;
        let asked_for = query.enterprise_id.as_ref();
        let found = asked_for.map(|named| enterprises::named_by_filter(read.conn, read.actor, named)).transpose()?;
        let active = OrganisationFilter::active().of_kind(OrganisationKind::Street);
        let streets = organisations::all(read.conn, &active)?;
        let offices = page.items.iter().filter_map(|alert| alert.enterprise.street_id);
        let names = Directory::load(read.conn, read.actor, [], offices)?;
        let enterprise = found.flatten().map(|found| found.name);
        Ok((page, Known { enterprise, streets, names }))
    }

    fn columns<'p>(seen: &Seen<'p, Self>) -> Vec<Column<'p, FullAlert>> {
        let (t, w, language) = (AlertWords(seen.language()), seen.w, seen.language());
        let (names, context, now) = (&seen.known.names, seen.context, seen.now);
        let level =
            move |alert: &FullAlert| Cell::of(Piece::Level(alert.row.level.as_str(), alert.row.level.text(language)));
        let name = move |alert: &FullAlert| {
            Cell::of(Piece::Link(format!("/alerts/{}", alert.row.id), alert.enterprise.name.clone()))
        };
        let factor = move |alert: &FullAlert| {
            Cell::known(alert.factors.first().map(|factor| factor.headline(language, Amounts::Bands)))
        };
        let street = move |alert: &FullAlert| Cell::known(names.organisation(alert.enterprise.street_id));
        let opened = move |alert: &FullAlert| Cell::of(Piece::Time(format::instant(context, alert.row.opened_at.0)));
        let state = move |alert: &FullAlert| {
            let state = alert.row.outcome.map_or_else(|| t.of_state(alert.row.state), |outcome| t.of_outcome(outcome));
            let untold = alert.row.without_recipient && alert.row.state.is_unresolved();
            Cell::text(state).and(untold.then(|| Piece::Tag(t.without_recipient())))
        };
        let waited = move |alert: &FullAlert| {
            let raised_at = alert.row.raised_at.0;
            if alert.row.state != AlertState::Open {
                return Cell::nothing();
            }
            let age = format::waited(w, raised_at, now);
            let late = context.settings.alerts.answer_times().is_late(alert.row.level, raised_at, now);
            if late { Cell::of(Piece::Late(t.late(&age))) } else { Cell::text(age) }
        };
        vec![
            Column::new(t.level(), level).plain_on_cards(),
            Column::new(t.enterprise(), name).look(Look::Cut),
            Column::new(t.main_factor(), factor).look(Look::Cut).plain_on_cards(),
            Column::new(t.street(), street),
            Column::new(t.opened(), opened).look(Look::Code),
            Column::new(t.state(), state),
            Column::new(t.who(), move |alert: &FullAlert| Cell::known(alert.acknowledged_by.clone())),
            Column::new(t.waited(), waited).look(Look::Number),
        ]
    }

    fn frame(seen: &Seen<'_, Self>) -> Frame {
        let (t, query) = (AlertWords(seen.language()), seen.query);
        let street = |street: &Organisation| {
            Choice::new(street.id, street.name.clone()).chosen(query.street_id == Some(street.id))
        };
        let told =
            |untold: bool, name: String| Choice::new(untold, name).chosen(query.without_recipient == Some(untold));
        let levels = [Level::Red, Level::Orange, Level::Yellow];
        Frame {
            title: seen.w.alerts(),
            tabs_label: t.state(),
            tabs: tabs(seen, t),
            filters: vec![
                Filter::code("level", t.level(), &levels, query.level, seen.language()),
                Filter::choice("street_id", t.street(), seen.known.streets.iter().map(street).collect()),
                Filter::choice(
                    "without_recipient",
                    t.told_filter(),
                    vec![told(true, t.without_recipient()), told(false, t.with_recipient())],
                ),
            ],
            narrowed: narrowed(seen, t),
            found: seen.found(|total| t.found(total)),
            caption: t.caption(),
            nothing: t.nothing(),
            nothing_hint: t.nothing_hint(),
            wide: true,
            ..Frame::default()
        }
    }
}

fn tabs(seen: &Seen<'_, AlertList>, t: AlertWords) -> Vec<Tab> {
    let tab = |of: Option<AlertState>| {
        let name = of.map_or_else(|| seen.w.all(), |of| t.of_state(of));
        seen.tab(name, ("state", of.map(AlertState::as_str)), seen.query.state == of, &OF_A_STATE)
    };
    let states = [AlertState::Open, AlertState::Acknowledged, AlertState::Resolved].map(Some);
    [None].into_iter().chain(states).map(tab).collect()
}

fn narrowed(seen: &Seen<'_, AlertList>, t: AlertWords) -> Vec<Narrowed> {
    let query = seen.query;
    // An enterprise that the reader does not see is called as it was asked for, so that the filter can be taken off.
    let enterprise = seen.known.enterprise.as_deref().or_else(|| seen.asked.value("enterprise_id"));
    let of_enterprise = enterprise.map(|name| Narrowed { text: t.only_enterprise(name), names: vec!["enterprise_id"] });
    let of_outcome =
        query.outcome.map(|end| Narrowed { text: t.only_outcome(&t.of_outcome(end)), names: vec!["outcome"] });
    let bounded = query.raised_from.is_some() || query.resolved_from.is_some() || query.resolved_before.is_some();
    let of_period = bounded
        .then(|| Narrowed { text: t.only_period(), names: vec!["raised_from", "resolved_from", "resolved_before"] });
    [of_enterprise, of_outcome, of_period].into_iter().flatten().collect()
}
