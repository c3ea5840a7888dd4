//! The version of a record that a change is based on.

use super::Error;

/// Which version a caller expects of what it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// That it is there, whatever its version.
    Any,
    /// That it has the version that was read; 0 where nothing was there yet.
    Exactly(i64),
}

impl Version {
    /// Refuses a change of something that has another version; 0 stands for what is not there.
    pub fn check(self, current: i64) -> Result<(), Error> {
        let holds = match self {
            Self::Any => current > 0,
            Self::Exactly(version) => version == current,
        };
        if holds { Ok(()) } else { Err(Error::Stale) }
    }
}
