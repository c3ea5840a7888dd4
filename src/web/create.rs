//! Creating by POST: one transaction writes the record and, under an `Idempotency-Key`, keeps the answer, so that a
//! repeated request creates one record and gets one answer.

use crate::{
    db::operation::idempotency_keys::{self, IdempotencyKey},
    services::{Error, Tx},
    web::{
        extract::{Body, Caller},
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

/// What a creating use case answers.
pub struct Created<V> {
    /// 201 for something new, 200 for a list of results.
    pub status: StatusCode,
    /// Where the new thing is.
    pub location: Option<String>,
    /// Its entity tag's version.
    pub version: Option<i64>,
    /// What is sent.
    pub view: V,
}

impl<V> Created<V> {
    /// Something new at a place of its own.
    pub fn at(location: String, version: i64, view: V) -> Self {
        Self { status: StatusCode::CREATED, location: Some(location), version: Some(version), view }
    }

    /// Something new without a place or version of its own.
    pub const fn plain(view: V) -> Self {
        Self { status: StatusCode::CREATED, location: None, version: None, view }
    }

    /// Results, one an item sent.
    pub const fn results(view: V) -> Self {
        Self { status: StatusCode::OK, location: None, version: None, view }
    }
}

/// An answer that can be kept and given again.
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// Runs a creating use case for a caller.
pub async fn create<T, V: Serialize>(
    caller: &Caller,
    body: Body<T>,
    use_case: impl Fn(&mut Tx<'_>, T) -> Result<Created<V>, Error> + Send + 'static,
) -> Result<HttpResponse, Problem>
where
    T: Clone + Send + 'static,
{
    let Body { value, bytes } = body;
    let Some(key) = key(caller)? else {
        let answer = caller.write(move |tx| answer(use_case(tx, value.clone())?)).await?;
        return Ok(answer.into());
    };
    let hash = request_hash(caller, &bytes);
    let (answer, _) = keyed(caller, key, hash, move |tx| Ok((answer(use_case(tx, value.clone())?)?, ()))).await?;
    Ok(answer.into())
}

/// Runs a use case that a form asks for, once however often the form is sent: `key` is the one the page was made with, `sent` is
/// what tells two sendings apart. Gives the address that the use case leads to, the same each time, and, the first time only, what
/// is kept nowhere: a secret that is shown once.
pub async fn once<T: Send + 'static>(
    caller: &Caller,
    key: &str,
    sent: &[u8],
    use_case: impl Fn(&mut Tx<'_>) -> Result<(String, T), Error> + Send + 'static,
) -> Result<(String, Option<T>), Problem> {
    let hash = request_hash(caller, sent);
    let lead = move |tx: &mut Tx<'_>| {
        let (address, made) = use_case(tx)?;
        let body = address.into_bytes();
        Ok((Answer { status: StatusCode::SEE_OTHER.as_u16(), headers: Vec::new(), body }, made))
    };
    // The prefix keeps keys of forms apart from those a program chooses for the API under the same account.
    let (answer, made) = keyed(caller, format!("form:{key}"), hash, lead).await?;
    let address = String::from_utf8(answer.body).map_err(Error::internal)?;
    Ok((address, made))
}

/// Makes an answer under a key, or gives the one that was made before. What is made besides the answer is not kept.
async fn keyed<T: Send + 'static>(
    caller: &Caller,
    key: String,
    hash: Vec<u8>,
    act: impl Fn(&mut Tx<'_>) -> Result<(Answer, T), Error> + Send + 'static,
) -> Result<(Answer, Option<T>), Problem> {
    let claim = IdempotencyKey {
        actor: caller.actor.reference(),
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
    let repeated = claim.clone();
    let made = caller
        .write(move |tx| {
            // The unique key decides between two requests at the same time. Claim, use case and answer are one
            // transaction: a use case that fails takes its claim back, so the caller may repeat the request with the
            // same key; and a claim is never visible without its answer.
            let claim = IdempotencyKey { created_at: tx.now.into(), ..claim.clone() };
            if !idempotency_keys::claim(tx.conn, &claim)? {
                return Ok(None);
            }
            let (answer, made) = act(tx)?;
            let headers = serde_json::to_string(&answer.headers).unwrap_or_default();
            let status = i32::from(answer.status);
            idempotency_keys::answer(tx.conn, &claim.actor, &claim.key, status, &headers, &answer.body)?;
            Ok(Some((answer, made)))
        })
        .await?;
    if let Some((answer, made)) = made {
        return Ok((answer, Some(made)));
    }
    // The other request was first. Its transaction has ended, since the claim waited for it, so its answer is there
    // now. It is missing only when the key was purged in between: then the caller has to ask again.
    let kept = kept(caller, &repeated).await?.ok_or(Edge::KeyInFlight)?;
    Ok((kept, None))
}

/// The answer kept under a key, refused when the key was used for another request.
async fn kept(caller: &Caller, claim: &IdempotencyKey) -> Result<Option<Answer>, Problem> {
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

fn answer<V: Serialize>(created: Created<V>) -> Result<Answer, Error> {
    let body = serde_json::to_vec(&created.view).map_err(Error::internal)?;
    let mut headers = Vec::new();
    if let Some(location) = created.location {
        headers.push((header::LOCATION.to_string(), location));
    }
    if let Some(version) = created.version {
        headers.push((header::ETAG.to_string(), super::respond::entity_tag(version, &body)));
    }
    Ok(Answer { status: created.status.as_u16(), headers, body })
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
