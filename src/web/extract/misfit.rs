//! Errors of a body, an item or a query that does not have the required form, worded for people: serde's own errors
//! name the types of the program.

use crate::{
    services::{FieldError, Invalid},
    texts::{Explain, Language, texts},
};

/// How a value does not fit the form asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidValue {
    /// A required field is missing.
    Missing,
    /// A field nobody knows.
    Unknown,
    /// A field that is there more than once.
    Repeated,
    /// A code outside its list; the allowed ones.
    Code(String),
    /// A value of another type or form than this.
    Form(Form),
}

/// The form a value should have had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// True or false.
    Truth,
    /// A list.
    List,
    /// An object.
    Object,
    /// A day.
    Day,
    /// An instant.
    Instant,
    /// A month.
    Month,
    /// The id of something.
    Id,
    /// The id or the code of an enterprise.
    Enterprise,
    /// One that its description tells.
    Described,
}

/// What serde says, as the field that cannot be accepted.
pub(super) fn misfits(pointer: &str, message: &str) -> Invalid {
    let quoted = || message.split('`').nth(1).unwrap_or_default();
    let within = || {
        let last = format!("/{}", quoted());
        format!("{}{last}", pointer.strip_suffix(&last).unwrap_or(pointer))
    };
    let (pointer, reason) = if message.starts_with("missing field") {
        (within(), InvalidValue::Missing)
    } else if message.starts_with("unknown field") {
        (within(), InvalidValue::Unknown)
    } else if message.starts_with("duplicate field") {
        (within(), InvalidValue::Repeated)
    } else if message.starts_with("unknown variant") {
        let allowed: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        (pointer.to_owned(), InvalidValue::Code(allowed.join(", ")))
    } else {
        (pointer.to_owned(), InvalidValue::Form(Form::told_by(pointer, message)))
    };
    Invalid(vec![FieldError::new(pointer, reason)])
}

impl Form {
    /// The form that a message of serde, of a number or of a date asks for.
    fn told_by(pointer: &str, message: &str) -> Self {
        // What stands before may be anything that was sent.
        let asked = if message.starts_with("invalid ") { message.rsplit("expected ").next() } else { None };
        let asked = asked.unwrap_or(message);
        FORMS.iter().find(|(words, _)| asked.contains(words)).map_or(Self::Described, |(_, form)| match form {
            // Both are read by one parser, which does not say what it was after; their names do.
            Self::Day if pointer.ends_with("_at") => Self::Instant,
            form => *form,
        })
    }
}

/// By what a message tells the form, in the order in which they are looked for.
const FORMS: &[(&str, Form)] = &[
    ("the id of an enterprise", Form::Enterprise),
    ("UUID", Form::Id),
    (" month", Form::Month),
    ("RFC 3339", Form::Instant),
    ("date", Form::Day),
    ("input", Form::Day),
    ("`true` or `false`", Form::Truth),
    ("a boolean", Form::Truth),
    ("i64", Form::Number),
    ("i32", Form::Number),
    ("u64", Form::Number),
    ("u32", Form::Number),
    ("digit", Form::Number),
    ("parse integer", Form::Number),
    ("number too", Form::Number),
    ("a sequence", Form::List),
    ("struct", Form::Object),
    ("a map", Form::Object),
    ("string", Form::Text),
];

impl Explain for InvalidValue {
    fn code(&self) -> &'static str {
        match self {
            Self::Missing => "required",
            Self::Unknown => "unknown_field",
            Self::Repeated => "repeated_field",
            Self::Code(_) => "unknown_code",
            Self::Form(_) => "wrong_form",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Missing => missing(language),
            Self::Unknown => unknown(language),
            Self::Repeated => repeated(language),
            Self::Code(allowed) => code(language, allowed),
            Self::Form(form) => form.text(language),
        }
    }
}

impl Form {
    fn text(self, language: Language) -> String {
        match self {
            Self::Text => text(language),
            Self::Number => number(language),
            Self::Truth => truth(language),
            Self::List => list(language),
            Self::Object => object(language),
            Self::Day => day(language),
            Self::Instant => instant(language),
            Self::Month => month(language),
            Self::Id => id(language),
            Self::Enterprise => enterprise(language),
            Self::Described => described(language),
        }
    }
}

