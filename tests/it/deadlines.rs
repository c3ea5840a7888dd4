//! Deadlines: a promised visit that passes counts at once, is recorded as an act of the product, and happens once, whatever clocks and
//! nodes do.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    caller::Caller,
    district::Person,
    facts::{TeamPeople, system},
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use futures_util::future::join;
use serde_json::{Value, json};
use std::sync::Arc;
use wellspring::{
    db::{
        operation::{
            deadlines::{self, Deadline},
            job_leases,
        },
        registry::enterprises as rows,
        schema::deadlines as table,
        values::AnyId,
    },
    domain::{
        ids::{EnterpriseId, VisitId},
        operation::deadline::{DeadlineKind, DeadlineOutcome},
        people::role::Role,
        records::change::Noun,
        registry::enterprise::EnterpriseStatus,
    },
    jobs,
    mail::transport::Transport,
    services::{self, operation::deadlines::Taken},
};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

async fn run_due(app: &TestApp) {
    let files = Arc::new(Transport::files(app.directory.path().join("mail")));
    jobs::run_due(&app.app, &files).await.unwrap();
}

/// An enterprise with a steward who visits it.
struct Served<'a> {
    app: &'a TestApp,
    enterprise: EnterpriseId,
    steward: Person,
}

impl TestApp {
    fn served(&self) -> Served<'_> {
        let enterprise = self.enterprise("星河科技有限公司").id;
        let steward = self.person(Role::Steward);
        self.team(enterprise, TeamPeople { steward: Some(steward.id), ..TeamPeople::default() });
        Served { app: self, enterprise, steward }
    }

    /// All deadlines, in the order of their rounds.
    fn deadlines(&self) -> Vec<Deadline> {
        self.ask(|c| table::table.order((table::round, table::noun_id)).select(Deadline::as_select()).load(c))
    }

    /// How each ended; `None` while it is open.
    fn outcomes(&self) -> Vec<Option<DeadlineOutcome>> {
        self.deadlines().into_iter().map(|one| one.outcome).collect()
    }

    /// What is recorded of promises that passed.
    fn overdue(&self) -> Vec<Value> {
        let of_promises = |(noun, action, fields): (String, String, Value)| {
            (noun == "visit" && action == "overdue").then_some(fields)
        };
        self.recorded().into_iter().filter_map(of_promises).collect()
    }
}

impl Served<'_> {
    /// Signed in again: sessions end while time passes.
    fn caller(&self) -> Caller {
        self.app.sign_in(self.steward.id)
    }

    /// Logs a visit of a day; gives its id.
    async fn visit(&self, on: &str, promised: Option<&str>) -> VisitId {
        let visit = json!({
            "enterprise_id": self.enterprise, "visited_on": on, "channel": "on_site", "summary": "了解近况",
            "next_visit_on": promised,
        });
        let made = self.caller().post("/api/v1/visits", visit).await.expect(201).json();
        made["id"].as_str().unwrap().parse().unwrap()
    }

    async fn promise(&self, visit: VisitId, day: Value) {
        let change = json!({ "next_visit_on": day });
        self.caller().if_match("*").patch(&format!("/api/v1/visits/{visit}"), change).await.expect(200);
    }

    async fn timeline(&self) -> Vec<String> {
        let path = format!("/api/v1/enterprises/{}/timeline", self.enterprise);
        let found = self.caller().get(&path).await.expect(200).json();
        let texts = found["items"].as_array().unwrap().iter().map(|event| event["text"].as_str().unwrap().to_owned());
        texts.collect()
    }
}

use DeadlineOutcome::{Acted, Lapsed};

