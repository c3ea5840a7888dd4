//! Every page in one language: what a role may open, what it leads to, refusals, and letters. In a district whose own words are
//! English no page shows Chinese, and the reverse.

mod reading;
mod town;

use super::{
    account,
    walk::{PAGES, is_no_page},
};
use crate::support::{
    app::Answer,
    both::{apply, both_databases},
    browser::Browser,
};
use calamine::{Data, DataType, Reader as _, Xlsx};
use reading::{Form, forms, kind_of, said, stray, tag_of, ways_on};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
};
use town::{CHINESE, ENGLISH, Town, language};
use wellspring::domain::people::role::Role;

/// Addresses nobody is led to.
const ASTRAY: &[&str] = &[
    "/nothing",
    "/alerts/nothing",
    "/alerts?cursor=nonsense",
    "/enterprises/nothing",
    "/enterprises?page=0",
    "/enterprises?q=9999",
    "/visits?enterprise=9999",
    "/visits/new?enterprise=nothing",
    "/account?done=profile",
    "/account?done=password",
    "/account?done=second-factor-on",
    "/account?done=second-factor-off",
];

/// Where the ticks of the list lead to.
const ASSIGNING: &[&str] =
    &["/enterprises/assign?id={firm}", "/enterprises/assign/done?id={firm}&steward_id={steward}"];

/// What was found in the wrong language, with the page it stands on.
struct Reader<const IN_ENGLISH: bool> {
    town: Town<IN_ENGLISH>,
    wrong: BTreeMap<String, String>,
    read: usize,
}

impl<const IN_ENGLISH: bool> Reader<IN_ENGLISH> {
    /// Reads an answer, if it is for people.
    fn read(&mut self, place: &str, answer: &Answer) {
        let language = language(IN_ENGLISH);
        let kind = answer.header("content-type").unwrap_or_default();
        let pieces = if kind.starts_with("text/html") {
            let html = answer.html();
            assert_eq!(tag_of(&html).as_deref(), Some(language.tag()), "{place}");
            said(&html, language)
        } else if kind.starts_with("application/json") {
            strings(&answer.json())
        } else if kind.starts_with("application/vnd.openxmlformats") {
            cells(&answer.body)
        } else {
            return;
        };
        self.read += 1;
        for stray in pieces.iter().filter_map(|piece| stray(piece, language)) {
            self.wrong.entry(stray).or_insert_with(|| place.to_owned());
        }
    }

    async fn open(&mut self, browser: &Browser, place: &str, address: &str) -> Option<String> {
        let answer = browser.open(address).await;
        assert!(answer.status < 500, "{place}");
        self.read(place, &answer);
        (answer.status == 200 && answer.header("content-type")?.starts_with("text/html")).then(|| answer.html())
    }

