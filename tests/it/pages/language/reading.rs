//! What a page says to a reader or listener, which of it is in the wrong language, and where the page leads on.

use scraper::{ElementRef, Html, Selector};
use uuid::Uuid;
use wellspring::texts::Language;

/// Attributes that are read out or shown.
const SHOWN: &[&str] = &[
    "alt",
    "aria-description",
    "aria-label",
    "aria-roledescription",
    "aria-valuetext",
    "label",
    "placeholder",
    "title",
];
/// Attributes for the script that hold no words.
const WORDLESS: &[&str] = &[
    "data-back",
    "data-clears-drafts",
    "data-discard",
    "data-draft",
    "data-draft-done",
    "data-draft-line",
    "data-draft-list",
    "data-drafts",
    "data-fold",
    "data-href",
    "data-idle",
    "data-print",
    "data-refresh",
    "data-returned",
    "data-shortcut",
    "data-stay",
    "data-suggest",
    "data-suggest-href",
];
/// Latin words of Chinese pages: names and abbreviations that Chinese has no other word for.
const ALSO_CHINESE: &[&str] = &[
    "API",
    "Forwarded",
    "ID",
    "IP",
    "Message-ID",
    "PEM",
    "PostgreSQL",
    "SQLite",
    "TLS",
    "TOTP",
    "Wellspring",
    "X-Forwarded-",
];

/// What somebody reads on a page, piece by piece; without what says of itself that it is in the other language, and for Chinese
/// without code and what is marked as not to be translated.
pub(super) fn said(html: &str, language: Language) -> Vec<String> {
    let page = Html::parse_document(html);
    let mut pieces = Vec::new();
    for child in page.root_element().child_elements() {
        gather(child, language, &mut pieces);
    }
    pieces
}

fn gather(element: ElementRef<'_>, language: Language, pieces: &mut Vec<String>) {
    let own = element.value();
    let foreign = own.attr("lang").is_some_and(|tag| Language::from_tag(tag) != Some(language));
    let machine = match language {
        Language::Zh => &["script", "style", "code", "kbd"][..],
        Language::En => &["script", "style"],
    };
    let exact = language == Language::Zh && own.attr("translate") == Some("no");
    if foreign || exact || machine.contains(&own.name()) {
        return;
    }
    let shown = |name: &str| SHOWN.contains(&name) || (name.starts_with("data-") && !WORDLESS.contains(&name));
    pieces.extend(own.attrs().filter(|(name, _)| shown(name)).map(|(_, value)| value.to_owned()));
    for child in element.children() {
        match (child.value().as_text(), ElementRef::wrap(child)) {
            (Some(text), _) => pieces.push(text.trim_ascii().to_owned()),
            (_, Some(child)) => gather(child, language, pieces),
            _ => {}
        }
    }
}

/// The language a page says it is in.
pub(super) fn tag_of(html: &str) -> Option<String> {
    Html::parse_document(html).root_element().attr("lang").map(str::to_owned)
}

/// What in a piece of text is in the other language.
pub(super) fn stray(piece: &str, language: Language) -> Option<String> {
    match language {
        Language::En => piece.chars().any(is_chinese).then(|| piece.to_owned()),
        Language::Zh => {
            let words: Vec<&str> = latin_words(piece).collect();
            (!words.is_empty()).then(|| format!("{} in {piece}", words.join(" ")))
        }
    }
}

/// A Han character, or the punctuation and spacing that goes with it.
const fn is_chinese(character: char) -> bool {
    matches!(character, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Latin words that are neither data (addresses, hosts, user names, codes and times) nor in use among Chinese ones.
fn latin_words(piece: &str) -> impl Iterator<Item = &str> {
    let chunks = piece.split(|c: char| !c.is_ascii_graphic());
    let address =
        |chunk: &str| chunk.contains("://") || chunk.contains('@') || chunk.starts_with('/') || chunk.ends_with('/');
    let prose = chunks.filter(move |chunk| !address(chunk) && *chunk != "{time}");
    let tokens = prose.flat_map(|chunk| chunk.split(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)));
    let words = tokens.filter(|token| !is_code(token) && !ALSO_CHINESE.contains(token));
    words.flat_map(|token| token.split(|c: char| !c.is_ascii_alphabetic())).filter(|word| word.len() > 1)
}

/// Something with a digit, the ending of a file, or a host or user name: small letters on both sides of a dot.
fn is_code(token: &str) -> bool {
    let small = |part: &str| part.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    token.bytes().any(|b| b.is_ascii_digit())
        || (token.trim_end_matches('.').contains('.') && token.split('.').all(small))
}

/// A form of a page: where it goes and what is in it before anybody has typed.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) action: String,
    pub(super) posts: bool,
    /// Names, with what they hold, and whether a person fills them.
    pub(super) fields: Vec<(String, String, bool)>,
    /// Names of choices, with what may be chosen.
    choices: Vec<(String, String)>,
}

