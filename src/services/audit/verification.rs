//! Walking the chain from its beginning, and remembering how far it held.

use super::fixed;
use crate::domain::text::hex;
use crate::{
    db::{
        access_records::{self, AccessRecord},
        backend::DbConn,
        changes::{self, Change},
    },
    domain::{
        access::Accessed,
        actor::Actor,
        change::Noun,
        ids::{AccessId, ChangeId},
    },
    secrets::chain::{self, Chain, ChainHash, GENESIS},
    services::{Error, unit_of_work::canonical_text},
    texts::{Explain, Language, texts},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Changes read at once.
const PAGE: i64 = 1000;

/// What a walk along the chain has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// How many places hold, from the first.
    pub checked: i64,
    /// The hash at the last of them; all zeros for none.
    pub hash: ChainHash,
    /// The first place that does not hold.
    pub first_broken: Option<Break>,
    /// How many changes wait for a place.
    pub unsealed: i64,
}

/// A place where the record was tampered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// The place in the chain; `None` for a change that waits for one.
    pub position: Option<i64>,
    /// What is wrong there.
    pub why: Why,
}

/// What is wrong at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// A change says something else than when it was recorded.
    Altered,
    /// The change of this place is not there.
    Missing,
    /// The change does not belong to this place, or came without the key.
    Displaced,
    /// An earlier verification went further: the end was cut off.
    CutOff,
}

impl Explain for Why {
    fn code(&self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Missing => "missing",
            Self::Displaced => "displaced",
            Self::CutOff => "cut_off",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Altered => altered(language),
            Self::Missing => missing(language),
            Self::Displaced => displaced(language),
            Self::CutOff => cut_off(language),
        }
    }
}

texts! {
    altered() { zh: "此处的记录内容被改动过。", en: "The change recorded here was altered." }
    missing() { zh: "此处的记录缺失。", en: "The change recorded here is missing." }
    displaced() { zh: "此处的记录不是原来的那一条，或不是由本系统写入的。", en: "The change here is not the one that was recorded at this place." }
    cut_off() { zh: "上次核验过的末尾记录已不存在。", en: "Changes at the end that were verified before are gone." }
}

/// Walks the chain from its beginning, a page at a time, and stops at the first place that does not hold. `progress` is told
/// how many places hold and how many there are.
pub fn verify(
    connection: &mut DbConn,
    chain: &Chain,
    mut progress: impl FnMut(i64, i64),
) -> Result<Verification, Error> {
    let total = changes::head(connection)?.map_or(0, |(position, _)| position);
    let mut walk = Verification { checked: 0, hash: GENESIS, first_broken: None, unsealed: 0 };
    loop {
        let page = changes::sealed_after(connection, walk.checked, PAGE)?;
        if page.is_empty() {
            break;
        }
        for change in &page {
            match link(chain, &walk, change) {
                Ok(hash) => walk.hash = hash,
                Err(why) => walk.first_broken = Some(Break { position: Some(walk.checked + 1), why }),
            }
            if walk.first_broken.is_some() {
                break;
            }
            walk.checked += 1;
        }
        progress(walk.checked, total);
        if walk.first_broken.is_some() {
            break;
        }
    }
    walk.unsealed = changes::count_unsealed(connection)?;
    if walk.first_broken.is_none() {
        walk.first_broken = cut_off_at(connection, &walk)?.or(altered_before_sealing(connection)?);
    }
    Ok(walk)
}

/// The hash of the next place, if the change there is what was recorded there.
fn link(chain: &Chain, walk: &Verification, change: &Change) -> Result<ChainHash, Why> {
    let expected = walk.checked + 1;
    if change.position != Some(expected) {
        return Err(Why::Missing);
    }
    let digest = chain::digest(&canonical_text(change));
    if change.digest != digest {
        return Err(Why::Altered);
    }
    let hash = change.chain_hash.as_deref().unwrap_or_default();
    if !chain.holds(&walk.hash, expected, &digest, hash) {
        return Err(Why::Displaced);
    }
    fixed(hash).ok_or(Why::Displaced)
}

/// Whether an earlier verification went further.
fn cut_off_at(connection: &mut DbConn, walk: &Verification) -> Result<Option<Break>, Error> {
    let before = last_verification(connection)?.map_or(0, |(_, note)| note.furthest);
    let is_cut_off = before > walk.checked;
    Ok(is_cut_off.then(|| Break { position: Some(walk.checked + 1), why: Why::CutOff }))
}

/// Whether a change that waits for its place says something else than its digest.
fn altered_before_sealing(connection: &mut DbConn) -> Result<Option<Break>, Error> {
    let mut last: Option<ChangeId> = None;
    loop {
        let page = changes::unsealed_after(connection, last, PAGE)?;
        if page.iter().any(|change| change.digest != chain::digest(&canonical_text(change))) {
            return Ok(Some(Break { position: None, why: Why::Altered }));
        }
        match page.last() {
            Some(change) => last = Some(change.id),
            None => return Ok(None),
        }
    }
}

/// What is remembered of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationNote {
    /// How many places held.
    pub checked: i64,
    /// The hash at the last of them, in hexadecimal digits.
    pub hash: String,
    /// Whether all of it held.
    pub whole: bool,
    /// How far this or any verification before got: what a chain whose end was cut off falls short of.
    pub furthest: i64,
}

/// Remembers a verification among the recorded reads: a later one that does not get as far shows that the end was cut off.
pub fn note_verification(
    connection: &mut DbConn,
    actor: &Actor,
    now: DateTime<Utc>,
    verification: &Verification,
) -> Result<(), Error> {
    let furthest = last_verification(connection)?.map_or(0, |(_, note)| note.furthest);
    let note = VerificationNote {
        checked: verification.checked,
        hash: hex(&verification.hash),
        whole: verification.first_broken.is_none(),
        furthest: furthest.max(verification.checked),
    };
    let record = AccessRecord {
        id: AccessId::new(),
        at: now.into(),
        actor: actor.reference(),
        actor_name: actor.name.clone(),
        request_id: actor.request_id.clone(),
        what: Accessed::Logs.as_str().to_owned(),
        noun: Noun::AuditChain.as_str().to_owned(),
        noun_id: None,
        enterprise_id: None,
        detail: serde_json::to_string(&note).map_err(|error| Error::Internal(error.to_string()))?,
    };
    access_records::insert(connection, &[record])?;
    Ok(())
}

/// The last verification and when it was.
pub fn last_verification(connection: &mut DbConn) -> Result<Option<(DateTime<Utc>, VerificationNote)>, Error> {
    let record = access_records::last_of(connection, Noun::AuditChain)?;
    Ok(record.and_then(|record| Some((record.at.0, serde_json::from_str(&record.detail).ok()?))))
}
