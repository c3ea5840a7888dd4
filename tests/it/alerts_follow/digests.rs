//! Many alerts at once for one person come as one mail.

use super::*;
use crate::support::facts::log_signal;

/// Raises alerts on so many enterprises of one chief steward in one transaction.
pub(super) fn storm(app: &TestApp, number: usize) -> Vec<wellspring::domain::ids::SignalId> {
    let enterprises: Vec<EnterpriseId> =
        (0..number).map(|one| app.enterprise(&format!("星河第{one}分公司")).id).collect();
    app.act(|tx| {
        tx.name_batch("税务登记 2026-11-19");
        let today = tx.today;
        enterprises.iter().map(|id| log_signal(tx, *id, SignalKind::TaxAuthorityChanged, today)).collect()
    })
}

#[apply(both_databases)]
async fn above_the_threshold_one_mail_tells_all(app: TestApp) {
    let chief = app.person(Role::ChiefSteward);
    let signals = storm(&app, 21);
    assert_eq!(app.alerts().len(), 21);
    let mails = app.mails();
    assert_eq!(kinds(&mails), [DeliveryKind::Digest]);
    assert_eq!((mails[0].recipient_id, mails[0].about.len()), (Some(chief.id), 21));
    assert_eq!(mails[0].content.subject, "【预警汇总】21 户企业：税务登记 2026-11-19");
    for alert in app.alerts() {
        assert!(mails[0].content.body_text.contains(&format!("/alerts/{}", alert.id)));
    }
    app.withdraw_signal(signals[3], "误报");
    let correction = app.mails().pop().unwrap();
    assert_eq!((correction.kind, correction.recipient_id), (DeliveryKind::Correction, Some(chief.id)));
    let alert = &app.alerts()[3];
    let seen = chief.caller.get(&format!("/api/v1/alerts/{}", alert.id)).await.expect(200).json();
    assert_eq!(seen["mails"][0]["kind"], "digest");
    assert_eq!(seen["mails"][1]["kind"], "correction");
}

#[apply(both_databases)]
async fn up_to_the_threshold_each_alert_has_its_own_mail(app: TestApp) {
    app.person(Role::ChiefSteward);
    storm(&app, 20);
    assert_eq!(kinds(&app.mails()), vec![DeliveryKind::AlertOpened; 20]);
}
