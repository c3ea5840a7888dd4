//! A form with files as a browser sends it (`multipart/form-data`, RFC 7578). The body is read whole before, up to the largest form
//! taken.

/// A file that was chosen in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentFile {
    /// The field it was chosen for.
    pub field: String,
    /// What it is called on the device it came from.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Fields and files, both in their order.
type Parts = (Vec<(String, String)>, Vec<SentFile>);

/// Longest boundary, by RFC 2046.
const BOUNDARY_MAX: usize = 70;
/// Most parts of one form.
const MOST_PARTS: usize = 200;

/// What stands between the parts, where a content type says that there are any.
pub(super) fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.trim().split_once('=')?;
        name.eq_ignore_ascii_case("boundary").then(|| value.trim_matches('"'))
    })?;
    (1..=BOUNDARY_MAX).contains(&boundary.len()).then_some(boundary)
}

/// The parts of a body; `None` when it is cut off or is not written as it says. A field of files for which none was chosen is left
/// out.
pub(super) fn read(boundary: &str, body: &[u8]) -> Option<Parts> {
    let first = format!("--{boundary}");
    let between = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(first.as_bytes())?;
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    for _ in 0..=MOST_PARTS {
        if rest.starts_with(b"--") {
            return Some((fields, files));
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, between.as_bytes())?;
        let part = rest.get(..end)?;
        rest = rest.get(end + between.len()..)?;
        let head_end = find(part, b"\r\n\r\n")?;
        let head = str::from_utf8(part.get(..head_end)?).ok()?;
        let content = part.get(head_end + 4..)?;
        let (field, file_name) = names(head)?;
        match file_name {
            Some(name) if name.is_empty() && content.is_empty() => {}
            Some(name) => files.push(SentFile { field, name, bytes: content.to_vec() }),
            None => fields.push((field, String::from_utf8(content.to_vec()).ok()?)),
        }
    }
    None
}

/// The name of the field and of the file, if it is one.
fn names(head: &str) -> Option<(String, Option<String>)> {
    let disposition = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let mut rest = disposition.trim().strip_prefix("form-data")?;
    let (mut field, mut file_name) = (None, None);
    // Browsers write a quotation mark within a name as %22, so each value ends at the next one.
    while let Some((name, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"')?;
        match name.trim_start_matches([';', ' ']) {
            "name" => field = Some(value.to_owned()),
            "filename" => file_name = Some(value.to_owned()),
            _ => {}
        }
        rest = after;
    }
    Some((field?, file_name))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    const BODY: &str = "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n--x\r\ncontent-disposition: form-data; \
        name=\"file\"; filename=\"日历 2027.csv\"\r\nContent-Type: text/csv\r\n\r\nday,kind\r\n--y\r\n\r\n--x\r\n\
        Content-Disposition: form-data; name=\"other\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--x--\r\n";

    #[test]
    fn fields_and_files_are_told_apart() {
        let (fields, files) = read("x", BODY.as_bytes()).unwrap();
        assert_eq!(fields, [("csrf".to_owned(), "abc".to_owned())]);
        let bytes = b"day,kind\r\n--y\r\n".to_vec();
        assert_eq!(files, [SentFile { field: "file".to_owned(), name: "日历 2027.csv".to_owned(), bytes }]);
    }

    #[test]
    fn a_boundary_is_read_from_the_content_type() {
        assert_eq!(boundary("multipart/form-data; boundary=----WebKit12"), Some("----WebKit12"));
        assert_eq!(boundary("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\""), Some("a b"));
        let long = format!("multipart/form-data; boundary={}", "a".repeat(71));
        for other in [
            "application/x-www-form-urlencoded",
            "multipart/mixed; boundary=x",
            "multipart/form-data; boundary=",
            &long,
        ] {
            assert_eq!(boundary(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let whole = BODY.as_bytes();
        for length in 0..whole.len() - 4 {
            assert_eq!(read("x", &whole[..length]), None, "{length}");
        }
        assert_eq!(read("z", whole), None);
        assert_eq!(read("x", b"--x\r\nno header\r\n\r\nabc\r\n--x--"), None);
        let many = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n".repeat(MOST_PARTS + 1) + "--x--";
        assert_eq!(read("x", many.as_bytes()), None);
    }

    proptest! {
        #[test]
        fn no_bytes_bring_it_down(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "(--x|\r\n|a|\"|; name=|:){0,40}") {
            drop(read("x", &bytes));
            drop(read("x", text.as_bytes()));
        }
    }
}
