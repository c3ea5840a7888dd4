//! Whether the database lets the product alter the record, or only add to it.

use super::Finding;
use crate::{
    cli::start,
    db::{
        backend::{self, DbConn, Location},
        records::record_privileges::{self, Privilege},
    },
    settings::Settings,
    texts::{Language, texts},
};

/// What was found: nothing where there is no database yet, or one that is not up to date.
pub(super) enum Examined {
    /// Nothing can be said yet.
    Nothing,
    /// The record can only be added to, or the question could not be asked.
    Found(Finding),
    /// The record could be altered by the role the product uses.
    Noted(String),
}

/// Asks the database what the role in use may do with the tables of the record.
pub(super) fn examine(language: Language, settings: &Settings) -> Examined {
    let location = Location::of(&settings.database.url);
    if let Location::Sqlite(path) = &location
        && !path.exists()
    {
        return Examined::Nothing;
    }
    // That it cannot be reached has been said already.
    let Ok(mut connection) = start::connect(language, settings) else { return Examined::Nothing };
    if !backend::is_migrated(&mut connection).unwrap_or_default() {
        return Examined::Nothing;
    }
    ask(language, &mut connection).unwrap_or_else(|error| Examined::Found(Err(error.to_string())))
}

fn ask(language: Language, connection: &mut DbConn) -> Result<Examined, backend::QueryError> {
    let Some(privileges) = record_privileges::beyond_adding(connection)? else {
        return Ok(Examined::Noted(no_roles(language)));
    };
    let role = record_privileges::role(connection)?.unwrap_or_default();
    if privileges.is_empty() {
        return Ok(Examined::Found(Ok(only_adds(language, &role))));
    }
    let list: Vec<String> = privileges.iter().map(written).collect();
    Ok(Examined::Noted(could_alter(language, &role, &list.join(", "))))
}

fn written(privilege: &Privilege) -> String {
    format!("{} {}", privilege.table_name, privilege.privilege)
}

texts! {
    no_roles() {
        zh: "SQLite 没有角色：能写数据库文件的人就能改动记录，改动由核验发现",
        en: "SQLite has no roles: an account that may write the file may alter the record, which verification finds",
    }
    only_adds(role: &str) {
        zh: "数据库角色 {role} 只能追加记录，不能改动",
        en: "the database role {role} may only add to the record",
    }
    could_alter(role: &str, privileges: &str) {
        zh: "数据库角色 {role} 可以改动记录（{privileges}）；docs/operations.md 说明如何改用只能追加的角色",
        en: "the database role {role} could alter the record ({privileges}); docs/operations.md says how to use one that may only add to it",
    }
}
