//! Random bytes from the operating system. Nothing else in the product draws random secrets.

use crate::texts::{Explain, Language};
use rand::{TryRng, rngs::SysRng};

mod say {
    crate::texts::texts! {
        unavailable() {
            zh: "操作系统的随机数源不可用，请检查系统后重试。",
            en: "The random source of the operating system is unavailable; check the system and try again.",
        }
    }
}

/// The operating system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the random source of the operating system is unavailable")]
pub struct RandomnessUnavailable;

impl Explain for RandomnessUnavailable {
    fn code(&self) -> &'static str {
        "randomness_unavailable"
    }

    fn text(&self, language: Language) -> String {
        say::unavailable(language)
    }
}

/// `N` bytes fit for keys, salts, nonces and tokens.
pub fn bytes<const N: usize>() -> Result<[u8; N], RandomnessUnavailable> {
    let mut bytes = [0; N];
    SysRng.try_fill_bytes(&mut bytes).map_err(|_| RandomnessUnavailable)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn two_draws_differ_and_fill_every_byte() {
        let draws: Vec<[u8; 32]> = (0..64).map(|_| bytes().unwrap()).collect();
        assert_ne!(draws.first(), draws.last());
        for position in 0..32 {
            assert!(draws.iter().any(|draw| draw.get(position) != Some(&0)), "byte {position} is never filled");
        }
    }
}
