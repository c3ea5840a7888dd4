//! The command line as people use it: the built program, its languages, its exit codes, and what it never prints.

use crate::support::{
    app::Backend,
    both::{apply, both_databases},
    enterprise::uscc,
    installation::{Installation, PASSWORD, eventually},
    sheets::{csv, csv_gb18030, rows, xlsx},
};
use serde_json::json;
use wellspring::domain::operation::job::JobKind;

async fn on_sqlite() -> Installation {
    Installation::new(Backend::Sqlite).await.unwrap()
}

const ORIGIN: [&str; 6] = ["--source", "街道台账", "--legal-basis", "税收征管法第五条", "--data-date", "2026-11-01"];

fn import<'a>(file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["import", "enterprises", file][..], &ORIGIN, more].concat()
}

#[actix_web::test]
async fn help_speaks_the_language_of_the_locale() {
    let mut installation = on_sqlite().await;
    let english = installation.run(&["--help"]).expect(0).out;
    assert!(english.contains("Usage: wellspring [OPTIONS] <COMMAND>") && english.contains("Exit codes"), "{english}");
    installation.set("LC_ALL", "zh_CN.UTF-8");
    let chinese = installation.run(&["import", "enterprises", "--help"]).expect(0).out;
    assert!(chinese.contains("用法：wellspring import enterprises [选项]") && chinese.contains("示例"), "{chinese}");
    assert!(!chinese.contains("Usage") && !chinese.contains("Options"), "{chinese}");
    let mistake = installation.run(&["improt"]).expect(2).err;
    assert!(mistake.contains("没有命令 improt") && mistake.contains("import"), "{mistake}");
    assert_eq!(installation.run(&[]).code, 2);
}

#[actix_web::test]
async fn all_errors_of_the_settings_are_told_at_once() {
    let mut installation = on_sqlite().await;
    installation.set("WELLSPRING_WORKERS", "many");
    installation.set("WELLSPRING_LISTNE", "x");
    let err = installation.run(&["check", "--time-zone", "Mars/Olympus"]).expect(2).err;
    for name in ["WELLSPRING_WORKERS", "WELLSPRING_LISTNE", "WELLSPRING_LISTEN", "--time-zone"] {
        assert!(err.contains(name), "{name}: {err}");
    }
}

#[actix_web::test]
async fn check_hides_secrets_and_makes_nothing() {
    let mut installation = on_sqlite().await;
    installation.set("WELLSPRING_SMTP_URL", "smtp://ws:hunter2@127.0.0.1:1");
    installation.set("WELLSPRING_METRICS_TOKEN", "hunter2-hunter2-hunter2-hunter2-hunter2");
    let ran = installation.run(&["check", "--log-level", "warn"]).expect(1);
    let printed = format!("{}{}", ran.out, ran.err);
    assert!(!printed.contains("hunter2"), "{printed}");
    assert!(printed.contains("smtp://ws:***@127.0.0.1:1") && printed.contains("FAILED  mail"), "{printed}");
    assert!(printed.contains("ok  database") && printed.contains("flag"), "{printed}");
    assert!(!installation.data("").exists(), "check changes nothing");
}

