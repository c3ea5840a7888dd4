//! The entity tag of what an answer shows: version and content.

use crate::domain::text::hex;
use sha2::{Digest, Sha256};

/// `"VERSION-CONTENT"`: see `extract::IfMatch`.
pub fn entity_tag(version: i64, body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    let content = hex(digest.get(..8).unwrap_or_default());
    format!("\"{version}-{content}\"")
}
