//! Every list: pages by keys in both directions, and all of it as a file, which goes on record.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    browser::Browser,
};
use calamine::Reader;
use std::io::Cursor;
use wellspring::domain::{fieldwork::visit::RelocationIntent, people::role::Role};

/// The address of the page before or after, as a page has it.
pub(super) fn way(html: &str, rel: &str) -> Option<String> {
    let end = html.find(&format!("\" rel=\"{rel}\""))?;
    let start = html[..end].rfind("href=\"")? + "href=\"".len();
    Some(html[start..end].replace("&#38;", "&").replace("&amp;", "&"))
}

/// The rows of a page, each by the address that its head leads to.
fn rows(html: &str) -> Vec<String> {
    let heads = html.split("<th scope=\"row\"").skip(1);
    let rows: Vec<String> = heads
        .map(|head| head.split("href=\"").nth(1).map_or(head, |link| link.split('"').next().unwrap()).to_owned())
        .collect();
    assert!(!rows.is_empty(), "{html}");
    rows
}

/// Walks a list to its end and back to its beginning; returns the rows in their order.
async fn walk(browser: &Browser, path: &str) -> Vec<String> {
    let mut html = browser.page(path).await;
    let mut pages = vec![rows(&html)];
    while let Some(next) = way(&html, "next") {
        html = browser.page(&next).await;
        pages.push(rows(&html));
    }
    assert!(pages.len() > 2, "{path} has pages");
    for page in pages.iter().rev().skip(1) {
        let back = way(&html, "prev").unwrap_or_else(|| panic!("{path} leads back"));
        html = browser.page(&back).await;
        assert_eq!(&rows(&html), page, "{path}: the way back leads to the same rows");
    }
    assert_eq!(way(&html, "prev"), None, "{path}: the beginning leads no further");
    pages.concat()
}

/// The first column of the file of a list, without its head.
async fn file(browser: &Browser, path: &str) -> Vec<String> {
    let answer = browser.open(path).await.expect(200);
    assert!(answer.header("content-disposition").unwrap().contains("attachment"));
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(answer.body.to_vec())).unwrap();
    let sheet = book.sheet_names()[0].clone();
    let range = book.worksheet_range(&sheet).unwrap();
    let rows: Vec<String> = range.rows().skip(1).map(|row| row[0].to_string()).collect();
    assert!(!rows.is_empty());
    rows
}

#[apply(both_databases)]
async fn a_list_is_walked_to_its_end_and_back(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    for _ in 0..50 {
        app.visit(enterprise.id, RelocationIntent::None);
    }
    let leader = app.browser(app.person(Role::Leader).id);
    let visits = walk(&leader, "/visits").await;
    assert_eq!(visits.len(), 50);
    let mut once = visits.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), 50, "each row is there once");
    for _ in 0..101 {
        app.person(Role::Steward);
    }
    let keeper = app.browser(app.person(Role::SecurityAdministrator).id);
    assert!(walk(&keeper, "/users").await.len() >= 101);
}

#[apply(both_databases)]
async fn a_list_of_one_page_leads_nowhere_and_counts_its_rows(app: TestApp) {
    app.visit(app.enterprise("星河科技有限公司").id, RelocationIntent::None);
    let html = app.browser(app.person(Role::Leader).id).page("/visits").await;
    assert_eq!((way(&html, "next"), way(&html, "prev")), (None, None));
    assert!(html.contains("共 1 次走访"), "{html}");
}

#[apply(both_databases)]
async fn a_list_is_taken_away_whole_and_that_is_recorded(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    for _ in 0..25 {
        app.visit(enterprise.id, RelocationIntent::Considering);
    }
    app.visit(enterprise.id, RelocationIntent::None);
    let person = app.person(Role::Leader);
    let leader = app.browser(person.id);
    assert_eq!(file(&leader, "/visits/export?relocation_intent=considering").await.len(), 25);
    let auditor = app.person(Role::Auditor);
    let log = auditor.caller.get("/api/v1/audit-log?kind=accesses&noun=visit").await.expect(200).json();
    let read = &log["items"][0];
    assert_eq!(read["what"], "export");
    assert!(read["detail"].as_str().unwrap().contains("considering"), "{read}");
    leader.open("/visits/export?relocation_intent=purple").await.expect(422);
    assert_eq!(file(&leader, "/alerts/export").await, ["橙"]);
}

#[apply(both_databases)]
async fn a_mark_of_another_list_is_refused(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    for _ in 0..25 {
        app.visit(enterprise.id, RelocationIntent::None);
    }
    let leader = app.browser(app.person(Role::Leader).id);
    let next = way(&leader.page("/visits").await, "next").unwrap();
    let other = next.replacen("/visits?", "/visits?relocation_intent=none&", 1);
    leader.open(&other).await.expect(400);
    leader.open(&next.replacen("cursor=", "before=", 1)).await.expect(200);
    leader.open("/visits?before=AAAA").await.expect(400);
}
