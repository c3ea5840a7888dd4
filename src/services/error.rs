//! Why a use case failed. Each error says what it means to the caller; `web` decides how it looks on the wire.

use super::patch::Patch;
use crate::{
    db::backend,
    domain::{date::YEAR_MIN, people::role::Permission, phone::contains_identity_card, text},
    texts::{Explain, Language, texts},
};
use chrono::{Datelike, NaiveDate};
use std::fmt;

/// The reasons a use case is refused or fails.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or it lies outside the actor's scope: the two are not told apart.
    #[error("not found")]
    NotFound,
    /// The actor may not do this.
    #[error("forbidden: {0:?}")]
    Forbidden(Permission),
    /// The actor may do this, but not to themselves or not in the state they are in.
    #[error("refused: {}", .0.code())]
    Refused(Box<dyn Explain + Send + Sync>),
    /// Fields that cannot be accepted as they are.
    #[error("invalid: {0}")]
    Invalid(Invalid),
    /// The state of things does not allow it now.
    #[error("conflict: {}", .0.code())]
    Conflict(Box<dyn Explain + Send + Sync>),
    /// Somebody else changed it since it was read.
    #[error("stale version")]
    Stale,
    /// Nobody is signed in, or the name, password or second factor is wrong.
    #[error("unauthenticated: {}", .0.code())]
    Unauthenticated(Box<dyn Explain + Send + Sync>),
    /// Too many attempts; seconds until another may be made.
    #[error("too many attempts")]
    TooMany {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The database failed.
    #[error("database: {0}")]
    Database(#[from] crate::db::backend::QueryError),
    /// No connection to the database.
    #[error("database connection: {0}")]
    Connection(#[from] crate::db::backend::OpenError),
    /// The database was in the way of work that several share; the log says how.
    #[error("the database is busy")]
    Busy,
    /// Something that should not happen; the text is for the log.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// Something that should not happen; the text is for the log and carries no secret.
    pub fn internal(error: impl fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }

    /// Whether another transaction was in the way, so that running the whole transaction again may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Database(error) if backend::is_transient(error))
    }

    /// Whether the database was in the way and not the request: the same may succeed in a moment.
    pub fn will_pass(&self) -> bool {
        match self {
            Self::Connection(_) | Self::Busy => true,
            Self::Database(error) => backend::is_transient(error) || backend::is_lost(error),
            _ => false,
        }
    }

    /// One field that cannot be accepted.
    pub fn field(pointer: impl Into<String>, reason: impl Explain + Send + Sync + 'static) -> Self {
        Self::Invalid(Invalid(vec![FieldError::new(pointer, reason)]))
    }

    /// A state that does not allow it.
    pub fn conflict(reason: impl Explain + Send + Sync + 'static) -> Self {
        Self::Conflict(Box::new(reason))
    }

    /// The unique constraint that a write broke, as [`crate::db::backend::broken_unique`] names it.
    pub fn broken_unique(&self) -> Option<String> {
        match self {
            Self::Database(error) => crate::db::backend::broken_unique(error),
            _ => None,
        }
    }

    /// A refusal that is not about a permission.
    pub fn refused(reason: impl Explain + Send + Sync + 'static) -> Self {
        Self::Refused(Box::new(reason))
    }
}

/// All fields of one input that cannot be accepted.
#[derive(Debug, Default)]
pub struct Invalid(pub Vec<FieldError>);

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for field in &self.0 {
            write!(f, "{separator}{} {}", field.pointer, field.reason.code())?;
            separator = ", ";
        }
        Ok(())
    }
}

/// One field that cannot be accepted, and why.
pub struct FieldError {
    /// JSON pointer into the body; of a query, `/` and the name of the parameter.
    pub pointer: String,
    /// What is wrong.
    pub reason: Box<dyn Explain + Send + Sync>,
}

impl FieldError {
    /// What is wrong with the field at the pointer.
    pub fn new(pointer: impl Into<String>, reason: impl Explain + Send + Sync + 'static) -> Self {
        Self { pointer: pointer.into(), reason: Box::new(reason) }
    }
}

impl fmt::Debug for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.pointer, self.reason.code())
    }
}

