//! Amounts as bands, for people who may not see figures: they see, filter and sort by bands only.

use super::codes::codes;
use super::fen::{FEN_PER_WAN, Fen};

codes! {
    /// A band of a yearly amount. The codes are in yuan: `100k_500k` is 10 to 50 万元. Lower bounds belong to the band, upper
    /// bounds to the next one.
    pub enum Band {
        /// Below 100,000 yuan, nothing and refunds included.
        Under100K = "under_100k", "10万元以下", "under 0.1 million yuan";
        /// From 100,000 yuan.
        From100KTo500K = "100k_500k", "10万–50万元", "0.1–0.5 million yuan";
        /// From 500,000 yuan.
        From500KTo1M = "500k_1m", "50万–100万元", "0.5–1 million yuan";
        /// From 1 million yuan.
        From1MTo5M = "1m_5m", "100万–500万元", "1–5 million yuan";
        /// From 5 million yuan.
        From5MTo10M = "5m_10m", "500万–1000万元", "5–10 million yuan";
        /// From 10 million yuan.
        From10MTo100M = "10m_100m", "1000万–1亿元", "10–100 million yuan";
        /// From 100 million yuan (亿元).
        Over100M = "over_100m", "1亿元及以上", "100 million yuan or more";
    }

    /// A decline in words that give no figure away.
    pub enum DeclineBand {
        /// Down by at least 30 %.
        ThirtyPercent = "thirty_percent", "下降三成以上", "down by 30 % or more";
        /// Down by at least 50 %.
        FiftyPercent = "fifty_percent", "下降五成以上", "down by 50 % or more";
    }
}

impl Band {
    /// The band an amount lies in.
    pub fn of(amount: Fen) -> Self {
        Self::ALL
            .iter()
            .copied()
            .rev()
            .find(|band| band.lower().is_some_and(|lower| amount >= lower))
            .unwrap_or(Self::Under100K)
    }

    /// The smallest amount of the band; `None` for the lowest band, which has no end.
    pub const fn lower(self) -> Option<Fen> {
        let wan = match self {
            Self::Under100K => return None,
            Self::From100KTo500K => 10,
            Self::From500KTo1M => 50,
            Self::From1MTo5M => 100,
            Self::From5MTo10M => 500,
            Self::From10MTo100M => 1_000,
            Self::Over100M => 10_000,
        };
        Some(Fen(wan * FEN_PER_WAN))
    }

    /// The amount from which the next band begins; `None` for the highest band.
    pub fn upper(self) -> Option<Fen> {
        Self::from_index(self.index() + 1).and_then(Self::lower)
    }

    /// The place among the bands, from 0: what is stored, filtered and sorted by.
    pub const fn index(self) -> i16 {
        self as i16
    }

    /// The band at a place, from 0.
    pub fn from_index(index: i16) -> Option<Self> {
        Self::ALL.iter().copied().find(|band| band.index() == index)
    }
}

impl DeclineBand {
    /// The band of a decline in basis points (3,000 is 30 %); `None` for a smaller decline or a rise.
    pub const fn of_basis_points(decline_bp: i64) -> Option<Self> {
        match decline_bp {
            5_000.. => Some(Self::FiftyPercent),
            3_000..5_000 => Some(Self::ThirtyPercent),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::texts::Language;
    use proptest::prelude::*;

    #[test]
    fn bounds_belong_to_the_higher_band() {
        let wan = |wan: i64| Fen(wan * FEN_PER_WAN);
        for (amount, band) in [
            (Fen(i64::MIN), Band::Under100K),
            (Fen::ZERO, Band::Under100K),
            (Fen(10 * FEN_PER_WAN - 1), Band::Under100K),
            (wan(10), Band::From100KTo500K),
            (wan(50), Band::From500KTo1M),
            (wan(100), Band::From1MTo5M),
            (wan(500), Band::From5MTo10M),
            (wan(1_000), Band::From10MTo100M),
            (Fen(10_000 * FEN_PER_WAN - 1), Band::From10MTo100M),
            (wan(10_000), Band::Over100M),
        ] {
            assert_eq!(Band::of(amount), band, "{amount}");
        }
    }

    #[test]
    fn indices_and_codes_lead_back() {
        for (index, band) in (0..).zip(Band::ALL.iter().copied()) {
            assert_eq!(band.index(), index);
            assert_eq!(Band::from_index(index), Some(band));
            assert_eq!(band.as_str().parse(), Ok(band));
            assert_eq!(serde_json::to_string(&band).unwrap(), format!("\"{}\"", band.as_str()));
        }
        assert_eq!((Band::from_index(-1), Band::from_index(7)), (None, None));
    }

    #[test]
    fn declines() {
        assert_eq!(DeclineBand::of_basis_points(2_999), None);
        assert_eq!(DeclineBand::of_basis_points(3_000), Some(DeclineBand::ThirtyPercent));
        assert_eq!(DeclineBand::of_basis_points(5_000), Some(DeclineBand::FiftyPercent));
        assert_eq!(DeclineBand::FiftyPercent.text(Language::Zh), "下降五成以上");
    }

    proptest! {
        #[test]
        fn an_amount_lies_between_the_bounds_of_its_band(fen in any::<i64>()) {
            let band = Band::of(Fen(fen));
            prop_assert!(band.lower().is_none_or(|lower| lower <= Fen(fen)));
            prop_assert!(band.upper().is_none_or(|upper| Fen(fen) < upper));
        }
    }
}
