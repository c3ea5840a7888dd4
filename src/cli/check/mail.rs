//! Whether mail can leave: the mail server's greeting, TLS and AUTH, and a test mail on demand.

use super::Finding;
use crate::{
    cli::{console::Console, failure::Failure, transport},
    clock::Clock,
    domain::{ids::DeliveryId, text},
    mail::{
        compose::TestMail,
        envelope::{self, OutgoingMail},
        transport::{StepTimeouts, Transport},
    },
    settings::Settings,
    texts::{Explain, Language, texts},
};
use std::time::Duration;

/// A person waits for the answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// Tries the way out; with an address, sends a test mail as well.
pub(super) fn examine(console: Console, settings: &Settings, to: Option<&str>) -> Result<Vec<Finding>, Failure> {
    let language = console.language;
    let recipient = to.map(|address| recipient(language, address)).transpose()?;
    let transport = match transport::of(language, settings, timeouts()) {
        Ok(transport) => transport,
        Err(sentence) => return Ok(vec![Err(sentence)]),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::failed(error.to_string()))?;
    Ok(runtime.block_on(async {
        let mut findings = vec![greet(language, &transport).await];
        if let Some(recipient) = recipient {
            findings.push(send(language, settings, &transport, &recipient).await);
        }
        transport.close().await;
        findings
    }))
}

fn recipient(language: Language, address: &str) -> Result<String, Failure> {
    text::email_address(address).map_err(|error| Failure::usage(format!("--test-mail: {}", error.text(language))))
}

/// What is tried while a person waits.
fn timeouts() -> StepTimeouts {
    StepTimeouts {
        connect: PATIENCE,
        command: PATIENCE,
        content: PATIENCE,
        final_answer: PATIENCE,
        ..StepTimeouts::default()
    }
}

async fn greet(language: Language, transport: &Transport) -> Finding {
    match transport.probe().await {
        Err(error) => Err(error.text(language)),
        Ok(()) => Ok(match transport {
            Transport::Smtp(_) => server_answers(language),
            Transport::Files(path) => into_files(language, &path.display().to_string()),
        }),
    }
}

async fn send(language: Language, settings: &Settings, transport: &Transport, to: &str) -> Finding {
    let mail = test_mail(language, settings, to)?;
    match transport.deliver(&mail).await {
        Ok(delivered) => Ok(sent(language, to, delivered.response.trim())),
        Err(error) => Err(error.text(language)),
    }
}

fn test_mail(language: Language, settings: &Settings, to: &str) -> Result<OutgoingMail, String> {
    let now = Clock::system().now();
    let link = settings.server.public_base_url.link("/");
    let letter = TestMail {
        language,
        recipient_name: to.to_owned(),
        sent_at: settings.locale.minute(now),
        link: link.parse().map_err(|error: url::ParseError| error.to_string())?,
    };
    let rendered = letter.render().map_err(|error| error.to_string())?;
    let from = settings.mail.from.to_string();
    let domain = envelope::sender_domain(&from).map_err(|error| error.text(language))?;
    Ok(OutgoingMail {
        from,
        to_address: to.to_owned(),
        to_name: String::new(),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        message_id: envelope::message_id(DeliveryId::new().0, &domain),
        in_reply_to: None,
        references: Vec::new(),
        date: now,
    })
}

texts! {
    server_answers() { zh: "邮件服务器可用", en: "the mail server answers and accepts the credentials" }
    into_files(path: &str) {
        zh: "未设置邮件服务器（smtp_url），邮件写成 {path} 中的 .eml 文件",
        en: "no mail server is set (smtp_url); mails are written as .eml files to {path}",
    }
    sent(to: &str, response: &str) { zh: "测试邮件已交给 {to} 的服务器：{response}", en: "test mail to {to} accepted: {response}" }
}
