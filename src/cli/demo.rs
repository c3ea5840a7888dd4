//! `demo`: creates a demonstration district, prints who can sign in, and serves it.

use super::{
    console::{Console, columns},
    failure::Failure,
    help::Help,
    serve, start,
};
use crate::{
    app::App,
    demo::{self, DemoOptions, Demonstration, Stage, plan},
    settings::Settings,
    texts::{Explain, texts},
};
use clap::{Args, value_parser};
use indicatif::{ProgressBar, ProgressStyle};

/// Where the district is when nobody says where.
pub(super) const DATA_DIR: &str = "./data/demo";

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = value_parser!(u64).range(plan::FEWEST as u64..=plan::MOST as u64))]
    enterprises: u64,
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    #[arg(long)]
    no_serve: bool,
}

pub(super) const HELP: Help = Help {
    about,
    details,
    arguments: &[("enterprises", enterprises), ("seed", seed), ("no_serve", no_serve)],
    commands: &[],
};

impl Arguments {
    /// Whether the district is served.
    pub(super) const fn serves(&self) -> bool {
        !self.no_serve
    }
}

/// Makes or finds the district, prints who can sign in, and serves unless told not to.
pub(super) fn run(console: Console, settings: Settings, arguments: &Arguments) -> Result<(), Failure> {
    let (app, lock) = start::server(console.language, settings.clone())?;
    let demonstration = make(console, &app, arguments)?;
    tell(console, &app, &demonstration);
    drop((demonstration, app, lock));
    if arguments.serves() { serve::run(console, settings) } else { Ok(()) }
}

fn make(console: Console, app: &App, arguments: &Arguments) -> Result<Demonstration, Failure> {
    let enterprises = usize::try_from(arguments.enterprises).unwrap_or(plan::MOST);
    let bar = progress_bar();
    let mut progress = |stage: Stage, done: usize, of: usize| {
        bar.set_message(stage.text(console.language));
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    };
    let made = demo::build(app, DemoOptions { enterprises, seed: arguments.seed }, &mut progress);
    bar.finish_and_clear();
    made.map_err(|error| match &error {
        demo::Error::Service(error) => Failure::of(console.language, error),
        demo::Error::Foreign => Failure::refused(error.text(console.language)),
        demo::Error::File { .. } => Failure::failed(error.text(console.language)),
    })
}

/// A bar on standard error; nothing at all where that is no terminal.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {elapsed}") {
        bar.set_style(style);
    }
    bar
}

fn tell(console: Console, app: &App, demonstration: &Demonstration) {
    let language = console.language;
    let DemoOptions { enterprises, seed } = demonstration.options;
    console.print(if demonstration.is_new {
        made(language, enterprises, seed)
    } else {
        found(language, enterprises, seed)
    });
    let heading =
        [heading_name(language), heading_role(language), heading_username(language), heading_password(language)];
    let people = demonstration.credentials.users.iter().zip(&demonstration.names).map(|(login, name)| {
        vec![name.clone(), login.role.text(language).to_owned(), login.username.clone(), login.password.clone()]
    });
    let rows: Vec<Vec<String>> = std::iter::once(heading.to_vec()).chain(people).collect();
    console.print(columns(&rows));
    let file = demo::credentials::path(app.context());
    console.print(kept(language, &file.display().to_string()));
    console.print(serve_it(language, &app.context().settings.server.data_dir.display().to_string()));
}

texts! {
    about() { zh: "创建演示辖区并启动服务", en: "Create a demonstration district and serve it" }
    details() {
        zh: "在空数据库中建立虚构的江南省临川市星河区：12 个街道、40 名工作人员、两年税款、走访和几起正在进行的外迁。
企业名称、代码和人名均为虚构；邮件地址以 .test 结尾，不会发出。种子相同则辖区相同；密码每次新生成。
未指定数据目录时用 ./data/demo。再次运行时使用已建好的辖区；数据库中有其他数据时拒绝。

示例：
  wellspring demo
  wellspring demo --enterprises 500 --seed 7
  wellspring demo --no-serve && wellspring serve --data-dir ./data/demo",
        en: "Creates the invented district of Xinghe in Linchuan, Jiangnan, in an empty database: 12 street offices, 40 staff, two years of receipts, visits, and a few moves under way.
Enterprises, codes and people are invented; mail addresses end in .test and reach nobody. The same seed gives the same district; passwords are new each time.
Without a data directory it is created in ./data/demo. The next run serves the existing district; a database with other data is refused.

Examples:
  wellspring demo
  wellspring demo --enterprises 500 --seed 7
  wellspring demo --no-serve && wellspring serve --data-dir ./data/demo",
    }
    enterprises() { zh: "企业数，100 至 100000；默认 2000", en: "Number of enterprises, 100 to 100000; 2000 by default" }
    seed() { zh: "随机种子；默认 1", en: "Random seed; 1 by default" }
    no_serve() { zh: "建好即退出，不启动服务", en: "Exit when it is created, without serving" }
    made(enterprises: usize, seed: u64) {
        zh: "演示辖区已建成：{enterprises} 户企业，种子 {seed}。可用以下账号登录：",
        en: "The demonstration district was created: {enterprises} enterprises, seed {seed}. These people can sign in:",
    }
    found(enterprises: usize, seed: u64) {
        zh: "使用已建成的演示辖区：{enterprises} 户企业，种子 {seed}。可用以下账号登录：",
        en: "Using the existing demonstration district: {enterprises} enterprises, seed {seed}. These people can sign in:",
    }
    heading_name() { zh: "姓名", en: "name" }
    heading_role() { zh: "角色", en: "role" }
    heading_username() { zh: "用户名", en: "user name" }
    heading_password() { zh: "密码", en: "password" }
    kept(path: &str) {
        zh: "密码和接口令牌保存在 {path}，仅本用户可读。",
        en: "Passwords and an API token are in {path}, readable by this user only.",
    }
    serve_it(data_dir: &str) {
        zh: "单独启动服务：wellspring serve --data-dir {data_dir}",
        en: "To start the server alone: wellspring serve --data-dir {data_dir}",
    }
}
