//! Creating by POST: one transaction writes the record and, under an `Idempotency-Key`, keeps the answer, so that a
//! repeated request creates one record and gets one answer.

use crate::{
    db::{backend::DbConn, operation::idempotency_keys},
    domain::{people::actor::Actor, watch::followed::Followed},
    services::{Error, Tx},
    web::{
        entity_tag::entity_tag,
        extract::{Body, Caller},
        followed::Changed,
        openapi::parameters,
        problem::{Edge, Problem},
    },
};
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::{
    IntoParams,
    openapi::{
        Required,
        path::{Parameter, ParameterIn},
    },
};

/// The header `Idempotency-Key`, as an operation declares it that may be repeated.
pub(crate) struct IdempotencyKey;

impl IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "The same request sent again has no further effect and gets the first answer";
        vec![parameters::header("Idempotency-Key", Required::False, description)]
    }
}

/// What a creating use case answers. What is sent is made when all that follows from the use case is done.
pub struct Created {
    /// 201 for something new, 200 for a list of results.
    status: StatusCode,
    /// Where the new thing is.
    location: Option<String>,
    content: MakeContent,
}

/// What is sent, and the entity tag of the thing.
struct Content {
    body: Vec<u8>,
    tag: Option<String>,
}

type MakeContent = Box<dyn FnOnce(&Followed) -> serde_json::Result<Content>>;

impl Created {
    /// Something new at a place of its own.
    pub fn at<V: Serialize + 'static>(location: String, version: i64, view: V) -> Self {
        let content = move |_: &Followed| {
            let body = serde_json::to_vec(&view)?;
            Ok(Content { tag: Some(entity_tag(version, &body)), body })
        };
        Self { status: StatusCode::CREATED, location: Some(location), content: Box::new(content) }
    }

    /// The same, which says to its actor what followed.
    pub fn followed<V: Serialize + 'static>(location: String, version: i64, view: V, actor: Actor) -> Self {
        let content = move |followed: &Followed| {
            let (body, tag) = Changed::content(view, version, followed, &actor)?;
            Ok(Content { body, tag: Some(tag) })
        };
        Self { status: StatusCode::CREATED, location: Some(location), content: Box::new(content) }
    }

    /// Something new without a place or version of its own.
    pub fn plain<V: Serialize + 'static>(view: V) -> Self {
        let content = move |_: &Followed| Ok(Content { body: serde_json::to_vec(&view)?, tag: None });
        Self { status: StatusCode::CREATED, location: None, content: Box::new(content) }
    }

    /// Results, one an item sent.
    pub fn results<V: Serialize + 'static>(view: V) -> Self {
        Self::plain(view).with_status(StatusCode::OK)
    }

    /// The same with another status: 200 for what was there already.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    fn answer(self, followed: &Followed) -> Result<Answer, Error> {
        let Content { body, tag } = (self.content)(followed).map_err(Error::internal)?;
        let mut headers = Vec::new();
        if let Some(location) = self.location {
            headers.push((header::LOCATION.to_string(), location));
        }
        if let Some(tag) = tag {
            headers.push((header::ETAG.to_string(), tag));
        }
        Ok(Answer { status: self.status.as_u16(), headers, body })
    }
}

