//! When a delivery that was not accepted is tried again. Pure: the caller passes attempts and jitter.

use chrono::Duration;

/// Wait after the first failed attempt, in seconds.
const FIRST_WAIT_SECONDS: i64 = 60;
/// Longest wait between two attempts, in seconds.
const LONGEST_WAIT_SECONDS: i64 = 3600;
/// A wait is shortened by at most this many thousandths, so that deliveries that failed together do not return together.
const SPREAD_PER_MILLE: i64 = 250;

/// The wait after the failed attempt number `attempt` (counted from 1): doubled each time from about a minute to about
/// an hour, shortened by up to a quarter according to `jitter_per_mille` (0–1000; more counts as 1000).
pub(super) fn next_attempt(attempt: u32, jitter_per_mille: u16) -> Duration {
    let doublings = attempt.saturating_sub(1).min(6);
    let wait = (FIRST_WAIT_SECONDS << doublings).min(LONGEST_WAIT_SECONDS) * 1000;
    let jitter = i64::from(jitter_per_mille.min(1000));
    Duration::milliseconds(wait - wait * SPREAD_PER_MILLE * jitter / 1_000_000)
}

/// The wait after the server refused our user name or password: somebody has to correct a setting first, and quick
/// repetition locks accounts.
pub(super) const fn next_attempt_after_refused_credentials() -> Duration {
    Duration::minutes(15)
}

/// No wait is longer than this.
pub(super) const fn longest_wait() -> Duration {
    Duration::seconds(LONGEST_WAIT_SECONDS)
}

/// The wait before an unreachable server is tried again, after it has been unreachable for `outage`: a hundredth of that,
/// between a second and a minute, so that deliveries leave within seconds of its return and a server that is gone for days is
/// left in peace.
pub(super) fn next_connection(outage: Duration) -> Duration {
    (outage / 100).clamp(Duration::seconds(1), Duration::minutes(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(1, 60)]
    #[case(2, 120)]
    #[case(3, 240)]
    #[case(6, 1920)]
    #[case(7, 3600)]
    #[case(8, 3600)]
    #[case(u32::MAX, 3600)]
    #[case(0, 60)]
    fn waits_double_from_a_minute_to_an_hour(#[case] attempt: u32, #[case] seconds: i64) {
        assert_eq!(next_attempt(attempt, 0), Duration::seconds(seconds));
    }

    #[rstest]
    #[case(0, 1)]
    #[case(90, 1)]
    #[case(600, 6)]
    #[case(86_400, 60)]
    fn an_unreachable_server_is_tried_after_a_hundredth_of_its_outage(#[case] outage: i64, #[case] seconds: i64) {
        assert_eq!(next_connection(Duration::seconds(outage)), Duration::seconds(seconds));
    }

    #[test]
    fn jitter_shortens_by_at_most_a_quarter() {
        assert_eq!(next_attempt(1, 500), Duration::milliseconds(52_500));
        assert_eq!(next_attempt(1, 1000), Duration::seconds(45));
        assert_eq!(next_attempt(1, u16::MAX), Duration::seconds(45));
    }
}
