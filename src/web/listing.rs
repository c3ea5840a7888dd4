//! Lists on the wire: `limit`, `cursor`, `include_total`, and the page with its link to the next.

use crate::{
    services::{
        Context,
        paging::{DEFAULT_LIMIT, MAX_LIMIT, Page, Place, Window, read_cursor, write_cursor},
    },
    web::{
        extract::query,
        problem::{Edge, Problem},
    },
};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, http::header};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::future::{Ready, ready};
use utoipa::{IntoParams, ToSchema};

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// What to send as `cursor` for the next page; `null` on the last.
    #[schema(example = "q83vEjRWeJCrze8SNFZ4kDQy")]
    pub next_cursor: Option<String>,
    /// The number of all rows, when `include_total=true` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
}

/// The paging parameters of a list. Queries with filters have them too and leave them out when they are written as the list's name,
/// and so out of the description, which gets them from here.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Rows per page, capped at 200.
    #[param(example = 50)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Whether to count all rows.
    pub include_total: Option<bool>,
}

/// Parameters of an address besides those of a filter.
pub trait BesideFilter: DeserializeOwned {
    /// Their names.
    const NAMES: &'static [&'static str];
}

impl BesideFilter for PageQuery {
    const NAMES: &'static [&'static str] = &["limit", "cursor", "include_total"];
}

/// What is asked of a list: its filter, and what stands beside it, which is the page where nothing else is said. Unknown
/// parameters are refused.
#[derive(Debug)]
pub struct Asked<F, B = PageQuery> {
    /// Which rows.
    pub filter: F,
    /// Which part of them, or how they are shown.
    pub beside: B,
}

impl<F: DeserializeOwned, B: BesideFilter> FromRequest for Asked<F, B> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (mut filter, mut beside) =
            (form_urlencoded::Serializer::new(String::new()), form_urlencoded::Serializer::new(String::new()));
        for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
            let of = if B::NAMES.contains(&name.as_ref()) { &mut beside } else { &mut filter };
            of.append_pair(&name, &value);
        }
        let filter = query::read(&filter.finish());
        ready(filter.and_then(|filter| Ok(Self { filter, beside: query::read(&beside.finish())? })))
    }
}

impl<F> Asked<F> {
    /// The part of the list that is asked for.
    pub fn window<K: DeserializeOwned>(&self, context: &Context, list: &str) -> Result<Window<K>, Problem> {
        self.beside.window(context, list)
    }
}

impl PageQuery {
    /// The part of the list that is asked for.
    pub fn window<K: DeserializeOwned>(&self, context: &Context, list: &str) -> Result<Window<K>, Problem> {
        window(context, list, self.limit, self.cursor.as_deref(), self.include_total)
    }
}

/// Reads the paging parameters; `list` names the list with its filters and sort.
pub fn window<K: DeserializeOwned>(
    context: &Context,
    list: &str,
    limit: Option<i64>,
    cursor: Option<&str>,
    include_total: Option<bool>,
) -> Result<Window<K>, Problem> {
    let place = match cursor {
        None => Place::First,
        Some(cursor) => Place::After(read_cursor(context, list, cursor).ok_or(Problem::Edge(Edge::Cursor))?),
    };
    // A system that asks for the number of rows wants all of them counted.
    let count_up_to = include_total.unwrap_or(false).then_some(i64::MAX);
    Ok(Window { limit: limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT), place, count_up_to })
}

/// Answers with a page, and its `Link: rel="next"` (RFC 8288).
pub fn respond<T: Serialize, K: Serialize>(
    context: &Context,
    list: &str,
    request: &HttpRequest,
    page: Page<T, K>,
) -> HttpResponse {
    let next_cursor = page.next.as_ref().map(|key| write_cursor(context, list, key));
    let mut response = HttpResponse::Ok();
    if let Some(cursor) = &next_cursor {
        response.insert_header((header::LINK, format!("<{}>; rel=\"next\"", next_address(request, cursor))));
    }
    response.json(List { items: page.items, next_cursor, total: page.total })
}

fn next_address(request: &HttpRequest, cursor: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let parameters = form_urlencoded::parse(request.query_string().as_bytes());
    query.extend_pairs(parameters.filter(|(name, _)| name != "cursor"));
    query.append_pair("cursor", cursor);
    format!("{}?{}", request.path(), query.finish())
}

/// Names a list with its filters and sort, for its cursors.
pub fn name_of(list: &str, filters: &impl Serialize) -> String {
    format!("{list} {}", serde_json::to_string(filters).unwrap_or_default())
}
