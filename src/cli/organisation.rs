//! `organisation`: the district, its street offices and departments, which must exist before anybody can have an account.

use super::{
    console::{Console, columns},
    failure::Failure,
    help::Help,
    start,
    typed::typed,
};
use crate::{
    db::registry::organisations::OrganisationFilter,
    domain::registry::organisation::OrganisationKind,
    services::{
        paging::{MAX_LIMIT, Place, Window},
        patch::Patch,
        registry::organisations::{self, OrganisationFields},
    },
    settings::Settings,
    texts::texts,
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
}

#[derive(Debug, Args)]
struct AddArguments {
    #[arg(long, value_name = "KIND")]
    kind: String,
    #[arg(long, value_name = "NAME")]
    name: String,
    #[arg(long, value_name = "NAME")]
    province: Option<String>,
    #[arg(long, value_name = "NAME")]
    city: Option<String>,
    #[arg(long = "alias", value_name = "NAME")]
    aliases: Vec<String>,
}

pub(super) const HELP: Help = Help {
    about,
    details,
    arguments: &[],
    commands: &[
        (
            "add",
            &Help {
                about: add_about,
                details: add_details,
                arguments: &[
                    ("kind", kind),
                    ("name", name),
                    ("province", province),
                    ("city", city),
                    ("aliases", aliases),
                ],
                commands: &[],
            },
        ),
        ("list", &Help { about: list_about, details: list_details, arguments: &[], commands: &[] }),
    ],
};

/// Adds or lists organisations.
pub(super) fn run(console: Console, settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    match arguments.action {
        Action::Add(arguments) => add(console, settings, arguments),
        Action::List => list(console, settings),
    }
}

fn add(console: Console, settings: Settings, arguments: AddArguments) -> Result<(), Failure> {
    let language = console.language;
    let kind: OrganisationKind = typed(language, "--kind", &arguments.kind)?;
    let app = start::app(language, settings)?;
    let new = OrganisationFields {
        province: arguments.province.into(),
        city: arguments.city.into(),
        aliases: Patch::Set(arguments.aliases),
        ..OrganisationFields::named(kind, arguments.name)
    };
    let made = app.write_now(&console.actor(), |tx| organisations::create(tx, new.clone()));
    let (organisation, _) = made.map_err(|error| Failure::of(language, &error))?;
    console.print(added(language, kind.text(language), &organisation.name, &organisation.id.to_string()));
    Ok(())
}

fn list(console: Console, settings: Settings) -> Result<(), Failure> {
    let language = console.language;
    let app = start::app(language, settings)?;
    let failed = |error| Failure::of(language, &error);
    let mut connection = app.database().reader().map_err(|error| failed(error.into()))?;
    let mut rows =
        vec![vec![column_kind(language), column_name(language), column_status(language), column_id(language)]];
    let mut window = Window::first(MAX_LIMIT);
    loop {
        let page = organisations::list(&mut connection, &OrganisationFilter::default(), &window).map_err(failed)?;
        rows.extend(page.items.iter().map(|row| {
            let (kind, status) = (row.kind.text(language), row.status.text(language));
            vec![kind.to_owned(), row.name.clone(), status.to_owned(), row.id.to_string()]
        }));
        match page.next {
            Some(next) => window.place = Place::After(next),
            None => break,
        }
    }
    console.print(columns(&rows));
    Ok(())
}

texts! {
    about() { zh: "登记和查看单位（区、街道、部门）", en: "Add and list organisations: the district, street offices, departments" }
    details() {
        zh: "首次设置时先登记区，再建立账号。以后由系统管理员通过 API 管理单位。

示例：
  wellspring organisation add --kind district --name 星河区 --province 江南省 --city 临川市
  wellspring organisation add --kind street --name 星湖街道
  wellspring organisation list",
        en: "At the first set-up, add the district, then the accounts. Later the administrator manages organisations through the API.

Examples:
  wellspring organisation add --kind district --name Xinghe --province Jiangnan --city Linchuan
  wellspring organisation add --kind street --name Xinghu
  wellspring organisation list",
    }
    add_about() { zh: "登记一个单位", en: "Add an organisation" }
    add_details() {
        zh: "区只有一个；它的名称、省、市和别名用于判断地址是否在本区，请写全称。

示例：
  wellspring organisation add --kind district --name 星河区 --province 江南省 --city 临川市 --alias 星河经济开发区
  wellspring organisation add --kind department --name 投资促进局",
        en: "There is one district. Its name, province, city and aliases tell whether an address lies in the district, so write them in full and in Chinese.

Examples:
  wellspring organisation add --kind street --name Xinghu
  wellspring organisation add --kind department --name \"Investment promotion\"",
    }
    list_about() { zh: "列出全部单位", en: "List all organisations" }
    list_details() { zh: "示例：\n  wellspring organisation list", en: "Example:\n  wellspring organisation list" }
    kind() { zh: "类型：district（区）、street（街道）或 department（部门）", en: "Kind: district, street or department" }
    name() { zh: "名称", en: "Name" }
    province() { zh: "区所在的省，全称；仅用于区", en: "The province of the district, in full; for the district only" }
    city() { zh: "区所在的市，全称；仅用于区", en: "The city of the district, in full; for the district only" }
    aliases() { zh: "区的别名，例如开发区、曾用名；可重复给出", en: "Alias of the district, such as a development zone; may be repeated" }
    added(kind: &str, name: &str, id: &str) { zh: "已登记{kind}：{name}（{id}）", en: "Added the {kind} {name} ({id})." }
    column_kind() { zh: "类型", en: "KIND" }
    column_name() { zh: "名称", en: "NAME" }
    column_status() { zh: "状态", en: "STATUS" }
    column_id() { zh: "编号", en: "ID" }
}