#[actix_web::test]
async fn start_up_errors_name_the_setting() {
    let mut installation = on_sqlite().await;
    installation.set("WELLSPRING_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    let err = installation.run(&["serve"]).expect(1).err;
    assert!(err.contains("database_url") && err.contains("PostgreSQL"), "{err}");

    let mut installation = on_sqlite().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    installation.set("WELLSPRING_LISTEN", &taken.local_addr().unwrap().to_string());
    installation.set("LC_ALL", "zh_CN.UTF-8");
    let err = installation.run(&["serve"]).expect(1).err;
    assert!(err.contains("已被其他程序占用") && err.contains("listen"), "{err}");

    std::fs::write(installation.data("secret.key"), "not a key").unwrap();
    let err = installation.run(&["serve"]).expect(1).err;
    assert!(err.contains("secret.key"), "{err}");
}

#[actix_web::test]
async fn one_server_at_a_time_uses_a_sqlite_file() {
    let installation = on_sqlite().await;
    let _served = installation.serve();
    for command in [["serve"], ["migrate"]] {
        let err = installation.run(&command).expect(1).err;
        assert!(err.contains("Another Wellspring server is using the database"), "{err}");
    }
    installation.run(&["organisation", "add", "--kind", "district", "--name", "星河区"]).expect(0);
}

#[actix_web::test]
async fn another_key_is_refused_before_it_breaks_the_record() {
    let installation = on_sqlite().await;
    installation.found_district();
    {
        let _served = installation.serve();
        eventually("sealing", || {
            let out = installation.run(&["check", "--audit"]).expect(0).out;
            let is_sealed = |line: &str| line.contains("changes hold, 0 wait for their place");
            out.lines().any(is_sealed).then_some(())
        });
    }
    std::fs::remove_file(installation.data("secret.key")).unwrap();
    let err = installation.run(&["serve"]).expect(1).err;
    assert!(err.contains("does not match this database"), "{err}");
}

#[actix_web::test]
async fn the_check_of_jobs_changes_nothing() {
    let installation = on_sqlite().await;
    let out = installation.run(&["check", "--jobs"]).expect(1).out;
    assert!(out.contains("FAILED  job: there is no database yet"), "{out}");
    assert!(!installation.data("").exists());
}

#[apply(both_databases)]
async fn a_calendar_is_imported_as_a_whole_or_not_at_all(installation: Installation) {
    installation.found_district();
    let bad = installation.file("bad.csv", "day,kind\n2027-01-01,holiday\n2027-01-02,maybe\n".as_bytes());
    let err = installation.run(&["import", "calendar", &bad, "--source", "notice"]).expect(3).err;
    assert!(err.contains("Row 3, \"kind\"") && err.contains("Nothing was written"), "{err}");
    let good = installation.file("good.csv", "日期,类型\n2027-01-01,放假\n2028-01-01,放假\n".as_bytes());
    let err = installation.run(&["import", "calendar", &good]).expect(3).err;
    assert!(err.contains("State the source"), "{err}");
    let dry = installation.run(&["import", "calendar", &good, "--source", "notice", "--dry-run"]).expect(0).out;
    assert!(dry.contains("Dry run, nothing written: 2027 (days: 1), 2028 (days: 1)."), "{dry}");
    let out = installation.run(&["import", "calendar", &good, "--source", "notice"]).expect(0).out;
    assert!(out.contains("Imported: 2027 (days: 1), 2028 (days: 1)."), "{out}");
    let nothing = installation.file("nothing.csv", b"a,b\nc,d\n");
    installation.run(&["import", "calendar", &nothing, "--source", "notice"]).expect(3);
}

#[apply(both_databases)]
async fn the_first_security_administrator_is_made_by_a_command(installation: Installation) {
    installation.run(&["migrate"]).expect(0);
    let line = ["user", "add", "--username", "AnQuan", "--role", "security_administrator", "--password-stdin"];
    let err = installation.run_with(&line, PASSWORD).expect(3).err;
    assert!(err.contains("organisation add --kind district"), "{err}");

    installation.run(&["organisation", "add", "--kind", "district", "--name", "星河区", "--city", "临川市"]).expect(0);
    installation.run_with(&line, "password").expect(3);
    assert_eq!(installation.run_with(&line, "").code, 3);
    installation.run_with(&line, &format!("{PASSWORD}\nsecond line is not read\n")).expect(0);
    let err = installation.run_with(&line, PASSWORD).expect(3).err;
    assert!(err.contains("username"), "{err}");
    let list = installation.run(&["user", "list"]).expect(0).out;
    assert!(list.contains("anquan") && list.contains("星河区") && !list.contains(PASSWORD), "{list}");

    let served = installation.serve();
    let (status, me) = served.sign_in("anquan").get("/api/v1/me");
    assert_eq!((status, me["role"].as_str()), (200, Some("security_administrator")), "{me}");
    let refused = installation.run(&["user", "deactivate", "anquan"]).expect(3).err;
    assert!(refused.contains("last security administrator"), "{refused}");
    installation
        .run_with(&["user", "reset-password", "anquan", "--password-stdin"], "Other-River-2026-stone")
        .expect(0);
    let (status, _) = served.client("").post("/api/v1/session", json!({"username": "anquan", "password": PASSWORD}));
    assert_eq!(status, 401);
}

#[apply(both_databases)]
async fn a_token_opens_the_api_until_it_is_revoked(installation: Installation) {
    installation.found_district();
    let issued = installation
        .run(&["token", "issue", "--name", "台账", "--scope", "enterprises:write,read", "--days", "7"])
        .expect(0);
    let token = issued.out.trim();
    assert!(!issued.err.contains(token), "the token stands on standard output alone");
    let served = installation.serve();
    let client = served.client(token);
    let (status, created) = client.post("/api/v1/enterprises", json!({"uscc": uscc().as_str(), "name": "星河科技"}));
    assert_eq!(status, 201, "{created}");

    let list = installation.run(&["token", "list"]).expect(0).out;
    assert!(list.contains("台账") && list.contains("valid") && !list.contains(token), "{list}");
    let id = list.lines().nth(1).unwrap().split_whitespace().next().unwrap();
    installation.run(&["token", "revoke", id]).expect(0);
    assert_eq!(client.get("/api/v1/enterprises").0, 401);
    installation.run(&["token", "issue", "--name", "x", "--scope", "everything"]).expect(2);
    installation.run(&["token", "issue", "--name", "x", "--scope", "read", "--days", "0"]).expect(2);
}

#[apply(both_databases)]
async fn the_command_line_says_which_job_is_stalled(installation: Installation) {
    let mut installation = installation;
    installation.found_district();
    let never = installation.run(&["check", "--jobs"]).expect(1).out;
    assert!(never.contains("FAILED  job: nightly assessment is stalled; no success yet"), "{never}");
    {
        let _served = installation.serve();
        let well = eventually("every job has passed", || {
            let ran = installation.run(&["check", "--jobs"]);
            (ran.code == 0).then_some(ran.out)
        });
        assert_eq!(well.matches("ok  job: ").count(), JobKind::ALL.len(), "{well}");
        assert!(well.contains("ok  job: sealing of records is running; last success 20"), "{well}");
        let before = installation.run(&["check"]).expect(0).out;
        assert!(!before.contains("job:"), "only when asked for: {before}");
    }
    installation.set("LC_ALL", "zh_CN.UTF-8");
    let chinese = installation.run(&["check", "--jobs"]).expect(0).out;
    assert!(chinese.contains("正常  后台任务：夜间评估正常；最近一次成功 20"), "{chinese}");
}

#[apply(both_databases)]
async fn lists_are_imported_as_offices_have_them(installation: Installation) {
    installation.found_district();
    let codes = [uscc(), uscc(), uscc()];
    let codes: Vec<&str> = codes.iter().map(wellspring::domain::registry::uscc::Uscc::as_str).collect();
    let list = rows(&[
        "星河区税源清单||||",
        "序号|统一社会信用代码|纳税人名称|注册地址|所属街道",
        &format!("1|{}|星河科技有限公司|江南省临川市星河区甲路1号|星湖街道", codes[0]),
        &format!("2|{}|云台商贸有限公司|江南省临川市星河区乙路2号|云台街道办事处", codes[1]),
        "合计|2户|||",
    ]);
    let file = installation.file("税源清单.xlsx", &xlsx(&list));
    let tried = installation.run(&import(&file, &["--dry-run"])).expect(0);
    assert!(tried.out.contains("Dry run") && tried.out.contains("2 new"), "{tried:?}");
    let done = installation.run(&import(&file, &[])).expect(0);
    assert!(done.out.contains("Imported") && done.out.contains("2 new, 0 changed"), "{done:?}");
    assert!(done.err.contains("序号"), "{done:?}");

    let changed =
        rows(&["税号|企业名称", &format!("{}|星河科技集团有限公司", codes[0]), &format!("{}|海棠餐饮", codes[2])]);
    let file = installation.file("补充.csv", &csv_gb18030(&changed));
    let done = installation.run(&import(&file, &[])).expect(0);
    assert!(done.out.contains("1 new, 1 changed"), "{done:?}");

    let token = installation.run(&["token", "issue", "--name", "t", "--scope", "read"]).expect(0).out;
    let served = installation.serve();
    let (_, list) = served.client(token.trim()).get("/api/v1/enterprises?include_total=true");
    assert_eq!(list["total"], 3, "{list}");
    let (_, changed) = served.client(token.trim()).get(&format!("/api/v1/enterprises/uscc:{}", codes[0]));
    assert_eq!(changed["name"], "星河科技集团有限公司");
}

#[actix_web::test]
async fn bad_rows_are_told_by_their_true_numbers_and_keep_the_file_out() {
    let installation = on_sqlite().await;
    installation.found_district();
    let good = uscc();
    let mut lines = vec!["税号|名称|所属街道".to_owned(), format!("{}|星河科技|星湖街道", good.as_str())];
    lines.extend((0..60).map(|number| format!("1234{number}|甲|星湖街道")));
    lines.push(format!("{}|乙|月球街道", uscc().as_str()));
    let list: Vec<&str> = lines.iter().map(String::as_str).collect();
    let file = installation.file("坏.csv", &csv(&rows(&list)));

    let refused = installation.run(&import(&file, &[])).expect(3);
    assert!(refused.err.contains("Row 3, \"税号\":") && refused.err.contains("Nothing was written"), "{refused:?}");
    assert!(refused.err.contains("11 more errors"), "{refused:?}");
    let errors = installation.directory.path().join("errors.csv").display().to_string();
    installation.run(&import(&file, &["--errors", &errors])).expect(3);
    let all = std::fs::read_to_string(&errors).unwrap();
    assert!(all.lines().count() == 62 && all.contains("63,所属街道,street_unknown,"), "{all}");

    let partly = installation.run(&import(&file, &["--partial"])).expect(0);
    assert!(partly.out.contains("1 new") && partly.out.contains("61 bad"), "{partly:?}");
}

#[actix_web::test]
async fn files_that_are_no_lists_are_refused_in_the_language() {
    let mut installation = on_sqlite().await;
    installation.found_district();
    installation.set("LC_ALL", "zh_CN.UTF-8");
    let pdf = installation.file("x.xlsx", b"%PDF-1.7 nothing to see");
    let refused = installation.run(&import(&pdf, &[])).expect(3).err;
    assert!(refused.contains("不是电子表格"), "{refused}");
    let absent = installation.run(&import("absent.xlsx", &[])).expect(1).err;
    assert!(absent.contains("无法读取文件"), "{absent}");
    let undated = ["import", "enterprises", &pdf, "--source", "a", "--legal-basis", "b", "--data-date", "soon"];
    assert!(installation.run(&undated).expect(2).err.contains("--data-date"));
    let unfounded = ["import", "enterprises", &pdf, "--source", "a", "--data-date", "2026-11-01"];
    assert!(installation.run(&unfounded).expect(2).err.contains("--legal-basis"));
}
