//! Every page of every role at both sizes and in both languages: nothing serious by axe-core, nothing that scrolls sideways,
//! nothing heavy, nothing the console complains about.

use super::{
    demonstration::Demonstration,
    screen::{Screen, Size},
};
use std::{fs, path::Path};

/// What each role opens besides its navigation; `*` stands for the first link of that kind on the page before.
const PAGES: &[(&str, &[&str])] = &[
    ("steward", &["/workbench", "/enterprises", "/enterprises/*", "/alerts", "/visits", "/visits/new", "/account"]),
    (
        "chief_steward",
        &[
            "/overview",
            "/enterprises",
            "/enterprises/*",
            "/enterprises/views",
            "/alerts",
            "/alerts/*",
            "/visits",
            "/visits/*",
        ],
    ),
    ("leader", &["/overview", "/overview?screen=big", "/enterprises", "/enterprises/*", "/alerts", "/alerts/*"]),
    ("finance", &["/overview", "/enterprises", "/imports"]),
    ("administrator", &["/organisations", "/mail-queue", "/settings", "/account"]),
    ("security_administrator", &["/users", "/tokens"]),
    ("auditor", &["/audit-log"]),
];
/// Kilobytes a page may weigh without style, script and icons.
const HEAVIEST: usize = 100;

fn axe() -> Option<String> {
    let path = std::env::var("WELLSPRING_TEST_AXE").unwrap_or_else(|_| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        root.join("target/axe/node_modules/axe-core/axe.min.js").display().to_string()
    });
    fs::read_to_string(path).ok()
}

#[actix_web::test]
async fn every_page_is_fit_for_everybody() {
    let Some(axe) = axe() else {
        assert!(std::env::var_os("WELLSPRING_REQUIRE_BROWSER").is_none(), "axe-core is required and was not found");
        eprintln!("skipped: no axe-core (npm install --prefix target/axe axe-core)");
        return;
    };
    let district = Demonstration::new().await;
    let mut wrong = Vec::new();
    for (size, language) in [(Size::Phone, "zh"), (Size::Desktop, "en"), (Size::Phone, "en"), (Size::Desktop, "zh")] {
        for (role, pages) in PAGES {
            let Some(screen) = Screen::open(&district.served.base, size, language).await else { return };
            wrong.extend(look(&screen, &axe, None, &format!("door {language} {size:?}")).await);
            let (username, password) = district.credentials(role);
            screen.sign_in(&username, &password).await;
            for page in *pages {
                let page = address(&screen, page).await;
                screen.go(&page).await;
                wrong.extend(look(&screen, &axe, Some(language), &format!("{role} {language} {size:?} {page}")).await);
            }
            wrong.extend(screen.complaints().await);
            screen.close().await;
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The address of a page; the first link to one of a kind on the page where one is.
async fn address(screen: &Screen, page: &str) -> String {
    let Some(kind) = page.strip_suffix('*') else { return page.to_owned() };
    let script = format!(
        "return [...document.querySelectorAll('main a')].map(a => a.getAttribute('href')).find(h => h && /^{}[0-9a-f-]{{36}}$/.test(h)) || ''",
        kind.replace('/', "\\/")
    );
    let found = screen.script(&script).await.as_str().unwrap_or_default().to_owned();
    assert!(!found.is_empty(), "no link to {page} at {}", screen.path().await);
    found
}

async fn look(screen: &Screen, axe: &str, language: Option<&str>, place: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let sideways = screen.script("return document.documentElement.scrollWidth > window.innerWidth + 1").await;
    if sideways == true {
        wrong.push(format!("{place}: scrolls sideways"));
    }
    let weight = screen.script("return document.documentElement.outerHTML.length").await.as_u64().unwrap_or_default();
    if weight > (HEAVIEST * 1024) as u64 {
        wrong.push(format!("{place}: weighs {} kB", weight / 1024));
    }
    if let Some(language) = language {
        let tag = if language == "zh" { "zh-CN" } else { "en" };
        if screen.script("return document.documentElement.lang").await != tag {
            wrong.push(format!("{place}: not in {tag}"));
        }
    }
    // Pages allow no script but their own, so it comes in through the driver.
    screen.script(&format!("{axe}; return 0")).await;
    let run = "const done = arguments[arguments.length - 1]; axe.run().then(r => done(r.violations.filter(v => v.impact === 'serious' || v.impact === 'critical').map(v => v.id + ' ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(', '))), e => done([String(e)]))";
    let violations = screen.driver.execute_async(run, Vec::new()).await.unwrap().json().clone();
    for violation in violations.as_array().cloned().unwrap_or_default() {
        wrong.push(format!("{place}: {}", violation.as_str().unwrap_or_default()));
    }
    wrong
}
