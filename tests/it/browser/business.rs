//! The days of those who keep the list: a chief steward, the finance staff, and supervision, which reads and changes nothing.

use super::{
    demonstration::Demonstration,
    screen::{Screen, Size},
};
use crate::support::{
    enterprise::uscc,
    sheets::{csv, rows},
};

/// Goes to an area by the navigation that is shown.
async fn go_by_navigation(screen: &Screen, area: &str) {
    screen.follow(&format!("nav a[href='{area}']")).await;
    screen.until_at(area).await;
    screen.fits().await;
}

/// Opens the first enterprise of the list.
async fn open_first(screen: &Screen) {
    screen.follow("main tbody th a[href^='/enterprises/']").await;
    screen.until_at("/enterprises/").await;
    screen.fits().await;
}

#[actix_web::test]
async fn a_chief_steward_finds_an_enterprise_and_assigns_its_team() {
    let district = Demonstration::new().await;
    district
        .walked(async |screen, _, _| {
            district.enter(screen, "chief_steward", "/overview").await;
            go_by_navigation(screen, "/enterprises").await;
            screen.unfold("main select[name=risk_level]").await;
            screen.choose("main select[name=risk_level]", "red").await;
            screen.follow("main form[action='/enterprises'] button[type=submit]").await;
            screen.until_at("/enterprises?").await;
            assert!(screen.path().await.contains("risk_level=red"));
            open_first(screen).await;
            screen.find("#risk table a[href]").await;
            assign(screen).await;
            screen.sign_out().await;
        })
        .await;
}

/// Gives the enterprise that is shown another steward, seeing who has how much to do.
async fn assign(screen: &Screen) {
    screen.follow("main a[href$='/team']").await;
    let steward = "main select[name=steward_id]";
    let other = screen.others(steward).await.swap_remove(0);
    assert!(screen.words("main table caption + thead + tbody").await.contains(char::is_numeric), "the workload");
    screen.choose(steward, &other).await;
    let name = screen.words(&format!("{steward} option[value='{other}']")).await;
    screen.fits().await;
    screen.follow("main form[action$='/team'] button[type=submit]").await;
    screen.find("#risk").await;
    let name = name.split(['（', '(']).next().unwrap().trim();
    assert!(screen.words("#team").await.contains(name), "{name} is not in {}", screen.words("#team").await);
}

#[actix_web::test]
async fn finance_staff_see_figures_enter_an_enterprise_and_change_it() {
    let district = Demonstration::new().await;
    import_a_list(&district);
    district
        .walked(async |screen, size, language| {
            district.enter(screen, "finance", "/overview").await;
            search(screen, size).await;
            open_first(screen).await;
            screen.press("#receipts details > summary").await;
            assert!(screen.words("#receipts details td.num").await.contains(|c: char| c.is_ascii_digit() || c == '—'));
            go_by_navigation(screen, "/enterprises").await;
            enter_an_enterprise(screen, language).await;
            screen.go("/imports").await;
            screen.fits().await;
            assert!(screen.words("main table tbody tr").await.contains("list.csv"));
            screen.sign_out().await;
        })
        .await;
}

/// Imports a list, as is done on the server.
fn import_a_list(district: &Demonstration) {
    let list = csv(&rows(&["统一社会信用代码|企业名称", &format!("{}|湖心商贸有限公司", uscc())]));
    let path = district.installation.file("list.csv", &list);
    let origin = ["--source", "街道台账", "--legal-basis", "税收征管法第五条", "--data-date", "2026-11-01"];
    district.installation.run(&[&["import", "enterprises", &path][..], &origin].concat()).expect(0);
}

/// Finds enterprises by two characters: with "/" at a desk, in the list on a phone.
async fn search(screen: &Screen, size: Size) {
    match size {
        Size::Desktop => {
            screen.keys("/").await;
            screen.keys("有限\n").await;
        }
        Size::Phone => {
            go_by_navigation(screen, "/enterprises").await;
            screen.unfold("main input[name=q]").await;
            screen.fill("main input[name=q]", "有限\n").await;
        }
    }
    screen.until_at("/enterprises?q=").await;
}

/// Enters an enterprise: the code is refused and corrected, nothing typed is lost; then its address is written down.
async fn enter_an_enterprise(screen: &Screen, language: &str) {
    let name = if language == "zh" { "新雨科技有限公司" } else { "New Rain Ltd" };
    screen.follow("main a[href='/enterprises/new']").await;
    screen.fill("main [name=uscc]", "12345").await;
    screen.fill("main [name=name]", name).await;
    screen.follow("main form[action='/enterprises/new'] button[type=submit]").await;
    screen.is_refused_at("uscc").await;
    assert_eq!(
        (screen.value("main [name=uscc]").await, screen.value("main [name=name]").await),
        ("12345".into(), name.into())
    );
    // Those of the demonstration district are other ones.
    screen.fill("main [name=uscc]", uscc().as_str()).await;
    screen.follow("main form[action='/enterprises/new'] button[type=submit]").await;
    screen.find("#facts").await;
    assert_eq!(screen.words("main h1").await, name);
    screen.follow("main a[href$='/edit']").await;
    screen.fill("main [name=registered_address]", "Hu Bin 8").await;
    screen.fits().await;
    screen.follow("main form[action$='/edit'] button[type=submit]").await;
    assert!(screen.words("#facts").await.contains("Hu Bin 8"));
}

#[actix_web::test]
async fn supervision_reads_everything_and_changes_nothing() {
    let district = Demonstration::new().await;
    district
        .walked(async |screen, _, _| {
            district.enter(screen, "supervisor", "/overview").await;
            screen.only_reads().await;
            screen.follow("main a[href^='/alerts/']").await;
            screen.until_at("/alerts/").await;
            screen.fits().await;
            screen.only_reads().await;
            screen.follow("main h1 a[href^='/enterprises/']").await;
            screen.until_at("/enterprises/").await;
            screen.only_reads().await;
            screen.follow("main a[href$='/timeline']").await;
            screen.find("main ol li time").await;
            screen.only_reads().await;
            screen.go("/visits").await;
            screen.follow("main tbody th a[href^='/visits/']").await;
            screen.until_at("/visits/").await;
            screen.only_reads().await;
            screen.sign_out().await;
        })
        .await;
}
