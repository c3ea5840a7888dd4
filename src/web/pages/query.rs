//! Filters in the address of a page: the API's own query objects, read from what a browser's form sends.

use crate::web::{extract::query, problem::Problem};
use actix_web::HttpRequest;
use serde::de::DeserializeOwned;

/// The parameters of an address, in their order.
#[derive(Debug, Clone)]
pub struct QueryParameters {
    path: String,
    pairs: Vec<(String, String)>,
}

/// What pages take besides filters.
const OF_PAGES: [&str; 3] = ["page", "size", "columns"];

impl QueryParameters {
    /// What a request asks for; a form sends what nobody filled in as empty, which means nothing.
    pub fn of(request: &HttpRequest) -> Self {
        let pairs = form_urlencoded::parse(request.query_string().as_bytes());
        let pairs = pairs.filter(|(name, value)| !value.trim().is_empty() && name != "lang" && name != "theme");
        Self {
            path: request.path().to_owned(),
            pairs: pairs.map(|(name, value)| (name.into_owned(), value.trim().to_owned())).collect(),
        }
    }

    /// The filters, as the API reads them.
    pub fn filters<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let filters = self.pairs.iter().filter(|(name, _)| !OF_PAGES.contains(&name.as_str()));
        query::read(&written(filters))
    }

    /// The same question at another address.
    #[must_use]
    pub fn at(&self, path: &str) -> Self {
        Self { path: path.to_owned(), pairs: self.pairs.clone() }
    }

    /// The same address without some parameters, which are not filters.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        let pairs = self.pairs.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect();
        Self { path: self.path.clone(), pairs }
    }

    /// The value of a parameter.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values of a parameter that may come more than once.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The parameters as they stand behind the question mark.
    pub fn query(&self) -> String {
        written(&self.pairs)
    }

    /// This address with some parameters set or, when `None`, left out.
    pub fn with(&self, changes: &[(&str, Option<&str>)]) -> String {
        let is_set = |name: &str| changes.iter().any(|(key, _)| *key == name);
        let mut pairs: Vec<(String, String)> = self.pairs.iter().filter(|(name, _)| !is_set(name)).cloned().collect();
        for (name, value) in changes {
            pairs.extend(value.map(|value| ((*name).to_owned(), value.to_owned())));
        }
        let query = written(&pairs);
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }

    /// What a form that changes some parameters must send along of the others.
    pub fn kept(&self, but: &[&str]) -> Vec<(String, String)> {
        self.pairs.iter().filter(|(name, _)| !but.contains(&name.as_str())).cloned().collect()
    }

    /// The number of the page, from 1.
    pub fn page_number(&self) -> i64 {
        self.value("page").and_then(|page| page.parse().ok()).filter(|page| (1..=1_000_000).contains(page)).unwrap_or(1)
    }
}

fn written<'p>(pairs: impl IntoIterator<Item = &'p (String, String)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
