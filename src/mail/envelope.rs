//! From a rendered message to one that mail servers understand: headers, threading and the two alternative bodies.
//!
//! Built again from the same row, a message is the same to the last byte, so a duplicate is recognised as one.

use crate::{
    domain::records::change::Noun,
    mail::compose::one_line,
    texts::{Explain, Language},
};
use chrono::{DateTime, Utc};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};
use uuid::Uuid;

/// Longest Message-ID accepted: a header line must stay below 998 bytes (RFC 5322 2.1.1), ours are near 60.
const MESSAGE_ID_LENGTH: usize = 250;

/// A message as the outbox keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingMail {
    /// The sender: an address, or a name with the address in angle brackets.
    pub from: String,
    /// The one recipient's address.
    pub to_address: String,
    /// The recipient's name; may be empty.
    pub to_name: String,
    /// The subject line.
    pub subject: String,
    /// The text version.
    pub text: String,
    /// The HTML version.
    pub html: String,
    /// The Message-ID with its angle brackets, sent exactly so at every attempt.
    pub message_id: String,
    /// The Message-ID this mail answers, if it continues a thread.
    pub in_reply_to: Option<String>,
    /// The Message-IDs of the thread, oldest first.
    pub references: Vec<String>,
    /// When the mail was written.
    pub date: DateTime<Utc>,
}

/// Why a message could not be built; repeating the attempt doesn't help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text(Language::En))]
pub enum EnvelopeError {
    /// The sender is not an address.
    Sender,
    /// The recipient is not an address.
    Recipient,
    /// A Message-ID is not of the form `<left@right>`.
    MessageId,
    /// The parts do not make a message.
    Message(String),
}

mod say {
    crate::texts::texts! {
        sender() {
            zh: "发件人地址无效；请在 WELLSPRING_MAIL_FROM 中填写“name@example.cn”或“名称 <name@example.cn>”。",
            en: "The sender is not a mail address; set WELLSPRING_MAIL_FROM to name@example.cn or Name <name@example.cn>.",
        }
        recipient() {
            zh: "收件人地址无效；请改正该用户的电子邮箱（只能使用英文字符）。",
            en: "The recipient is not a mail address; correct the person's address (ASCII characters only).",
        }
        message_id() { zh: "邮件编号（Message-ID）格式无效。", en: "The Message-ID does not have the form <left@right>." }
        message(detail: &str) { zh: "邮件无法生成：{detail}。", en: "The mail could not be built: {detail}." }
    }
}

impl Explain for EnvelopeError {
    fn code(&self) -> &'static str {
        match self {
            Self::Sender => "mail_sender_invalid",
            Self::Recipient => "mail_recipient_invalid",
            Self::MessageId => "mail_message_id_invalid",
            Self::Message(_) => "mail_not_buildable",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Sender => say::sender(language),
            Self::Recipient => say::recipient(language),
            Self::MessageId => say::message_id(language),
            Self::Message(detail) => say::message(language, detail),
        }
    }
}

/// The Message-ID of a mail, from the id of its delivery.
#[must_use]
pub fn message_id(mail_id: Uuid, domain: &str) -> String {
    format!("<{mail_id}@{domain}>")
}

/// The id that every mail about one thing refers to, so that mail programs show them as one thread. No mail carries it
/// as its own Message-ID: each recipient's first mail refers to it as well.
#[must_use]
pub fn thread_id(noun: Noun, id: Uuid, domain: &str) -> String {
    format!("<{noun}-{id}@{domain}>")
}

/// The domain of a sender, for [`message_id`] and [`thread_id`].
pub fn sender_domain(from: &str) -> Result<String, EnvelopeError> {
    Ok(sender(from)?.email.domain().to_owned())
}

impl OutgoingMail {
    /// Builds the message: multipart/alternative in UTF-8, every byte of it ASCII on the wire.
    pub fn build(&self) -> Result<Message, EnvelopeError> {
        self.check_ids()?;
        let recipient = address(&self.to_address).ok_or(EnvelopeError::Recipient)?;
        let name = Some(one_line(&self.to_name)).filter(|name| !name.is_empty());
        let mut builder = Message::builder()
            .from(sender(&self.from)?)
            .to(Mailbox::new(name, recipient))
            .subject(one_line(&self.subject))
            .date(self.date.into())
            .message_id(Some(self.message_id.clone()))
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "All"));
        if let Some(id) = &self.in_reply_to {
            builder = builder.in_reply_to(id.clone());
        }
        if !self.references.is_empty() {
            builder = builder.references(self.references.join(" "));
        }
        builder.multipart(self.alternatives()).map_err(|error| EnvelopeError::Message(error.to_string()))
    }

    fn alternatives(&self) -> MultiPart {
        MultiPart::alternative()
            .boundary(self.boundary())
            .singlepart(SinglePart::plain(self.text.clone()))
            .singlepart(SinglePart::html(self.html.clone()))
    }

    /// The same at every attempt; at most 70 characters (RFC 2046 5.1.1).
    fn boundary(&self) -> String {
        let id = self.message_id.chars().filter(char::is_ascii_alphanumeric).take(50);
        "=_part_".chars().chain(id).collect()
    }

    fn check_ids(&self) -> Result<(), EnvelopeError> {
        let mut ids = self.references.iter().chain(&self.in_reply_to).chain([&self.message_id]);
        if ids.all(|id| is_message_id(id)) { Ok(()) } else { Err(EnvelopeError::MessageId) }
    }
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn sender(from: &str) -> Result<Mailbox, EnvelopeError> {
    let mailbox: Mailbox = one_line(from).parse().map_err(|_| EnvelopeError::Sender)?;
    address(mailbox.email.as_ref()).ok_or(EnvelopeError::Sender)?;
    Ok(mailbox)
}

