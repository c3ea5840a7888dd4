//! What people do in a story, and who they are.

use crate::domain::{
    fieldwork::{
        signal::SignalKind,
        visit::{LeavingReason, RelocationIntent},
    },
    ids::UserId,
    watch::alert::Outcome,
};

/// The kinds of step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoryAction {
    /// A visit in which moving was spoken of.
    Visit(IntentVisit),
    /// Another system or department reported something.
    Signal(FiledSignal),
    /// The alert was acknowledged.
    Acknowledge {
        /// Who did it.
        by: UserId,
    },
    /// A leader gave a directive.
    Direct {
        /// Which leader.
        by: UserId,
        /// The text.
        text: &'static str,
    },
    /// The alert was closed.
    Resolve {
        /// Who did it.
        by: UserId,
        /// Its outcome.
        outcome: Outcome,
        /// What there is to say about it.
        note: Option<&'static str>,
    },
}

/// A visit on which the enterprise said whether it means to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentVisit {
    /// Who visited.
    pub by: UserId,
    /// The intent to move.
    pub intent: RelocationIntent,
    /// What was said.
    pub summary: String,
    /// Why.
    pub reasons: Vec<LeavingReason>,
    /// Where to: a division code.
    pub destination_division: Option<&'static str>,
}

/// What was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledSignal {
    /// What.
    pub kind: SignalKind,
    /// The system that reported it.
    pub source: &'static str,
    /// Its reference there.
    pub reference: String,
    /// What it said.
    pub detail: &'static str,
}

/// Who acts in one story.
pub(super) struct Cast {
    pub(super) steward: UserId,
    pub(super) chief_steward: UserId,
    pub(super) leader: UserId,
}
