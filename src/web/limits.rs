//! Limits of requests per minute, for each account and address. Kept in memory: every node counts separately.

use crate::settings::SecuritySettings;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
};
use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

/// After so many requests, accounts and addresses that have been quiet for a minute are forgotten.
const FORGET_EVERY: u32 = 4096;

/// What requests are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Signing in.
    SignIn,
    /// Requests with effects.
    Write,
    /// All others, and whatever presents nothing that holds.
    Read,
}

/// Whose requests are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Source {
    account: Option<String>,
    address: Option<IpAddr>,
}

impl Source {
    /// An account, by its reference in records, or a stranger, by address. For an IPv6 address the network counts: one
    /// subscriber has 2⁶⁴ addresses.
    pub fn new(account: Option<String>, address: Option<IpAddr>) -> Self {
        let address = address.map(|address| match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        });
        Self { account, address }
    }
}

/// Where somebody stands with a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Which limit.
    pub kind: Kind,
    /// Requests a minute.
    pub quota: u32,
    /// Requests that are taken at once.
    pub remaining: u32,
    /// Seconds until all of the quota is there again.
    pub reset: u64,
    /// Seconds until the next request is taken; `None` when this one was.
    pub retry_after: Option<u64>,
}

/// The limits in force.
pub struct Limits {
    sign_in: Bucket,
    write: Bucket,
    read: Bucket,
}

impl Limits {
    /// The limits of the settings.
    pub fn new(settings: &SecuritySettings) -> Self {
        Self {
            sign_in: Bucket::new(Kind::SignIn, settings.sign_in_limit),
            write: Bucket::new(Kind::Write, settings.write_limit),
            read: Bucket::new(Kind::Read, settings.read_limit),
        }
    }

    /// Counts a request.
    pub fn count(&self, kind: Kind, source: &Source) -> Standing {
        match kind {
            Kind::SignIn => self.sign_in.count(source),
            Kind::Write => self.write.count(source),
            Kind::Read => self.read.count(source),
        }
    }
}

struct Bucket {
    kind: Kind,
    quota: NonZeroU32,
    limiter: DefaultKeyedRateLimiter<Source, StateInformationMiddleware>,
    counted: AtomicU32,
}

impl Bucket {
    fn new(kind: Kind, quota: NonZeroU32) -> Self {
        let limiter = RateLimiter::keyed(Quota::per_minute(quota)).with_middleware();
        Self { kind, quota, limiter, counted: AtomicU32::new(0) }
    }

    fn count(&self, source: &Source) -> Standing {
        if self.counted.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        let (remaining, retry_after) = match self.limiter.check_key(source) {
            Ok(snapshot) => (snapshot.remaining_burst_capacity(), None),
            Err(refusal) => (0, Some(whole_seconds(refusal.wait_time_from(DefaultClock::default().now())))),
        };
        Standing { kind: self.kind, quota: self.quota.get(), remaining, reset: self.reset(remaining), retry_after }
    }

    /// A minute fills the whole quota.
    fn reset(&self, remaining: u32) -> u64 {
        let quota = u64::from(self.quota.get());
        (60 * quota.saturating_sub(u64::from(remaining))).div_ceil(quota)
    }
}

/// Rounded up, at least one.
fn whole_seconds(duration: Duration) -> u64 {
    let rounded = if duration.subsec_nanos() > 0 { duration.as_secs() + 1 } else { duration.as_secs() };
    rounded.max(1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn bucket(quota: u32) -> Bucket {
        Bucket::new(Kind::Write, NonZeroU32::new(quota).unwrap())
    }

    fn at(address: &str) -> Source {
        Source::new(Some(uuid::Uuid::now_v7().to_string()), Some(address.parse().unwrap()))
    }

    #[test]
    fn the_quota_is_taken_at_once_and_comes_back_within_a_minute() {
        let (bucket, source) = (bucket(2), at("192.0.2.1"));
        let first = bucket.count(&source);
        assert_eq!((first.remaining, first.reset, first.retry_after), (1, 30, None));
        assert_eq!(bucket.count(&source).remaining, 0);
        let refused = bucket.count(&source);
        assert_eq!((refused.remaining, refused.reset, refused.retry_after), (0, 60, Some(30)));
        assert_eq!(bucket.count(&at("192.0.2.1")).retry_after, None, "another account has its own quota");
    }

    #[test]
    fn the_addresses_of_one_network_count_together() {
        let source = |address: &str| Source::new(None, Some(address.parse().unwrap()));
        assert_eq!(source("2001:db8::1"), source("2001:db8::ffff:1"));
        assert_ne!(source("2001:db8::1"), source("2001:db8:0:1::1"));
        assert_ne!(source("192.0.2.1"), source("192.0.2.2"));
    }
}
