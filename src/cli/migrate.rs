//! `migrate`: brings the database up to date without serving.

use super::{console::Console, failure::Failure, help::Help, start};
use crate::{settings::Settings, texts::texts};

pub(super) const HELP: Help = Help { about, details, arguments: &[], commands: &[] };

/// Applies the migrations that are missing. Refused while a server uses the SQLite file; nodes over PostgreSQL wait.
pub(super) fn run(console: Console, settings: &Settings) -> Result<(), Failure> {
    let language = console.language;
    start::data_directory(language, settings)?;
    let _lock = start::lock(language, settings)?;
    let mut connection = start::connect(language, settings)?;
    let migrated = start::migrate(language, settings, &mut connection)?;
    if migrated.applied.is_empty() {
        console.print(up_to_date(language));
    }
    for name in migrated.applied {
        console.print(applied_one(language, &name));
    }
    for log in migrated.adopted {
        console.print(adopted(language, log.log.text(language), log.sealed, log.keyed_from));
    }
    Ok(())
}

texts! {
    about() { zh: "建立或升级数据库", en: "Set up the database or bring it up to date" }
    details() {
        zh: "serve 启动时会自动执行；多个节点共用 PostgreSQL 时，可在升级前单独执行。可以重复执行。

示例：
  wellspring migrate
  WELLSPRING_DATABASE_URL=postgres://wellspring@localhost/wellspring wellspring migrate",
        en: "serve does this when it starts. With several nodes over one PostgreSQL, run it separately before an upgrade. It may be repeated.

Examples:
  wellspring migrate
  WELLSPRING_DATABASE_URL=postgres://wellspring@localhost/wellspring wellspring migrate",
    }
    up_to_date() { zh: "数据库已是最新。", en: "The database is up to date." }
    adopted(log: &str, sealed: i64, keyed_from: i64) {
        zh: "{log}：旧记录中有 {sealed} 条补入链；自第 {keyed_from} 条起，记录须带密钥校验值",
        en: "{log}: {sealed} records of before got their places; from place {keyed_from} on a record must be authenticated with the key",
    }
    applied_one(name: &str) { zh: "已升级：{name}", en: "Applied: {name}" }
}
