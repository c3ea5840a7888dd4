//! `user`: accounts, managed on the command line of the machine. The first security administrator is added here.

use super::{
    console::{Console, columns},
    failure::Failure,
    help::Help,
    start,
    typed::typed,
};
use crate::{
    app::App,
    db::{
        people::users::{self, UserFilter},
        registry::organisations,
    },
    domain::people::role::Role,
    services::{
        Error,
        paging::{MAX_LIMIT, Place, Window},
        patch::Patch,
        people::{
            account_status::{self, Succession},
            passwords,
            users::{self as accounts, NewUser, UserFields},
        },
    },
    settings::Settings,
    texts::{Language, texts},
};
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Add(AddArguments),
    List,
    ResetPassword(ResetArguments),
    Deactivate(DeactivateArguments),
}

#[derive(Debug, Args)]
struct AddArguments {
    #[arg(long, value_name = "USERNAME")]
    username: String,
    #[arg(long, value_name = "ROLE")]
    role: String,
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    #[arg(long, value_name = "LANGUAGE")]
    reads: Option<String>,
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
struct ResetArguments {
    #[arg(value_name = "USERNAME")]
    username: String,
    #[arg(long)]
    password_stdin: bool,
    #[arg(long)]
    remove_second_factor: bool,
}

#[derive(Debug, Args)]
struct DeactivateArguments {
    #[arg(value_name = "USERNAME")]
    username: String,
    #[arg(long, value_name = "USERNAME", conflicts_with = "leave_unassigned")]
    successor: Option<String>,
    #[arg(long)]
    leave_unassigned: bool,
}

pub(super) const HELP: Help = Help {
    about,
    details,
    arguments: &[],
    commands: &[
        ("add", &ADD),
        ("list", &Help { about: list_about, details: list_details, arguments: &[], commands: &[] }),
        ("reset-password", &RESET),
        ("deactivate", &DEACTIVATE),
    ],
};

const ADD: Help = Help {
    about: add_about,
    details: add_details,
    arguments: &[
        ("username", username),
        ("role", role),
        ("name", name),
        ("organisation", organisation),
        ("email", email),
        ("reads", reads),
        ("password_stdin", password_stdin),
    ],
    commands: &[],
};

const RESET: Help = Help {
    about: reset_about,
    details: reset_details,
    arguments: &[
        ("username", username),
        ("password_stdin", password_stdin),
        ("remove_second_factor", remove_second_factor),
    ],
    commands: &[],
};

const DEACTIVATE: Help = Help {
    about: deactivate_about,
    details: deactivate_details,
    arguments: &[("username", username), ("successor", successor), ("leave_unassigned", leave_unassigned)],
    commands: &[],
};

/// Makes, lists and changes accounts.
pub(super) fn run(console: Console, settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let language = console.language;
    let done = match arguments.action {
        Action::Add(arguments) => return add(console, settings, arguments),
        Action::List => list(console, &start::app(language, settings)?),
        Action::ResetPassword(arguments) => return reset(console, settings, &arguments),
        Action::Deactivate(arguments) => deactivate(console, &start::app(language, settings)?, &arguments),
    };
    done.map_err(|error| Failure::of(language, &error))
}

fn add(console: Console, settings: Settings, arguments: AddArguments) -> Result<(), Failure> {
    let language = console.language;
    let role: Role = typed(language, "--role", &arguments.role)?;
    let reads = arguments.reads.as_deref().map(|text| reader(language, text)).transpose()?;
    let app = start::app(language, settings)?;
    let organisation_id = organisation_of(language, &app, arguments.organisation.as_deref())?;
    let chosen = console.new_password(arguments.password_stdin)?;
    let failed = |error: Error| Failure::of(language, &error);
    let password = passwords::choose(app.context(), &arguments.username, &chosen, "/password").map_err(failed)?;
    let fields = UserFields {
        display_name: Patch::Set(arguments.name.unwrap_or_else(|| arguments.username.clone())),
        username: Patch::Set(arguments.username),
        email: arguments.email.into(),
        language: reads.into(),
        role: Patch::Set(role),
        organisation_id: Patch::Set(organisation_id),
        password: Patch::Keep,
    };
    let new = NewUser::with_password(fields, password);
    let (user, _) = app.write_now(&console.actor(), |tx| accounts::create(tx, new.clone())).map_err(failed)?;
    console.print(added(language, &user.username, role.text(language)));
    Ok(())
}

fn reader(language: Language, text: &str) -> Result<Language, Failure> {
    text.parse().map_err(|_| Failure::usage(unknown_language(language)))
}

/// The organisation with the name; the district when none is given.
fn organisation_of(
    language: Language,
    app: &App,
    name: Option<&str>,
) -> Result<crate::domain::ids::OrganisationId, Failure> {
    let failed = |error: Error| Failure::of(language, &error);
    let mut connection = app.database().reader().map_err(|error| failed(error.into()))?;
    let found = match name {
        Some(name) => organisations::find_by_name(&mut connection, name.trim()),
        None => organisations::district(&mut connection),
    };
    match (found.map_err(|error| failed(error.into()))?, name) {
        (Some(organisation), _) => Ok(organisation.id),
        (None, Some(name)) => Err(Failure::refused(no_organisation(language, name))),
        (None, None) => Err(Failure::refused(no_district(language))),
    }
}

fn list(console: Console, app: &App) -> Result<(), Error> {
    let language = console.language;
    let actor = console.actor();
    let mut connection = app.database().reader()?;
    let mut rows = vec![vec![
        column_username(language),
        column_name(language),
        column_role(language),
        column_status(language),
        column_organisation(language),
        column_email(language),
    ]];
    let mut window = Window::first(MAX_LIMIT);
    loop {
        let page = accounts::list(&mut connection, &actor, UserFilter::default(), &window)?;
        for account in page.items {
            let user = account.user;
            let organisation = organisations::find(&mut connection, user.organisation_id)?;
            rows.push(vec![
                user.username,
                user.display_name,
                user.role.to_string(),
                user.status.text(language).to_owned(),
                organisation.map(|organisation| organisation.name).unwrap_or_default(),
                user.email.unwrap_or_else(|| "-".to_owned()),
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

fn reset(console: Console, settings: Settings, arguments: &ResetArguments) -> Result<(), Failure> {
    let language = console.language;
    let failed = |error: Error| Failure::of(language, &error);
    let app = start::app(language, settings)?;
    let user = account(&app, &arguments.username).map_err(failed)?;
    let chosen = console.new_password(arguments.password_stdin)?;
    let password = passwords::choose(app.context(), &user.username, &chosen, "/password").map_err(failed)?;
    let password = password.for_one_sign_in();
    let reset = |tx: &mut crate::services::Tx<'_>| {
        passwords::reset(tx, user.id, password.clone(), arguments.remove_second_factor)
    };
    app.write_now(&console.actor(), reset).map_err(failed)?;
    console.print(was_reset(language, &user.username));
    Ok(())
}

fn deactivate(console: Console, app: &App, arguments: &DeactivateArguments) -> Result<(), Error> {
    let user = account(app, &arguments.username)?;
    let successor = arguments.successor.as_deref().map(|name| account(app, name)).transpose()?;
    let succession =
        Succession { successor: successor.map(|user| user.id), leave_unassigned: arguments.leave_unassigned };
    app.write_now(&console.actor(), |tx| account_status::deactivate(tx, user.id, succession))?;
    console.print(deactivated(console.language, &user.username));
    Ok(())
}

/// The account with the user name, which is kept in lower case.
fn account(app: &App, username: &str) -> Result<users::User, Error> {
    let mut connection = app.database().reader()?;
    users::find_by_username(&mut connection, &username.trim().to_lowercase())?.ok_or(Error::NotFound)
}

texts! {
    about() { zh: "管理账号", en: "Manage accounts" }
    details() {
        zh: "系统没有默认账号：首位安全管理员用本命令建立，其他账号可由其通过 API 建立。
密码从终端询问，或用 --password-stdin 从标准输入的第一行读取，从不写在命令行上。

示例：
  wellspring user add --username anquan --role security_administrator --organisation 星河区
  wellspring user list",
        en: "There is no default account: this command adds the first security administrator, who adds the others through the API.
Passwords are read from the terminal, or from the first line of standard input with --password-stdin; they are never part of the command line.

Examples:
  wellspring user add --username security --role security_administrator
  wellspring user list",
    }
    add_about() { zh: "建立账号", en: "Add an account" }
    add_details() {
        zh: "系统管理员、安全管理员、审计管理员三个角色互相排斥；一个账号只有一个角色。

示例：
  wellspring user add --username anquan --role security_administrator --name 王静 --organisation 星河区
  printf '%s\\n' \"$PASSWORD\" | wellspring user add --username li.wei --role steward --name 李伟 --organisation 星湖街道 --email li.wei@example.gov.cn --password-stdin",
        en: "Administrator, security administrator and auditor exclude each other; an account has one role.

Examples:
  wellspring user add --username security --role security_administrator --name \"Wang Jing\"
  printf '%s\\n' \"$PASSWORD\" | wellspring user add --username li.wei --role steward --name \"Li Wei\" --organisation Xinghu --email li.wei@example.gov.cn --password-stdin",
    }
    list_about() { zh: "列出全部账号", en: "List all accounts" }
    list_details() { zh: "示例：\n  wellspring user list", en: "Example:\n  wellspring user list" }
    reset_about() { zh: "重设密码", en: "Set a new password" }
    reset_details() {
        zh: "此人的会话立即结束，锁定解除，下次登录时必须改密码。

示例：
  wellspring user reset-password li.wei
  wellspring user reset-password li.wei --remove-second-factor",
        en: "The person's sessions end at once, the account is unlocked, and the password must be changed at the next sign-in.

Examples:
  wellspring user reset-password li.wei
  wellspring user reset-password li.wei --remove-second-factor",
    }
    deactivate_about() { zh: "停用账号", en: "Deactivate an account" }
    deactivate_details() {
        zh: "会话立即结束。此人在服务专班中时，须指定接任人，或用 --leave-unassigned 暂不安排。账号从不删除。

示例：
  wellspring user deactivate li.wei --successor zhang.min",
        en: "The sessions end at once. A person on service teams needs a successor, or --leave-unassigned. Accounts are never deleted.

Example:
  wellspring user deactivate li.wei --successor zhang.min",
    }
    username() { zh: "用户名", en: "The user name" }
    role() {
        zh: "角色：steward 服务管家、chief_steward 总管家、finance 财税专员、leader 区领导、supervisor 督查、administrator 系统管理员、security_administrator 安全管理员、auditor 审计管理员",
        en: "The role: steward, chief_steward, finance, leader, supervisor, administrator, security_administrator or auditor",
    }
    name() { zh: "姓名；不给出时用用户名", en: "The person's name; by default the user name" }
    organisation() { zh: "所属单位的名称；不给出时为区", en: "Name of the organisation the person works for; by default the district" }
    email() { zh: "接收预警的电子邮箱", en: "The mail address for alerts" }
    reads() { zh: "此人使用的语言：zh-CN 或 en", en: "The language the person reads: zh-CN or en" }
    password_stdin() { zh: "从标准输入的第一行读取密码", en: "Read the password from the first line of standard input" }
    remove_second_factor() { zh: "同时取消两步验证", en: "Remove the second factor as well" }
    successor() { zh: "接任其专班的人的用户名", en: "User name of the successor on the teams" }
    leave_unassigned() { zh: "专班中的位置暂时空着", en: "Leave the places on the teams empty" }
    unknown_language() { zh: "--reads 只能是 zh-CN 或 en。", en: "--reads is zh-CN or en." }
    no_organisation(name: &str) {
        zh: "没有名为“{name}”的单位。用 wellspring organisation list 查看，或先用 organisation add 登记。",
        en: "There is no organisation {name}. See wellspring organisation list, or add it with organisation add.",
    }
    no_district() {
        zh: "还没有登记区。请先运行 wellspring organisation add --kind district --name 区名 --province 省 --city 市。",
        en: "There is no district yet. First run wellspring organisation add --kind district --name NAME --province PROVINCE --city CITY.",
    }
    added(username: &str, role: &str) { zh: "已建立账号 {username}（{role}）。", en: "Added the account {username} ({role})." }
    was_reset(username: &str) { zh: "{username} 的密码已重设，下次登录时须修改。", en: "The password of {username} was set; it must be changed at the next sign-in." }
    deactivated(username: &str) { zh: "账号 {username} 已停用。", en: "The account {username} was deactivated." }
    column_username() { zh: "用户名", en: "USERNAME" }
    column_name() { zh: "姓名", en: "NAME" }
    column_role() { zh: "角色", en: "ROLE" }
    column_status() { zh: "状态", en: "STATUS" }
    column_organisation() { zh: "单位", en: "ORGANISATION" }
    column_email() { zh: "邮箱", en: "MAIL" }
}
