//! How an attempt ends: sent, tried again at an instant, or given up.

use super::{backoff, channel::Refusal};
use crate::{db::outbox::delivery_queue::Ending, domain::ids::DeliveryId};
use chrono::{DateTime, TimeDelta, Utc};

/// A delivery is given up after so many attempts at least, whatever the clock says: clocks jump, and machines stand still.
const FEWEST_ATTEMPTS: u32 = 5;

/// What decides how an attempt ends.
pub(super) struct Attempt {
    pub(super) delivery: DeliveryId,
    /// Counted from 1.
    pub(super) number: u32,
    pub(super) written_at: DateTime<Utc>,
    pub(super) now: DateTime<Utc>,
    pub(super) give_up_after: TimeDelta,
    /// How often in a row nothing could be handed over.
    pub(super) failures: u32,
}

impl Attempt {
    /// How it ends, refused or not.
    pub(super) fn ending(&self, refusal: Option<&Refusal>) -> Ending {
        let Some(refusal) = refusal else { return Ending::Sent { at: self.now } };
        let tried = if refusal.counts { self.number } else { self.failures };
        let is_too_old = self.now - self.written_at >= self.give_up_after && tried >= FEWEST_ATTEMPTS;
        let error = refusal.text.clone();
        if refusal.is_final || is_too_old {
            return Ending::Dead { error };
        }
        // An unreachable other side is what the pause of the node is for; the delivery itself may go at once when it is over.
        let wait = if refusal.counts { backoff::next_attempt(self.number, self.jitter()) } else { TimeDelta::zero() };
        Ending::Retry { at: self.now + wait, error, counts: refusal.counts }
    }

    /// Differs from delivery to delivery and from attempt to attempt, in thousandths.
    fn jitter(&self) -> u16 {
        let spread = (self.delivery.0.as_u128() ^ (u128::from(self.number) * 7919)) % 1001;
        u16::try_from(spread).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::channel::SaidOfOtherSide, *};
    use rstest::rstest;

    fn attempt(number: u32, hours_old: i64, failures: u32) -> Attempt {
        let now = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
        Attempt {
            delivery: DeliveryId::new(),
            number,
            written_at: now - TimeDelta::hours(hours_old),
            now,
            give_up_after: TimeDelta::hours(96),
            failures,
        }
    }

    fn refusal(is_final: bool, counts: bool) -> Refusal {
        let other_side = SaidOfOtherSide::Answers;
        Refusal { code: "code", step: None, text: "said".to_owned(), is_final, counts, other_side }
    }

    fn wait(attempt: &Attempt, refusal: &Refusal) -> Option<(TimeDelta, bool)> {
        match attempt.ending(Some(refusal)) {
            Ending::Retry { at, counts, .. } => Some((at - attempt.now, counts)),
            Ending::Sent { .. } | Ending::Dead { .. } => None,
        }
    }

    #[test]
    fn what_is_accepted_is_sent() {
        let attempt = attempt(1, 0, 0);
        assert_eq!(attempt.ending(None), Ending::Sent { at: attempt.now });
    }

    #[test]
    fn what_is_refused_for_good_is_not_tried_again() {
        assert_eq!(wait(&attempt(1, 0, 0), &refusal(true, true)), None);
    }

    #[test]
    fn what_may_pass_is_tried_again_after_a_minute_or_so() {
        let (waited, counts) = wait(&attempt(1, 0, 0), &refusal(false, true)).unwrap_or_default();
        assert!(counts && (45..=60).contains(&waited.num_seconds()), "{waited}");
    }

    #[test]
    fn an_unreachable_other_side_is_no_fault_of_the_delivery() {
        assert_eq!(wait(&attempt(3, 0, 1), &refusal(false, false)), Some((TimeDelta::zero(), false)));
    }

    #[rstest]
    #[case(5, 95, 0, true, false)]
    #[case(5, 96, 0, true, true)]
    #[case(4, 96, 0, true, false)]
    #[case(1, 96, 4, false, false)]
    #[case(1, 96, 5, false, true)]
    fn a_delivery_is_given_up_by_age_and_attempts_together(
        #[case] number: u32,
        #[case] hours_old: i64,
        #[case] failures: u32,
        #[case] counts: bool,
        #[case] given_up: bool,
    ) {
        let attempt = attempt(number, hours_old, failures);
        assert_eq!(wait(&attempt, &refusal(false, counts)).is_none(), given_up);
    }

    #[test]
    fn deliveries_that_failed_together_return_apart() {
        let waits: std::collections::BTreeSet<_> =
            (0..20).filter_map(|_| wait(&attempt(2, 0, 0), &refusal(false, true))).collect();
        assert!(waits.len() > 10, "{waits:?}");
    }
}
