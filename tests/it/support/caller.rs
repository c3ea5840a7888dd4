//! Those who call: the same verbs for a stranger, each role and each service account.

use super::{app::Answer, described::assert_described};
use actix_web::test::TestRequest;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use std::rc::Rc;

type Serve = dyn Fn(actix_http::Request) -> LocalBoxFuture<'static, Answer>;

/// Somebody who calls, with or without credentials.
#[derive(Clone)]
pub struct Caller {
    serve: Rc<Serve>,
    bearer: Option<String>,
    headers: Vec<(String, String)>,
}

impl Caller {
    pub fn new(serve: Rc<Serve>, bearer: Option<String>) -> Self {
        Self { serve, bearer, headers: Vec::new() }
    }

    /// The token the caller presents.
    pub fn token(&self) -> Option<&str> {
        self.bearer.as_deref()
    }

    /// The same caller, sending one more header.
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut caller = self.clone();
        caller.headers.push((name.to_owned(), value.to_owned()));
        caller
    }

    /// The same caller, reading English.
    pub fn in_english(&self) -> Self {
        self.with_header("accept-language", "en")
    }

    /// The same caller, having read this version.
    pub fn if_match(&self, tag: &str) -> Self {
        self.with_header("if-match", tag)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(TestRequest::get().uri(path)).await
    }

    pub async fn post(&self, path: &str, body: impl Serialize) -> Answer {
        self.send(TestRequest::post().uri(path).set_json(body)).await
    }

    pub async fn put(&self, path: &str, body: impl Serialize) -> Answer {
        self.send(TestRequest::put().uri(path).set_json(body)).await
    }

    pub async fn patch(&self, path: &str, body: impl Serialize) -> Answer {
        self.send(TestRequest::patch().uri(path).set_json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(TestRequest::delete().uri(path)).await
    }

    /// Sends a request made by hand. Fails when the description of the API does not have the answer.
    pub async fn send(&self, mut request: TestRequest) -> Answer {
        if let Some(token) = &self.bearer {
            request = request.insert_header(("authorization", format!("Bearer {token}")));
        }
        for (name, value) in &self.headers {
            request = request.insert_header((name.as_str(), value.as_str()));
        }
        let request = request.to_request();
        let (method, path) = (request.method().clone(), request.path().to_owned());
        let answer = (self.serve)(request).await;
        assert_described(&method, &path, &answer);
        answer
    }
}
