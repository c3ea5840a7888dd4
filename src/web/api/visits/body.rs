//! The withdrawal of a visit or a signal. What else bodies of `/visits` say is in `services/fieldwork/visits/fields.rs`.

use serde::Deserialize;
use utoipa::ToSchema;

/// Why a visit or a signal was a mistake.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "记错了企业"}))]
pub struct Withdrawal {
    /// The reason; those who were told of it read it in the correction.
    #[schema(max_length = 500)]
    pub reason: String,
}
