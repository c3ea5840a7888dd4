//! Bodies of `/alerts`: resolving, directives.

use crate::{domain::watch::alert::Outcome, services::watch::alerts::Resolution};
use serde::Deserialize;
use utoipa::ToSchema;

/// How an episode ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"outcome": "respected", "note": "企业选择迁往邻市，已协助办理清税和档案迁移。"}))]
pub struct ResolutionEntry {
    /// How.
    pub outcome: Outcome,
    /// What is to be said about it; a false alarm has to say why.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

impl From<ResolutionEntry> for Resolution {
    fn from(entry: ResolutionEntry) -> Self {
        Self { outcome: entry.outcome, note: entry.note }
    }
}

/// What a leader wants done.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "请今日上门，了解企业用房需要。"}))]
pub struct DirectiveEntry {
    /// The directive.
    #[schema(min_length = 1, max_length = 2000)]
    pub text: String,
}
