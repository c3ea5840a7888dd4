//! The list as a workbook: its content, its readers, and what is recorded.

use crate::support::{
    app::{Answer, TestApp},
    both::{apply, both_databases},
    enterprise::count,
    facts::TeamPeople,
    some::some,
};
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;
use wellspring::{
    db::{backend, schema::access_records},
    domain::{
        ids::EnterpriseId,
        people::{
            actor::Actor,
            role::{Role, TokenScope},
        },
    },
    services::{
        Read,
        registry::enterprises::{Column, EnterpriseQuery, export},
    },
};

const EXPORT: &str = "/api/v1/enterprises/export";

fn book(answer: &Answer) -> Xlsx<Cursor<Vec<u8>>> {
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!(answer.header("content-type"), Some(media));
    calamine::open_workbook_from_rs(Cursor::new(answer.body.to_vec())).unwrap()
}

/// The rows of a sheet as they are read.
fn rows(answer: &Answer, sheet: &str) -> Vec<Vec<Data>> {
    book(answer).worksheet_range(sheet).unwrap().rows().map(<[Data]>::to_vec).collect()
}

fn texts(row: &[Data]) -> Vec<String> {
    row.iter().map(ToString::to_string).collect()
}

/// What was read, by its codes.
fn accessed(app: &TestApp) -> Vec<String> {
    use diesel::prelude::*;
    app.ask(|connection| access_records::table.order(access_records::id).select(access_records::what).load(connection))
}

#[apply(both_databases)]
async fn the_file_is_the_list(app: TestApp) {
    let steward = app.person(Role::Steward);
    for number in 0..5 {
        let enterprise = app.enterprise(&format!("星河{number}科技有限公司"));
        app.tax(enterprise.id, "2026-10", 12_345 * (number + 1));
        app.team(enterprise.id, TeamPeople { steward: Some(steward.id), ..TeamPeople::default() });
    }
    app.enterprise_at("云台商贸有限公司", app.district.other_street);
    let leader = app.person(Role::Leader).caller;
    let filters = format!("street_id={}&sort=-tax_year", app.district.street);
    let list = leader.get(&format!("/api/v1/enterprises?{filters}")).await.expect(200).json();
    let answer = leader.get(&format!("{EXPORT}?{filters}&columns=uscc,tax_year,steward,last_visit")).await.expect(200);
    let rows = rows(&answer, "税源清单");
    assert_eq!(texts(&rows[0]), ["企业名称", "统一社会信用代码", "2026 年入库（元）", "最近走访", "服务管家"]);
    let items = list["items"].as_array().unwrap();
    assert_eq!(rows.len(), items.len() + 1);
    for (row, item) in some(rows.iter().skip(1).zip(items)) {
        assert_eq!(
            (&row[0], &row[1]),
            (
                &Data::String(item["name"].as_str().unwrap().to_owned()),
                &Data::String(item["uscc"].as_str().unwrap().to_owned())
            )
        );
        let yuan = item["tax_year_fen"].as_i64().unwrap() / 100;
        assert_eq!(row[2], Data::Float(f64::from(i32::try_from(yuan).unwrap())));
        assert_eq!((&row[3], row[4].to_string()), (&Data::Empty, steward.user.display_name.clone()));
    }
    let disposition = answer.header("content-disposition").unwrap();
    assert!(
        disposition.starts_with("attachment; filename=\"enterprises-2026-11-20.xlsx\"; filename*=UTF-8''%E7%A8%8E"),
        "{disposition}"
    );
}

#[apply(both_databases)]
async fn who_exports_is_in_the_file_and_on_record(app: TestApp) {
    app.enterprise("星河科技有限公司");
    let leader = app.person(Role::Leader);
    let answer = leader.caller.get(&format!("{EXPORT}?presence=local&sort=name")).await.expect(200);
    let notes: Vec<Vec<String>> = rows(&answer, "说明").iter().map(|row| texts(row)).collect();
    let note = |label: &str| notes.iter().find(|note| note[0] == label).unwrap()[1].clone();
    assert_eq!(
        (note("导出人"), note("户数"), note("筛选条件"), note("排序")),
        (leader.user.display_name, "1".to_owned(), "纳税经营情况：在地纳税在地经营".to_owned(), "名称".to_owned())
    );
    assert!(note("导出时间").starts_with("2026-11-20 "));
    assert_eq!(accessed(&app), ["figures", "export"]);
    leader.caller.get(&format!("{EXPORT}?columns=uscc")).await.expect(200);
    assert_eq!(accessed(&app), ["figures", "export", "export"], "no figures without a column of them");
}

