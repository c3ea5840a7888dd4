//! A form as a browser sends it, and the check of its CSRF token.

use super::{
    multipart::{self, SentFile},
    proof::{self, TOKEN},
    reader::Reader,
};
use crate::{
    services::Version,
    web::problem::{Edge, Problem},
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Payload as BodyStream};
use futures_util::future::LocalBoxFuture;

/// The largest form taken, in bytes.
const MAX_FORM: usize = 256 * 1024;

/// The fields of a form in their order; a name may come more than once. Files stand apart.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>, Vec<SentFile>);

impl Form {
    /// The value of a field without blanks around it; `None` when it is missing or empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// What was typed into a field, to be shown again as it was.
    pub fn typed(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The file that was chosen for a field.
    pub fn file(&self, name: &str) -> Option<&SentFile> {
        self.1.iter().find(|file| file.field == name)
    }

    /// The values of a field that may be ticked more than once.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Whether a value of a field was chosen.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(key, found)| key == name && found == value)
    }

    /// The version of what is changed, as it was when the page was shown; 0 where nothing was there yet.
    pub fn version_read(&self) -> i64 {
        self.typed("version").parse().unwrap_or_default()
    }

    /// What the change expects: that nobody changed it since.
    pub fn version(&self) -> Version {
        Version::Exactly(self.version_read())
    }

    /// A form that holds these fields, as if it had been sent.
    pub fn filled(fields: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(), Vec::new())
    }

    /// The form without a field.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(key, _)| key != name);
        self
    }

    /// The fields but some and but the proof, written again: what tells two sendings of a form apart.
    pub fn written_without(&self, names: &[&str]) -> String {
        let told = self.0.iter().filter(|(name, _)| name != TOKEN && !names.contains(&name.as_str()));
        form_urlencoded::Serializer::new(String::new()).extend_pairs(told).finish()
    }

    /// Reads a body as its header says: in parts where a file may be among them.
    fn read(content_type: &str, bytes: &[u8]) -> Option<Self> {
        if let Some(boundary) = multipart::boundary(content_type) {
            let (fields, files) = multipart::read(boundary, bytes)?;
            return Some(Self(fields, files));
        }
        let fields = form_urlencoded::parse(bytes).map(|(name, value)| (name.into_owned(), value.into_owned()));
        Some(Self(fields.collect(), Vec::new()))
    }
}

async fn read(content_type: String, stream: Result<BodyStream, actix_web::Error>) -> Result<Form, Problem> {
    let stream = stream.map_err(|_| Problem::Edge(Edge::Bad))?;
    match stream.to_bytes_limited(MAX_FORM).await {
        Ok(Ok(bytes)) => Form::read(&content_type, &bytes).ok_or(Edge::Bad.into()),
        Ok(Err(_)) => Err(Edge::Bad.into()),
        Err(_) => Err(Edge::TooLarge.into()),
    }
}

impl FromRequest for Form {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let stream = BodyStream::from_request(request, payload);
        let content_type = content_type(request);
        Box::pin(async move { read(content_type, stream.await).await })
    }
}

/// A form that somebody who is signed in sent from one of our pages.
pub struct SentForm {
    /// Who sent it.
    pub reader: Reader,
    /// What was filled in.
    pub form: Form,
}

impl FromRequest for SentForm {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reader = Reader::from_request(request, payload);
        let stream = BodyStream::from_request(request, payload);
        let content_type = content_type(request);
        Box::pin(async move {
            let reader = reader.await?;
            let form = read(content_type, stream.await).await?;
            if form.typed(TOKEN) != proof::token(&reader.app, &reader.actor) {
                return Err(Edge::CrossSite.into());
            }
            Ok(Self { reader, form })
        })
    }
}

fn content_type(request: &HttpRequest) -> String {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}
