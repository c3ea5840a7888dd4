//! `token`: credentials of service accounts, shown once when they are issued.

use super::{
    console::{Console, columns},
    failure::Failure,
    help::Help,
    start,
    typed::typed,
};
use crate::{
    app::App,
    db::registry::organisations,
    domain::{ids::OrganisationId, people::role::TokenScope},
    services::{
        Error,
        paging::{MAX_LIMIT, Place, Window},
        people::tokens::{self, NewToken},
    },
    settings::Settings,
    texts::{Language, texts},
};
use chrono::TimeDelta;
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Issue(IssueArguments),
    List,
    Revoke(RevokeArguments),
}

#[derive(Debug, Args)]
struct IssueArguments {
    #[arg(long, value_name = "NAME")]
    name: String,
    #[arg(long = "scope", value_name = "SCOPE", required = true)]
    scopes: Vec<String>,
    #[arg(long, value_name = "NAME")]
    street: Option<String>,
    #[arg(long, value_name = "DAYS")]
    days: Option<String>,
}

#[derive(Debug, Args)]
struct RevokeArguments {
    #[arg(value_name = "ID")]
    id: String,
}

pub(super) const HELP: Help = Help {
    about,
    details,
    arguments: &[],
    commands: &[
        (
            "issue",
            &Help {
                about: issue_about,
                details: issue_details,
                arguments: &[("name", name), ("scopes", scope), ("street", street), ("days", days)],
                commands: &[],
            },
        ),
        ("list", &Help { about: list_about, details: list_details, arguments: &[], commands: &[] }),
        ("revoke", &Help { about: revoke_about, details: revoke_details, arguments: &[("id", id)], commands: &[] }),
    ],
};

/// Issues, lists and revokes tokens.
pub(super) fn run(console: Console, settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let language = console.language;
    match arguments.action {
        Action::Issue(arguments) => issue(console, settings, arguments),
        Action::List => list(console, &start::app(language, settings)?).map_err(|error| Failure::of(language, &error)),
        Action::Revoke(arguments) => revoke(console, settings, &arguments),
    }
}

fn issue(console: Console, settings: Settings, arguments: IssueArguments) -> Result<(), Failure> {
    let language = console.language;
    let scopes = arguments.scopes.iter().flat_map(|list| list.split([',', ' '])).filter(|code| !code.is_empty());
    let scopes: Vec<TokenScope> = scopes.map(|code| typed(language, "--scope", code)).collect::<Result<_, _>>()?;
    let days = arguments.days.as_deref().map(|text| number_of_days(language, text)).transpose()?;
    let app = start::app(language, settings)?;
    let street_id = arguments.street.as_deref().map(|name| street_of(language, &app, name)).transpose()?;
    let expires_at = days.map(|days| app.now() + days);
    let new = NewToken { name: arguments.name, scopes, street_id, expires_at };
    let issued = app.write_now(&console.actor(), |tx| tokens::issue(tx, new.clone()));
    let ((row, token), _) = issued.map_err(|error| Failure::of(language, &error))?;
    console.note(issued_until(language, &row.name, &day(&app, row.expires_at.0), &row.id.to_string()));
    console.print(token.expose());
    Ok(())
}

fn number_of_days(language: Language, text: &str) -> Result<TimeDelta, Failure> {
    let days = text.parse().ok().filter(|days| (1..=366).contains(days));
    days.map(TimeDelta::days).ok_or_else(|| Failure::usage(days_range(language)))
}

fn street_of(language: Language, app: &App, name: &str) -> Result<OrganisationId, Failure> {
    let failed = |error: Error| Failure::of(language, &error);
    let mut connection = app.database().reader().map_err(|error| failed(error.into()))?;
    let found = organisations::find_by_name(&mut connection, name.trim()).map_err(|error| failed(error.into()))?;
    found.map(|street| street.id).ok_or_else(|| Failure::refused(no_street(language, name)))
}

fn list(console: Console, app: &App) -> Result<(), Error> {
    let language = console.language;
    let actor = console.actor();
    let mut connection = app.database().reader()?;
    let mut rows = vec![vec![
        column_id(language),
        column_name(language),
        column_prefix(language),
        column_state(language),
        column_expires(language),
        column_used(language),
        column_scopes(language),
    ]];
    let mut window = Window::first(MAX_LIMIT);
    loop {
        let page = tokens::list(&mut connection, &actor, &window)?;
        for row in page.items {
            let state = match (row.revoked_at, row.expires_at.0 > app.now()) {
                (Some(_), _) => revoked(language),
                (None, true) => valid(language),
                (None, false) => expired(language),
            };
            rows.push(vec![
                row.id.to_string(),
                row.name,
                row.prefix,
                state,
                day(app, row.expires_at.0),
                row.last_used_at.map_or_else(|| "-".to_owned(), |at| day(app, at.0)),
                row.scopes,
            ]);
        }
        match page.next {
            Some(next) => window.place = Place::After(next),
            None => break,
        }
    }
    console.print(columns(&rows));
    Ok(())
}

