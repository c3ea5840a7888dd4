//! Alerts: how they follow assessments, and what people do with them.

mod following;

use super::Error;
use crate::domain::risk::Factor;

pub use following::follow;

/// Factors as they are stored.
pub fn read_factors(text: &str) -> Result<Vec<Factor>, Error> {
    serde_json::from_str(text).map_err(|error| Error::Internal(format!("stored factors: {error}")))
}
