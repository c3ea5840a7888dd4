//! When a transaction runs again that another one was in the way of. Pure: the caller brings attempts, time and chance.

use std::time::Duration;

/// Most times one transaction runs.
pub const MOST_ATTEMPTS: u32 = 5;
/// No attempt begins later than this after the first one: a caller who waits longer does better to ask again. SQLite alone waits
/// ten seconds for its lock before it says that it is locked, and is not asked twice.
const LATEST_START: Duration = Duration::from_secs(3);
/// The longest wait after the first failed attempt; it doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_millis(40);

/// The wait before the next attempt after `failed` failed ones, `since_first` after the first began; `None` when it is given up.
/// Between half of the longest wait and all of it, by `jitter_per_mille` (0–1000; more counts as 1000), so that transactions
/// that met do not meet again.
pub fn pause(failed: u32, since_first: Duration, jitter_per_mille: u16) -> Option<Duration> {
    if failed == 0 || failed >= MOST_ATTEMPTS {
        return None;
    }
    let longest = FIRST_WAIT * (1 << (failed - 1));
    let wait = longest / 2 + longest / 2 * u32::from(jitter_per_mille.min(1000)) / 1000;
    (since_first + wait < LATEST_START).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(1, 0, Some(20))]
    #[case(1, 500, Some(30))]
    #[case(1, 1000, Some(40))]
    #[case(1, u16::MAX, Some(40))]
    #[case(2, 1000, Some(80))]
    #[case(4, 1000, Some(320))]
    #[case(5, 0, None)]
    #[case(u32::MAX, 0, None)]
    #[case(0, 0, None)]
    fn waits_double_until_the_last_attempt(#[case] failed: u32, #[case] jitter: u16, #[case] wait: Option<u64>) {
        assert_eq!(pause(failed, Duration::ZERO, jitter), wait.map(Duration::from_millis));
    }

    #[test]
    fn nothing_is_tried_again_after_a_long_wait_for_a_lock() {
        assert!(pause(1, Duration::from_secs(2), 1000).is_some());
        assert_eq!(pause(1, Duration::from_secs(10), 0), None);
    }
}
