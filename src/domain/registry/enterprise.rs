//! The status and the tier of an enterprise.

use crate::domain::{codes::codes, ids::EnterpriseId, registry::uscc::Uscc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

codes! {
    /// The status of an enterprise.
    pub enum EnterpriseStatus {
        /// Kept by the district.
        Active = "active", "在册", "active";
        /// A move is under way.
        Relocating = "relocating", "迁移中", "relocating";
        /// It has moved out of the district.
        MovedOut = "moved_out", "已迁出", "moved out";
        /// It has been struck off the register.
        Deregistered = "deregistered", "已注销", "deregistered";
    }

    /// The tier of an enterprise.
    pub enum Tier {
        /// A key tax source (重点税源), visited more often.
        Key = "key", "重点", "key";
        /// Every other enterprise.
        Normal = "normal", "一般", "normal";
    }
}

impl EnterpriseStatus {
    /// Whether the district still has the enterprise; one that has left or is gone is no longer assessed.
    pub const fn is_here(self) -> bool {
        matches!(self, Self::Active | Self::Relocating)
    }
}

/// How an enterprise is named where its id is asked for: other systems know codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnterpriseReference {
    /// By its id.
    Id(EnterpriseId),
    /// By its credit code, written `uscc:CODE`.
    Uscc(Uscc),
}

/// A text that names no enterprise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoReference;

impl FromStr for EnterpriseReference {
    type Err = NoReference;
    fn from_str(text: &str) -> Result<Self, NoReference> {
        match text.strip_prefix("uscc:") {
            Some(code) => Uscc::parse(code).map(Self::Uscc).map_err(|_| NoReference),
            None => text.parse().map(Self::Id).map_err(|_| NoReference),
        }
    }
}

impl fmt::Display for NoReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected the id of an enterprise, or uscc: and its credit code")
    }
}

impl<'de> Deserialize<'de> for EnterpriseReference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for EnterpriseReference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Id(id) => serializer.collect_str(id),
            Self::Uscc(uscc) => serializer.collect_str(&format_args!("uscc:{uscc}")),
        }
    }
}

impl From<EnterpriseId> for EnterpriseReference {
    fn from(id: EnterpriseId) -> Self {
        Self::Id(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_still_here_are_assessed() {
        let here: Vec<_> = EnterpriseStatus::ALL.iter().filter(|status| status.is_here()).collect();
        assert_eq!(here, [&EnterpriseStatus::Active, &EnterpriseStatus::Relocating]);
    }
}