/// Only ASCII: other addresses need a server that speaks SMTPUTF8 (RFC 6531), and quoted local parts may hide white space.
fn address(text: &str) -> Option<Address> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
    is_plain.then(|| text.parse().ok()).flatten()
}

fn is_message_id(id: &str) -> bool {
    let inner = id.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or_default();
    let is_plain = inner.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>'));
    let is_split = inner.split_once('@').is_some_and(|(left, right)| !left.is_empty() && !right.is_empty());
    is_plain && is_split && id.len() <= MESSAGE_ID_LENGTH
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use rstest::rstest;

    pub(in crate::mail) fn outgoing(to_address: &str) -> OutgoingMail {
        OutgoingMail {
            from: "税源预警 <alerts@district.test>".into(),
            to_address: to_address.into(),
            to_name: "张三".into(),
            subject: "【红色预警】星河科技有限公司：企业告知已决定外迁".into(),
            text: "张三，您好：\n.\n星河科技有限公司\n".into(),
            html: "<!DOCTYPE html><html><body>星河科技有限公司</body></html>".into(),
            message_id: message_id(Uuid::from_u128(7), "district.test"),
            in_reply_to: Some(thread_id(Noun::Alert, Uuid::from_u128(1), "district.test")),
            references: vec![thread_id(Noun::Alert, Uuid::from_u128(1), "district.test")],
            date: "2026-11-22T08:20:00Z".parse().unwrap(),
        }
    }

    fn head(mail: &OutgoingMail) -> String {
        let raw = String::from_utf8(mail.build().unwrap().formatted()).unwrap();
        raw.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ")
    }

    #[test]
    fn headers_are_as_given() {
        let head = head(&outgoing("zhang@district.test"));
        for line in [
            "Message-ID: <00000000-0000-0000-0000-000000000007@district.test>",
            "In-Reply-To: <alert-00000000-0000-0000-0000-000000000001@district.test>",
            "References: <alert-00000000-0000-0000-0000-000000000001@district.test>",
            "Date: Sun, 22 Nov 2026 08:20:00 +0000",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
        ] {
            assert!(head.lines().any(|found| found == line), "{line} is missing in {head}");
        }
        assert!(head.contains("<zhang@district.test>") && head.contains("multipart/alternative"));
    }

    #[test]
    fn the_message_is_ascii_and_the_same_every_time() {
        let mail = outgoing("zhang@district.test");
        let first = mail.build().unwrap().formatted();
        assert!(first.is_ascii());
        assert!(first.split(|&byte| byte == b'\n').all(|line| line.len() < 998));
        assert_eq!(first, mail.build().unwrap().formatted());
    }

    #[test]
    fn a_long_thread_is_folded_without_breaking_an_id() {
        let mut mail = outgoing("zhang@district.test");
        mail.references = (0..40).map(|n| thread_id(Noun::Alert, Uuid::from_u128(n), "district.test")).collect();
        assert!(head(&mail).contains(&format!("References: {}", mail.references.join(" "))));
    }

    #[test]
    fn nothing_can_be_injected_into_headers() {
        let mut mail = outgoing("zhang@district.test");
        mail.subject = "A\r\nBcc: evil@x.test\r\n\r\nbody".into();
        mail.to_name = "B\r\nBcc: evil@x.test".into();
        mail.from = "C\r\nBcc: evil@x.test <alerts@district.test>".into();
        let built = mail.build();
        if let Ok(message) = built {
            let raw = String::from_utf8(message.formatted()).unwrap();
            assert!(!raw.split("\r\n").any(|line| line.starts_with("Bcc")));
            assert_eq!(message.envelope().to().len(), 1);
        }
    }

    #[rstest]
    #[case::nothing("")]
    #[case::no_domain("zhang")]
    #[case::line_break("zhang@district.test\r\nBcc: x@y.test")]
    #[case::two("a@x.test,b@x.test")]
    #[case::quoted("\"a b\"@x.test")]
    #[case::chinese("张三@district.test")]
    fn bad_recipients_are_refused(#[case] to: &str) {
        assert_eq!(outgoing(to).build().unwrap_err(), EnvelopeError::Recipient);
    }

    #[rstest]
    #[case("no-brackets@x.test")]
    #[case("<no-at>")]
    #[case("<@x.test>")]
    #[case("<a@x.test>\r\nBcc: x@y.test")]
    #[case("<a b@x.test>")]
    #[case("<a@x.test> <b@x.test>")]
    fn bad_ids_are_refused(#[case] id: &str) {
        let mail = outgoing("zhang@district.test");
        assert_eq!(
            OutgoingMail { message_id: id.into(), ..mail.clone() }.build().unwrap_err(),
            EnvelopeError::MessageId
        );
        assert_eq!(OutgoingMail { references: vec![id.into()], ..mail }.build().unwrap_err(), EnvelopeError::MessageId);
    }

    #[test]
    fn the_sender_gives_the_domain() {
        assert_eq!(sender_domain("税源 <alerts@district.test>").unwrap(), "district.test");
        assert_eq!(sender_domain("alerts@district.test").unwrap(), "district.test");
        assert_eq!(sender_domain("Wellspring <wellspring@localhost>").unwrap(), "localhost");
        assert_eq!(sender_domain("district.test").unwrap_err(), EnvelopeError::Sender);
    }
}
