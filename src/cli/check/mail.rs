//! Whether mail can leave: the mail server's greeting, TLS and AUTH, and a test mail on demand.

use super::Finding;
use crate::{
    cli::{console::Console, failure::Failure},
    clock::Clock,
    domain::{ids::MailId, text},
    mail::{
        compose::TestMail,
        envelope::{self, OutgoingMail},
        smtp_url::SmtpSettings,
        transport::{Patience, Transport},
    },
    settings::Settings,
    texts::{Explain, Language, texts},
};
use std::{fs, time::Duration};

/// Where mails go when no mail server is set, below the data directory.
const FILES: &str = "mail";

/// A person waits for the answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// Tries the way out; with an address, sends a test mail as well.
pub(super) fn examine(console: Console, settings: &Settings, to: Option<&str>) -> Result<Vec<Finding>, Failure> {
    let language = console.language;
    let recipient = to.map(|address| recipient(language, address)).transpose()?;
    let transport = match transport(language, settings) {
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

fn transport(language: Language, settings: &Settings) -> Result<Transport, String> {
    let Some(url) = &settings.mail.smtp_url else {
        return Ok(Transport::files(settings.server.data_dir.join(FILES)));
    };
    let read = |path: &std::path::PathBuf| {
        fs::read(path).map_err(|error| root_unreadable(language, &path.display().to_string(), &error.to_string()))
    };
    let root = settings.mail.smtp_root_certificate.as_ref().map(read).transpose()?;
    let smtp = SmtpSettings::parse(url.expose(), root.as_deref()).map_err(|error| error.text(language))?;
    let patience = Patience {
        connect: PATIENCE,
        command: PATIENCE,
        content: PATIENCE,
        final_answer: PATIENCE,
        ..Patience::default()
    };
    Transport::smtp(&smtp, patience).map_err(|error| error.text(language))
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
    let local = now.with_timezone(&settings.locale.time_zone).format("%Y-%m-%d %H:%M");
    let link = settings.server.public_base_url.link("/");
    let letter = TestMail {
        language,
        recipient_name: to.to_owned(),
        sent_at: local.to_string(),
        link: link.parse().map_err(|error: url::ParseError| error.to_string())?,
    };
    let rendered = letter.render().map_err(|error| error.to_string())?;
    let sender = &settings.mail.from;
    let from = match &sender.name {
        Some(name) => format!("\"{}\" <{}>", name.replace(['"', '\\'], ""), sender.address),
        None => sender.address.clone(),
    };
    let domain = envelope::sender_domain(&from).map_err(|error| error.text(language))?;
    Ok(OutgoingMail {
        from,
        to_address: to.to_owned(),
        to_name: String::new(),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        message_id: envelope::message_id(MailId::new().0, &domain),
        in_reply_to: None,
        references: Vec::new(),
        date: now,
    })
}

texts! {
    server_answers() { zh: "邮件服务器可用", en: "the mail server answers and takes our credentials" }
    into_files(path: &str) {
        zh: "未设置邮件服务器（smtp_url），邮件写成 {path} 中的 .eml 文件",
        en: "no mail server is set (smtp_url); mails are written as .eml files to {path}",
    }
    root_unreadable(path: &str, reason: &str) {
        zh: "无法读取根证书 {path}：{reason}。请检查设置项 smtp_root_certificate。",
        en: "The root certificate {path} cannot be read: {reason}. Check the setting smtp_root_certificate.",
    }
    sent(to: &str, response: &str) { zh: "测试邮件已交给 {to} 的服务器：{response}", en: "test mail to {to} accepted: {response}" }
}