#[apply(both_databases)]
async fn a_promise_that_passes_is_recorded_at_once_by_the_product(app: TestApp) {
    let served = app.served();
    let visit = served.visit("2026-11-20", Some("2026-11-25")).await;
    let written = app.deadlines();
    assert_eq!(written.len(), 1);
    assert_eq!(
        (written[0].noun, written[0].noun_id, written[0].kind),
        (Noun::Visit, AnyId(visit.0), DeadlineKind::PromisedVisit)
    );
    assert_eq!((written[0].due_at.0, written[0].enterprise_id), (at("2026-11-25T16:00:00Z"), Some(served.enterprise)));
    app.set_time(at("2026-11-25T15:59:59Z"));
    run_due(&app).await;
    assert_eq!(app.overdue().len(), 0, "all of the promised day is there to keep the promise");
    // Ten minutes into the next day, hours before the night's assessment.
    app.set_time(at("2026-11-25T16:10:00Z"));
    run_due(&app).await;
    assert_eq!(app.outcomes(), [Some(Acted)]);
    let recorded = app.overdue();
    assert_eq!(recorded.len(), 1);
    assert_eq!(recorded[0]["next_visit_on"]["after"], "2026-11-25");
    assert!(recorded[0].get("late").is_none());
    let told = served.timeline().await;
    let expected = format!(
        "系统（依据{} 2026-11-20 的走访）：约定走访已逾期：约定 2026-11-25 走访",
        served.steward.user.display_name
    );
    assert_eq!(told[0], expected);
    let caller = app.service(&[wellspring::domain::people::role::TokenScope::ChangesRead], None);
    run_due(&app).await;
    let feed = caller.get("/api/v1/changes?limit=200").await.expect(200).json();
    let last = feed["items"].as_array().unwrap().iter().find(|change| change["action"] == "overdue").unwrap();
    assert_eq!((&last["actor"], &last["noun_id"]), (&json!("system"), &json!(visit)));
}

#[apply(both_databases)]
async fn it_counts_at_once_and_not_at_the_next_night(app: TestApp) {
    let served = app.served();
    served.visit("2026-11-20", Some("2026-11-21")).await;
    // Silence begins to count while nobody looks: the assessment that follows the deadline finds it before the night does.
    app.set_time(at("2027-04-01T16:05:00Z"));
    assert_eq!(app.standing(served.enterprise).risk_score, 0);
    run_due(&app).await;
    let standing = app.standing(served.enterprise);
    assert!(standing.risk_score > 0, "{standing:?}");
    assert_eq!(standing.assessed_on.to_string(), "2027-04-02");
}

#[apply(both_databases)]
async fn what_was_missed_while_nobody_was_at_work_is_done_once_late_and_says_so(app: TestApp) {
    let served = app.served();
    served.visit("2026-11-20", Some("2026-11-25")).await;
    app.set_time(at("2026-12-03T02:00:00Z"));
    run_due(&app).await;
    run_due(&app).await;
    let recorded = app.overdue();
    assert_eq!((recorded.len(), &recorded[0]["late"]["after"]), (1, &json!(true)));
    assert!(served.timeline().await[0].contains("到期时系统未运行，事后补记"));
    // A clock that goes back and forth finds it done.
    for time in ["2026-11-21T02:00:00Z", "2026-12-31T02:00:00Z", "2026-11-26T02:00:00Z"] {
        app.set_time(at(time));
        run_due(&app).await;
    }
    assert_eq!((app.overdue().len(), app.outcomes()), (1, vec![Some(Acted)]));
}

#[apply(both_databases)]
async fn a_kept_promise_ends_its_deadline_and_a_new_one_begins(app: TestApp) {
    let served = app.served();
    served.visit("2026-11-20", Some("2026-11-25")).await;
    app.set_time(at("2026-11-24T02:00:00Z"));
    served.visit("2026-11-24", Some("2026-12-10")).await;
    assert_eq!(app.outcomes(), [Some(Lapsed), None]);
    app.set_time(at("2026-11-30T02:00:00Z"));
    run_due(&app).await;
    assert_eq!(app.overdue().len(), 0);
    served.visit("2026-11-30", None).await;
    assert_eq!(app.outcomes(), [Some(Lapsed), Some(Lapsed)]);
    app.set_time(at("2027-01-30T02:00:00Z"));
    run_due(&app).await;
    assert_eq!(app.overdue().len(), 0);
}

