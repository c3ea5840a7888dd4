//! A JSON body, and the error of one that does not fit.

use super::misfit::misfits;
use crate::{
    services::{Error, Invalid},
    web::problem::{Edge, Problem},
};
use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header,
    web::{Bytes, Payload as BodyStream},
};
use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, de::DeserializeOwned};

/// The largest body taken, in bytes.
pub const MAX_BODY: usize = 4 * 1024 * 1024;

/// A JSON body of a known form; unknown fields are refused.
#[derive(Debug)]
pub struct Body<T> {
    /// What the body says.
    pub value: T,
    /// The body as it came, for telling two requests apart.
    pub bytes: Bytes,
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let bytes = read(request, payload);
        Box::pin(async move {
            let bytes = bytes.await?;
            if !is_json {
                return Err(Edge::MediaType.into());
            }
            let value = parse(&bytes)?;
            Ok(Self { value, bytes })
        })
    }
}

/// The body of an action that takes nothing: none at all, or an object without fields.
#[derive(Debug)]
pub struct NoBody;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl FromRequest for NoBody {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let bytes = read(request, payload);
        Box::pin(async move {
            let bytes = bytes.await?;
            if bytes.is_empty() {
                return Ok(Self);
            }
            if !is_json {
                return Err(Edge::MediaType.into());
            }
            parse::<Nothing>(&bytes).map(|Nothing {}| Self)
        })
    }
}

/// The body as it comes, up to the largest that is taken.
fn read(request: &HttpRequest, payload: &mut Payload) -> LocalBoxFuture<'static, Result<Bytes, Problem>> {
    let stream = BodyStream::from_request(request, payload);
    Box::pin(async move {
        let stream = stream.await.map_err(|_| Problem::Edge(Edge::Bad))?;
        match stream.to_bytes_limited(MAX_BODY).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(_)) => Err(Edge::Bad.into()),
            Err(_) => Err(Edge::TooLarge.into()),
        }
    })
}

fn is_json(request: &HttpRequest) -> bool {
    let Some(content_type) = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    ["application/json", "application/merge-patch+json"].iter().any(|known| media_type.eq_ignore_ascii_case(known))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let deserializer = &mut serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut *deserializer).map_err(|error| {
        if error.inner().is_data() {
            let pointer = pointer(error.path());
            return Problem::UseCase(Error::Invalid(misfits(&pointer, &error.inner().to_string())));
        }
        Edge::MalformedJson.into()
    })?;
    deserializer.end().map_err(|_| Problem::Edge(Edge::MalformedJson))?;
    Ok(value)
}

/// Reads the items of a batch, each for itself: what is wrong with one does not touch the others.
pub fn items<T: DeserializeOwned>(items: Vec<serde_json::Value>) -> impl Iterator<Item = Result<T, Invalid>> {
    items.into_iter().enumerate().map(|(place, item)| {
        serde_path_to_error::deserialize(item).map_err(|error| {
            let pointer = format!("/items/{place}{}", pointer(error.path()));
            misfits(&pointer, &error.inner().to_string())
        })
    })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}
