//! Why a mail was not accepted, grouped by what has to happen next.

use crate::{
    mail::{
        compose::{cut, one_line},
        envelope::EnvelopeError,
    },
    texts::{Explain, Language},
};
use lettre::transport::smtp;
use std::{error::Error as _, time::Duration};

/// Characters kept of what a server or the system said.
const DETAIL_LENGTH: usize = 300;

/// The step of a delivery at which it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Name resolution, connection, greeting, EHLO.
    Connect,
    /// TLS.
    Encrypt,
    /// AUTH.
    SignIn,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// DATA.
    Data,
    /// The message and the answer to its final dot. The server may have accepted a message that failed here without an answer.
    Content,
    /// Writing a file.
    File,
}

/// Why a mail was not accepted. The texts may repeat addresses: they are for the mail queue, not for logs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text(Language::En))]
pub enum DeliveryError {
    /// The server refused this message for good (5xx): stop and tell a person.
    Permanent {
        /// Where in the conversation.
        stage: Stage,
        /// The reply code, 500–599.
        code: u16,
        /// What the server said.
        text: String,
    },
    /// It may work at the next attempt: 4xx, no answer, a refused or cut connection, failed TLS, a full disk. A 5xx before
    /// the sender was named counts as well, since it speaks of the server and not of this message.
    Transient {
        /// Where in the conversation.
        stage: Stage,
        /// The reply code, if the server gave one.
        code: Option<u16>,
        /// What the server or the system said.
        text: String,
    },
    /// The server wants other credentials, or none can be offered to it: repeat slowly and tell the administrator.
    Credentials {
        /// Where in the conversation; some servers say so of one recipient.
        stage: Stage,
        /// The reply code, if the server gave one.
        code: Option<u16>,
        /// What the server said.
        text: String,
    },
    /// The message can't be built from its row: stop and tell a person.
    Local(#[from] EnvelopeError),
}

mod say {
    crate::texts::texts! {
        permanent(stage: &str, code: u16, text: &str) {
            zh: "邮件服务器拒收（{stage}，{code}）：{text}",
            en: "The mail server refused the mail ({stage}, {code}): {text}",
        }
        transient(stage: &str, text: &str) {
            zh: "暂时未能送达（{stage}）：{text}",
            en: "Not delivered for now ({stage}): {text}",
        }
        transient_reply(stage: &str, code: u16, text: &str) {
            zh: "暂时未能送达（{stage}，{code}）：{text}",
            en: "Not delivered for now ({stage}, {code}): {text}",
        }
        credentials(text: &str) {
            zh: "邮件服务器不接受用户名或密码，请检查 WELLSPRING_SMTP_URL：{text}",
            en: "The mail server does not accept user name or password; check WELLSPRING_SMTP_URL: {text}",
        }
        connect() { zh: "连接", en: "connecting" }
        encrypt() { zh: "加密", en: "TLS" }
        sign_in() { zh: "登录", en: "signing in" }
        sender() { zh: "发件人", en: "sender" }
        recipient() { zh: "收件人", en: "recipient" }
        data() { zh: "请求发送正文", en: "DATA" }
        content() { zh: "正文", en: "content" }
        file() { zh: "写入文件", en: "writing the file" }
    }
}

impl Stage {
    /// The name in logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Encrypt => "encrypt",
            Self::SignIn => "sign_in",
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Data => "data",
            Self::Content => "content",
            Self::File => "file",
        }
    }

    /// The name a person reads.
    pub fn text(self, language: Language) -> String {
        match self {
            Self::Connect => say::connect(language),
            Self::Encrypt => say::encrypt(language),
            Self::SignIn => say::sign_in(language),
            Self::Sender => say::sender(language),
            Self::Recipient => say::recipient(language),
            Self::Data => say::data(language),
            Self::Content => say::content(language),
            Self::File => say::file(language),
        }
    }
}

impl Explain for DeliveryError {
    fn code(&self) -> &'static str {
        match self {
            Self::Permanent { .. } => "mail_refused",
            Self::Transient { .. } => "mail_delayed",
            Self::Credentials { .. } => "mail_credentials_refused",
            Self::Local(error) => error.code(),
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Permanent { stage, code, text } => say::permanent(language, &stage.text(language), *code, text),
            Self::Transient { stage, code: None, text } => say::transient(language, &stage.text(language), text),
            Self::Transient { stage, code: Some(code), text } => {
                say::transient_reply(language, &stage.text(language), *code, text)
            }
            Self::Credentials { text, .. } => say::credentials(language, text),
            Self::Local(error) => error.text(language),
        }
    }
}

impl DeliveryError {
    /// A failure without a reply code that may pass.
    pub(super) fn passing(stage: Stage, text: &str) -> Self {
        Self::Transient { stage, code: None, text: detail(text) }
    }