#[apply(both_databases)]
async fn another_promised_day_is_a_new_round(app: TestApp) {
    let served = app.served();
    let visit = served.visit("2026-11-20", Some("2026-11-25")).await;
    served.promise(visit, json!("2026-12-01")).await;
    assert_eq!(app.outcomes(), [Some(Lapsed), None]);
    // The first day again: the same round, open again.
    served.promise(visit, json!("2026-11-25")).await;
    assert_eq!(app.outcomes(), [None, Some(Lapsed)]);
    served.promise(visit, Value::Null).await;
    assert_eq!(app.outcomes(), [Some(Lapsed), Some(Lapsed)]);
    served.promise(visit, json!("2026-11-25")).await;
    app.set_time(at("2026-11-26T02:00:00Z"));
    run_due(&app).await;
    assert_eq!((app.outcomes(), app.overdue().len()), (vec![Some(Acted), Some(Lapsed)], 1));
    // Overdue once; the next promise of the same visit may be overdue too.
    served.promise(visit, json!("2026-11-27")).await;
    app.set_time(at("2026-11-28T02:00:00Z"));
    run_due(&app).await;
    assert_eq!((app.outcomes(), app.overdue().len()), (vec![Some(Acted), Some(Acted), Some(Lapsed)], 2));
}

#[apply(both_databases)]
async fn a_withdrawn_visit_promises_nothing_and_the_one_before_counts_again(app: TestApp) {
    let served = app.served();
    served.visit("2026-11-19", Some("2026-11-30")).await;
    let mistaken = served.visit("2026-11-20", Some("2026-11-25")).await;
    assert_eq!(app.outcomes(), [None, Some(Lapsed)]);
    let withdraw = format!("/api/v1/visits/{mistaken}/withdraw");
    served.caller().post(&withdraw, json!({ "reason": "记错了企业" })).await.expect(200);
    assert_eq!(app.outcomes(), [Some(Lapsed), None]);
    app.set_time(at("2026-12-01T02:00:00Z"));
    run_due(&app).await;
    assert_eq!(
        app.overdue().iter().map(|fields| &fields["next_visit_on"]["after"]).collect::<Vec<_>>(),
        ["2026-11-30"]
    );
}

#[apply(both_databases)]
async fn an_enterprise_that_has_left_is_promised_nothing(app: TestApp) {
    let served = app.served();
    served.visit("2026-11-20", Some("2026-11-25")).await;
    app.set_status(served.enterprise, EnterpriseStatus::MovedOut);
    assert_eq!(app.outcomes(), [Some(Lapsed)]);
    app.set_status(served.enterprise, EnterpriseStatus::Active);
    assert_eq!(app.outcomes(), [None]);
}

#[apply(both_databases)]
async fn a_deadline_that_applies_no_more_is_found_out_when_it_is_taken(app: TestApp) {
    let served = app.served();
    served.visit("2026-11-20", Some("2026-11-25")).await;
    // As if a program that knows no deadlines had logged the next visit.
    app.act_unassessed(|tx| {
        crate::support::facts::log_visit(
            tx,
            served.enterprise,
            wellspring::domain::fieldwork::visit::RelocationIntent::None,
            tx.today,
        )
        .map(drop)
    });
    assert_eq!(app.outcomes(), [None]);
    app.set_time(at("2026-11-26T02:00:00Z"));
    run_due(&app).await;
    assert_eq!((app.outcomes(), app.overdue().len()), (vec![Some(Lapsed)], 0));
}

