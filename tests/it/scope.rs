//! Who sees which enterprise: the table that says so follows teams and street offices at once, and every way of asking it finds the
//! same.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    facts::TeamPeople,
};
use diesel::{QueryableByName, prelude::*, sql_query, sql_types::BigInt};
use wellspring::{
    db::{
        backend::DbConn,
        registry::enterprises::Enterprise,
        schema::enterprises,
        scope::{all_within, first_within, within},
    },
    domain::{
        ids::{EnterpriseId, OrganisationId, UserId},
        people::{actor::Scope, role::Role},
        records::change::Action,
    },
    services,
};

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

fn count(app: &TestApp, from: &str) -> i64 {
    let text = format!("SELECT COUNT(*) AS rows FROM {from}");
    app.ask(|connection| sql_query(text).get_result::<Counted>(connection)).rows
}

/// Rows of the table that should not be there or are missing.
fn astray(app: &TestApp) -> i64 {
    let columns = "SELECT enterprise_id, viewer_id FROM";
    count(app, &format!("({columns} enterprise_viewers EXCEPT {columns} viewers_by_right) wrong"))
        + count(app, &format!("({columns} viewers_by_right EXCEPT {columns} enterprise_viewers) missing"))
}

/// The enterprises of a scope, by each way of asking.
fn seen(app: &TestApp, scope: Scope) -> Vec<EnterpriseId> {
    let mut connection = app.app.database().reader().unwrap();
    let by = |connection: &mut DbConn, condition: wellspring::db::scope::InScope<enterprises::id>| {
        let query = enterprises::table.filter(condition).order(enterprises::id).select(enterprises::id);
        query.load::<EnterpriseId>(connection).unwrap()
    };
    let found = by(&mut connection, within(scope, enterprises::id));
    assert_eq!(by(&mut connection, all_within(scope, enterprises::id)), found, "{scope:?}");
    let first = first_within(&mut connection, scope, enterprises::id).unwrap();
    assert_eq!(by(&mut connection, first), found, "{scope:?}");
    found
}

#[apply(both_databases)]
async fn who_sees_an_enterprise_follows_its_street_and_its_team(app: TestApp) {
    let (ours, other) = (app.enterprise("某某一号有限公司"), app.enterprise("某某二号有限公司"));
    let (street, elsewhere) = (app.district.street, app.district.other_street);
    let sees = |user: UserId| seen(&app, Scope::Organisation(OrganisationId::new(), user));
    assert_eq!(astray(&app), 0);
    assert_eq!(seen(&app, Scope::Street(street)).len(), 2);
    assert_eq!(seen(&app, Scope::Organisation(street, UserId::new())).len(), 2, "a street office sees its own");
    assert_eq!(sees(UserId::new()), [], "a stranger sees none");
    assert_eq!(seen(&app, Scope::Nothing), []);
    assert_eq!(seen(&app, Scope::District).len(), 2);

    let (steward, member) = (app.person_at(Role::Steward, elsewhere).id, app.person_at(Role::Steward, elsewhere).id);
    app.team(ours.id, TeamPeople { steward: Some(steward), ..TeamPeople::default() });
    assert_eq!(astray(&app), 0);
    assert_eq!(sees(steward), [ours.id]);
    app.join_team(ours.id, member);
    assert_eq!(astray(&app), 0);
    assert_eq!(sees(member), [ours.id]);
    app.team(ours.id, TeamPeople { lead_organisation: Some(elsewhere), ..TeamPeople::default() });
    assert_eq!(astray(&app), 0);
    assert_eq!(sees(steward), [], "who is no longer on the team sees it no longer");
    assert_eq!(seen(&app, Scope::Organisation(elsewhere, UserId::new())), [ours.id], "who leads the team sees it");
    assert_eq!(seen(&app, Scope::Street(elsewhere)), [], "a service of a street office sees the street only");
    app.team_ends(ours.id);
    assert_eq!(astray(&app), 0);
    assert_eq!(seen(&app, Scope::Organisation(elsewhere, UserId::new())), []);

    app.act(|tx| {
        let before = services::registry::enterprises::find_for_update(tx, &other.id.into())?;
        tx.change(&before, Enterprise { street_id: Some(elsewhere), ..before.clone() }, Action::Updated)
    });
    assert_eq!(astray(&app), 0);
    assert_eq!(seen(&app, Scope::Street(elsewhere)), [other.id], "an enterprise moves with its street office");
    assert_eq!(seen(&app, Scope::Organisation(street, UserId::new())), [ours.id]);
}
