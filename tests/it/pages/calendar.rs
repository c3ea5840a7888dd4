use crate::support::{
    app::TestApp,
    both::{apply, both_databases},
};
use wellspring::domain::people::role::Role;

const GOOD: &str = "day,kind,name,source\n2027-01-01,holiday,元旦,国办通知\n2027-01-03,workday,元旦调休,国办通知\n";
const BAD: &str = "day,kind\n2027-01-01,holiday\n2027-01-02,maybe\n2027-02-30,holiday\n";

#[apply(both_databases)]
async fn each_year_says_whether_it_has_a_calendar(app: TestApp) {
    let browser = app.browser(app.person(Role::Administrator).id);
    let html = browser.page("/calendar").await;
    assert!(html.contains("2027年</strong>") && html.contains("这一年还没有日历，按周一至周五计算"), "{html}");
    assert!(html.contains("系统自带") && html.contains("248 个工作日") && html.contains("放假 33 天，调休上班 6 天"));
    assert!(html.contains("9:00-12:00,13:30-17:30") && html.contains("国务院办公厅关于2026年部分节假日安排的通知"));
    let english = app.browser(app.person(Role::Administrator).id).in_english().page("/calendar").await;
    assert!(english.contains("This year has no calendar: Monday to Friday count."), "{english}");
}

#[apply(both_databases)]
async fn a_file_is_taken_over_and_taken_out_again(app: TestApp) {
    let browser = app.browser(app.person(Role::Administrator).id);
    let sent =
        browser.send_file("/calendar", "/calendar", &[("source", "")], ("file", "2027.csv", GOOD.as_bytes())).await;
    assert_eq!(sent.leads_to(), "/calendar?done=imported");
    let html = browser.page("/calendar?done=imported").await;
    assert!(html.contains("日历已导入。") && html.contains("本区录入") && html.contains("元旦调休"), "{html}");
    assert!(!html.contains("这一年还没有日历"));
    assert_eq!(browser.send("/calendar", "/calendar/2027/remove", &[]).await.leads_to(), "/calendar?done=removed");
    assert!(browser.page("/calendar").await.contains("这一年还没有日历"));
    browser.send("/calendar", "/calendar/2027/remove", &[]).await.expect(404);
}

#[apply(both_databases)]
async fn what_is_wrong_is_said_row_by_row_in_the_language_of_the_reader(app: TestApp) {
    let person = app.person(Role::Administrator).id;
    for (browser, wrong) in [
        (app.browser(person), ["第 3 行“kind”：不是可选的值", "第 4 行“day”：没有这一天", "什么也没有写入"]),
        (
            app.browser(person).in_english(),
            [
                "Row 3, &#34;kind&#34;: Not one of the values",
                "Row 4, &#34;day&#34;: There is no such day",
                "nothing was written",
            ],
        ),
    ] {
        let back = browser
            .send_file("/calendar", "/calendar", &[("source", "通知<2027>")], ("file", "a.csv", BAD.as_bytes()))
            .await;
        let html = back.expect(422).html();
        for text in wrong {
            assert!(html.contains(text), "{text}: {html}");
        }
        assert!(html.contains("通知&#60;2027&#62;"), "what was typed is kept");
    }
    let browser = app.browser(person);
    for (file, text) in [
        (&b"a,b\n1,2\n"[..], "找不到表头。表头须有这些列：日期、类型"),
        (b"", "文件是空的"),
        (b"day,kind\n2027-01-01,holiday\n", "请填写来源"),
    ] {
        let back = browser.send_file("/calendar", "/calendar", &[], ("file", "a.csv", file)).await;
        let html = back.expect(422).html();
        assert!(html.contains(text), "{text}: {html}");
    }
    let nothing = browser.send("/calendar", "/calendar", &[("source", "通知")]).await;
    assert!(nothing.expect(422).html().contains("请填写此项"));
    assert!(app.recorded().is_empty());
}
