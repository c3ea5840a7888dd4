//! Credit codes that are valid in every part and belong to no real enterprise.

use super::{
    dice::Dice,
    places::{DIVISION, OTHER_DIVISIONS},
};
use crate::domain::registry::{organisation_code::OrganisationCode, uscc::Uscc};
use std::collections::BTreeSet;

/// Characters of the organisation code that credit codes know too.
const CHARACTERS: &[char] = &[
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N',
    'P', 'Q', 'R', 'T', 'U', 'W', 'X', 'Y',
];
/// The market regulator registers companies and partnerships.
const DEPARTMENT: char = '9';
/// An enterprise.
const KIND: char = '1';

/// Draws credit codes, none twice.
#[derive(Debug, Default)]
pub(super) struct CreditCodes {
    given: BTreeSet<Uscc>,
}

impl CreditCodes {
    /// The code of an enterprise; those registered since 2015 have an organisation code that begins with MA.
    pub(super) fn draw(&mut self, is_recent: bool, dice: &mut Dice) -> Uscc {
        loop {
            let drawn = one_code(is_recent, dice);
            if let Some(code) = drawn.filter(|code| !self.given.contains(code)) {
                self.given.insert(code.clone());
                return code;
            }
        }
    }
}

fn one_code(is_recent: bool, dice: &mut Dice) -> Option<Uscc> {
    let body: String = if is_recent {
        let rest = (0..6).map(|place| if place == 0 { dice.pick(CHARACTERS) } else { digit(dice) });
        "MA".chars().chain(rest).collect()
    } else {
        (0..8).map(|place| if place == 0 { '7' } else { digit(dice) }).collect()
    };
    let division = if dice.per_mille(880) { DIVISION } else { dice.pick(&OTHER_DIVISIONS) };
    let organisation = OrganisationCode::from_body(&body).ok()?;
    Uscc::from_parts(DEPARTMENT, KIND, division, &organisation).ok()
}

fn digit(dice: &mut Dice) -> char {
    CHARACTERS.get(dice.place(10)).copied().unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_valid_to_the_last_check_and_differ() {
        let (mut codes, mut dice) = (CreditCodes::default(), Dice::named(1, "codes"));
        let drawn: BTreeSet<Uscc> = (0..3000).map(|n| codes.draw(n % 3 != 0, &mut dice)).collect();
        assert_eq!(drawn.len(), 3000);
        for code in &drawn {
            assert_eq!(Uscc::parse(code.as_str()).as_ref(), Ok(code));
            assert_eq!(code.organisation_code_warning(), None, "{code}");
            assert!(code.first_division().starts_with("99"), "{code}");
        }
    }
}
