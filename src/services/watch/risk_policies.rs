//! The risk policy in force: the thresholds and points by which enterprises are assessed and described. What the policy says is
//! `domain::risk`'s.

use crate::{
    db::backend::DbConn,
    domain::watch::risk::RiskPolicy,
    services::{Context, Error},
};
use std::sync::Arc;

/// The risk policy of a district that has stored none. Only this module looks inside, so that nobody takes it for the one in
/// force.
#[derive(Debug, Clone)]
pub struct UnlessStored(Arc<RiskPolicy>);

impl UnlessStored {
    /// This one.
    pub fn new(policy: RiskPolicy) -> Self {
        Self(Arc::new(policy))
    }
}

/// The risk policy in force, as the transaction or snapshot on the connection sees it: what is assessed, listed and explained
/// there goes by this one.
///
/// A district cannot store versions of its own yet, so the answer does not depend on the database.
pub fn in_force(_connection: &mut DbConn, context: &Context) -> Result<Arc<RiskPolicy>, Error> {
    Ok(Arc::clone(&context.risk_policy.0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::{
        db::backend::{self, Location},
        secrets::key::MasterKey,
        settings::{Settings, Sources},
    };
    use std::collections::BTreeMap;

    #[test]
    fn an_enterprise_is_new_for_as_long_as_the_operator_says() {
        let mut connection = backend::connect(&Location::Sqlite(":memory:".into())).unwrap();
        for days in [365, 100] {
            let variables = BTreeMap::from([("WELLSPRING_NEW_ENTERPRISE_DAYS".to_owned(), days.to_string())]);
            let settings = Settings::load(&Sources { variables, ..Sources::default() }).unwrap();
            let context = Context::new(settings, RiskPolicy::system_default(), &MasterKey::from_bytes([7; 32]));
            let policy = in_force(&mut connection, &context).unwrap();
            assert_eq!(policy.visits.new_for_days, days);
            assert_eq!(policy.is_system_default(), days == 365);
        }
    }
}
