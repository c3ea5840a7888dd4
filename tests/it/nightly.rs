//! The nightly assessment: once a local day, all enterprises, a piece at a time.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    facts::{log_signal, system},
    some::some,
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use std::sync::Arc;
use wellspring::{
    db::{operation::job_leases, schema::standings},
    domain::{
        fieldwork::signal::SignalKind,
        ids::{EnterpriseId, OrganisationId},
        outbox::delivery::DeliveryKind,
        people::role::Role,
    },
    jobs,
    mail::transport::Transport,
    services::{
        patch::Patch,
        registry::enterprises::{self, EnterpriseFields},
    },
};

async fn run_due(app: &TestApp) {
    let files = Arc::new(Transport::files(app.directory.path().join("mail")));
    jobs::run_due(&app.app, &files).await.unwrap();
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// So many enterprises, none of them ever visited, in the order of their ids.
fn enter(app: &TestApp, count: usize) -> Vec<EnterpriseId> {
    enter_at(app, count, None)
}

fn enter_at(app: &TestApp, count: usize, street: Option<OrganisationId>) -> Vec<EnterpriseId> {
    let (mut ids, _) = app
        .app
        .write_now(&system(), |tx| {
            let one = |number| {
                let mut new =
                    EnterpriseFields::named(crate::support::enterprise::uscc().as_str(), format!("第{number}企业"));
                if let Some(street) = street {
                    new.street_id = Patch::Set(street);
                }
                Ok(enterprises::create(tx, new)?.id)
            };
            (0..count).map(one).collect::<Result<Vec<_>, wellspring::services::Error>>()
        })
        .unwrap();
    ids.sort_by_key(|id| id.0);
    ids
}

/// On which days enterprises were found to stand elsewhere than before, in the order of their ids.
fn assessed_on(app: &TestApp) -> Vec<NaiveDate> {
    app.ask(|connection| {
        standings::table.order(standings::enterprise_id).select(standings::assessed_on).load(connection)
    })
}

#[apply(both_databases)]
async fn silence_is_noticed_without_anybody_doing_anything(app: TestApp) {
    let ids = enter(&app, 3);
    assert_eq!(app.standing(ids[0]).risk_score, 0);
    app.set_time(at("2027-03-01T16:30:00Z"));
    run_due(&app).await;
    assert_eq!(app.standing(ids[0]).risk_score, 0, "half past midnight is before the hour of the assessment");
    app.set_time(at("2027-03-01T18:00:00Z"));
    run_due(&app).await;
    assert!(some(&ids).all(|id| app.standing(*id).risk_score > 0));
    assert!(some(&assessed_on(&app)).all(|day| day.to_string() == "2027-03-02"));
}

#[apply(both_databases)]
async fn all_are_assessed_piece_by_piece_once_a_day(app: TestApp) {
    let ids = enter(&app, 1100);
    app.set_time(at("2027-03-01T18:00:00Z"));
    run_due(&app).await;
    assert!(some(&assessed_on(&app)).all(|day| day.to_string() == "2027-03-02"));
    let counted = |app: &TestApp| {
        let text = app.app.meters().render();
        let line = text.lines().find(|line| line.starts_with("wellspring_enterprises_assessed_total")).unwrap();
        line.rsplit(' ').next().unwrap().parse::<usize>().unwrap()
    };
    let once = counted(&app);
    assert_eq!(once, 2 * ids.len(), "when they were entered, and tonight");
    run_due(&app).await;
    assert_eq!(counted(&app), once, "not again on the same day");
    app.set_time(at("2027-03-02T18:00:00Z"));
    run_due(&app).await;
    assert_eq!(counted(&app), once + ids.len());
}

#[apply(both_databases)]
async fn many_alerts_of_one_night_are_no_flood_of_mails(app: TestApp) {
    let chief = app.person(Role::ChiefSteward);
    let street = app.district.street;
    let ids = enter_at(&app, 450, Some(street));
    let today = app.app.today();
    // In three pieces of the night, each of them with few enough.
    let leaving = [&ids[..12], &ids[200..212], &ids[400..405]].concat();
    app.act_unassessed(|tx| {
        leaving.iter().try_for_each(|id| log_signal(tx, *id, SignalKind::TaxAuthorityChanged, today).map(drop))
    });
    assert_eq!(app.alerts().len(), 0);
    app.set_time(at("2026-11-20T18:00:00Z"));
    run_due(&app).await;
    assert_eq!(app.alerts().len(), 29);
    let mails = app.mails();
    assert!(some(&mails).all(|mail| mail.recipient_id == Some(chief.id)));
    let digests = mails.iter().filter(|mail| mail.kind == DeliveryKind::Digest).count();
    assert_eq!((mails.len() - digests, digests), (12, 2));
}

#[apply(both_databases)]
async fn a_successor_goes_on_where_the_dead_one_was(app: TestApp) {
    let ids = enter(&app, 4);
    run_due(&app).await;
    app.set_time(at("2027-03-01T18:00:00Z"));
    let note = format!("2027-03-02 {}", ids[1].0);
    app.app.maintain(move |connection| Ok(job_leases::set_note(connection, "nightly", &note)?)).await.unwrap();
    run_due(&app).await;
    let days: Vec<_> = assessed_on(&app).iter().map(ToString::to_string).collect();
    assert_eq!(days, ["2026-11-20", "2026-11-20", "2027-03-02", "2027-03-02"]);
}
