//! What an assessment means for the alert of an enterprise: whether one is opened, raised, joined or lowered.

use super::assessment::Assessment;
use super::evidence_key::EvidenceKey;
use super::factor::Factor;
use crate::domain::watch::level::Level;
use std::collections::BTreeSet;

/// The unresolved alert of an enterprise as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its level.
    pub level: Level,
    /// Whether hard evidence is among its factors.
    pub hard: bool,
    /// The keys of all evidence it has.
    pub keys: BTreeSet<EvidenceKey>,
}

/// What is to be done to the alert of an enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Movement {
    /// Nothing changes.
    Nothing,
    /// There is no unresolved alert yet: one is opened.
    Open {
        /// At this level.
        level: Level,
    },
    /// The alert rises, and is notified again.
    Raise {
        /// From this level.
        from: Level,
        /// To this higher one.
        to: Level,
    },
    /// The first hard evidence joins an alert that rested on soft evidence alone: a move has started. The level stays,
    /// and the alert is notified again.
    Harden {
        /// The keys of the new evidence, in order.
        keys: Vec<EvidenceKey>,
    },
    /// New evidence joins the alert without a mail; the level stays.
    Join {
        /// The keys of the new evidence, in order.
        keys: Vec<EvidenceKey>,
    },
    /// Evidence of the alert was withdrawn, and what is left means less.
    Lower {
        /// From this level.
        from: Level,
        /// To this lower one; `none` when the alert has lost its ground.
        to: Level,
    },
}

/// Compares the unresolved alert, if there is one, with a new assessment. `withdrawn` are the keys of visits and
/// signals that were withdrawn, or corrected to say something else. An alert never sinks by itself: it is lowered only if it rested on one of those.
pub fn compare(standing: Option<&Standing>, assessment: &Assessment, withdrawn: &BTreeSet<EvidenceKey>) -> Movement {
    let to = assessment.level;
    let Some(standing) = standing else {
        return if to == Level::None { Movement::Nothing } else { Movement::Open { level: to } };
    };
    let from = standing.level;
    // A raise takes all new evidence along and is told anyway, so it comes before the question whether the evidence is
    // new.
    if to > from {
        return Movement::Raise { from, to };
    }
    // Points fade with time, so the level of a quiet enterprise falls day by day. That must not close its alert:
    // somebody still has to resolve it. Only a mistake, evidence that was withdrawn, lowers it.
    if to < from && !standing.keys.is_disjoint(withdrawn) {
        return Movement::Lower { from, to };
    }
    // `covers` and not equality: a decline over months that were judged already, or a corrected visit that says less,
    // is not new.
    let known = |key: &EvidenceKey| standing.keys.difference(withdrawn).any(|held| held.covers(*key));
    let keys: Vec<_> = assessment.keys().into_iter().filter(|key| !known(key)).collect();
    if keys.is_empty() {
        return Movement::Nothing;
    }
    let mut hard = assessment.factors.iter().filter(|factor| factor.hard).flat_map(Factor::keys);
    let hardens = !standing.hard && hard.any(|key| keys.contains(&key));
    if hardens { Movement::Harden { keys } } else { Movement::Join { keys } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fieldwork::signal::SignalKind;
    use crate::domain::ids::SignalId;
    use crate::domain::watch::risk::evidence::Evidence;
    use crate::domain::watch::risk::factor::{RuleCode, Threshold};
    use crate::domain::watch::risk::facts::SignalFact;
    use chrono::NaiveDate;
    use uuid::Uuid;

    fn key(number: u128) -> EvidenceKey {
        EvidenceKey::Signal(SignalId(Uuid::from_u128(number)))
    }

    fn keys(numbers: &[u128]) -> BTreeSet<EvidenceKey> {
        numbers.iter().map(|number| key(*number)).collect()
    }

    fn standing(level: Level, numbers: &[u128]) -> Standing {
        Standing { level, hard: true, keys: keys(numbers) }
    }

    fn assessed(level: Level, numbers: &[u128]) -> Assessment {
        let evidence = numbers.iter().map(|number| {
            let occurred_on = NaiveDate::default();
            let id = SignalId(Uuid::from_u128(*number));
            Evidence::reported(&SignalFact { id, kind: SignalKind::FileTransferLetter, occurred_on })
        });
        let rule = RuleCode::FileTransferLetter;
        let factor = Factor::with_floor(rule, level, Threshold::OneRecord, evidence.collect());
        Assessment { level, score: 0, hard: false, factors: factor.into_iter().collect() }
    }

    #[test]
    fn the_first_level_above_none_opens_an_alert() {
        let open = |level, numbers| compare(None, &assessed(level, numbers), &keys(&[]));
        assert_eq!(open(Level::None, &[]), Movement::Nothing);
        for level in [Level::Yellow, Level::Orange, Level::Red] {
            assert_eq!(open(level, &[1]), Movement::Open { level });
        }
    }

    #[test]
    fn a_higher_level_raises() {
        let movement = compare(Some(&standing(Level::Orange, &[1])), &assessed(Level::Red, &[1, 2]), &keys(&[]));
        assert_eq!(movement, Movement::Raise { from: Level::Orange, to: Level::Red });
    }

    #[test]
    fn new_evidence_joins() {
        let alert = standing(Level::Red, &[1]);
        let movement = compare(Some(&alert), &assessed(Level::Red, &[1, 3, 2]), &keys(&[]));
        assert_eq!(movement, Movement::Join { keys: vec![key(2), key(3)] });
        assert_eq!(compare(Some(&alert), &assessed(Level::Red, &[1]), &keys(&[])), Movement::Nothing);
    }

    #[test]
    fn the_first_hard_evidence_hardens() {
        let soft = Standing { hard: false, ..standing(Level::Red, &[1]) };
        let movement = compare(Some(&soft), &assessed(Level::Red, &[1, 2]), &keys(&[]));
        assert_eq!(movement, Movement::Harden { keys: vec![key(2)] });
        assert_eq!(compare(Some(&soft), &assessed(Level::Red, &[1]), &keys(&[])), Movement::Nothing);
    }

    #[test]
    fn a_lower_level_leaves_the_alert_but_new_evidence_still_joins() {
        let alert = standing(Level::Orange, &[1]);
        assert_eq!(compare(Some(&alert), &assessed(Level::None, &[]), &keys(&[])), Movement::Nothing);
        assert_eq!(
            compare(Some(&alert), &assessed(Level::Yellow, &[2]), &keys(&[])),
            Movement::Join { keys: vec![key(2)] }
        );
    }

    #[test]
    fn only_withdrawn_evidence_lowers_the_alert() {
        let alert = standing(Level::Red, &[1, 2]);
        let lowered = compare(Some(&alert), &assessed(Level::None, &[]), &keys(&[1]));
        assert_eq!(lowered, Movement::Lower { from: Level::Red, to: Level::None });
        assert_eq!(compare(Some(&alert), &assessed(Level::None, &[]), &keys(&[9])), Movement::Nothing);
        assert_eq!(compare(Some(&alert), &assessed(Level::Red, &[2]), &keys(&[1])), Movement::Nothing);
    }
}
