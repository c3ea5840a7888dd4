//! The context of use cases: settings and keys. Built once at the start, never changed.

use crate::{
    domain::watch::risk::RiskPolicy,
    secrets::{
        key::{MasterKey, Purpose, SubKey},
        record::RecordKeys,
        seal::Sealer,
    },
    services::watch::risk_policies::UnlessStored,
    settings::Settings,
};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};

/// Settings and keys.
pub struct Context {
    /// What the operator has set.
    pub settings: Settings,
    /// The risk policy of a district that has stored none; `risk_policies::in_force` says which one holds.
    pub risk_policy: UnlessStored,
    /// Seals secrets that must be read back, such as the seed of a second factor.
    pub sealer: Sealer,
    /// Authenticates the record and ties it together.
    pub record: RecordKeys,
    /// Signs cursors, so that one list's cursor is no other's.
    pub cursor_key: SubKey,
}

impl Context {
    /// Derives all keys from the master key. What the operator has set takes the place of the risk policy's own.
    pub fn new(settings: Settings, mut policy: RiskPolicy, master: &MasterKey) -> Self {
        policy.visits.new_for_days = settings.alerts.new_enterprise_days;
        Self {
            settings,
            risk_policy: UnlessStored::new(policy),
            sealer: Sealer::new(&master.derive(Purpose::Totp)),
            record: RecordKeys::new(master),
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
