//! The command line as a whole: its commands, and the settings given as flags.

use super::{
    check, demo,
    help::{Help, SETTINGS_FILE},
    import, migrate, organisation, record, serve, token, user,
};
use crate::{settings, texts::texts};
use clap::{ArgMatches, Parser, Subcommand};
use std::{collections::BTreeMap, path::PathBuf};

#[derive(Debug, Parser)]
#[command(name = "wellspring", version, subcommand_required = true, arg_required_else_help = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) action: Action,
}

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    Serve,
    Demo(demo::Arguments),
    Migrate,
    Organisation(organisation::Arguments),
    User(user::Arguments),
    Token(token::Arguments),
    Import(import::Arguments),
    Record(record::Arguments),
    Check(check::Arguments),
}

impl Action {
    /// Whether it ends in a server.
    pub(super) const fn serves(&self) -> bool {
        match self {
            Self::Serve => true,
            Self::Demo(arguments) => arguments.serves(),
            _ => false,
        }
    }
}

pub(super) const HELP: Help = Help {
    about,
    details,
    arguments: &[],
    commands: &[
        ("serve", &serve::HELP),
        ("demo", &demo::HELP),
        ("migrate", &migrate::HELP),
        ("organisation", &organisation::HELP),
        ("user", &user::HELP),
        ("token", &token::HELP),
        ("import", &import::HELP),
        ("record", &record::HELP),
        ("check", &check::HELP),
    ],
};

/// Where settings were given on the command line: the file that `--settings` names, and the flags by the keys of their
/// settings. What stands behind the command goes before what stands in front of it.
pub(super) fn settings_given(matches: &ArgMatches) -> (Option<PathBuf>, BTreeMap<String, String>) {
    let mut file = None;
    let mut flags = BTreeMap::new();
    let mut level = Some(matches);
    while let Some(matches) = level {
        file = given(matches, SETTINGS_FILE).map(PathBuf::from).or(file);
        for definition in settings::definitions() {
            if let Some(value) = given(matches, definition.key) {
                flags.insert(definition.key.to_owned(), value);
            }
        }
        level = matches.subcommand().map(|(_, below)| below);
    }
    (file, flags)
}

fn given(matches: &ArgMatches, id: &str) -> Option<String> {
    matches.try_get_one::<String>(id).ok().flatten().cloned()
}

texts! {
    about() {
        zh: "Wellspring 税源：区级税源企业登记、走访和外迁预警",
        en: "Wellspring: a district's tax-source registry and early warning for enterprises that start to move",
    }
    details() {
        zh: "开始使用：
  wellspring demo                      创建演示辖区并启动服务
  wellspring serve                     启动服务，首次启动时建库
  wellspring check                     查看生效的设置，检查数据库和邮件服务器

在生产环境首次设置：
  wellspring migrate
  wellspring organisation add --kind district --name 星河区 --province 江南省 --city 临川市
  wellspring user add --username anquan --role security_administrator --name 王静 --organisation 星河区
  wellspring serve

退出码：0 成功；1 失败（数据库、邮件服务器、文件）；2 命令行或设置有误；3 输入被拒绝，什么也没有写入。
语言由 LC_ALL、LC_MESSAGES、LANG 决定。",
        en: "To begin:
  wellspring demo                      create a demonstration district and serve it
  wellspring serve                     start the server; the first start creates the database
  wellspring check                     show the settings in force, check the database and the mail server

First set-up in production:
  wellspring migrate
  wellspring organisation add --kind district --name Xinghe --province Jiangnan --city Linchuan
  wellspring user add --username security --role security_administrator --name \"Wang Jing\" --organisation Xinghe
  wellspring serve

Exit codes: 0 success; 1 failed (database, mail server, file); 2 command line or settings wrong; 3 input refused, nothing written.
The language follows LC_ALL, LC_MESSAGES and LANG.",
    }
}