#[apply(both_databases)]
async fn bands_stay_bands_and_scope_stays_scope(app: TestApp) {
    let enterprise = app.enterprise("星河科技有限公司");
    app.tax(enterprise.id, "2026-10", 12_345_678);
    app.enterprise_at("云台商贸有限公司", app.district.other_street);
    let steward = app.person(Role::Steward).caller;
    let answer = steward.get(&format!("{EXPORT}?columns=tax_year,tax_12_months")).await.expect(200);
    let rows = rows(&answer, "税源清单");
    let expected = [
        ["企业名称", "2026 年入库（分档）", "近 12 个月入库（分档）"],
        ["星河科技有限公司", "1000万–1亿元", "1000万–1亿元"],
    ];
    assert_eq!(rows.iter().map(|row| texts(row)).collect::<Vec<_>>(), expected);
    assert_eq!(accessed(&app), ["export"]);
    let refused = steward.get(&format!("{EXPORT}?tax_year_min_fen=1")).await.expect(422);
    assert_eq!(refused.refused_fields()["/tax_year_min_fen"], "figures_not_shown");
    steward.get(&format!("{EXPORT}?limit=5")).await.expect(422);
    app.person(Role::Administrator).caller.get(EXPORT).await.expect(403);
    let limited = app.service(&[TokenScope::Read], Some(app.district.other_street));
    assert_eq!(texts(&self::rows(&limited.get(EXPORT).await.expect(200), "税源清单")[1])[0], "云台商贸有限公司");
    assert_eq!(count(&app, "access_records"), 2, "refusals took nothing away");
}

#[apply(both_databases)]
async fn a_name_is_text_whatever_it_says(app: TestApp) {
    app.enterprise("=cmd|' /C calc'!A0");
    app.enterprise("@SUM(1+1)*cmd");
    let answer = app.person(Role::Finance).caller.get(&format!("{EXPORT}?sort=name")).await.expect(200);
    let mut book = book(&answer);
    assert!(book.worksheet_formula("税源清单").unwrap().used_cells().next().is_none());
    let names: Vec<String> = rows(&answer, "税源清单").iter().skip(1).map(|row| row[0].to_string()).collect();
    assert!(
        names.contains(&"=cmd|' /C calc'!A0".to_owned()) && names.contains(&"@SUM(1+1)*cmd".to_owned()),
        "{names:?}"
    );
}

#[apply(both_databases)]
async fn all_pieces_are_there_once_and_too_many_are_refused(app: TestApp) {
    let entries: Vec<_> = (0..1003).map(|number| serde_json::json!({"uscc": crate::support::enterprise::uscc().as_str(), "name": format!("星河{number}号")})).collect();
    let chief = app.person(Role::Finance).caller;
    for entries in entries.chunks(500) {
        chief.post("/api/v1/enterprises/batch", serde_json::json!({"items": entries})).await.expect(200);
    }
    let answer = chief.get(&format!("{EXPORT}?sort=name&columns=uscc")).await.expect(200);
    let codes: std::collections::BTreeSet<String> =
        rows(&answer, "税源清单").iter().skip(1).map(|row| row[1].to_string()).collect();
    assert_eq!(codes.len(), 1003);
    let actor = Actor::system("测试", "test".to_owned());
    let mut connection = app.app.database().reader().unwrap();
    let export = |connection: &mut _, most| {
        let mut read = Read::new(connection, &actor, app.app.now(), app.app.context());
        export::export(&mut read, &EnterpriseQuery::default(), &Column::DEFAULT, most, "test")
    };
    assert_eq!(export(&mut connection, 1003).unwrap().rows, 1003);
    assert_eq!(export(&mut connection, 1002).unwrap_err().to_string(), "conflict: too_many_rows");
}

#[apply(both_databases)]
async fn a_snapshot_shows_one_state(app: TestApp) {
    use diesel::prelude::*;
    use wellspring::db::schema::enterprises;
    app.enterprise("星河科技有限公司");
    let mut connection = app.app.database().reader().unwrap();
    let seen = backend::snapshot::<_, backend::QueryError>(&mut connection, |connection| {
        let before: Vec<EnterpriseId> = enterprises::table.select(enterprises::id).load(connection)?;
        app.enterprise("月湖商贸有限公司");
        let after: Vec<EnterpriseId> = enterprises::table.select(enterprises::id).load(connection)?;
        Ok((before.len(), after.len()))
    });
    assert_eq!(seen.unwrap(), (1, 1));
    assert_eq!(count(&app, "enterprises"), 2);
}