impl Invalid {
    /// Keeps a value that was accepted, or notes why not and gives `None`: so that all fields are reported together.
    pub fn take<T, E: Explain + Send + Sync + 'static>(&mut self, pointer: &str, value: Result<T, E>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(reason) => {
                self.0.push(FieldError::new(pointer, reason));
                None
            }
        }
    }

    /// Notes a field that cannot be accepted.
    pub fn note(&mut self, pointer: impl Into<String>, reason: impl Explain + Send + Sync + 'static) {
        self.0.push(FieldError::new(pointer, reason));
    }

    /// One line of written text; identity-card numbers are never stored.
    pub fn line(&mut self, pointer: &str, text: &str, max: usize) -> Option<String> {
        let text = self.take(pointer, text::line(text, max))?;
        self.without_identity_card(pointer, text)
    }

    /// Written text of several lines; identity-card numbers are never stored.
    pub fn paragraph(&mut self, pointer: &str, text: &str, max: usize) -> Option<String> {
        let text = self.take(pointer, text::paragraph(text, max))?;
        self.without_identity_card(pointer, text)
    }

    fn without_identity_card(&mut self, pointer: &str, text: String) -> Option<String> {
        if contains_identity_card(&text) {
            self.note(pointer, Reason::IdentityCard);
            return None;
        }
        Some(text)
    }

    /// A day that has come, and not so long ago that its year must be wrong.
    pub fn past_day(&mut self, pointer: &str, day: NaiveDate, today: NaiveDate) -> Option<NaiveDate> {
        if day > today {
            self.note(pointer, Reason::InTheFuture);
            return None;
        }
        if day.year() < YEAR_MIN {
            self.note(pointer, Reason::TooLongAgo);
            return None;
        }
        Some(day)
    }

    /// The new value of a field that cannot be emptied, when it gets one.
    pub fn kept<T>(&mut self, pointer: &str, change: Patch<T>) -> Option<T> {
        // A creation has said so already of what it requires.
        if matches!(change, Patch::Clear) && self.0.iter().all(|field| field.pointer != pointer) {
            self.note(pointer, Reason::NotNullable);
        }
        change.value()
    }

    /// The same, with pointers from the top of a batch instead of from its item at a place.
    #[must_use]
    pub fn within_item(mut self, place: usize) -> Self {
        for field in &mut self.0 {
            field.pointer = format!("/items/{place}{}", field.pointer);
        }
        self
    }

    /// An error when anything was noted.
    pub fn check(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self)) }
    }
}

/// Reasons that several nouns share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A required field is missing.
    Required,
    /// Names nothing that exists or may be used here.
    UnknownReference,
    /// A day that has not come yet.
    InTheFuture,
    /// A day that has passed already.
    InThePast,
    /// A day before the registry can hold anything.
    TooLongAgo,
    /// A number outside its range.
    OutOfRange,
    /// Another row has this value already.
    Taken,
    /// More entries than allowed.
    TooMany,
    /// It was withdrawn already.
    AlreadyWithdrawn,
    /// Readers who see bands filter by bands only.
    FiguresNotShown,
    /// A field that may not be null.
    NotNullable,
    /// A field that is stated at the creation alone.
    Unchangeable,
    /// The number of somebody's identity card.
    IdentityCard,
}

impl Explain for Reason {
    fn code(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::UnknownReference => "unknown_reference",
            Self::InTheFuture => "in_the_future",
            Self::InThePast => "in_the_past",
            Self::TooLongAgo => "too_long_ago",
            Self::OutOfRange => "out_of_range",
            Self::Taken => "taken",
            Self::TooMany => "too_many",
            Self::AlreadyWithdrawn => "already_withdrawn",
            Self::FiguresNotShown => "figures_not_shown",
            Self::NotNullable => "not_nullable",
            Self::Unchangeable => "unchangeable",
            Self::IdentityCard => "identity_card",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Required => required(language),
            Self::UnknownReference => unknown_reference(language),
            Self::InTheFuture => in_the_future(language),
            Self::InThePast => in_the_past(language),
            Self::TooLongAgo => too_long_ago(language),
            Self::OutOfRange => out_of_range(language),
            Self::Taken => taken(language),
            Self::TooMany => too_many(language),
            Self::AlreadyWithdrawn => already_withdrawn(language),
            Self::FiguresNotShown => figures_not_shown(language),
            Self::NotNullable => not_nullable(language),
            Self::Unchangeable => unchangeable(language),
            Self::IdentityCard => identity_card(language),
        }
    }
}

texts! {
    required() { zh: "请填写此项。", en: "This field is required." }
    unknown_reference() { zh: "没有找到所指的对象，或它不在您的范围内。", en: "It does not exist, or it is outside your scope." }
    in_the_future() { zh: "日期不能晚于今天。", en: "The date must not be in the future." }
    in_the_past() { zh: "日期不能早于今天。", en: "The date must not be in the past." }
    too_long_ago() { zh: "日期太早，请核对年份。", en: "The date is too long ago; check the year." }
    out_of_range() { zh: "数值超出允许范围。", en: "The value is out of range." }
    taken() { zh: "已有相同的记录。", en: "Another record already has this value." }
    too_many() { zh: "条目过多。", en: "Too many entries." }
    already_withdrawn() { zh: "已经撤回。", en: "It was withdrawn already." }
    figures_not_shown() {
        zh: "您看到的是金额分档，请按分档筛选或排序。",
        en: "You see amounts as bands. Filter and sort by bands.",
    }
    identity_card() {
        zh: "内容中含有身份证号码。系统不保存身份证号码，请删除。",
        en: "The text contains an identity-card number. The system does not store these; remove it.",
    }
    unchangeable() { zh: "此项在建立之后不能更改。", en: "This field cannot be changed once the record exists." }
    not_nullable() { zh: "此项不能清空。", en: "This field cannot be emptied." }
}
