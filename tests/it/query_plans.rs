//! No documented filter and no order of the list of enterprises, each alone, reads a whole table: both databases are asked how
//! they would go about it. The parameters come from the API's own description, so that a new one is asked about too.

use crate::support::{
    app::{Backend, TestApp},
    both::{apply, both_databases},
    enterprise::uscc,
};
use diesel::{
    connection::SimpleConnection,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Integer, Text},
};
use wellspring::{
    db::{
        backend::{DbConn, MultiBackend, QueryError},
        keyset::{Part, Place},
        records::recorded::{Creatable, WriteProof},
        registry::{
            enterprise_list::{self, Mark},
            enterprises::Enterprise,
        },
        watch::{
            facts,
            standings::{self, Standing},
        },
    },
    domain::{
        band::Band,
        fen::Fen,
        ids::{EnterpriseId, OrganisationId, TokenId, UserId},
        people::{
            actor::{Actor, Identity, Scope},
            role::{Role, TokenScope},
        },
        registry::{
            enterprise::{EnterpriseStatus, Tier},
            organisation::OrganisationKind,
            presence::Presence,
        },
        search_key,
        watch::{level::Level, risk::RiskPolicy},
    },
    services::registry::enterprises::list::{self, EnterpriseQuery, EnterpriseSort},
    texts::Language,
    web::routes,
};

/// Enterprises in the test: enough for a planner to prefer an index where there is one.
const ROWS: usize = 8_000;

/// A query to be explained instead of run.
struct Explain<Q>(&'static str, Q);

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Explain<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql(self.0);
        self.1.walk_ast(out.reborrow())
    }
}
impl<Q> QueryId for Explain<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
/// SQLite's answer has four columns.
struct ExplainSqlite<Q>(Explain<Q>);
impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for ExplainSqlite<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}
impl<Q> QueryId for ExplainSqlite<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<Q> Query for ExplainSqlite<Q> {
    type SqlType = (Integer, Integer, Integer, Text);
}
impl<Q> RunQueryDsl<DbConn> for ExplainSqlite<Q> {}
impl<Q> Query for Explain<Q> {
    type SqlType = Text;
}
impl<Q> RunQueryDsl<DbConn> for Explain<Q> {}

/// Values a parameter is tried with: rare ones and common ones.
fn samples(app: &TestApp, parameter: &str) -> Vec<String> {
    let texts = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    match parameter {
        "q" => texts(&["星河", "锅", "xhkj", "91320106"]),
        "street_id" | "steward_id" => vec![app.district.street.to_string()],
        "industry_code" => texts(&["C", "I", "65"]),
        "presence" => texts(&["unreachable", "local"]),
        "tier" => texts(&["key", "normal"]),
        "new_entry" => texts(&["true"]),
        "risk_level" => texts(&["red", "none"]),
        "status" => texts(&["moved_out", "active"]),
        "tax_year_min_fen" => texts(&["90000000000"]),
        "tax_year_max_fen" => texts(&["-1"]),
        "tax_year_band" => texts(&["over_100m", "under_100k"]),
        other => panic!("the parameter {other} needs a sample, and an index"),
    }
}

/// The parameters that filter, by the API's description.
fn documented_filters() -> Vec<String> {
    let document = routes::document();
    let parameters = document["paths"]["/api/v1/enterprises"]["get"]["parameters"].as_array().unwrap().clone();
    let names = parameters.iter().map(|parameter| parameter["name"].as_str().unwrap().to_owned());
    names.filter(|name| !matches!(name.as_str(), "limit" | "cursor" | "include_total" | "sort")).collect()
}

/// Enterprises of which few are rare in each way.
fn fill(app: &TestApp) {
    let mut connection = app.app.database().writer().unwrap();
    let rows: Vec<Enterprise> = (0..ROWS).map(|number| enterprise(app, number)).collect();
    for rows in rows.chunks(1000) {
        Enterprise::insert_many(rows, &mut connection, &WriteProof::of_the_unit_of_work()).unwrap();
        let standings: Vec<Standing> =
            rows.iter().enumerate().map(|(number, row)| standing(app, row.id, number)).collect();
        standings::upsert(&mut connection, &standings).unwrap();
    }
    connection.batch_execute("ANALYZE").unwrap();
}

