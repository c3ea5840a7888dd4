//! How soft points fade with the age of their data: by half in each half-life, in whole numbers only, so that every
//! machine computes the same points.

use chrono::NaiveDate;
use std::num::NonZeroU32;

/// Fractional bits of the fixed-point numbers here.
const BITS: u32 = 32;
/// One, as a fixed-point number.
const ONE: u64 = 1 << BITS;

/// The day from which data are looked at, and how fast points fade until then.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fading {
    /// The day of the assessment.
    pub(super) today: NaiveDate,
    /// Days in which points fade by half.
    pub(super) half_life_days: NonZeroU32,
}

impl Fading {
    /// Whole days from `day` to today; `None` when the day lies in the future.
    pub(super) fn age_days(self, day: NaiveDate) -> Option<u32> {
        u32::try_from(self.today.signed_duration_since(day).num_days()).ok()
    }

    /// What is left of `full` points for data of the day `data_on`, rounded to the nearest point, halves up.
    /// Data of the future have none.
    pub(super) fn points(self, full: i32, data_on: NaiveDate) -> i32 {
        let (Some(age), Ok(full)) = (self.age_days(data_on), u64::try_from(full)) else { return 0 };
        let left = (full * remaining(age, self.half_life_days) + ONE / 2) >> BITS;
        i32::try_from(left).unwrap_or(i32::MAX)
    }
}

/// 2^(−age / half-life) as a fixed-point number, at most one.
fn remaining(age: u32, half_life: NonZeroU32) -> u64 {
    let halvings = age / half_life;
    let part = (u64::from(age % half_life) << BITS) / u64::from(half_life.get());
    part_of_a_halving(part).checked_shr(halvings).unwrap_or(0)
}

/// 2^(−part) for a fixed-point `part` below one: the product of 2^(−1/2), 2^(−1/4), 2^(−1/8) … for each bit set.
/// Each of these is the square root of the one before it.
fn part_of_a_halving(part: u64) -> u64 {
    let mut root = ONE / 2;
    let mut product = ONE;
    for bit in (0..BITS).rev() {
        root = (root << BITS).isqrt();
        if part >> bit & 1 == 1 {
            product = (product * root) >> BITS;
        }
    }
    product
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::float_arithmetic, reason = "tests compare with the formula itself")]
    use super::*;
    use chrono::Days;
    use proptest::prelude::*;

    fn fading(half_life: u32) -> Fading {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        Fading { today, half_life_days: NonZeroU32::new(half_life).unwrap() }
    }

    fn after(days: u64, full: i32) -> i32 {
        let fading = fading(90);
        fading.points(full, fading.today - Days::new(days))
    }

    #[test]
    fn points_halve_with_each_half_life() {
        assert_eq!([0, 90, 180, 270].map(|days| after(days, 40)), [40, 20, 10, 5]);
        assert_eq!([0, 90].map(|days| after(days, 15)), [15, 8], "7.5 is rounded up");
    }

    #[test]
    fn points_fade_day_by_day_and_vanish() {
        assert_eq!([3, 4, 45, 89, 91].map(|days| after(days, 40)), [39, 39, 28, 20, 20]);
        assert_eq!([388, 390, 478, 480, 100_000].map(|days| after(days, 20)), [1, 1, 1, 0, 0]);
    }

    #[test]
    fn data_of_the_future_and_rules_switched_off_have_no_points() {
        let fading = fading(90);
        assert_eq!(fading.points(40, fading.today + Days::new(1)), 0);
        assert_eq!(fading.points(0, fading.today), 0);
        assert_eq!(fading.points(-5, fading.today), 0);
        assert_eq!(fading.points(i32::MAX, fading.today), i32::MAX);
    }

    proptest! {
        #[test]
        fn fading_follows_the_formula(full in 0..=100_i32, age in 0..3_000_u32, half_life in 1..400_u32) {
            let fading = fading(half_life);
            let points = fading.points(full, fading.today - Days::new(age.into()));
            let exact = f64::from(full) * (-f64::from(age) / f64::from(half_life)).exp2();
            prop_assert!((f64::from(points) - exact).abs() < 0.500_01, "{} is not {}", points, exact);
        }

        #[test]
        fn older_data_never_weigh_more(full in 0..=100_i32, age in 0..3_000_u64, half_life in 1..400_u32) {
            let fading = fading(half_life);
            let [younger, older] = [age, age + 1].map(|days| fading.points(full, fading.today - Days::new(days)));
            prop_assert!(older <= younger);
        }
    }
}
