//! The kit of lists. A list says which query it has, what it loads, which columns it shows and what stands around them; page,
//! cards on a phone, sheet of paper and exported file come from that, and every list pages both ways by keys.

pub mod export;
pub mod frame;
pub mod links;
pub mod table;

pub use export::export;
pub use frame::{ActionLink, Filter, Frame, Narrowed, Strip, Tab};
pub use links::PageLinks;
pub use table::{Cell, Column, Look, Piece, Table};

use super::{
    format,
    query::QueryParameters,
    reader::{Reader, page},
    shell::{Area, Shell},
    words::Words,
};
use crate::{
    db::keyset::Mark,
    domain::{
        people::{actor::Actor, role::Permission},
        records::change::Noun,
    },
    services::{
        Context, Error, Read,
        paging::{MOST_COUNTED, Page, Window},
    },
    texts::Language,
    web::{listing::name_of, problem::Problem},
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use frame::FilterKind;
use serde::{Serialize, de::DeserializeOwned};

/// A list with a page of its own.
pub trait List: Sized + 'static {
    /// Where it is; its file is at `PATH/export`.
    const PATH: &'static str;
    /// What its rows are, for the record of an export.
    const NOUN: Noun;
    /// Where it stands in the navigation.
    const AREA: Area;
    /// Who may read it.
    const PERMISSION: Permission;
    /// Rows a page.
    const SIZE: i64 = 20;
    /// The place of the column that names a row.
    const HEAD: usize = 0;

    /// Its filters, as the API reads them.
    type Query: DeserializeOwned + Serialize + Clone + Send + 'static;
    /// Where a row stands in it.
    type Mark: Mark + Serialize + DeserializeOwned + Clone + Send + Sync + 'static;
    /// A row.
    type Row: Send + 'static;
    /// What is shown besides the rows: names, and what can be chosen.
    type Known: Send + 'static;

    /// Reads a part of it.
    fn load(read: &mut Read<'_>, query: &Self::Query, window: &Window<Self::Mark>) -> Result<Loaded<Self>, Error>;

    /// Its columns.
    fn columns<'p>(seen: &Seen<'p, Self>) -> Vec<Column<'p, Self::Row>>;

    /// What stands around the rows.
    fn frame(seen: &Seen<'_, Self>) -> Frame;
}

/// A page of a list, and what is shown besides.
pub type Loaded<L> = (Page<<L as List>::Row, <L as List>::Mark>, <L as List>::Known);

/// What a list is shown with.
pub struct Seen<'p, L: List> {
    /// The address.
    pub asked: &'p QueryParameters,
    /// The filters in it.
    pub query: &'p L::Query,
    /// What was read besides the rows.
    pub known: &'p L::Known,
    /// How many rows there are, where they were counted.
    pub total: Option<i64>,
    /// Who reads.
    pub actor: &'p Actor,
    /// Settings and keys.
    pub context: &'p Context,
    /// The instant of the page.
    pub now: DateTime<Utc>,
    /// Its day.
    pub today: NaiveDate,
    /// The common words.
    pub w: Words,
}

impl<L: List> Seen<'_, L> {
    /// The language of the page.
    pub const fn language(&self) -> Language {
        self.w.0
    }

    /// How many rows were found, as words have it: of very many only that they are more. A later page says which one it is.
    pub fn found(&self, words: impl FnOnce(String) -> String) -> String {
        found(self.total, self.asked.page_number(), self.w, words)
    }

    /// A tab that sets a parameter and begins the list again, without the parameters that belong to another tab.
    pub fn tab(&self, name: String, parameter: (&str, Option<&str>), current: bool, without: &[&str]) -> Tab {
        let left_out = links::PLACE.iter().chain(without).map(|name| (*name, None));
        let changes: Vec<(&str, Option<&str>)> = left_out.chain([parameter]).collect();
        Tab { href: self.asked.with(&changes), name, count: String::new(), current }
    }
}

/// How many rows were found, as words have it, where they were counted; else the number of the page.
pub fn found(total: Option<i64>, number: i64, w: Words, words: impl FnOnce(String) -> String) -> String {
    match total {
        Some(total) if total >= MOST_COUNTED => words(format!("{}+", format::count(total))),
        Some(total) => words(format::count(total)),
        None => w.page_number(number),
    }
}

/// A list as its page shows it.
#[derive(Debug)]
pub struct Listing {
    /// What stands around the rows.
    pub frame: Frame,
    /// The rows.
    pub table: Table,
    /// The ways to the pages beside it.
    pub links: PageLinks,
    /// Where its form leads.
    pub path: &'static str,
    /// What the form sends along.
    pub kept: Vec<(String, String)>,
    /// The address without filters.
    pub reset: String,
    /// Whether anything is filtered.
    pub filtered: bool,
    /// Filters that no field shows, with the address without each.
    pub narrowed: Vec<(String, String)>,
    /// Where all of it is a file.
    pub export: String,
}

#[derive(Template)]
#[template(path = "pages/list.html")]
struct ListTemplate {
    shell: Shell,
    list: Listing,
}

/// The page of a list.
pub async fn show<L: List>(reader: &Reader, request: &HttpRequest) -> Result<HttpResponse, Problem> {
    let (shell, list) = listing::<L>(reader, &QueryParameters::of(request), |_, _| {}).await?;
    page(&ListTemplate { shell, list })
}

/// The page of a list whose frame gets something more.
pub async fn show_with<L: List>(
    reader: &Reader,
    asked: &QueryParameters,
    more: impl FnOnce(&mut Frame, Words),
) -> Result<HttpResponse, Problem> {
    let (shell, list) = listing::<L>(reader, asked, |frame, seen| more(frame, seen.w)).await?;
    page(&ListTemplate { shell, list })
}

async fn listing<L: List>(
    reader: &Reader,
    asked: &QueryParameters,
    more: impl FnOnce(&mut Frame, &Seen<'_, L>),
) -> Result<(Shell, Listing), Problem> {
    reader.require(L::PERMISSION)?;
    let query: L::Query = asked.without(&links::PLACE).filters()?;
    let (context, name) = (reader.app.context(), name_of(L::PATH, &query));
    let window = links::window(asked, context, &name, L::SIZE)?;
    let wanted = query.clone();
    let ((found, known), shell) = reader.read_page(L::AREA, move |read| L::load(read, &wanted, &window)).await?;
    let seen = Seen::<L> {
        asked,
        query: &query,
        known: &known,
        total: found.total,
        actor: &reader.actor,
        context,
        now: reader.app.now(),
        today: reader.app.today(),
        w: shell.w,
    };
    let mut frame = L::frame(&seen);
    more(&mut frame, &seen);
    let table = Table::new(&L::columns(&seen), L::HEAD, &found.items);
    let list = Listing::new::<L>(frame, table, PageLinks::new(asked, context, &name, &found), asked);
    Ok((shell, list))
}

impl Listing {
    fn new<L: List>(frame: Frame, table: Table, links: PageLinks, asked: &QueryParameters) -> Self {
        let without = |names: &[&str]| asked.without(names).without(&links::PLACE).with(&[]);
        Self {
            path: L::PATH,
            kept: frame.kept(asked),
            reset: frame.reset(asked),
            filtered: !frame.said().is_empty(),
            narrowed: frame.narrowed.iter().map(|one| (one.text.clone(), without(&one.names))).collect(),
            export: asked.without(&links::PLACE).at(&format!("{}/export", L::PATH)).with(&[]),
            frame,
            table,
            links,
        }
    }
}
