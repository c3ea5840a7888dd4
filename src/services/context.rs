//! The context of use cases: settings, policies and keys. Built once at the start, never changed.

use crate::{
    domain::risk::Policy,
    secrets::{
        chain::Chain,
        key::{MasterKey, Purpose, SubKey},
        seal::Sealer,
    },
    settings::Settings,
};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};

/// Settings, policies and keys.
pub struct Context {
    /// What the operator has set.
    pub settings: Settings,
    /// The thresholds and points of the risk assessment.
    pub policy: Policy,
    /// Seals secrets that must be read back, such as the seed of a second factor.
    pub sealer: Sealer,
    /// Ties recorded changes together.
    pub chain: Chain,
    /// Signs cursors, so that one list's cursor is no other's.
    pub cursor_key: SubKey,
}

impl Context {
    /// Derives all keys from the master key. What the operator has set takes the place of the policy's own.
    pub fn new(settings: Settings, mut policy: Policy, master: &MasterKey) -> Self {
        policy.visits.new_for_days = settings.alerts.new_enterprise_days;
        Self {
            settings,
            policy,
            sealer: Sealer::new(&master.derive(Purpose::Totp)),
            chain: Chain::new(master.derive(Purpose::AuditChain)),
            cursor_key: master.derive(Purpose::Cursor),
        }
    }

    /// The day of an instant in the district's time zone.
    pub fn day_of(&self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.settings.locale.time_zone).date_naive()
    }

    /// The first instant of a day in the district's time zone.
    pub fn start_of(&self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(NaiveTime::MIN);
        let zone = self.settings.locale.time_zone;
        // Where clocks are put forward at midnight the day begins an hour later.
        let start = zone.from_local_datetime(&midnight).earliest();
        start.map_or_else(|| midnight.and_utc(), |start| start.to_utc())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::settings::Sources;
    use std::collections::BTreeMap;

    #[test]
    fn an_enterprise_is_new_for_as_long_as_the_operator_says() {
        for days in [365, 100] {
            let variables = BTreeMap::from([("WELLSPRING_NEW_ENTERPRISE_DAYS".to_owned(), days.to_string())]);
            let settings = Settings::load(&Sources { variables, ..Sources::default() }).unwrap();
            let context = Context::new(settings, Policy::system_default(), &MasterKey::from_bytes([7; 32]));
            assert_eq!(context.policy.visits.new_for_days, days);
            assert_eq!(context.policy.is_system_default(), days == 365);
        }
    }
}