fn enterprise(app: &TestApp, number: usize) -> Enterprise {
    let rare = number % 1000 == 7;
    let name = if rare { format!("星河{number}科技") } else { format!("某某{number}火锅有限公司") };
    let division = 13 + number % 80;
    Enterprise {
        id: EnterpriseId::new(),
        uscc: uscc(),
        name_bigrams: search_key::bigrams(&name),
        name_initials: search_key::initials(&name),
        name_key: search_key::sort_key(&name),
        name,
        industry_edition: Some("gb_2017".to_owned()),
        industry_code: Some(format!("{division}")),
        industry_section: Some(if rare { "I" } else { "C" }.to_owned()),
        industry_division: Some(format!("{division}")),
        registered_address: Some("江南省临川市星河区星湖路8号".to_owned()),
        operating_address: None,
        tax_authority: None,
        street_id: Some(if number.is_multiple_of(12) { app.district.street } else { app.district.other_street }),
        presence: if rare { Presence::Unreachable } else { Presence::Local },
        presence_stated: false,
        tier: if rare { Tier::Key } else { Tier::Normal },
        entered_on: Some(if rare { "2026-10-01" } else { "2015-10-01" }.parse().unwrap()),
        status: if rare { EnterpriseStatus::MovedOut } else { EnterpriseStatus::Active },
        source: None,
        data_on: None,
        import_id: None,
        version: 1,
        created_at: app.app.now().into(),
        updated_at: app.app.now().into(),
    }
}

fn standing(app: &TestApp, id: EnterpriseId, number: usize) -> Standing {
    let mut standing = Standing::blank(id, app.app.today());
    let amount = i64::try_from(number).unwrap() * 100_000_000 - 100_000_000;
    standing.tax_year_fen = Fen(amount);
    standing.tax_year_band = Band::of(Fen(amount)).index().into();
    standing.risk_level = if number % 1000 == 7 { Level::Red } else { Level::None };
    standing.risk_score = i32::try_from(number % 100).unwrap();
    standing.risk_order = standings::risk_order(standing.risk_level, standing.risk_score);
    standing.last_visit_on = number.is_multiple_of(3).then(|| app.app.today());
    standing
}

fn actor(scopes: &[TokenScope]) -> Actor {
    Actor {
        identity: Identity::Service { token: TokenId::new(), scopes: scopes.to_vec(), street: None },
        name: "测试".to_owned(),
        language: Language::Zh,
        request_id: "test".to_owned(),
    }
}

/// A chief steward of an office.
fn office(organisation: OrganisationId, user: UserId) -> Actor {
    let (role, organisation_kind) = (Role::ChiefSteward, OrganisationKind::Street);
    let identity = Identity::Person { user, session: None, role, organisation, organisation_kind };
    Actor { identity, ..actor(&[]) }
}

/// PostgreSQL has statistics, and chooses by them where to begin.
fn has_statistics(app: &TestApp) -> bool {
    app.backend() == Backend::Postgres
}

/// How the database would go about a page of the list.
fn plan(app: &TestApp, actor: &Actor, query: &EnterpriseQuery, place: Place<Mark>) -> Vec<String> {
    let filter = list::filter(query, actor, &RiskPolicy::system_default(), app.app.today()).unwrap();
    let order = list::order(query.sort, actor);
    let mut connection = app.app.database().reader().unwrap();
    let part = Part { place, limit: 51 };
    let page = enterprise_list::ordered(&mut connection, actor.scope(), &filter, order, part).unwrap();
    drop(connection);
    explained(app, page)
}

/// How the database would go about a query.
fn explained<Q: QueryFragment<MultiBackend>>(app: &TestApp, query: Q) -> Vec<String> {
    let mut connection = app.app.database().reader().unwrap();
    match &mut *connection {
        DbConn::Pg(_) => Explain("EXPLAIN ", query).load(&mut *connection).unwrap(),
        DbConn::Sqlite(_) => {
            let steps: Result<Vec<(i32, i32, i32, String)>, QueryError> =
                ExplainSqlite(Explain("EXPLAIN QUERY PLAN ", query)).load(&mut *connection);
            steps.unwrap().into_iter().map(|(_, _, _, step)| step).collect()
        }
    }
}

/// Steps that read a whole table, or all of an index to find a few.
fn whole_reads(plan: &[String], by_index_in_order: bool) -> Vec<&String> {
    let reads_all = |step: &&String| {
        let scans = step.starts_with("SCAN ") && !step.contains("VIRTUAL TABLE");
        let in_order = by_index_in_order && step.contains(" USING ");
        (scans && !in_order) || step.contains("Seq Scan on enterprises") || step.contains("Seq Scan on standings")
    };
    plan.iter().filter(reads_all).collect()
}

