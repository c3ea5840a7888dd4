//! Signals that came to wait while their firm was being entered find it all the same.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    enterprise::uscc,
    facts::log_signal,
};
use diesel::prelude::*;
use std::sync::Arc;
use wellspring::{
    db::schema::signals,
    domain::{
        fieldwork::signal::SignalKind,
        ids::{EnterpriseId, SignalId},
        registry::uscc::Uscc,
        watch::level::Level,
    },
    jobs,
    mail::transport::Transport,
};

async fn run_due(app: &TestApp) {
    let files = Arc::new(Transport::files(app.directory.path().join("mail")));
    jobs::run_due(&app.app, &files).await.unwrap();
}

/// Leaves a signal in quarantine as if its firm had been entered at the same moment.
pub fn quarantine(app: &TestApp, beside: EnterpriseId, code: &Uscc) -> SignalId {
    let today = app.app.today();
    app.app
        .write_now(&crate::support::facts::system(), |tx| {
            let id = log_signal(tx, beside, SignalKind::FileTransferLetter, today)?;
            diesel::update(signals::table.find(id))
                .set((signals::enterprise_id.eq(None::<EnterpriseId>), signals::uscc.eq(Some(code.clone()))))
                .execute(tx.conn)?;
            Ok(id)
        })
        .unwrap()
        .0
}

fn subject(app: &TestApp, id: SignalId) -> Option<EnterpriseId> {
    app.ask(|connection| signals::table.find(id).select(signals::enterprise_id).get_result(connection))
}

#[apply(both_databases)]
async fn a_signal_left_behind_reaches_its_firm(app: TestApp) {
    let (beside, firm) = (app.enterprise("星河科技").id, app.enterprise("云台商贸"));
    let (left, strange) = (quarantine(&app, beside, &firm.uscc), quarantine(&app, beside, &uscc()));
    assert_eq!(app.standing(firm.id).risk_level, Level::None);
    run_due(&app).await;
    assert_eq!((subject(&app, left), subject(&app, strange)), (Some(firm.id), None));
    assert_eq!(app.standing(firm.id).risk_level, Level::Red);
    assert_eq!(app.only_alert().enterprise_id, firm.id);
    let changes = crate::support::enterprise::count(&app, "changes");
    run_due(&app).await;
    assert_eq!(crate::support::enterprise::count(&app, "changes"), changes, "once");
}