texts! {
    missing() { zh: "缺少此项。", en: "This field is required." }
    unknown() { zh: "没有这一项，请核对名称。", en: "There is no such field; check its name." }
    repeated() { zh: "此项出现了不止一次。", en: "This field occurs more than once." }
    code(allowed: &str) { zh: "请使用下列代码之一：{allowed}。", en: "Use one of: {allowed}." }
    text() { zh: "此项应为文字。", en: "This must be a text." }
    number() { zh: "此项应为整数，且不能过大。", en: "This must be a whole number within the allowed range." }
    truth() { zh: "此项应为 true 或 false。", en: "This must be true or false." }
    list() { zh: "此项应为列表，即使只有一项。", en: "This must be a list, even with one item." }
    object() { zh: "此项应为由各字段组成的对象。", en: "This must be an object with its fields." }
    day() { zh: "此项应为日期，写成 2026-11-22；请核对是否有这一天。", en: "This must be an existing date such as 2026-11-22." }
    instant() {
        zh: "此项应为时刻，写成 2026-11-22T08:00:00Z；请核对是否有这一刻。",
        en: "This must be an existing instant such as 2026-11-22T08:00:00Z.",
    }
    month() { zh: "此项应为月份，写成 2026-11。", en: "This must be a month such as 2026-11." }
    id() {
        zh: "此项应为编号，写成 01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e 的样子。",
        en: "This must be an id such as 01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e.",
    }
    enterprise() {
        zh: "此项应为企业编号，或 uscc: 加上有效的统一社会信用代码。",
        en: "This must be the id of an enterprise, or uscc: and a valid credit code.",
    }
    described() { zh: "值的类型或格式不符，请对照接口说明。", en: "The type or the form of the value does not match its description." }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::domain::{ids::VisitId, month::Month, registry::enterprise::EnterpriseReference, watch::level::Level};
    use chrono::{DateTime, NaiveDate, Utc};
    use serde::{Deserialize, de::DeserializeOwned};
    use serde_json::{Value, json};

    #[derive(Debug, Deserialize)]
    struct Inner {
        #[allow(dead_code, reason = "only its form counts")]
        name: String,
    }

    fn of_json<T: DeserializeOwned + std::fmt::Debug>(value: Value) -> String {
        serde_json::from_value::<T>(value).unwrap_err().to_string()
    }

    fn of_query<T: DeserializeOwned + std::fmt::Debug>(value: &str) -> String {
        #[derive(Debug, Deserialize)]
        struct Query<T> {
            #[allow(dead_code, reason = "only its form counts")]
            field: T,
        }
        let query = format!("field={value}");
        let deserializer = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        Query::<T>::deserialize(deserializer).unwrap_err().to_string()
    }

    #[test]
    fn each_form_is_told_plainly() {
        for (message, form) in [
            (of_json::<i64>(json!("x")), Form::Number),
            (of_json::<i64>(json!(1.5)), Form::Number),
            (of_json::<i32>(json!(9_000_000_000_i64)), Form::Number),
            (of_json::<u64>(json!(-1)), Form::Number),
            (of_query::<i64>("many"), Form::Number),
            (of_query::<i64>(""), Form::Number),
            (of_query::<i64>("99999999999999999999"), Form::Number),
            (of_json::<bool>(json!("yes")), Form::Truth),
            (of_query::<bool>("yes"), Form::Truth),
            (of_json::<String>(json!(1)), Form::Text),
            (of_json::<Level>(json!(1)), Form::Text),
            (of_json::<Vec<i64>>(json!("x")), Form::List),
            (of_json::<Inner>(json!("x")), Form::Object),
            (of_json::<NaiveDate>(json!("2026-02-30")), Form::Day),
            (of_json::<NaiveDate>(json!("tomorrow")), Form::Day),
            (of_json::<NaiveDate>(json!("2026-02-03T")), Form::Day),
            (of_json::<NaiveDate>(json!("")), Form::Day),
            (of_json::<NaiveDate>(json!(7)), Form::Day),
            (of_json::<DateTime<Utc>>(json!(7)), Form::Instant),
            (of_query::<NaiveDate>("yesterday"), Form::Day),
            (of_json::<Month>(json!("2026-13")), Form::Month),
            (of_query::<Month>("november"), Form::Month),
            (of_json::<VisitId>(json!("x")), Form::Id),
            (of_json::<VisitId>(json!(1)), Form::Id),
            (of_query::<VisitId>("1"), Form::Id),
            (of_json::<EnterpriseReference>(json!("7")), Form::Enterprise),
            (of_json::<EnterpriseReference>(json!("uscc:7")), Form::Enterprise),
            (of_json::<bool>(json!("a month of dates, expected UUID")), Form::Truth),
            ("something new".to_owned(), Form::Described),
        ] {
            assert_eq!(Form::told_by("/field", &message), form, "{message}");
        }
        let instant = of_json::<DateTime<Utc>>(json!("tomorrow"));
        assert_eq!(Form::told_by("/expires_at", &instant), Form::Instant, "{instant}");
    }

    #[test]
    fn the_field_is_pointed_at() {
        let at = |pointer: &str, message: &str| misfits(pointer, message).to_string();
        assert_eq!(at("", "missing field `name` at line 1 column 2"), "/name required");
        assert_eq!(at("/items/0/nmae", "unknown field `nmae`, expected `name`"), "/items/0/nmae unknown_field");
        assert_eq!(at("", "duplicate field `limit`"), "/limit repeated_field");
        assert_eq!(at("/limit", "invalid digit found in string"), "/limit wrong_form");
    }
}