#[apply(both_databases)]
async fn promises_of_before_get_their_deadline_at_night(app: TestApp) {
    let served = app.served();
    served.visit("2026-11-20", Some("2026-11-25")).await;
    app.act(|tx| Ok(diesel::delete(table::table).execute(tx.conn)?));
    app.set_time(at("2026-11-20T18:30:00Z"));
    run_due(&app).await;
    assert_eq!(app.outcomes(), [None]);
}

#[apply(both_databases)]
async fn two_that_take_one_step_at_once_take_it_once(app: TestApp) {
    let served = app.served();
    served.visit("2026-11-20", Some("2026-11-25")).await;
    app.set_time(at("2026-11-25T16:10:00Z"));
    let deadline = app.deadlines().remove(0);
    let take = || {
        let deadline = deadline.clone();
        app.app.write(system(), move |tx| services::operation::deadlines::take(tx, &deadline))
    };
    let (one, other) = join(take(), take()).await;
    let mut taken = [one.unwrap(), other.unwrap()];
    taken.sort_by_key(|taken| *taken == Taken::NotDue);
    assert_eq!(taken, [Taken::Ended(Acted), Taken::NotDue]);
    assert_eq!(app.overdue().len(), 1);
}

#[apply(both_databases)]
async fn while_another_node_has_the_lease_nothing_is_taken(app: TestApp) {
    let served = app.served();
    served.visit("2026-11-20", Some("2026-11-25")).await;
    app.set_time(at("2026-11-25T16:10:00Z"));
    let other = uuid::Uuid::now_v7();
    let lease = |length| app.app.maintain(move |c| Ok(job_leases::acquire(c, "deadlines", other, length)?));
    assert!(lease(TimeDelta::hours(1)).await.unwrap());
    run_due(&app).await;
    assert_eq!(app.outcomes(), [None]);
    assert!(lease(TimeDelta::seconds(-1)).await.unwrap());
    run_due(&app).await;
    assert_eq!(app.outcomes(), [Some(Acted)]);
}

#[apply(both_databases)]
async fn one_that_fails_keeps_no_other_from_being_taken(app: TestApp) {
    let served = app.served();
    served.visit("2026-11-20", Some("2026-11-25")).await;
    let sound = app.deadlines().remove(0);
    // Of a visit that there is not, due first.
    let broken = Deadline {
        noun_id: AnyId(uuid::Uuid::nil()),
        enterprise_id: None,
        due_at: (sound.due_at.0 - TimeDelta::days(1)).into(),
        ..sound.clone()
    };
    app.act(|tx| Ok(deadlines::put(tx.conn, &broken)?));
    app.set_time(at("2026-11-25T16:10:00Z"));
    let files = Arc::new(Transport::files(app.directory.path().join("mail")));
    jobs::run_due(&app.app, &files).await.unwrap();
    assert_eq!(app.outcomes(), [None, Some(Acted)], "in the order of the things");
}

#[apply(both_databases)]
async fn a_visit_and_the_job_wait_for_each_other(app: TestApp) {
    let served = app.served();
    served.visit("2026-11-20", Some("2026-11-25")).await;
    app.set_time(at("2026-11-25T16:10:00Z"));
    let deadline = app.deadlines().remove(0);
    let (enterprise, today) = (served.enterprise, app.app.today());
    let visit = app.app.write(system(), move |tx| {
        rows::lock(tx.conn, &[enterprise])?;
        crate::support::facts::log_visit(
            tx,
            enterprise,
            wellspring::domain::fieldwork::visit::RelocationIntent::None,
            today,
        )
    });
    let take = app.app.write(system(), move |tx| services::operation::deadlines::take(tx, &deadline));
    let (visited, taken) = join(visit, take).await;
    visited.unwrap();
    // Whichever came first, the deadline ended once, and was recorded only if it was taken before the visit.
    let acted = taken.unwrap() == Taken::Ended(Acted);
    assert_eq!(app.overdue().len(), usize::from(acted));
    assert_eq!(app.outcomes(), [Some(if acted { Acted } else { Lapsed })]);
}