/// An answer that can be kept and given again.
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// Runs a creating use case for a caller.
pub async fn create<T>(
    caller: &Caller,
    body: Body<T>,
    use_case: impl Fn(&mut Tx<'_>, T) -> Result<Created, Error> + Send + 'static,
) -> Result<HttpResponse, Problem>
where
    T: Clone + Send + 'static,
{
    let Body { value, bytes } = body;
    let act = move |tx: &mut Tx<'_>| use_case(tx, value.clone());
    let Some(key) = key(caller)? else {
        return Ok(caller.write_then(act, |_, created, followed| created.answer(followed)).await?.into());
    };
    let hash = request_hash(caller, &bytes);
    let (answer, _) = keyed(caller, key, hash, act, |created, followed| Ok((created.answer(followed)?, ()))).await?;
    Ok(answer.into())
}

/// Runs a use case that a form asks for, once however often the form is sent: `key` is the one the page was made with, `sent` is
/// what tells two sendings apart. `lead` says to which address the use case leads, the same each time, and, the first time only,
/// what is kept nowhere: a secret that is shown once.
pub async fn once<T: 'static, S: Send + 'static>(
    caller: &Caller,
    key: &str,
    sent: &[u8],
    use_case: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    lead: impl Fn(T, &Followed) -> (String, S) + Send + 'static,
) -> Result<(String, Option<S>), Problem> {
    let hash = request_hash(caller, sent);
    let answer = move |made: T, followed: &Followed| {
        let (address, secret) = lead(made, followed);
        let body = address.into_bytes();
        Ok((Answer { status: StatusCode::SEE_OTHER.as_u16(), headers: Vec::new(), body }, secret))
    };
    // The prefix keeps keys of forms apart from those a program chooses for the API under the same account.
    let (answer, secret) = keyed(caller, format!("form:{key}"), hash, use_case, answer).await?;
    let address = String::from_utf8(answer.body).map_err(Error::internal)?;
    Ok((address, secret))
}

/// Makes an answer under a key, or gives the one that was made before. What is made besides the answer is not kept.
async fn keyed<T: 'static, S: Send + 'static>(
    caller: &Caller,
    key: String,
    hash: Vec<u8>,
    act: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    answer: impl Fn(T, &Followed) -> Result<(Answer, S), Error> + Send + 'static,
) -> Result<(Answer, Option<S>), Problem> {
    let claim = idempotency_keys::IdempotencyKey {
        actor: caller.actor.reference().to_string(),
        key,
        request_hash: hash,
        status: None,
        headers: String::new(),
        body: None,
        created_at: caller.app.now().into(),
    };
    // A repeated request is answered by a read, without waiting for the writer. This look decides nothing: two requests
    // with one key may both find no answer here.
    if let Some(kept) = kept(caller, &claim).await? {
        return Ok((kept, None));
    }
    let (claimed, answered) = (claim.clone(), claim.clone());
    // The unique key decides between two requests at the same time. Claim, use case and answer are one transaction: a use
    // case that fails takes its claim back, so the caller may repeat the request with the same key; and a claim is never
    // visible without its answer.
    let body = move |tx: &mut Tx<'_>| {
        let claim = idempotency_keys::IdempotencyKey { created_at: tx.now.into(), ..claimed.clone() };
        if idempotency_keys::claim(tx.conn, &claim)? { act(tx).map(Some) } else { Ok(None) }
    };
    let keep = move |connection: &mut DbConn, made: Option<T>, followed: &Followed| {
        let Some(made) = made else { return Ok(None) };
        let (answer, besides) = answer(made, followed)?;
        let headers = serde_json::to_string(&answer.headers).unwrap_or_default();
        let status = i32::from(answer.status);
        idempotency_keys::answer(connection, &answered.actor, &answered.key, status, &headers, &answer.body)?;
        Ok(Some((answer, besides)))
    };
    if let Some((answer, besides)) = caller.write_then(body, keep).await? {
        return Ok((answer, Some(besides)));
    }
    // The other request was first. Its transaction has ended, since the claim waited for it, so its answer is there
    // now. It is missing only when the key was purged in between: then the caller has to ask again.
    let kept = kept(caller, &claim).await?.ok_or(Edge::KeyInFlight)?;
    Ok((kept, None))
}

/// The answer kept under a key, refused when the key was used for another request.
async fn kept(caller: &Caller, claim: &idempotency_keys::IdempotencyKey) -> Result<Option<Answer>, Problem> {
    let (actor, key) = (claim.actor.clone(), claim.key.clone());
    let found = caller.read(move |connection, _| Ok(idempotency_keys::find(connection, &actor, &key)?)).await?;
    let Some(found) = found else { return Ok(None) };
    if found.request_hash != claim.request_hash {
        return Err(Edge::KeyReused.into());
    }
    let (Some(status), Some(body)) = (found.status, found.body) else { return Err(Edge::KeyInFlight.into()) };
    let headers = serde_json::from_str(&found.headers).unwrap_or_default();
    Ok(Some(Answer { status: u16::try_from(status).unwrap_or(200), headers, body }))
}

fn key(caller: &Caller) -> Result<Option<String>, Problem> {
    let Some(value) = caller.request.headers().get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().unwrap_or_default().trim_matches('"');
    if key.is_empty() || key.len() > 200 {
        return Err(Edge::Header("Idempotency-Key").into());
    }
    Ok(Some(key.to_owned()))
}

fn request_hash(caller: &Caller, body: &[u8]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    // Each part with its length, so that no two requests give the same bytes: `/a` + `bc` is not `/ab` + `c`.
    for part in [caller.request.method().as_str().as_bytes(), caller.request.path().as_bytes(), body] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().to_vec()
}

impl From<Answer> for HttpResponse {
    fn from(answer: Answer) -> Self {
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
        let mut response = Self::build(status);
        response.content_type("application/json");
        for (name, value) in answer.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.insert_header((name, value));
            }
        }
        response.body(answer.body)
    }
}
