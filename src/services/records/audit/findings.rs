//! What a verification of the record can find.

use crate::{
    domain::records::record::RecordLog,
    secrets::{chain::ChainHash, head::Head},
    texts::{Explain, Language, texts},
};
use chrono::{DateTime, Utc};

/// The first place of a log that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// The place; `None` for a record without one.
    pub position: Option<i64>,
    /// What is wrong there.
    pub why: Why,
}

impl Break {
    pub(super) const fn at(position: i64, why: Why) -> Self {
        Self { position: Some(position), why }
    }

    pub(super) const fn without_place(why: Why) -> Self {
        Self { position: None, why }
    }
}

/// What is wrong at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The record says something else than when it was recorded.
    Altered,
    /// The record of this place, or the place itself, is not there.
    Missing,
    /// The record does not belong to this place, or its place was given without the key.
    Displaced,
    /// The log reached further before: its end was cut off.
    CutOff,
    /// The log went on differently before: its end was cut off and other records took its places.
    Replaced,
    /// Records have places, but no head says how far they reach.
    HeadMissing,
    /// The head was not written with this key, or was altered.
    HeadForged,
    /// There are places that the head does not reach.
    BeyondHead,
    /// A record without a place was not recorded with the key, or was altered since.
    Forged,
    /// A record that waited for its place is gone.
    WaitingGone,
    /// A record neither has a place nor waits for one.
    Unsealed,
}

impl Explain for Why {
    fn code(&self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Missing => "missing",
            Self::Displaced => "displaced",
            Self::CutOff => "cut_off",
            Self::Replaced => "replaced",
            Self::HeadMissing => "head_missing",
            Self::HeadForged => "head_forged",
            Self::BeyondHead => "beyond_head",
            Self::Forged => "forged",
            Self::WaitingGone => "waiting_gone",
            Self::Unsealed => "unsealed",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Altered => altered(language),
            Self::Missing => missing(language),
            Self::Displaced => displaced(language),
            Self::CutOff => cut_off(language),
            Self::Replaced => replaced(language),
            Self::HeadMissing => head_missing(language),
            Self::HeadForged => head_forged(language),
            Self::BeyondHead => beyond_head(language),
            Self::Forged => forged(language),
            Self::WaitingGone => waiting_gone(language),
            Self::Unsealed => unsealed(language),
        }
    }
}

texts! {
    altered() { zh: "此处的记录内容被改动过。", en: "The record at this place was altered." }
    missing() { zh: "此处的记录缺失。", en: "The record of this place is missing." }
    displaced() { zh: "此处的记录不是原来的那一条，或其位置不是由本系统给出的。", en: "The record here is not the one that was sealed at this place, or the place was not given by this product." }
    cut_off() { zh: "从此处起的记录曾经存在，现在没有了：末尾被截掉。", en: "The records from here on were there before and are gone: the end was cut off." }
    replaced() { zh: "从此处起的记录与以前记下的链首不符：末尾被截掉后另行写入。", en: "The records from here on do not agree with a head noted before: the end was cut off and other records took its place." }
    head_missing() { zh: "记录已有链上位置，但链首不见了。", en: "Records have places in the chain, but the head that says how far they reach is gone." }
    head_forged() { zh: "链首不是由本系统用现在的密钥写入的，或被改动过。", en: "The head of the chain was not written with this key, or was altered." }
    beyond_head() { zh: "从此处起的记录超出了链首：链首被换成了旧的，或这些位置不是由本系统给出的。", en: "The records from here on lie beyond the head: the head was replaced by an older one, or these places were not given by this product." }
    forged() { zh: "一条没有链上位置的记录不是由本系统写入的，或写入后被改动过。", en: "A record without a place was not made by this product, or was altered since." }
    waiting_gone() { zh: "一条等待入链的记录已不存在。", en: "A record that waited for its place is gone." }
    unsealed() { zh: "一条记录既没有链上位置，也不在等待之列。", en: "A record neither has a place nor waits for one." }
}

/// A place of a log and its hash, as noted earlier outside the places themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noted {
    /// Which log.
    pub log: RecordLog,
    /// How far it reached.
    pub position: i64,
    /// The chain hash there.
    pub hash: ChainHash,
    /// The first position whose record must carry a MAC, where that was noted too.
    pub keyed_from: Option<i64>,
    /// When; `None` when nobody knows, which a person who types it in does not.
    pub at: Option<DateTime<Utc>>,
    /// Where it was noted.
    pub source: NotedIn,
}

/// Where a place was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotedIn {
    /// In this process or its data directory, as the last head seen.
    Seen,
    /// In what went out: the file of heads, or the note of the last heads that were sent.
    Sent,
    /// By an earlier verification, in the log of reads.
    Verification,
    /// On paper or in a mail: a person gave it.
    ByHand,
}

impl NotedIn {
    /// Whether somebody who writes to the database alone cannot have changed or put back what was noted.
    pub const fn is_outside(self) -> bool {
        matches!(self, Self::Sent | Self::ByHand)
    }
}

impl Noted {
    /// A head as it was noted.
    pub const fn of(head: &Head, source: NotedIn) -> Self {
        let keyed_from = Some(head.keyed_from);
        Self { log: head.log, position: head.position, hash: head.hash, keyed_from, at: Some(head.at), source }
    }
}

/// What a verification has shown of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogVerification {
    /// Which log.
    pub log: RecordLog,
    /// How many places hold, from the first.
    pub checked: i64,
    /// The hash at the last of them; all zeros for none.
    pub hash: ChainHash,
    /// The first place whose record must carry a MAC, as far as an authentic head says so.
    pub keyed_from: Option<i64>,
    /// The first place that does not hold.
    pub first_broken: Option<Break>,
    /// How many records wait for a place.
    pub waiting: i64,
    /// The furthest head that went out and agrees with the log: what is later and was cut off or put back would not be noticed.
    pub last_sent: Option<Noted>,
    /// Heads that no longer hold because sealing was resumed after the log had been put back, the furthest first.
    pub given_up: Vec<Noted>,
}

impl LogVerification {
    /// Places that hold but came after the last head that went out: nobody could prove it if more had followed them.
    pub fn not_provable(&self) -> i64 {
        self.checked - self.last_sent.map_or(0, |sent| sent.position)
    }
}

/// What a verification has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Both logs.
    pub logs: Vec<LogVerification>,
}

impl Verification {
    /// Whether all of both logs holds.
    pub fn is_whole(&self) -> bool {
        self.logs.iter().all(|log| log.first_broken.is_none())
    }

    /// What it has shown of one log.
    pub fn of(&self, log: RecordLog) -> Option<&LogVerification> {
        self.logs.iter().find(|one| one.log == log)
    }
}
