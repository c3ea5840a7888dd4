//! A screen: Chromium without a window, driven by ChromeDriver, and a person before it who taps and types.

use crate::support::some::some;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command as Process, Stdio},
    sync::Arc,
    time::Duration,
};
use thirtyfour::{
    ChromeCapabilities, ChromiumLikeCapabilities, WebDriver, WebElement,
    common::command::{Command, ExtensionCommand},
    prelude::*,
};

/// What somebody looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Phone,
    Desktop,
}

impl Size {
    const fn pixels(self) -> (u32, u32) {
        match self {
            Self::Phone => (390, 844),
            Self::Desktop => (1440, 900),
        }
    }
}

/// Whether the page is wider than the screen, as a script asks it. A phone's window grows with what is too wide for it, so that a
/// page held against the window would always fit.
pub const SIDEWAYS: &str = "document.documentElement.scrollWidth > screen.width + 1";

/// A browser at an address of ours.
pub struct Screen {
    pub driver: WebDriver,
    base: String,
    // Dropped after the session, which still needs it to end.
    _chromedriver: ChromeDriver,
}

/// The process that drives Chromium; it ends with the screen.
struct ChromeDriver(Child);

impl Drop for ChromeDriver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Screen {
    /// Opens a browser; `None` where there is none, unless one is required.
    pub async fn open(base: &str, size: Size, language: &str) -> Option<Self> {
        let Some((chromedriver, port)) = chromedriver() else {
            assert!(
                std::env::var_os("WELLSPRING_REQUIRE_BROWSER").is_none(),
                "ChromeDriver is required and was not found"
            );
            eprintln!("skipped: no ChromeDriver (on Debian: apt-get install chromium chromium-driver)");
            return None;
        };
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities(language)).await.unwrap();
        let screen = Self { driver, base: base.to_owned(), _chromedriver: ChromeDriver(chromedriver) };
        screen.change(size, language).await;
        Some(screen)
    }

    /// Looks at another size and in another language from now on, before the door.
    pub async fn change(&self, size: Size, language: &str) {
        self.resize(size).await;
        self.go(&format!("/sign-in?lang={language}")).await;
    }

    /// Looks at the same page at another size.
    pub async fn resize(&self, size: Size) {
        let (width, height) = size.pixels();
        let phone = matches!(size, Size::Phone);
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone,
            "screenWidth": width, "screenHeight": height,
        });
        self.developer("Emulation.setDeviceMetricsOverride", metrics).await;
        self.developer("Emulation.setTouchEmulationEnabled", json!({"enabled": phone})).await;
    }

    /// Goes to a page by its address.
    pub async fn go(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.base)).await.unwrap();
    }

    /// Where one is, without the host.
    pub async fn path(&self) -> String {
        let url = self.driver.current_url().await.unwrap();
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// Waits until one is at a page whose path begins so.
    pub async fn until_at(&self, start: &str) {
        for _ in 0..200 {
            if self.path().await.starts_with(start) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("still at {} instead of {start}: {}", self.path().await, self.text().await);
    }

    /// The first element that fits and is shown, waited for.
    pub async fn find(&self, css: &str) -> WebElement {
        for _ in 0..200 {
            if let Some(element) = self.shown(css).await {
                return element;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("nothing fits {css} at {}: {}", self.path().await, self.text().await);
    }

    /// Whether anything that fits is shown now.
    pub async fn shows(&self, css: &str) -> bool {
        self.shown(css).await.is_some()
    }

    /// The first element that fits and is shown now, by one script: the driver's own question about each element costs as much
    /// as a page.
    async fn shown(&self, css: &str) -> Option<WebElement> {
        let shown = "return [...document.querySelectorAll(arguments[0])].map(one => [one, one.closest('select') || one])\
            .find(([, box]) => box.getClientRects().length > 0 && box.checkVisibility({visibilityProperty: true}))?.[0]";
        // Between two pages there is nothing to ask.
        let answer = self.driver.execute(shown, vec![json!(css)]).await.ok()?;
        answer.element().ok()
    }

    /// Taps or clicks.
    pub async fn press(&self, css: &str) {
        let element = self.find(css).await;
        element.scroll_into_view().await.unwrap();
        element.click().await.unwrap();
    }

    /// Goes to an area by the navigation, or by the menu where a phone's bar has no room for it.
    pub async fn enter_area(&self, href: &str) {
        let entry = format!("nav a[href='{href}']");
        if self.shows(&entry).await {
            self.follow(&entry).await;
        } else {
            self.press("header .account summary").await;
            self.follow(&format!("header .account a[href='{href}']")).await;
        }
        self.until_at(href).await;
    }

    /// Taps or clicks, and waits for the page that follows.
    pub async fn follow(&self, css: &str) {
        self.script("window.left = true").await;
        self.press(css).await;
        for _ in 0..200 {
            let arrived = "return window.left !== true && document.readyState === 'complete'";
            // Between two pages there is nothing to ask.
            let answer = self.driver.execute(arrived, Vec::new()).await;
            if answer.is_ok_and(|answer| *answer.json() == true) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{css} leads nowhere from {}: {}", self.path().await, self.text().await);
    }

    /// Types into a field after emptying it.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Chooses an option.
    pub async fn choose(&self, css: &str, value: &str) {
        self.press(&format!("{css} option[value='{value}']")).await;
    }

    /// What may be chosen and is not chosen now.
    pub async fn others(&self, css: &str) -> Vec<String> {
        self.find(css).await;
        let script = format!(
            "return [...document.querySelectorAll(\"{css} option\")].filter(o => o.value && !o.selected).map(o => o.value)"
        );
        let values = self.script(&script).await;
        values.as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned()).collect()
    }

    /// Opens what is folded until something shows.
    pub async fn unfold(&self, css: &str) {
        if !self.shows(css).await {
            self.press("main details:not([open]) > summary").await;
        }
        self.find(css).await;
    }

    /// What is in a field.
    pub async fn value(&self, css: &str) -> String {
        self.find(css).await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// The words of the first element that fits.
    pub async fn words(&self, css: &str) -> String {
        self.find(css).await.text().await.unwrap()
    }

    /// The form came back: its summary leads to the field, and the console says no more than that.
    pub async fn is_refused_at(&self, field: &str) {
        self.press("[role=alert] a[href^='#']").await;
        let name = self.script("return document.activeElement.name || document.activeElement.id").await;
        assert_eq!(name, field, "{}", self.text().await);
        self.complains_only("422").await;
    }

    /// The console told of an answer with the status, and of nothing else.
    pub async fn complains_only(&self, status: &str) {
        let complaints = self.complaints().await;
        let expected = format!("status of {status}");
        assert!(some(&complaints).all(|one| one.contains(&expected)), "{complaints:#?}");
    }

    /// Nothing on the page changes anything: no form to send, no way to one.
    pub async fn only_reads(&self) {
        for css in ["main form[method=post]", "main a[href$='/edit']", "main a[href$='/team']", "main a[href*='/new']"]
        {
            assert!(!self.shows(css).await, "{css} at {}", self.path().await);
        }
    }

    /// The page is not wider than the screen.
    pub async fn fits(&self) {
        let sideways = self.script(&format!("return {SIDEWAYS}")).await;
        assert_eq!(sideways, false, "{} scrolls sideways", self.path().await);
    }

    /// Presses keys wherever the focus is.
    pub async fn keys(&self, keys: impl Into<TypingData>) {
        self.driver.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    /// What the page says.
    pub async fn text(&self) -> String {
        self.driver.find(By::Tag("body")).await.unwrap().text().await.unwrap()
    }

    /// Signs in through the door.
    pub async fn sign_in(&self, username: &str, password: &str) {
        if !self.path().await.starts_with("/sign-in") {
            self.go("/sign-in").await;
        }
        self.fill("#username", username).await;
        self.fill("#password", password).await;
        self.press("form[action='/sign-in'] button[type=submit]").await;
        for _ in 0..200 {
            if !self.path().await.starts_with("/sign-in") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("not let in: {}", self.text().await);
    }

    /// Signs out.
    pub async fn sign_out(&self) {
        self.go("/account").await;
        self.follow("main form[action='/sign-out'] button").await;
        self.until_at("/sign-in").await;
    }

    /// Cuts the network, or joins it again.
    pub async fn offline(&self, offline: bool) {
        let conditions = json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.developer("Network.enable", json!({})).await;
        self.developer("Network.emulateNetworkConditions", conditions).await;
    }

    /// A command of the DevTools protocol.
    pub async fn developer(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.extension("/goog/cdp/execute", body).await
    }

    /// Runs a script and gives what it returns.
    pub async fn script(&self, script: &str) -> Value {
        self.driver.execute(script, Vec::new()).await.unwrap().json().clone()
    }

    /// What the browser complained about since it was asked last: console errors, and requests that went elsewhere.
    pub async fn complaints(&self) -> Vec<String> {
        let console = self.extension("/se/log", json!({"type": "browser"})).await;
        let said = console.as_array().cloned().unwrap_or_default();
        let errors = said.iter().filter(|entry| entry["level"] == "SEVERE");
        let mut complaints: Vec<String> =
            errors.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect();
        let network = self.extension("/se/log", json!({"type": "performance"})).await;
        for entry in network.as_array().cloned().unwrap_or_default() {
            let message: Value =
                serde_json::from_str(entry["message"].as_str().unwrap_or_default()).unwrap_or_default();
            if message["message"]["method"] == "Network.requestWillBeSent" {
                let url = message["message"]["params"]["request"]["url"].as_str().unwrap_or_default().to_owned();
                if !url.starts_with(&self.base) && !url.starts_with("data:") && !url.starts_with("about:") {
                    complaints.push(format!("a request elsewhere: {url}"));
                }
            }
        }
        complaints
    }

    async fn extension(&self, endpoint: &str, body: Value) -> Value {
        let command = Extension { endpoint: endpoint.into(), body };
        let answer = self.driver.handle().cmd(Command::ExtensionCommand(Box::new(command))).await.unwrap();
        answer.value().unwrap()
    }

    /// Ends the visit; nothing may have gone wrong behind the page.
    pub async fn close(self) {
        let complaints = self.complaints().await;
        assert!(complaints.is_empty(), "{complaints:#?}");
        self.driver.clone().quit().await.unwrap();
    }
}

#[derive(Debug)]
struct Extension {
    endpoint: Arc<str>,
    body: Value,
}

impl ExtensionCommand for Extension {
    fn parameters_json(&self) -> Option<Value> {
        Some(self.body.clone())
    }

    fn method(&self) -> http::Method {
        http::Method::POST
    }

    fn endpoint(&self) -> Arc<str> {
        self.endpoint.clone()
    }
}

fn chromedriver() -> Option<(Child, u16)> {
    let mut child =
        Process::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut lines = BufReader::new(child.stdout.take()?).lines();
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let after = line.split("started successfully on port ").nth(1)?;
        after.trim_end_matches('.').parse().ok()
    })?;
    // Whatever it says later must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    Some((child, port))
}

fn capabilities(language: &str) -> ChromeCapabilities {
    let mut capabilities = ChromeCapabilities::new();
    let locale = if language == "en" { "en-GB" } else { "zh-CN" };
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // Nobody goes back, and every page is of one site.
        "--disable-features=BackForwardCache,SpareRendererForSitePerProcess,PaintHolding",
    ];
    for argument in arguments {
        capabilities.add_arg(argument).unwrap();
    }
    capabilities.add_arg(&format!("--accept-lang={locale}")).unwrap();
    capabilities.add_experimental_option("perfLoggingPrefs", json!({"enablePage": false})).unwrap();
    capabilities.set("goog:loggingPrefs", json!({"browser": "ALL", "performance": "ALL"})).unwrap();
    capabilities
}
