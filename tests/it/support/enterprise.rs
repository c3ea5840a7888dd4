//! Enterprises to test with, entered by the product itself through the same use case as everybody else's.

use super::app::TestApp;
use std::sync::atomic::{AtomicU32, Ordering};
use wellspring::{
    db::registry::enterprises::Enterprise,
    domain::{
        ids::OrganisationId,
        people::actor::Actor,
        registry::{organisation_code::OrganisationCode, uscc::Uscc},
    },
    services::{
        patch::Patch,
        registry::enterprises::{self, EnterpriseFields},
    },
};

/// A valid code that no other call gives.
pub fn uscc() -> Uscc {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    let organisation = OrganisationCode::from_body(&format!("{number:08}")).unwrap();
    Uscc::from_parts('9', '1', "320106", &organisation).unwrap()
}

impl TestApp {
    /// An enterprise of 星湖街道.
    pub fn enterprise(&self, name: &str) -> Enterprise {
        self.enterprise_at(name, self.district.street)
    }

    /// An enterprise of a street office.
    pub fn enterprise_at(&self, name: &str, street: OrganisationId) -> Enterprise {
        self.enterprise_with(name, |new| new.street_id = Patch::Set(street))
    }

    /// An enterprise of no street office, unless `and` says more about it.
    pub fn enterprise_with(&self, name: &str, and: impl FnOnce(&mut EnterpriseFields)) -> Enterprise {
        let mut new = EnterpriseFields::named(uscc().as_str(), name);
        and(&mut new);
        let actor = Actor::system("测试", "test".to_owned());
        let (enterprise, _) = self.app.write_now(&actor, |tx| enterprises::create(tx, new.clone())).unwrap();
        enterprise
    }
}

/// How many rows a table has.
pub fn count(app: &TestApp, table: &str) -> i64 {
    use diesel::{dsl::sql, prelude::*, sql_types::BigInt};
    app.app.store_reads_now().unwrap();
    let mut connection = app.app.database().reader().unwrap();
    let count = sql::<BigInt>(&format!("(SELECT COUNT(*) FROM {table})"));
    diesel::select(count).get_result(&mut *connection).unwrap()
}
