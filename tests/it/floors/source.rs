//! The paths and the literals of a Rust source, read without a parser: enough to know what a file imports and what it
//! says.

/// A path as `use` or an expression names it, groups spread out: `a::{b, c::d}` is `a::b` and `a::c::d`.
pub(super) struct Named<'a> {
    /// Its parts, in order; a lone word or keyword is a path of one.
    pub(super) names: Vec<&'a str>,
    /// Counted from 1.
    pub(super) line: usize,
    /// In how many `mod name { … }` of its file it stands.
    pub(super) depth: usize,
}

/// Every path of a source text, in order.
pub(super) fn paths(source: &str) -> Vec<Named<'_>> {
    let tokens = tokens(source);
    let (mut found, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        at = read_path(&tokens, at, &[], &mut found);
    }
    found
}

/// Reads one path or group that continues `prefix`, and says where the text goes on.
fn read_path<'a>(tokens: &[Token<'a>], start: usize, prefix: &[&'a str], found: &mut Vec<Named<'a>>) -> usize {
    let (mut names, mut at) = (prefix.to_vec(), start);
    while let Some(token) = tokens.get(at) {
        if token.text == "{" && !names.is_empty() {
            return read_group(tokens, at + 1, &names, found);
        }
        if !token.is_word() && token.text != "*" {
            break;
        }
        names.push(token.text);
        let goes_on = tokens.get(at + 1).is_some_and(|next| next.text == "::")
            && tokens.get(at + 2).is_some_and(|next| next.is_word() || next.text == "*" || next.text == "{");
        if !goes_on {
            found.push(Named { names, line: token.line, depth: token.depth });
            break;
        }
        at += 2;
    }
    at + 1
}

fn read_group<'a>(tokens: &[Token<'a>], start: usize, prefix: &[&'a str], found: &mut Vec<Named<'a>>) -> usize {
    let mut at = start;
    while let Some(token) = tokens.get(at) {
        at = match token.text {
            "}" => return at + 1,
            "as" => at + 2,
            _ => read_path(tokens, at, prefix, found),
        };
    }
    at
}

/// A string literal of a source text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Literal<'a> {
    /// What stands between the quotation marks, escapes as they are written.
    pub(crate) text: &'a str,
    /// Counted from 1.
    pub(crate) line: usize,
    /// The innermost macro or attribute it stands in, by its last name: `texts` for `crate::texts::texts! { … }`.
    pub(crate) within: Option<&'a str>,
    /// The token right before it.
    pub(crate) after: &'a str,
}

/// Every string literal of a source text, in order.
pub(crate) fn literals(source: &str) -> Vec<Literal<'_>> {
    let mut found = Vec::new();
    // One entry an open bracket; a bracket that belongs to no macro or attribute is inside the one around it.
    let mut open: Vec<Option<&str>> = Vec::new();
    let mut before = ["", "", ""];
    let (mut rest, mut line) = (source, 1);
    while let Some(first) = rest.chars().next() {
        let silent = if first.is_whitespace() { Some(first.len_utf8()) } else { opaque_length(rest) };
        let length = silent.unwrap_or_else(|| token_length(rest, first));
        let (text, after) = rest.split_at(length);
        let within = open.last().copied().flatten();
        match text {
            "{" | "(" | "[" => {
                let named = match before {
                    [_, name, "!"] | ["#", "[", name] => Some(name),
                    _ => within,
                };
                open.push(named);
            }
            "}" | ")" | "]" => drop(open.pop()),
            _ => {}
        }
        if silent.is_none() {
            before = [before[1], before[2], text];
        } else if let Some(content) = content(text) {
            found.push(Literal { text: content, line, within, after: before[2] });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    found
}

/// What a string literal holds; `None` for blanks, comments and characters.
fn content(text: &str) -> Option<&str> {
    let body = text.trim_start_matches(['b', 'c', 'r']).trim_start_matches('#');
    body.trim_end_matches('#').strip_prefix('"')?.strip_suffix('"')
}

/// A word or a sign of Rust's text, `::` being one sign.
#[derive(Clone, Copy)]
struct Token<'a> {
    text: &'a str,
    line: usize,
    /// In how many `mod name { … }` it stands.
    depth: usize,
}

impl Token<'_> {
    fn is_word(&self) -> bool {
        self.text.starts_with(is_word_part)
    }
}

fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The text without blanks, comments and literals.
fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (source, 1);
    while let Some(first) = rest.chars().next() {
        let silent = if first.is_whitespace() { Some(first.len_utf8()) } else { opaque_length(rest) };
        let length = silent.unwrap_or_else(|| token_length(rest, first));
        let (text, after) = rest.split_at(length);
        if silent.is_none() {
            tokens.push(Token { text, line, depth: 0 });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    mark_depths(&mut tokens);
    tokens
}

fn token_length(rest: &str, first: char) -> usize {
    if is_word_part(first) {
        rest.find(|c| !is_word_part(c)).unwrap_or(rest.len())
    } else if rest.starts_with("::") {
        2
    } else {
        first.len_utf8()
    }
}

/// The length of the comment or literal that `rest` begins with.
fn opaque_length(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment_length(rest));
    }
    if rest.starts_with('\'') {
        return character_length(rest);
    }
    let body = rest.trim_start_matches(['b', 'c']);
    let prefix = rest.len() - body.len();
    if prefix > 1 {
        return None;
    }
    let length = match body.strip_prefix('r') {
        Some(raw) => 1 + raw_string_length(raw)?,
        None => string_length(body)?,
    };
    Some(prefix + length)
}

fn block_comment_length(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(text) = rest.get(at..).filter(|text| !text.is_empty()) {
        if text.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += text.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// `None` for a lifetime.
fn character_length(rest: &str) -> Option<usize> {
    let mut characters = rest.char_indices().skip(1);
    let (_, first) = characters.next()?;
    let (at, second) = characters.next()?;
    if first == '\\' {
        // What is escaped may itself be a quote.
        let after = at + second.len_utf8();
        return rest.get(after..)?.find('\'').map(|length| after + length + 1);
    }
    (second == '\'').then_some(at + 1)
}

fn raw_string_length(raw: &str) -> Option<usize> {
    let hashes = raw.len() - raw.trim_start_matches('#').len();
    let body = raw.get(hashes..)?.strip_prefix('"')?;
    let closing = format!("\"{}", "#".repeat(hashes));
    let length = body.find(&closing).map_or(body.len(), |end| end + closing.len());
    Some(hashes + 1 + length)
}

fn string_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.strip_prefix('"')?.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 2),
            _ => {}
        }
    }
    Some(text.len())
}

/// Fills in the depth of every token.
fn mark_depths(tokens: &mut [Token<'_>]) {
    let (mut braces, mut modules) = (0_usize, Vec::new());
    let mut before = ["", "", ""];
    for token in tokens {
        if token.text == "{" {
            braces += 1;
            if matches!(before, [_, "mod", _] | ["mod", "$", _]) {
                modules.push(braces);
            }
        } else if token.text == "}" {
            modules.retain(|opened| *opened < braces);
            braces = braces.saturating_sub(1);
        }
        token.depth = modules.len();
        before = [before[1], before[2], token.text];
    }
}