impl Form {
    /// Its fields, with the same text in everything a person writes.
    pub(super) fn filled<'f>(&'f self, text: &'f str) -> Vec<(&'f str, &'f str)> {
        let value =
            |(name, value, typed): &'f (String, String, bool)| (name.as_str(), if *typed { text } else { value });
        self.fields.iter().map(value).collect()
    }

    /// The addresses of a list with each choice made.
    fn choices(&self) -> impl Iterator<Item = String> {
        let address = |(name, value): &(String, String)| {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
            format!("{}?{query}", self.action)
        };
        self.choices.iter().filter(|_| !self.posts).map(address)
    }
}

fn all<'p>(within: ElementRef<'p>, css: &str) -> Vec<ElementRef<'p>> {
    within.select(&Selector::parse(css).unwrap()).collect()
}

/// The forms of a page.
pub(super) fn forms(html: &str) -> Vec<Form> {
    let page = Html::parse_document(html);
    all(page.root_element(), "form").into_iter().map(form).collect()
}

fn form(form: ElementRef<'_>) -> Form {
    let text = |element: ElementRef<'_>, name: &str| element.attr(name).unwrap_or_default().to_owned();
    let inputs = all(form, "[name]").into_iter().filter(|input| input.attr("type") != Some("radio"));
    let field = |input: ElementRef<'_>| {
        let chosen = matches!(input.attr("type"), Some("hidden" | "checkbox")) || input.attr("hidden").is_some();
        (text(input, "name"), text(input, "value"), !chosen && input.value().name() != "select")
    };
    let choices = all(form, "select").into_iter().flat_map(|select| {
        let name = text(select, "name");
        all(select, "option").into_iter().map(move |option| (name.clone(), text(option, "value")))
    });
    Form {
        action: text(form, "action"),
        posts: form.attr("method") == Some("post"),
        fields: inputs.map(field).collect(),
        choices: choices.filter(|(_, value)| !value.is_empty()).collect(),
    }
}

/// Where a page leads: its links, and its lists with each of their filters.
pub(super) fn ways_on(html: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let links = all(page.root_element(), "a[href^='/']").into_iter().filter_map(|link| link.attr("href"));
    let mut ways: Vec<String> = links.map(|href| href.split('#').next().unwrap_or_default().to_owned()).collect();
    ways.extend(forms(html).iter().flat_map(Form::choices));
    ways
}

/// What an address has in common with others that differ by ids, days and numbers only.
pub(super) fn kind_of(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let part = |part: &str| if part.parse::<Uuid>().is_ok() { "*".to_owned() } else { part.to_owned() };
    let path: Vec<String> = path.split('/').map(part).collect();
    let plain = |value: &str| if value.bytes().any(|b| b.is_ascii_digit()) { "*".to_owned() } else { value.to_owned() };
    let pairs = form_urlencoded::parse(query.as_bytes());
    let mut pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", plain(&value))).collect();
    pairs.sort();
    format!("{}?{}", path.join("/"), pairs.join("&"))
}

mod tests {
    use super::{latin_words, said, stray};
    use wellspring::texts::Language;

    #[test]
    fn words_are_told_from_data() {
        let of = |piece: &'static str| latin_words(piece).collect::<Vec<_>>();
        for data in [
            "王芳 wang.fang",
            "a@xinghe.test",
            "https://x.test/alerts",
            "91350100M000100Y43",
            "2026-11-20T01:00:00Z",
            "A 类 TOTP",
        ] {
            assert!(of(data).is_empty(), "{data}");
        }
        assert_eq!(of("共 5 rows"), ["rows"]);
        assert_eq!(of("Total:5"), ["Total"]);
        assert_eq!(of("保存Save"), ["Save"]);
    }

    #[test]
    fn a_page_says_texts_and_names() {
        let html = "<html lang=en><title>One</title><p title=二 class=x>Two <a lang=zh-CN>中文</a></p><script>三</script><p data-label=四>";
        let strays: Vec<_> = said(html, Language::En).iter().filter_map(|piece| stray(piece, Language::En)).collect();
        assert_eq!(strays, ["二", "四"]);
    }
}
