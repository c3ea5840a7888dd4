//! Text files as Unicode: UTF-8 and UTF-16 with their marks, UTF-8 without, GB18030. Nothing is replaced or guessed: a
//! text that fits none of them is refused.

use super::SheetError;
use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// The text of a file, without its byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, SheetError> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) if encoding == UTF_16LE || encoding == UTF_16BE => {
            strictly(encoding, bytes.get(mark..).unwrap_or_default())?
        }
        Some((_, mark)) => utf8(bytes.get(mark..).unwrap_or_default())?,
        None if looks_like_utf8(bytes) => utf8(bytes)?,
        None => strictly(GB18030, bytes)?,
    };
    refuse_controls(&text)?;
    Ok(text)
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, SheetError> {
    str::from_utf8(bytes)
        .map(Cow::Borrowed)
        .map_err(|error| SheetError::UnknownEncoding { line: line_of(bytes, error.valid_up_to()) })
}

fn strictly<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Result<Cow<'a, str>, SheetError> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or_else(|| SheetError::UnknownEncoding { line: first_broken_line(encoding, bytes) })
}

/// GB18030 explains almost any bytes, so a UTF-8 file with one broken character would turn into nonsense. Text in GB18030
/// hardly ever forms whole UTF-8 characters, and a damaged UTF-8 file is full of them.
fn looks_like_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|&c| c > '\u{7ff}').count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    broken == 0 || sound > broken
}

fn first_broken_line(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let line = bytes
        .split_inclusive(|&b| b == b'\n')
        .position(|line| encoding.decode_without_bom_handling_and_without_replacement(line).is_none());
    line.map_or(1, |index| index + 1)
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    1 + bytes.iter().take(at).filter(|&&b| b == b'\n').count()
}

/// A NUL or another control character that no text holds: the file is binary or was cut together.
fn refuse_controls(text: &str) -> Result<(), SheetError> {
    let Some(at) = text.bytes().position(|b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C | 0x1A))
    else {
        return Ok(());
    };
    match text.as_bytes().get(at) {
        Some(0) => Err(SheetError::NulCharacter { line: line_of(text.as_bytes(), at) }),
        _ => Err(SheetError::NotASpreadsheet("BIN")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const TEXT: &str = "税号,名称\n1,𠮷星河科技";

    #[test]
    fn every_accepted_encoding_gives_the_same_text() {
        let utf16: Vec<u8> = [0xFEFF].into_iter().chain(TEXT.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let marked = format!("\u{feff}{TEXT}");
        let (gb18030, _, _) = GB18030.encode(TEXT);
        for bytes in [TEXT.as_bytes(), marked.as_bytes(), &utf16, &gb18030] {
            assert_eq!(decode(bytes).unwrap(), TEXT);
        }
    }

    #[test]
    fn damaged_utf8_is_not_taken_for_gb18030() {
        let mut bytes = TEXT.as_bytes().to_vec();
        bytes.extend_from_slice(b"\xE6\x98,");
        assert!(matches!(decode(&bytes), Err(SheetError::UnknownEncoding { line: 2 })));
        assert!(matches!(decode(b"\xEF\xBB\xBFname\n\xFF"), Err(SheetError::UnknownEncoding { line: 2 })));
    }

    #[test]
    fn what_is_no_encoding_is_refused() {
        assert!(matches!(decode(b"a\nb\n\xFF\xFF,1"), Err(SheetError::UnknownEncoding { line: 3 })));
        assert!(matches!(decode(b"a\nb\0"), Err(SheetError::NulCharacter { line: 2 })));
        assert!(matches!(decode(b"a\x01\x02"), Err(SheetError::NotASpreadsheet(_))));
    }
}
