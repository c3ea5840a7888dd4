//! Who may do what, as the documents say it: each table of `docs/` must be what the product decides by.

use wellspring::{
    domain::people::role::{Permission, Role, TokenScope},
    texts::Language,
};

/// A Markdown table: a line for each permission that anybody has, a column for each who may have it.
fn table(columns: &[String], may: impl Fn(Permission, usize) -> bool) -> String {
    let mut lines = vec![format!("| | {} |", columns.join(" | ")), format!("|---|{}", ":-:|".repeat(columns.len()))];
    for &permission in Permission::ALL {
        let cells: Vec<&str> =
            (0..columns.len()).map(|column| if may(permission, column) { "●" } else { "" }).collect();
        if cells.contains(&"●") {
            lines.push(format!("| {} | {} |", permission.text(Language::En), cells.join(" | ")));
        }
    }
    lines.join("\n")
}

#[track_caller]
fn assert_holds(page: &str, document: &str, table: &str) {
    assert!(document.contains(table), "{page} has to hold this table:\n{table}\n");
}

#[test]
fn the_manual_says_what_each_role_may_do() {
    let columns: Vec<String> = Role::ALL.iter().map(|role| role.text(Language::En).to_owned()).collect();
    let table = table(&columns, |permission, column| Role::ALL[column].may(permission));
    assert_holds("docs/operations.md", include_str!("../../docs/operations.md"), &table);
}

#[test]
fn the_guide_to_the_api_says_what_each_scope_may_do() {
    let columns: Vec<String> = TokenScope::ALL.iter().map(|scope| format!("`{scope}`")).collect();
    let table = table(&columns, |permission, column| TokenScope::ALL[column].may(permission));
    assert_holds("docs/api.md", include_str!("../../docs/api.md"), &table);
}
