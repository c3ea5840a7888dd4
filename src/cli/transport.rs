//! The mail transport that the settings describe.

use crate::{
    mail::{
        smtp_url::SmtpSettings,
        transport::{StepTimeouts, Transport},
    },
    settings::Settings,
    texts::{Explain, Language, texts},
};
use std::{fs, path::Path};

/// Where mails go when no mail server is set, below the data directory.
const FILES: &str = "mail";

/// The way out; nothing is connected yet. An error is a sentence for the person who looks after the settings.
pub(super) fn of(language: Language, settings: &Settings, timeouts: StepTimeouts) -> Result<Transport, String> {
    let Some(url) = &settings.mail.smtp_url else {
        return Ok(Transport::files(settings.server.data_dir.join(FILES)));
    };
    let read = |path: &Path| {
        fs::read(path).map_err(|error| root_unreadable(language, &path.display().to_string(), &error.to_string()))
    };
    let root = settings.mail.smtp_root_certificate.as_deref().map(read).transpose()?;
    let smtp = SmtpSettings::parse(url.expose(), root.as_deref()).map_err(|error| error.text(language))?;
    Transport::smtp(&smtp, timeouts).map_err(|error| error.text(language))
}

texts! {
    root_unreadable(path: &str, reason: &str) {
        zh: "无法读取根证书 {path}：{reason}。请检查设置项 smtp_root_certificate。",
        en: "The root certificate {path} cannot be read: {reason}. Check the setting smtp_root_certificate.",
    }
}
