//! Street offices by the names that files give them.

use crate::{
    db::{backend::DbConn, registry::imports},
    domain::{ids::OrganisationId, text::half_width},
    services::Error,
    texts::{Explain, Language, texts},
};
use std::collections::HashMap;

/// How many mergers in a row are followed.
const MERGERS_MAX: usize = 10;

/// Street offices by name. A merged office's name means the one it went into.
#[derive(Debug)]
pub(super) struct StreetNames(HashMap<String, OrganisationId>);

impl StreetNames {
    /// Loads the names.
    pub(super) fn load(connection: &mut DbConn) -> Result<Self, Error> {
        let streets = imports::streets(connection)?;
        let merged: HashMap<_, _> = streets.iter().filter_map(|(id, _, into)| Some((*id, (*into)?))).collect();
        let today = |mut id: OrganisationId| {
            for _ in 0..MERGERS_MAX {
                match merged.get(&id) {
                    Some(into) => id = *into,
                    None => break,
                }
            }
            id
        };
        // An office that works under a name today goes before one that once did.
        let (past, present): (Vec<_>, Vec<_>) = streets.iter().partition(|(_, _, into)| into.is_some());
        let named = past.into_iter().chain(present).map(|(id, name, _)| (key(name), today(*id)));
        Ok(Self(named.collect()))
    }

    /// The street office a file means.
    pub(super) fn find(&self, name: &str) -> Result<OrganisationId, StreetError> {
        self.0.get(&key(name)).copied().ok_or(StreetError::Unknown)
    }
}

/// 星湖街道办事处, 星湖街道办 and 星湖街道 are one office.
fn key(name: &str) -> String {
    let name: String = name.chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
    let short =
        ["办事处", "办"].into_iter().find_map(|end| name.strip_suffix(end).filter(|rest| rest.ends_with("街道")));
    short.unwrap_or(&name).to_owned()
}

/// Why a row's street office cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StreetError {
    /// No street office has the name.
    Unknown,
    /// It, or the enterprise, is kept elsewhere than the actor may write.
    OutOfScope,
}

impl Explain for StreetError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "street_unknown",
            Self::OutOfScope => "out_of_scope",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Unknown => unknown(language),
            Self::OutOfScope => out_of_scope(language),
        }
    }
}

texts! {
    unknown() {
        zh: "没有这个街道。请核对名称，或先登记该街道。",
        en: "There is no such street office. Check the name, or add the street office first.",
    }
    out_of_scope() {
        zh: "该企业属于其他街道，不在您的范围内。请删除此行。",
        en: "This enterprise belongs to another street office and is outside your scope. Delete the row.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_is_known_by_its_short_and_its_full_name() {
        assert_eq!(key("星湖街道办事处"), "星湖街道");
        assert_eq!(key(" 星湖 街道办 "), "星湖街道");
        assert_eq!(key("星湖街道"), "星湖街道");
        assert_eq!(key("云台镇"), "云台镇");
    }
}
