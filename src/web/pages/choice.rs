//! The options of a select: their codes, their names, and which one is chosen.

/// One option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What a form sends.
    pub value: String,
    /// What a person reads.
    pub name: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Choice {
    /// An option that is chosen when its value is the one wanted.
    pub fn new(value: &impl ToString, name: impl Into<String>, wanted: Option<&str>) -> Self {
        let value = value.to_string();
        Self { chosen: wanted == Some(value.as_str()), value, name: name.into() }
    }
}

/// The options of a closed list of codes, of which one may be chosen.
pub fn choices<C: Copy + PartialEq>(
    all: &[C],
    chosen: Option<C>,
    said: impl Fn(C) -> (&'static str, &'static str),
) -> Vec<Choice> {
    let choice = |&code: &C| {
        let (value, name) = said(code);
        Choice { value: value.to_owned(), name: name.to_owned(), chosen: chosen == Some(code) }
    };
    all.iter().map(choice).collect()
}
