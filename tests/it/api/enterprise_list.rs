//! The list of enterprises: filters, search, order, pages, counts, and what bands hide.

use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
    caller::Caller,
    enterprise::uscc,
    some::some,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wellspring::{
    db::{
        registry::enterprises::Enterprise,
        watch::standings::{self, Standing},
    },
    domain::{
        band::Band,
        fen::Fen,
        people::role::{Role, TokenScope},
        watch::level::Level,
    },
    services::patch::Patch,
};

/// The list with these parameters.
async fn list(caller: &Caller, parameters: &[(&str, &str)]) -> Value {
    caller.get(&address(parameters)).await.expect(200).json()
}

fn address(parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("/api/v1/enterprises?{query}")
}

fn names(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

/// Gives an enterprise a standing as an assessment would.
fn stand(app: &TestApp, enterprise: &Enterprise, and: impl FnOnce(&mut Standing)) {
    let mut standing = Standing::blank(enterprise.id, app.app.today());
    and(&mut standing);
    standing.risk_order = standings::risk_order(standing.risk_level, standing.risk_score);
    standing.tax_year_band = Band::of(standing.tax_year_fen).index().into();
    standings::upsert(&mut app.app.database().writer().unwrap(), &[standing]).unwrap();
}

/// Four enterprises that differ in everything the list filters and sorts by.
fn four(app: &TestApp) -> Vec<Enterprise> {
    let day = |text: &str| text.parse().unwrap();
    let rows = vec![
        app.enterprise_with("星河科技有限公司", |new| {
            new.street_id = Patch::Set(app.district.street);
            new.industry_code = Patch::Set("I6510".to_owned());
            new.entered_on = Patch::Set(day("2026-09-01"));
        }),
        app.enterprise_with("阿里山茶业", |new| new.industry_code = Patch::Set("C15".to_owned())),
        app.enterprise_with("重庆火锅", |new| {
            new.tier = Patch::Set(wellspring::domain::registry::enterprise::Tier::Key);
            new.entered_on = Patch::Set(day("2010-01-01"));
        }),
        app.enterprise_with("ABC Bank", |new| {
            new.status = Patch::Set(wellspring::domain::registry::enterprise::EnterpriseStatus::MovedOut);
            new.presence = Patch::Set(wellspring::domain::registry::presence::Presence::Unreachable);
        }),
    ];
    stand(app, &rows[0], |it| (it.risk_level, it.risk_score, it.tax_year_fen) = (Level::Red, 90, Fen(20_000_000)));
    stand(app, &rows[1], |it| (it.tax_year_fen, it.last_visit_on) = (Fen(10_000_001), Some(day("2026-11-01"))));
    stand(app, &rows[2], |it| (it.risk_level, it.risk_score) = (Level::Yellow, 95));
    stand(app, &rows[3], |it| (it.tax_year_fen, it.last_visit_on) = (Fen(-5), Some(day("2025-11-01"))));
    rows
}

#[apply(both_databases)]
async fn each_filter_lets_through_what_it_says(app: TestApp) {
    four(&app);
    let finance = app.person(Role::Finance).caller;
    let street = app.district.street.to_string();
    let cases: [(&[(&str, &str)], &[&str]); 16] = [
        (&[], &["星河科技有限公司", "阿里山茶业", "重庆火锅", "ABC Bank"]),
        (&[("street_id", &street)], &["星河科技有限公司"]),
        (&[("industry_code", "I")], &["星河科技有限公司"]),
        (&[("industry_code", "15")], &["阿里山茶业"]),
        (&[("presence", "unreachable")], &["ABC Bank"]),
        (&[("tier", "key")], &["重庆火锅"]),
        (&[("new_entry", "true")], &["星河科技有限公司"]),
        (&[("new_entry", "false")], &["阿里山茶业", "重庆火锅", "ABC Bank"]),
        (&[("risk_level", "none")], &["阿里山茶业", "ABC Bank"]),
        (&[("status", "moved_out")], &["ABC Bank"]),
        (&[("tax_year_min_fen", "10000001")], &["星河科技有限公司", "阿里山茶业"]),
        (&[("tax_year_max_fen", "-1")], &["ABC Bank"]),
        (&[("tax_year_min_fen", "0"), ("tax_year_max_fen", "15000000")], &["阿里山茶业", "重庆火锅"]),
        (&[("tax_year_band", "100k_500k")], &["星河科技有限公司", "阿里山茶业"]),
        (&[("risk_level", "red"), ("tier", "key")], &[]),
        (&[("steward_id", &street)], &[]),
    ];
    for (parameters, expected) in cases {
        assert_eq!(names(&list(&finance, parameters).await), expected, "{parameters:?}");
    }
}

#[apply(both_databases)]
async fn text_is_found_however_it_is_meant(app: TestApp) {
    let rows = four(&app);
    let finance = app.person(Role::Finance).caller;
    let code = rows[2].uscc.as_str();
    let cases: [(&str, &[&str]); 15] = [
        ("星河", &["星河科技有限公司"]),
        ("有限 星河", &["星河科技有限公司"]),
        ("河科技", &["星河科技有限公司"]),
        ("河星", &[]),
        ("锅", &["重庆火锅"]),
        ("火", &["重庆火锅"]),
        ("xhkj", &["星河科技有限公司"]),
        ("CQ", &["重庆火锅"]),
        ("ａｂｃ", &["ABC Bank"]),
        ("bank", &["ABC Bank"]),
        (code, &["重庆火锅"]),
        (&code[..17], &["重庆火锅"]),
        ("' OR 1=1 --", &[]),
        ("%_*\"\u{0}", &[]),
        ("🚀", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(names(&list(&finance, &[("q", text)]).await), expected, "{text}");
    }
    assert_eq!(names(&list(&finance, &[("q", " ")]).await).len(), 4);
    assert_eq!(names(&list(&finance, &[("q", "星河"), ("risk_level", "none")]).await).len(), 0);
    let total = list(&finance, &[("q", "91"), ("include_total", "true"), ("limit", "1")]).await;
    assert_eq!((total["total"].as_i64(), names(&total).len()), (Some(4), 1));
}

#[apply(both_databases)]
async fn each_sort_runs_both_ways_and_pages_meet(app: TestApp) {
    four(&app);
    let finance = app.person(Role::Finance).caller;
    let cases: [(&str, &[&str]); 4] = [
        ("name", &["阿里山茶业", "ABC Bank", "重庆火锅", "星河科技有限公司"]),
        ("tax_year", &["ABC Bank", "重庆火锅", "阿里山茶业", "星河科技有限公司"]),
        ("risk", &["阿里山茶业", "ABC Bank", "重庆火锅", "星河科技有限公司"]),
        ("last_visit", &["星河科技有限公司", "重庆火锅", "ABC Bank", "阿里山茶业"]),
    ];
    for (sort, expected) in cases {
        assert_eq!(walk(&finance, &[("sort", sort)]).await, expected, "{sort}");
        let backwards: Vec<&str> = expected.iter().rev().copied().collect();
        assert_eq!(walk(&finance, &[("sort", &format!("-{sort}"))]).await, backwards, "-{sort}");
    }
    assert_eq!(walk(&finance, &[]).await.len(), 4);
    assert_eq!(walk(&finance, &[("q", "91")]).await.len(), 4);
    assert_eq!(walk(&finance, &[("risk_level", "none")]).await.len(), 2);
}

#[apply(both_databases)]
async fn a_cursor_is_of_its_list_only(app: TestApp) {
    four(&app);
    let finance = app.person(Role::Finance).caller;
    let cursor =
        list(&finance, &[("sort", "-tax_year"), ("limit", "1")]).await["next_cursor"].as_str().unwrap().to_owned();
    for other in [("sort", "tax_year"), ("sort", "name"), ("tier", "normal")] {
        finance.get(&address(&[other, ("cursor", &cursor)])).await.expect(400);
    }
    let supervisor = app.person(Role::Supervisor).caller;
    supervisor.get(&address(&[("sort", "-tax_year"), ("cursor", &cursor)])).await.expect(400);
    for forged in ["", "x", "AAAA", &cursor[1..], &format!("{cursor}A")] {
        let answer = finance.get(&address(&[("sort", "-tax_year"), ("cursor", forged)])).await.expect(400);
        assert_eq!(answer.json()["code"], "bad_cursor");
    }
}

#[apply(both_databases)]
async fn readers_of_bands_filter_and_sort_by_bands(app: TestApp) {
    let rows = four(&app);
    for caller in [app.person(Role::Supervisor).caller, app.service(&[TokenScope::Read], None)] {
        for name in ["tax_year_min_fen", "tax_year_max_fen"] {
            let answer = caller.get(&address(&[(name, "1")])).await.expect(422);
            assert_eq!(answer.refused_fields()[&format!("/{name}")], "figures_not_shown");
        }
        // Both lie in one band, so that the larger one is not told: they stand in the order of entry.
        let sorted = list(&caller, &[("sort", "tax_year"), ("tax_year_band", "100k_500k")]).await;
        assert_eq!(names(&sorted), [rows[0].name.as_str(), rows[1].name.as_str()]);
        assert!(some(sorted["items"].as_array().unwrap()).all(|item| item["tax_year_fen"].is_null()));
    }
    let seen = list(&app.service(&[TokenScope::Read, TokenScope::FiguresRead], None), &[("sort", "-tax_year")]).await;
    assert_eq!(seen["items"][0]["tax_year_fen"], 20_000_000);
}

#[apply(both_databases)]
async fn parameters_are_read_strictly(app: TestApp) {
    let finance = app.person(Role::Finance).caller;
    for (parameter, pointer, code) in [
        (("colour", "red"), "/colour", "unknown_field"),
        (("risk_level", "purple"), "/risk_level", "unknown_code"),
        (("sort", "colour"), "/sort", "unknown_code"),
        (("industry_code", "6510"), "/industry_code", "industry_format"),
        (("industry_code", "Z"), "/industry_code", "industry_section"),
        (("street_id", "1; DROP TABLE"), "/street_id", "wrong_form"),
        (("limit", "many"), "/limit", "wrong_form"),
    ] {
        let fields = finance.get(&address(&[parameter])).await.expect(422).refused_fields();
        assert_eq!(fields.into_iter().next().unwrap(), (pointer.to_owned(), code.to_owned()), "{parameter:?}");
    }
    finance.get(&address(&[("limit", "100000")])).await.expect(200);
    finance.get(&address(&[("limit", "-1")])).await.expect(200);
}

#[apply(both_databases)]
async fn a_steward_lists_the_own_street_only(app: TestApp) {
    app.enterprise("甲");
    app.enterprise_at("乙", app.district.other_street);
    let steward = app.person(Role::Steward).caller;
    let all = list(&steward, &[("include_total", "true")]).await;
    assert_eq!((names(&all), all["total"].as_i64()), (vec!["甲".to_owned()], Some(1)));
    let other = app.district.other_street.to_string();
    assert!(names(&list(&steward, &[("street_id", &other)]).await).is_empty());
    assert!(names(&list(&steward, &[("q", "乙")]).await).is_empty());
    let limited = app.service(&[TokenScope::Read], Some(app.district.other_street));
    assert_eq!(names(&list(&limited, &[]).await), ["乙"]);
}

/// All names, two a page, following `Link`.
async fn walk(caller: &Caller, parameters: &[(&str, &str)]) -> Vec<String> {
    let mut all = Vec::new();
    let mut next = Some(address(&[parameters, &[("limit", "1")]].concat()));
    while let Some(path) = next {
        let answer = caller.get(&path).await.expect(200);
        all.extend(names(&answer.json()));
        next = answer.header("link").map(|link| link.trim_start_matches('<').split('>').next().unwrap().to_owned());
        assert_eq!(next.is_some(), !answer.json()["next_cursor"].is_null());
    }
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    all
}

#[apply(both_databases)]
async fn a_wide_list_is_capped(app: TestApp) {
    let service = app.service(&[TokenScope::EnterprisesWrite, TokenScope::Read], None);
    let items: Vec<Value> = (0..205).map(|n| json!({"uscc": uscc().as_str(), "name": format!("企业{n}")})).collect();
    service.post("/api/v1/enterprises/batch", json!({ "items": items })).await.expect(200);
    let page = list(&service, &[("limit", "1000"), ("include_total", "true")]).await;
    assert_eq!((names(&page).len(), page["total"].as_i64()), (200, Some(205)));
    assert_eq!(names(&list(&service, &[("cursor", page["next_cursor"].as_str().unwrap())]).await).len(), 5);
}
