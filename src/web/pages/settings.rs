//! The settings in force, for the administrator: what `wellspring check` prints of them.

use super::{
    reader::{Reader, page},
    shell::{Area, Shell},
};
use crate::{domain::people::role::Permission, settings::Source, web::problem::Problem};
use actix_web::{HttpResponse, get, web::ServiceConfig};
use askama::Template;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config.service(show);
}

crate::texts::texts! {
    /// The words of the page.
    SettingsWords {
        lead() { zh: "正在生效的设置。设置只在启动时读取：修改设置文件、环境变量或启动参数，然后重启。密码和密钥不显示。", en: "The settings in force. They are read only at the start: change the file, the environment or the flags, then restart. Passwords and keys are not shown." }
        name() { zh: "设置项", en: "Setting" }
        value() { zh: "值", en: "Value" }
        source() { zh: "来源", en: "Source" }
        meaning() { zh: "含义", en: "Meaning" }
        unset() { zh: "未设置", en: "not set" }
        changed(count: usize, all: usize) { zh: "共 {all} 项，其中 {count} 项由本区设定", en: "{all} settings, {count} of them set here" }
        set_here() { zh: "本区设定", en: "set here" }
        version() { zh: "程序版本", en: "Version of the product" }
        check() { zh: "要逐项检查数据库、密钥和邮件服务器是否可用，请在服务器上运行", en: "To check the database, the key and the mail server, run on the server:" }
        table() { zh: "设置列表", en: "Table of settings" }
    }
}

struct Line {
    name: &'static str,
    variable: String,
    value: Option<String>,
    source: String,
    set_here: bool,
    meaning: &'static str,
}

#[derive(Template)]
#[template(path = "pages/settings.html")]
struct SettingsPage {
    shell: Shell,
    t: SettingsWords,
    lines: Vec<Line>,
    changed: String,
    version: &'static str,
}

/// The settings.
#[get("/settings")]
pub(crate) async fn show(reader: Reader) -> Result<HttpResponse, Problem> {
    // The administrator alone, who manages the organisations too.
    reader.require(Permission::ManageOrganisations)?;
    let shell = reader.shell(Area::Settings).await?;
    let (language, t) = (shell.language, SettingsWords(shell.language));
    let described = reader.app.context().settings.describe(language);
    let lines: Vec<Line> = described
        .into_iter()
        .map(|line| Line {
            name: line.name,
            variable: line.variable,
            value: line.value,
            set_here: line.source != Source::Default,
            source: line.source.text(language),
            meaning: line.meaning,
        })
        .collect();
    let set_here = lines.iter().filter(|line| line.set_here).count();
    page(&SettingsPage {
        t,
        changed: t.changed(set_here, lines.len()),
        lines,
        version: env!("CARGO_PKG_VERSION"),
        shell,
    })
}
