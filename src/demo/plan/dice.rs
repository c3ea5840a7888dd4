//! Repeatable chance: every draw follows from the seed and the name of its stream, so that one part of the district can
//! be drawn again without changing another.

use chrono::{DateTime, Utc};
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use sha2::{Digest, Sha256};
use std::ops::RangeInclusive;
use uuid::{Builder, Uuid};

/// A stream of draws.
pub struct Dice(StdRng);

impl Dice {
    /// The stream of this name.
    pub fn named(seed: u64, stream: &str) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(seed.to_le_bytes());
        hasher.update(stream.as_bytes());
        Self(StdRng::from_seed(hasher.finalize().into()))
    }

    /// The stream that belongs to one member of a numbered family, such as one month of one enterprise.
    pub fn numbered(key: u64, number: u64) -> Self {
        Self(StdRng::seed_from_u64(key.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15))))
    }

    /// Any number.
    pub fn key(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number of the range.
    pub fn number(&mut self, range: RangeInclusive<i64>) -> i64 {
        self.0.random_range(range)
    }

    /// A number of the range that is more often in its middle: the mean of three draws.
    pub fn middling(&mut self, range: RangeInclusive<i64>) -> i64 {
        (0..3).map(|_| self.number(range.clone())).sum::<i64>() / 3
    }

    /// Whether something that happens so many times in a thousand happens.
    pub fn per_mille(&mut self, times: i64) -> bool {
        self.number(1..=1000) <= times
    }

    /// A place below `length`; 0 when there is none.
    pub fn place(&mut self, length: usize) -> usize {
        if length == 0 { 0 } else { self.0.random_range(0..length) }
    }

    /// One of the values; the default when there is none.
    pub fn pick<T: Copy + Default>(&mut self, values: &[T]) -> T {
        let place = self.place(values.len());
        values.get(place).copied().unwrap_or_default()
    }

    /// The place of a weight, each as likely as it is heavy; 0 when none has any weight.
    pub fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let total: i64 = weights.clone().map(i64::from).sum();
        let mut left = self.number(0..=(total - 1).max(0));
        for (place, weight) in weights.enumerate() {
            left -= i64::from(weight);
            if left < 0 {
                return place;
            }
        }
        0
    }

    /// Brings the values into any order.
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        values.shuffle(&mut self.0);
    }

    /// An id as it would have been made at the instant.
    pub fn id_at(&mut self, instant: DateTime<Utc>) -> Uuid {
        let mut random = [0; 10];
        self.0.fill_bytes(&mut random);
        let milliseconds = u64::try_from(instant.timestamp_millis()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draws(seed: u64, stream: &str) -> Vec<i64> {
        let mut dice = Dice::named(seed, stream);
        (0..20).map(|_| dice.number(0..=1_000_000)).collect()
    }

    #[test]
    fn a_stream_follows_from_seed_and_name() {
        assert_eq!(draws(1, "names"), draws(1, "names"));
        assert_ne!(draws(1, "names"), draws(2, "names"));
        assert_ne!(draws(1, "names"), draws(1, "visits"));
    }

    #[test]
    fn weights_are_kept() {
        let mut dice = Dice::named(1, "weights");
        let mut counts = [0; 3];
        for _ in 0..3000 {
            counts[dice.weighted([1, 0, 2].into_iter())] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!((800..1200).contains(&counts[0]), "{counts:?}");
        assert_eq!(dice.weighted(std::iter::empty()), 0);
    }

    #[test]
    fn an_id_carries_its_instant() {
        let instant = DateTime::from_timestamp_millis(1_700_000_000_123).unwrap_or_default();
        let id = Dice::named(1, "ids").id_at(instant);
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_timestamp().map(|time| time.to_unix().0), Some(1_700_000_000));
    }
}
