//! Many at once: one enterprise has one alert, and nobody waits for each other forever.

use super::*;
use crate::support::{
    facts::{log_visit, system, visitor},
    some::some,
};
use futures_util::future::join_all;

#[apply(both_databases)]
async fn visits_to_one_enterprise_at_once_make_one_alert(app: TestApp) {
    let enterprise = kept(&app);
    app.act(visitor);
    let today = app.app.today();
    let visits = (0..12).map(|number| {
        let app = app.app.clone();
        let intent = if number % 2 == 0 { Intent::Moving } else { Intent::Considering };
        async move { app.write(system(), move |tx| log_visit(tx, enterprise, intent, today)).await }
    });
    assert!(some(&join_all(visits).await).all(Result::is_ok));
    assert_eq!(app.only_alert().level, Level::Red);
    let kinds = kinds(&app.mails());
    assert!(kinds.iter().filter(|kind| **kind == DeliveryKind::AlertOpened).count() == 2, "{kinds:?}");
    assert!(kinds.iter().filter(|kind| **kind == DeliveryKind::AlertRaised).count() <= 2, "{kinds:?}");
}

#[apply(both_databases)]
async fn visits_to_many_enterprises_at_once_end(app: TestApp) {
    let enterprises: Vec<EnterpriseId> =
        (0..4).map(|number| app.enterprise(&format!("星河第{number}分公司")).id).collect();
    app.act(visitor);
    let today = app.app.today();
    let visits = (0..16).map(|number| {
        let (app, enterprise) = (app.app.clone(), enterprises[number % 4]);
        async move { app.write(system(), move |tx| log_visit(tx, enterprise, Intent::Moving, today)).await }
    });
    assert!(some(&join_all(visits).await).all(Result::is_ok));
    assert_eq!(app.alerts().len(), 4);
}
