//! Random choices that are the same in every run.

/// `SplitMix64` (Steele, Lea and Flood, 2014).
pub struct Random(u64);

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).unwrap();
        low + i64::try_from(self.next() % span).unwrap()
    }

    pub fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[usize::try_from(self.between(0, i64::try_from(values.len()).unwrap() - 1)).unwrap()]
    }

    /// Different numbers from `low` to `high`, in ascending order.
    pub fn places(&mut self, count: usize, low: i64, high: i64) -> Vec<i64> {
        let mut places = std::collections::BTreeSet::new();
        while places.len() < count {
            places.insert(self.between(low, high));
        }
        places.into_iter().collect()
    }
}
