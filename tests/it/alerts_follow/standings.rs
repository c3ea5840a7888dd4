//! Where enterprises stand always equals what a fresh look at the facts says.

use super::*;
use chrono::{Days, NaiveDate};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use std::collections::{BTreeMap, BTreeSet};
use wellspring::{
    db::registry::enterprises,
    domain::{
        ids::{SignalId, VisitId},
        people::actor::Scope,
        registry::enterprise::Tier,
        watch::risk::{Facts, RiskPolicy, SignalFact, VisitFact, assess},
    },
    services::watch::{assessment, facts, risk_policies},
};

/// What may happen to an enterprise.
#[derive(Debug, Clone)]
enum Event {
    Visit(Intent, u64),
    Signal(SignalKind, u64),
    WithdrawVisit(usize),
    WithdrawSignal(usize),
    DaysPass(u8),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let intent = prop::sample::select(Intent::ALL.to_vec());
    let kind = prop::sample::select(SignalKind::ALL.to_vec());
    let event = prop_oneof![
        (intent, 0..200_u64).prop_map(|(intent, ago)| Event::Visit(intent, ago)),
        (kind, 0..200_u64).prop_map(|(kind, ago)| Event::Signal(kind, ago)),
        (0..4_usize).prop_map(Event::WithdrawVisit),
        (0..4_usize).prop_map(Event::WithdrawSignal),
        (1..40_u8).prop_map(Event::DaysPass),
    ];
    prop::collection::vec(event, 1..9)
}

/// The facts as the test knows them.
#[derive(Default)]
struct Model {
    visits: BTreeMap<VisitId, VisitFact>,
    signals: BTreeMap<SignalId, SignalFact>,
}

impl Model {
    fn facts(&self, enterprise_id: EnterpriseId, known_since: NaiveDate) -> Facts {
        Facts {
            enterprise_id,
            status: EnterpriseStatus::Active,
            tier: Tier::Normal,
            entered_on: None,
            known_since,
            visits: self.visits.values().copied().collect(),
            signals: self.signals.values().copied().collect(),
            months: Vec::new(),
            imported_months: BTreeSet::new(),
            spent: BTreeSet::new(),
        }
    }

    fn happen(&mut self, app: &TestApp, enterprise: EnterpriseId, event: &Event) {
        let (today, learned_at) = (app.app.today(), app.app.now());
        match event {
            Event::Visit(intent, ago) => {
                let visited_on = today - Days::new(*ago);
                let id = app.visit_on(enterprise, *intent, visited_on);
                self.visits.insert(id, VisitFact { id, visited_on, learned_at, intent: Some(*intent) });
            }
            Event::Signal(kind, ago) => {
                let occurred_on = today - Days::new(*ago);
                let id = app.signal_on(enterprise, *kind, occurred_on);
                self.signals.insert(id, SignalFact { id, kind: *kind, occurred_on });
            }
            Event::WithdrawVisit(place) => {
                if let Some(id) = self.visits.keys().nth(*place).copied() {
                    self.visits.remove(&id);
                    app.withdraw_visit(id, "误录");
                }
            }
            Event::WithdrawSignal(place) => {
                if let Some(id) = self.signals.keys().nth(*place).copied() {
                    self.signals.remove(&id);
                    app.withdraw_signal(id, "误录");
                }
            }
            Event::DaysPass(days) => {
                app.advance(TimeDelta::days((*days).into()));
                app.act(|tx| {
                    tx.touch(enterprise);
                    Ok(())
                });
            }
        }
    }
}

fn check(app: &TestApp, events: &[Event]) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    let known_since = app.app.today();
    let mut model = Model::default();
    for event in events {
        model.happen(app, enterprise, event);
        let expected = assess(&model.facts(enterprise, known_since), &RiskPolicy::system_default(), app.app.today());
        let standing = app.standing(enterprise);
        assert_eq!(
            (standing.risk_level, standing.risk_score),
            (expected.level, expected.score),
            "{event:?} of {events:?}"
        );
        assert_eq!(standing.risk_factors, serde_json::to_string(&expected.factors).unwrap(), "{event:?} of {events:?}");
        assert_eq!(standing.last_visit_on, model.visits.values().map(|visit| visit.visited_on).max());
        let unresolved = app.alerts().into_iter().filter(|alert| alert.state.is_unresolved());
        let unresolved: Vec<_> = unresolved.filter(|alert| alert.enterprise_id == enterprise).collect();
        assert!(unresolved.len() <= 1);
        let level = unresolved.first().map_or(Level::None, |alert| alert.level);
        assert!(level >= standing.risk_level, "{event:?} of {events:?}");
    }
}

#[apply(both_databases)]
async fn standings_equal_recomputation_from_the_facts(app: TestApp) {
    let mut runner = TestRunner::deterministic();
    for _ in 0..12 {
        let events = events().new_tree(&mut runner).unwrap().current();
        check(&app, &events);
    }
}

#[apply(both_databases)]
async fn a_risk_policy_can_be_tried_without_a_trace(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    app.signal_on(enterprise, SignalKind::AreaCut, app.app.today());
    let (standing, recorded) = (app.standing(enterprise), app.recorded().len());
    let in_force = RiskPolicy::system_default();
    let mut tried = in_force.clone();
    tried.signals.area_cut = in_force.levels.red_from;
    let mut connection = app.app.database().reader().unwrap();
    let (context, today) = (app.app.context(), app.app.today());
    assert_eq!(*risk_policies::in_force(&mut connection, context).unwrap(), in_force);
    let mut level = |policy: &RiskPolicy| {
        let rows = enterprises::with_ids(&mut connection, Scope::District, &[enterprise]).unwrap();
        let known = facts::load(&mut connection, context, policy, today, &rows).unwrap();
        let assessed = assessment::assess_all(rows, known, policy, today);
        assert_eq!(assessed.len(), 1);
        assessed[0].assessment.level
    };
    assert_eq!((level(&in_force), level(&tried)), (standing.risk_level, Level::Red));
    assert!(standing.risk_level < Level::Red);
    assert_eq!(app.standing(enterprise), standing);
    assert_eq!(app.recorded().len(), recorded);
}

#[apply(both_databases)]
async fn sums_of_tax_are_over_the_year_and_over_twelve_months(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司").id;
    for (month, yuan) in [("2025-10", 1), ("2025-11", 20), ("2025-12", 300), ("2026-01", 4_000), ("2026-10", 50_000)] {
        app.tax(enterprise, month, yuan);
    }
    let standing = app.standing(enterprise);
    assert_eq!(standing.tax_year_fen.0, 5_400_000);
    assert_eq!(standing.tax_12_months_fen.0, 5_432_000);
}