    /// No answer in time.
    pub(super) fn silence(stage: Stage, waited: Duration) -> Self {
        Self::passing(stage, &format!("no answer within {} s", waited.as_secs_f32()))
    }

    /// Sorts a failure of the conversation.
    pub(super) fn of_conversation(stage: Stage, error: &smtp::Error) -> Self {
        match error.status() {
            Some(code) => {
                let text = error.source().map_or_else(String::new, ToString::to_string);
                Self::of_reply(stage, code.into(), &text)
            }
            None if stage == Stage::SignIn && error.is_client() => {
                Self::Credentials { stage, code: None, text: detail(&error.to_string()) }
            }
            None => Self::passing(stage, &error.to_string()),
        }
    }

    /// Sorts a reply by its code (RFC 5321 4.2, RFC 4954 6) and by what it was a reply to.
    pub(super) fn of_reply(stage: Stage, code: u16, text: &str) -> Self {
        let text = detail(text);
        let is_refusal = (500..600).contains(&code);
        match stage {
            _ if matches!(code, 530 | 534 | 535 | 538) => Self::Credentials { stage, code: Some(code), text },
            Stage::SignIn if is_refusal => Self::Credentials { stage, code: Some(code), text },
            Stage::Connect | Stage::Encrypt => Self::Transient { stage, code: Some(code), text },
            _ if is_refusal => Self::Permanent { stage, code, text },
            _ => Self::Transient { stage, code: Some(code), text },
        }
    }

    /// Whether the failure says something about the server (or the disk): nothing could be handed over at all, the server wants
    /// other credentials, or it announced that it closes (421).
    #[must_use]
    pub const fn concerns_server(&self) -> bool {
        match self {
            Self::Credentials { .. } | Self::Transient { code: Some(421), .. } => true,
            Self::Transient { stage, .. } => {
                matches!(stage, Stage::Connect | Stage::Encrypt | Stage::SignIn | Stage::File)
            }
            Self::Permanent { .. } | Self::Local(_) => false,
        }
    }

    /// Whether the failure says something about this mail: from the recipient on, the next mail may fare better, whatever the
    /// server says of itself.
    #[must_use]
    pub const fn concerns_mail(&self) -> bool {
        match self {
            Self::Permanent { .. } | Self::Local(_) => true,
            Self::Credentials { stage, .. } | Self::Transient { stage, .. } => {
                matches!(stage, Stage::Recipient | Stage::Data | Stage::Content) || !self.concerns_server()
            }
        }
    }

    /// Where it failed, for the log; a message that can't be built failed nowhere.
    #[must_use]
    pub const fn stage(&self) -> Option<Stage> {
        match self {
            Self::Permanent { stage, .. } | Self::Transient { stage, .. } | Self::Credentials { stage, .. } => {
                Some(*stage)
            }
            Self::Local(_) => None,
        }
    }

    /// Whether the conversation is over: the connection broke, fell silent, or the server announced that it closes (421).
    pub(super) fn ends_connection(&self) -> bool {
        matches!(self, Self::Transient { code: None | Some(421), .. })
    }

    /// Whether a broken conversation ended before any of the message was sent, so that the server can't have it.
    pub(super) fn is_before_content(&self) -> bool {
        matches!(self, Self::Transient { stage, .. } if *stage < Stage::Content)
    }
}

fn detail(text: &str) -> String {
    cut(&one_line(text), DETAIL_LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Stage::Recipient, 550, "mail_refused")]
    #[case(Stage::Sender, 553, "mail_refused")]
    #[case(Stage::Data, 554, "mail_refused")]
    #[case(Stage::Content, 554, "mail_refused")]
    #[case(Stage::Recipient, 451, "mail_delayed")]
    #[case(Stage::Content, 452, "mail_delayed")]
    #[case(Stage::Connect, 554, "mail_delayed")]
    #[case(Stage::Encrypt, 501, "mail_delayed")]
    #[case(Stage::SignIn, 535, "mail_credentials_refused")]
    #[case(Stage::SignIn, 504, "mail_credentials_refused")]
    #[case(Stage::SignIn, 454, "mail_delayed")]
    #[case(Stage::Sender, 530, "mail_credentials_refused")]
    #[case(Stage::Content, 354, "mail_delayed")]
    fn replies_are_sorted_by_code_and_stage(#[case] stage: Stage, #[case] code: u16, #[case] expected: &str) {
        assert_eq!(DeliveryError::of_reply(stage, code, "said").code(), expected);
    }

    #[test]
    fn what_a_server_says_is_shortened_to_one_line() {
        let error =
            DeliveryError::of_reply(Stage::Recipient, 550, &format!("5.1.1 no\r\nsuch\u{7} user {}", "x".repeat(999)));
        let text = error.text(Language::Zh);
        assert!(text.starts_with("邮件服务器拒收（收件人，550）：5.1.1 no such user x") && text.chars().count() < 350);
    }
}
