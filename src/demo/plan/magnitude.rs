//! How much each payer pays in a year: few pay most.
//!
//! Calibrated by public figures: the 100 largest taxpayers paid 49 % of all local tax of a city in the first half of 2011
//! (notice of its finance bureau, ayhrmy.com/czsj/20110830), the 38 above ten million yuan 70 % of what the 100 paid. Here the
//! largest 100, or the largest twentieth of a smaller district, pay half. Their amounts fall with their rank by a power law; those
//! of the others by a power of the rest of the ranks, from some millions to some thousands of yuan.

#![allow(
    clippy::float_arithmetic,
    reason = "proportions; only operations that IEEE 754 rounds exactly, so that every machine agrees"
)]
#![allow(clippy::cast_precision_loss, reason = "ranks and yuan stay far below 2^52")]
#![allow(clippy::cast_possible_truncation, reason = "a float beyond an integer's range saturates")]

/// What a payer of the district pays in a year on average, in yuan.
const MEAN_YUAN: f64 = 2_000_000.0;
/// The least that is paid in a year, in fen.
const LEAST_FEN: i64 = 120_000;
/// The head: this many payers in a large district.
const HEAD: usize = 100;
/// And one of so many in a smaller one.
const HEAD_ONE_IN: usize = 20;

/// How many payers make up the half of all tax.
pub(super) fn head_of(payers: usize) -> usize {
    (payers / HEAD_ONE_IN).clamp(1, HEAD)
}

/// The yearly tax of every payer in fen, the largest first.
pub(super) fn by_rank(payers: usize) -> Vec<i64> {
    let head = head_of(payers);
    let (head_weights, tail_weights) = (head_weights(head), tail_weights(payers.saturating_sub(head), head));
    let (head_sum, tail_sum) = (head_weights.iter().sum::<f64>(), tail_weights.iter().sum::<f64>());
    let half_fen = payers as f64 * MEAN_YUAN * 100.0 / 2.0;
    let scaled = |weights: Vec<f64>, sum: f64| {
        weights.into_iter().map(move |weight| ((weight / sum * half_fen) as i64).max(LEAST_FEN))
    };
    scaled(head_weights, head_sum).chain(scaled(tail_weights, tail_sum)).collect()
}

/// rank^(−13/16), the last one 1.
fn head_weights(head: usize) -> Vec<f64> {
    (1..=head).map(|rank| power_13_16(head as f64 / rank as f64)).collect()
}

/// A fall from 1 to almost nothing, as steep as it takes for the sum to be that of the head.
fn tail_weights(tail: usize, head: usize) -> Vec<f64> {
    let head_sum: f64 = head_weights(head).iter().sum();
    let steepness = ((tail as f64 / head_sum) as i32 - 1).max(1);
    (0..tail).map(|place| whole_power(1.0 - (place as f64 + 0.5) / tail as f64, steepness)).collect()
}

/// x^(13/16) by square roots: 1/2 + 1/4 + 1/16.
fn power_13_16(x: f64) -> f64 {
    let half = x.sqrt();
    let quarter = half.sqrt();
    half * quarter * quarter.sqrt().sqrt()
}

fn whole_power(x: f64, exponent: i32) -> f64 {
    (0..exponent).fold(1.0, |product, _| product * x)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[test]
    fn the_head_pays_half() {
        for payers in [40, 186, 1860, 18_600] {
            let amounts = by_rank(payers);
            let head: i64 = amounts[..head_of(payers)].iter().sum();
            let share = head * 100 / amounts.iter().sum::<i64>();
            assert!((48..=51).contains(&share), "{payers}: {share}");
            assert!(amounts.is_sorted_by(|one, next| *one as f64 * 1.1 >= *next as f64), "{payers}");
        }
    }

    #[test]
    fn amounts_are_those_of_a_district() {
        let amounts = by_rank(1860);
        let above = |yuan: i64| amounts.iter().filter(|fen| **fen > yuan * 100).count();
        assert!((1..=5).contains(&above(100_000_000)), "{}", above(100_000_000));
        assert!((40..=80).contains(&above(10_000_000)), "{}", above(10_000_000));
        assert!((500..=900).contains(&above(500_000)), "{}", above(500_000));
    }
}