fn day(app: &App, instant: chrono::DateTime<chrono::Utc>) -> String {
    app.context().day_of(instant).to_string()
}

fn revoke(console: Console, settings: Settings, arguments: &RevokeArguments) -> Result<(), Failure> {
    let language = console.language;
    let id = arguments.id.parse().map_err(|_| Failure::usage(not_an_id(language)))?;
    let app = start::app(language, settings)?;
    app.write_now(&console.actor(), |tx| tokens::revoke(tx, id)).map_err(|error| Failure::of(language, &error))?;
    console.print(was_revoked(language, &arguments.id));
    Ok(())
}

texts! {
    about() { zh: "管理其他系统使用的 API 令牌", en: "Manage the API tokens of other systems" }
    details() {
        zh: "令牌只在签发时显示一次，系统只保存其散列值。

示例：
  wellspring token issue --name 税务接口 --scope receipts:write --scope signals:write --days 90
  wellspring token list
  wellspring token revoke 01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e",
        en: "A token is shown once, when it is issued; only its hash is kept.

Examples:
  wellspring token issue --name \"tax office\" --scope receipts:write --scope signals:write --days 90
  wellspring token list
  wellspring token revoke 01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e",
    }
    issue_about() { zh: "签发令牌", en: "Issue a token" }
    issue_details() {
        zh: "标准输出只有令牌本身，便于存入文件。其他说明写到标准错误。

示例：
  (umask 077; wellspring token issue --name 街道台账 --scope enterprises:write,read --street 星湖街道 > token)
  curl -H \"authorization: Bearer $(cat token)\" http://127.0.0.1:8080/api/v1/enterprises",
        en: "Standard output holds only the token, so that it can be written to a file; the rest goes to standard error.

Examples:
  (umask 077; wellspring token issue --name ledger --scope enterprises:write,read --street Xinghu > token)
  curl -H \"authorization: Bearer $(cat token)\" http://127.0.0.1:8080/api/v1/enterprises",
    }
    list_about() { zh: "列出全部令牌", en: "List all tokens" }
    list_details() { zh: "示例：\n  wellspring token list", en: "Example:\n  wellspring token list" }
    revoke_about() { zh: "吊销令牌", en: "Revoke a token" }
    revoke_details() {
        zh: "立即生效。\n\n示例：\n  wellspring token revoke 01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e",
        en: "Takes effect at once.\n\nExample:\n  wellspring token revoke 01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e",
    }
    name() { zh: "用途，例如对方系统的名称", en: "Purpose, such as the name of the other system" }
    scope() {
        zh: "权限，可重复给出或用逗号分隔：enterprises:write、receipts:write、signals:write、read、figures:read、changes:read",
        en: "Scopes, repeated or separated by commas: enterprises:write, receipts:write, signals:write, read, figures:read, changes:read",
    }
    street() { zh: "只限于此街道的企业", en: "Limit it to the enterprises of this street office" }
    days() { zh: "有效天数，1 到 366，默认 90", en: "Days until it expires, 1 to 366; 90 by default" }
    id() { zh: "令牌的编号，见 token list", en: "The token's id, see token list" }
    days_range() { zh: "--days 须为 1 到 366 的整数。", en: "--days is a whole number from 1 to 366." }
    no_street(name: &str) { zh: "没有名为“{name}”的街道。", en: "There is no street office {name}." }
    not_an_id() { zh: "这不是令牌的编号；编号见 wellspring token list。", en: "This is not the id of a token; see wellspring token list." }
    issued_until(name: &str, day: &str, id: &str) {
        zh: "已签发令牌“{name}”（{id}），有效期至 {day}。它只显示这一次：",
        en: "Issued the token “{name}” ({id}), valid until {day}. It is shown only once:",
    }
    was_revoked(id: &str) { zh: "令牌 {id} 已吊销。", en: "The token {id} was revoked." }
    valid() { zh: "有效", en: "valid" }
    expired() { zh: "已到期", en: "expired" }
    revoked() { zh: "已吊销", en: "revoked" }
    column_id() { zh: "编号", en: "ID" }
    column_name() { zh: "用途", en: "NAME" }
    column_prefix() { zh: "开头", en: "PREFIX" }
    column_state() { zh: "状态", en: "STATE" }
    column_expires() { zh: "到期", en: "EXPIRES" }
    column_used() { zh: "最近使用", en: "USED" }
    column_scopes() { zh: "权限", en: "SCOPES" }
}
