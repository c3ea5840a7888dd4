//! The body of a batch of signals. One signal is `services/fieldwork/signals/draft.rs`.

use crate::services::fieldwork::signals::NewSignal;
use serde::Deserialize;
use utoipa::ToSchema;

/// Up to 1,000 signals.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignalBatch {
    /// The signals.
    #[schema(value_type = Vec<NewSignal>, max_items = 1000)]
    pub items: Vec<serde_json::Value>,
}