#[apply(both_databases)]
async fn every_documented_filter_goes_by_an_index(app: TestApp) {
    fill(&app);
    let reader = actor(&[TokenScope::Read, TokenScope::FiguresRead]);
    let filters = documented_filters();
    assert!(filters.len() >= 12, "{filters:?}");
    for name in filters {
        for value in samples(&app, &name) {
            let written = form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).finish();
            let query = serde_urlencoded::from_str::<EnterpriseQuery>(&written).unwrap();
            let plan = plan(&app, &reader, &query, Place::First);
            assert!(whole_reads(&plan, false).is_empty(), "{name}={value}: {plan:#?}");
        }
    }
}

#[apply(both_databases)]
async fn every_order_goes_by_an_index_on_every_page(app: TestApp) {
    fill(&app);
    let figures = actor(&[TokenScope::Read, TokenScope::FiguresRead]);
    let bands = actor(&[TokenScope::Read]);
    let sorts = EnterpriseSort::ALL.iter().copied().map(Some).chain([None]);
    for (sort, reader) in sorts.flat_map(|sort| [(sort, &figures), (sort, &bands)]) {
        let query = EnterpriseQuery { sort, ..EnterpriseQuery::default() };
        let order = list::order(sort, reader);
        let filter = enterprise_list::EnterpriseFilter::default();
        let mut connection = app.app.database().reader().unwrap();
        let part = Part { place: Place::First, limit: 3000 };
        let first = enterprise_list::page(&mut connection, Scope::District, &filter, order, part).unwrap();
        let mark = order.0.mark(first.last().unwrap());
        drop(connection);
        for place in [Place::First, Place::After(mark.clone()), Place::Before(mark)] {
            let plan = plan(&app, reader, &query, place);
            assert!(whole_reads(&plan, true).is_empty(), "{sort:?}: {plan:#?}");
            let sorted =
                plan.iter().any(|step| step.contains("USE TEMP B-TREE") || step.trim_start().starts_with("->  Sort"));
            assert!(!sorted, "{sort:?} sorts by itself: {plan:#?}");
        }
    }
}

#[apply(both_databases)]
async fn a_list_begins_with_what_leaves_few_rows(app: TestApp) {
    fill(&app);
    let (leader, stranger) = (actor(&[TokenScope::Read]), office(OrganisationId::new(), UserId::new()));
    let sorted = |query: EnterpriseQuery| EnterpriseQuery { sort: Some(EnterpriseSort::RiskDescending), ..query };
    let many = EnterpriseQuery {
        status: Some(EnterpriseStatus::Active),
        tier: Some(Tier::Normal),
        ..EnterpriseQuery::default()
    };
    let few = EnterpriseQuery { presence: Some(Presence::Unreachable), ..many.clone() };
    for (what, query, reader, begins) in [
        ("filters that many meet", &many, &leader, "standings_risk"),
        ("a filter that few meet", &few, &leader, "enterprises_presence"),
        ("what somebody sees who sees little", &many, &stranger, "enterprise_viewers"),
    ] {
        let plan = plan(&app, reader, &sorted(query.clone()), Place::First);
        assert!(whole_reads(&plan, true).is_empty(), "{what}: {plan:#?}");
        if !has_statistics(&app) {
            assert!(plan.iter().any(|step| step.contains(begins)), "{what}: {plan:#?}");
            assert!(!plan.iter().any(|step| step.contains("enterprises_status")), "{what}: {plan:#?}");
        }
    }
}

#[apply(both_databases)]
async fn a_night_begins_with_the_enterprises_that_are_assessed(app: TestApp) {
    let plan = explained(&app, facts::spent(&[EnterpriseId::new(), EnterpriseId::new()]));
    assert!(has_statistics(&app) || plan[0].contains("alert_evidence_enterprise"), "{plan:#?}");
}

#[apply(both_databases)]
async fn a_street_s_list_goes_by_an_index_whoever_sees_much_or_little(app: TestApp) {
    fill(&app);
    let (chief, stranger) = (office(app.district.street, UserId::new()), office(OrganisationId::new(), UserId::new()));
    for (who, reader) in [("who sees all", &chief), ("who sees nothing", &stranger)] {
        for sort in [None, Some(EnterpriseSort::RiskDescending), Some(EnterpriseSort::Name)] {
            let query = EnterpriseQuery { sort, ..EnterpriseQuery::default() };
            let plan = plan(&app, reader, &query, Place::First);
            assert!(plan.iter().any(|step| step.contains("enterprise_viewers")), "{plan:#?}");
            assert!(whole_reads(&plan, true).is_empty(), "{who}, {sort:?}: {plan:#?}");
        }
    }
}
