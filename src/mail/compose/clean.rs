//! Makes text from people safe for headers and bodies: no control characters, no characters that change the text
//! direction.

/// One line: line breaks and other white space become single spaces; control and direction marks are dropped.
#[must_use]
pub fn one_line(text: &str) -> String {
    let visible: String = text.chars().map(|c| if is_break(c) { ' ' } else { c }).filter(|&c| is_harmless(c)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text that keeps its line breaks (as `\n`); each line is cleaned like [`one_line`], empty lines at the ends are dropped.
#[must_use]
pub(super) fn lines(text: &str) -> String {
    let cleaned: Vec<String> = text.replace("\r\n", "\n").split(is_break).map(one_line).collect();
    cleaned.join("\n").trim_matches('\n').to_owned()
}

/// At most `length` characters; a longer text ends in an ellipsis.
#[must_use]
pub fn cut(text: &str, length: usize) -> String {
    if text.chars().count() <= length {
        return text.to_owned();
    }
    let kept: String = text.chars().take(length.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_harmless(c: char) -> bool {
    let turns_direction =
        matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    c.is_whitespace() || !(c.is_control() || turns_direction || c == '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_leaves_nothing_that_breaks_a_header() {
        let hostile = "星河\r\nBcc: x@y.test\u{0}\u{7}\u{202E}科技\u{2028}有限\u{2066}公司\u{FEFF}\t 😀";
        assert_eq!(one_line(hostile), "星河 Bcc: x@y.test科技 有限公司 😀");
    }

    #[test]
    fn lines_keep_the_paragraphs_of_the_author() {
        assert_eq!(lines("\n一\r\n二\u{202E}\r\n\r\n三 \u{8}\n"), "一\n二\n\n三");
    }

    #[test]
    fn cut_counts_characters() {
        assert_eq!(cut("一二三", 3), "一二三");
        assert_eq!(cut("一二三四", 3), "一二…");
        assert_eq!(cut("", 3), "");
    }
}