    /// The pages of a role, what they lead to, and the forms on them.
    async fn walk(&mut self, browser: &Browser, role: Role) -> Vec<Form> {
        let (mut found, mut ways, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (_, address, roles) in PAGES.iter().filter(|(method, _, _)| *method == "get") {
            let address = self.town.filled(address);
            let html = self.open(browser, &format!("{address} as {role}"), &address).await;
            let is_page = roles.contains(&role) && !is_no_page(&address);
            assert!(!is_page || html.is_some(), "{address} as {role}");
            seen.insert(kind_of(&address));
            ways.extend(html.iter().flat_map(|html| ways_on(html)));
            found.extend(html.iter().flat_map(|html| forms(html)));
        }
        ways.extend(ASTRAY.iter().map(|&address| address.to_owned()));
        ways.extend(ASSIGNING.iter().map(|address| self.town.ticked(address)));
        for address in ways {
            let other_language = address.contains("lang=");
            if !other_language && seen.insert(kind_of(&address)) {
                self.open(browser, &format!("{address} as {role}"), &address).await;
            }
        }
        found.retain(|form| form.posts && form.action != "/sign-out");
        found
    }

    /// Sends a form and reads what comes of it.
    async fn send(&mut self, browser: &Browser, form: &Form, text: &str) {
        let place = format!("{} sent with {:?}…", form.action, text.chars().take(8).collect::<String>());
        let answer = browser.send_raw(&form.action, &form.filled(text)).await;
        assert!(answer.status < 500, "{place}");
        self.read(&place, &answer);
        if answer.status == 303 {
            let next = answer.leads_to().to_owned();
            if !next.contains("lang=") {
                self.open(browser, &format!("{next} after {place}"), &next).await;
            }
        }
    }

    async fn forms_of(&mut self, browser: &Browser, found: &[Form]) {
        let long = Town::<IN_ENGLISH>::say("长", "long ").repeat(5000);
        let mut sent = BTreeSet::new();
        for form in found {
            if sent.insert(kind_of(&form.action)) {
                for text in ["", Town::<IN_ENGLISH>::say("胡写", "nonsense"), &long] {
                    self.send(browser, form, text).await;
                }
            }
        }
    }

    /// The door, and who is not let in.
    async fn door(&mut self) {
        let stranger = self.town.stranger();
        for address in ["/sign-in", "/sign-in?return_to=%2Falerts"] {
            self.open(&stranger, address, address).await;
        }
        for username in ["li.na", "nobody"] {
            let refused = self.town.knock(&stranger, username, "not the password").await;
            assert!(refused.status >= 400);
            self.read(&format!("the door, refused to {username}"), &refused);
        }
    }

    /// Every letter written.
    fn letters(&mut self) {
        let language = language(IN_ENGLISH);
        let mails = self.town.app.mails();
        assert!(mails.len() > 3);
        for mail in mails {
            let content = mail.content.clone();
            let pieces = said(&content.body_html, language).into_iter().chain([content.subject, content.body_text]);
            // Heads of the record, and the command that takes them, are exact.
            let is_exact = |line: &&str| ["--head", "changes:", "accesses:"].iter().any(|exact| line.contains(exact));
            let words = |piece: String| {
                let lines: Vec<&str> = piece.lines().filter(|line| !is_exact(line)).collect();
                lines.join("\n")
            };
            for stray in pieces.map(words).filter_map(|piece| stray(&piece, language)) {
                self.wrong.entry(stray).or_insert_with(|| format!("a mail, {}", mail.kind));
            }
        }
    }
}

/// Every text of a workbook.
fn cells(body: &[u8]) -> Vec<String> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(body.to_vec())).unwrap();
    let sheets = book.worksheets();
    let names = sheets.iter().map(|(name, _)| name.clone());
    let texts = sheets.iter().flat_map(|(_, range)| range.rows()).flatten().filter_map(Data::get_string);
    // The beginning of a token is exact.
    names.chain(texts.filter(|text| !text.starts_with("wst_")).map(str::to_owned)).collect()
}

fn strings(json: &serde_json::Value) -> Vec<String> {
    match json {
        serde_json::Value::String(text) => vec![text.clone()],
        serde_json::Value::Array(items) => items.iter().flat_map(strings).collect(),
        serde_json::Value::Object(fields) => {
            fields.iter().filter(|(name, _)| *name != "id").flat_map(|(_, value)| strings(value)).collect()
        }
        _ => Vec::new(),
    }
}

async fn read_everything<const IN_ENGLISH: bool>(town: Town<IN_ENGLISH>) {
    let mut reader = Reader { town, wrong: BTreeMap::new(), read: 0 };
    let secured = reader.town.browser(Role::Leader);
    account::switch_on(&reader.town.app, &secured).await;
    let mut people = Vec::new();
    for &role in Role::ALL {
        let browser = reader.town.browser(role);
        let found = reader.walk(&browser, role).await;
        people.push((browser, found));
    }
    for (browser, found) in &people {
        reader.forms_of(browser, found).await;
        let unproved = browser.send_raw("/account", &[]).await;
        reader.read("a form without its proof", &unproved);
    }
    reader.door().await;
    reader.letters();
    assert!(reader.read > 500, "only {} pages were there to read", reader.read);
    assert!(reader.wrong.is_empty(), "{:#?}", reader.wrong);
}

#[apply(both_databases)]
async fn no_page_in_english_shows_chinese(town: Town<ENGLISH>) {
    read_everything(town).await;
}

#[apply(both_databases)]
async fn no_page_in_chinese_shows_english(town: Town<CHINESE>) {
    read_everything(town).await;
}
